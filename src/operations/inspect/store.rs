//! Java keystores: their certificates and aliases lie open, and with a password their keys are told too.

use crate::clock::Timestamp;
use crate::formats::jks::{self, Integrity as Check};
use crate::formats::keystore::Kind;
use crate::formats::pkcs5::Description as Protection;
use crate::formats::x509::Certificate;
use crate::formats::{self, Place, Reason, pkcs8};
use crate::limits::{Budget, Limits};
use crate::operations::load::open_purpose;
use crate::secret::{Password, PasswordPurpose};

use super::finding::Finding;
use super::report::{
    CertificateReport, EntryReport, FileFormat, FileReport, Integrity, Lock, PrivateKeyReport, StoreReport, Thing,
};
use super::{Inspector, Unlocked, certificate, key};

impl Inspector<'_> {
    /// A JKS: its certificates and aliases lie open, its keys do not.
    pub(super) fn java_keystore(&self, file: &mut FileReport, octets: &[u8]) {
        let is_jks = octets.starts_with(&[0xfe, 0xed]);
        file.format = Some(if is_jks { FileFormat::Jks } else { FileFormat::Jceks });
        let mut budget = Budget::new(self.limits);
        let store = match jks::Store::decode(octets, Check::Unchecked, self.limits) {
            Ok(store) => store,
            Err(source) => return self.cannot_read(file, source),
        };
        let opened = self.unlock(open_purpose(&file.name), |password| {
            jks::Store::decode(octets, Check::Checked(password), self.limits).map(|_| password.clone())
        });
        let (lock, integrity, password) = match opened {
            Unlocked::Opened(password) => (Lock::Open, Integrity::Checked, Some(password)),
            Unlocked::Locked => (Lock::Locked, Integrity::Unchecked, None),
            Unlocked::Failed(error) => {
                file.failures.push(error.into());
                (Lock::Refused, Integrity::Unchecked, None)
            }
        };
        let version = octets.get(4..8).and_then(|it| it.try_into().ok()).map(u32::from_be_bytes);
        file.store = Some(StoreReport { version, integrity, mac: None, safes: Vec::new(), lock });
        if is_jks && store.entries().iter().any(|entry| matches!(entry.content, jks::Content::PrivateKey { .. })) {
            file.findings.push(Finding::warning(
                "weak_store",
                "a JKS protects its keys with nothing but SHA-1",
                "Whoever has the file tries billions of passwords a second; keep it only as long as a program needs it.",
            ));
        }
        for entry in store.entries() {
            let report = self.java_entry(file, entry, password.as_ref(), lock, &mut budget);
            file.things.push(Thing::Entry(Box::new(report)));
        }
    }

    fn java_entry(
        &self,
        file: &mut FileReport,
        entry: &jks::Entry,
        password: Option<&Password>,
        lock: Lock,
        budget: &mut Budget,
    ) -> EntryReport {
        let (kind, key, blobs) = match &entry.content {
            jks::Content::PrivateKey { protected_key, chain } => {
                let key = self.java_key(file, &entry.alias, protected_key, password.map(|it| (it, budget)), lock);
                (Kind::PrivateKey, Some(key), chain.as_slice())
            }
            jks::Content::SecretKey => (Kind::Other, None, [].as_slice()),
            jks::Content::TrustedCertificate(blob) => (Kind::TrustedCertificate, None, std::slice::from_ref(blob)),
        };
        let mut chain = Vec::new();
        for blob in blobs {
            match Certificate::from_der(&blob.der) {
                Ok(read) => chain.push(certificate::describe(read, self.now)),
                Err(fault) => self.cannot_read(file, fault.at(Place::Entry(entry.alias.clone()))),
            }
        }
        let mut findings = Vec::new();
        if jks::java_alias(&entry.alias) != entry.alias {
            findings.push(Finding::warning(
                "upper_case_alias",
                "its alias has capital letters",
                "Java lists such an entry and then cannot find it; rename it in lower case.",
            ));
        }
        findings.extend(of_chain(kind, &chain));
        let created = Timestamp::from_unix(entry.created.div_euclid(1000)).ok();
        EntryReport { alias: entry.alias.clone(), kind, created, key, chain, findings }
    }

    /// A key with the store's password, or one of its own.
    fn java_key(
        &self,
        file: &mut FileReport,
        alias: &str,
        protected: &[u8],
        password: Option<(&Password, &mut Budget)>,
        lock: Lock,
    ) -> PrivateKeyReport {
        let is_jks = file.format == Some(FileFormat::Jks);
        let report = PrivateKeyReport { lock, ..key::closed("PKCS#8", key_protection(protected, is_jks)) };
        let Some((password, budget)) = password else { return report };
        let open = |password: &Password| {
            let der = jks::key_protector::recover_any(protected, password, &mut Budget::new(self.limits))?;
            pkcs8::read(der.expose()).map_err(|fault| match fault.reason {
                // In a JCEKS, the padding is right by chance once in 256 wrong passwords, and what comes out is no key.
                Reason::Malformed(_) if !is_jks => {
                    formats::Error::new("JCEKS", Reason::IntegrityMismatch("the decrypted key".to_owned()))
                }
                _ => fault,
            })
        };
        let at = |fault: formats::Error| fault.at(Place::Entry(alias.to_owned()));
        let charged = jks::key_protector::charge(protected, budget);
        let unlocked = match charged.and_then(|()| open(password)).map_err(at) {
            Ok(reading) => Unlocked::Opened(reading),
            Err(fault) if matches!(fault.reason, Reason::IntegrityMismatch(_)) => {
                let purpose = PasswordPurpose::OpenEntry { file: file.name.clone(), alias: alias.to_owned() };
                self.unlock(purpose, |password| open(password).map_err(at))
            }
            Err(source) => self.refused(&file.name, source),
        };
        let (report, failure) = PrivateKeyReport { lock: Lock::Locked, ..report }.tried(unlocked);
        file.failures.extend(failure.map(Into::into));
        report
    }
}

/// What is to be said of the chain of an entry.
pub(super) fn of_chain(kind: Kind, chain: &[CertificateReport]) -> Option<Finding> {
    (kind == Kind::PrivateKey && chain.is_empty()).then(|| {
        Finding::warning(
            "no_certificate",
            "its private key has no certificate",
            "Java does not see such an entry, and others have nothing to show for the key.",
        )
    })
}

/// The protection of a key in a Java keystore.
fn key_protection(protected: &[u8], is_jks: bool) -> Protection {
    if is_jks {
        return Protection {
            scheme: "Sun JKS".to_owned(),
            cipher: Some("XOR with a SHA-1 stream".to_owned()),
            salt_length: Some(20),
            weak: true,
            ..Protection::default()
        };
    }
    // What opening it would cost is what it iterates.
    let unlimited = Limits { kdf_iterations: u64::MAX, kdf_total_iterations: u64::MAX, ..Limits::default() };
    let mut budget = Budget::new(&unlimited);
    let iterations = jks::key_protector::charge(protected, &mut budget).is_ok().then(|| budget.spent());
    Protection {
        scheme: "PBEWithMD5AndTripleDES".to_owned(),
        cipher: Some("DES-EDE3-CBC".to_owned()),
        prf: Some("MD5".to_owned()),
        iterations: iterations.filter(|count| *count > 0),
        salt_length: Some(8),
        weak: true,
        ..Protection::default()
    }
}
