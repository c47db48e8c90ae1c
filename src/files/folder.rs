//! Folders that appear whole or not at all, and go whole or not at all.
#![expect(clippy::disallowed_methods, reason = "the only room that touches the file system")]

use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use super::Error;
use super::Sensitivity;
use super::atomic;
use super::output::folder_of;
use super::permissions;
use super::scratch;
use super::scratch::Scratch;
use crate::process;
use crate::process::before_change;
use crate::secret::SecretBytes;

/// A file of a folder that is published as a whole.
#[derive(Debug)]
pub struct FolderFile<'a> {
    /// Its name, without a path.
    pub name: &'a str,
    /// Who may read it.
    pub sensitivity: Sensitivity,
    /// What is in it.
    pub content: &'a SecretBytes,
}

/// Makes the folder at `path` for the owner only, if it is not there, and the folders above it.
///
/// # Errors
/// [`Error::NotAFolder`] when something else stands there, and [`Error::CannotWrite`].
pub fn ensure_private_folder(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Ok(());
    }
    let above = folder_of(path);
    if above != path && !above.is_dir() {
        ensure_private_folder(above)?;
    }
    let made =
        before_change().and_then(|()| permissions::create_folder(path)).and_then(|()| atomic::sync_folder(above));
    match made {
        // Another run was faster.
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
            Err(Error::NotAFolder { path: super::error::shown(path), folder: super::error::shown(path) })
        }
        made => made.map_err(|cause| Error::write(path, cause)),
    }
}

/// Publishes `files` as the new folder at `path`, for its owner only. Whoever looks sees no folder, or all of it; it is on
/// the disk when this returns. What a killed run left beside it is removed.
///
/// # Errors
/// [`Error::AlreadyExists`], and [`Error::CannotWrite`] for what the system refuses; nothing is left behind then.
pub fn publish_folder(path: &Path, files: &[FolderFile<'_>]) -> Result<(), Error> {
    let above = folder_of(path);
    scratch::sweep(above);
    let refused = |cause| Error::write(path, cause);
    if fs::symlink_metadata(path).is_ok() {
        return Err(refused(io::ErrorKind::AlreadyExists.into()));
    }
    let busy = process::uninterrupted();
    let mut scratch = Scratch::open(above, &busy).map_err(refused)?;
    let temporary = scratch.next_path(&busy);
    before_change().and_then(|()| permissions::create_folder(&temporary)).map_err(refused)?;
    for file in files {
        let write = || {
            before_change()?;
            let mut new = permissions::create(&temporary.join(file.name), file.sensitivity)?;
            before_change()?;
            new.write_all(file.content.expose())?;
            new.sync_all()
        };
        write().map_err(|cause| Error::write(&path.join(file.name), cause))?;
    }
    let publish = || {
        atomic::sync_folder(&temporary)?;
        before_change()?;
        atomic::publish_folder(&temporary, path)?;
        atomic::sync_folder(above)
    };
    publish().map_err(refused)
}

/// Removes the folder at `path` with all that is in it. Whoever looks sees all of it or nothing.
///
/// # Errors
/// [`Error::CannotWrite`] for what the system refuses; the folder is whole then.
pub fn remove_folder(path: &Path) -> Result<(), Error> {
    let above = folder_of(path);
    scratch::sweep(above);
    let busy = process::uninterrupted();
    let remove = || {
        let mut scratch = Scratch::open(above, &busy)?;
        let doomed = scratch.next_path(&busy);
        before_change()?;
        fs::rename(path, &doomed)?;
        atomic::sync_folder(above)
        // Dropping the scratch removes it; what a killed run leaves, the next one removes.
    };
    remove().map_err(|cause| Error::write(path, cause))
}

/// Removes what killed runs of this program left in the folder at `path`. What a run that goes on needs stays.
pub fn remove_leftovers(path: &Path) {
    scratch::sweep(path);
}

/// The names of the folders in the folder at `path`, sorted; none where it does not exist. This program's temporaries are
/// left out, and names that are not Unicode.
///
/// # Errors
/// [`Error::CannotRead`].
pub fn folders_in(path: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(Error::read(path, cause)),
    };
    let mut names: Vec<String> = entries
        .iter()
        .filter(|entry| !scratch::is_ours(&entry.file_name()) && entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    Ok(names)
}

/// What the symbolic link at `path` points to; `None` where there is no link.
#[must_use]
pub fn link_target(path: &Path) -> Option<PathBuf> {
    fs::read_link(path).ok()
}

/// Points the symbolic link at `path` to `target`, at once: whoever looks sees the old or the new.
///
/// # Errors
/// [`Error::AlreadyExists`] when something that is no link stands there, and [`Error::CannotWrite`]; on Windows always,
/// since links there take a right that users do not have.
pub fn point_link(path: &Path, target: &Path) -> Result<(), Error> {
    let refused = |cause| Error::write(path, cause);
    if fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_symlink()) {
        return Err(refused(io::ErrorKind::AlreadyExists.into()));
    }
    #[cfg(unix)]
    {
        let above = folder_of(path);
        let busy = process::uninterrupted();
        let point = || {
            let mut scratch = Scratch::open(above, &busy)?;
            let temporary = scratch.next_path(&busy);
            before_change()?;
            std::os::unix::fs::symlink(target, &temporary)?;
            before_change()?;
            atomic::replace(&temporary, path)?;
            atomic::sync_folder(above)
        };
        point().map_err(refused)
    }
    #[cfg(not(unix))]
    {
        let _ = target;
        Err(refused(io::ErrorKind::Unsupported.into()))
    }
}

/// Removes the symbolic link at `path`; nothing where there is none.
///
/// # Errors
/// [`Error::AlreadyExists`] when something that is no link stands there, and [`Error::CannotWrite`].
pub fn remove_link(path: &Path) -> Result<(), Error> {
    let refused = |cause| Error::write(path, cause);
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => {}
        Ok(_) => return Err(refused(io::ErrorKind::AlreadyExists.into())),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(refused(cause)),
    }
    let remove = || {
        before_change()?;
        fs::remove_file(path)?;
        atomic::sync_folder(folder_of(path))
    };
    remove().map_err(refused)
}

#[cfg(test)]
mod tests;
