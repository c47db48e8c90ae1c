//! A run's temporaries in one folder: beside their targets, removed whatever happens.
//!
//! A run first makes a marker, `.certwright-<id>.tmp`, and locks it; its temporaries are `.certwright-<id>-<n>.tmp`.
//! The system lets go of the lock when the process dies, however it dies. So the next run that writes into the folder
//! knows whose temporaries are whose: a marker that can be locked has no owner, and what bears its id is removed.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "the only room that touches the file system")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::fs::File;
use std::fs::TryLockError;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use super::Sensitivity;
use super::permissions;
use crate::process;
use crate::process::Registered;
use crate::process::Uninterrupted;
use crate::process::before_change;

const PREFIX: &str = ".certwright-";
const SUFFIX: &str = ".tmp";

/// Hexadecimal digits of an id: 128 random bits, so that ids never meet.
const ID_LENGTH: usize = 32;

/// How often a new run may be mistaken for a dead one by others that are cleaning up at that moment.
const ATTEMPTS: usize = 16;

/// The temporaries of this run in one folder. Dropping it removes them.
#[derive(Debug)]
pub(super) struct Scratch {
    names: Names,
    _marker: File,
    _registered: Registered,
}

#[derive(Clone, Debug)]
struct Names {
    folder: PathBuf,
    id: String,
    /// How many temporaries were named so far.
    count: Arc<AtomicUsize>,
}

impl Scratch {
    /// Marks `folder` as one that this run works in.
    pub(super) fn open(folder: &Path, busy: &Uninterrupted) -> io::Result<Self> {
        for _ in 0..ATTEMPTS {
            if let Some(scratch) = Self::try_open(folder, busy)? {
                return Ok(scratch);
            }
        }
        Err(io::ErrorKind::ResourceBusy.into())
    }

    /// `None` when another run took the marker for a dead run's, before it was locked.
    fn try_open(folder: &Path, _: &Uninterrupted) -> io::Result<Option<Self>> {
        let mut id = [0; ID_LENGTH / 2];
        getrandom::fill(&mut id).map_err(io::Error::other)?;
        let id = id.iter().map(|octet| format!("{octet:02x}")).collect();
        let names = Names { folder: folder.to_owned(), id, count: Arc::default() };
        before_change()?;
        let marker = permissions::create(&names.marker(), Sensitivity::Secret)?;
        let locked = match marker.try_lock() {
            Err(TryLockError::WouldBlock) => false,
            // Without locks on this file system nobody can lock the marker, so nobody takes it for a dead run's.
            Ok(()) | Err(TryLockError::Error(_)) => fs::symlink_metadata(names.marker()).is_ok(),
        };
        let on_interrupt = names.clone();
        let registered = process::register(move || on_interrupt.remove());
        Ok(locked.then_some(Self { names, _marker: marker, _registered: registered }))
    }

    /// A new, empty temporary.
    pub(super) fn create(&mut self, sensitivity: Sensitivity, busy: &Uninterrupted) -> io::Result<(PathBuf, File)> {
        let path = self.next_path(busy);
        before_change()?;
        let file = permissions::create(&path, sensitivity)?;
        Ok((path, file))
    }

    /// A new, empty temporary that will take the place of `old`; see [`permissions::create_in_place_of`].
    pub(super) fn create_in_place_of(
        &mut self,
        old: &Path,
        sensitivity: Sensitivity,
        busy: &Uninterrupted,
    ) -> io::Result<(PathBuf, File)> {
        let path = self.next_path(busy);
        before_change()?;
        let file = permissions::create_in_place_of(old, &path, sensitivity)?;
        Ok((path, file))
    }

    /// A name at which the caller makes a temporary.
    pub(super) fn next_path(&mut self, _: &Uninterrupted) -> PathBuf {
        self.names.numbered(self.names.count.fetch_add(1, Ordering::SeqCst))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.names.remove();
    }
}

impl Names {
    fn marker(&self) -> PathBuf {
        self.folder.join(format!("{PREFIX}{}{SUFFIX}", self.id))
    }

    fn numbered(&self, number: usize) -> PathBuf {
        self.folder.join(format!("{PREFIX}{}-{number}{SUFFIX}", self.id))
    }

