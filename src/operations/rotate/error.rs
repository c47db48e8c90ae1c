//! Why a rotation stopped: which step, on which store, and the fact below it.

use crate::files;
use crate::operations::Error;
use crate::operations::create::Part;
use crate::untrusted::Untrusted;

use super::change_error::ChangeError;
use super::play::Play;
use super::state::{Doing, DoingVerb};

/// A rotation that stopped. [`kind`](Self::kind) is the stable word for programs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RotateError {
    /// Several files could be the one of this kind.
    #[error("several files beside `{}` could be its .{} file: {}", Untrusted(.key), .part.word(), Untrusted(.files))]
    Ambiguous {
        /// The key in use.
        key: String,
        /// Which kind of file.
        part: Part,
        /// The files, in a sentence.
        files: String,
    },
    /// The state cannot be read as one.
    #[error("cannot read `{}`: it {reason}", Untrusted(.path))]
    BadState {
        /// The state's file.
        path: String,
        /// What is wrong with it, as a phrase.
        reason: String,
    },
    /// Another run works on the store.
    #[error("another run is working on `{}`", Untrusted(.store))]
    Busy {
        /// The store.
        store: String,
    },
    /// A file in use has a form that the next version would not keep.
    #[error("`{}` is {form}, which a rotation does not make again", Untrusted(.file))]
    FormNotKept {
        /// The file.
        file: String,
        /// What it is, such as "a JCEKS".
        form: &'static str,
    },
    /// What all versions have in common cannot be changed by one of them.
    #[error("all versions of `{}` have {what} in common, and it cannot be changed", Untrusted(.store))]
    FormFixed {
        /// The store.
        store: String,
        /// What, such as "the alias".
        what: &'static str,
    },
    /// A file that was named does not hold the key.
    #[error("`{}` does not hold the key of `{}`", Untrusted(.file), Untrusted(.key))]
    Foreign {
        /// The file.
        file: String,
        /// The key in use.
        key: String,
    },
    /// The current version was not changed, or is not any more.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// A file could not be read or written.
    #[error(transparent)]
    Files(#[from] files::Error),
    /// A change of the current version was begun and not ended.
    #[error("`{}` is half-done: {} version {} was begun and not ended", Untrusted(.store), doing_words(.doing), .doing.to)]
    HalfDone {
        /// The store.
        store: String,
        /// What was begun.
        doing: Doing,
    },
    /// The current certificate is a CA's work, and the next one would not be.
    #[error("the current certificate was issued by `{}`: who trusts that would not trust a self-signed one", Untrusted(.issuer))]
    IssuedByOther {
        /// The issuer's name.
        issuer: String,
    },
    /// A keystore in the folder did not open, so nobody can tell whether it holds the key.
    #[error("`{}` does not open, so it may or may not hold the key of `{}`", Untrusted(.file), Untrusted(.key))]
    Locked {
        /// The keystore.
        file: String,
        /// The key in use.
        key: String,
        /// Why it does not open.
        source: Error,
    },
    /// The folder beside a file is the rotation of other files, which have the same name but for its ending.
    #[error("`{}` is the rotation of other files than `{}`", Untrusted(.store), Untrusted(.file))]
    OtherFiles {
        /// The store.
        store: String,
        /// The file that was named.
        file: String,
    },
    /// The files of the current version do not have one password.
    #[error("the files of version {version} of `{}` have different passwords", Untrusted(.store))]
    PasswordsDiffer {
        /// The store.
        store: String,
        /// Which version.
        version: u32,
    },
    /// No certificate belongs to the key.
    #[error("no certificate of the key in `{}` stands beside it", Untrusted(.key))]
    NoCertificate {
        /// The key in use.
        key: String,
    },
    /// The folder holds other things.
    #[error("`{}` is a folder with other things in it, and no rotation", Untrusted(.path))]
    NotAStore {
        /// The folder.
        path: String,
    },
    /// The target has no such play.
    #[error("there is no play {play} for {target}, but {}", .plays.iter().map(|play| play.word()).collect::<Vec<_>>().join(", "))]
    NoSuchPlay {
        /// The target's name.
        target: &'static str,
        /// What was asked for.
        play: Play,
        /// What there is.
        plays: Vec<Play>,
    },
    /// Nothing is kept at the path.
    #[error("there is no rotation at `{}`", Untrusted(.path))]
    NoStore {
        /// The store's folder, or the key's file.
        path: String,
    },
    /// A step of making or proving failed.
    #[error(transparent)]
    Operation(#[from] Error),
    /// What the version holds does not belong together.
    #[error("version {version} of `{}` is not proved: {finding}", Untrusted(.store))]
    Unproved {
        /// The store.
        store: String,
        /// Which version.
        version: u32,
        /// What contradicts, as a sentence without its full stop.
        finding: String,
    },
    /// A path that the state would have to hold is no Unicode, or has characters that nobody sees.
    #[error("`{}` cannot be noted: it is no name of characters that everybody can see", Untrusted(.path))]
    UnusablePath {
        /// The path, as far as it can be shown.
        path: String,
    },
    /// The target would refuse what was made.
    #[error("{target} would refuse the next version's `{file}`: {finding}")]
    TargetRefuses {
        /// The target's name.
        target: &'static str,
        /// The file's name in the version.
        file: String,
        /// What it would refuse, as a phrase.
        finding: String,
    },
    /// The next version would be weaker than the current one.
    #[error("the next version would be weaker than the current one: {what}")]
    Weaker {
        /// In what, as a phrase.
        what: String,
    },
}

/// What was begun, before "version 2".
fn doing_words(doing: &Doing) -> &'static str {
    match doing.verb {
        DoingVerb::Activate => "an activation of",
        DoingVerb::Rollback => "a rollback to",
    }
}

impl RotateError {
    /// A stable name for the kind of fault, for scripts.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Ambiguous { .. } => "ambiguous_files",
            Self::BadState { .. } => "bad_state",
            Self::Busy { .. } => "busy",
            Self::Change(error) => error.kind(),
            Self::Files(error) => error.kind(),
            Self::Foreign { .. } => "foreign_file",
            Self::FormFixed { .. } => "form_fixed",
            Self::FormNotKept { .. } => "form_not_kept",
            Self::HalfDone { .. } => "half_done",
            Self::IssuedByOther { .. } => "issued_by_other",
            Self::Locked { .. } => "locked_keystore",
            Self::NoCertificate { .. } => "no_certificate",
            Self::NotAStore { .. } => "not_a_store",
            Self::NoSuchPlay { .. } => "no_such_play",
            Self::NoStore { .. } => "no_store",
            Self::Operation(error) => error.kind(),
            Self::OtherFiles { .. } => "other_files",
            Self::PasswordsDiffer { .. } => "passwords_differ",
            Self::TargetRefuses { .. } => "target_refuses",
            Self::Unproved { .. } => "unproved",
            Self::UnusablePath { .. } => "unusable_path",
            Self::Weaker { .. } => "weaker",
        }
    }
}
