//! A folder as it is at one moment: names, kinds, modes and octets.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Everything below one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Snapshot(pub(super) BTreeMap<PathBuf, Item>);

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(super) mode: u32,
    pub(super) content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Folder,
    Link(PathBuf),
    File(Vec<u8>),
}

impl Snapshot {
    pub(super) fn take(folder: &Path) -> Self {
        let mut snapshot = Self::default();
        snapshot.add(folder, Path::new(""));
        snapshot
    }

    fn add(&mut self, folder: &Path, prefix: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let (path, name) = entry.map(|entry| (entry.path(), prefix.join(entry.file_name()))).unwrap();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let content = if metadata.is_dir() {
                self.add(&path, &name);
                Content::Folder
            } else if metadata.is_symlink() {
                Content::Link(fs::read_link(&path).unwrap())
            } else {
                Content::File(fs::read(&path).unwrap())
            };
            self.0.insert(name, Item { mode: mode(&metadata), content });
        }
    }

    /// The names of all files, folders left out.
    pub(crate) fn files(&self) -> Vec<String> {
        let files = self.0.iter().filter(|(_, item)| item.content != Content::Folder);
        files.map(|(name, _)| name.to_string_lossy().replace('\\', "/")).collect()
    }

    /// What differs from `before`, in words.
    pub(super) fn differences(&self, before: &Self) -> Vec<String> {
        let new = self.0.iter().filter_map(|(name, item)| match before.0.get(name) {
            None => Some(format!("{} is new", name.display())),
            Some(was) if was.content != item.content => Some(format!("{} has changed", name.display())),
            Some(was) if was.mode != item.mode => Some(format!("{} has another mode", name.display())),
            Some(_) => None,
        });
        let gone = before.0.keys().filter(|name| !self.0.contains_key(*name));
        new.chain(gone.map(|name| format!("{} is gone", name.display()))).collect()
    }
}

#[cfg(unix)]
fn mode(metadata: &fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777
}

#[cfg(not(unix))]
fn mode(_: &fs::Metadata) -> u32 {
    0
}
