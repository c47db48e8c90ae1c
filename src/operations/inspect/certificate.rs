//! What a certificate says, and what is to be said of it by itself.

use crate::clock::Timestamp;
use crate::formats::spki::Description;
use crate::formats::x509::{Certificate, ExtensionValue, StatedExtension};
use crate::formats::{self, Reason};

use super::finding::{self, Finding};
use super::key;
use super::report::{CertificateReport, IssuerReport};

/// Describes one certificate. Who issued it, if not itself, is found out when all are known.
pub(super) fn describe(certificate: Certificate, now: Timestamp) -> CertificateReport {
    let validity = certificate.validity().ok();
    let key = certificate.key_description().ok();
    let extensions = certificate.extensions();
    let is_ca = certificate.is_ca();
    let issuer = self_issued(&certificate);
    let is_root = is_ca && matches!(issuer, IssuerReport::Itself);
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(finding::of_dates(validity, now));
    findings.extend(finding::of_digest(certificate.signature_digest().as_deref(), is_root));
    if issuer == IssuerReport::NotItself {
        findings.push(Finding::problem(
            "broken_signature",
            "it names itself as issuer, and its key did not sign it",
            "It was changed after it was signed, or damaged; get it again from where it was made.",
        ));
    }
    findings.extend(key_findings(key.as_ref()));
    findings.extend(finding::of_version(certificate.version()));
    findings.extend(certificate.serial_number_der().ok().and_then(finding::of_serial));
    findings.extend(of_extensions(&extensions));
    CertificateReport { names: names(&extensions), certificate, validity, key, extensions, is_ca, issuer, findings }
}

/// What is to be said of the key in a certificate or request.
pub(super) fn key_findings(key: Option<&Description>) -> Vec<Finding> {
    match key {
        Some(key) => key::public_findings(key),
        None => vec![Finding::problem(
            "unreadable_key",
            "its public key cannot be read",
            "No program can check what that key signs.",
        )],
    }
}

/// The names of a subjectAltName extension.
pub(super) fn names(extensions: &[StatedExtension]) -> Vec<formats::x509::SubjectAltName> {
    let stated = extensions.iter().filter(|extension| extension.name == "subjectAltName");
    let names = stated.filter_map(|extension| match &extension.value {
        Ok(ExtensionValue::Names(names)) => Some(names.clone()),
        _ => None,
    });
    names.flatten().collect()
}

/// What is to be said of extensions that cannot be read or stand twice.
pub(super) fn of_extensions(extensions: &[StatedExtension]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, extension) in extensions.iter().enumerate() {
        if extension.value.is_err() {
            findings.push(Finding::problem(
                "unreadable_extension",
                format!("its extension {} cannot be read", extension.name),
                "Programs that need what it says refuse the certificate.",
            ));
        }
        if extensions[..index].iter().any(|earlier| earlier.oid == extension.oid) {
            findings.push(Finding::warning(
                "repeated_extension",
                format!("its extension {} stands there twice", extension.name),
                "RFC 5280 forbids it, and programs differ in which they believe.",
            ));
        }
    }
    findings
}

/// Whether it signed itself. One that names itself but another key, as CAs issue when they change keys, has its issuer
/// elsewhere.
fn self_issued(certificate: &Certificate) -> IssuerReport {
    if !certificate.is_self_issued() || !certificate.names_key_of(certificate) {
        return IssuerReport::Missing;
    }
    match certificate.public_key().and_then(|key| certificate.verify_signature(&key)) {
        Ok(()) => IssuerReport::Itself,
        Err(fault) if matches!(fault.reason, Reason::IntegrityMismatch(_)) => IssuerReport::NotItself,
        Err(_) => IssuerReport::ItselfUnchecked,
    }
}
