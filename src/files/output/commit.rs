//! Writes all outputs beside their targets, publishes them one after the other, and undoes everything if one fails.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "the only room that touches the file system")]

use std::collections::BTreeMap;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;
use std::path::PathBuf;

use super::Error;
use super::NewFolder;
use super::Output;
use super::Rights;
use super::Target;
use super::folder_of;
use super::shown;
use super::turn::Turn;
use crate::files::atomic;
use crate::files::scratch::Scratch;
use crate::process;
use crate::process::Registered;
use crate::process::Uninterrupted;
use crate::process::before_change;
use crate::secret::SecretBytes;
use crate::workers::Job;
use crate::workers::Workers;

/// Creates `new_folders` and writes those of `outputs` that were filled.
pub(super) fn run(new_folders: &[NewFolder], outputs: &[Output]) -> Result<Vec<PathBuf>, Error> {
    run_beside(new_folders, outputs, || {})
}

/// As [`run`], while `meanwhile` happens when all is staged and nothing published; tests interfere there.
fn run_beside(new_folders: &[NewFolder], outputs: &[Output], meanwhile: impl FnOnce()) -> Result<Vec<PathBuf>, Error> {
    let mut commit = Commit::default();
    let staged = commit.create_folders(new_folders).and_then(|()| commit.stage(outputs));
    meanwhile();
    // Held to the end, undoing included.
    let mut turn = Turn::default();
    let ready = staged.and_then(|staged| {
        turn.wait_in(commit.scratches.keys().map(PathBuf::as_path))?;
        Ok(staged)
    });
    // From here to the end, undoing included, an interruption has to wait.
    let busy = process::uninterrupted();
    match ready.and_then(|staged| commit.publish(&staged, &busy)) {
        Ok(paths) => Ok(paths),
        Err(fault) => Err(commit.undo(fault)),
    }
}

/// What has been done so far. Dropping it removes the temporaries, the kept old files among them.
#[derive(Debug, Default)]
struct Commit {
    published: Vec<Published>,
    /// By folder.
    scratches: BTreeMap<PathBuf, Scratch>,
    created: Vec<(PathBuf, Registered)>,
}

#[derive(Debug)]
struct Published {
    path: PathBuf,
    /// The old file's second name, if there was one.
    old: Option<PathBuf>,
}

/// How many files are waited for at once: a set and what stands beside it.
const MOST_AT_ONCE: usize = 8;

/// An output whose whole content is on the disk under a temporary name.
struct Staged<'a> {
    output: &'a Output,
    temporary: PathBuf,
}

impl Commit {
    fn create_folders(&mut self, folders: &[NewFolder]) -> Result<(), Error> {
        for NewFolder { path, .. } in folders {
            let _busy = process::uninterrupted();
            match before_change().and_then(|()| fs::create_dir(path)) {
                Ok(()) => {
                    let on_interrupt = path.clone();
                    let registered = process::register(move || drop(fs::remove_dir(on_interrupt)));
                    self.created.push((path.clone(), registered));
                }
                // Somebody else made it meanwhile: it serves, and is not ours to remove.
                Err(_) if path.is_dir() => {}
                Err(cause) => return Err(Error::write(path, cause)),
            }
        }
        Ok(())
    }

