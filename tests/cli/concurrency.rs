//! Several runs at once in one folder: one wins, and what it wrote belongs together.

use std::process::{Child, Stdio};

use crate::support::Sandbox;

fn start(sandbox: &Sandbox, line: &str) -> Child {
    let mut command = sandbox.certwright(line).command();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn one_of_many_makes_the_set() {
    for _ in 0..5 {
        let sandbox = Sandbox::new();
        let runs: Vec<Child> = (0..4)
            .map(|number| start(&sandbox, &format!("create --cn run-{number} -t p256 --only key,csr,crt")))
            .collect();
        let outputs: Vec<_> = runs.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
        let done = outputs.iter().filter(|output| output.status.success()).count();
        assert_eq!(done, 1, "{outputs:?}");
        for output in outputs.iter().filter(|output| !output.status.success()) {
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{stderr}");
            assert!(stderr.contains("already exists"), "{stderr}");
        }
        assert_eq!(sandbox.snapshot().files(), ["server.crt", "server.csr", "server.key"]);
        sandbox.done("verify server.key server.csr server.crt");
    }
}

/// The files of two runs never mix: one run writes into a folder at a time.
#[test]
fn runs_that_replace_each_other_leave_one_whole_set() {
    for _ in 0..5 {
        let sandbox = Sandbox::new();
        let line = |number| format!("create --cn run-{number} -t p256 --only key,csr,crt --force");
        let runs: Vec<Child> = (0..4).map(|number| start(&sandbox, &line(number))).collect();
        for run in runs {
            let output = run.wait_with_output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(matches!(output.status.code(), Some(0 | 1)), "{stderr}");
        }
        assert_eq!(sandbox.snapshot().files(), ["server.crt", "server.csr", "server.key"]);
        sandbox.done("verify server.key server.csr server.crt");
    }
}
