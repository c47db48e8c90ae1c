//! Walks through files and folders, one after the other and always in the same order, and reads what is wanted of them.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "the only room that touches the file system")]

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::path::Path;
use std::path::PathBuf;

use super::Error;
use super::Exposure;
use super::Input;
use super::Origin;
use super::bounded;
use super::error::shown;
use super::input::STANDARD_INPUT;
use super::scratch;
use super::standard_input;
use crate::limits::Limits;

/// Files up to this size are read without a look at their beginning.
const SMALL: u64 = 256 << 10;

/// How much of a larger file is looked at before it is read whole.
const BEGINNING: u64 = 64 << 10;

/// Something that a [`walk`] came by.
#[derive(Debug)]
pub struct Found {
    /// The name for messages.
    pub name: String,
    /// The path: the one that was named, or the folder's with the file's name.
    pub path: PathBuf,
    /// Whether the user named it.
    pub origin: Origin,
    /// Which of the paths that were named it belongs to, from 0.
    pub root: usize,
    /// What it is.
    pub kind: FoundKind,
}

/// What a walk came by.
#[derive(Debug)]
pub enum FoundKind {
    /// A file, or what was named and may be one; nothing of it is read yet.
    File,
    /// A folder that was named; what is in it follows.
    Folder,
    /// Content that is at hand already.
    Input(Input),
    /// What cannot be read: a folder that cannot be listed, or a link that leads nowhere.
    Unreadable(Error),
}

impl From<Input> for Found {
    /// An input that is at hand already, as if the user had named it.
    fn from(input: Input) -> Self {
        let name = input.name().to_owned();
        let path = input.path().map_or_else(|| PathBuf::from(&name), Path::to_owned);
        Self { name, path, origin: Origin::Named, root: 0, kind: FoundKind::Input(input) }
    }
}

/// A folder that is looked at by a part of it: what of it to walk through in its place, or why that cannot be told.
pub type Inside<'a> = &'a (dyn Fn(&Path) -> Option<Result<Vec<PathBuf>, Error>> + Sync);

/// The files at `paths` and, for a folder, the files in it, sorted by name; with `recursive` those in its folders too. A
/// folder for which `inside` gives paths is walked through there only.
///
/// One folder is listed at a time, and no file is read before it is asked for, so that a tree need not fit into memory.
/// Symbolic links to files are followed; those to folders only where they are named, as `find` and `grep -r` do, so that
/// no loop of links has an end to be looked for. FIFOs, sockets, devices and this program's temporaries are passed over.
pub fn walk<'a>(paths: &[PathBuf], recursive: bool, inside: Inside<'a>) -> impl Iterator<Item = Found> + Send + 'a {
    let named = paths.iter().cloned().enumerate().rev();
    let named = named.map(|(root, path)| Step { path, origin: Origin::Named, root, next: Next::Look });
    let mut steps: Vec<Step> = named.collect();
    std::iter::from_fn(move || {
        while let Some(step) = steps.pop() {
            if let Some(found) = step.take(&mut steps, recursive, inside) {
                return Some(found);
            }
        }
        None
    })
}

/// What is still to be done on a walk, the next thing last.
struct Step {
    path: PathBuf,
    origin: Origin,
    root: usize,
    next: Next,
}

enum Next {
    File,
    /// List the folder.
    List,
    /// Find out what it is.
    Look,
    /// In a box, so that the steps of a large folder are small.
    Unreadable(Box<Error>),
}

impl Step {
    fn take(self, steps: &mut Vec<Self>, recursive: bool, inside: Inside<'_>) -> Option<Found> {
        let is_standard_input = self.origin == Origin::Named && self.path == Path::new(STANDARD_INPUT);
        match self.next {
            Next::Look if !is_standard_input && fs::metadata(&self.path).is_ok_and(|it| it.is_dir()) => {
                let list = Self { path: self.path.clone(), next: Next::List, ..self };
                steps.push(list);
                (self.origin == Origin::Named).then(|| found(self.path, self.origin, self.root, FoundKind::Folder))
            }
            Next::Look | Next::File => Some(found(self.path, self.origin, self.root, FoundKind::File)),
            Next::Unreadable(error) => Some(found(self.path, self.origin, self.root, FoundKind::Unreadable(*error))),
            Next::List => {
                let part = inside(&self.path);
                let part =
                    part.map(|part| part.map(|paths| paths.into_iter().map(|path| (path, Next::Look)).collect()));
                match part.unwrap_or_else(|| list(&self.path, recursive)) {
                    Ok(below) => {
                        let (origin, root) = (Origin::Folder, self.root);
                        steps.extend(below.into_iter().rev().map(|(path, next)| Self { path, origin, root, next }));
                        None
                    }
                    Err(error) => Some(found(self.path, self.origin, self.root, FoundKind::Unreadable(error))),
                }
            }
        }
    }
}