    fn stage<'a>(&mut self, outputs: &'a [Output]) -> Result<Vec<Staged<'a>>, Error> {
        let mut written = Vec::new();
        for output in outputs {
            let Some(content) = &output.content else { continue };
            // What changed since the declaration is found before anything of the set is published.
            let old = output.target.check(&output.path)?;
            let write = |commit: &mut Self| {
                let (temporary, mut file) = commit.create_beside(output)?;
                if output.target == Target::File {
                    keep_owner(&file, old.as_ref(), output.rights);
                }
                before_change()?;
                file.write_all(content.expose())?;
                Ok((Staged { output, temporary }, file))
            };
            written.push(write(self).map_err(|cause| Error::write(&output.path, cause))?);
        }
        sync(&written)?;
        Ok(written.into_iter().map(|(staged, _)| staged).collect())
    }

    fn create_beside(&mut self, output: &Output) -> io::Result<(PathBuf, File)> {
        let busy = process::uninterrupted();
        let folder = folder_of(&output.path);
        if !self.scratches.contains_key(folder) {
            self.scratches.insert(folder.to_owned(), Scratch::open(folder, &busy)?);
        }
        let scratch = self.scratch(folder)?;
        match output.target {
            Target::File => scratch.create_in_place_of(&output.path, output.sensitivity, &busy),
            Target::Absent | Target::AbsentOrFile => scratch.create(output.sensitivity, &busy),
        }
    }

    fn scratch(&mut self, folder: &Path) -> io::Result<&mut Scratch> {
        self.scratches.get_mut(folder).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn publish(&mut self, staged: &[Staged<'_>], busy: &Uninterrupted) -> Result<Vec<PathBuf>, Error> {
        for Staged { output, temporary } in staged {
            let path = &output.path;
            let refused = |cause| Error::write(path, cause);
            let old = match output.target.check(path)? {
                Some(_) => {
                    check_unchanged(output)?;
                    let scratch = self.scratch(folder_of(path)).map_err(refused)?;
                    before_change().map_err(refused)?;
                    let old = atomic::back_up(path, scratch, busy).map_err(refused)?;
                    before_change().and_then(|()| atomic::replace(temporary, path)).map_err(refused)?;
                    Some(old)
                }
                None => {
                    before_change().and_then(|()| atomic::publish(temporary, path)).map_err(refused)?;
                    None
                }
            };
            self.published.push(Published { path: path.clone(), old });
        }
        let above = self.created.iter().map(|(path, _)| folder_of(path));
        for folder in self.scratches.keys().map(PathBuf::as_path).chain(above) {
            atomic::sync_folder(folder).map_err(|cause| Error::write(folder, cause))?;
        }
        Ok(staged.iter().map(|staged| staged.output.path.clone()).collect())
    }

    /// Puts everything back and returns `fault`, or what says more if something could not be put back.
    fn undo(mut self, mut fault: Error) -> Error {
        while let Some(Published { path, old }) = self.published.pop() {
            match old {
                Some(old) => {
                    if before_change().and_then(|()| atomic::replace(&old, &path)).is_err() {
                        let kept = keep(&old, &path);
                        fault = Error::NotRestored { path: shown(&path), kept: shown(&kept), fault: Box::new(fault) };
                    }
                }
                // If it cannot be removed, it is at least whole.
                None => drop(before_change().and_then(|()| fs::remove_file(&path))),
            }
        }
        self.scratches.clear();
        while let Some((path, _registered)) = self.created.pop() {
            // It stays if somebody else has put something into it.
            let _ = before_change().and_then(|()| fs::remove_dir(path));
        }
        fault
    }
}

/// Waits until the disk has every file: for all at once, because one after the other each would wait for a write of the
/// file system's journal of its own.
fn sync(written: &[(Staged<'_>, File)]) -> Result<(), Error> {
    let job = |(staged, file): &'_ (Staged<'_>, File)| {
        file.sync_all().map_err(|cause| Error::write(&staged.output.path, cause))
    };
    let jobs = written.iter().map(|each| Box::new(move || job(each)) as Job<'_, Result<(), Error>>);
    let workers = NonZeroUsize::new(written.len().min(MOST_AT_ONCE)).map_or(Workers::ONE, Workers::exactly);
    workers.run(jobs.collect()).into_iter().collect()
}

/// Gives the old content of `path` a name that no later run removes, and says which one it has now.
fn keep(old: &Path, path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".certwright-old");
    let kept = path.with_file_name(name);
    if before_change().and_then(|()| atomic::publish(old, &kept)).is_ok() { kept } else { old.to_owned() }
}

/// Refuses to edit a file that is no longer what the edit was made from. The turn in its folder is ours, so no other run
/// of this program can change it from here on.
fn check_unchanged(output: &Output) -> Result<(), Error> {
    let Some(was) = &output.was else { return Ok(()) };
    let is = fs::read(&output.path).map(SecretBytes::from).map_err(|cause| Error::write(&output.path, cause))?;
    if is == *was { Ok(()) } else { Err(Error::ChangedMeanwhile { path: shown(&output.path) }) }
}

/// Gives an edited file the owner of the one that it replaces, and what that one's group could do, so that whoever edits
/// a service's keystore does not lock the service out. What everybody could do is kept where all rights are. Where the
/// system does not allow the group, its rights are not kept: they would go to another group. On Windows the file was
/// created with the old one's access list instead.
fn keep_owner(file: &File, old: Option<&fs::Metadata>, rights: Rights) {
    #[cfg(unix)]
    if let Some(old) = old {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
        let _ = fchown(file, Some(old.uid()), Some(old.gid())).or_else(|_| fchown(file, None, Some(old.gid())));
        let is_same_group = file.metadata().is_ok_and(|new| new.gid() == old.gid());
        let kept = match rights {
            Rights::OwnerAndGroup => 0o600 | (old.mode() & 0o060),
            Rights::All => old.mode() & 0o777,
        };
        let kept = if is_same_group { kept } else { kept & !0o070 };
        let _ = file.set_permissions(fs::Permissions::from_mode(kept));
    }
    #[cfg(not(unix))]
    let _ = (file, old, rights);
}

#[cfg(test)]
mod tests;
