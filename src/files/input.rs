//! Files, standard input and folders, read to a limit into memory that is wiped.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "the only room that touches the file system")]

use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;

use super::Error;
use super::Exposure;
use super::bounded;
use super::error::shown;
use super::scratch;
use super::standard_input;
use super::standard_input::claim_standard_input;
use crate::limits::Limits;
use crate::secret::Password;
use crate::secret::SecretBytes;

/// The path that stands for standard input.
pub(super) const STANDARD_INPUT: &str = "-";

/// The content of a file or of standard input.
#[derive(Clone, Debug)]
pub struct Input {
    name: String,
    path: Option<PathBuf>,
    bytes: SecretBytes,
    exposure: Option<Exposure>,
}

impl Input {
    /// Reads the file at `path`, or standard input if that is `-`, up to `limits.input_size`.
    ///
    /// FIFOs and devices are read too, so that a shell's `<(…)` works.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::NotAFile`] for a folder, [`Error::TooLarge`], [`Error::StandardInputUsed`], and
    /// [`Error::CannotRead`] for what the system refuses.
    pub fn read(path: &Path, limits: &Limits) -> Result<Self, Error> {
        if path == Path::new(STANDARD_INPUT) {
            let bytes = claim_standard_input("the input `-`")?.read_all(limits)?;
            return Ok(Self::new(standard_input::NAME, bytes));
        }
        let name = shown(path);
        let refused = |cause| Error::read(path, cause);
        // Windows refuses to open a folder before it says that it is one.
        if fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
            return Err(Error::NotAFile { path: name, what: "a folder" });
        }
        let mut file = File::open(path).map_err(refused)?;
        let metadata = file.metadata().map_err(refused)?;
        let bytes = bounded::read_to_limit(&mut file, &name, metadata.len(), limits.input_size)?;
        Ok(Self { name, path: Some(path.to_owned()), bytes, exposure: Exposure::of(&metadata) })
    }

    /// The same for a file that is there, or nothing where there is none, or something that is no plain file, such as a
    /// FIFO: what stands in an output's place is looked at without waiting for it.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_if_file(path: &Path, limits: &Limits) -> Result<Option<Self>, Error> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => Self::read(path, limits).map(Some),
            _ => Ok(None),
        }
    }

    /// Content that did not come from a file, such as an environment variable's; `name` says what it is.
    #[must_use]
    pub fn new(name: impl Into<String>, bytes: SecretBytes) -> Self {
        Self { name: name.into(), path: None, bytes, exposure: None }
    }

    /// The content of the file at `path`, which was read otherwise.
    pub(super) fn of_file(path: &Path, name: String, bytes: SecretBytes, exposure: Option<Exposure>) -> Self {
        Self { name, path: Some(path.to_owned()), bytes, exposure }
    }

    /// The name for messages: the path as the user gave it, or "standard input".
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's path, if it is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Whether the file at `path` is this one, however either path is spelled or linked.
    #[must_use]
    pub fn is_at(&self, path: &Path) -> bool {
        let real = |path: &Path| fs::canonicalize(path).ok();
        self.path.as_deref().and_then(real).is_some_and(|own| real(path) == Some(own))
    }

    /// The content, which may be a private key: copy it only into what is wiped.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.expose()
    }

    /// Who besides the owner could read the file when it was read: a fault if it holds a private key.
    #[must_use]
    pub fn exposure(&self) -> Option<Exposure> {
        self.exposure
    }
}

/// A file that [`collect`] found.
#[derive(Debug)]
pub struct Collected {
    /// The name for messages.
    pub name: String,
    /// The path: the one that was named, or the folder's with the file's name.
    pub path: PathBuf,
    /// Whether the user named this file.
    pub origin: Origin,
    /// The content, or what stopped it from being read.
    pub content: Result<Input, Error>,
}

impl From<Input> for Collected {
    /// An input that is at hand already, as if the user had named it.
    fn from(input: Input) -> Self {
        let name = input.name.clone();
        Self {
            path: input.path.clone().unwrap_or_else(|| PathBuf::from(&name)),
            name,
            origin: Origin::Named,
            content: Ok(input),
        }
    }
}

/// How a file came to be collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It stands in a folder that was named.
    Folder,
    /// It was named itself.
    Named,
}