fn found(path: PathBuf, origin: Origin, root: usize, kind: FoundKind) -> Found {
    let is_standard_input = origin == Origin::Named && path == Path::new(STANDARD_INPUT);
    let name = if is_standard_input { standard_input::NAME.to_owned() } else { shown(&path) };
    Found { name, path, origin, root, kind }
}

/// What of a folder is walked through, sorted by name.
fn list(folder: &Path, recursive: bool) -> Result<Vec<(PathBuf, Next)>, Error> {
    let kept = |entry: fs::DirEntry| (!scratch::is_ours(&entry.file_name())).then(|| (entry.path(), entry.file_type()));
    let entries = fs::read_dir(folder).and_then(|entries| entries.filter_map(|it| it.map(kept).transpose()).collect());
    let mut entries: Vec<(PathBuf, io::Result<fs::FileType>)> = entries.map_err(|cause| Error::read(folder, cause))?;
    // All have the folder before their name, so that the order of the whole is the order of the names.
    entries.sort_unstable_by(|(one, _), (other, _)| one.as_os_str().cmp(other.as_os_str()));
    let steps = entries.into_iter().filter_map(|(path, kind)| {
        let next = match kind {
            Ok(kind) if kind.is_dir() => recursive.then_some(Next::List),
            Ok(kind) if kind.is_symlink() => behind_link(&path),
            Ok(kind) => kind.is_file().then_some(Next::File),
            Err(cause) => Some(Next::Unreadable(Error::read(&path, cause).into())),
        };
        next.map(|next| (path, next))
    });
    Ok(steps.collect())
}

/// What a symbolic link in a folder leads to.
fn behind_link(path: &Path) -> Option<Next> {
    match fs::metadata(path) {
        Ok(metadata) => metadata.is_file().then_some(Next::File),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            let reason = "it is a symbolic link that leads nowhere";
            Some(Next::Unreadable(Error::CannotRead { path: shown(path), reason, source: None }.into()))
        }
        Err(cause) => Some(Next::Unreadable(Error::read(path, cause).into())),
    }
}

impl Found {
    /// The content. A large file of a folder is read only if `is_wanted` says so of its beginning and its length: such
    /// are mostly no concern of the reader.
    ///
    /// # Errors
    /// As [`Input::read`]; and what was found to be unreadable.
    pub fn read(
        &mut self,
        limits: &Limits,
        is_wanted: impl FnOnce(&[u8], u64) -> bool,
    ) -> Result<Option<Input>, Error> {
        match std::mem::replace(&mut self.kind, FoundKind::File) {
            FoundKind::Input(input) => Ok(Some(input)),
            FoundKind::Unreadable(error) => Err(error),
            FoundKind::Folder => Ok(None),
            FoundKind::File if self.origin == Origin::Named => Input::read(&self.path, limits).map(Some),
            FoundKind::File => read_wanted(&self.path, &self.name, limits, is_wanted),
        }
    }
}

fn read_wanted(
    path: &Path,
    name: &str,
    limits: &Limits,
    is_wanted: impl FnOnce(&[u8], u64) -> bool,
) -> Result<Option<Input>, Error> {
    let refused = |cause| Error::read(path, cause);
    let mut file = open(path).map_err(refused)?;
    let metadata = file.metadata().map_err(refused)?;
    if !metadata.is_file() {
        return Ok(None);
    }
    let length = metadata.len();
    if length > SMALL {
        let mut beginning = Vec::new();
        file.by_ref().take(BEGINNING).read_to_end(&mut beginning).map_err(refused)?;
        // It may be a key: what was looked at is wiped.
        let beginning = crate::secret::SecretBytes::from(beginning);
        if !is_wanted(beginning.expose(), length) {
            return Ok(None);
        }
        file.rewind().map_err(refused)?;
    }
    let bytes = bounded::read_to_limit(&mut file, name, length, limits.input_size)?;
    Ok(Some(Input::of_file(path, name.to_owned(), bytes, Exposure::of(&metadata))))
}

/// Opens a file that was listed as one. Should a FIFO have taken its place, nobody waits for its writer.
fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    options.open(path)
}

#[cfg(test)]
mod tests;
