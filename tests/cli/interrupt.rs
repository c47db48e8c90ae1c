//! Killed or interrupted at any moment, `create` leaves whole files or none, and `passwd` the old file or the new one.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use certwright::formats::pem;
use certwright::limits::Limits;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::Sandbox;

const PASSWORD: &str = "a password of tests";
const NEW_PASSWORD: &str = "another one of tests";
const ROUNDS: u32 = 10;

/// How a round ended, and after what time the signal came.
struct Round {
    sandbox: Sandbox,
    status: ExitStatus,
    delay: Duration,
}

/// Runs `create` and sends `signal` at [`ROUNDS`] moments, spread over the time that an undisturbed run takes.
fn rounds(line: &str, signal: Signal) -> Vec<Round> {
    let undisturbed = Sandbox::new();
    let begin = Instant::now();
    undisturbed.certwright(line).password_env("P", PASSWORD).done();
    let whole = begin.elapsed();
    let round = |number| {
        let sandbox = Sandbox::new();
        let delay = whole * number / ROUNDS;
        let mut command = sandbox.certwright(line).password_env("P", PASSWORD).command();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(delay);
        // It may have ended by itself.
        let _ = kill_process(Pid::from_child(&child), signal);
        let status = child.wait().unwrap();
        Round { sandbox, status, delay }
    };
    (0..=ROUNDS).map(round).collect()
}

/// The files that are no temporaries, each of them whole.
fn whole_files(round: &Round) -> Vec<String> {
    let files = round.sandbox.snapshot().files();
    let files: Vec<String> = files.into_iter().filter(|file| !is_temporary(file)).collect();
    for file in &files {
        match file.rsplit('.').next().unwrap() {
            "p12" | "jks" => {
                let list = round.sandbox.certwright(&format!("alias list {file} --passin env:P"));
                let list = list.password_env("P", PASSWORD).command().output().unwrap();
                assert!(list.status.success(), "{file} after {:?}: {list:?}", round.delay);
            }
            _ => {
                let document = pem::decode(&round.sandbox.read(file), &Limits::default());
                assert_eq!(document.unwrap().blocks.len(), 1, "{file} after {:?}", round.delay);
            }
        }
    }
    files
}

fn is_temporary(file: &str) -> bool {
    file.starts_with(".certwright-") && file.ends_with(".tmp")
}

const LINES: [&str; 2] = [
    // The time goes into derivations of 600,000 iterations, side by side.
    "create --cn x -t p256 --passout env:P",
    "create --cn x -t rsa:3072 --iterations 1000 --passout env:P",
];

#[test]
fn after_a_kill_each_file_is_whole_and_the_next_run_cleans_up() {
    for line in LINES {
        for round in rounds(line, Signal::KILL) {
            whole_files(&round);
            let next = round.sandbox.certwright(&format!("{line} --force")).password_env("P", PASSWORD);
            next.done();
            let files = round.sandbox.snapshot().files();
            let left: Vec<_> = files.iter().filter(|file| is_temporary(file)).collect();
            assert!(left.is_empty(), "after {:?}: {left:?}", round.delay);
            assert_eq!(files.len(), 5, "{files:?}");
        }
    }
}

#[test]
fn ctrl_c_leaves_all_or_nothing() {
    for line in LINES {
        for round in rounds(line, Signal::INT) {
            let (files, status) = (whole_files(&round), round.status);
            let everything = fs::read_dir(round.sandbox.folder()).unwrap().count();
            assert_eq!(everything, files.len(), "a temporary was left after {:?}", round.delay);
            match status.code() {
                Some(0) => assert_eq!(files.len(), 5, "after {:?}", round.delay),
                Some(130) => assert!(files.is_empty() || files.len() == 5, "{files:?} after {:?}", round.delay),
                // The signal came before the handler was set.
                None if status.signal() == Some(2) => assert!(files.is_empty(), "{files:?}"),
                _ => panic!("{status:?} after {:?}", round.delay),
            }
        }
    }
}

