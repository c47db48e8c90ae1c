//! A certificate or request as text.

use anstyle::Style;
use base64::Engine;
use certwright::clock::Timestamp;
use certwright::crypto::DigestAlgorithm;
use certwright::formats::spki::Description;
use certwright::formats::x509::{ExtensionValue, StatedExtension, SubjectAltName, Validity};
use certwright::operations::{CertificateReport, IssuerReport, RequestReport};

use super::layout::Page;
use super::{PLAIN, WARNING, findings, pairs};
use crate::render::{BAD, DIM, GOOD, days_left};

/// `9999-12-31T23:59:59Z`, which RFC 5280 section 4.1.2.5 writes for "no end".
const NO_END: i64 = 253_402_300_799;

/// What it is, in a few facts.
pub(super) fn summary(report: &CertificateReport, now: Timestamp) -> Vec<(String, Style)> {
    let is_self_signed = matches!(report.issuer, IssuerReport::Itself | IssuerReport::ItselfUnchecked);
    let kind = match (is_self_signed, report.is_ca) {
        (true, true) => "self-signed CA certificate",
        (true, false) => "self-signed certificate",
        (false, true) => "CA certificate",
        (false, false) => "certificate",
    };
    let mut facts = vec![(format!("{kind} of {}", called(report)), PLAIN)];
    facts.extend(report.key.as_ref().map(|key| (key.algorithm.clone(), PLAIN)));
    facts.extend(report.validity.map(|validity| in_words(validity, now)));
    facts
}

/// Whom it names, as shortly as can be.
fn called(report: &CertificateReport) -> String {
    let subject = report.certificate.subject();
    let name = subject.common_name().or_else(|| report.names.first().map(ToString::to_string));
    let name = name.unwrap_or_else(|| subject.to_string());
    if name.is_empty() { "nobody".to_owned() } else { beginning(&name) }
}

/// As much of a name as a heading has room for.
pub(super) fn beginning(name: &str) -> String {
    match name.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// How the validity stands, with a style that says whether that is well.
fn in_words(Validity { not_before, not_after }: Validity, now: Timestamp) -> (String, Style) {
    if now < not_before {
        return (format!("not valid before {not_before}"), BAD);
    }
    if not_after.unix() == NO_END {
        return ("no end".to_owned(), GOOD);
    }
    let ends_soon = now.plus_days(30).is_ok_and(|soon| soon > not_after);
    let style = if now > not_after {
        BAD
    } else if ends_soon {
        WARNING
    } else {
        GOOD
    };
    (days_left(now, not_after), style)
}

/// All of it; `here` is the file that it stands in.
pub(super) fn rows(page: &mut Page, report: &CertificateReport, here: &str, now: Timestamp) {
    let certificate = &report.certificate;
    page.name("subject", &certificate.subject().to_string());
    issuer(page, report, here);
    validity(page, report, now);
    key_and_signature(page, report.key.as_ref(), &certificate.signature_name());
    names(page, &report.names);
    page.digits("serial", PLAIN, &pairs(certificate.serial_number()), 60);
    if certificate.version() != 3 {
        page.words("version", PLAIN, &certificate.version().to_string());
    }
    extensions(page, "extensions", &report.extensions);
    fingerprints(page, report);
    findings(page, &report.findings);
}

/// The few lines that an issuer in a chain needs; `here` is the file that it stands in.
pub(super) fn short_rows(page: &mut Page, report: &CertificateReport, here: &str, now: Timestamp) {
    page.name("subject", &report.certificate.subject().to_string());
    issuer(page, report, here);
    validity(page, report, now);
    page.digits("SHA-256", DIM, &report.certificate.fingerprint(DigestAlgorithm::Sha256).colons(), 48);
    findings(page, &report.findings);
}

/// What one of very many needs: its heading has names and dates in words.
pub(super) fn fewest_rows(page: &mut Page, report: &CertificateReport) {
    page.digits("SHA-256", DIM, &report.certificate.fingerprint(DigestAlgorithm::Sha256).colons(), 48);
    super::grave_findings(page, &report.findings);
}

/// Who issued it; `here` is the file that it stands in.
fn issuer(page: &mut Page, report: &CertificateReport, here: &str) {
    let name = report.certificate.issuer().to_string();
    match &report.issuer {
        IssuerReport::Itself => page.words("issuer", PLAIN, "itself (self-signed)"),
        IssuerReport::ItselfUnchecked => page.words("issuer", PLAIN, "itself (its signature was not checked)"),
        IssuerReport::NotItself => page.words("issuer", BAD, "itself, but its key did not sign it"),
        IssuerReport::Known { file, .. } => {
            page.name("issuer", &name);
            let place = if file == here { "this file".to_owned() } else { format!("`{file}`") };
            page.words("", DIM, &format!("found in {place}; its key made the signature"));
        }
        _ => {
            page.name("issuer", &name);
            page.words("", DIM, "not found here");
        }
    }
}

fn validity(page: &mut Page, report: &CertificateReport, now: Timestamp) {
    let Some(validity) = report.validity else {
        return page.words("valid", BAD, "its dates cannot be read");
    };
    let (words, style) = in_words(validity, now);
    let style = if style == GOOD { PLAIN } else { style };
    if now < validity.not_before {
        page.words("valid from", style, &format!("{}, {words}", validity.not_before));
        page.words("valid until", PLAIN, &validity.not_after.to_string());
    } else {
        page.words("valid until", style, &format!("{}, {words}", validity.not_after));
        page.words("valid from", PLAIN, &validity.not_before.to_string());
    }
}

fn key_and_signature(page: &mut Page, key: Option<&Description>, signature: &str) {
    match key {
        Some(key) => page.words("key", PLAIN, &key.algorithm),
        None => page.words("key", BAD, "it cannot be read"),
    }
    page.words("signature", PLAIN, signature);
}

fn names(page: &mut Page, names: &[SubjectAltName]) {
    /// As many as are counted at a glance.
    const FEW: usize = 6;
    let texts: Vec<String> = names.iter().map(ToString::to_string).collect();
    if texts.len() > FEW {
        page.words("names", DIM, &format!("{} of them", texts.len()));
        page.list("", &texts);
    } else if !texts.is_empty() {
        page.list("names", &texts);
    }
}

/// One line an extension where it fits.
fn extensions(page: &mut Page, label: &str, extensions: &[StatedExtension]) {
    for (index, extension) in extensions.iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        let critical = if extension.critical { " (critical)" } else { "" };
        page.item(label, &format!("{}{critical}", extension.name), &said(extension));
    }
}

