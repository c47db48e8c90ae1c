//! What may be declared, and what a commit leaves.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::time::SystemTime;

use super::*;

#[cfg(unix)]
mod unix;

/// What a folder holds: by name, the file's metadata that must not change, and its content.
pub(super) fn snapshot(folder: &Path) -> BTreeMap<String, (Permissions, SystemTime, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let look = |path: PathBuf| {
        let metadata = fs::symlink_metadata(&path).unwrap();
        let content = if metadata.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, (metadata.permissions(), metadata.modified().unwrap(), content))
    };
    entries.map(look).collect()
}

/// The kind of the error that declaring `path` ends in.
fn refusal(overwrite: Overwrite, path: &Path) -> &'static str {
    OutputSet::new(overwrite).declare(path, Sensitivity::Secret).unwrap_err().kind()
}

#[test]
fn a_set_is_written_whole_and_unfilled_outputs_are_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let paths = ["a.key", "a.crt", "a.csr"].map(|name| dir.path().join(name));
    let mut set = OutputSet::new(Overwrite::Refuse);
    let ids = [Sensitivity::Secret, Sensitivity::Public, Sensitivity::Public];
    let ids: Vec<_> = paths.iter().zip(ids).map(|(path, kind)| set.declare(path, kind).unwrap()).collect();
    set.fill(ids[0], b"first");
    set.fill(ids[0], b"key");
    set.fill(ids[1], b"certificate");
    assert!(snapshot(dir.path()).is_empty(), "something was written before the commit");
    assert_eq!(set.commit().unwrap(), paths[..2]);
    let contents: Vec<_> = snapshot(dir.path()).into_iter().map(|(name, (_, _, content))| (name, content)).collect();
    assert_eq!(contents, [("a.crt".to_owned(), b"certificate".to_vec()), ("a.key".to_owned(), b"key".to_vec())]);
}

#[test]
fn an_existing_file_is_refused_and_untouched() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("app.key");
    fs::write(&path, b"old").unwrap();
    let before = snapshot(dir.path());
    let fault = OutputSet::new(Overwrite::Refuse).declare(&path, Sensitivity::Secret).unwrap_err();
    assert_eq!(fault.to_string(), format!("`{}` already exists", path.display()));
    assert_eq!(snapshot(dir.path()), before);
}

#[test]
fn dropping_a_set_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut set = OutputSet::new(Overwrite::Refuse);
    set.declare_folder(&dir.path().join("new")).unwrap();
    let id = set.declare(&dir.path().join("new/app.key"), Sensitivity::Secret).unwrap();
    set.fill(id, b"key");
    drop(set);
    assert!(snapshot(dir.path()).is_empty());
}

#[test]
fn folders_and_paths_that_can_only_be_folders_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    for path in [dir.path().to_owned(), dir.path().join("new/"), dir.path().join(".."), dir.path().join("new/.")] {
        for overwrite in [Overwrite::Refuse, Overwrite::Replace] {
            assert_eq!(refusal(overwrite, &path), "not_a_file", "{}", path.display());
        }
    }
    assert_eq!(refusal(Overwrite::Refuse, Path::new("")), "not_a_file");
    assert_eq!(refusal(Overwrite::Refuse, Path::new("/")), "not_a_file");
}

#[test]
fn the_folder_must_exist_or_be_declared() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("certs");
    let path = missing.join("server.key");
    let mut set = OutputSet::new(Overwrite::Refuse);
    let fault = set.declare(&path, Sensitivity::Secret).unwrap_err();
    let text = format!("cannot write `{}`: the folder `{}` does not exist", path.display(), missing.display());
    assert_eq!(fault.to_string(), text);
    assert_eq!(set.declare_folder(&missing.join("inner")).unwrap_err().kind(), "folder_not_found");
    set.declare_folder(&missing).unwrap();
    set.declare(&path, Sensitivity::Secret).unwrap();

    let file = dir.path().join("file");
    fs::write(&file, b"").unwrap();
    #[cfg(unix)]
    assert_eq!(refusal(Overwrite::Refuse, &file.join("server.key")), "not_a_folder");
    assert_eq!(set.declare_folder(&file).unwrap_err().kind(), "not_a_folder");
}

