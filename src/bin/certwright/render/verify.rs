//! What a proof found, group by group.

use std::fmt::Write as _;

use anstyle::Style;
use certwright::clock::Timestamp;
use certwright::crypto::key_health::{Severity, Weakness};
use certwright::operations::{KeyGroup, Origin, Verdict, VerifyReport};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::{BAD, DIM, GOOD, days_left};

/// The report for people.
pub(crate) fn text(report: &VerifyReport, now: Timestamp) -> String {
    let mut text = String::new();
    for group in &report.groups {
        group_text(&mut text, group, now);
    }
    for contradiction in &report.contradictions {
        let _ = writeln!(text, "{BAD}contradicts{BAD:#}  {}", contradiction.origin());
    }
    for unopened in &report.unopened {
        let _ = writeln!(text, "{BAD}not opened{BAD:#}   `{}`", Untrusted(&unopened.name));
    }
    if report.passed_over > 0 {
        let files = if report.passed_over == 1 { "file" } else { "files" };
        let _ = writeln!(text, "{DIM}{} other {files} left alone{DIM:#}", report.passed_over);
    }
    text
}

fn group_text(text: &mut String, group: &KeyGroup, now: Timestamp) {
    let (style, word) = verdict(group.verdict);
    let fingerprint: String = group.fingerprint.to_string().chars().take(16).collect();
    let _ = writeln!(text, "{style}{word}{style:#}  {} {DIM}sha256:{fingerprint}…{DIM:#}", group.algorithm);
    for origin in &group.keys {
        let _ = writeln!(text, "  private key  {origin}");
    }
    for certificate in &group.certificates {
        let _ = write!(text, "  certificate  {} {DIM}{}", certificate.origin, Untrusted(&certificate.subject));
        if let Some(end) = certificate.not_after {
            let _ = write!(text, ", {}", days_left(now, end));
        }
        let _ = writeln!(text, "{DIM:#}");
    }
    for origin in &group.requests {
        let _ = writeln!(text, "  request      {origin}");
    }
    for origin in &group.public_keys {
        let _ = writeln!(text, "  public key   {origin}");
    }
    for weakness in &group.weaknesses {
        let style = if weakness.severity() == Severity::Unusual { DIM } else { BAD };
        let _ = writeln!(text, "  {style}{:<11}{style:#}  the key {weakness}", weakness.severity().word());
    }
}

fn verdict(verdict: Verdict) -> (Style, &'static str) {
    match verdict {
        Verdict::Proved => (GOOD, "proved"),
        Verdict::LonelyKey => (BAD, "key without certificate"),
        Verdict::NoKey => (DIM, "no private key here"),
        _ => (BAD, "signature does not verify"),
    }
}

fn weakness(weakness: Weakness) -> Value {
    json!({
        "kind": weakness.kind(),
        "severity": weakness.severity().word(),
        "text": format!("the key {weakness}"),
        "meaning": weakness.meaning(),
    })
}

/// The report for programs.
pub(crate) fn json(report: &VerifyReport) -> Value {
    let origin = |origin: &Origin| json!({ "file": origin.file, "alias": origin.entry });
    let groups: Vec<Value> = report
        .groups
        .iter()
        .map(|group| {
            let certificates: Vec<Value> = group
                .certificates
                .iter()
                .map(|it| {
                    let end = it.not_after.map(|end| end.to_string());
                    json!({ "file": it.origin.file, "alias": it.origin.entry, "subject": it.subject, "not_after": end })
                })
                .collect();
            json!({
                "algorithm": group.algorithm,
                "spki_sha256": group.fingerprint.to_string(),
                "verdict": word(group.verdict),
                "private_keys": group.keys.iter().map(origin).collect::<Vec<_>>(),
                "certificates": certificates,
                "requests": group.requests.iter().map(origin).collect::<Vec<_>>(),
                "public_keys": group.public_keys.iter().map(origin).collect::<Vec<_>>(),
                "weaknesses": group.weaknesses.iter().map(|it| weakness(*it)).collect::<Vec<_>>(),
                "shares_prime_with": group.shares_prime_with.as_ref().map(ToString::to_string),
            })
        })
        .collect();
    let contradictions: Vec<Value> = report
        .contradictions
        .iter()
        .map(|it| json!({ "file": it.origin().file, "alias": it.origin().entry, "reason": it.reason() }))
        .collect();
    let unopened: Vec<Value> = report
        .unopened
        .iter()
        .map(|it| json!({ "file": it.name, "named": it.named, "reason": it.reason.to_string() }))
        .collect();
    let repaired: Vec<Value> =
        report.repaired.iter().map(|(file, repair)| json!({ "file": file, "was": repair.to_string() })).collect();
    let exposed: Vec<Value> =
        report.exposed.iter().map(|(file, exposure)| json!({ "file": file, "mode": exposure.to_string() })).collect();
    json!({
        "proved": report.is_proved(),
        "groups": groups,
        "contradictions": contradictions,
        "unopened": unopened,
        "repaired": repaired,
        "exposed": exposed,
        "passed_over": report.passed_over,
        "not_compared": report.not_compared,
    })
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Proved => "proved",
        Verdict::LonelyKey => "key_without_certificate",
        Verdict::NoKey => "no_private_key",
        _ => "signature_does_not_verify",
    }
}
