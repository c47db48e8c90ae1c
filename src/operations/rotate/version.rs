//! One version: a folder that was published whole and is never changed.

use std::path::{Path, PathBuf};

use crate::clock::Timestamp;
use crate::crypto::{CryptoRng, DigestAlgorithm, Fingerprint};
use crate::files::{Collected, Input};
use crate::formats::jks;
use crate::formats::x509::{Certificate, DistinguishedName, Validity};
use crate::limits::Limits;
use crate::operations::audit::AuditedPair;
use crate::operations::create::Part;
use crate::operations::load::Opener;
use crate::operations::verify::{KeyGroup, Verdict, VerifyReport, verify};
use crate::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError};

use super::error::RotateError;
use super::form::SetForm;

/// A file of a version's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VersionFile {
    /// What the version is about.
    Part(Part),
    /// The password that was made for it.
    Password,
    /// What the version is, for people and their records; nothing is decided by it.
    Manifest,
}

impl VersionFile {
    /// Its name in the folder of a version of the rotation `name`.
    #[must_use]
    pub fn name(self, name: &str) -> String {
        match self {
            Self::Part(part) => format!("{name}.{}", part.word()),
            Self::Password => format!("{name}.pass"),
            Self::Manifest => "manifest.json".to_owned(),
        }
    }
}

/// A version whose files were read and proved to belong together.
#[derive(Debug)]
pub struct Proved {
    /// Its number.
    pub number: u32,
    /// Its files as they were read, in the order of [`Part::ALL`].
    pub files: Vec<(Part, Input)>,
    /// The leaf certificate, which all of its files agree on.
    pub certificate: Certificate,
    /// The certificate's dates.
    pub validity: Validity,
    /// SHA-256 of the key's SubjectPublicKeyInfo.
    pub key: Fingerprint,
    /// The kind of key, such as `RSA 2048`.
    pub algorithm: String,
    /// The proof.
    pub proof: VerifyReport,
}

impl Proved {
    /// Whom the certificate names.
    #[must_use]
    pub fn subject(&self) -> DistinguishedName {
        self.certificate.subject()
    }

    /// What tells the pair from all others, as the audit log notes it.
    #[must_use]
    pub fn audited(&self) -> AuditedPair {
        AuditedPair {
            version: self.number,
            serial: hexadecimal(self.certificate.serial_number()),
            certificate: self.certificate.fingerprint(DigestAlgorithm::Sha256),
            key: self.key.clone(),
            not_after: self.validity.not_after,
        }
    }

    /// Whole days until the certificate ends, rounded down.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> i64 {
        self.validity.not_after.days_since(now)
    }
}

/// Two hexadecimal digits for each octet.
pub(super) fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// What proving a set of files takes.
#[derive(Clone, Copy)]
pub(super) struct Prover<'a> {
    pub(super) store: &'a Path,
    pub(super) form: &'a SetForm,
    pub(super) passwords: &'a dyn PasswordProvider,
    pub(super) limits: &'a Limits,
}

