//! A JSON Web Key as text; of a private one nothing but its public half.

use anstyle::Style;
use certwright::clock::Timestamp;
use certwright::operations::{JwkKey, JwkReport};

use super::layout::Page;
use super::{PLAIN, certificate, findings, key};
use crate::render::DIM;

/// What it is, in a few facts.
pub(super) fn summary(report: &JwkReport) -> Vec<(String, Style)> {
    match &report.key {
        JwkKey::NotRead(what) => vec![(format!("JSON Web Key, {what}"), PLAIN), ("named and left".to_owned(), DIM)],
        JwkKey::Private(it) => key::summary(it),
        JwkKey::Public(it, _) => vec![(format!("{} public key", it.algorithm), PLAIN), ("JWK".to_owned(), PLAIN)],
    }
}

/// All of it that may be shown; `here` is the file that it stands in.
pub(super) fn rows(page: &mut Page, report: &JwkReport, here: &str, now: Timestamp) {
    let is_thumbprint = report.kid.is_some() && report.kid == report.thumbprint;
    if let Some(kid) = &report.kid {
        page.words("kid", PLAIN, kid);
    }
    match &report.thumbprint {
        Some(_) if is_thumbprint => page.words("", DIM, "which is its RFC 7638 thumbprint"),
        Some(thumbprint) => page.words("thumbprint", PLAIN, thumbprint),
        None => {}
    }
    match &report.key {
        JwkKey::NotRead(_) => {}
        JwkKey::Private(it) => key::rows(page, it),
        JwkKey::Public(it, found) => {
            page.words("key", PLAIN, &it.algorithm);
            key::fingerprint(page, it);
            findings(page, found);
        }
    }
    for (index, it) in report.chain.iter().enumerate() {
        let place = format!("certificate {} of {}", index + 1, report.chain.len());
        page.heading(&place, &certificate::summary(it, now));
        page.inside(|page| certificate::short_rows(page, it, here, now));
    }
}
