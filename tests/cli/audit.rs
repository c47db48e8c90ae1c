//! `audit`: the log is shown, every change of it is found, several processes keep one chain, and Python finds the same chain.

use std::path::{Path, PathBuf};

use certwright::clock::Timestamp;
use certwright::crypto::{DigestAlgorithm, Fingerprint};
use certwright::operations::{Actor, AuditOutcome, AuditRecord, AuditVerb, AuditedPair, append_audit};

use crate::support::{Outcome, Sandbox, tool};

/// Follows the chain with nothing but the page that describes it.
const CHAIN: &str = r#"
import hashlib, json, sys
previous, number = "0" * 64, 0
for line in open(sys.argv[1], "rb").read().split(b"\n")[:-1]:
    entry = json.loads(line)
    body = line[:line.rindex(b',"sha256":"')]
    assert entry["sha256"] == hashlib.sha256(body).hexdigest(), "own digest"
    assert entry["prev"] == previous, "previous line"
    assert entry["n"] == number + 1, "number"
    previous, number = hashlib.sha256(line).hexdigest(), entry["n"]
print(number, previous)
"#;

fn record(index: u32, name: &str) -> AuditRecord {
    let begin: Timestamp = "2026-11-21T08:00:00Z".parse().unwrap();
    let fingerprint = |text: &str| Fingerprint::of(DigestAlgorithm::Sha256, text.as_bytes());
    let pair = AuditedPair {
        version: index,
        serial: "0a1b2c".to_owned(),
        certificate: fingerprint("certificate"),
        key: fingerprint("key"),
        not_after: begin.plus_days(365).unwrap(),
    };
    AuditRecord {
        time: begin.plus_days(index).unwrap(),
        actor: Actor { host: "build-7".to_owned(), user: "1000".to_owned() },
        verb: AuditVerb::Prepare,
        outcome: AuditOutcome::Done,
        name: name.to_owned(),
        old: None,
        new: Some(pair),
        target: Some("salesforce".to_owned()),
        detail: None,
    }
}

/// A store `app` with a log of `count` records.
fn store(sandbox: &Sandbox, count: u32) -> PathBuf {
    sandbox.write("app/state.json", "{}");
    let log = sandbox.path("app/audit.jsonl");
    (1..=count).for_each(|index| drop(append_audit(&log, &record(index, "app")).unwrap()));
    log
}

/// A run that reports and ends with 1.
#[track_caller]
fn broken(sandbox: &Sandbox, line: &str) -> Outcome {
    let outcome = sandbox.certwright(line).run();
    assert_eq!(outcome.code, Some(1), "{outcome}");
    outcome
}

