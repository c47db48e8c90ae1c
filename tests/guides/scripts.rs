//! The hooks that the guides show hand the pair on whole, and fail when the one that takes it fails.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::{env, fs};

use crate::support::{Outcome, Sandbox, tool};
use crate::{guides, shown};

/// Runs the hook with programs in the `PATH` that note what they are given; the last of them ends with `code`.
fn run(hook: &str, others: &[(&str, &str)], arguments: &[&str]) -> (Sandbox, Option<Outcome>) {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn a --only key,crt --name a");
    sandbox.write(hook, shown(hook));
    for (name, script) in others {
        sandbox.write(&format!("bin/{name}"), format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(sandbox.path(&format!("bin/{name}")), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let Some(shell) = tool("bash") else { return (sandbox, None) };
    let mut path = sandbox.path("bin").into_os_string();
    path.push(":");
    path.push(env::var_os("PATH").unwrap());
    let mut command = shell.command(sandbox.folder());
    // As /bin/sh reads it.
    let output = command.arg("--posix").arg(hook).args(arguments).env("PATH", path).output().unwrap();
    (sandbox, Some(Outcome::of(&output)))
}

#[test]
fn a_secret_of_github_is_set_from_the_file() {
    let arguments = ["SF_PRIVATE_KEY", "a.key"];
    let (sandbox, outcome) = run("set-secret.sh", &[("gh", "echo \"$@\" >said; cat >taken")], &arguments);
    let Some(outcome) = outcome else { return };
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(sandbox.text("said"), "secret set SF_PRIVATE_KEY --env production\n");
    assert_eq!(sandbox.read("taken"), sandbox.read("a.key"));
    let (_, outcome) = run("set-secret.sh", &[("gh", "exit 4")], &arguments);
    assert_eq!(outcome.unwrap().code, Some(4));
    let (_, outcome) = run("set-secret.sh", &[("gh", "cat")], &["SF_PRIVATE_KEY", "no.key"]);
    assert_ne!(outcome.unwrap().code, Some(0));
}

/// The first kubectl makes the Secret's text, the second hands it in.
#[test]
fn a_secret_of_kubernetes_is_changed_in_one_step() {
    let kubectl =
        "case $1 in create) shift; echo \"$@\" >made; echo text ;; apply) echo \"$@\" >said; cat >taken ;; esac";
    let arguments = ["gateway-key", "a.key", "a.crt"];
    let (sandbox, outcome) = run("write-secret.sh", &[("kubectl", kubectl)], &arguments);
    let Some(outcome) = outcome else { return };
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let made =
        "secret generic gateway-key --from-file=tls.key=a.key --from-file=tls.crt=a.crt --dry-run=client --output=yaml";
    assert_eq!(sandbox.text("made").trim(), made);
    assert_eq!(sandbox.text("taken"), "text\n");
    assert!(sandbox.text("said").starts_with("apply --server-side "), "{}", sandbox.text("said"));
    // kubectl refuses an empty text, so that a first step that fails is not lost in the pipe.
    let fails = "case $1 in create) exit 1 ;; apply) grep -q . ;; esac";
    let (_, outcome) = run("write-secret.sh", &[("kubectl", fails)], &arguments);
    assert_ne!(outcome.unwrap().code, Some(0));
}

#[test]
fn the_hooks_can_be_started() {
    for name in ["set-secret.sh", "write-secret.sh"] {
        let mode = fs::metadata(guides().join("files").join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{name}");
    }
}
