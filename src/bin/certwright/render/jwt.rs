//! What came of verifying a token, and what a token says of which nothing was checked.

use std::fmt::Write as _;

use certwright::clock::Timestamp;
use certwright::formats::jwt::{Check, Outcome, numeric_date};
use certwright::operations::{SignedBy, TokenReport, TokenVerdict, time_of};
use certwright::untrusted::Untrusted;
use serde_json::{Map, Value, json};

use super::inspect::{distance, token_json, token_members, token_text};
use super::{BAD, DIM, GOOD, WARN, days_left};

/// What no look at a token alone can tell.
const NOT_LOOKED_AT: &str = "whether it was used before, or its key or certificate revoked";

/// A token of which nothing was checked, for people.
pub(crate) fn decoded(report: &TokenReport, now: Timestamp) -> String {
    let mut text = token_text(report, now);
    let _ = writeln!(text, "{WARN}nothing of this was checked: anybody can have written it{WARN:#}");
    text
}

/// The same for programs.
pub(crate) fn decoded_json(report: &TokenReport) -> Value {
    token_json(report)
}

/// What came of verifying, for people.
pub(crate) fn text(verdict: &TokenVerdict) -> String {
    let mut text = String::new();
    let now = verdict.now;
    match (&verdict.signature, verdict.is_verified()) {
        (Ok(by), verified) => {
            let (style, word) = if verified { (GOOD, "verified") } else { (BAD, "not verified") };
            let _ = writeln!(text, "{style}{word}{style:#}  {}", signer(by));
            certificate(&mut text, by, now);
        }
        (Err(_), _) => {
            let _ = writeln!(text, "{BAD}not verified{BAD:#}  nobody vouches for what it says");
        }
    }
    let Some(said) = &verdict.said else { return text };
    let claims = said.claims.as_ref();
    // Where nobody vouches for the claims, only what is wrong with them is worth a line.
    let is_signed = verdict.signature.is_ok();
    for check in verdict.checks.iter().filter(|it| is_signed || matches!(it.outcome, Outcome::Failed(_))) {
        check_text(&mut text, check, claims, now);
    }
    if is_signed {
        let _ = writeln!(text, "  {DIM}not looked at{DIM:#}  {NOT_LOOKED_AT}");
        let leeway = verdict.leeway;
        let _ = writeln!(text, "  {DIM}leeway{DIM:#}         {leeway} seconds between the two clocks, at {now}");
    }
    text.push_str(&token_members("header", &said.header, now));
    if let Some(claims) = claims {
        text.push_str(&token_members("claims", claims, now));
    }
    text
}

fn signer(by: &SignedBy) -> String {
    let name = by.name.as_deref().map(|name| format!(" called `{}`", Untrusted(name))).unwrap_or_default();
    let fingerprint: String = by.fingerprint.chars().take(16).collect();
    format!("{} by the key in {}{name} {DIM}{} sha256:{fingerprint}…{DIM:#}", by.algorithm, by.origin, by.key)
}

fn certificate(text: &mut String, by: &SignedBy, now: Timestamp) {
    let Some((subject, validity)) = &by.certificate else { return };
    let _ = write!(text, "  certificate    {}", Untrusted(subject));
    if let Some(validity) = validity {
        let is_over = validity.not_after < now || validity.not_before > now;
        let style = if is_over { WARN } else { DIM };
        let words =
            if validity.not_before > now { "not valid yet".to_owned() } else { days_left(now, validity.not_after) };
        let _ = write!(text, "{style}, {words}{style:#}");
    }
    text.push('\n');
}

/// One line for a claim; those that are not there are passed over.
fn check_text(text: &mut String, check: &Check, claims: Option<&Map<String, Value>>, now: Timestamp) {
    let value = claims.and_then(|claims| claims.get(check.claim));
    let (style, word, words) = match &check.outcome {
        Outcome::Absent => return,
        Outcome::Failed(fault) => (BAD, "failed", fault.to_string()),
        Outcome::NotCompared => (WARN, "not compared", not_compared(check.claim, value)),
        Outcome::Passed => (GOOD, "passed", passed(check.claim, value, now)),
    };
    let gap = " ".repeat(15_usize.saturating_sub(word.len()));
    let _ = writeln!(text, "  {style}{word}{style:#}{gap}{}", Untrusted(&words));
}

fn passed(claim: &'static str, value: Option<&Value>, now: Timestamp) -> String {
    match value.map(|value| (numeric_date(claim, value), value)) {
        Some((Ok(moment), _)) => format!("`{claim}` {moment}, {}", distance(now, moment)),
        Some((_, value)) => format!("`{claim}` {}", brief(value)),
        None => format!("`{claim}`"),
    }
}

fn not_compared(claim: &str, value: Option<&Value>) -> String {
    let stated = value.map(brief).unwrap_or_default();
    match claim {
        "aud" | "iss" | "sub" => format!("`{claim}` {stated}: `--{claim}` says what it must be"),
        _ => format!("`{claim}` {stated}"),
    }
}

/// A value on one line, cut where it is longer than anybody reads.
fn brief(value: &Value) -> String {
    const LONGEST: usize = 120;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// What came of verifying, for programs; the problems are the caller's to add.
pub(crate) fn json(verdict: &TokenVerdict) -> Value {
    let said = verdict.said.as_ref();
    let claims = said.and_then(|said| said.claims.as_ref());
    let time = |name: &str| claims.and_then(|it| time_of(it.get(name)?)).map(|it| it.to_string());
    let signed_by = verdict.signature.as_ref().ok().map(|by| {
        let certificate = by.certificate.as_ref().map(|(subject, validity)| {
            json!({
                "subject": subject,
                "not_before": validity.map(|it| it.not_before.to_string()),
                "not_after": validity.map(|it| it.not_after.to_string()),
            })
        });
        json!({
            "file": by.origin.file,
            "alias": by.origin.entry,
            "kid": by.name,
            "key": by.key.to_string(),
            "algorithm": by.algorithm.name(),
            "spki_sha256": by.fingerprint,
            "certificate": certificate,
        })
    });
    let checks: Vec<Value> = verdict.checks.iter().map(check_json).collect();
    json!({
        "verified": verdict.is_verified(),
        "signed_by": signed_by,
        "header": said.map(|said| &said.header),
        "claims": claims,
        "issued_at": time("iat"),
        "not_before": time("nbf"),
        "expires_at": time("exp"),
        "checks": checks,
        "leeway_seconds": verdict.leeway,
        "checked_at": verdict.now.to_string(),
    })
}

fn check_json(check: &Check) -> Value {
    let (outcome, fault) = match &check.outcome {
        Outcome::Failed(fault) => ("failed", Some(fault)),
        Outcome::NotCompared => ("not_compared", None),
        Outcome::Passed => ("passed", None),
        Outcome::Absent => ("absent", None),
    };
    json!({ "claim": check.claim, "outcome": outcome, "kind": fault.map(|it| it.kind()) })
}