/// A keystore or key whose password was being changed opens with the old password or with the new one, and holds what it
/// held.
#[test]
fn after_a_kill_passwd_leaves_the_old_file_or_the_new_one() {
    let made = Sandbox::new();
    let line = "create --cn x -t p256 --encrypt-key --only key,crt,p12,jks --iterations 1000 --passout env:P";
    made.certwright(line).password_env("P", PASSWORD).done();
    for file in ["server.key", "keystore.p12", "servercert.jks"] {
        let more = if file.ends_with(".jks") { "" } else { " --iterations 600000" };
        let line = format!("passwd {file} --passin env:P --passout env:N{more}");
        let run = |sandbox: &Sandbox| {
            sandbox.write(file, made.read(file));
            let mut command =
                sandbox.certwright(&line).password_env("P", PASSWORD).password_env("N", NEW_PASSWORD).command();
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        let undisturbed = Sandbox::new();
        let begin = Instant::now();
        assert!(run(&undisturbed).wait().unwrap().success());
        let whole = begin.elapsed();
        for number in 0..=ROUNDS {
            let (sandbox, delay) = (Sandbox::new(), whole * number / ROUNDS);
            let mut child = run(&sandbox);
            thread::sleep(delay);
            let _ = kill_process(Pid::from_child(&child), Signal::KILL);
            let status = child.wait().unwrap();
            let is_old = sandbox.read(file) == made.read(file);
            assert!(!(status.success() && is_old), "{file} after {delay:?}: done, and not changed");
            let (password, other) = if is_old { (PASSWORD, NEW_PASSWORD) } else { (NEW_PASSWORD, PASSWORD) };
            sandbox.write("server.crt", made.read("server.crt"));
            let verify = |password| {
                let verify = sandbox.certwright(&format!("verify {file} server.crt --passin env:P"));
                verify.password_env("P", password).command().output().unwrap()
            };
            let opened = verify(password);
            assert!(opened.status.success(), "{file} after {delay:?}: {opened:?}");
            assert_eq!(verify(other).status.code(), Some(1), "{file} after {delay:?}");
            // The next run takes away what the dead one left.
            let next = sandbox.certwright("genkey -t p256 -o next.key").command().output().unwrap();
            assert!(next.status.success(), "{next:?}");
            let left = sandbox.snapshot().files();
            assert!(!left.iter().any(|file| is_temporary(file)), "{file} after {delay:?}: {left:?}");
        }
    }
}

/// What a dead run left goes with the next run that writes there, and what somebody else left stays.
#[test]
fn temporaries_of_the_dead_are_removed_and_other_files_are_not() {
    let sandbox = Sandbox::new();
    let id = "0123456789abcdef0123456789abcdef";
    sandbox.write(&format!(".certwright-{id}.tmp"), "");
    sandbox.write(&format!(".certwright-{id}-0.tmp"), "half a key");
    sandbox.write(".certwright-notes.tmp", "somebody's own");
    sandbox.write("mine.tmp", "mine");
    let mut command = sandbox.certwright("genkey -t p256").command();
    assert!(command.stdin(Stdio::null()).output().unwrap().status.success());
    assert_eq!(sandbox.snapshot().files(), [".certwright-notes.tmp", "mine.tmp", "server.key"]);
}

/// Whoever only looks needs no thread that watches for interruptions, and is ended by one all the same.
#[test]
fn inspect_starts_no_thread_and_ends_at_once() {
    let sandbox = Sandbox::new();
    assert!(Command::new("mkfifo").arg(sandbox.path("pipe")).status().unwrap().success());
    let mut command = sandbox.certwright("inspect pipe").command();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // This waits until the program has opened the other end, and the program then for what is written here.
    let held = fs::OpenOptions::new().write(true).open(sandbox.path("pipe")).unwrap();
    #[cfg(target_os = "linux")]
    {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        assert!(status.contains("Threads:\t1\n"), "{status}");
    }
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(Signal::TERM.as_raw()));
    drop(held);
}
