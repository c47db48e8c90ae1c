//! A JSON Web Token as text, its times in words.

use anstyle::Style;
use certwright::clock::Timestamp;
use certwright::operations::{TokenReport, time_of};
use serde_json::{Map, Value};

use super::layout::Page;
use super::{PLAIN, findings};
use crate::render::{BAD, DIM};

/// The claims that are times: RFC 7519 section 4.1 and OpenID Connect Core section 2.
const TIMES: [&str; 5] = ["exp", "nbf", "iat", "auth_time", "updated_at"];

/// What it is, in a few facts.
pub(super) fn summary(report: &TokenReport, now: Timestamp) -> Vec<(String, Style)> {
    let kind = if report.is_encrypted { "encrypted JSON Web Token (JWE)" } else { "JSON Web Token" };
    let mut facts = vec![(kind.to_owned(), PLAIN)];
    facts.extend(report.header.get("alg").and_then(Value::as_str).map(|it| (it.to_owned(), PLAIN)));
    let end = report.claims.as_ref().and_then(|claims| time_of(claims.get("exp")?));
    facts.extend(end.map(|end| {
        let words = distance(now, end);
        if end > now {
            (format!("valid for {}", words.trim_start_matches("in ")), PLAIN)
        } else {
            (format!("expired {words}"), BAD)
        }
    }));
    let unchecked = if report.is_encrypted { "not decrypted" } else { "signature not checked" };
    facts.push((unchecked.to_owned(), DIM));
    facts
}

/// Header and claims; the signature is a credential and stays away.
pub(super) fn rows(page: &mut Page, report: &TokenReport, now: Timestamp) {
    members(page, "header", &report.header, now);
    if let Some(claims) = &report.claims {
        members(page, "claims", claims, now);
    }
    let signature = match report.signature_length {
        0 => "none".to_owned(),
        length => format!("{length} bytes, not shown and not checked"),
    };
    page.words(if report.is_encrypted { "tag" } else { "signature" }, PLAIN, &signature);
    findings(page, &report.findings);
}

/// Some members under a label.
pub(super) fn members(page: &mut Page, label: &str, members: &Map<String, Value>, now: Timestamp) {
    let width = members.keys().map(|key| key.chars().count()).max().unwrap_or(0).min(12);
    for (index, (key, value)) in members.iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        let text = match (value, time_of(value).filter(|_| TIMES.contains(&key.as_str()))) {
            (_, Some(moment)) => format!("{moment}, {}", distance(now, moment)),
            (Value::String(text), None) => text.clone(),
            (other, None) => other.to_string(),
        };
        page.pair(label, key, width, &text);
    }
    if members.is_empty() {
        page.words(label, DIM, "empty");
    }
}

/// How far `moment` is from now: `in 3 minutes`, `2 days ago`.
pub(crate) fn distance(now: Timestamp, moment: Timestamp) -> String {
    let seconds = moment.unix() - now.unix();
    let (count, unit) = match seconds.unsigned_abs() {
        count @ 0..120 => (count, "second"),
        count @ 120..7_200 => (count / 60, "minute"),
        count @ 7_200..172_800 => (count / 3_600, "hour"),
        count => (count / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds < 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_told_in_the_unit_that_fits() {
        let now = Timestamp::from_unix(1_800_000_000).unwrap();
        let told = |seconds: i64| distance(now, now.plus_seconds(seconds).unwrap());
        assert_eq!(told(1), "in 1 second");
        assert_eq!(told(180), "in 3 minutes");
        assert_eq!(told(-7_200), "2 hours ago");
        assert_eq!(told(-86_400 * 12), "12 days ago");
    }
}
