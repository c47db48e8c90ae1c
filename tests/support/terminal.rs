//! A run on a pseudo-terminal that answers what is asked.

use std::process::Command;

use super::sandbox::{Invocation, Outcome, Sandbox};
use super::tool::Tool;

/// Runs it on a terminal; `steps` are texts to wait for, and what is then typed. What the terminal showed is the
/// outcome's standard output.
#[track_caller]
pub(crate) fn on_terminal(
    python: &Tool,
    sandbox: &Sandbox,
    invocation: Invocation<'_>,
    steps: &[(&str, &str)],
) -> Outcome {
    let steps = serde_json::to_string(steps).unwrap();
    invocation.run_by(|command| {
        let mut on_terminal: Command = python.command(sandbox.folder());
        on_terminal.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/python/terminal.py"));
        on_terminal.arg(steps).arg(command.get_program()).args(command.get_args()).env_clear();
        on_terminal.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = on_terminal.output().unwrap();
        let outcome = Outcome::of(&output);
        assert!(output.status.success(), "{command:?}\n{outcome}");
        let report = outcome.json();
        let code = report["code"].as_i64().map(|code| i32::try_from(code).unwrap());
        Outcome { code, stdout: report["screen"].as_str().unwrap().to_owned(), stderr: String::new() }
    })
}
