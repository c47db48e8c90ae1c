//! What `check` found, as plain values.

use std::cmp::{Ordering, Reverse};

use crate::clock::Timestamp;
use crate::crypto::Fingerprint;
use crate::formats::x509::Validity;

use super::threshold::Threshold;

/// How bad it is. Greater is worse: what is known to be critical is worse than what could not be looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckStatus {
    /// Nothing is to be done.
    #[default]
    Ok,
    /// Something is to be done in time.
    Warning,
    /// It could not be read, so nothing is known.
    Unknown,
    /// Something is to be done now.
    Critical,
}

impl CheckStatus {
    /// From the best to the worst.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Warning, Self::Unknown, Self::Critical];

    /// The word that monitors use, such as `CRITICAL`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Unknown => "UNKNOWN",
            Self::Critical => "CRITICAL",
        }
    }
}

/// What alone is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckOnly {
    /// The dates of certificates: neither keys, nor signatures, nor who may read a file.
    Expiry,
}

impl CheckOnly {
    /// The stable word for programs, such as `expiry`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
        }
    }
}

/// What was found in all files.
#[derive(Debug)]
pub struct CheckReport {
    /// When it was checked.
    pub now: Timestamp,
    /// From when on an end is a warning.
    pub warning: Threshold,
    /// From when on an end is critical.
    pub critical: Threshold,
    /// What alone was looked at; everything where nothing is said.
    pub only: Option<CheckOnly>,
    /// Everything that was judged, or what of it is not well; the worst first, then what ends first, then by name.
    pub items: Vec<CheckItem>,
    /// How many things are well and left out of the items, since faults alone were asked for.
    pub left_out: usize,
    /// How many files were read.
    pub files: usize,
    /// How many files hold nothing that is judged here.
    pub passed_over: usize,
    /// Whether it is all right that there was nothing to judge.
    pub may_be_empty: bool,
}

impl CheckReport {
    /// The worst of all; unknown where there was nothing to judge, unless that is all right.
    #[must_use]
    pub fn status(&self) -> CheckStatus {
        let is_ok = self.may_be_empty || self.left_out > 0;
        let of_nothing = if is_ok { CheckStatus::Ok } else { CheckStatus::Unknown };
        self.items.iter().map(|item| item.status).max().unwrap_or(of_nothing)
    }

    /// Puts the worst first, then what ends first, then by name.
    pub(super) fn sort(&mut self) {
        self.items.sort_by(in_order);
    }

    /// How many there are of `status`.
    #[must_use]
    pub fn count(&self, status: CheckStatus) -> usize {
        let left_out = if status == CheckStatus::Ok { self.left_out } else { 0 };
        left_out + self.items.iter().filter(|item| item.status == status).count()
    }
}

/// One thing that was judged.
#[derive(Debug)]
pub struct CheckItem {
    /// The file, as the user or its folder named it.
    pub file: String,
    /// The alias, in a keystore.
    pub entry: Option<String>,
    /// Its place among the certificates of its file or entry, from 1; 1 where there is one.
    pub position: usize,
    /// What it is.
    pub kind: CheckedKind,
    /// The worst of its findings.
    pub status: CheckStatus,
    /// What is to be said of it, the worst first; empty when all is well.
    pub findings: Vec<CheckFinding>,
    /// What a certificate says, where this is one.
    pub certificate: Option<CertificateFacts>,
    /// SHA-256 of the SubjectPublicKeyInfo, where it can be told: what belongs together has the same.
    pub key: Option<Fingerprint>,
    /// The kind of key, such as `RSA 2048`, where it can be told.
    pub algorithm: Option<String>,
    /// Whether anybody could have changed what was read: it stands outside the protection that no password opened.
    pub integrity_unchecked: bool,
}

impl CheckItem {
    /// When its certificate ends, if it is one and its dates can be read.
    #[must_use]
    pub fn not_after(&self) -> Option<Timestamp> {
        self.certificate.as_ref().and_then(|certificate| certificate.validity).map(|validity| validity.not_after)
    }

    /// Puts the worst finding first and takes its status.
    pub(super) fn judge(&mut self) {
        self.findings.sort_by_key(|finding| Reverse(finding.status));
        self.status = self.findings.first().map_or(CheckStatus::Ok, |finding| finding.status);
    }

    /// The same, judged.
    #[must_use]
    pub(super) fn judged(mut self) -> Self {
        self.judge();
        self
    }
}

/// The order of a report. What has no end comes after what has one.
pub(super) fn in_order(one: &CheckItem, other: &CheckItem) -> Ordering {
    let ends = |item: &CheckItem| item.not_after().map_or((1, 0), |end| (0, end.unix()));
    (Reverse(one.status), ends(one))
        .cmp(&(Reverse(other.status), ends(other)))
        .then_with(|| (&one.file, &one.entry, one.position).cmp(&(&other.file, &other.entry, other.position)))
}

/// A kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckedKind {
    /// A certificate, in a file or as the first of an entry's chain.
    Certificate,
    /// A certificate of an authority, further on in a chain.
    ChainCertificate,
    /// A file as a whole: what could not be read or opened, or who may read it.
    File,
    /// A private key.
    PrivateKey,
    /// A public key by itself.
    PublicKey,
    /// A certificate signing request.
    Request,
}

impl CheckedKind {
    /// The stable word for programs, such as `certificate`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::ChainCertificate => "chain_certificate",
            Self::File => "file",
            Self::PrivateKey => "private_key",
            Self::PublicKey => "public_key",
            Self::Request => "request",
        }
    }
}

/// What a certificate says of itself. Names are as the certificate has them: show them as untrusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    /// The subject, RFC 4514.
    pub subject: String,
    /// Its common name, if it has one.
    pub common_name: Option<String>,
    /// The issuer, RFC 4514.
    pub issuer: String,
    /// The serial number in hexadecimal digits, two for each octet.
    pub serial: String,
    /// From when to when it is valid, where its dates can be read.
    pub validity: Option<Validity>,
    /// SHA-256 of the certificate.
    pub fingerprint: Fingerprint,
}

/// Something that is to be said of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckFinding {
    /// A stable word for programs, such as `expired` or `expires_soon`.
    pub kind: &'static str,
    /// How bad it is.
    pub status: CheckStatus,
    /// What was found, in one phrase. It may hold text from the file: show it as untrusted.
    pub what: String,
}
