//! What a private or public key is, how it is protected, and whether it is sound.

use crate::crypto::{PrivateKey, key_health};
use crate::formats::pem::{self, Block};
use crate::formats::pkcs5::Description as Protection;
use crate::formats::spki::{self, Description};
use crate::formats::{self, pkcs1, pkcs8, pkcs8::Reading, sec1};
use crate::limits::Budget;
use crate::operations::Error;
use crate::operations::load::{open_purpose, read_traditional};
use crate::secret::Password;

use super::finding::{self, Finding};
use super::report::{Lock, PrivateKeyReport};
use super::{Inspector, Unlocked};

/// A report on a private key in this encoding that is not opened.
pub(super) fn closed(encoding: &'static str, protection: Protection) -> PrivateKeyReport {
    let findings = finding::of_protection(&protection).into_iter().collect();
    PrivateKeyReport {
        encoding,
        protection: Some(protection),
        lock: Lock::Locked,
        key: None,
        certificates: Vec::new(),
        findings,
    }
}

impl PrivateKeyReport {
    /// The same, opened.
    pub(super) fn opened(mut self, key: &PrivateKey) -> Self {
        self.lock = Lock::Open;
        self.key = describe(key);
        self.findings.extend(private_findings(key, self.key.as_ref()));
        self
    }

    /// The same, opened, whether or not the key can be used.
    pub(super) fn read(self, reading: Reading) -> Self {
        match reading {
            Reading::Described { description, .. } => self.described(*description),
            Reading::Usable(key) => self.opened(&key),
        }
    }

    /// The same, opened, with a key of a kind that is not used here.
    pub(super) fn described(mut self, description: Description) -> Self {
        self.lock = Lock::Open;
        self.findings.extend(number_findings(&description));
        self.findings.push(finding::unusable_private_key(&description.algorithm));
        self.key = Some(description);
        self
    }

    /// The same with what came of trying to open it, and the failure, if it is one.
    pub(super) fn tried(mut self, unlocked: Unlocked<Reading>) -> (Self, Option<Error>) {
        match unlocked {
            Unlocked::Opened(reading) => (self.read(reading), None),
            Unlocked::Locked => (self, None),
            Unlocked::Failed(error) => {
                self.lock = Lock::Refused;
                (self, Some(error))
            }
        }
    }
}

/// A report on a private key that lies open, before it is read.
pub(super) fn open(encoding: &'static str) -> PrivateKeyReport {
    PrivateKeyReport {
        encoding,
        protection: None,
        lock: Lock::Open,
        key: None,
        certificates: Vec::new(),
        findings: Vec::new(),
    }
}

fn describe(key: &PrivateKey) -> Option<Description> {
    spki::encode(&key.public_key()).and_then(|der| spki::describe(&der)).ok()
}

/// What is to be said of a public key.
pub(super) fn public_findings(key: &Description) -> Vec<Finding> {
    let mut findings = number_findings(key);
    if key.key.is_none() {
        findings.push(finding::unusable_key(&key.algorithm));
    }
    findings
}

/// What the numbers of a public key show.
fn number_findings(key: &Description) -> Vec<Finding> {
    let length = finding::of_length(&key.algorithm, key.bits);
    let weaknesses = key.rsa.as_ref().into_iter().flat_map(key_health::examine).map(Finding::from);
    length.into_iter().chain(weaknesses).collect()
}

/// What is to be said of an open private key.
fn private_findings(key: &PrivateKey, described: Option<&Description>) -> Vec<Finding> {
    match described {
        // All that the public half shows is found here too.
        Some(described) if described.rsa.is_some() => {
            key_health::examine_private(key).into_iter().map(Finding::from).collect()
        }
        Some(described) => public_findings(described),
        None => Vec::new(),
    }
}

impl Inspector<'_> {
    /// An `EncryptedPrivateKeyInfo`; with a password it is opened.
    pub(super) fn encrypted_key(
        &self,
        name: &str,
        der: &[u8],
        budget: &mut Budget,
    ) -> Result<(PrivateKeyReport, Option<Error>), formats::Error> {
        let report = closed("PKCS#8", pkcs8::describe(der)?);
        if let Err(source) = pkcs8::charge(der, budget) {
            // What cannot be opened is not tried, and that is a failure only where somebody wanted it opened.
            return Ok(report.tried(self.refused(name, source)));
        }
        let open = |password: &Password| pkcs8::read_encrypted(der, password, &mut Budget::new(self.limits));
        Ok(report.tried(self.unlock(open_purpose(name), open)))
    }

    /// A key block of traditional encrypted PEM; with a password it is opened.
    pub(super) fn encrypted_block(
        &self,
        name: &str,
        block: &Block,
    ) -> Result<(PrivateKeyReport, Option<Error>), formats::Error> {
        let report = closed(encoding(&block.label), pem::encrypted::describe(block)?);
        Ok(report.tried(self.unlock(open_purpose(name), |password| read_traditional(block, password))))
    }
}

/// The name of the encoding under a PEM label.
pub(super) fn encoding(label: &str) -> &'static str {
    match label {
        pkcs1::LABEL => "PKCS#1",
        sec1::LABEL => "SEC 1",
        pkcs8::DSA_LABEL => "OpenSSL's own",
        _ => "PKCS#8",
    }
}
