//! From what a file holds to what is said of it: one item for each thing.

use std::error::Error;
use std::fmt::Write as _;

use crate::crypto::{DigestAlgorithm, Fingerprint};
use crate::formats::keystore::Kind;
use crate::formats::spki::Description;
use crate::formats::x509::{DistinguishedName, Validity};
use crate::operations::inspect::{
    CertificateReport, EntryReport, FileReport, Finding, Integrity, JwkKey, Lock, PrivateKeyReport, StoreReport, Thing,
};
use crate::operations::verify::UnopenedReason;
use crate::untrusted::Untrusted;

use super::judge::{self, Judge};
use super::report::{CertificateFacts, CheckFinding, CheckItem, CheckOnly, CheckStatus, CheckedKind};

/// The items of a file, in its order. What could not be read is one of the file as a whole.
pub(super) fn items(file: &FileReport, judge: &Judge) -> Vec<CheckItem> {
    let mut all = Items { file, judge, is_unchecked: is_unchecked(file), items: Vec::new() };
    let mut position = 0;
    let alone = file.certificates().count() == 1;
    for thing in &file.things {
        match thing {
            Thing::Certificate(certificate) => {
                position += 1;
                all.certificate(certificate, None, position, certificate.is_ca && !alone);
            }
            Thing::Entry(entry) => all.entry(entry),
            Thing::Jwk(jwk) => {
                let name = jwk.kid.as_deref();
                match &jwk.key {
                    JwkKey::NotRead(_) => {}
                    JwkKey::Private(key) => all.private_key(key, name),
                    JwkKey::Public(key, findings) => {
                        all.add(CheckedKind::PublicKey, name, Some(key), findings);
                    }
                }
                for (index, certificate) in jwk.chain.iter().enumerate() {
                    all.certificate(certificate, name, index + 1, index > 0);
                }
            }
            Thing::PrivateKey(key) => all.private_key(key, None),
            Thing::PublicKey(key, findings) => {
                all.add(CheckedKind::PublicKey, None, Some(key), findings);
            }
            Thing::Request(request) => {
                all.add(CheckedKind::Request, None, request.key.as_ref(), &request.findings);
            }
            Thing::Other { .. } | Thing::Token(_) | Thing::Unreadable { .. } => {}
        }
    }
    let mut items = all.items;
    items.extend(of_file(file));
    items
}

/// Whether anybody could have changed what lies open in a keystore.
fn is_unchecked(file: &FileReport) -> bool {
    file.store.as_ref().is_some_and(|store| store.integrity != Integrity::Checked)
}

/// Whether a part of a keystore that may hold certificates stayed closed.
pub(super) fn hides_certificates(file: &FileReport) -> bool {
    let is_encrypted = |store: &StoreReport| store.safes.iter().any(|safe| safe.protection.is_some());
    file.store.as_ref().is_some_and(|store| store.lock != Lock::Open && is_encrypted(store))
}

/// Whether anything stayed closed.
pub(super) fn is_locked(file: &FileReport) -> bool {
    file.store.as_ref().is_some_and(|store| store.lock != Lock::Open)
        || file.private_keys().any(|key| key.lock != Lock::Open)
}

/// What is to be said of the file as a whole: what could not be read, and what stayed closed.
fn of_file(file: &FileReport) -> Option<CheckItem> {
    let mut findings = of_failures(&file.name, &file.failures);
    if findings.is_empty() && hides_certificates(file) {
        let what = "its certificates are encrypted, and no password was given";
        findings.push(CheckFinding::new("locked", CheckStatus::Unknown, what));
    }
    (!findings.is_empty()).then(|| of_whole(&file.name, findings))
}

/// What stopped parts of a file from being read or opened, each reason once.
pub(super) fn of_failures(name: &str, failures: &[UnopenedReason]) -> Vec<CheckFinding> {
    let mut findings: Vec<CheckFinding> = Vec::new();
    for finding in failures.iter().map(|failure| of_failure(name, failure)) {
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    findings
}

/// What stopped a file from being read or opened, with its causes.
pub(super) fn of_failure(name: &str, failure: &UnopenedReason) -> CheckFinding {
    let mut what = failure.to_string();
    let mut source = failure.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !what.ends_with(&text) {
            what = format!("{what}: {text}");
        }
        source = cause.source();
    }
    // The file is named by its item already.
    let name = Untrusted(name);
    for prefix in [format!("cannot read `{name}`: "), format!("cannot open `{name}`: "), format!("`{name}` ")] {
        if let Some(rest) = what.strip_prefix(&prefix) {
            what = rest.to_owned();
        }
    }
    CheckFinding::new(failure.kind(), CheckStatus::Unknown, what)
}

