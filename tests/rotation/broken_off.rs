//! R1: `activate`, `rollback` and `retire`, killed before each of their changes of the file system, on a disk that is full
//! at each of them, and killed from outside at any moment.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::stores::{Kind, Store};
use crate::support::tool;

/// No run makes so many changes; a run that is not met by its failpoint has passed all of them.
const MOST: usize = 120;

/// Kills the run of `line` before its first change, its second, and so on, each time in a store of its own.
fn killed_everywhere(make: impl Fn() -> Store, line: impl Fn(&Store) -> String, code: i32) {
    for number in 1..=MOST {
        let store = make();
        let line = line(&store);
        let outcome = store.broken_off(&line, &format!("kill:{number}"));
        let moment = format!("{line}, killed before change {number}");
        if outcome.code.is_some() {
            assert_eq!(outcome.code, Some(code), "{moment}\n{outcome}");
            assert!(number > 8, "only {number} changes");
            store.is_settled(&moment);
            return;
        }
        store.current_is_whole(&moment);
        store.ends_well(number, &moment);
        if number % 7 == 3 {
            judged_by_others(&store);
        }
    }
    panic!("a run makes more than {MOST} changes");
}

/// Other programs open what is in use, and find that key and certificate belong together.
fn judged_by_others(store: &Store) {
    let folder = match store.kind {
        Kind::Files => ".".to_owned(),
        Kind::Link => "app/live".to_owned(),
        Kind::State => format!("app/versions/{:04}", store.state()["current"].as_u64().unwrap()),
    };
    let sandbox = &store.sandbox;
    if let Some(openssl) = tool("openssl") {
        let key = openssl.run(sandbox, &format!("pkey -in {folder}/app.key -pubout"));
        assert_eq!(key, openssl.run(sandbox, &format!("x509 -in {folder}/app.crt -noout -pubkey")));
    }
    if number_of_java_runs_is_enough() {
        return;
    }
    if let Some(keytool) = tool("keytool") {
        let line = format!("-list -keystore {folder}/app.jks -storepass:file {folder}/app.pass");
        assert!(keytool.run(sandbox, &line).contains("PrivateKeyEntry"));
    }
}

/// Java takes a second to start, so it judges the first few.
fn number_of_java_runs_is_enough() -> bool {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    RUNS.fetch_add(1, Ordering::SeqCst) >= 3
}

/// How many changes a run of `line` makes that nothing stops: one that is to be killed before the next one is not met.
fn changes(make: &impl Fn() -> Store, line: &str) -> usize {
    let is_met = |number: usize| make().broken_off(line, &format!("kill:{number}")).code.is_none();
    let (mut met, mut passed) = (0, MOST);
    assert!(!is_met(passed), "a run makes more than {MOST} changes");
    while passed - met > 1 {
        let middle = met.midpoint(passed);
        *if is_met(middle) { &mut met } else { &mut passed } = middle;
    }
    met
}

/// Has the disk be full at the first change of `line`, at its second, and so on.
fn full_everywhere(make: impl Fn() -> Store, verb: &str, options: &str) {
    let line = make().line(verb, options);
    let (count, mut failed) = (changes(&make, &line), 0);
    for number in 1..=count {
        let store = make();
        let (state, live) = (store.state(), store.live());
        let outcome = store.broken_off(&line, &format!("full:{number}"));
        let moment = format!("{line}, full at change {number} of {count}");
        match outcome.code {
            // What is left to do after the last write of the state is tidying, and a later run does it.
            Some(0) => {}
            Some(1 | 4) => failed += 1,
            _ => panic!("{moment}\n{outcome}"),
        }
        if outcome.code != Some(0) {
            assert_eq!(store.state(), state, "{moment}\n{outcome}");
            assert!(store.live() == live, "{moment}\n{outcome}");
        }
        store.current_is_whole(&moment);
        store.ends_well(0, &moment);
    }
    assert!(failed > 5, "only {failed} of {count} changes failed the run");
}

