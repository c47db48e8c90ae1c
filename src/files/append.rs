//! Adds whole lines at the end of a file that several runs share, and changes nothing that stands in it.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "the only room that touches the file system")]

use std::fs;
use std::fs::File;
use std::fs::TryLockError;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::Error;
use super::Sensitivity;
use super::atomic::sync_folder;
use super::error::shown;
use super::permissions;
use crate::process::before_change;

/// How often a lock is tried, and how long is waited between: half a minute in all, where another run needs milliseconds.
const TRIES: u32 = 1_500;
const PAUSE: Duration = Duration::from_millis(20);

/// How often a file may be moved away between its opening and its locking, as those do who rotate logs.
const REOPENINGS: usize = 16;

/// How the file ends to which a line is to be added.
#[derive(Debug)]
pub struct Tail<'a> {
    /// Its last whole line, without the line end.
    pub last: TailLine,
    /// What stands after the last line end: a run was killed while it wrote, or the disk was full.
    pub unfinished: TailLine,
    file: &'a File,
    path: &'a Path,
}

/// A line at the end of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TailLine {
    /// There is none.
    None,
    /// It is longer than any line that was to be expected, so it was not read.
    TooLong,
    /// All of it.
    Whole(Vec<u8>),
}

impl Tail<'_> {
    /// How many whole lines the file has. Reads all of it.
    ///
    /// # Errors
    /// [`Error::CannotRead`].
    pub fn count_lines(&mut self) -> Result<u64, Error> {
        let refused = |cause| Error::read(self.path, cause);
        let mut file = self.file;
        file.rewind().map_err(refused)?;
        let mut buffer = vec![0; 64 << 10];
        let mut count = 0;
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(count),
                Ok(read) => count += buffer[..read].iter().filter(|octet| **octet == b'\n').count() as u64,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(refused(cause)),
            }
        }
    }
}

/// Adds the line that `make` gives, which must not hold a line end, to the file at `path`, and makes it durable. `make`
/// is told how the file ends, and no other run adds a line meanwhile. No line is expected to be longer than `longest`.
///
/// The file is made when there is none, for its owner only. A symbolic link is not followed. An unfinished line is ended,
/// and stays.
///
/// # Errors
/// [`Error::InUse`] when another program keeps the file locked, [`Error::IsSymlink`], [`Error::NotAFile`],
/// [`Error::CannotRead`], [`Error::CannotWrite`], and what `make` gives.
pub fn append_line(
    path: &Path,
    longest: usize,
    make: impl FnOnce(&mut Tail<'_>) -> Result<Vec<u8>, Error>,
) -> Result<(), Error> {
    let refused = |cause| Error::write(path, cause);
    let (file, is_new) = open_locked(path)?;
    let length = file.metadata().map_err(refused)?.len();
    let (last, unfinished) = ending(&file, length, longest).map_err(|cause| Error::read(path, cause))?;
    let ends_a_line = unfinished != TailLine::None;
    let mut tail = Tail { last, unfinished, file: &file, path };
    let line = make(&mut tail)?;
    let octets = [if ends_a_line { b"\n".as_slice() } else { b"" }, &line, b"\n"].concat();
    // One call for all of it: the system moves to the end and writes in one step, also where locks do nothing.
    before_change().and_then(|()| write_whole(&file, &octets)).map_err(|cause| {
        // Nobody else writes now, so what is taken away is our own piece of a line. Where that fails, the next run ends it.
        let _ = file.set_len(length);
        refused(cause)
    })?;
    file.sync_all().map_err(refused)?;
    // Said, because a program that another thread is just starting holds a copy of the file, and the lock with it.
    let _ = file.unlock();
    if is_new && let Some(folder) = path.parent() {
        sync_folder(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }).map_err(refused)?;
    }
    Ok(())
}

fn write_whole(mut file: &File, octets: &[u8]) -> io::Result<()> {
    match file.write(octets)? {
        written if written == octets.len() => Ok(()),
        _ => Err(io::ErrorKind::StorageFull.into()),
    }
}

/// The file at `path`, open and locked, and whether this run made it.
fn open_locked(path: &Path) -> Result<(File, bool), Error> {
    let refused = |cause| Error::write(path, cause);
    for _ in 0..REOPENINGS {
        let is_new = match create(path) {
            Ok(()) => true,
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => false,
            Err(cause) => return Err(refused(cause)),
        };
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
            Err(cause) => return Err(refused(cause)),
        };
        if metadata.is_symlink() {
            return Err(Error::IsSymlink { path: shown(path) });
        }
        if !metadata.is_file() {
            let what = if metadata.is_dir() { "a folder" } else { "no plain file" };
            return Err(Error::NotAFile { path: shown(path), what });
        }
        let file = match open(path) {
            Ok(file) => file,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
            Err(cause) => return Err(refused(cause)),
        };
        lock(&file, path)?;
        if is_at(&file, path) {
            return Ok((file, is_new));
        }
    }
    Err(refused(io::ErrorKind::ResourceBusy.into()))
}

fn create(path: &Path) -> io::Result<()> {
    if path.is_file() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    before_change()?;
    permissions::create(path, Sensitivity::Secret).map(drop)
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).append(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        // Neither a link nor a FIFO that somebody put in its place meanwhile leads elsewhere or blocks.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    options.open(path)
}

