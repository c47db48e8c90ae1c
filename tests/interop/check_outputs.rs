//! What `check` writes for monitors, calendars and spreadsheets is read by their own readers, whatever the names say.

use std::io::Write as _;
use std::process::Stdio;

use certwright::untrusted::Untrusted;
use serde_json::Value;

use crate::support::{NOW, Outcome, Sandbox, Tool, self_signed, tool};

/// Common names that try to break out, each with the days that its certificate has left.
const NAMES: &[(&str, i64)] = &[
    ("plain.example.com", 300),
    ("\"} 1\nfake_metric 1", 20),
    ("a\\nb\\", 3),
    ("x\r\nATTENDEE:mailto:a@example.com", 40),
    ("x\nEND:VEVENT\nBEGIN:VEVENT", -5),
    ("a;b,c\\;d:e", 25),
    ("=cmd|' /C calc'!A0", 29),
    ("\t=1+1;@SUM(A1)", 60),
    ("'=1", 61),
    ("</script><script>alert(1)</script>", 62),
    ("\u{202e}gpj.exe\u{200b}", 63),
    (
        "Zoë, 東京 🦀 und noch viel mehr, damit die Zeile an ihrer Grenze gefaltet wird, auch zwischen Zeichen 東京東京東京",
        64,
    ),
];

fn all_names() -> Vec<(String, i64)> {
    let long = [("x".repeat(10_000), 65), ("\u{1b}".repeat(3_000), 66)];
    NAMES.iter().map(|(name, days)| ((*name).to_owned(), *days)).chain(long).collect()
}

/// A folder with a certificate of each name; where file names can be hostile, some are.
fn folder() -> Sandbox {
    let sandbox = Sandbox::new();
    for (index, (name, days)) in all_names().iter().enumerate() {
        sandbox.write(&format!("certificates/{index}.crt"), self_signed(name, *days));
    }
    sandbox.write("certificates/broken.p12", "0\u{0}");
    if cfg!(unix) {
        for name in ["\"} 1\nfake 1", "=1+1", "a;=1", "x\r\nATTENDEE:y", "<script>"] {
            sandbox.write(&format!("certificates/{name}.crt"), self_signed(NAMES[0].0, NAMES[0].1));
        }
    }
    sandbox
}

fn check(sandbox: &Sandbox, format: &str, now: &str, file: &str) -> Outcome {
    let line = format!("check certificates --recursive --now {now} --format {format} -o {file}");
    let outcome = sandbox.certwright(&line).run();
    assert_eq!(outcome.code, Some(2), "{outcome}");
    outcome
}

fn script(name: &str) -> String {
    format!("'{}/tests/interop/python/{name}'", env!("CARGO_MANIFEST_DIR"))
}

fn json_of(tool: &Tool, sandbox: &Sandbox, name: &str, file: &str) -> Vec<Value> {
    let said = tool.run(sandbox, &format!("{} {file}", script(name)));
    serde_json::from_str(&said).unwrap_or_else(|fault| panic!("{fault}: {said}"))
}

/// What promtool says of a file, and whether it takes it.
fn promtool(tool: &Tool, sandbox: &Sandbox, metrics: &[u8]) -> (bool, String) {
    let mut command = tool.command(sandbox.folder());
    command.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(metrics).unwrap();
    let outcome = Outcome::of(&child.wait_with_output().unwrap());
    (outcome.code == Some(0), outcome.stdout + &outcome.stderr)
}

#[test]
fn promtool_takes_our_metrics_and_has_nothing_to_say() {
    let Some(tool) = tool("promtool") else { return };
    let sandbox = folder();
    check(&sandbox, "prometheus", NOW, "certwright.prom");
    let metrics = sandbox.read("certwright.prom");
    assert_eq!(promtool(&tool, &sandbox, &metrics), (true, String::new()));
    let text = sandbox.text("certwright.prom");
    let count = |begin: &str| text.lines().filter(|line| line.starts_with(begin)).count();
    let hostile_files = if cfg!(unix) { 5 } else { 0 };
    assert_eq!(count("certwright_cert_not_after_seconds{"), all_names().len() + hostile_files);
    assert_eq!(count("certwright_") + count("# "), text.lines().count());
    // It would have said so.
    let (taken, said) = promtool(&tool, &sandbox, text.replace("\\\"", "\"").as_bytes());
    assert!(!taken && said.contains("error"), "{said}");
}

#[test]
fn icalendar_reads_our_calendar_and_a_later_one_updates_it() {
    let Some(python) = tool("icalendar") else { return };
    let sandbox = folder();
    check(&sandbox, "ics", NOW, "ends.ics");
    check(&sandbox, "ics", "2026-11-22T00:00:00Z", "later.ics");
    let read = |file: &str| json_of(&python, &sandbox, "read_calendar.py", file);
    let (events, later) = (read("ends.ics"), read("later.ics"));
    let names = all_names();
    // The copies of the first certificate are the same event.
    assert_eq!(events.len(), names.len());
    for (name, days) in &names {
        let shown = Untrusted(name).to_string();
        let begin: String = shown.chars().take(190).collect();
        let event = events.iter().find(|event| event["summary"].as_str().unwrap().contains(&begin));
        let event = event.unwrap_or_else(|| panic!("{shown} is not there: {events:?}"));
        let wanted = if *days < 0 { serde_json::json!([]) } else { serde_json::json!([-30.0, -7.0]) };
        assert_eq!((&event["alarms"], &event["days"]), (&wanted, &Value::from(1)), "{shown}");
        let again = later.iter().find(|other| other["uid"] == event["uid"]).unwrap();
        assert!(again["sequence"].as_i64() > event["sequence"].as_i64());
        assert_eq!(again["start"], event["start"]);
        assert!(!event["properties"].as_array().unwrap().contains(&Value::from("ATTENDEE")));
    }
    let first = events.iter().find(|event| event["summary"] == "Certificate ends: plain.example.com").unwrap();
    assert_eq!(first["start"], "2027-09-17");
    let places = if cfg!(unix) { 6 } else { 1 };
    assert_eq!(first["description"].as_str().unwrap().matches(".crt").count(), places, "{first}");
}

#[test]
fn python_reads_our_csv_and_finds_no_formula() {
    let Some(python) = tool("python3") else { return };
    let sandbox = folder();
    check(&sandbox, "csv", NOW, "list.csv");
    let records = json_of(&python, &sandbox, "read_csv.py", "list.csv");
    for record in &records {
        for (column, cell) in record.as_object().unwrap() {
            let cell = cell.as_str().unwrap();
            assert!(column == "days_left" || !cell.trim_start().starts_with(['=', '+', '-', '@']), "{column}: {cell}");
        }
    }
    for (name, days) in all_names() {
        let undone = |cell: &Value| -> String {
            let pieces = cell.as_str().unwrap().split(';');
            pieces.map(|piece| piece.strip_prefix('\'').unwrap_or(piece)).collect::<Vec<_>>().join(";")
        };
        let begin: String = Untrusted(&name).to_string().chars().take(7_000).collect();
        let record = records.iter().find(|record| undone(&record["common_name"]).starts_with(&begin));
        let record = record.unwrap_or_else(|| panic!("{begin} is not there"));
        assert_eq!((&record["days_left"], &record["serial"]), (&Value::from(days.to_string()), &Value::from("0x01e4")));
    }
}
