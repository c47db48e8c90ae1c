//! What the next version is to be, and what came of it.

use std::path::PathBuf;

use crate::clock::Timestamp;
use crate::crypto::KeyAlgorithm;
use crate::files::Input;
use crate::formats::x509::{DistinguishedName, SubjectAltName};
use crate::operations::Notice;
use crate::operations::create::Part;
use crate::operations::rotate::form::SetForm;
use crate::operations::rotate::play::Play;
use crate::operations::rotate::state::State;
use crate::operations::rotate::version::Proved;
use crate::operations::target::Target;
use crate::secret::Password;

/// What the next version is to be. What is left open is as in the current version; the first version of a folder must
/// have a subject, and a password where something is protected.
#[derive(Clone, Debug, Default)]
pub struct Prepare {
    /// The files in use beside the key; where there are none, they are found by the key that they hold.
    pub in_use: Vec<(Part, PathBuf)>,
    /// What kind of key.
    pub algorithm: Option<KeyAlgorithm>,
    /// Whom the certificate names.
    pub subject: Option<DistinguishedName>,
    /// Further names of the subject, in place of those of the current certificate.
    pub subject_alt_names: Option<Vec<SubjectAltName>>,
    /// When the certificate ends.
    pub end: Option<CertificateEnd>,
    /// The entry's alias in the keystores; all versions have the same.
    pub alias: Option<String>,
    /// Which files; all versions have the same.
    pub parts: Option<Vec<Part>>,
    /// Whether the key's own file is encrypted.
    pub encrypt_key: Option<bool>,
    /// The password of what is protected.
    pub password: NewPassword,
    /// How often each derivation iterates, if it is not to be chosen by the password.
    pub iterations: Option<u32>,
    /// Whose rules hold, from now on.
    pub target: Option<&'static Target>,
    /// How the next version is to be brought into use.
    pub play: Option<Play>,
    /// Whether the store gets a link to its current version; all versions have the same.
    pub link: bool,
    /// Who signs the certificate.
    pub signer: Signer,
    /// Whether the next version may be weaker than the current one.
    pub allow_weaker: bool,
    /// Whether a next version that is there already is thrown away.
    pub replace: bool,
}

/// When a certificate ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateEnd {
    /// So many days after it was made.
    After(u32),
    /// At this moment.
    At(Timestamp),
}

/// Where the next version's password comes from.
#[derive(Clone, Debug, Default)]
pub enum NewPassword {
    /// The one that opens the current version; or a new one, where each version has its own.
    #[default]
    AsCurrent,
    /// It is made, and stands in the version's folder.
    Generated,
    /// This one.
    Given(Password),
}

/// Who signs the next certificate.
#[derive(Clone, Debug, Default)]
pub enum Signer {
    /// Itself, if the current one signed itself; else it is an error.
    #[default]
    AsCurrent,
    /// A CA.
    Authority {
        /// Its certificate; issuers in it are used too.
        certificate: Input,
        /// Its private key.
        key: Input,
    },
    /// Itself, whoever signed the current one.
    Itself,
}

/// What a run of `prepare` would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparePlan {
    /// What the rotation is called.
    pub name: String,
    /// A next version that is there already and stays; nothing is made then.
    pub exists: Option<u32>,
    /// The files in use that become the first version.
    pub adopts: Vec<(Part, PathBuf)>,
    /// The version in use, this run's first one included.
    pub current: Option<u32>,
    /// The number of the version that is made, unless another run takes it.
    pub number: u32,
    /// What all versions have in common.
    pub form: SetForm,
    /// How it is brought into use; `None` for the first version.
    pub play: Option<Play>,
    /// What kind of key it has.
    pub algorithm: KeyAlgorithm,
    /// Whom its certificate names.
    pub subject: DistinguishedName,
    /// The certificate's further names.
    pub subject_alt_names: Vec<SubjectAltName>,
    /// When it ends, at the latest.
    pub not_after: Timestamp,
    /// The file of the CA that signs it; `None` where it signs itself.
    pub authority: Option<String>,
    /// Versions that a killed run left, or that no longer prove: they are removed.
    pub removes: Vec<u32>,
    /// Files that hold the key and are no part of the set.
    pub left_out: Vec<LeftOut>,
}

/// A file beside the key in use that holds it and is no part of the rotation: activation leaves it as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The file.
    pub file: String,
    /// What it holds, such as "the same private key".
    pub holds: &'static str,
}

/// What a run of `prepare` did.
#[derive(Debug)]
pub struct Prepared {
    /// Whether anything was made; not so when the next version was there already.
    pub changed: bool,
    /// Whether the files in use became the first version by this run.
    pub adopted: bool,
    /// What the store says of itself now.
    pub state: State,
    /// The version in use; `None` before the first activation.
    pub current: Option<Proved>,
    /// The version that is prepared.
    pub next: Proved,
    /// How the next version is to be brought into use.
    pub play: Option<Play>,
    /// Versions that were removed: what a killed run left, and a next version that was replaced.
    pub removed: Vec<u32>,
    /// Files that hold the key and are no part of the set.
    pub left_out: Vec<LeftOut>,
    /// What the user should know.
    pub notices: Vec<Notice>,
    /// What the target may mind of the new files, as sentences without a full stop.
    pub warnings: Vec<String>,
}