#[test]
fn two_outputs_are_never_one_file() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("inner")).unwrap();
    let mut set = OutputSet::new(Overwrite::Refuse);
    set.declare_folder(&dir.path().join("new")).unwrap();
    set.declare(&dir.path().join("a.key"), Sensitivity::Secret).unwrap();
    set.declare(&dir.path().join("new/b.key"), Sensitivity::Secret).unwrap();
    for again in ["a.key", "./a.key", "inner/../a.key", "A.KEY", "new/b.key", "./new/B.key"] {
        let fault = set.declare(&dir.path().join(again), Sensitivity::Secret).unwrap_err();
        assert_eq!(fault.kind(), "same_file", "{again}");
    }
    set.declare(&dir.path().join("inner/a.key"), Sensitivity::Secret).unwrap();
}

#[test]
fn an_output_is_never_an_input_except_in_place() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("inner")).unwrap();
    let [path, other] = ["a.p12", "b.p12"].map(|name| dir.path().join(name));
    for path in [&path, &other] {
        fs::write(path, b"old").unwrap();
    }
    let mut set = OutputSet::new(Overwrite::Replace);
    for input in [path.as_path(), Path::new("-"), &dir.path().join("missing")] {
        set.declare_input(input).unwrap();
    }
    let detour = dir.path().join("inner/../a.p12");
    assert_eq!(set.declare(&detour, Sensitivity::Secret).unwrap_err().kind(), "output_is_input");
    set.declare(&other, Sensitivity::Secret).unwrap();
    assert_eq!(set.declare_input(&other).unwrap_err().kind(), "output_is_input");

    let mut edit = OutputSet::new(Overwrite::Refuse);
    edit.declare_input(&path).unwrap();
    let was = fs::read(&path).unwrap();
    let id = edit.declare_in_place(&path, Sensitivity::Secret, &was).unwrap();
    edit.declare_input(&path).unwrap();
    edit.fill(id, b"edited");
    edit.commit().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"edited");

    let mut late = OutputSet::new(Overwrite::Refuse);
    let id = late.declare_in_place(&path, Sensitivity::Secret, &was).unwrap();
    late.fill(id, b"edited twice");
    assert_eq!(late.commit().unwrap_err().kind(), "changed_meanwhile");
    assert_eq!(fs::read(&path).unwrap(), b"edited");

    let missing = dir.path().join("c");
    let missing = OutputSet::new(Overwrite::Refuse).declare_in_place(&missing, Sensitivity::Secret, b"");
    assert_eq!(missing.unwrap_err().kind(), "not_found");
}

#[cfg(windows)]
#[test]
fn windows_leaves_out_dots_and_spaces_at_a_names_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("app.key");
    fs::write(&path, b"key").unwrap();
    let mut set = OutputSet::new(Overwrite::Replace);
    set.declare_input(&path).unwrap();
    for name in ["app.key.", "App.key ", "app.key. ."] {
        let fault = set.declare(&dir.path().join(name), Sensitivity::Public).unwrap_err();
        assert_eq!(fault.kind(), "output_is_input", "{name}");
    }
    let folder = dir.path().join("certs.");
    set.declare_folder(&folder).unwrap();
    let id = set.declare(&folder.join("a.crt"), Sensitivity::Public).unwrap();
    let again = set.declare(&dir.path().join(r"certs\A.crt."), Sensitivity::Public);
    assert_eq!(again.unwrap_err().kind(), "same_file");
    set.fill(id, b"certificate");
    set.commit().unwrap();
    assert!(dir.path().join(r"certs\a.crt").is_file());
}

#[cfg(windows)]
#[test]
fn the_devices_of_windows_are_refused() {
    for name in ["NUL", "con", r"\\.\NUL", r"\\.\pipe\certwright"] {
        let fault = OutputSet::new(Overwrite::Refuse).declare(Path::new(name), Sensitivity::Secret).unwrap_err();
        assert_eq!(fault.to_string(), format!("`{name}` is a device, not a file"));
    }
    let fault = OutputSet::new(Overwrite::Refuse).declare_folder(Path::new("NUL")).unwrap_err();
    assert_eq!(fault.kind(), "not_a_folder");
}

#[test]
fn declaring_removes_what_a_dead_run_left() {
    let dir = tempfile::tempdir().unwrap();
    let stale = dir.path().join(format!(".certwright-{}-0.tmp", "a".repeat(32)));
    fs::write(&stale, b"half a key").unwrap();
    OutputSet::new(Overwrite::Refuse).declare(&dir.path().join("app.key"), Sensitivity::Secret).unwrap();
    assert!(snapshot(dir.path()).is_empty());
}
