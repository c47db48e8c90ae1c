//! Every path that a run will write: declared first, checked for clashes, then committed together.
#![expect(clippy::disallowed_methods, reason = "the only room that touches the file system")]

use std::ffi::OsString;
use std::fs;
use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use super::Error;
use super::Sensitivity;
use super::error::shown;
use super::scratch;
use crate::secret::SecretBytes;

mod commit;
mod turn;

/// The outputs of one run. Nothing is written before [`commit`](Self::commit), and then all are written or none.
///
/// A path that is a symbolic link, a folder, a FIFO, a socket or a device, `/dev/null` and `NUL` included, is always
/// refused.
///
/// ```
/// use certwright::files::{OutputSet, Overwrite, Sensitivity};
/// # fn example(key: &[u8], certificate: &[u8]) -> Result<(), certwright::files::Error> {
/// let mut outputs = OutputSet::new(Overwrite::Refuse);
/// let key_file = outputs.declare("server.key".as_ref(), Sensitivity::Secret)?;
/// let certificate_file = outputs.declare("server.crt".as_ref(), Sensitivity::Public)?;
/// outputs.fill(key_file, key);
/// outputs.fill(certificate_file, certificate);
/// outputs.commit()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct OutputSet {
    overwrite: Overwrite,
    outputs: Vec<Output>,
    inputs: Vec<Identity>,
    new_folders: Vec<NewFolder>,
}

/// What happens to an output that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// It is an error.
    Refuse,
    /// It is replaced as a whole, and keeps neither its mode nor its owner.
    Replace,
}

/// An output that was declared; only the set that gave it out knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputId(usize);

#[derive(Debug)]
struct Output {
    path: PathBuf,
    identity: Identity,
    sensitivity: Sensitivity,
    rights: Rights,
    target: Target,
    /// What an edited file held when it was read.
    was: Option<SecretBytes>,
    content: Option<SecretBytes>,
}

/// What an output's path is allowed to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Absent,
    AbsentOrFile,
    /// The file that is edited.
    File,
}

/// What an edited file keeps of the rights to the one that it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rights {
    /// Its owner and its group's.
    OwnerAndGroup,
    /// All: only the content is another one.
    All,
}

/// A folder that is created at commit.
#[derive(Debug)]
struct NewFolder {
    path: PathBuf,
    identity: Identity,
}

/// A path of which there is only one for each file: the folder without links, and the name in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Identity {
    folder: PathBuf,
    name: OsString,
}

impl OutputSet {
    /// An empty set.
    #[must_use]
    pub fn new(overwrite: Overwrite) -> Self {
        Self { overwrite, outputs: Vec::new(), inputs: Vec::new(), new_folders: Vec::new() }
    }

    /// Adds the output `path`, and removes what dead runs left in its folder.
    ///
    /// # Errors
    /// [`Error::FolderNotFound`], [`Error::NotAFolder`], [`Error::AlreadyExists`], [`Error::IsSymlink`],
    /// [`Error::NotAFile`], [`Error::SameFile`], [`Error::OutputIsInput`], and [`Error::CannotWrite`] where the folder
    /// cannot be written or looked at.
    pub fn declare(&mut self, path: &Path, sensitivity: Sensitivity) -> Result<OutputId, Error> {
        let target = match self.overwrite {
            Overwrite::Refuse => Target::Absent,
            Overwrite::Replace => Target::AbsentOrFile,
        };
        self.add(path, sensitivity, target)
    }

    /// Adds the output `path` that must not exist, whatever [`Overwrite`] says: for what nobody could get back.
    ///
    /// # Errors
    /// As [`declare`](Self::declare).
    pub fn declare_new(&mut self, path: &Path, sensitivity: Sensitivity) -> Result<OutputId, Error> {
        self.add(path, sensitivity, Target::Absent)
    }

    /// Adds the output `path` that is a file to be edited: it must exist, is replaced whatever [`Overwrite`] says, may
    /// be an input, and keeps its owner and its group's rights where the system allows that. What `sensitivity` does not
    /// allow everybody, it loses; on Windows it keeps its access list.
    ///
    /// `was` is what the file held when it was read: if another run has changed it by the time of the commit, that
    /// change is not lost, but this one is refused.
    ///
    /// # Errors
    /// [`Error::NotFound`], and as [`declare`](Self::declare).
    pub fn declare_in_place(&mut self, path: &Path, sensitivity: Sensitivity, was: &[u8]) -> Result<OutputId, Error> {
        let id = self.add(path, sensitivity, Target::File)?;
        if let Some(output) = self.outputs.get_mut(id.0) {
            output.was = Some(SecretBytes::concat(&[was]));
        }
        Ok(id)
    }

