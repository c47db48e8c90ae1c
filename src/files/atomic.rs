//! Single steps that either happen whole or not at all: publish, replace, keep a copy, make durable.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "the only room that touches the file system")]

use std::fs;
use std::fs::File;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use super::Sensitivity;
use super::scratch::Scratch;
use crate::process::Uninterrupted;
use crate::process::before_change;

/// Moves `from` to `to` within a folder unless something stands there; then it fails with `AlreadyExists`.
#[cfg(unix)]
pub(super) fn publish(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::CWD;
        use rustix::fs::RenameFlags;
        use rustix::io::Errno;
        match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // Not every file system or kernel has this kind of renaming.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            result => return result.map_err(io::Error::from),
        }
    }
    publish_by_link(from, to)
}

/// As [`publish`], by way of a second name for the file.
#[cfg(unix)]
fn publish_by_link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => before_change().and_then(|()| fs::remove_file(from)),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Err(cause),
        Err(_) => publish_by_placeholder(from, to),
    }
}

/// As [`publish`], by way of an empty file of our own that is then replaced, where there are no hard links (exFAT).
#[cfg(unix)]
fn publish_by_placeholder(from: &Path, to: &Path) -> io::Result<()> {
    drop(super::permissions::create(to, Sensitivity::Secret)?);
    before_change().and_then(|()| fs::rename(from, to)).inspect_err(|_| {
        let _ = before_change().and_then(|()| fs::remove_file(to));
    })
}

/// Moves `from` to `to` within a folder unless something stands there; then it fails with `AlreadyExists`.
#[cfg(windows)]
pub(super) fn publish(from: &Path, to: &Path) -> io::Result<()> {
    super::windows::publish(from, to)
}

/// Moves `from` over `to` within a folder.
pub(super) fn replace(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Moves the folder `from` to `to`, at which nothing stands.
pub(super) fn publish_folder(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(windows)]
    return super::windows::publish(from, to);
    // Nobody else makes folders of this name while the caller holds its lock; renaming a folder onto one that has files
    // fails on every system.
    #[cfg(not(windows))]
    fs::rename(from, to)
}

/// Keeps what stands at `path` under a second name, with its mode and times. `path` itself stays.
pub(super) fn back_up(path: &Path, scratch: &mut Scratch, busy: &Uninterrupted) -> io::Result<PathBuf> {
    let kept = scratch.next_path(busy);
    match fs::hard_link(path, &kept) {
        Ok(()) => Ok(kept),
        // No hard links here, or the system allows none to other users' files.
        Err(_) => copy(path, scratch, busy),
    }
}

/// As [`back_up`], by copying.
fn copy(path: &Path, scratch: &mut Scratch, busy: &Uninterrupted) -> io::Result<PathBuf> {
    let mut old = File::open(path)?;
    let metadata = old.metadata()?;
    let (kept, mut copy) = scratch.create(Sensitivity::Secret, busy)?;
    before_change()?;
    io::copy(&mut old, &mut copy)?;
    copy.set_times(fs::FileTimes::new().set_modified(metadata.modified()?).set_accessed(metadata.accessed()?))?;
    copy.set_permissions(metadata.permissions())?;
    copy.sync_all()?;
    Ok(kept)
}

/// Makes the names in `folder` durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    // Windows writes names through by itself and opens no folders.
    if cfg!(windows) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some file systems cannot do it, and some folders may be written but not read.
        Err(cause)
            if matches!(
                cause.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process;

    #[test]
    fn every_way_to_publish_moves_once_and_replaces_nothing() {
        type Way = fn(&Path, &Path) -> io::Result<()>;
        #[cfg(unix)]
        let ways: [Way; 3] = [publish, publish_by_link, publish_by_placeholder];
        #[cfg(windows)]
        let ways: [Way; 1] = [publish];
        for way in ways {
            let dir = tempfile::tempdir().unwrap();
            let [from, to] = ["from", "to"].map(|name| dir.path().join(name));
            fs::write(&from, b"new").unwrap();
            way(&from, &to).unwrap();
            assert_eq!((fs::read(&to).unwrap().as_slice(), from.exists()), (b"new".as_slice(), false));
            fs::write(&from, b"newer").unwrap();
            assert_eq!(way(&from, &to).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert_eq!((fs::read(&to).unwrap().as_slice(), from.exists()), (b"new".as_slice(), true));
        }
    }

    #[test]
    fn a_copy_keeps_content_mode_and_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.crt");
        fs::write(&path, b"old").unwrap();
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
        let busy = process::uninterrupted();
        let mut scratch = Scratch::open(dir.path(), &busy).unwrap();
        for kept in [copy(&path, &mut scratch, &busy).unwrap(), back_up(&path, &mut scratch, &busy).unwrap()] {
            let metadata = fs::metadata(&kept).unwrap();
            assert_eq!(fs::read(&kept).unwrap(), b"old");
            assert_eq!(metadata.modified().unwrap(), long_ago);
            assert_eq!(metadata.permissions(), fs::metadata(&path).unwrap().permissions());
        }
    }
}
