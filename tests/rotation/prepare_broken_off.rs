//! `rotate prepare` on a full disk, and killed, at each of its changes of the file system.

use serde_json::Value;

use crate::support::{Outcome, Sandbox};

/// No run makes so many changes; a run that is not met by its failpoint has passed all of them.
const MOST: usize = 80;

fn in_use() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn app --name app -t p256 --only key,crt,jks --passout generate");
    sandbox
}

const LINE: &str = "rotate prepare app.key --passin file:app.pass --json";

/// Runs it with a failpoint, without the judgement that a killed run cannot pass.
fn broken_off(sandbox: &Sandbox, action: &str, number: usize) -> Outcome {
    let invocation = sandbox.certwright(LINE).env("CERTWRIGHT_FAILPOINT", format!("{action}:{number}"));
    Outcome::of(&invocation.command().output().unwrap())
}

fn live(sandbox: &Sandbox) -> Vec<Vec<u8>> {
    ["app.key", "app.crt", "app.jks", "app.pass"].map(|name| sandbox.read(name)).into()
}

/// After any run: the files in use are as they were, the next run prepares, and nothing that is not listed stays.
fn next_run_works(sandbox: &Sandbox, was: &[Vec<u8>]) {
    assert_eq!(live(sandbox), was);
    let done = sandbox.done(LINE).json();
    assert!(done["version"].as_u64().unwrap() >= 2, "{done}");
    let state: Value = serde_json::from_slice(&sandbox.read("app.rotate/state.json")).unwrap();
    let listed: Vec<String> = state["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| format!("{:04}", version["number"].as_u64().unwrap()))
        .collect();
    let mut found: Vec<String> = std::fs::read_dir(sandbox.path("app.rotate/versions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, listed, "strays");
    sandbox.done("audit verify app.rotate");
    sandbox.done("rotate status app.key --passin file:app.pass").shows("prepared");
    let status = sandbox.done("rotate status app.key --passin file:app.pass --json").json();
    for version in status["rotations"][0]["versions"].as_array().unwrap() {
        assert_eq!(version["proof"], "proved", "{version}");
    }
}

#[test]
fn a_full_disk_fails_the_run_and_the_next_one_works() {
    let mut met = 0;
    for number in 1..=MOST {
        let sandbox = in_use();
        let was = live(&sandbox);
        let outcome = broken_off(&sandbox, "full", number);
        match outcome.code {
            Some(1) => met += 1,
            // What is left to do after the state was written is tidying, and a later run does it.
            Some(0) => assert_eq!(outcome.json()["changed"], true, "{outcome}"),
            _ => panic!("change {number}\n{outcome}"),
        }
        next_run_works(&sandbox, &was);
        if outcome.code == Some(0) && is_past_the_end(&sandbox, number) {
            assert!(met > 10, "only {met} changes failed the run");
            return;
        }
    }
    panic!("a run makes more than {MOST} changes");
}

/// Whether a run of a fresh sandbox makes fewer changes than `number`: then it is not killed.
fn is_past_the_end(_: &Sandbox, number: usize) -> bool {
    let sandbox = in_use();
    broken_off(&sandbox, "kill", number).code == Some(0)
}

#[test]
fn a_killed_run_leaves_what_is_in_use_and_the_next_one_works() {
    for number in 1..=MOST {
        let sandbox = in_use();
        let was = live(&sandbox);
        let outcome = broken_off(&sandbox, "kill", number);
        if outcome.code == Some(0) {
            assert!(number > 10, "only {number} changes");
            return;
        }
        assert_eq!(outcome.code, None, "change {number}\n{outcome}");
        let status = sandbox.certwright("rotate status app.key --json").run();
        // Before its first change there is nothing to look at.
        let then = if status.code == Some(1) && number <= 2 {
            status.json()["error"]["hints"].to_string()
        } else {
            assert_eq!(status.code, Some(0), "change {number}\n{status}");
            status.json()["rotations"][0]["then"].to_string()
        };
        assert!(then.contains("prepare") || then.contains("activate"), "change {number}: {then}");
        next_run_works(&sandbox, &was);
    }
    panic!("a run makes more than {MOST} changes");
}
