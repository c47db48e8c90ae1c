//! Modes, links, and processes that are killed or interrupted.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::symlink;
use std::process::Child;
use std::process::Command;
use std::time::Duration;

use super::*;
use crate::process;

/// A file that tells a child test that it was started on purpose, and whether it is to handle interruptions.
const ORDERS: &str = "orders";

const SIZE: usize = 200_000;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Starts the test `name` of this file in `folder` under `umask`.
fn start(name: &str, folder: &Path, umask: &str, orders: &str) -> Child {
    fs::write(folder.join(ORDERS), orders).unwrap();
    let script = format!("umask {umask}; exec \"$0\" --exact files::output::tests::unix::{name}");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(std::env::current_exe().unwrap()).current_dir(folder);
    command.stdout(std::process::Stdio::null()).spawn().unwrap()
}

#[test]
// The tests named child_… do nothing unless the file of orders stands in their folder, where a test below puts it.
fn child_that_writes_once() {
    if fs::exists(ORDERS).unwrap() {
        let mut set = OutputSet::new(Overwrite::Replace);
        for (name, sensitivity) in [("a.key", Sensitivity::Secret), ("a.crt", Sensitivity::Public)] {
            let id = set.declare(Path::new(name), sensitivity).unwrap();
            set.fill(id, b"new");
        }
        set.commit().unwrap();
    }
}

#[test]
fn a_secret_is_0600_under_every_umask_and_over_every_old_mode() {
    for (umask, public) in [("000", 0o666), ("022", 0o644), ("077", 0o600), ("0777", 0)] {
        for old_mode in [None, Some(0o644), Some(0o777)] {
            let dir = tempfile::tempdir().unwrap();
            if let Some(old_mode) = old_mode {
                fs::write(dir.path().join("a.key"), b"old").unwrap();
                fs::set_permissions(dir.path().join("a.key"), Permissions::from_mode(old_mode)).unwrap();
            }
            let folder_mode = mode(dir.path());
            assert!(start("child_that_writes_once", dir.path(), umask, "").wait().unwrap().success());
            assert_eq!(mode(&dir.path().join("a.key")), 0o600, "umask {umask}, over {old_mode:?}");
            assert_eq!(mode(&dir.path().join("a.crt")), public, "umask {umask}");
            assert_eq!(mode(dir.path()), folder_mode);
            assert_eq!(fs::read(dir.path().join("a.key")).unwrap(), b"new");
            assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3);
        }
    }
}

#[test]
fn links_fifos_and_devices_are_refused_even_when_replacing() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("real"), b"old").unwrap();
    symlink("real", at("link")).unwrap();
    symlink("gone", at("dangling")).unwrap();
    symlink("gone folder", at("folder")).unwrap();
    let owner_only = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, at("fifo"), rustix::fs::FileType::Fifo, owner_only, 0).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    let before = snapshot(dir.path());
    for overwrite in [Overwrite::Refuse, Overwrite::Replace] {
        assert_eq!(refusal(overwrite, &at("link")), "is_symlink");
        assert_eq!(refusal(overwrite, &at("dangling")), "is_symlink");
        assert_eq!(refusal(overwrite, &at("fifo")), "not_a_file");
        assert_eq!(refusal(overwrite, &at("socket")), "not_a_file");
        assert_eq!(OutputSet::new(overwrite).declare_folder(&at("folder")).unwrap_err().kind(), "is_symlink");
        let edit = OutputSet::new(overwrite).declare_in_place(&at("link"), Sensitivity::Secret, b"");
        assert_eq!(edit.unwrap_err().kind(), "is_symlink");
        // A user who is not root may not write into the folder of devices, and is told that.
        assert!(["not_a_file", "cannot_write"].contains(&refusal(overwrite, Path::new("/dev/null"))));
    }
    let mut set = OutputSet::new(Overwrite::Replace);
    set.declare_input(&at("link")).unwrap();
    assert_eq!(set.declare(&at("real"), Sensitivity::Secret).unwrap_err().kind(), "output_is_input");
    assert_eq!(snapshot(dir.path()), before);
}

#[test]
fn a_file_whose_content_alone_changes_keeps_its_whole_mode() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.key");
    for kept in [0o600, 0o640, 0o644, 0o444] {
        let _ = fs::remove_file(&path);
        fs::write(&path, b"old").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(kept)).unwrap();
        let mut outputs = OutputSet::new(Overwrite::Refuse);
        let id = outputs.declare_content(&path, b"old").unwrap();
        outputs.fill(id, b"new");
        outputs.commit().unwrap();
        assert_eq!((fs::read(&path).unwrap().as_slice(), mode(&path)), (b"new".as_slice(), kept));
    }
}

