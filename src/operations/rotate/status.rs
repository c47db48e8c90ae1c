//! Where a rotation stands: which version is in use, which is prepared, what is half-done, and what to do next.

mod live;

use std::path::PathBuf;

use crate::clock::Timestamp;
use crate::crypto::{CryptoRng, DigestAlgorithm, Fingerprint};
use crate::files::Input;
use crate::formats::jks;
use crate::formats::x509::Certificate;
use crate::limits::Limits;
use crate::operations::Error;
use crate::operations::create::Part;
use crate::operations::load::Opener;
use crate::secret::PasswordProvider;

use super::error::RotateError;
use super::form::PasswordKept;
use super::manifest::thumbprint;
use super::state::{Doing, DoingVerb, State, VersionRecord};
use super::store::Store;
use super::version::{VersionFile, hexadecimal};

pub use live::{LiveCondition, LiveLink};

/// What a store is found to be.
#[derive(Debug)]
pub struct StatusReport {
    /// What the rotation is called.
    pub name: String,
    /// What the store says of itself; `None` where a run was killed before it noted anything.
    pub state: Option<State>,
    /// Where it stands.
    pub phase: Phase,
    /// Its versions, in the order of their making.
    pub versions: Vec<VersionStatus>,
    /// The files in use, where the store is for plain files.
    pub live: Vec<(Part, PathBuf, LiveCondition)>,
    /// The link to the current version, where the store has one.
    pub link: Option<LiveLink>,
    /// Versions that a killed run left; the next `prepare` removes them.
    pub strays: Vec<u32>,
    /// What can be done next, the first before the others.
    pub todo: Vec<NextStep>,
}

impl StatusReport {
    /// The version of this number.
    #[must_use]
    pub fn version(&self, number: Option<u32>) -> Option<&VersionStatus> {
        self.versions.iter().find(|version| Some(version.record.number) == number)
    }

    /// What was begun and not ended.
    #[must_use]
    pub fn doing(&self) -> Option<Doing> {
        self.state.as_ref().and_then(|state| state.doing)
    }
}

/// Where a rotation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The current version does not load, or does not belong together.
    Broken,
    /// There is no version.
    Empty,
    /// A change of the current version was begun and not ended.
    HalfDone,
    /// A version is in use, and none is prepared.
    Idle,
    /// The next version is prepared.
    Prepared,
}

impl Phase {
    /// The stable word, such as `half-done`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Empty => "empty",
            Self::HalfDone => "half-done",
            Self::Idle => "idle",
            Self::Prepared => "prepared",
        }
    }
}

/// Something to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Bring the next version into use, or go on with that.
    Activate,
    /// Make the next version.
    Prepare,
    /// Go back to the previous version, or undo what was begun.
    Rollback,
}

/// One version, as far as it can be read.
#[derive(Debug)]
pub struct VersionStatus {
    /// When it was made and used.
    pub record: VersionRecord,
    /// What its certificate says; `None` where it could not be read.
    pub certificate: Option<CertificateFacts>,
    /// Whether its files belong together.
    pub proof: VersionProof,
}

/// Whether a version's files belong together.
#[derive(Debug)]
pub enum VersionProof {
    /// It is not known: a password is needed to tell.
    Locked,
    /// They do.
    Proved,
    /// They do not, or are damaged or gone.
    Failed(RotateError),
}

/// What tells a version from all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Whom it names.
    pub subject: String,
    /// Its serial number in hexadecimal digits, two for each octet.
    pub serial: String,
    /// Its first moment.
    pub not_before: Timestamp,
    /// Its last moment.
    pub not_after: Timestamp,
    /// Whole days until then, rounded down.
    pub days_left: i64,
    /// The kind of key, such as `RSA 2048`.
    pub algorithm: String,
    /// SHA-256 of the certificate.
    pub certificate_sha256: Fingerprint,
    /// SHA-256 of the key's SubjectPublicKeyInfo.
    pub key_sha256: Fingerprint,
    /// The thumbprint as a JWT's header has it, RFC 7515 section 4.1.7.
    pub x5t: String,
    /// The thumbprint of RFC 7515 section 4.1.8.
    pub x5t_s256: String,
}

