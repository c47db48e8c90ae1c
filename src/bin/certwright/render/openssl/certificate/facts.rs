//! Single facts of a certificate, each as one of openssl's options prints it: what scripts read.

use certwright::clock::Timestamp;
use certwright::crypto::DigestAlgorithm;
use certwright::formats::x509::{AttributeKind, Certificate, ExtensionValue, StatedExtension, SubjectAltName};
use certwright::formats::{Error, pem, spki};
use certwright::untrusted::Untrusted;

use crate::render::openssl::extensions;
use crate::render::openssl::key;

/// authorityInfoAccess.
const AUTHORITY: &str = "1.3.6.1.5.5.7.1.1";

/// The line of `-fingerprint`; the digest is called as it was typed.
pub(crate) fn fingerprint(certificate: &Certificate, typed: &str, digest: DigestAlgorithm) -> String {
    format!("{typed} Fingerprint={}\n", certificate.fingerprint(digest).colons())
}

/// The line of `-modulus`.
pub(crate) fn modulus(certificate: &Certificate) -> String {
    match certificate.rsa_numbers() {
        Ok(Some(numbers)) => key::modulus(&numbers),
        _ => "Modulus=No modulus for this public key type\n".to_owned(),
    }
}

/// What `-pubkey` prints: the public key in PEM.
///
/// # Errors
/// Only when the key cannot be written in DER.
pub(crate) fn public_key(certificate: &Certificate) -> Result<String, Error> {
    let text = pem::encode(spki::LABEL, &certificate.subject_public_key_info()?)?;
    Ok(String::from_utf8_lossy(text.expose()).into_owned())
}

/// The lines of `-email`: the mail addresses of the subject and of its alternative names, each once.
pub(crate) fn mail_addresses(certificate: &Certificate) -> String {
    let mut addresses = certificate.subject().values(AttributeKind::Email);
    for name in certificate.subject_alt_names().unwrap_or_default() {
        if let SubjectAltName::Email(address) = name {
            addresses.push(address);
        }
    }
    let mut once: Vec<String> = Vec::new();
    for address in addresses {
        if !once.contains(&address) {
            once.push(address);
        }
    }
    once.iter().map(|address| format!("{}\n", Untrusted(address))).collect()
}

/// The lines of `-ocsp_uri`: where to ask whether the certificate was revoked.
pub(crate) fn ocsp_addresses(certificate: &Certificate) -> String {
    let mut lines = String::new();
    for extension in certificate.extensions() {
        let Ok(ExtensionValue::AccessDescriptions(descriptions)) = extension.value else { continue };
        for (method, place) in descriptions {
            if let (true, SubjectAltName::Uri(address)) = (method == "OCSP" && extension.oid == AUTHORITY, place) {
                lines.push_str(&format!("{}\n", Untrusted(&address)));
            }
        }
    }
    lines
}

/// What `-ext` prints of the extensions that `names` lists, or `None` where there is none of them.
pub(crate) fn chosen(certificate: &Certificate, names: &str) -> Option<String> {
    let stated = certificate.extensions();
    let is_wanted = |extension: &&StatedExtension| {
        names.split(',').any(|name| name.trim() == extensions::short(extension) || name.trim() == extension.oid)
    };
    let wanted: Vec<&StatedExtension> = stated.iter().filter(is_wanted).collect();
    (!wanted.is_empty()).then(|| extensions::listed(wanted, 0))
}

/// The line of `-checkend`, and whether the certificate is still valid then.
pub(crate) fn still_valid(certificate: &Certificate, moment: Option<Timestamp>) -> (&'static str, bool) {
    let ends = certificate.validity().map(|validity| validity.not_after);
    match (ends, moment) {
        (Ok(ends), Some(moment)) if ends >= moment => ("Certificate will not expire\n", true),
        _ => ("Certificate will expire\n", false),
    }
}