/// What an extension says, in parts.
fn said(extension: &StatedExtension) -> Vec<String> {
    let names = |names: &[SubjectAltName]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    match &extension.value {
        Err(fault) => vec![format!("cannot be read ({})", fault.reason)],
        Ok(ExtensionValue::Names(_)) if extension.name == "subjectAltName" => vec!["the names above".to_owned()],
        Ok(ExtensionValue::Names(list)) => names(list),
        Ok(ExtensionValue::Words(words)) if words.is_empty() => vec!["nothing".to_owned()],
        Ok(ExtensionValue::Words(words)) => words.clone(),
        Ok(ExtensionValue::SubjectKeyIdentifier(id)) => vec![hex(id)],
        Ok(ExtensionValue::AuthorityKeyIdentifier { key, serial_number }) => {
            let key = key.as_deref().map(hex);
            key.into_iter().chain(serial_number.as_deref().map(|it| format!("serial {}", hex(it)))).collect()
        }
        Ok(ExtensionValue::BasicConstraints { ca: false, .. }) => vec!["not a CA".to_owned()],
        Ok(ExtensionValue::BasicConstraints { path_length: Some(0), .. }) => {
            vec!["CA, for leaf certificates only".to_owned()]
        }
        Ok(ExtensionValue::BasicConstraints { path_length: Some(length), .. }) => {
            vec![format!("CA, with at most {length} more below it")]
        }
        Ok(ExtensionValue::BasicConstraints { .. }) => vec!["CA".to_owned()],
        Ok(ExtensionValue::NameConstraints { permitted, excluded }) => {
            let permitted = names(permitted).into_iter().map(|name| format!("only {name}"));
            permitted.chain(names(excluded).into_iter().map(|name| format!("not {name}"))).collect()
        }
        Ok(ExtensionValue::AccessDescriptions(list)) => {
            list.iter().map(|(method, place)| format!("{method} {place}")).collect()
        }
        Ok(ExtensionValue::Other(length)) => vec![format!("{length} bytes")],
        Ok(_) => Vec::new(),
    }
}

fn fingerprints(page: &mut Page, report: &CertificateReport) {
    let certificate = &report.certificate;
    let [sha1, sha256] =
        [DigestAlgorithm::Sha1, DigestAlgorithm::Sha256].map(|algorithm| certificate.fingerprint(algorithm));
    page.digits("SHA-256", DIM, &sha256.colons(), 48);
    page.digits("SHA-1", DIM, &sha1.colons(), 60);
    if let Some(key) = &report.key {
        super::key::fingerprint(page, key);
    }
    page.digits("x5t", DIM, &base64url(sha1.as_bytes()), 60);
    page.digits("x5t#S256", DIM, &base64url(sha256.as_bytes()), 60);
}

/// What a request is, in a few facts.
pub(super) fn request_summary(report: &RequestReport) -> Vec<(String, Style)> {
    let name = report.subject.common_name().or_else(|| report.names.first().map(ToString::to_string));
    let name = name.unwrap_or_else(|| report.subject.to_string());
    let name = if name.is_empty() { "nobody".to_owned() } else { beginning(&name) };
    let mut facts = vec![(format!("certificate request of {name}"), PLAIN)];
    facts.extend(report.key.as_ref().map(|key| (key.algorithm.clone(), PLAIN)));
    facts.push(request_signature(report));
    facts
}

fn request_signature(report: &RequestReport) -> (String, Style) {
    use certwright::formats::Reason;
    match &report.signature {
        Ok(()) => ("signature verified".to_owned(), GOOD),
        Err(fault) if matches!(fault.reason, Reason::Unsupported(_)) => ("signature not checked".to_owned(), DIM),
        Err(_) => ("signature broken".to_owned(), BAD),
    }
}

/// All of a request.
pub(super) fn request_rows(page: &mut Page, report: &RequestReport) {
    page.name("subject", &report.subject.to_string());
    names(page, &report.names);
    key_and_signature(page, report.key.as_ref(), &report.signature_algorithm);
    let (words, style) = match request_signature(report) {
        (_, style) if style == GOOD => ("made by the key that it holds".to_owned(), PLAIN),
        other => other,
    };
    page.words("", style, &words);
    extensions(page, "asks for", &report.extensions);
    if !report.attributes.is_empty() {
        page.list("attributes", &report.attributes);
    }
    if let Some(key) = &report.key {
        super::key::fingerprint(page, key);
    }
    findings(page, &report.findings);
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

pub(super) fn base64(octets: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(octets)
}

pub(super) fn base64url(octets: &[u8]) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(octets)
}
