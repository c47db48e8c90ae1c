//! What belongs to a key, and what belongs to nothing, as text and as members of `certwright/check-partner/1`.

use std::fmt::Write as _;

use certwright::clock::Timestamp;
use certwright::operations::{CheckItem, CheckedKind, PartnerReport};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::json::items;
use super::text::{counted, lines};
use crate::render::{BAD, DIM, GOOD};

/// The report for people.
pub(crate) fn text(report: &PartnerReport, now: Timestamp) -> String {
    let fingerprint: String = report.key.to_string().chars().take(16).collect();
    let (name, algorithm) = (Untrusted(&report.of), Untrusted(&report.algorithm));
    let mut text = format!("{} {name}: {algorithm} {DIM}sha256:{fingerprint}…{DIM:#}\n", words(report.kind));
    // Writing to a String cannot fail.
    let _ = match (report.belonging.is_empty(), report.has_partner()) {
        (true, _) => writeln!(text, "{BAD}nothing here belongs to it{BAD:#}"),
        (false, true) => writeln!(text, "{GOOD}belongs to it{GOOD:#}"),
        (false, false) => writeln!(text, "{BAD}belongs to it, and no {} does{BAD:#}", wanted(report.kind)),
    };
    text.push_str(&lines(&report.belonging, now, false));
    let lists: [(&str, &[CheckItem]); 3] = [
        ("private keys without a certificate here", &report.lonely_keys),
        ("certificates without a private key here", &report.lonely_certificates),
        ("not read", &report.unread),
    ];
    for (title, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        let _ = writeln!(text, "{title}");
        text.push_str(&lines(list, now, title == "not read"));
    }
    let _ = write!(text, "{DIM}{}", counted(report.files, "file"));
    if report.locked > 0 {
        let _ = write!(text, ", and {} with what no password opened", report.locked);
    }
    let _ = writeln!(text, "{DIM:#}");
    text
}

/// The kind of thing as people call it.
fn words(kind: CheckedKind) -> String {
    kind.word().replace('_', " ")
}

/// What a thing of this kind lacks without a partner.
pub(crate) fn wanted(kind: CheckedKind) -> &'static str {
    if kind == CheckedKind::PrivateKey { "certificate" } else { "private key" }
}

/// The report for programs.
pub(crate) fn json(report: &PartnerReport, now: Timestamp) -> Value {
    json!({
        "time": now.to_string(),
        "file": report.of,
        "kind": report.kind.word(),
        "algorithm": report.algorithm,
        "spki_sha256": report.key.to_string(),
        "partner_found": report.has_partner(),
        "belonging": items(&report.belonging, now),
        "keys_without_certificate": items(&report.lonely_keys, now),
        "certificates_without_key": items(&report.lonely_certificates, now),
        "unread": items(&report.unread, now),
        "locked": report.locked,
        "files": report.files,
    })
}