fn lines(log: &Path) -> Vec<String> {
    std::fs::read_to_string(log).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn the_examples_of_every_page_run() {
    for page in ["audit", "audit show", "audit verify"] {
        let help = Sandbox::new().done(&format!("{page} --help")).stdout;
        let (_, examples) = help.split_once("EXAMPLES:\n").unwrap();
        let (examples, codes) = examples.split_once("EXIT CODES:\n").unwrap();
        assert!(codes.contains("  1    a log is broken"), "{help}");
        let examples: Vec<&str> = examples.lines().filter_map(|line| line.trim().strip_prefix("certwright ")).collect();
        assert_eq!(examples.len(), 2, "{help}");
        for example in examples {
            let sandbox = Sandbox::new();
            store(&sandbox, 3);
            sandbox.done(example);
        }
    }
}

#[test]
fn a_log_is_shown_by_its_store_its_folder_its_key_and_itself() {
    let sandbox = Sandbox::new();
    store(&sandbox, 2);
    sandbox.write("server.key", "key");
    sandbox.write("server.rotate/state.json", "{}");
    append_audit(&sandbox.path("server.rotate/audit.jsonl"), &record(1, "server")).unwrap();
    let shown = sandbox.done("audit show app").stdout;
    assert_eq!(sandbox.done("audit show app/audit.jsonl").stdout, shown);
    assert!(
        shown
            .contains("    1  2026-11-22T08:00:00Z  prepare   done         `app` for salesforce  by 1000 on build-7\n"),
        "{shown}"
    );
    assert!(shown.contains("       to   version 1, serial 0a1b2c, until 2027-11-21T08:00:00Z, sha256:"), "{shown}");
    assert!(sandbox.done("audit show server.key").stdout.contains("`server` for salesforce"));
    let all = sandbox.done("audit show .").stdout;
    assert!(all.contains("app/audit.jsonl`\n") && all.contains("server.rotate/audit.jsonl`\n"), "{all}");
    let filtered = sandbox.done("audit show . --name server").stdout;
    assert!(filtered.contains("`server` for") && !filtered.contains("`app` for"), "{filtered}");
    let since = sandbox.done("audit show app --since 2026-11-23T00:00:00Z").stdout;
    assert!(since.starts_with("    2  2026-11-23T08:00:00Z"), "{since}");
    sandbox.refused(2, "audit show app --since yesterday");
    sandbox.refused(2, "audit show");
}

#[test]
fn programs_get_one_object_a_line() {
    let sandbox = Sandbox::new();
    store(&sandbox, 3);
    let shown = sandbox.done("audit show app --json").stdout;
    let entries: Vec<serde_json::Value> = shown.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries.len(), 3);
    assert_eq!((&entries[2]["schema"], &entries[2]["n"]), (&"certwright/audit-entry/1".into(), &3.into()));
    assert_eq!(entries[2]["new"]["version"], 3);
    let verified = sandbox.done("audit verify app --json").json();
    assert_eq!((&verified["schema"], &verified["whole"]), (&"certwright/audit-verify/1".into(), &true.into()));
    assert_eq!((&verified["logs"][0]["records"], &verified["logs"][0]["last_n"]), (&3.into(), &3.into()));
}

#[test]
fn a_change_is_found_named_and_makes_the_exit_code_1() {
    let sandbox = Sandbox::new();
    let log = store(&sandbox, 5);
    let whole = lines(&log);
    let write = |lines: &[String]| std::fs::write(&log, lines.join("\n") + "\n").unwrap();
    let edited = [&whole[..2], &[whole[2].replace("build-7", "build-8")], &whole[3..]].concat();
    let removed = [&whole[..2], &whole[3..]].concat();
    for (lines, fault, words) in [
        (edited, "edited", "line 3: it was edited after it was written"),
        (removed, "removed", "line 3: record 3 is missing before it"),
    ] {
        write(&lines);
        let outcome = broken(&sandbox, "audit verify app");
        assert!(outcome.stdout.contains(words), "{outcome}");
        assert!(outcome.stderr.starts_with("error: `app/audit.jsonl` is not what was written\n"), "{outcome}");
        let report = sandbox.certwright("audit verify app --json").run();
        assert_eq!(report.code, Some(1));
        assert_eq!(report.json()["logs"][0]["breaks"][0]["fault"], fault, "{report}");
    }
    // What is shown leaves the faulty line out and says so.
    write(&[&whole[..2], &["{}".to_owned()], &whole[3..]].concat());
    let shown = sandbox.certwright("audit show app").run();
    assert_eq!((shown.code, shown.stdout.matches("prepare").count()), (Some(1), 4), "{shown}");
    assert!(shown.stderr.contains("warning: `app/audit.jsonl`: a line is no record and not shown\n"), "{shown}");
    std::fs::write(&log, whole.join("\n")).unwrap();
    let unfinished = broken(&sandbox, "audit verify app");
    assert!(unfinished.stderr.starts_with("error: the last line of `app/audit.jsonl` is unfinished\n"), "{unfinished}");
}