    /// As [`declare_in_place`](Self::declare_in_place), for a file whose content alone is to change: it also keeps what
    /// everybody may do with it, since a service that could not read its next key would stop.
    ///
    /// # Errors
    /// As [`declare_in_place`](Self::declare_in_place).
    pub fn declare_content(&mut self, path: &Path, was: &[u8]) -> Result<OutputId, Error> {
        let id = self.declare_in_place(path, Sensitivity::Secret, was)?;
        if let Some(output) = self.outputs.get_mut(id.0) {
            output.rights = Rights::All;
        }
        Ok(id)
    }

    /// Notes that the run reads `path`, so that no output may be it. Standard input and missing files are passed over.
    ///
    /// # Errors
    /// [`Error::OutputIsInput`] when it was declared as an output.
    pub fn declare_input(&mut self, path: &Path) -> Result<(), Error> {
        let Ok(real) = fs::canonicalize(path) else { return Ok(()) };
        let Some(identity) = Identity::of_real(&real) else { return Ok(()) };
        match self.outputs.iter().find(|output| output.target != Target::File && output.identity.is(&identity)) {
            Some(output) => Err(Error::OutputIsInput { path: shown(&output.path) }),
            None => {
                self.inputs.push(identity);
                Ok(())
            }
        }
    }

    /// Allows outputs in the folder `path`; if it is missing, it is created at commit, but not the folder above it.
    ///
    /// # Errors
    /// [`Error::NotAFolder`] when it is something else, [`Error::FolderNotFound`] when the folder above it is missing,
    /// and [`Error::CannotWrite`] where that cannot be written.
    pub fn declare_folder(&mut self, path: &Path) -> Result<(), Error> {
        if is_device(path) {
            return Err(Error::NotAFolder { path: shown(path), folder: shown(path) });
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => return Ok(()),
            Ok(_) => return Err(Error::NotAFolder { path: shown(path), folder: shown(path) }),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(Error::write(path, cause)),
        }
        if fs::symlink_metadata(path).is_ok() {
            return Err(Error::IsSymlink { path: shown(path) });
        }
        let identity = self.identity(path)?;
        if !self.new_folders.iter().any(|folder| folder.identity == identity) {
            self.new_folders.push(NewFolder { path: path.to_owned(), identity });
        }
        Ok(())
    }

    /// Sets the content of an output; the bytes are copied into memory that is wiped.
    pub fn fill(&mut self, id: OutputId, bytes: &[u8]) {
        if let Some(output) = self.outputs.get_mut(id.0) {
            output.content = Some(SecretBytes::concat(&[bytes]));
        }
    }

    /// Writes every output that was filled, all or none, and gives their paths in the order of declaration.
    ///
    /// After an error each folder holds what it held before: files that were replaced are back with their content, mode
    /// and times, and a folder that was created is gone. A process that is killed leaves each file either old or new,
    /// never cut, and temporaries that the next run removes.
    ///
    /// # Errors
    /// As [`declare`](Self::declare) for what changed since, [`Error::CannotWrite`] for what the system refuses, and
    /// [`Error::NotRestored`] when undoing failed as well.
    pub fn commit(self) -> Result<Vec<PathBuf>, Error> {
        commit::run(&self.new_folders, &self.outputs)
    }

    fn add(&mut self, path: &Path, sensitivity: Sensitivity, target: Target) -> Result<OutputId, Error> {
        if is_device(path) {
            return Err(Error::NotAFile { path: shown(path), what: "a device" });
        }
        if names_a_folder(path) {
            return Err(Error::NotAFile { path: shown(path), what: "a folder" });
        }
        let identity = self.identity(path)?;
        if target != Target::File && self.inputs.iter().any(|input| identity.is(input)) {
            return Err(Error::OutputIsInput { path: shown(path) });
        }
        if let Some(first) = self.outputs.iter().find(|output| output.identity.may_be(&identity)) {
            return Err(Error::SameFile { first: shown(&first.path), second: shown(path) });
        }
        target.check(path)?;
        scratch::sweep(folder_of(path));
        self.outputs.push(Output {
            path: path.to_owned(),
            identity,
            sensitivity,
            rights: Rights::OwnerAndGroup,
            target,
            was: None,
            content: None,
        });
        Ok(OutputId(self.outputs.len() - 1))
    }