impl Prover<'_> {
    /// Proves that `files` are the set that the form describes: every file opens, all hold one key, every private key
    /// signs what every certificate verifies, and the keystores' entries have their alias.
    pub(super) fn prove(
        self,
        number: u32,
        files: Vec<(Part, Input)>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Proved, RotateError> {
        let unproved = |finding: String| RotateError::Unproved {
            store: self.store.display().to_string(),
            version: number,
            finding,
        };
        let inputs = files.iter().map(|(_, input)| Collected::from(input.clone()));
        let mut proof = verify(inputs, self.passwords, self.limits, rng);
        if let Some(unopened) = proof.unopened.pop() {
            let name = unopened.name;
            return Err(match unopened.reason {
                crate::operations::UnopenedReason::Content(error) => error.into(),
                crate::operations::UnopenedReason::File(error) => error.into(),
                #[expect(unreachable_patterns, reason = "a reason that is added later is told in words")]
                reason => unproved(format!("`{name}` does not open ({reason})")),
            });
        }
        let key = {
            let [group] = proof.groups.as_slice() else {
                return Err(unproved(format!("its files hold {} different keys", proof.groups.len())));
            };
            if let Some(contradiction) = proof.contradictions.first() {
                return Err(unproved(format!(
                    "`{}` contradicts itself: {}",
                    contradiction.origin(),
                    contradiction.reason()
                )));
            }
            if let Some(finding) = self.fault_of(group, &files) {
                return Err(unproved(finding));
            }
            group.fingerprint.clone()
        };
        let algorithm = proof.groups.first().map(|group| group.algorithm.clone()).unwrap_or_default();
        let certificate =
            self.leaf(number, &files, &key)?.ok_or_else(|| unproved("no file holds a certificate".to_owned()))?;
        let validity = certificate.validity().map_err(|source| crate::operations::Error::CannotRead {
            input: self.store.display().to_string(),
            source,
        })?;
        Ok(Proved { number, files, certificate, validity, key, algorithm, proof })
    }

    fn fault_of(self, group: &KeyGroup, files: &[(Part, Input)]) -> Option<String> {
        if group.verdict != Verdict::Proved {
            return Some("no private key in it signs what its certificate verifies".to_owned());
        }
        for (part, input) in files.iter().filter(|(part, _)| part.is_keystore()) {
            let alias = self.form.alias.as_deref().map(|alias| match part {
                Part::Jks => jks::java_alias(alias),
                _ => alias.to_owned(),
            });
            if !group.keys.iter().any(|it| it.file == input.name() && (alias.is_none() || it.entry == alias)) {
                let alias = alias.unwrap_or_default();
                return Some(format!("`{}` has no entry `{alias}` with the key", input.name()));
            }
        }
        let lacks = |part: Part, held: bool| (files.iter().any(|(it, _)| *it == part) && !held).then_some(part);
        let missing = lacks(Part::Request, !group.requests.is_empty())
            .or_else(|| lacks(Part::Certificate, !group.certificates.is_empty()))
            .or_else(|| lacks(Part::Key, !group.keys.is_empty()));
        missing.map(|part| format!("its .{} file does not hold the key", part.word()))
    }

    /// The certificate of the key, from the file that is for certificates, else from a keystore. Every file must have the
    /// same one.
    fn leaf(self, number: u32, files: &[(Part, Input)], key: &Fingerprint) -> Result<Option<Certificate>, RotateError> {
        let opener = Opener { passwords: self.passwords, limits: self.limits };
        let mut leaf: Option<Certificate> = None;
        let order = [Part::Certificate, Part::Pkcs12, Part::Jks];
        for (_, input) in order.iter().filter_map(|part| files.iter().find(|(it, _)| it == part)) {
            let held = opener.certificates(input)?;
            let own = held.into_iter().find(|it| it.key_fingerprint().is_ok_and(|held| held == *key));
            match (&leaf, own) {
                (None, own) => leaf = own,
                (Some(first), Some(own)) if first.der() != own.der() => {
                    return Err(RotateError::Unproved {
                        store: self.store.display().to_string(),
                        version: number,
                        finding: format!("`{}` holds another certificate than the files beside it", input.name()),
                    });
                }
                _ => {}
            }
        }
        Ok(leaf)
    }
}

/// A version's own password first, then what the caller knows.
pub(super) struct VersionPasswords<'a> {
    pub(super) own: Option<Password>,
    pub(super) folder: PathBuf,
    pub(super) given: &'a dyn PasswordProvider,
}

impl PasswordProvider for VersionPasswords<'_> {
    fn candidate(&self, purpose: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        match (&self.own, Path::new(purpose.file()).starts_with(&self.folder)) {
            (Some(own), true) if attempt == 0 => Ok(Some(own.clone())),
            (Some(_), true) => Ok(None),
            _ => self.given.candidate(purpose, attempt),
        }
    }
}
