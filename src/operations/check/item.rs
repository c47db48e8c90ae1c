//! From what a file holds to what is said of it: one item for each thing.

use std::error::Error;

use crate::crypto::DigestAlgorithm;
use crate::formats::keystore::Kind;
use crate::formats::spki::Description;
use crate::operations::inspect::{
    CertificateReport, EntryReport, FileReport, Finding, Integrity, JwkKey, Lock, PrivateKeyReport, StoreReport, Thing,
};
use crate::operations::verify::UnopenedReason;
use crate::untrusted::Untrusted;

use super::judge::{self, Judge};
use super::report::{CertificateFacts, CheckFinding, CheckItem, CheckStatus, CheckedKind};

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
                    JwkKey::Public(key, findings) => all.add(CheckedKind::PublicKey, name, Some(key), findings),
                }
                for (index, certificate) in jwk.chain.iter().enumerate() {
                    all.certificate(certificate, name, index + 1, index > 0);
                }
            }
            Thing::PrivateKey(key) => all.private_key(key, None),
            Thing::PublicKey(key, findings) => all.add(CheckedKind::PublicKey, None, Some(key), findings),
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
    let mut findings: Vec<CheckFinding> = Vec::new();
    for finding in file.failures.iter().map(|failure| of_failure(&file.name, failure)) {
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    if findings.is_empty() && hides_certificates(file) {
        let what = "its certificates are encrypted, and no password was given";
        findings.push(CheckFinding::new("locked", CheckStatus::Unknown, what));
    }
    (!findings.is_empty()).then(|| of_whole(&file.name, findings))
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

/// What was found so far.
struct Items<'a> {
    file: &'a FileReport,
    judge: &'a Judge,
    is_unchecked: bool,
    items: Vec<CheckItem>,
}

impl Items<'_> {
    fn add(&mut self, kind: CheckedKind, entry: Option<&str>, key: Option<&Description>, findings: &[Finding]) {
        let item = CheckItem {
            entry: entry.map(str::to_owned),
            kind,
            key: key.and_then(|key| key.fingerprint.clone()),
            algorithm: key.map(|key| key.algorithm.clone()),
            integrity_unchecked: self.is_unchecked,
            ..of_whole(&self.file.name, findings.iter().filter_map(judge::repeated).collect())
        };
        self.items.push(item);
    }

    fn certificate(&mut self, it: &CertificateReport, entry: Option<&str>, position: usize, is_of_chain: bool) {
        let kind = if is_of_chain { CheckedKind::ChainCertificate } else { CheckedKind::Certificate };
        self.add(kind, entry, it.key.as_ref(), &it.findings);
        let Some(item) = self.items.last_mut() else { return };
        item.position = position;
        item.findings.extend(self.judge.dates(it.validity));
        let (subject, certificate) = (it.certificate.subject(), &it.certificate);
        item.certificate = Some(CertificateFacts {
            common_name: subject.common_name(),
            subject: subject.to_string(),
            issuer: certificate.issuer().to_string(),
            serial: certificate.serial_number().iter().map(|octet| format!("{octet:02x}")).collect(),
            validity: it.validity,
            fingerprint: certificate.fingerprint(DigestAlgorithm::Sha256),
        });
        item.judge();
    }

    /// A key is told of where it is open: of one that is not, nothing is known that could be judged.
    fn private_key(&mut self, key: &PrivateKeyReport, entry: Option<&str>) {
        self.add(CheckedKind::PrivateKey, entry, key.key.as_ref(), &key.findings);
        let Some(item) = self.items.last_mut() else { return };
        if key.protection.is_none()
            && let Some(exposure) = self.file.exposure
        {
            item.findings.push(judge::exposed(exposure));
        }
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
