//! Whose turn it is to publish into a folder: two runs at once must not mix their sets.
#![expect(clippy::disallowed_types, reason = "the only room that touches the file system")]

use std::fs::File;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::Error;
use super::shown;

/// How often, and how far apart, to ask whether another run is done. It publishes within milliseconds.
const TRIES: usize = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// The turn in some folders, until it is dropped.
///
/// The folder itself is locked, so nothing stays behind and a process that dies gives its turn up. Windows cannot open a
/// folder as a file, and some network file systems lock none: there two runs at once may mix what `--force` replaces.
#[derive(Debug, Default)]
pub(super) struct Turn(Vec<File>);

impl Turn {
    /// Waits for the turn in `folders`, which come in one order for every run, so that no two wait for each other.
    pub(super) fn wait_in<'a>(&mut self, folders: impl Iterator<Item = &'a Path>) -> Result<(), Error> {
        for folder in folders {
            let Ok(file) = File::open(folder) else { continue };
            let mut tries = 0;
            while let Err(std::fs::TryLockError::WouldBlock) = file.try_lock() {
                tries += 1;
                if tries == TRIES {
                    let reason = "another run has been writing there for five seconds";
                    return Err(Error::CannotWrite { path: shown(folder), reason, source: None });
                }
                thread::sleep(PAUSE);
            }
            self.0.push(file);
        }
        Ok(())
    }
}