#[test]
fn activation_of_files_in_use() {
    killed_everywhere(|| Store::new(Kind::Files), |store| store.line("activate", ""), 0);
}

#[test]
fn activation_of_files_in_use_with_a_hook() {
    killed_everywhere(|| Store::new(Kind::Files), |store| store.line("activate", "--hook true"), 0);
}

#[test]
fn activation_of_files_in_use_with_a_hook_that_fails() {
    killed_everywhere(|| Store::new(Kind::Files), |store| store.line("activate", "--hook false"), 4);
}

#[test]
fn activation_behind_a_link() {
    killed_everywhere(|| Store::new(Kind::Link), |store| store.line("activate", "--hook true"), 0);
    killed_everywhere(|| Store::new(Kind::Link), |store| store.line("activate", "--hook false"), 4);
}

#[test]
fn activation_in_the_state() {
    killed_everywhere(|| Store::new(Kind::State), |store| store.line("activate", ""), 0);
    killed_everywhere(|| Store::new(Kind::State), |store| store.line("activate", "--hook false"), 4);
}

#[test]
fn rollback() {
    for kind in [Kind::Files, Kind::Link, Kind::State] {
        killed_everywhere(|| Store::activated(kind), |store| store.line("rollback", ""), 0);
    }
}

#[test]
fn rollback_out_of_an_activation_that_was_killed() {
    let half_done = || {
        let store = Store::new(Kind::Files);
        let run = store.sandbox.certwright(&store.line("activate", "--hook false --no-rollback"));
        assert_eq!(run.command().output().unwrap().status.code(), Some(5));
        store
    };
    killed_everywhere(half_done, |store| store.line("rollback", ""), 0);
}

/// Versions 1 and 2 are beyond what is kept.
fn with_old_versions() -> Store {
    let store = Store::activated(Kind::State);
    for _ in 0..2 {
        store.sandbox.done("rotate prepare app");
        store.sandbox.done("rotate activate app");
    }
    store
}

const RETIRE: &str = "rotate retire app --keep 0 --grace 0";

#[test]
fn removal_of_old_versions() {
    killed_everywhere(with_old_versions, |_| RETIRE.to_owned(), 0);
}

#[test]
fn removal_of_old_versions_on_a_full_disk() {
    for number in 1..=changes(&with_old_versions, RETIRE) {
        let store = with_old_versions();
        let outcome = store.broken_off(RETIRE, &format!("full:{number}"));
        let moment = format!("{RETIRE}, full at change {number}");
        assert!(matches!(outcome.code, Some(0 | 1)), "{moment}\n{outcome}");
        store.current_is_whole(&moment);
        let log = store.sandbox.text("app/audit.jsonl");
        let is_noted = |line: &str| line.contains(r#""verb":"retire","outcome":"done""#);
        let is_listed = store.state()["versions"][0]["number"] == 1;
        assert!(is_listed || log.lines().any(is_noted), "{moment}: version 1 went without a line\n{log}");
        // What is listed is there, whatever failed; what is no more listed goes now.
        store.sandbox.done(RETIRE);
        store.is_settled(&moment);
        assert_eq!(store.state()["versions"].as_array().unwrap().len(), 2, "{moment}");
    }
}

#[test]
fn a_full_disk_changes_nothing() {
    full_everywhere(|| Store::new(Kind::Files), "activate", "");
    full_everywhere(|| Store::new(Kind::Link), "activate", "--hook true");
    full_everywhere(|| Store::activated(Kind::Files), "rollback", "");
}

#[test]
fn killed_from_outside_at_any_moment() {
    for turn in 0..36_u64 {
        let kind = [Kind::Files, Kind::Link, Kind::State][turn as usize % 3];
        let store = Store::new(kind);
        let mut command = store.sandbox.certwright(&store.line("activate", "--hook true")).command();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(turn * 2));
        child.kill().unwrap();
        child.wait().unwrap();
        let moment = format!("{kind:?}, killed after {} ms", turn * 2);
        store.current_is_whole(&moment);
        store.ends_well(turn as usize, &moment);
    }
}
