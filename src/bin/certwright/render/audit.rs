//! The audit log: its records, and what a check of it found.

use std::fmt::Write as _;

use certwright::operations::{AuditEntry, AuditFault, AuditOutcome, AuditRecord, AuditReport, AuditedPair, Unmet};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::{BAD, DIM, GOOD, WARN};

/// The line above the records of a log, where there are several.
pub(crate) fn heading(log: &str) -> String {
    format!("`{}`\n", Untrusted(log))
}

/// One record for people, on one line and what else it says below it.
pub(crate) fn entry_text(entry: &AuditEntry) -> String {
    let AuditRecord { time, actor, verb, outcome, name, old, new, target, detail } = &entry.record;
    let style = match outcome {
        AuditOutcome::Done => GOOD,
        AuditOutcome::Begun => WARN,
        _ => BAD,
    };
    let (verb, word) = (verb.word(), outcome.word().replace('_', " "));
    let mut text = format!("{:>5}  {time}  {verb:<8}  {style}{word:<11}{style:#}  `{}`", entry.number, Untrusted(name));
    // Writing to a String cannot fail.
    if let Some(target) = target {
        let _ = write!(text, " for {}", Untrusted(target));
    }
    let _ = writeln!(text, "  {DIM}by {} on {}{DIM:#}", Untrusted(&actor.user), Untrusted(&actor.host));
    for (word, pair) in [("from", old), ("to", new)] {
        if let Some(pair) = pair {
            let _ = writeln!(text, "       {word:<4} {}", pair_text(pair));
        }
    }
    if let Some(detail) = detail {
        let _ = writeln!(text, "       {}", Untrusted(detail));
    }
    text
}

fn pair_text(pair: &AuditedPair) -> String {
    let AuditedPair { version, serial, certificate, not_after, .. } = pair;
    format!("version {version}, serial {}, until {not_after}, sha256:{certificate}", Untrusted(serial))
}

/// One record for programs.
pub(crate) fn entry_json(log: &str, line: u64, entry: &AuditEntry) -> Value {
    let AuditRecord { time, actor, verb, outcome, name, old, new, target, detail } = &entry.record;
    json!({
        "schema": "certwright/audit-entry/1",
        "log": log,
        "line": line,
        "n": entry.number,
        "time": time.to_string(),
        "host": actor.host,
        "user": actor.user,
        "verb": verb.word(),
        "outcome": outcome.word(),
        "name": name,
        "old": old.as_ref().map(pair_json),
        "new": new.as_ref().map(pair_json),
        "target": target,
        "detail": detail,
    })
}

fn pair_json(pair: &AuditedPair) -> Value {
    json!({
        "version": pair.version,
        "serial": pair.serial,
        "certificate_sha256": pair.certificate.to_string(),
        "spki_sha256": pair.key.to_string(),
        "not_after": pair.not_after.to_string(),
    })
}

/// What was found in each log, for people.
pub(crate) fn verified_text(logs: &[(String, AuditReport)]) -> String {
    let mut text = String::new();
    for (log, report) in logs {
        let (style, word) = if report.is_whole() { (GOOD, "whole ") } else { (BAD, "broken") };
        let log = Untrusted(log);
        let records = count(report.records, "record", "records");
        let _ = write!(text, "{style}{word}{style:#}  `{log}`  {records}");
        if let Some((first, last)) = report.times {
            let _ = write!(text, ", {first} to {last}");
        }
        text.push('\n');
        for one in &report.breaks {
            let _ = writeln!(text, "        {BAD}line {}{BAD:#}: {}", one.line, one.fault);
        }
        let more = report.break_count.saturating_sub(report.breaks.len() as u64);
        if more > 0 {
            let _ = writeln!(text, "        and {}", count(more, "more fault", "more faults"));
        }
        for unmet in &report.unmet {
            let _ = writeln!(text, "        {BAD}missing{BAD:#}: {}", unmet_text(unmet));
        }
        if report.unfinished > 0 {
            let lines = count(report.unfinished, "line that a killed run left", "lines that killed runs left");
            let _ = writeln!(text, "        {DIM}with {lines} unfinished, as the next record says{DIM:#}");
        }
        if let Some((number, digest)) = &report.last {
            let _ = writeln!(text, "        last record {number}, sha256:{digest}");
        }
    }
    text
}

fn unmet_text(unmet: &Unmet) -> String {
    match unmet {
        Unmet::Holds(digest) => format!("no record has the digest sha256:{digest}"),
        Unmet::AtLeast { expected, met } => format!("there should be {expected} records, and there are {met}"),
        _ => "something that was expected".to_owned(),
    }
}

fn count(number: u64, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// What was found in each log, for programs.
pub(crate) fn verified_json(logs: &[(String, AuditReport)], is_whole: bool) -> Value {
    json!({ "whole": is_whole, "logs": logs.iter().map(|(log, report)| log_json(log, report)).collect::<Vec<_>>() })
}

fn log_json(log: &str, report: &AuditReport) -> Value {
    let breaks: Vec<Value> = report
        .breaks
        .iter()
        .map(|one| {
            let (first, last) = match one.fault {
                AuditFault::Removed { first, last } => (Some(first), Some(last)),
                _ => (None, None),
            };
            json!({
                "line": one.line,
                "fault": one.fault.word(),
                "text": one.fault.to_string(),
                "first_missing": first,
                "last_missing": last,
            })
        })
        .collect();
    json!({
        "log": log,
        "whole": report.is_whole(),
        "lines": report.lines,
        "records": report.records,
        "break_count": report.break_count,
        "breaks": breaks,
        "unmet": report.unmet.iter().map(unmet_text).collect::<Vec<_>>(),
        "unfinished": report.unfinished,
        "first_time": report.times.map(|(first, _)| first.to_string()),
        "last_time": report.times.map(|(_, last)| last.to_string()),
        "last_n": report.last.as_ref().map(|(number, _)| number),
        "last_sha256": report.last.as_ref().map(|(_, digest)| digest.to_string()),
        "expected_at_line": report.holds_at,
    })
}
