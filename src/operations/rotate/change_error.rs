//! Why the current version was not changed, or was and is not any more.

use crate::clock::Timestamp;
use crate::files;
use crate::untrusted::Untrusted;

use super::error::RotateError;

/// A change of the current version that did not come to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// Files in use are neither version's: somebody else wrote them.
    #[error("{} changed by hand since the version in use: {}", was_or_were(.files), listed(.files))]
    ChangedByHand {
        /// The files; those that are missing among them.
        files: Vec<String>,
    },
    /// The hook succeeded, and left files in use that are not the new version's.
    #[error("the hook changed {}", listed(.files))]
    ChangedByHook {
        /// The files.
        files: Vec<String>,
    },
    /// The certificate of the version that is to be used has ended.
    #[error("the certificate of version {version} ended at {not_after}")]
    Expired {
        /// Which version.
        version: u32,
        /// When.
        not_after: Timestamp,
    },
    /// The hook did not succeed.
    #[error("the hook `{}` failed: {end}", Untrusted(.program))]
    HookFailed {
        /// The program.
        program: String,
        /// How it ended.
        end: String,
        /// The last that it said, as it came.
        said: Vec<u8>,
    },
    /// The hook did not succeed, and the change was to stay all the same.
    #[error("version {version} is in use, and its hook has not succeeded")]
    KeptWithoutHook {
        /// Which version.
        version: u32,
        /// How the hook failed.
        source: Box<RotateError>,
    },
    /// There is no version to go back to.
    #[error("`{}` has no previous version to go back to", Untrusted(.store))]
    NoPrevious {
        /// The store.
        store: String,
    },
    /// Nothing is prepared, and nothing is in use.
    #[error("no version of `{}` is prepared", Untrusted(.store))]
    NothingPrepared {
        /// The store.
        store: String,
    },
    /// The certificate of the version that is to be used has not begun.
    #[error("the certificate of version {version} is not valid before {not_before}")]
    NotYetValid {
        /// Which version.
        version: u32,
        /// When it begins.
        not_before: Timestamp,
    },
    /// A step failed, and so did undoing the steps before it.
    #[error("a change was begun and could not be undone: {undoing}")]
    NotUndone {
        /// What stopped the change.
        source: Box<RotateError>,
        /// What stopped the undoing.
        undoing: Box<RotateError>,
    },
    /// A step failed after a change, and everything is as before.
    #[error("the change to version {version} was undone")]
    Undone {
        /// The version that is not in use now.
        version: u32,
        /// What stopped the change.
        source: Box<RotateError>,
        /// How the hook failed that was run again for the way back.
        hook_again: Option<String>,
    },
    /// A file in use is a symbolic link, which would be replaced rather than what it points to.
    #[error(transparent)]
    Link(files::Error),
}

impl ChangeError {
    /// A stable name for the kind of fault, for scripts.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ChangedByHand { .. } => "changed_by_hand",
            Self::ChangedByHook { .. } => "changed_by_hook",
            Self::Expired { .. } => "expired_version",
            Self::HookFailed { .. } => "hook_failed",
            Self::KeptWithoutHook { .. } => "kept_without_hook",
            Self::Link(error) => error.kind(),
            Self::NoPrevious { .. } => "no_previous",
            Self::NothingPrepared { .. } => "nothing_prepared",
            Self::NotYetValid { .. } => "version_not_yet_valid",
            Self::NotUndone { .. } => "not_undone",
            Self::Undone { .. } => "undone",
        }
    }
}

fn was_or_were(files: &[String]) -> &'static str {
    if files.len() == 1 { "a file was" } else { "files were" }
}

fn listed(files: &[String]) -> String {
    files.iter().map(|file| format!("`{}`", Untrusted(file))).collect::<Vec<_>>().join(", ")
}
