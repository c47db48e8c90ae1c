//! All or none: what a folder holds after a commit that failed half-way.

use std::time::Duration;
use std::time::UNIX_EPOCH;

use super::*;
use crate::files::OutputSet;
use crate::files::Overwrite;
use crate::files::Sensitivity;
use crate::files::output::tests::snapshot;

/// Declares and fills `count` outputs `0.key`, `1.key`, … in `folder`.
fn filled(overwrite: Overwrite, folder: &Path, count: usize) -> OutputSet {
    let mut set = OutputSet::new(overwrite);
    set.declare_folder(folder).unwrap();
    for number in 0..count {
        let id = set.declare(&folder.join(format!("{number}.key")), Sensitivity::Secret).unwrap();
        set.fill(id, b"new");
    }
    set
}

#[test]
fn one_output_that_appears_meanwhile_undoes_all_of_five() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("old.txt"), b"old").unwrap();
    let set = filled(Overwrite::Refuse, dir.path(), 5);
    let theirs = dir.path().join("2.key");
    let mut before = None;
    let fault = run_beside(&set.new_folders, &set.outputs, || {
        fs::write(&theirs, b"theirs").unwrap();
        let mut seen = snapshot(dir.path());
        assert_eq!(seen.len(), 2 + 5 + 1, "five temporaries and their marker: {seen:?}");
        seen.retain(|name, _| !name.starts_with(".certwright-"));
        before = Some(seen);
    })
    .unwrap_err();
    assert_eq!(fault.to_string(), format!("`{}` already exists", theirs.display()));
    assert_eq!(Some(snapshot(dir.path())), before);
}

#[test]
fn a_failed_replacement_restores_content_mode_and_time() {
    let dir = tempfile::tempdir().unwrap();
    for number in [0, 1, 3] {
        let path = dir.path().join(format!("{number}.key"));
        fs::write(&path, format!("old {number}")).unwrap();
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(UNIX_EPOCH + Duration::from_secs(1 << 30))
            .unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644 - number)).unwrap();
    }
    let before = snapshot(dir.path());
    let set = filled(Overwrite::Replace, dir.path(), 5);
    let in_the_way = dir.path().join("4.key");
    let fault = run_beside(&set.new_folders, &set.outputs, || fs::create_dir(&in_the_way).unwrap()).unwrap_err();
    assert_eq!(fault.kind(), "not_a_file");
    fs::remove_dir(in_the_way).unwrap();
    assert_eq!(snapshot(dir.path()), before);
}

#[test]
fn a_folder_that_was_created_goes_again_unless_others_use_it() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("certs");
    let theirs = folder.join("1.key");
    let set = filled(Overwrite::Refuse, &folder, 2);
    assert!(!folder.exists());
    let fault = run_beside(&set.new_folders, &set.outputs, || fs::write(&theirs, b"theirs").unwrap()).unwrap_err();
    assert_eq!(fault.kind(), "already_exists");
    assert_eq!(snapshot(&folder).into_keys().collect::<Vec<_>>(), ["1.key"]);
    fs::remove_file(&theirs).unwrap();
    fs::remove_dir(&folder).unwrap();

    let set = filled(Overwrite::Refuse, &folder, 2);
    let meanwhile = || {
        fs::create_dir(dir.path().join("elsewhere")).unwrap();
        // The temporaries vanish, so publishing fails while the folder holds nothing of others.
        for entry in fs::read_dir(&folder).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
    };
    let fault = run_beside(&set.new_folders, &set.outputs, meanwhile).unwrap_err();
    assert_eq!(fault.kind(), "cannot_write");
    assert!(!folder.exists());

    let paths = filled(Overwrite::Refuse, &folder, 2).commit().unwrap();
    assert_eq!(paths, [folder.join("0.key"), folder.join("1.key")]);
    assert_eq!(snapshot(&folder).into_keys().collect::<Vec<_>>(), ["0.key", "1.key"]);
}

#[test]
fn a_folder_that_somebody_else_creates_serves_and_stays() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("certs");
    for (appears, written) in [(true, false), (false, true)] {
        let set = filled(Overwrite::Refuse, &folder, 1);
        if !folder.exists() {
            fs::create_dir(&folder).unwrap();
        }
        let meanwhile = || {
            if appears {
                fs::write(folder.join("0.key"), b"theirs").unwrap();
            }
        };
        assert_eq!(run_beside(&set.new_folders, &set.outputs, meanwhile).is_ok(), written);
        assert!(folder.exists());
        fs::remove_file(folder.join("0.key")).unwrap();
        fs::remove_dir(&folder).unwrap();
    }
}

#[test]
fn what_cannot_be_put_back_is_kept_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("app.p12");
    fs::write(&path, b"old").unwrap();
    let mut commit = Commit::default();
    {
        let busy = process::uninterrupted();
        let mut scratch = Scratch::open(dir.path(), &busy).unwrap();
        let old = atomic::back_up(&path, &mut scratch, &busy).unwrap();
        commit.published.push(Published { path: path.clone(), old: Some(old) });
        commit.scratches.insert(dir.path().to_owned(), scratch);
    }
    // A folder cannot be replaced by a file.
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let fault = commit.undo(Error::NotFound { path: "other".into() });
    let kept = dir.path().join("app.p12.certwright-old");
    assert_eq!(fault.kind(), "not_restored");
    assert!(fault.to_string().ends_with(&format!("is kept in `{}`", kept.display())), "{fault}");
    assert_eq!(fs::read(kept).unwrap(), b"old");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
}
