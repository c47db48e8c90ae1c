//! Names that try to break out of their line, links that lead round, and files that only others may read.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};

use certwright::untrusted::is_deceptive;

use super::{NOW, checked, items, one_of_each};
use crate::support::tool;
use crate::terminal::session;

/// A newline, an escape code, a quote, a bar, a backtick, a bidirectional override and markup.
const HOSTILE: &str = "a\nb\u{1b}[31m'\"|`$(x)\u{202e}<b>";

#[test]
fn no_name_breaks_out_of_its_line() {
    let sandbox = one_of_each();
    // Nothing here makes such a name, so it is written into a certificate that was made.
    sandbox.done("selfsign --key unknown.key --days 3 --cn evil-one -o evil.crt");
    sandbox.done("convert evil.crt --to der -o evil.der");
    let mut der = sandbox.read("evil.der");
    for at in 0..der.len() - 8 {
        if der[at..].starts_with(b"evil-one") {
            der[at..at + 8].copy_from_slice(b"e\x1b[2J`|\n");
        }
    }
    sandbox.write("evil.crt", der);
    fs::create_dir(sandbox.path("folder")).unwrap();
    fs::rename(sandbox.path("evil.crt"), sandbox.path("folder").join(format!("{HOSTILE}.crt"))).unwrap();
    fs::write(sandbox.path("folder").join(format!("{HOSTILE}2.crt")), "garbage").unwrap();
    for format in ["text", "nagios", "json"] {
        let outcome = checked(&sandbox, 2, &format!("folder --format {format}"));
        for output in [&outcome.stdout, &outcome.stderr] {
            let steers = output.chars().find(|it| *it != '\n' && is_deceptive(*it));
            assert_eq!(steers, None, "{format}\n{outcome}");
        }
        match format {
            "text" => assert_eq!(outcome.stdout.lines().count(), 3, "{outcome}"),
            "nagios" => {
                assert_eq!(outcome.stdout.lines().count(), 3, "{outcome}");
                // One bar, before the performance data; nothing that Nagios would strip.
                assert_eq!(outcome.stdout.matches('|').count(), 1, "{outcome}");
                assert!(!outcome.stdout.contains(['`', '$', '<', '>', '\'', '"', '&', '~']), "{outcome}");
            }
            _ => {
                let document = outcome.json();
                let files: Vec<&str> =
                    document["items"].as_array().unwrap().iter().map(|it| it["file"].as_str().unwrap()).collect();
                assert!(files.contains(&format!("folder/{HOSTILE}.crt").as_str()), "{files:?}");
            }
        }
    }
}

#[test]
fn links_lead_to_files_and_never_round() {
    let sandbox = one_of_each();
    fs::create_dir_all(sandbox.path("tree/below")).unwrap();
    symlink("../../ok.crt", sandbox.path("tree/below/link.crt")).unwrap();
    symlink("..", sandbox.path("tree/below/up")).unwrap();
    let found = items(&sandbox, 0, &format!("tree --recursive --now {NOW}"));
    assert_eq!(found, [("OK".to_owned(), "tree/below/link.crt".to_owned(), String::new())]);
    // A certificate that is not there any more is no certificate that is well.
    symlink("gone.crt", sandbox.path("tree/nowhere.crt")).unwrap();
    symlink("itself", sandbox.path("tree/itself")).unwrap();
    let found = items(&sandbox, 3, &format!("tree --recursive --now {NOW}"));
    assert_eq!(found.iter().filter(|it| it.2 == "cannot_read").count(), 2, "{found:?}");
}

/// Modes stop nobody who is root, so there it is tried as another user, on a copy that one may run.
#[test]
fn what_only_others_may_read_is_unknown_but_for_their_keys() {
    let sandbox = one_of_each();
    let open = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    fs::copy(env!("CARGO_BIN_EXE_certwright"), open.path().join("certwright")).unwrap();
    let copy = |from: &str, to: &str, mode: u32| {
        let to = open.path().join(to);
        fs::copy(sandbox.path(from), &to).unwrap();
        fs::set_permissions(to, fs::Permissions::from_mode(mode)).unwrap();
    };
    copy("ok.crt", "it.crt", 0o644);
    copy("unknown.key", "it.key", 0o000);
    let check = |arguments: &[&str]| {
        let mut command = if rustix::process::geteuid().is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "./certwright"]);
            command
        } else {
            Command::new("./certwright")
        };
        command.arg("check").args(arguments).args(["--now", NOW]).current_dir(open.path()).stdin(Stdio::null());
        let output = command.output().expect("setpriv of util-linux, to be another user than root");
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let keys = check(&["it.crt", "."]);
    assert_eq!(keys.0, Some(0), "{}", keys.1);
    assert_eq!(check(&["it.key"]).0, Some(3));
    copy("ok.crt", "closed.crt", 0o000);
    let (code, text) = check(&["."]);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("./closed.crt") && text.contains("permission denied"), "{text}");
    fs::remove_file(open.path().join("closed.crt")).unwrap();
    fs::create_dir(open.path().join("closed")).unwrap();
    fs::set_permissions(open.path().join("closed"), fs::Permissions::from_mode(0o000)).unwrap();
    assert_eq!(check(&["."]).0, Some(0));
    assert_eq!(check(&[".", "--recursive"]).0, Some(3));
    assert_eq!(check(&["closed"]).0, Some(3));
    fs::set_permissions(open.path().join("closed"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_question_that_is_broken_off_ends_the_check() {
    let Some(python) = tool("python3") else { return };
    let sandbox = one_of_each();
    fs::copy(sandbox.path("unknown.p12"), sandbox.path("other.p12")).unwrap();
    for line in ["check unknown.p12 other.p12", "check . --find-partner ok.crt --passin prompt"] {
        let outcome = session(&python, &sandbox, line, &[("password for ", "\u{3}")]);
        assert_eq!(outcome.code, Some(130), "{outcome}");
        assert!(outcome.stdout.contains("broken off") && !outcome.stdout.contains("UNKNOWN"), "{outcome}");
        assert_eq!(outcome.stdout.matches("password for ").count(), 1, "{outcome}");
    }
}

/// Whoever can write into a tree that is watched must not be able to stop the watch.
#[test]
fn nobody_waits_for_the_writer_of_a_pipe() {
    let sandbox = one_of_each();
    fs::create_dir_all(sandbox.path("app/versions")).unwrap();
    super::stores::write_state(&sandbox, "1", "null", "null", "app");
    // Outside the sandbox, whose own look at what was written would wait.
    let open = tempfile::tempdir().unwrap();
    let versions = open.path().join("app/versions/0001");
    fs::create_dir_all(&versions).unwrap();
    fs::copy(sandbox.path("app/state.json"), open.path().join("app/state.json")).unwrap();
    fs::copy(sandbox.path("unknown.p12"), versions.join("app.p12")).unwrap();
    for path in [versions.join("app.pass"), versions.join("app.crt"), open.path().join("state.json")] {
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success(), "{}", path.display());
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_certwright"))
        .args(["check", ".", "--recursive", "--quiet"])
        .current_dir(open.path())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..600 {
        if let Some(status) = child.try_wait().unwrap() {
            assert_eq!(status.code(), Some(3));
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    child.kill().unwrap();
    panic!("it waits for a writer");
}
