//! Runs a row: theirs, ours, and the native line, and compares.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::{env, fs};

use crate::compare::{self, Pair};
use crate::fixtures;
use crate::row::{Native, Row, Wanted, rows};
use crate::run::{Peers, Run, links};
use crate::support::{Outcome, Sandbox, contains, words};

/// The files of a folder with their octets.
type Files = BTreeMap<String, Vec<u8>>;

/// Runs every row of `cases/NAME.toml`, and then names those that failed.
pub(crate) fn run_all(name: &str) {
    let rows = rows(name);
    let Some(peers) = Peers::find() else { return };
    let only = env::var("CERTWRIGHT_CASE").unwrap_or_default();
    let chosen = rows.iter().filter(|row| row.name.contains(&only) || row.line.contains(&only));
    let failed: Vec<&str> = chosen
        .filter(|row| {
            let failed = catch_unwind(AssertUnwindSafe(|| run(&peers, row))).is_err();
            if failed {
                println!("that was the case {:?}: {}\n", row.name, row.line);
            }
            failed
        })
        .map(|row| row.name.as_str())
        .collect();
    assert!(failed.is_empty(), "{} of {} cases of {name} failed: {failed:#?}", failed.len(), rows.len());
}

fn run(peers: &Peers, row: &Row) {
    let inputs = inputs(peers, row);
    let before = files(&inputs);
    let [theirs, ours] = [(); 2].map(|()| copy_of(&inputs));
    let (program, rest) = row.line.split_once(' ').unwrap_or((&row.line, ""));

    let real = peers.run(theirs.folder(), program, &words(rest), &row.env, row.stdin.as_bytes());
    assert!(real.code == Some(row.exit), "the real program was to end with {}\n{real}", row.exit);
    let done = run_ours(row, &ours, program, rest);
    assert!(done.code == Some(row.ours_exit), "ours was to end with {}\n{done}\n--- theirs\n{real}", row.ours_exit);
    for text in &row.says {
        assert!(done.stderr.contains(text.as_str()), "{text:?} is not said\n{done}");
    }
    check_passwords(row, &done);

    let (ours_after, theirs_after) = (files(&ours), files(&theirs));
    if row.ours_exit != 0 {
        assert!(done.native_lines().is_empty(), "a native line after a failure\n{done}");
        // `openssl verify` says on standard output what fails.
        assert_eq!(ours_after, before, "ours failed and changed files\n{done}");
        if row.exit == row.ours_exit {
            let pair = Pair { ours: (&ours, &done.stdout), theirs: (&theirs, &real.stdout) };
            compare::check(peers, "standard output", &row.stdout, &pair);
        }
        return;
    }
    let ours = Side { folder: &ours, run: &done, files: &ours_after };
    let theirs = Side { folder: &theirs, run: &real, files: &theirs_after };
    compare_sides(peers, row, &before, &ours, &theirs);
    check_native(peers, row, &inputs, &done, &theirs);
}

/// One program's folder after its run.
struct Side<'a> {
    folder: &'a Sandbox,
    run: &'a Run,
    files: &'a Files,
}

fn compare_sides(peers: &Peers, row: &Row, before: &Files, ours: &Side<'_>, theirs: &Side<'_>) {
    let pair = Pair { ours: (ours.folder, &ours.run.stdout), theirs: (theirs.folder, &theirs.run.stdout) };
    compare::check(peers, "standard output", &row.stdout, &pair);
    let listed: BTreeMap<&str, &Wanted> = row.files.iter().map(|(name, wanted)| (name.as_str(), wanted)).collect();
    for (who, side) in [("ours", ours), ("theirs", theirs)] {
        for (name, octets) in side.files {
            let is_as_before = before.get(name) == Some(octets);
            assert!(is_as_before || listed.contains_key(name.as_str()), "{who}: {name} was written and is not listed");
        }
        for name in before.keys() {
            assert!(side.files.contains_key(name), "{who}: {name} was removed");
        }
    }
    for (name, wanted) in listed {
        let [one, other] = [("ours", ours), ("theirs", theirs)]
            .map(|(who, side)| side.files.get(name).unwrap_or_else(|| panic!("{who}: {name} was not written")));
        compare::check(peers, name, wanted, &Pair { ours: (ours.folder, one), theirs: (theirs.folder, other) });
    }
}