/// Looks at a store, without changing it and without its lock. Passwords are asked for only to prove what they protect.
///
/// ```
/// use certwright::clock::Timestamp;
/// use certwright::crypto::SystemRandom;
/// use certwright::limits::Limits;
/// use certwright::operations::rotate::{Store, status};
/// use certwright::secret::NoPasswords;
///
/// # let folder = tempfile::tempdir()?;
/// let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// let store = Store::at(&folder.path().join("app"));
/// let missing = status(&store, now, &NoPasswords, &Limits::default(), &mut SystemRandom::new());
/// assert_eq!(missing.unwrap_err().kind(), "no_store");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RotateError::NoStore`], [`RotateError::BadState`], and what reading the state refuses. What is wrong with a version is
/// part of the report.
pub fn status(
    store: &Store,
    now: Timestamp,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<StatusReport, RotateError> {
    let state = match store.state() {
        Ok(state) => state,
        Err(RotateError::NoStore { .. }) if store.was_begun() => return empty(store),
        Err(error) => return Err(error),
    };
    let look = Look { store, state: &state, passwords, limits, now };
    let versions: Vec<VersionStatus> = state.versions.iter().map(|record| look.version(*record, rng)).collect();
    let live = live::files(store, &state, limits)?;
    let is_broken = versions.iter().any(|version| {
        Some(version.record.number) == state.current && matches!(version.proof, VersionProof::Failed(_))
    });
    let phase = match (state.doing, state.current, state.next) {
        (Some(_), ..) => Phase::HalfDone,
        _ if is_broken => Phase::Broken,
        (_, _, Some(_)) => Phase::Prepared,
        (_, Some(_), None) => Phase::Idle,
        (_, None, None) => Phase::Empty,
    };
    Ok(StatusReport {
        name: state.name.clone(),
        phase,
        versions,
        live,
        link: live::link(store, &state),
        strays: store.stray_versions(Some(&state))?,
        todo: todo(&state, phase),
        state: Some(state),
    })
}

/// A store whose first run was killed before it noted anything.
fn empty(store: &Store) -> Result<StatusReport, RotateError> {
    Ok(StatusReport {
        name: store.name().unwrap_or_default().to_owned(),
        state: None,
        phase: Phase::Empty,
        versions: Vec::new(),
        live: Vec::new(),
        link: None,
        strays: store.stray_versions(None)?,
        todo: vec![NextStep::Prepare],
    })
}

fn todo(state: &State, phase: Phase) -> Vec<NextStep> {
    match phase {
        // To go on is as good as to go back: both end in a state that is whole. A rollback is brought to its end first.
        Phase::HalfDone if state.doing.is_some_and(|doing| doing.verb == DoingVerb::Rollback) => {
            vec![NextStep::Rollback]
        }
        Phase::HalfDone => vec![NextStep::Activate, NextStep::Rollback],
        Phase::Broken => [state.next.map(|_| NextStep::Activate), state.previous.map(|_| NextStep::Rollback)]
            .into_iter()
            .flatten()
            .collect(),
        Phase::Prepared => vec![NextStep::Activate],
        Phase::Idle | Phase::Empty => vec![NextStep::Prepare],
    }
}

struct Look<'a> {
    store: &'a Store,
    state: &'a State,
    passwords: &'a dyn PasswordProvider,
    limits: &'a Limits,
    now: Timestamp,
}

impl Look<'_> {
    fn version(&self, record: VersionRecord, rng: &mut dyn CryptoRng) -> VersionStatus {
        let proved = self.store.prove(self.state, record.number, self.passwords, self.limits, rng);
        let (certificate, proof) = match proved {
            Ok(proved) => (Some(proved.certificate), VersionProof::Proved),
            Err(RotateError::Operation(Error::NoPassword { .. })) => {
                (self.certificate(record.number), VersionProof::Locked)
            }
            // Of a password that is not kept here, nobody can tell whether it is wrong or the file was changed.
            Err(RotateError::Operation(Error::CannotOpen { .. }))
                if self.state.form.password == PasswordKept::Given =>
            {
                (self.certificate(record.number), VersionProof::Locked)
            }
            Err(error) => (self.certificate(record.number), VersionProof::Failed(error)),
        };
        VersionStatus { record, certificate: certificate.and_then(|it| self.facts(&it)), proof }
    }

    /// The certificate of a version that does not open whole: from its own file, else from the keystore of which it lies
    /// open, else from the one that a password opens.
    fn certificate(&self, number: u32) -> Option<Certificate> {
        let read = |part: Part| {
            let is_there = self.state.form.parts.contains(&part);
            let path = self.store.version_file(self.state, number, VersionFile::Part(part));
            is_there.then(|| Input::read(&path, self.limits).ok()).flatten()
        };
        let passwords = self.store.version_passwords(self.state, number, self.passwords).ok();
        let given: &dyn PasswordProvider = passwords.as_ref().map_or(self.passwords, |own| own);
        let opener = Opener { passwords: given, limits: self.limits };
        let held = |input: Input| opener.certificates(&input).ok().and_then(|held| held.into_iter().next());
        read(Part::Certificate)
            .and_then(held)
            .or_else(|| read(Part::Jks).and_then(|input| self.leaf_of_jks(&input)))
            .or_else(|| read(Part::Pkcs12).and_then(held))
    }

    fn leaf_of_jks(&self, input: &Input) -> Option<Certificate> {
        let store = jks::Store::decode(input.bytes(), jks::Integrity::Unchecked, self.limits).ok()?;
        store.entries().iter().find_map(|entry| match &entry.content {
            jks::Content::PrivateKey { chain, .. } => {
                chain.first().and_then(|blob| Certificate::from_der(&blob.der).ok())
            }
            _ => None,
        })
    }

    fn facts(&self, certificate: &Certificate) -> Option<CertificateFacts> {
        let validity = certificate.validity().ok()?;
        Some(CertificateFacts {
            subject: certificate.subject().to_string(),
            serial: hexadecimal(certificate.serial_number()),
            not_before: validity.not_before,
            not_after: validity.not_after,
            days_left: validity.not_after.days_since(self.now),
            algorithm: certificate.key_description().map(|key| key.algorithm).unwrap_or_default(),
            certificate_sha256: certificate.fingerprint(DigestAlgorithm::Sha256),
            key_sha256: certificate.key_fingerprint().ok()?,
            x5t: thumbprint(&certificate.fingerprint(DigestAlgorithm::Sha1)),
            x5t_s256: thumbprint(&certificate.fingerprint(DigestAlgorithm::Sha256)),
        })
    }
}