/// The files at `paths` and, for a folder, the files in it, sorted by name. Each is read when the iterator reaches it,
/// so that a folder of large files need not fit into memory at once.
///
/// Folders within folders, FIFOs, sockets, devices and this program's temporaries are passed over; symbolic links to
/// files are followed. A folder that cannot be listed comes as one item with the reason.
pub fn collect(paths: &[PathBuf], limits: &Limits) -> impl Iterator<Item = Collected> {
    let found: Vec<_> = paths.iter().flat_map(|path| list(path)).collect();
    found.into_iter().map(|(path, origin, listed)| Collected {
        name: if path == Path::new(STANDARD_INPUT) { standard_input::NAME.to_owned() } else { shown(&path) },
        origin,
        content: listed.and_then(|()| Input::read(&path, limits)),
        path,
    })
}

/// What to read for one path that was named; an error in place of reading where a folder cannot be listed.
fn list(path: &Path) -> Vec<(PathBuf, Origin, Result<(), Error>)> {
    if path == Path::new(STANDARD_INPUT) || !fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
        return vec![(path.to_owned(), Origin::Named, Ok(()))];
    }
    let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(cause) => return vec![(path.to_owned(), Origin::Named, Err(Error::read(path, cause)))],
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    entries
        .into_iter()
        .filter(|entry| !scratch::is_ours(&entry.file_name()))
        .map(|entry| entry.path())
        // What cannot be looked at is kept, and reading it says why.
        .filter(|path| fs::metadata(path).map_or(true, |metadata| metadata.is_file()))
        .map(|path| (path, Origin::Folder, Ok(())))
        .collect()
}

/// Whether a file stands at `path`, or a link to one.
#[must_use]
pub fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// The first `length` bytes of the file at `path`, or all if it has fewer: enough to tell what it is.
///
/// # Errors
/// As [`Input::read`], but for [`Error::TooLarge`].
pub fn read_beginning(path: &Path, length: usize) -> Result<SecretBytes, Error> {
    use std::io::Read;
    let refused = |cause| Error::read(path, cause);
    let mut beginning = Vec::new();
    let file = File::open(path).map_err(refused)?;
    file.take(length as u64).read_to_end(&mut beginning).map_err(refused)?;
    Ok(SecretBytes::from(beginning))
}

/// The first line of the file at `path`, without its line end, as a password: UTF-8, or UTF-16 with the mark that
/// Windows puts before it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::NotAFile`] for a folder, [`Error::NotUtf8`], [`Error::TooLarge`] over 64 KiB, and
/// [`Error::CannotRead`].
pub fn read_first_line(path: &Path) -> Result<Password, Error> {
    let mut lines = read_first_lines(path, 1)?;
    Ok(lines.pop().unwrap_or_else(|| Password::new("")))
}

/// The first `count` lines as above, or as many as the file has.
///
/// # Errors
/// As [`read_first_line`].
pub fn read_first_lines(path: &Path, count: usize) -> Result<Vec<Password>, Error> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Error::NotAFile { path: shown(path), what: "a folder" });
    }
    let mut file = File::open(path).map_err(|cause| Error::read(path, cause))?;
    std::iter::from_fn(|| bounded::next_password_line(&mut file, &shown(path)).transpose()).take(count).collect()
}

/// The next line from the open file descriptor `number`, without its line end, as a password. Where the system can
/// share the descriptor, the line after it can be read by calling this again. Number 0 claims standard input.
///
/// # Errors
/// As [`read_first_line`], and on Windows always [`Error::CannotRead`].
pub fn read_descriptor_line(number: u32) -> Result<Password, Error> {
    let name = format!("fd:{number}");
    #[cfg(unix)]
    {
        if number == 0 {
            return claim_standard_input(&format!("`{name}`"))?.read_line();
        }
        let mut file = open_descriptor(number).map_err(|cause| Error::read(name.as_ref(), cause))?;
        bounded::read_password_line(&mut file, &name)
    }
    #[cfg(not(unix))]
    Err(Error::CannotRead { path: name, reason: "Windows has no numbered descriptors", source: None })
}

/// A second handle to the descriptor `number` of this process.
#[cfg(unix)]
fn open_descriptor(number: u32) -> std::io::Result<File> {
    // Unlike the path under /dev/fd, this also serves sockets, which is what Node.js gives its children, and pipes
    // whose maker was another user. Old kernels and some sandboxes lack it.
    #[cfg(target_os = "linux")]
    {
        use rustix::process;
        let myself = process::pidfd_open(process::getpid(), process::PidfdFlags::empty());
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        let copy = myself.and_then(|myself| process::pidfd_getfd(myself, number, process::PidfdGetfdFlags::empty()));
        if let Ok(descriptor) = copy {
            return Ok(File::from(descriptor));
        }
    }
    File::open(format!("/dev/fd/{number}"))
}

#[cfg(test)]
mod tests;
