//! Reads a file line by line in bounded memory, and finds files of one name in a folder and the folders below it.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "the only room that touches the file system")]

use std::fs;
use std::fs::File;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use super::Error;
use super::error::shown;

/// How often another run's lock is waited out, and how long each time: as long as it takes to add many lines.
const TRIES: u32 = 250;
const PAUSE: Duration = Duration::from_millis(20);

/// What Windows says to who reads where another program holds a lock: `ERROR_LOCK_VIOLATION`.
const LOCK_VIOLATION: i32 = 33;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What stands in it, without the line end; of a line that is too long, nothing.
    pub octets: Vec<u8>,
    /// Whether a line end follows.
    pub is_ended: bool,
    /// Whether it was longer than the limit and passed over.
    pub is_too_long: bool,
}

/// The lines of a file, one at a time.
#[derive(Debug)]
pub struct Lines<R> {
    name: String,
    reader: R,
    longest: usize,
    is_over: bool,
}

/// The lines that the file at `path` has now; what other runs add meanwhile is left for the next time. None longer than
/// `longest` is kept in memory.
///
/// # Errors
/// [`Error::NotFound`], [`Error::NotAFile`] for a folder, and [`Error::CannotRead`].
pub fn read_lines(path: &Path, longest: usize) -> Result<Lines<impl BufRead + use<>>, Error> {
    let refused = |cause| Error::read(path, cause);
    if fs::metadata(path).map_err(refused)?.is_dir() {
        return Err(Error::NotAFile { path: shown(path), what: "a folder" });
    }
    let file = File::open(path).map_err(refused)?;
    let metadata = file.metadata().map_err(refused)?;
    let length = if metadata.is_file() { settled_length(&file).map_err(refused)? } else { u64::MAX };
    Ok(Lines::new(shown(path), BufReader::new(Patient(file.take(length))), longest))
}

/// How long the file is when nobody is in the middle of adding a line to it.
fn settled_length(file: &File) -> io::Result<u64> {
    for _ in 0..TRIES {
        if file.try_lock_shared().is_ok() {
            let length = file.metadata().map(|metadata| metadata.len());
            // Nobody waits for who only reads: the lock is let go at once.
            let _ = file.unlock();
            return length;
        }
        thread::sleep(PAUSE);
    }
    // Without locks on this file system, or with a run that was stopped, the file is read as it is.
    file.metadata().map(|metadata| metadata.len())
}

/// A reader that waits for other programs' locks, which on Windows keep others from reading.
#[derive(Debug)]
struct Patient<R>(R);

impl<R: Read> Read for Patient<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        for _ in 0..TRIES {
            match self.0.read(buffer) {
                Err(cause) if cfg!(windows) && cause.raw_os_error() == Some(LOCK_VIOLATION) => thread::sleep(PAUSE),
                result => return result,
            }
        }
        self.0.read(buffer)
    }
}

impl<R: BufRead> Lines<R> {
    /// The lines that `reader` gives; `name` says in messages what it is.
    pub fn new(name: impl Into<String>, reader: R, longest: usize) -> Self {
        Self { name: name.into(), reader, longest, is_over: false }
    }

    /// The next line; none at the end.
    fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut line = Line { octets: Vec::new(), is_ended: false, is_too_long: false };
        let mut is_empty = true;
        loop {
            let buffer = match self.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
                Err(cause) => return Err(cause),
            };
            if buffer.is_empty() {
                return Ok((!is_empty).then_some(line));
            }
            is_empty = false;
            let end = buffer.iter().position(|octet| *octet == b'\n');
            let piece = &buffer[..end.unwrap_or(buffer.len())];
            if line.octets.len() + piece.len() > self.longest {
                line.is_too_long = true;
                line.octets.clear();
            }
            if !line.is_too_long {
                line.octets.extend_from_slice(piece);
            }
            let used = piece.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() {
                line.is_ended = true;
                return Ok(Some(line));
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Line, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.next_line();
        self.is_over = !matches!(next, Ok(Some(_)));
        next.map_err(|cause| Error::read(self.name.as_ref(), cause)).transpose()
    }
}

/// The files of this `name` in `folder` itself and in each folder in it, sorted by path.
///
/// # Errors
/// [`Error::CannotRead`] when the folder cannot be listed.
pub fn find_in_folders(folder: &Path, name: &str) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut found: Vec<PathBuf> = entries
        .map_err(|cause| Error::read(folder, cause))?
        .into_iter()
        .map(|entry| entry.path().join(name))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    let own = folder.join(name);
    if own.is_file() {
        found.insert(0, own);
    }
    Ok(found)
}

/// Whether a folder stands at `path`.
#[must_use]
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, is_ended: bool) -> Line {
        Line { octets: text.as_bytes().to_vec(), is_ended, is_too_long: false }
    }

    #[test]
    fn lines_are_told_with_their_ends_and_long_ones_passed_over() {
        let too_long = Line { octets: Vec::new(), is_ended: true, is_too_long: true };
        let table = [
            ("", vec![]),
            ("\n", vec![line("", true)]),
            ("a\nb", vec![line("a", true), line("b", false)]),
            ("12345678\n123456789\nc\n", vec![line("12345678", true), too_long.clone(), line("c", true)]),
            (&"1".repeat(99), vec![Line { is_ended: false, ..too_long }]),
        ];
        for (text, expected) in table {
            for buffer in [1, 3, 64] {
                let reader = BufReader::with_capacity(buffer, text.as_bytes());
                let met: Vec<Line> = Lines::new("x", reader, 8).map(Result::unwrap).collect();
                assert_eq!(met, expected, "{text:?} by {buffer}");
            }
        }
    }

    #[test]
    fn a_fault_ends_the_lines() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("odd"))
            }
        }
        let mut lines = Lines::new("x", BufReader::new(Broken), 8);
        assert_eq!(lines.next().unwrap().unwrap_err().kind(), "cannot_read");
        assert!(lines.next().is_none());
    }

    #[test]
    fn a_folder_gives_its_own_file_first_and_then_those_one_level_down() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["b", "a", "c/d"] {
            fs::create_dir_all(dir.path().join(folder)).unwrap();
            fs::write(dir.path().join(folder).join("log"), "").unwrap();
        }
        fs::write(dir.path().join("log"), "").unwrap();
        let found = find_in_folders(dir.path(), "log").unwrap();
        let expected: Vec<PathBuf> = ["log", "a/log", "b/log"].iter().map(|path| dir.path().join(path)).collect();
        assert_eq!(found, expected);
    }
}
