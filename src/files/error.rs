//! What stopped a file from being read or written.

use std::io;
use std::path::Path;

use crate::limits::Grouped;
use crate::untrusted::Untrusted;

/// Why a file cannot be read or written. Paths stand as the user gave them.
///
/// Where the system's reason is a known one, the message says it in plain words; otherwise it is the source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The output exists, and replacing was not asked for.
    #[error("`{}` already exists", Untrusted(path))]
    AlreadyExists {
        /// The output.
        path: String,
    },
    /// An input, password source or folder cannot be read.
    #[error("cannot read `{}`: {reason}", Untrusted(path))]
    CannotRead {
        /// The input.
        path: String,
        /// What stopped it, in plain words.
        reason: &'static str,
        /// What the system said, where `reason` does not.
        source: Option<io::Error>,
    },
    /// An output or its folder cannot be written.
    #[error("cannot write `{}`: {reason}", Untrusted(path))]
    CannotWrite {
        /// The output.
        path: String,
        /// What stopped it, in plain words.
        reason: &'static str,
        /// What the system said, where `reason` does not.
        source: Option<io::Error>,
    },
    /// A file that was to be edited was changed between its reading and its writing.
    #[error("`{}` was changed by another program meanwhile", Untrusted(path))]
    ChangedMeanwhile {
        /// The file.
        path: String,
    },
    /// The folder that an output should stand in does not exist.
    #[error("cannot write `{}`: the folder `{}` does not exist", Untrusted(path), Untrusted(folder))]
    FolderNotFound {
        /// The output.
        path: String,
        /// The missing folder.
        folder: String,
    },
    /// Another program keeps the file locked.
    #[error("`{}` is in use by another program, and stayed so for half a minute", Untrusted(path))]
    InUse {
        /// The file.
        path: String,
    },
    /// An output's path is a symbolic link; it is neither followed nor replaced.
    #[error("cannot write `{}`: it is a symbolic link", Untrusted(path))]
    IsSymlink {
        /// The output.
        path: String,
    },
    /// A folder, FIFO, device or socket stands where a file is wanted.
    #[error("`{}` is {what}, not a file", Untrusted(path))]
    NotAFile {
        /// The path.
        path: String,
        /// What it is, with its article.
        what: &'static str,
    },
    /// What should be an output's folder is something else.
    #[error("cannot write `{}`: `{}` is not a folder", Untrusted(path), Untrusted(folder))]
    NotAFolder {
        /// The output.
        path: String,
        /// What should be a folder.
        folder: String,
    },
    /// The input does not exist.
    #[error("`{}` does not exist", Untrusted(path))]
    NotFound {
        /// The input.
        path: String,
    },
    /// Writing failed, and so did putting a replaced file back; its old content is kept.
    #[error("{fault}; the old content of `{}` is kept in `{}`", Untrusted(path), Untrusted(kept))]
    NotRestored {
        /// The file that was replaced.
        path: String,
        /// Where its old content is.
        kept: String,
        /// What stopped the writing.
        fault: Box<Error>,
    },
    /// The first line of a password source is not UTF-8.
    #[error("cannot read a password from `{}`: its first line is not UTF-8", Untrusted(path))]
    NotUtf8 {
        /// The source.
        path: String,
    },
    /// An output is a file that the run reads.
    #[error("`{}` is both an input and an output", Untrusted(path))]
    OutputIsInput {
        /// The output.
        path: String,
    },
    /// Two outputs are one file, at least where capital and small letters are not told apart.
    #[error("two outputs are the same file: `{}` and `{}`", Untrusted(first), Untrusted(second))]
    SameFile {
        /// The output that was declared first.
        first: String,
        /// The other one.
        second: String,
    },
    /// Standard input is wanted a second time.
    #[error("standard input can be read only once: it is wanted for {wanted_for} and was used for {used_for}",
        used_for = Untrusted(used_for), wanted_for = Untrusted(wanted_for))]
    StandardInputUsed {
        /// What it was used for.
        used_for: String,
        /// What it is wanted for now.
        wanted_for: String,
    },
    /// An input is larger than a limit.
    #[error("cannot read `{}`: it is larger than the limit of {} bytes", Untrusted(path), Grouped(*limit))]
    TooLarge {
        /// The input.
        path: String,
        /// The limit in bytes.
        limit: u64,
        /// Its size in bytes, if it is a file that says it.
        size: Option<u64>,
    },
}

