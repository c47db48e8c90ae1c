//! Text from outside, made harmless and brought to a length that its place can bear.

use std::fmt::Write as _;

use certwright::clock::Timestamp;
use certwright::operations::{CertificateFacts, CheckItem};
use certwright::untrusted::Untrusted;

use crate::render::days_left;

/// `text` as [`Untrusted`] shows it, in at most `limit` characters; the last is `…` where something is missing.
pub(super) fn shown(text: &str, limit: usize) -> String {
    // What is cut off is not escaped first: a name of megabytes costs no more than its beginning.
    let rest = text.char_indices().nth(limit).map(|(start, _)| start);
    let begin = Untrusted(&text[..rest.unwrap_or(text.len())]).to_string();
    match begin.chars().nth(limit) {
        None if rest.is_none() => begin,
        _ => begin.chars().take(limit.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// What people call a certificate: its common name, or else its subject.
pub(super) fn called(certificate: &CertificateFacts) -> &str {
    match certificate.common_name.as_deref() {
        Some(name) if !name.trim().is_empty() => name,
        _ if certificate.subject.is_empty() => "(no name)",
        _ => &certificate.subject,
    }
}

/// Where it stands: the file, the entry, and the place where there are several.
pub(super) fn place(item: &CheckItem, limit: usize) -> String {
    let mut place = shown(&item.file, limit);
    if let Some(entry) = &item.entry {
        let _ = write!(place, ", entry {}", shown(entry, limit));
    }
    if item.position > 1 {
        let _ = write!(place, ", certificate {}", item.position);
    }
    place
}

/// How long a certificate lasts, and until when, or since when it does no longer.
pub(super) fn lasts(now: Timestamp, end: Timestamp) -> String {
    let until = if end < now { "at" } else { "until" };
    format!("{}, {until} {end}", days_left(now, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_to_its_length_and_steers_nothing() {
        assert_eq!(shown("abc", 3), "abc");
        assert_eq!(shown("abcd", 3), "ab…");
        assert_eq!(shown("é\u{202e}", 9), "é\\u{202e}");
        for (text, limit) in [("\n".repeat(10), 4), ("ä".repeat(100_000), 64), ("\u{1b}".to_owned(), 3)] {
            let shown = shown(&text, limit);
            assert_eq!(shown.chars().count(), limit, "{shown}");
            assert!(shown.ends_with('…') && Untrusted(&shown).is_harmless(), "{shown}");
        }
    }
}