/// An item of a file as a whole.
pub(super) fn of_whole(name: &str, findings: Vec<CheckFinding>) -> CheckItem {
    CheckItem {
        file: name.to_owned(),
        entry: None,
        position: 1,
        kind: CheckedKind::File,
        status: CheckStatus::Ok,
        findings,
        certificate: None,
        key: None,
        algorithm: None,
        integrity_unchecked: false,
    }
    .judged()
}

/// What a certificate says of itself.
pub(super) fn facts(
    der: &[u8],
    subject: &DistinguishedName,
    issuer: &DistinguishedName,
    serial: &[u8],
    validity: Option<Validity>,
) -> CertificateFacts {
    CertificateFacts {
        common_name: subject.common_name(),
        subject: text(subject),
        issuer: text(issuer),
        serial: hex(serial),
        validity,
        fingerprint: Fingerprint::of(DigestAlgorithm::Sha256, der),
    }
}

/// A name as text, in a buffer that most names fit into.
fn text(name: &DistinguishedName) -> String {
    let mut text = String::with_capacity(96);
    // Writing to a String cannot fail.
    let _ = write!(text, "{name}");
    text.shrink_to_fit();
    text
}

fn hex(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len() * 2);
    let halves = octets.iter().flat_map(|octet| [octet >> 4, octet & 0x0f]);
    text.extend(halves.filter_map(|half| char::from_digit(u32::from(half), 16)));
    text
}

/// What was found so far.
struct Items<'a> {
    file: &'a FileReport,
    judge: &'a Judge,
    is_unchecked: bool,
    items: Vec<CheckItem>,
}

impl Items<'_> {
    /// Adds an item, unless nothing of its kind is looked at.
    fn add(
        &mut self,
        kind: CheckedKind,
        entry: Option<&str>,
        key: Option<&Description>,
        findings: &[Finding],
    ) -> Option<&mut CheckItem> {
        let is_certificate = matches!(kind, CheckedKind::Certificate | CheckedKind::ChainCertificate);
        let (key, findings) = match self.judge.only {
            None => (key, findings),
            Some(CheckOnly::Expiry) if is_certificate => (None, [].as_slice()),
            Some(CheckOnly::Expiry) => return None,
        };
        self.items.push(CheckItem {
            entry: entry.map(str::to_owned),
            kind,
            key: key.and_then(|key| key.fingerprint.clone()),
            algorithm: key.map(|key| key.algorithm.clone()),
            integrity_unchecked: self.is_unchecked,
            ..of_whole(&self.file.name, findings.iter().filter_map(judge::repeated).collect())
        });
        self.items.last_mut()
    }

    fn certificate(&mut self, it: &CertificateReport, entry: Option<&str>, position: usize, is_of_chain: bool) {
        let kind = if is_of_chain { CheckedKind::ChainCertificate } else { CheckedKind::Certificate };
        let dates = self.judge.dates(it.validity);
        let Some(item) = self.add(kind, entry, it.key.as_ref(), &it.findings) else { return };
        item.position = position;
        item.findings.extend(dates);
        let certificate = &it.certificate;
        let (subject, issuer) = (certificate.subject(), certificate.issuer());
        item.certificate = Some(facts(certificate.der(), &subject, &issuer, certificate.serial_number(), it.validity));
        item.judge();
    }

    /// A key is told of where it is open: of one that is not, nothing is known that could be judged.
    fn private_key(&mut self, key: &PrivateKeyReport, entry: Option<&str>) {
        let exposure = self.file.exposure.filter(|_| key.protection.is_none());
        let Some(item) = self.add(CheckedKind::PrivateKey, entry, key.key.as_ref(), &key.findings) else { return };
        item.findings.extend(exposure.map(judge::exposed));
        item.judge();
    }

    fn entry(&mut self, entry: &EntryReport) {
        let alias = Some(entry.alias.as_str());
        let has_key = entry.kind == Kind::PrivateKey;
        if let Some(key) = entry.key.as_ref().filter(|key| key.lock == Lock::Open) {
            self.private_key(key, alias);
        }
        for (index, certificate) in entry.chain.iter().enumerate() {
            let is_of_chain = if has_key { index > 0 } else { certificate.is_ca };
            self.certificate(certificate, alias, index + 1, is_of_chain);
            let open = entry.key.as_ref().and_then(|key| key.key.as_ref()).and_then(|key| key.fingerprint.as_ref());
            if index == 0
                && let (Some(open), Some(item)) = (open, self.items.last_mut())
                && item.key.as_ref().is_some_and(|own| own != open)
            {
                let what = "the private key of its entry belongs to another certificate";
                item.findings.push(CheckFinding::new("key_mismatch", CheckStatus::Critical, what));
                item.judge();
            }
        }
    }
}