/// Waits for the lock, but not for ever: whoever holds it may have been stopped.
fn lock(file: &File, path: &Path) -> Result<(), Error> {
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            Err(TryLockError::Error(cause)) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::Error(cause)) => {
                let reason = "this file system has no locks, so two runs at once could not be kept apart";
                return Err(Error::CannotWrite { path: shown(path), reason, source: Some(cause) });
            }
        }
    }
    Err(Error::InUse { path: shown(path) })
}

/// Whether the open file is still the one at `path`.
fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let number = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        file.metadata().map(number).is_ok_and(|own| fs::symlink_metadata(path).map(number).is_ok_and(|it| it == own))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.is_file()
    }
}

/// The last whole line of a file of `length` octets, and what stands after it.
fn ending(mut file: &File, length: u64, longest: usize) -> io::Result<(TailLine, TailLine)> {
    // Two lines of the greatest length with their ends, and the end of the line before.
    let enough = (longest as u64 + 1) * 2 + 1;
    let start = length.saturating_sub(enough);
    file.seek(SeekFrom::Start(start))?;
    let mut end = Vec::new();
    file.take(length - start).read_to_end(&mut end)?;
    let line = |octets: &[u8], begins: bool| match octets.len() {
        _ if !begins => TailLine::TooLong,
        size if size > longest => TailLine::TooLong,
        _ => TailLine::Whole(octets.to_vec()),
    };
    let newline = |octets: &[u8]| octets.iter().rposition(|octet| *octet == b'\n');
    let Some(last_end) = newline(&end) else {
        let unfinished = if end.is_empty() { TailLine::None } else { line(&end, start == 0) };
        return Ok((if start == 0 { TailLine::None } else { TailLine::TooLong }, unfinished));
    };
    let (before, after) = (&end[..last_end], &end[last_end + 1..]);
    let unfinished = if after.is_empty() { TailLine::None } else { line(after, true) };
    let last = match newline(before) {
        Some(at) => line(&before[at + 1..], true),
        None => line(before, start == 0),
    };
    Ok((last, unfinished))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(path: &Path, text: &str) -> (TailLine, TailLine) {
        let mut met = None;
        append_line(path, 8, |tail| {
            met = Some((tail.last.clone(), tail.unfinished.clone()));
            Ok(text.as_bytes().to_vec())
        })
        .unwrap();
        met.unwrap()
    }

    fn whole(text: &str) -> TailLine {
        TailLine::Whole(text.as_bytes().to_vec())
    }

    #[test]
    fn a_line_is_added_after_the_last_and_an_unfinished_one_is_ended() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        assert_eq!(add(&path, "one"), (TailLine::None, TailLine::None));
        assert_eq!(add(&path, "12345678"), (whole("one"), TailLine::None));
        assert_eq!(add(&path, ""), (whole("12345678"), TailLine::None));
        assert_eq!(add(&path, "x"), (whole(""), TailLine::None));
        assert_eq!(fs::read(&path).unwrap(), b"one\n12345678\n\nx\n");
        for (content, last, unfinished) in [
            ("a\nb", whole("a"), whole("b")),
            ("b", TailLine::None, whole("b")),
            ("123456789\nb", TailLine::TooLong, whole("b")),
            ("a\n123456789", whole("a"), TailLine::TooLong),
            (&"1".repeat(100), TailLine::TooLong, TailLine::TooLong),
            (&format!("{}\n", "1".repeat(100)), TailLine::TooLong, TailLine::None),
            ("\n", whole(""), TailLine::None),
        ] {
            fs::write(&path, content).unwrap();
            assert_eq!(add(&path, "z"), (last, unfinished), "{content}");
            let end = if content.ends_with('\n') { "z\n" } else { "\nz\n" };
            assert_eq!(fs::read(&path).unwrap(), [content, end].concat().as_bytes());
        }
    }

    #[test]
    fn lines_are_counted_to_the_last_line_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        fs::write(&path, "a\n".repeat(100_000) + "b").unwrap();
        append_line(&path, 8, |tail| {
            assert_eq!(tail.count_lines().unwrap(), 100_000);
            Ok(b"c".to_vec())
        })
        .unwrap();
        assert!(fs::read_to_string(&path).unwrap().ends_with("a\nb\nc\n"));
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_its_owners_and_neither_a_link_nor_a_folder() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        add(&path, "one");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let refused = |path: &Path| append_line(path, 8, |_| Ok(Vec::new())).unwrap_err().kind();
        assert_eq!(refused(&link), "is_symlink");
        assert_eq!(refused(dir.path()), "not_a_file");
        assert_eq!(fs::read(&path).unwrap(), b"one\n");
    }

    #[test]
    fn what_cannot_be_said_adds_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        add(&path, "one");
        let fault = || Error::NotFound { path: "x".to_owned() };
        assert_eq!(append_line(&path, 8, |_| Err(fault())).unwrap_err().kind(), "not_found");
        assert_eq!(fs::read(&path).unwrap(), b"one\n");
    }

    #[test]
    fn runs_that_add_at_once_each_see_the_last_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        append_line(&path, 8, |tail| {
                            let TailLine::Whole(last) = &tail.last else { return Ok(b"1".to_vec()) };
                            let number: u32 = std::str::from_utf8(last).unwrap().parse().unwrap();
                            Ok((number + 1).to_string().into_bytes())
                        })
                        .unwrap();
                    }
                });
            }
        });
        let expected: String = (1..=100).map(|number| format!("{number}\n")).collect();
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    }
}
