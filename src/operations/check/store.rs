//! The stores of rotations: judged by the versions that they are about, not by those that are kept for the way back.

use std::path::{Path, PathBuf};

use crate::files;
use crate::operations::rotate::{PasswordKept, RotateError, Store, VersionFile};
use crate::secret::Password;

/// What of a rotation's folder is to be judged: the current version and the next; `None` for any other folder. It is for
/// [`walk`](crate::files::walk).
///
/// Retired and previous versions end in their time, and nobody is to be told of it.
///
/// ```
/// let folder = std::path::Path::new("no/rotation/here");
/// assert!(certwright::operations::in_use_of(folder).is_none());
/// ```
#[must_use]
pub fn in_use_of(folder: &Path) -> Option<Result<Vec<PathBuf>, files::Error>> {
    let store = Store::at(folder);
    if !store.exists() {
        return None;
    }
    match store.state() {
        Ok(state) => {
            let versions = [state.current, state.next].into_iter().flatten();
            Some(Ok(versions.map(|number| store.version_folder(number)).collect()))
        }
        // Other programs call files so too; without versions beside it, it is one of theirs.
        Err(RotateError::BadState { .. }) if !store.has_versions() => None,
        Err(RotateError::BadState { path, .. }) => {
            let reason = "it is no state of a rotation that can be read, so nobody knows which version is in use";
            Some(Err(files::Error::CannotRead { path, reason, source: None }))
        }
        Err(RotateError::Files(error)) => Some(Err(error)),
        Err(_) => None,
    }
}

/// The password that a store keeps beside the keystore at `path`, if that is in a store that does.
pub(super) fn kept_password(path: &Path) -> Option<Password> {
    let root = path.parent().and_then(Path::parent).and_then(Path::parent)?;
    let store = Store::at(root);
    let state = store.exists().then(|| store.state().ok()).flatten()?;
    let is_kept = state.form.password == PasswordKept::InVersion;
    is_kept
        .then(|| files::read_first_line(&path.with_file_name(VersionFile::Password.name(&state.name))).ok())
        .flatten()
}
