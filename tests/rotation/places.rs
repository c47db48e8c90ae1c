//! Stores and files in use where people put them: of one name, copied, beside strangers, and in folders that are closed.

use std::fs;

use serde_json::Value;

use crate::stores::{Kind, Store};
use crate::support::Sandbox;

fn in_use(sandbox: &Sandbox, name: &str, folder: &str) {
    fs::create_dir_all(sandbox.path(folder)).unwrap();
    sandbox.done(&format!("create --cn {name} --name {name} --dir '{folder}' -t p256 --only key,crt"));
}

#[test]
fn a_file_of_the_same_name_is_not_taken_for_another_ones_rotation() {
    let sandbox = Sandbox::new();
    in_use(&sandbox, "web", ".");
    sandbox.done("rotate prepare web.key");
    fs::create_dir(sandbox.path("other")).unwrap();
    in_use(&sandbox, "web", "other");
    fs::rename(sandbox.path("other/web.key"), sandbox.path("web.pem")).unwrap();
    let before = sandbox.snapshot();
    for verb in ["prepare", "status", "activate", "rollback", "retire"] {
        let outcome = sandbox.refused(1, &format!("rotate {verb} web.pem --json"));
        assert_eq!(outcome.json()["error"]["kind"], "other_files", "{verb}");
    }
    assert!(sandbox.snapshot() == before);
    // Each of its own files names a rotation, however it is spelled.
    sandbox.done("rotate status ./other/../web.crt");
    sandbox.done("rotate activate ./web.key");
}

#[test]
fn a_copy_changes_its_own_files_and_not_those_that_it_was_copied_from() {
    let sandbox = Sandbox::new();
    in_use(&sandbox, "app", "live");
    sandbox.done("rotate prepare live/app.key --cert ./live/app.crt");
    fs::rename(sandbox.path("live"), sandbox.path("copy")).unwrap();
    sandbox.done("rotate status copy/app.key");
    sandbox.done("rotate activate copy/app.key").shows("`copy/app.crt`");
}

#[test]
fn a_file_in_another_folder_with_spaces_is_replaced_there() {
    let sandbox = Sandbox::new();
    in_use(&sandbox, "app", "my keys");
    fs::create_dir(sandbox.path("my certs")).unwrap();
    fs::rename(sandbox.path("my keys/app.crt"), sandbox.path("my certs/app.crt")).unwrap();
    sandbox.done("rotate prepare 'my keys/app.key' --cert 'my certs/app.crt'");
    let then = sandbox.done("rotate status 'my keys/app.key' --json").json()["rotations"][0]["then"][0].clone();
    assert_eq!(then[3], "my keys/app.key");
    sandbox.done("rotate activate 'my keys/app.key'");
    let next = sandbox.read("my keys/app.rotate/versions/0002/app.crt");
    assert_eq!(sandbox.read("my certs/app.crt"), next);
    assert!(!sandbox.path("my keys/app.crt").exists());
}

#[test]
fn a_folder_that_is_no_version_keeps_nobody_from_anything() {
    let store = Store::new(Kind::State);
    for name in ["7", "00009", "+3", "notes"] {
        fs::create_dir(store.sandbox.path("app/versions").join(name)).unwrap();
    }
    for verb in ["status", "activate", "rollback", "activate", "retire", "prepare"] {
        store.sandbox.done(&store.line(verb, ""));
    }
    assert_eq!(store.state()["next"], 3);
    for name in ["7", "00009", "+3", "notes"] {
        assert!(store.sandbox.path("app/versions").join(name).is_dir(), "{name}");
    }
}

#[test]
fn of_several_rotations_each_is_looked_at() {
    let store = Store::new(Kind::State);
    fs::create_dir(store.sandbox.path("bad")).unwrap();
    store.sandbox.write("bad/state.json", "{}");
    let outcome = store.sandbox.certwright("rotate status missing bad app --json").run();
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let rotations = outcome.json()["rotations"].clone();
    let of = |index: usize, name: &str| rotations[index]["error"][name].clone();
    assert_eq!((of(0, "kind"), of(1, "kind")), ("no_store".into(), "bad_state".into()));
    assert_eq!((&rotations[0]["path"], &rotations[2]["phase"]), (&"missing".into(), &"prepared".into()));
    store.sandbox.certwright("rotate status missing app").run().shows("no rotation").shows("the next version is ready");
}

#[test]
fn a_fault_names_the_version_that_it_is_about() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn app --name app -t p256 --only crt,jks,key --passout generate");
    sandbox.done("rotate prepare app.key --play same-key --passin file:app.pass");
    let first = sandbox.read("app.rotate/versions/0001/app.crt");
    sandbox.write("app.rotate/versions/0002/app.crt", first);
    let outcome = sandbox.refused(1, "rotate activate app.key --passin file:app.pass --json");
    let message = outcome.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("version 2") && message.contains("another certificate"), "{message}");
}

