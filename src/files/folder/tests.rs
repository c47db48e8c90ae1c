//! What is seen of a folder before, during and after each change.

use super::*;

fn listing(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_folder_appears_whole_and_goes_whole() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("0001");
    let [key, certificate] = ["key", "certificate"].map(|text| SecretBytes::concat(&[text.as_bytes()]));
    let files = [
        FolderFile { name: "a.key", sensitivity: Sensitivity::Secret, content: &key },
        FolderFile { name: "a.crt", sensitivity: Sensitivity::Public, content: &certificate },
    ];
    publish_folder(&path, &files).unwrap();
    assert_eq!(listing(dir.path()), ["0001"]);
    assert_eq!(fs::read(path.join("a.key")).unwrap(), b"key");
    #[cfg(unix)]
    for (name, mode) in [("", 0o700), ("a.key", 0o600)] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(path.join(name)).unwrap().permissions().mode() & 0o777, mode, "{name}");
    }
    assert_eq!(publish_folder(&path, &files).unwrap_err().kind(), "already_exists");
    assert_eq!(folders_in(dir.path()).unwrap(), ["0001"]);
    remove_folder(&path).unwrap();
    assert!(listing(dir.path()).is_empty());
}

#[test]
fn nothing_stays_of_a_folder_that_failed() {
    let dir = tempfile::tempdir().unwrap();
    let content = SecretBytes::concat(&[b"key"]);
    let files = [FolderFile { name: "no/such/folder", sensitivity: Sensitivity::Secret, content: &content }];
    assert!(publish_folder(&dir.path().join("0001"), &files).is_err());
    assert!(listing(dir.path()).is_empty());
    assert!(remove_folder(&dir.path().join("0001")).is_err());
    assert!(folders_in(&dir.path().join("none")).unwrap().is_empty());
}

#[test]
fn what_a_dead_run_left_is_removed_with_all_that_is_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let dead = dir.path().join(format!(".certwright-{}-0.tmp", "d".repeat(32)));
    fs::create_dir(&dead).unwrap();
    fs::write(dead.join("a.key"), b"key").unwrap();
    publish_folder(&dir.path().join("0001"), &[]).unwrap();
    assert_eq!(listing(dir.path()), ["0001"]);
}

#[test]
fn private_folders_are_made_down_to_the_last() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/b");
    ensure_private_folder(&path).unwrap();
    ensure_private_folder(&path).unwrap();
    fs::write(dir.path().join("file"), b"").unwrap();
    assert_eq!(ensure_private_folder(&dir.path().join("file")).unwrap_err().kind(), "not_a_folder");
}

#[cfg(unix)]
#[test]
fn a_link_changes_at_once_and_replaces_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("live");
    for target in ["versions/0001", "versions/0002"] {
        point_link(&link, Path::new(target)).unwrap();
        assert_eq!(link_target(&link).as_deref(), Some(Path::new(target)));
    }
    assert_eq!(listing(dir.path()), ["live"]);
    let file = dir.path().join("file");
    fs::write(&file, b"mine").unwrap();
    assert_eq!(point_link(&file, Path::new("x")).unwrap_err().kind(), "already_exists");
}

#[cfg(unix)]
#[test]
fn only_a_link_is_removed_as_one() {
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("live");
    remove_link(&link).unwrap();
    point_link(&link, Path::new("versions/0001")).unwrap();
    remove_link(&link).unwrap();
    assert_eq!(link_target(&link), None);
    fs::write(&link, b"file").unwrap();
    assert_eq!(remove_link(&link).unwrap_err().kind(), "already_exists");
    assert_eq!(fs::read(&link).unwrap(), b"file");
}
