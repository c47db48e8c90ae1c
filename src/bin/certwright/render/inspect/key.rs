//! A private or public key as text; of a private key nothing but its public half.

use anstyle::Style;
use certwright::formats::pkcs5::Description as Protection;
use certwright::formats::spki::Description;
use certwright::operations::{Lock, PrivateKeyReport};

use super::certificate::{base64, beginning};
use super::layout::Page;
use super::{PLAIN, findings};
use crate::render::{BAD, DIM};

/// What it is, in a few facts.
pub(super) fn summary(report: &PrivateKeyReport) -> Vec<(String, Style)> {
    let kind = match &report.key {
        Some(key) => format!("{} private key", key.algorithm),
        None => "private key".to_owned(),
    };
    let mut facts = vec![(kind, PLAIN), (report.encoding.to_owned(), PLAIN)];
    facts.push(match (&report.protection, report.lock) {
        (None, _) => ("not protected".to_owned(), PLAIN),
        (Some(_), Lock::Open) => ("protected, opened".to_owned(), PLAIN),
        (Some(_), Lock::Locked) => ("locked".to_owned(), DIM),
        (Some(_), Lock::Refused) => ("not opened".to_owned(), BAD),
    });
    facts
}

/// The same for the key of an entry, where it is known to be a private key.
pub(super) fn in_entry(report: &PrivateKeyReport) -> Vec<String> {
    let algorithm = report.key.as_ref().map(|key| key.algorithm.clone());
    let state = match report.lock {
        Lock::Open => "opened",
        Lock::Locked => "locked",
        Lock::Refused => "not opened",
    };
    algorithm.into_iter().chain([state.to_owned()]).collect()
}

/// All of it that may be shown.
pub(super) fn rows(page: &mut Page, report: &PrivateKeyReport) {
    if let Some(key) = &report.key {
        page.words("key", PLAIN, &key.algorithm);
    }
    match &report.protection {
        Some(it) => protection(page, "protection", it),
        None => page.words("protection", PLAIN, "none: whoever has the file has the key"),
    }
    rows_in_entry(page, report);
    findings(page, &report.findings);
}

/// What a key has beyond its first lines.
fn rows_in_entry(page: &mut Page, report: &PrivateKeyReport) {
    let Some(key) = &report.key else { return };
    fingerprint(page, key);
    for (index, place) in report.certificates.iter().enumerate().take(3) {
        let label = if index == 0 { "certificate" } else { "" };
        let name = place.subject.common_name().unwrap_or_else(|| place.subject.to_string());
        page.words(label, PLAIN, &format!("of {} in `{}`", beginning(&name), place.file));
    }
}

/// How something is protected, part by part.
pub(super) fn protection(page: &mut Page, label: &str, protection: &Protection) {
    let text = protection.to_string();
    page.list(label, &text.split(", ").collect::<Vec<_>>());
}

/// All of a public key.
pub(super) fn public_rows(page: &mut Page, key: &Description) {
    page.words("key", PLAIN, &key.algorithm);
    fingerprint(page, key);
    if let Some(it) = &key.fingerprint {
        page.digits("", DIM, &it.colons(), 48);
    }
}

/// What names the key wherever it stands.
pub(super) fn fingerprint(page: &mut Page, key: &Description) {
    if let Some(it) = &key.fingerprint {
        page.digits("SPKI SHA-256", DIM, &base64(it.as_bytes()), 60);
    }
}