#[test]
fn a_digest_that_was_kept_elsewhere_tells_what_was_cut_off() {
    let sandbox = Sandbox::new();
    let log = store(&sandbox, 4);
    let verified = sandbox.done("audit verify app").stdout;
    let kept = verified.split("last record 4, sha256:").nth(1).unwrap().trim().to_owned();
    append_audit(&log, &record(5, "app")).unwrap();
    sandbox.done(&format!("audit verify app --expect {kept} --at-least 5"));
    let cut = lines(&log)[..3].join("\n") + "\n";
    std::fs::write(&log, cut).unwrap();
    sandbox.done("audit verify app");
    let outcome = broken(&sandbox, &format!("audit verify app --expect sha256:{kept}"));
    assert!(outcome.stdout.contains("missing: no record has the digest sha256:"), "{outcome}");
    let outcome = broken(&sandbox, "audit verify app --at-least 4");
    assert!(outcome.stdout.contains("there should be 4 records, and there are 3"), "{outcome}");
    sandbox.refused(2, "audit verify app --expect 12");
    sandbox.refused(2, "audit verify app app --at-least 4");
}

#[test]
fn what_is_not_there_is_said_and_the_rest_is_checked() {
    let sandbox = Sandbox::new();
    store(&sandbox, 1);
    sandbox.write("empty/x", "");
    let outcome = broken(&sandbox, "audit verify empty app nowhere");
    assert!(outcome.stdout.contains("whole   `app/audit.jsonl`  1 record, "), "{outcome}");
    assert!(outcome.stderr.contains("error: there is no audit log in `empty`, nor in a folder in it\n"), "{outcome}");
    assert!(outcome.stderr.contains("error: `nowhere` does not exist\n"), "{outcome}");
    let kinds = sandbox.certwright("audit verify empty nowhere --json").run().json();
    assert_eq!(kinds["problems"][0]["kind"], "no_audit_log");
    assert_eq!(kinds["problems"][1]["kind"], "not_found");
}

#[test]
fn a_store_that_has_lost_its_log_is_named() {
    let sandbox = Sandbox::new();
    for name in ["a", "b"] {
        sandbox.done(&format!("rotate prepare stores/{name} --cn x -t p256 --only key,crt"));
    }
    sandbox.write("stores/other/state.json", "{}");
    sandbox.done("audit verify stores").shows("stores/a/audit.jsonl").shows("stores/b/audit.jsonl");
    std::fs::remove_file(sandbox.path("stores/a/audit.jsonl")).unwrap();
    let outcome = broken(&sandbox, "audit verify stores");
    assert!(outcome.stdout.contains("whole   `stores/b/audit.jsonl`"), "{outcome}");
    assert!(outcome.stderr.contains("error: there is no audit log in `stores/a`"), "{outcome}");
}

#[test]
fn what_stands_in_a_log_steers_no_terminal() {
    let sandbox = Sandbox::new();
    let log = sandbox.path("audit.jsonl");
    let loud = AuditRecord { detail: Some("\u{1b}[2J\u{202e}".to_owned()), ..record(1, "a\u{1b}]0;x\u{7}b") };
    append_audit(&log, &loud).unwrap();
    for line in ["audit show audit.jsonl", "audit show audit.jsonl --json"] {
        let shown = sandbox.done(line).stdout;
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}') && !shown.contains('\u{7}'), "{shown:?}");
    }
    assert!(!sandbox.text("audit.jsonl").contains('\u{202e}'));
}

#[test]
fn python_follows_the_chain_that_several_processes_wrote() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    let log = sandbox.path("audit.jsonl");
    // The tests of this file in other processes: each adds its records to the log that the variable names.
    let own = std::env::current_exe().unwrap();
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let mut writer = std::process::Command::new(&own);
            writer.args(["--exact", "audit::adds_records_for_another_test"]).env("AUDIT_LOG_TO_WRITE", &log);
            writer.stdout(std::process::Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut writer in writers {
        assert!(writer.wait().unwrap().success());
    }
    let output = python.command(sandbox.folder()).args(["-c", CHAIN, "audit.jsonl"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (number, digest) = said.trim().split_once(' ').unwrap();
    assert_eq!(number, "100");
    sandbox.done(&format!("audit verify audit.jsonl --expect {digest} --at-least 100"));
}

/// Does nothing unless another test started this process for it.
#[test]
fn adds_records_for_another_test() {
    let Some(log) = std::env::var_os("AUDIT_LOG_TO_WRITE") else { return };
    (0..25).for_each(|index| drop(append_audit(Path::new(&log), &record(index, "app")).unwrap()));
}