    /// Removes the temporaries, and the marker last. What cannot be removed now, a later run removes.
    fn remove(&self) {
        for number in 0..self.count.load(Ordering::SeqCst) {
            remove(&self.numbered(number));
        }
        // Removing takes no room, so a full disk does not stop it; a run may be killed before it.
        let _ = before_change();
        let _ = fs::remove_file(self.marker());
    }
}

/// Whether a file of this name is a temporary of some run.
pub(super) fn is_ours(name: &OsStr) -> bool {
    id_in(name).is_some()
}

/// The run's id in a temporary's name.
fn id_in(name: &OsStr) -> Option<&str> {
    let inner = name.to_str()?.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let (id, number) = inner.split_once('-').unwrap_or((inner, "0"));
    let is_id = id.len() == ID_LENGTH && id.bytes().all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f'));
    let is_number = !number.is_empty() && number.bytes().all(|octet| octet.is_ascii_digit());
    (is_id && is_number).then_some(id)
}

/// Removes what dead runs left in `folder`. Nothing here is worth failing for, so errors are passed over.
pub(super) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut runs = BTreeMap::<String, Vec<PathBuf>>::new();
    for entry in entries.flatten() {
        if let Some(id) = id_in(&entry.file_name())
            && entry.file_type().is_ok()
        {
            runs.entry(id.to_owned()).or_default().push(entry.path());
        }
    }
    for (id, files) in runs {
        let marker = Names { folder: folder.to_owned(), id, count: Arc::default() }.marker();
        // A run makes its marker before, and removes it after, everything else: without one, it is over.
        let lock = match open_marker(&marker) {
            Ok(file) if file.try_lock().is_ok() => Some(file),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
            Ok(_) | Err(_) => continue,
        };
        for file in files.iter().filter(|file| **file != marker) {
            remove(file);
        }
        let _ = before_change();
        let _ = fs::remove_file(&marker);
        drop(lock);
    }
}

/// Removes a temporary: a file, a link, or a folder with what is in it.
fn remove(path: &Path) {
    if before_change().is_err() {
        return;
    }
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
        let _ = fs::remove_dir_all(path);
    } else {
        let _ = fs::remove_file(path);
    }
}

fn open_marker(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        // Neither a link nor a FIFO that somebody put in the marker's place leads elsewhere or blocks.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_dead_runs_temporaries_are_removed_and_a_live_runs_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let busy = process::uninterrupted();
        let mut live = Scratch::open(dir.path(), &busy).unwrap();
        let (path, file) = live.create(Sensitivity::Secret, &busy).unwrap();
        drop(file);
        drop(busy);
        let (dead, lost) = ("d".repeat(ID_LENGTH), "0".repeat(ID_LENGTH));
        let foreign = [".certwright-.tmp".to_owned(), format!(".certwright-{dead}-x.tmp"), "a.tmp".to_owned()];
        let stale = [
            format!(".certwright-{dead}.tmp"),
            format!(".certwright-{dead}-0.tmp"),
            format!(".certwright-{dead}-12.tmp"),
            format!(".certwright-{lost}-3.tmp"),
        ];
        for name in stale.iter().chain(&foreign) {
            fs::write(dir.path().join(name), b"old").unwrap();
        }
        sweep(dir.path());
        let left = listing(dir.path());
        assert!(stale.iter().all(|name| !left.contains(name)), "{left:?}");
        assert!(foreign.iter().all(|name| left.contains(name)), "{left:?}");
        assert!(path.exists());
        assert_eq!(left.len(), foreign.len() + 2);
        drop(live);
        assert_eq!(listing(dir.path()).len(), foreign.len());
    }

    #[test]
    fn runs_that_start_while_others_sweep_keep_their_temporaries() {
        let dir = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            let done = Arc::new(AtomicUsize::new(0));
            for _ in 0..2 {
                let done = Arc::clone(&done);
                let folder = dir.path();
                scope.spawn(move || {
                    while done.load(Ordering::SeqCst) == 0 {
                        sweep(folder);
                    }
                });
            }
            let mut lost = 0;
            for _ in 0..300 {
                let busy = process::uninterrupted();
                let mut run = Scratch::open(dir.path(), &busy).unwrap();
                let (path, _file) = run.create(Sensitivity::Secret, &busy).unwrap();
                std::thread::yield_now();
                lost += usize::from(!path.exists());
            }
            done.store(1, Ordering::SeqCst);
            assert_eq!(lost, 0);
        });
        assert!(listing(dir.path()).is_empty());
    }
}
