//! One line of the log, as plain values. No field can hold a secret.

use crate::clock::Timestamp;
use crate::crypto::Fingerprint;
use crate::files;

/// Something that was done, or begun, to a key and what goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// When.
    pub time: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// What.
    pub verb: AuditVerb,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// What the rotation is called.
    pub name: String,
    /// The pair that was current before.
    pub old: Option<AuditedPair>,
    /// The pair that it is about: prepared, made current, or removed.
    pub new: Option<AuditedPair>,
    /// Whose rules held, by its name.
    pub target: Option<String>,
    /// What stopped it, or what else there is to say, in one phrase without secrets.
    pub detail: Option<String>,
}

/// Who did it, as far as the system tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    /// The machine's name.
    pub host: String,
    /// The user's number or name.
    pub user: String,
}

impl Actor {
    /// Who runs this process, and where: what the system says, not what a variable does.
    #[must_use]
    pub fn current() -> Self {
        Self { host: files::host(), user: files::user() }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditVerb {
    /// The next pair became the current one.
    Activate,
    /// Files that exist became the first version.
    Adopt,
    /// The next pair was made.
    Prepare,
    /// Old versions were removed.
    Retire,
    /// The previous pair became the current one again.
    Rollback,
}

impl AuditVerb {
    /// Every verb.
    pub const ALL: [Self; 5] = [Self::Activate, Self::Adopt, Self::Prepare, Self::Retire, Self::Rollback];

    /// A stable word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Adopt => "adopt",
            Self::Prepare => "prepare",
            Self::Retire => "retire",
            Self::Rollback => "rollback",
        }
    }

    /// The verb of this word.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.word() == word)
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditOutcome {
    /// It is about to change what is current; another line says how it ended, unless the run was killed.
    Begun,
    /// Done.
    Done,
    /// Failed; nothing was changed.
    Failed,
    /// Failed after a change, which stays until somebody goes on or back.
    HalfDone,
    /// Failed after a change, which was undone.
    RolledBack,
}

impl AuditOutcome {
    /// Every outcome.
    pub const ALL: [Self; 5] = [Self::Begun, Self::Done, Self::Failed, Self::HalfDone, Self::RolledBack];

    /// A stable word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::HalfDone => "half_done",
            Self::RolledBack => "rolled_back",
        }
    }

    /// The outcome of this word.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// A key and its certificate, by what tells them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedPair {
    /// Which version of the rotation.
    pub version: u32,
    /// The certificate's serial number in hexadecimal digits, two for each octet.
    pub serial: String,
    /// SHA-256 of the certificate.
    pub certificate: Fingerprint,
    /// SHA-256 of the key's SubjectPublicKeyInfo.
    pub key: Fingerprint,
    /// When the certificate ends.
    pub not_after: Timestamp,
}