/// A folder with what the line is to find.
fn inputs(peers: &Peers, row: &Row) -> Sandbox {
    let inputs = Sandbox::new();
    for name in &row.fixtures {
        let from = fixtures::folder(peers).join(name);
        let octets = fs::read(&from).unwrap_or_else(|fault| panic!("no fixture {name}: {fault}"));
        inputs.write(name, octets);
    }
    for (name, content) in &row.write {
        inputs.write(name, content);
    }
    for line in &row.setup {
        fixtures::prepare(peers, &inputs, line);
    }
    inputs
}

fn copy_of(inputs: &Sandbox) -> Sandbox {
    let copy = Sandbox::new();
    for (name, octets) in files(inputs) {
        copy.write(&name, octets);
        // A key that others may read is warned about.
        #[cfg(unix)]
        fs::set_permissions(copy.path(&name), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
    copy
}

fn files(sandbox: &Sandbox) -> Files {
    sandbox.snapshot().files().into_iter().map(|name| (name.clone(), sandbox.read(&name))).collect()
}

fn run_ours(row: &Row, folder: &Sandbox, program: &str, rest: &str) -> Run {
    run_by_name(row, folder, &links().join(program), rest, is_key_shown(row))
}

/// Runs our program; the sandbox judges the modes of what it writes, and what it shows.
fn run_by_name(row: &Row, folder: &Sandbox, program: &Path, rest: &str, shows_secrets: bool) -> Run {
    let mut invocation = folder.started_as(program, rest).env("PATH", links()).env("TZ", "UTC");
    for (name, value) in &row.env {
        invocation = invocation.env(name, value);
    }
    if shows_secrets {
        invocation = invocation.shows_secrets();
    }
    let mut run = None;
    drop(invocation.run_by(|command| {
        let done = run.insert(Run::of(&command, row.stdin.as_bytes()));
        let stdout = String::from_utf8_lossy(&done.stdout).into_owned();
        Outcome { code: done.code, stdout, stderr: done.stderr.clone() }
    }));
    run.unwrap()
}

/// A key may stand on standard output where it is compared with that of the real program.
fn is_key_shown(row: &Row) -> bool {
    row.shows_secrets || !["free", "contains"].contains(&row.stdout.kind.as_str())
}

fn check_passwords(row: &Row, done: &Run) {
    for password in row.passwords() {
        // A shorter one could stand there by accident.
        if password.len() < 6 {
            continue;
        }
        assert!(!contains(&done.stdout, password.as_bytes()), "the password {password:?} is shown\n{done}");
        assert!(!done.stderr.contains(&password), "the password {password:?} is shown\n{done}");
    }
}

/// The native line is said once, our program takes it, and it gives what the original's line gave.
fn check_native(peers: &Peers, row: &Row, inputs: &Sandbox, done: &Run, theirs: &Side<'_>) {
    let lines = done.native_lines();
    let wanted = usize::from(row.native != Native::Silent);
    assert_eq!(lines.len(), wanted, "how often a native line is said\n{done}");
    let Some(line) = lines.first() else { return };
    let folder = copy_of(inputs);
    let mut outputs = Vec::new();
    for command in line.split(" && ") {
        let rest = command.strip_prefix("certwright ").unwrap_or_else(|| panic!("{command:?} is not of certwright"));
        let program = Path::new(env!("CARGO_BIN_EXE_certwright"));
        let run = run_by_name(row, &folder, program, rest, is_key_shown(row));
        let is_unanswered = run.code == Some(2) && run.stderr.contains("there is no terminal to ask on");
        let is_there = run.code == Some(1) && run.stderr.contains("already exists");
        if is_unanswered || is_there {
            return;
        }
        assert!(run.code == Some(0), "the native line fails: {command}\n{run}");
        outputs.extend(run.stdout);
    }
    if row.native == Native::Other {
        return;
    }
    for (name, wanted) in &row.files {
        let written = files(&folder);
        let one = written.get(name).unwrap_or_else(|| panic!("{line:?} does not write {name}"));
        let (ours, theirs) = ((&folder, one.as_slice()), (theirs.folder, theirs.files[name].as_slice()));
        compare::check(peers, &format!("{line}: {name}"), wanted, &Pair { ours, theirs });
    }
    // What is shown natively has its own form; what is a file there is one here.
    if !["bytes", "free", "contains"].contains(&row.stdout.kind.as_str()) {
        let (ours, theirs) = ((&folder, outputs.as_slice()), (theirs.folder, theirs.run.stdout.as_slice()));
        compare::check(peers, &format!("{line}: standard output"), &row.stdout, &Pair { ours, theirs });
    }
}
