//! A lock that one run at a time holds, and that the system lets go of when its process dies, however it dies.
#![expect(clippy::disallowed_types, reason = "the only room that touches the file system")]

use std::fs::File;
use std::fs::TryLockError;
use std::io;
use std::path::Path;

use super::Error;
use super::Sensitivity;
use super::error::shown;
use super::permissions;
use crate::process::before_change;

/// A held lock; dropping it lets go. Its file stays, empty: removing it would let two runs lock two files of one name.
#[derive(Debug)]
pub struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a program that another thread is just starting holds a copy of it until it runs,
        // and the lock with it, and would keep this run's next step away.
        let _ = self.0.unlock();
    }
}

impl Lock {
    /// Takes the lock that is the file at `path`, which is made if it does not exist. `None` while another run holds it.
    ///
    /// # Errors
    /// [`Error::CannotWrite`] where the file cannot be made, or the file system has no locks.
    pub fn try_take(path: &Path) -> Result<Option<Self>, Error> {
        let open = || File::options().read(true).write(true).open(path);
        let file = match open() {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                let made = before_change().and_then(|()| permissions::create(path, Sensitivity::Secret));
                match made {
                    // Another run was faster; its file serves.
                    Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => open(),
                    made => made,
                }
            }
            opened => opened,
        };
        let file = file.map_err(|cause| Error::write(path, cause))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(cause)) => {
                let reason = "this file system has no locks, so two runs at once could not be kept apart";
                Err(Error::CannotWrite { path: shown(path), reason, source: Some(cause) })
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test makes a folder of its own")]
mod tests {
    use super::*;

    #[test]
    fn it_ends_with_its_holder_though_a_copy_of_the_file_is_open() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let lock = Lock::try_take(&path).unwrap().unwrap();
        let copy = lock.0.try_clone().unwrap();
        drop(lock);
        assert!(Lock::try_take(&path).unwrap().is_some());
        drop(copy);
    }

    #[test]
    fn one_holds_it_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let first = Lock::try_take(&path).unwrap().unwrap();
        assert!(Lock::try_take(&path).unwrap().is_none());
        drop(first);
        assert!(Lock::try_take(&path).unwrap().is_some());
        assert!(Lock::try_take(&dir.path().join("missing/lock")).is_err());
    }
}
