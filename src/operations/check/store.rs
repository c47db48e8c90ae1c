//! The stores of rotations: judged by the versions that they are about, not by those that are kept for the way back.

use std::path::{Path, PathBuf};

use crate::files;
use crate::operations::rotate::{PasswordKept, RotateError, State, Store, VersionFile};
use crate::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError};

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
    versions_of(folder, |state| [state.current, state.next].into_iter().flatten().collect())
}

/// Every version in a rotation's folder, the kept ones too: what belongs to a key may be the previous certificate. `None`
/// for any other folder.
///
/// ```
/// let folder = std::path::Path::new("no/rotation/here");
/// assert!(certwright::operations::kept_in(folder).is_none());
/// ```
#[must_use]
pub fn kept_in(folder: &Path) -> Option<Result<Vec<PathBuf>, files::Error>> {
    versions_of(folder, |state| state.versions.iter().map(|record| record.number).collect())
}

fn versions_of(folder: &Path, wanted: impl FnOnce(&State) -> Vec<u32>) -> Option<Result<Vec<PathBuf>, files::Error>> {
    let store = Store::at(folder);
    if !store.exists() {
        return None;
    }
    match store.state() {
        Ok(state) => {
            let folders: Vec<PathBuf> = wanted(&state).into_iter().map(|number| store.version_folder(number)).collect();
            let missing = folders.iter().find(|folder| !files::is_folder(folder)).map(|folder| {
                let reason = "the state of the rotation names this version, and there is no such folder";
                files::Error::CannotRead { path: folder.display().to_string(), reason, source: None }
            });
            Some(missing.map_or(Ok(folders), Err))
        }
        // Other programs call files so too; without versions beside it, it is one of theirs, whatever stops us there.
        Err(_) if !store.has_versions() => None,
        Err(RotateError::BadState { path, .. }) => {
            let reason = "it is no state of a rotation that can be read, so nobody knows which version is in use";
            Some(Err(files::Error::CannotRead { path, reason, source: None }))
        }
        Err(RotateError::Files(error)) => Some(Err(error)),
        Err(_) => None,
    }
}

/// The password that a store keeps beside one of its keystores, and after it those that were given.
pub(super) struct Kept<'a> {
    own: Password,
    given: &'a dyn PasswordProvider,
}

impl<'a> Kept<'a> {
    /// For the keystore at `path`, if that is in a store that keeps its password.
    pub(super) fn beside(path: &Path, given: &'a dyn PasswordProvider) -> Option<Self> {
        let path = files::location(path);
        let root = path.parent().and_then(Path::parent).and_then(Path::parent)?;
        let store = Store::at(root);
        let state = store.exists().then(|| store.state().ok()).flatten()?;
        let place = path.with_file_name(VersionFile::Password.name(&state.name));
        // Anybody may have put a FIFO there, for whose writer nobody waits.
        let is_kept = state.form.password == PasswordKept::InVersion && files::is_file(&place);
        let own = is_kept.then(|| files::read_first_line(&place).ok()).flatten()?;
        Some(Self { own, given })
    }
}

impl PasswordProvider for Kept<'_> {
    fn candidate(&self, purpose: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        match attempt.checked_sub(1) {
            None => Ok(Some(self.own.clone())),
            Some(attempt) => self.given.candidate(purpose, attempt),
        }
    }
}