#[test]
fn an_edited_file_keeps_owner_and_group_and_closes_to_everybody_else() {
    use std::os::unix::fs::MetadataExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.p12");
    fs::write(&path, b"old").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    // Only root can give a file away; for others the owner is their own before and after.
    let _ = std::os::unix::fs::chown(&path, Some(12_345), Some(12_345));
    let before = fs::metadata(&path).unwrap();
    let mut set = OutputSet::new(Overwrite::Refuse);
    let id = set.declare_in_place(&path, Sensitivity::Secret, b"old").unwrap();
    set.fill(id, b"edited");
    set.commit().unwrap();
    let after = fs::metadata(&path).unwrap();
    assert_eq!((after.uid(), after.gid(), mode(&path)), (before.uid(), before.gid(), 0o640));
}

#[test]
fn child_that_replaces_for_ever() {
    let Ok(orders) = fs::read(ORDERS) else { return };
    if orders == b"interrupts" {
        process::install().unwrap();
    }
    for letter in [b'A', b'B'].into_iter().cycle() {
        let mut set = OutputSet::new(Overwrite::Replace);
        for (name, sensitivity) in [("a.key", Sensitivity::Secret), ("a.crt", Sensitivity::Public)] {
            let id = set.declare(Path::new(name), sensitivity).unwrap();
            set.fill(id, &[letter; SIZE]);
        }
        set.commit().unwrap();
    }
}

/// Starts the child and, when it is at work, waits a little longer in each round, then ends it by `end`.
fn cut_off(folder: &Path, orders: &str, round: u64, end: impl FnOnce(&mut Child)) -> std::process::ExitStatus {
    let _ = fs::remove_file(folder.join("a.crt"));
    let mut child = start("child_that_replaces_for_ever", folder, "022", orders);
    while !folder.join("a.crt").exists() {
        assert!(child.try_wait().unwrap().is_none(), "the child ended by itself");
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(Duration::from_micros(round * 1_700));
    end(&mut child);
    child.wait().unwrap()
}

/// The letter of which the file is full.
fn letter(path: &Path) -> u8 {
    let content = fs::read(path).unwrap();
    assert_eq!(content.len(), SIZE);
    assert!(content.iter().all(|letter| *letter == content[0]), "old and new content are mixed");
    content[0]
}

#[test]
fn a_killed_run_leaves_whole_files_and_the_next_run_tidies_up() {
    let dir = tempfile::tempdir().unwrap();
    let mut left_behind = 0;
    for round in 0..12 {
        cut_off(dir.path(), "", round, |child| child.kill().unwrap());
        left_behind += fs::read_dir(dir.path()).unwrap().count() - 3;
        letter(&dir.path().join("a.key"));
        letter(&dir.path().join("a.crt"));
        assert_eq!(mode(&dir.path().join("a.key")), 0o600);
        OutputSet::new(Overwrite::Replace).declare(&dir.path().join("a.key"), Sensitivity::Secret).unwrap();
        assert_eq!(snapshot(dir.path()).into_keys().collect::<Vec<_>>(), ["a.crt", "a.key", ORDERS]);
    }
    assert!(left_behind > 0, "no round cut a commit in two");
}

#[test]
fn an_interrupted_run_leaves_a_whole_set_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..12 {
        let signal = if round % 2 == 0 { rustix::process::Signal::INT } else { rustix::process::Signal::TERM };
        let status = cut_off(dir.path(), "interrupts", round, |child| {
            rustix::process::kill_process(rustix::process::Pid::from_child(child), signal).unwrap();
        });
        assert_eq!(status.code(), Some(130));
        assert_eq!(snapshot(dir.path()).into_keys().collect::<Vec<_>>(), ["a.crt", "a.key", ORDERS]);
        assert_eq!(letter(&dir.path().join("a.key")), letter(&dir.path().join("a.crt")), "half of a set is new");
    }
}

#[test]
fn child_that_is_interrupted_while_busy() {
    if fs::exists(ORDERS).unwrap() {
        process::install().unwrap();
        let busy = process::uninterrupted();
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::INT).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        fs::write("finished", b"").unwrap();
        drop(busy);
        std::thread::sleep(Duration::from_secs(60));
    }
}

#[test]
fn an_interruption_waits_for_what_must_not_be_cut_in_two() {
    let dir = tempfile::tempdir().unwrap();
    let status = start("child_that_is_interrupted_while_busy", dir.path(), "022", "").wait().unwrap();
    assert_eq!(status.code(), Some(130));
    assert!(dir.path().join("finished").exists());
}