/// Modes stop nobody who is root, so there it is tried as another user, with a copy of the program that one may run.
#[cfg(unix)]
#[test]
fn in_a_folder_that_cannot_be_written_nothing_is_changed() {
    use std::os::unix::fs::{PermissionsExt, chown};
    use std::path::Path;
    use std::process::Command;

    use crate::support::{Outcome, words};

    const NOBODY: u32 = 65_534;
    fn give_away(path: &Path) {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        for entry in fs::read_dir(path).into_iter().flatten() {
            give_away(&entry.unwrap().path());
        }
    }
    let store = Store::new(Kind::Files);
    let is_root = rustix::process::geteuid().is_root();
    let open = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    let program = open.path().join("certwright");
    fs::copy(env!("CARGO_BIN_EXE_certwright"), &program).unwrap();
    let mode = |mode: u32| {
        for folder in ["", "app.rotate", "app.rotate/versions"] {
            fs::set_permissions(store.sandbox.path(folder), fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    if is_root {
        give_away(store.sandbox.folder());
    }
    mode(0o500);
    let (state, live) = (store.state(), store.live());
    for (verb, code) in [("status", 0), ("activate", 1), ("prepare", 0), ("prepare --force", 1), ("retire", 0)] {
        let mut command = if is_root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        command.args(words(&store.line(verb, "--json"))).current_dir(store.sandbox.folder());
        let outcome = Outcome::of(&command.output().expect("setpriv of util-linux, to be another user than root"));
        assert_eq!(outcome.code, Some(code), "{verb}\n{outcome}");
        if code == 1 {
            assert_eq!(outcome.json()["error"]["kind"], "cannot_write", "{verb}\n{outcome}");
        }
        assert!(store.state() == state && store.live() == live, "{verb}");
    }
    mode(0o700);
    store.sandbox.done(&store.line("activate", ""));
    store.is_settled("opened again");
}

/// What the last line of the log says of the end.
fn last_line(store: &Store) -> Value {
    let root = if store.kind == Kind::Files { "app.rotate" } else { "app" };
    let shown = store.sandbox.done(&format!("audit show {root} --json")).stdout;
    serde_json::from_str(shown.lines().last().unwrap()).unwrap()
}

#[cfg(unix)]
#[test]
fn the_log_tells_of_a_change_that_stayed_half_done() {
    let store = Store::new(Kind::State);
    let kept = store.sandbox.certwright(&store.line("activate", "--hook false --no-rollback")).run();
    assert_eq!(kept.code, Some(5), "{kept}");
    let line = last_line(&store);
    assert_eq!((&line["verb"], &line["outcome"]), (&"activate".into(), &"half_done".into()));
    let back = store.sandbox.certwright(&store.line("rollback", "--hook false")).run();
    assert_eq!(back.code, Some(5), "{back}");
    let line = last_line(&store);
    assert_eq!((&line["verb"], &line["outcome"]), (&"rollback".into(), &"half_done".into()));
    store.sandbox.done(&store.line("rollback", ""));
    store.is_settled("gone back");
}

#[cfg(unix)]
#[test]
fn a_way_back_that_is_barred_is_told_and_can_be_gone_later() {
    let store = Store::new(Kind::Files);
    let run = store.sandbox.certwright(&store.line("activate", "--json --hook sh --hook-arg -c --hook-arg"));
    let outcome = run.arg("rm app.crt && mkdir app.crt; exit 1").run();
    assert_eq!((outcome.code, &outcome.json()["error"]["kind"]), (Some(5), &"not_undone".into()), "{outcome}");
    assert_eq!(last_line(&store)["outcome"], "half_done");
    store.current_is_whole("barred");
    fs::remove_dir(store.sandbox.path("app.crt")).unwrap();
    let (code, then) = store.status();
    assert_eq!((code, then.len()), (Some(5), 2));
    store.sandbox.done(&store.line("rollback", "--force"));
    store.is_settled("gone back");
}

/// Ctrl-C while the hook runs ends it too, and what was begun is told and can be gone on with.
#[cfg(unix)]
#[test]
fn an_interruption_while_the_hook_runs_is_half_done() {
    use std::process::Stdio;
    use std::thread;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process};

    let store = Store::new(Kind::Files);
    let run = store.sandbox.certwright(&store.line("activate", "--hook sh --hook-arg -c --hook-arg"));
    let mut command = run.arg("touch begun; sleep 3; touch ended").command();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while !store.sandbox.path("begun").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the hook does not begin");
        thread::sleep(Duration::from_millis(10));
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    store.current_is_whole("interrupted");
    assert_eq!(store.status().0, Some(5));
    thread::sleep(Duration::from_secs(4));
    assert!(!store.sandbox.path("ended").exists(), "the hook went on");
    store.ends_well(1, "interrupted");
}