    /// Where `path` is, after checking that its folder exists, or will, and can be written.
    fn identity(&self, path: &Path) -> Result<Identity, Error> {
        let folder = folder_of(path);
        let name = name_of(path);
        match fs::metadata(folder) {
            Ok(metadata) if metadata.is_dir() => {
                check_writable(folder).map_err(|cause| Error::write(path, cause))?;
                let folder = fs::canonicalize(folder).map_err(|cause| Error::write(path, cause))?;
                Ok(Identity { folder, name })
            }
            Ok(_) => Err(Error::NotAFolder { path: shown(path), folder: shown(folder) }),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                let above = fs::canonicalize(folder_of(folder)).ok();
                let is_it = |new: &&NewFolder| {
                    Some(&new.identity.folder) == above.as_ref() && name_of(folder) == new.identity.name
                };
                match self.new_folders.iter().find(is_it) {
                    Some(new) => Ok(Identity { folder: new.identity.folder.join(&new.identity.name), name }),
                    None => Err(Error::FolderNotFound { path: shown(path), folder: shown(folder) }),
                }
            }
            Err(cause) => Err(Error::write(path, cause)),
        }
    }
}

impl Target {
    /// What stands at `path`, if that is allowed there.
    fn check(self, path: &Path) -> Result<Option<Metadata>, Error> {
        let path_text = || shown(path);
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound && self == Self::File => {
                return Err(Error::NotFound { path: path_text() });
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Error::write(path, cause)),
        };
        if metadata.is_symlink() {
            Err(Error::IsSymlink { path: path_text() })
        } else if !metadata.is_file() {
            Err(Error::NotAFile { path: path_text(), what: kind_of(&metadata) })
        } else if self == Self::Absent {
            Err(Error::AlreadyExists { path: path_text() })
        } else {
            Ok(Some(metadata))
        }
    }
}

impl Identity {
    /// Of a path without links.
    fn of_real(path: &Path) -> Option<Self> {
        Some(Self { folder: path.parent()?.to_owned(), name: path.file_name()?.to_owned() })
    }

    /// Whether both are one file, on a system whose file systems usually behave as this one's.
    fn is(&self, other: &Self) -> bool {
        if cfg!(any(windows, target_vendor = "apple")) { self.may_be(other) } else { self == other }
    }

    /// Whether both are one file on some file system: one may not tell capital and small letters apart.
    fn may_be(&self, other: &Self) -> bool {
        let folded = |name: &OsString| name.to_str().map(str::to_lowercase);
        let same_name =
            self.name == other.name || folded(&self.name).is_some_and(|name| Some(name) == folded(&other.name));
        self.folder == other.folder && same_name
    }
}

/// The folder that `path` stands in, as a path that can be opened.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The name under which the file at `path` stands in its folder. Windows leaves out dots and spaces at its end, so that
/// `app.key.` is `app.key`.
fn name_of(path: &Path) -> OsString {
    #[cfg(windows)]
    let path = &std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.file_name().unwrap_or_default().to_owned()
}

/// Whether `path` names a device by its form alone. On Windows `NUL` does, in some of its versions also `certs\NUL` and
/// `com1.key`; the system is asked, because a file of that name loses what is written to it or sends it to a printer.
fn is_device(path: &Path) -> bool {
    #[cfg(windows)]
    {
        use std::path::Component;
        use std::path::Prefix;
        let first = std::path::absolute(path).ok().and_then(|path| match path.components().next() {
            Some(Component::Prefix(prefix)) => Some(matches!(prefix.kind(), Prefix::DeviceNS(_))),
            _ => None,
        });
        first.unwrap_or(false)
    }
    #[cfg(not(windows))]
    {
        let _ = path;
        false
    }
}

/// Whether `path` cannot be a file's by its form alone, such as `certs/`, `..` or nothing.
fn names_a_folder(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let last = text.rsplit(std::path::is_separator).next().unwrap_or_default();
    path.file_name().is_none() || last.is_empty() || last == "."
}

/// Fails early, before a user has typed passwords, where a new file in `folder` would fail.
fn check_writable(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK)?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// What stands where a file is wanted, with its article.
fn kind_of(metadata: &Metadata) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        if kind.is_fifo() {
            return "a FIFO";
        } else if kind.is_socket() {
            return "a socket";
        } else if kind.is_block_device() || kind.is_char_device() {
            return "a device";
        }
    }
    if metadata.is_dir() { "a folder" } else { "something else" }
}

#[cfg(test)]
mod tests;
