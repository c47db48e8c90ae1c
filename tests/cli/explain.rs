//! `explain`: a refusal in each form that people have it, what is unknown, and what must not be shown again.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::Sandbox;

const APPROVAL: &str = "user hasn't approved this consumer";

/// The ids of the rows that are shown.
fn ids(report: &Value, member: &str) -> Vec<String> {
    report[member].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

fn every_row() -> Vec<Value> {
    let list = Sandbox::new().done("explain --list --json").json();
    assert_eq!(list["schema"], "certwright/explain-list/1");
    list["refusals"].as_array().unwrap().clone()
}

#[test]
fn a_refusal_is_understood_in_each_form() {
    let sandbox = Sandbox::new();
    let answer = format!(r#"{{"error":"invalid_grant","error_description":"{APPROVAL}"}}"#);
    sandbox.write("answer.json", &answer);
    sandbox.write("job.log", format!("12:00 start\n12:01 invalid_grant: {APPROVAL}\n12:02 end\n"));
    sandbox.write(
        "utf16.log",
        format!("\u{feff}{APPROVAL}").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
    );
    let explain = || sandbox.certwright("explain --json");
    for invocation in [
        explain().arg("invalid_grant").arg(APPROVAL),
        explain().arg(format!("invalid_grant: {APPROVAL}")),
        explain().arg("invalid_grant").arg("user").arg("hasn't").arg("approved").arg("this").arg("consumer"),
        explain().arg(&answer),
        explain().arg(format!("400 Bad Request {answer}")),
        explain().arg("answer.json"),
        explain().arg("job.log"),
        explain().arg("utf16.log"),
        explain().arg("-").stdin(&answer),
        explain().arg("-").stdin(format!("Authentication failed: response:{answer}\r\n")),
        explain().arg("user_not_approved"),
        explain().arg(APPROVAL).arg("--for").arg("salesforce"),
    ] {
        let outcome = invocation.done();
        let report = outcome.json();
        assert_eq!(report["schema"], "certwright/explain/1");
        assert_eq!(ids(&report, "refusals"), ["user_not_approved"], "{outcome}");
        assert_eq!((ids(&report, "nearest").len(), &report["problems"]), (0, &Value::Array(Vec::new())));
    }
}

#[test]
fn every_row_is_found_by_its_words_and_fits_80_columns() {
    let sandbox = Sandbox::new();
    for row in every_row() {
        let (id, target) = (row["id"].as_str().unwrap(), row["target"].as_str().unwrap());
        let error = row["errors"][0].as_str().or(row["codes"][0].as_str()).unwrap_or("error");
        let shown =
            sandbox.certwright("explain").arg(error).arg(row["said"].as_str().unwrap_or_default()).done().stdout;
        assert!(shown.lines().next().is_some_and(|line| line.ends_with(&format!("  {id}"))), "{id}\n{shown}");
        for cause in row["causes"].as_array().unwrap() {
            let source = cause["source"].as_str().unwrap();
            let joined = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(joined.contains(source), "{id} does not name {source:?}\n{shown}");
        }
        for line in shown.lines() {
            assert!(line.chars().count() < 80 || line.split_whitespace().count() <= 2, "{id}: {line}");
        }
        sandbox.certwright("explain --for").arg(target).arg(id).done();
    }
}

#[test]
fn what_is_unknown_is_said_with_what_is_near() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.certwright("explain invalid_grant").arg("consumer was never approved").run();
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert!(outcome.stdout.contains("user_not_approved"), "{outcome}");
    let outcome = outcome.says("error: no refusal is known by these words").says("invalid, expired, revoked");
    outcome.says("run `certwright explain --list`");
    sandbox.certwright("explain --for java8 wrong_key").refused(1).says("--list --for java8");
    let outcome = sandbox.certwright("explain --json zzz").run();
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let report = outcome.json();
    assert_eq!(report["problems"][0]["kind"], "unknown_refusal");
    assert_eq!((ids(&report, "refusals").len(), ids(&report, "nearest").len()), (0, 0));
}

#[test]
fn wrong_usage_is_told() {
    let sandbox = Sandbox::new();
    sandbox.refused(2, "explain");
    sandbox.refused(2, "explain --list invalid_grant");
    sandbox.refused(2, "explain --for nobody invalid_grant").says("`nobody` is no target");
    sandbox.certwright("explain").arg("").refused(2).says("holds no words");
    sandbox.certwright("explain -").stdin("\n").refused(2).says("holds no words");
}

/// What looks like a token is said to be there, and is not shown.
#[test]
fn secrets_are_not_shown_again() {
    let sandbox = Sandbox::new();
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIzTVZHOSIsInN1YiI6ImEifQ.c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJl";
    let answer = format!(r#"{{"error":"invalid_grant","error_description":"what is {token} for"}}"#);
    for options in ["", " --json"] {
        for words in [answer.clone(), token.to_owned(), format!("assertion={token}&grant_type=x")] {
            let outcome = sandbox.certwright(&format!("explain{options}")).arg(words).run();
            assert_eq!(outcome.code, Some(1), "{outcome}");
            assert!(!format!("{outcome}").contains("c2lnbmF0"), "{outcome}");
            assert!(!format!("{outcome}").contains("eyJpc3Mi"), "{outcome}");
            assert!(outcome.stderr.contains("certwright jwt decode -"), "{outcome}");
        }
    }
}

#[test]
fn hostile_words_do_no_harm() {
    let sandbox = Sandbox::new();
    let escape = r#"{"error":"a\u001b[2J\u202e`b`","error_description":"c\u001b]0;d\u0007`"}"#;
    let outcome = sandbox.certwright("explain -").stdin(escape).refused(1);
    assert!(!format!("{outcome}").contains(['\u{1b}', '\u{202e}', '\u{7}']), "{outcome}");
    for (input, code) in [
        (vec![b'x'; 1 << 20], 1),
        (b"{".repeat(1 << 20), 2),
        (b"[{\"error\":".repeat(1 << 16), 1),
        (b"invalid_grant \xff\xfe\x80 ".repeat(1000), 1),
        (b"\xff\xfe\x00\xd8\x61".to_vec(), 2),
        ([b"\xff\x00\x1b[31m".as_slice(), APPROVAL.as_bytes(), b"\xc3"].concat(), 0),
    ] {
        let started = std::time::Instant::now();
        let outcome = sandbox.certwright("explain -").stdin(&input).run();
        assert_eq!(outcome.code, Some(code), "{outcome}");
        assert!(!outcome.stdout.contains('\u{1b}') && outcome.stdout.len() < 20_000, "{outcome}");
        assert!(started.elapsed().as_secs() < 30);
    }
}

/// The guide's table is the rows: each by its words, with its likeliest cause.
#[test]
fn the_guide_lists_every_row() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/login-refused.md");
    let guide = fs::read_to_string(path).unwrap();
    let (mut wanted, mut target) = (String::new(), String::new());
    for row in every_row() {
        let text = |member: &str| row[member].as_str().unwrap_or_default().to_owned();
        if text("target") != target {
            target = text("target");
            wanted += &format!(
                "\n### {target}\n\n| the server says | look first at | `certwright explain …` |\n|---|---|---|\n"
            );
        }
        let names = ["errors", "codes"].map(|member| row[member].as_array().unwrap().clone());
        let name = names.into_iter().flatten().next().map(|name| format!("`{}`", name.as_str().unwrap()));
        let said = row["said"].as_str().map(|said| format!("\"{said}\""));
        let said = name.into_iter().chain(said).collect::<Vec<_>>().join(" ");
        let first = row["causes"][0]["what"].as_str().unwrap().replace('|', "\\|");
        wanted += &format!("| {} | {first} | `{}` |\n", said.replace('|', "\\|").replace('<', "&lt;"), text("id"));
    }
    let (_, listed) = guide.split_once("## What servers say\n").unwrap();
    assert_eq!(listed.trim(), wanted.trim(), "the guide's table is not that of the rows; it should be:\n{wanted}");
}
