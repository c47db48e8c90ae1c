//! Access lists as the system reads them back, and renaming beside its safe twin.
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use std::fs;
use std::io::Write;

use super::*;

#[test]
fn a_secret_file_is_the_owners_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("app.key");
    create_owner_only(&path).unwrap().write_all(b"key").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"key");
    let list = access_list(&path).unwrap();
    // WD: Everyone; BU: Users; AU: Authenticated Users; AN: Anonymous.
    for stranger in [";WD)", ";BU)", ";AU)", ";AN)"] {
        assert!(!list.contains(stranger), "{list}");
    }
    // Wine makes the list up from Unix modes: only Windows itself shows it as it was given.
    if !fs::exists(r"C:\windows\system32\winecfg.exe").unwrap() {
        assert!(list.starts_with("D:P"), "{list}");
        assert_eq!(list.matches('(').count(), 3, "{list}");
        assert!(list.contains(";FA;;;SY)") && list.contains(";FA;;;BA)"), "{list}");
    }
    assert_eq!(create_owner_only(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
}

#[test]
fn a_file_that_takes_anothers_place_is_for_the_same_people() {
    let dir = tempfile::tempdir().unwrap();
    let [old, new] = ["old.p12", "new.p12"].map(|name| dir.path().join(name));
    let user = user_sid().unwrap();
    for (list, everyone) in [("(A;;FR;;;WD)", true), ("", false)] {
        drop(create(&old, &described(&format!("D:P(A;;FA;;;{user}){list}")).unwrap()).unwrap());
        create_like(&old, &new).unwrap().write_all(b"new").unwrap();
        let [before, after] = [&old, &new].map(|path| access_list(path).unwrap());
        assert_eq!(after.contains(";WD)"), everyone, "{after}");
        assert_eq!(before, after);
        fs::remove_file(&old).unwrap();
        fs::remove_file(&new).unwrap();
    }
    assert_eq!(create_like(&old, &new).unwrap_err().kind(), io::ErrorKind::NotFound);
    assert!(!new.exists());
}

#[test]
fn the_user_has_a_sid() {
    assert!(user_sid().unwrap().starts_with("S-1-5-"));
}

/// What `publish` does, without `unsafe`, where the volume has hard links.
fn publish_by_link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to)?;
    fs::remove_file(from)
}

#[test]
fn renaming_replaces_nothing_like_its_safe_twin() {
    for way in [publish as fn(&Path, &Path) -> io::Result<()>, publish_by_link] {
        let dir = tempfile::tempdir().unwrap();
        let [from, to] = ["from", "to"].map(|name| dir.path().join(name));
        fs::write(&from, b"new").unwrap();
        way(&from, &to).unwrap();
        fs::write(&from, b"newer").unwrap();
        assert_eq!(way(&from, &to).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!((fs::read(&from).unwrap(), fs::read(&to).unwrap()), (b"newer".to_vec(), b"new".to_vec()));
        assert!(way(&dir.path().join("missing"), &dir.path().join("other")).is_err());
    }
}

#[test]
fn long_paths_take_the_form_that_has_no_limit() {
    let text = |path: &str| String::from_utf16(&wide(Path::new(path)).unwrap()).unwrap();
    let long = "x".repeat(LONG);
    assert_eq!(text(r"C:\a\b.key"), "C:\\a\\b.key\0");
    assert_eq!(text(&format!(r"C:\{long}")), format!("\\\\?\\C:\\{long}\0"));
    assert_eq!(text(&format!(r"\\server\share\{long}")), format!("\\\\?\\UNC\\server\\share\\{long}\0"));
    assert_eq!(text(&format!(r"\\?\C:\{long}")), format!("\\\\?\\C:\\{long}\0"));
    assert!(wide(Path::new("a\0b")).is_err());

    let dir = tempfile::tempdir().unwrap();
    let mut folder = fs::canonicalize(dir.path()).unwrap();
    for _ in 0..3 {
        folder.push("f".repeat(100));
        fs::create_dir(&folder).unwrap();
    }
    // As a user would give it: long, but without the form.
    let plain = folder.to_str().unwrap().trim_start_matches(r"\\?\").to_owned();
    let path = Path::new(&plain).join("app.key");
    create_owner_only(&path).unwrap();
    publish(&path, &Path::new(&plain).join("new.key")).unwrap();
    assert!(folder.join("new.key").exists());
}