impl Error {
    /// A stable name for the kind of fault, for scripts.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AlreadyExists { .. } => "already_exists",
            Self::CannotRead { .. } => "cannot_read",
            Self::CannotWrite { .. } => "cannot_write",
            Self::ChangedMeanwhile { .. } => "changed_meanwhile",
            Self::FolderNotFound { .. } => "folder_not_found",
            Self::InUse { .. } => "in_use",
            Self::IsSymlink { .. } => "is_symlink",
            Self::NotAFile { .. } => "not_a_file",
            Self::NotAFolder { .. } => "not_a_folder",
            Self::NotFound { .. } => "not_found",
            Self::NotRestored { .. } => "not_restored",
            Self::NotUtf8 { .. } => "not_utf8",
            Self::OutputIsInput { .. } => "output_is_input",
            Self::SameFile { .. } => "same_file",
            Self::StandardInputUsed { .. } => "standard_input_used",
            Self::TooLarge { .. } => "too_large",
        }
    }

    /// `path` cannot be read because of `cause`.
    pub(super) fn read(path: &Path, cause: io::Error) -> Self {
        let path = shown(path);
        match (cause.kind(), plain(&cause)) {
            (io::ErrorKind::NotFound, _) => Self::NotFound { path },
            (_, Some(reason)) => Self::CannotRead { path, reason, source: None },
            (_, None) => Self::CannotRead { path, reason: "the system refused", source: Some(cause) },
        }
    }

    /// `path` cannot be written because of `cause`.
    pub(super) fn write(path: &Path, cause: io::Error) -> Self {
        let path = shown(path);
        match (cause.kind(), plain(&cause)) {
            (io::ErrorKind::AlreadyExists, _) => Self::AlreadyExists { path },
            (_, Some(reason)) => Self::CannotWrite { path, reason, source: None },
            (_, None) => Self::CannotWrite { path, reason: "the system refused", source: Some(cause) },
        }
    }
}

/// `path` as text for a message.
pub(super) fn shown(path: &Path) -> String {
    // Text is looked through faster than what may be none.
    path.to_str().map_or_else(|| path.to_string_lossy().into_owned(), str::to_owned)
}

/// The system's reason in plain words, where it is one that users meet.
fn plain(cause: &io::Error) -> Option<&'static str> {
    Some(match cause.kind() {
        io::ErrorKind::FileTooLarge => "it is larger than the file system or the system's limit allows",
        io::ErrorKind::InvalidFilename => "the file system does not allow this name",
        io::ErrorKind::IsADirectory => "it is a folder",
        io::ErrorKind::NotADirectory => "a part of its path is not a folder",
        io::ErrorKind::NotFound => "it or its folder was removed meanwhile",
        io::ErrorKind::PermissionDenied => "permission denied",
        io::ErrorKind::QuotaExceeded => "the disk quota is used up",
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        io::ErrorKind::StorageFull => "no space is left on the file system",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_known_reason_stands_in_the_message_and_an_unknown_one_below_it() {
        let known = Error::write(Path::new("a\u{1b}.key"), io::ErrorKind::PermissionDenied.into());
        assert_eq!(known.to_string(), "cannot write `a\\u{1b}.key`: permission denied");
        assert!(known.source().is_none());
        let unknown = Error::read(Path::new("a.key"), io::Error::other("odd"));
        assert_eq!(unknown.to_string(), "cannot read `a.key`: the system refused");
        assert!(unknown.source().is_some_and(|cause| cause.to_string() == "odd"));
    }

    #[test]
    fn messages_name_both_files_and_the_limit() {
        let large = Error::TooLarge { path: "a.p12".into(), limit: 16 << 20, size: None };
        assert_eq!(large.to_string(), "cannot read `a.p12`: it is larger than the limit of 16_777_216 bytes");
        let same = Error::SameFile { first: "a".into(), second: "./a".into() };
        assert_eq!(same.to_string(), "two outputs are the same file: `a` and `./a`");
    }
}
