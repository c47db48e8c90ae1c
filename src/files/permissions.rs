//! Who may read a new file, and who can read one that exists.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "the only room that touches the file system")]

use std::fmt;
use std::fs::File;
use std::fs::Metadata;
use std::io;
use std::path::Path;

/// Who may read an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    /// Everyone whom the umask, or on Windows the folder, allows: certificates, requests and public keys.
    Public,
    /// The owner only, from the first byte: mode 0600 whatever the umask; on Windows an access list of its own with the
    /// user, SYSTEM and Administrators, and nothing inherited.
    Secret,
}

/// That a file can be read by others than its owner. Its `Display` completes "`app.key` …".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    mode: u32,
}

impl Exposure {
    /// Whether others than the owner can read the file with this metadata. On Windows nothing is found.
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = metadata.permissions().mode() & 0o7777;
            (metadata.is_file() && mode & 0o044 != 0).then_some(Self { mode })
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            None
        }
    }

    /// Whether others than the owner can read the file at `path`; `None` also when that cannot be found out.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        std::fs::metadata(path).ok().as_ref().and_then(Self::of)
    }

    /// Whether it can be read not only by its group, but by every user of the machine.
    #[must_use]
    pub fn is_to_everyone(self) -> bool {
        self.mode & 0o004 != 0
    }

    /// The file's permission bits.
    #[must_use]
    pub fn mode(self) -> u32 {
        self.mode
    }
}

impl fmt::Display for Exposure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = if self.is_to_everyone() { "every user of this machine" } else { "its group" };
        write!(f, "can be read by {who} (mode {:04o})", self.mode)
    }
}

/// A new file at `path`, which must not exist, not even as a symbolic link.
pub(super) fn create(path: &Path, sensitivity: Sensitivity) -> io::Result<File> {
    match sensitivity {
        Sensitivity::Public => File::options().write(true).create_new(true).open(path),
        Sensitivity::Secret => create_owner_only(path),
    }
}

/// A new file at `path`, which will take the place of the file `old` that was edited. On Windows, where access depends
/// on lists rather than on the owner, those may use it who may use `old`, so that a service is not locked out; where
/// that list cannot be read or kept, and elsewhere, the file is as [`create`] makes it.
pub(super) fn create_in_place_of(old: &Path, path: &Path, sensitivity: Sensitivity) -> io::Result<File> {
    #[cfg(windows)]
    if let Ok(file) = super::windows::create_like(old, path) {
        return Ok(file);
    }
    let _ = old;
    create(path, sensitivity)
}

/// A new folder at `path` for the owner only. On Windows it inherits, and the files that are made in it do not.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    let builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::DirBuilderExt;
        let mut builder = builder;
        builder.mode(0o700);
        builder
    };
    builder.create(path)
}

#[cfg(unix)]
fn create_owner_only(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    use std::os::unix::fs::PermissionsExt;
    let file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    // The umask can only have taken bits away; a strange one took some of the owner's own.
    if file.metadata()?.permissions().mode() & 0o600 != 0o600 {
        // Where a file system has no modes, as on a USB stick, this fails or changes nothing, and the file stays.
        let _ = file.set_permissions(std::fs::Permissions::from_mode(0o600));
    }
    Ok(file)
}

#[cfg(windows)]
fn create_owner_only(path: &Path) -> io::Result<File> {
    super::windows::create_owner_only(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn exposure_is_what_group_and_others_can_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("app.key");
        drop(create(&path, Sensitivity::Secret).unwrap());
        assert_eq!(Exposure::of_path(&path), None);
        for (mode, text) in [
            (0o640, "can be read by its group (mode 0640)"),
            (0o644, "can be read by every user of this machine (mode 0644)"),
        ] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(Exposure::of_path(&path).unwrap().to_string(), text);
        }
        assert_eq!(create(&path, Sensitivity::Secret).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }
}
