//! Why a rotation stopped: which step, on which store, and the fact below it.

use crate::files;
use crate::operations::Error;
use crate::untrusted::Untrusted;

/// A rotation that stopped. [`kind`](Self::kind) is the stable word for programs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RotateError {
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
    /// A file could not be read or written.
    #[error(transparent)]
    Files(#[from] files::Error),
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
    /// A path that the state would have to hold is no Unicode.
    #[error("`{}` cannot be noted: its name is no Unicode", Untrusted(.path))]
    UnusablePath {
        /// The path, as far as it can be shown.
        path: String,
    },
}

impl RotateError {
    /// A stable name for the kind of fault, for scripts.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::BadState { .. } => "bad_state",
            Self::Busy { .. } => "busy",
            Self::Files(error) => error.kind(),
            Self::NoStore { .. } => "no_store",
            Self::Operation(error) => error.kind(),
            Self::Unproved { .. } => "unproved",
            Self::UnusablePath { .. } => "unusable_path",
        }
    }
}
