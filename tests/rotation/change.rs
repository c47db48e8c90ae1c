//! `rotate activate`, `rollback` and `retire`: what they change, what they refuse, and what a failing hook leaves.

use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::time::{Duration, Instant};

use crate::stores::{Kind, Store};
use crate::support::{Outcome, Sandbox};

const KINDS: [Kind; 3] = [Kind::Files, Kind::Link, Kind::State];

#[test]
fn forth_and_back_and_forth_again() {
    for kind in KINDS {
        let store = Store::new(kind);
        let before = store.live();
        let run = |verb: &str| store.sandbox.done(&store.line(verb, "--json")).json();
        let done = run("activate");
        assert_eq!((&done["changed"], &done["current"], &done["previous"]), (&true.into(), &2.into(), &1.into()));
        assert!(done["next"].is_null());
        store.is_settled("activated");
        assert_eq!(run("activate")["changed"], false);
        let back = run("rollback");
        assert_eq!((&back["changed"], &back["current"], &back["previous"]), (&true.into(), &1.into(), &2.into()));
        assert!(store.live() == before, "{kind:?}");
        store.is_settled("rolled back");
        assert_eq!(run("rollback")["changed"], false);
        assert_eq!(run("activate")["current"], 2);
        store.is_settled("activated again");
    }
}

#[test]
fn a_dry_run_touches_nothing() {
    for kind in KINDS {
        let store = Store::new(kind);
        let before = store.sandbox.snapshot();
        store.sandbox.done(&store.line("activate", "--dry-run")).shows("would be in use");
        store.sandbox.done(&store.line("retire", "--dry-run"));
        assert!(store.sandbox.snapshot() == before, "{kind:?}");
        let store = Store::activated(kind);
        let before = store.sandbox.snapshot();
        store.sandbox.done(&store.line("rollback", "--dry-run")).shows("would be in use");
        assert!(store.sandbox.snapshot() == before, "{kind:?}");
    }
}

#[test]
fn while_another_run_holds_the_lock_nothing_is_done() {
    let store = Store::new(Kind::State);
    let lock = File::options().write(true).open(store.sandbox.path("app/lock")).unwrap();
    lock.lock().unwrap();
    for verb in ["activate", "rollback", "retire"] {
        let outcome = store.sandbox.refused(1, &store.line(verb, "--json"));
        assert_eq!(outcome.json()["error"]["kind"], "busy");
    }
}

#[test]
fn what_was_never_activated_cannot_be_left() {
    let store = Store::new(Kind::State);
    let outcome = store.sandbox.refused(1, &store.line("rollback", "--json"));
    assert_eq!(outcome.json()["error"]["kind"], "no_previous");
    let sandbox = Sandbox::new();
    for verb in ["activate", "rollback", "retire"] {
        assert_eq!(sandbox.refused(1, &format!("rotate {verb} app --json")).json()["error"]["kind"], "no_store");
    }
}

#[test]
fn files_changed_by_hand_are_named_and_kept() {
    let store = Store::new(Kind::Files);
    store.sandbox.write("app.crt", "other");
    let outcome = store.sandbox.refused(1, &store.line("activate", ""));
    assert!(outcome.stderr.contains("app.crt") && outcome.stderr.contains("--force"), "{outcome}");
    fs::remove_file(store.sandbox.path("app.crt")).unwrap();
    store.sandbox.refused(1, &store.line("activate", ""));
    store.sandbox.done(&store.line("activate", "--force"));
    store.is_settled("forced");
}

#[test]
fn a_version_that_was_damaged_is_not_brought_into_use() {
    let store = Store::new(Kind::Files);
    fs::copy(
        store.sandbox.path("app.rotate/versions/0001/app.crt"),
        store.sandbox.path("app.rotate/versions/0002/app.crt"),
    )
    .unwrap();
    let outcome = store.sandbox.refused(1, &store.line("activate", "--json"));
    assert_eq!(outcome.json()["error"]["kind"], "unproved");
}

#[test]
fn a_damaged_version_can_be_left_both_ways() {
    for kind in [Kind::Link, Kind::State] {
        let store = Store::new(kind);
        fs::remove_file(store.sandbox.path("app/versions/0001/app.key")).unwrap();
        assert_eq!(store.status().0, Some(1));
        store.sandbox.done(&store.line("activate", ""));
        store.is_settled("left forward");
        let store = Store::activated(kind);
        fs::remove_file(store.sandbox.path("app/versions/0002/app.key")).unwrap();
        store.sandbox.done(&store.line("rollback", ""));
        store.is_settled("left backward");
    }
}

/// What `--force` replaced was in use, and is there again when the hook fails.
#[cfg(unix)]
#[test]
fn what_was_changed_by_hand_comes_back_when_the_hook_fails() {
    let store = Store::new(Kind::Files);
    store.sandbox.write("app.crt", "by hand");
    let before = store.live();
    let outcome = store.sandbox.certwright(&store.line("activate", "--force --hook false")).run();
    assert_eq!(outcome.code, Some(4), "{outcome}");
    assert!(store.live() == before);
}

/// Content and mode of the files in use.
#[cfg(unix)]
fn exact(store: &Store) -> Vec<(String, Vec<u8>, u32)> {
    use std::os::unix::fs::PermissionsExt;
    let mode = |name: &str| fs::metadata(store.sandbox.path(name)).unwrap().permissions().mode();
    store.live().into_iter().map(|(name, content)| (name.clone(), content, mode(&name))).collect()
}

/// R3, with files that others may read.
#[cfg(unix)]
#[test]
fn a_failing_hook_leaves_the_files_in_use_as_they_were() {
    use std::os::unix::fs::PermissionsExt;
    let hooks: [(&str, &[&str]); 4] = [
        ("false", &[]),
        ("sh", &["-c", "echo changed >> app.crt; exit 3"]),
        ("sh", &["-c", "echo changed > app.key; exit 0"]),
        ("/no/such/hook", &[]),
    ];
    for (program, arguments) in hooks {
        let store = Store::new(Kind::Files);
        for (name, mode) in [("app.key", 0o640), ("app.crt", 0o644), ("app.jks", 0o604)] {
            fs::set_permissions(store.sandbox.path(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        let (before, state) = (exact(&store), store.state());
        let mut run = store.sandbox.certwright(&store.line("activate", "--json --hook")).arg(program);
        for argument in arguments {
            run = run.arg("--hook-arg").arg(*argument);
        }
        let outcome = Outcome::of(&run.command().output().unwrap());
        assert_eq!(outcome.code, Some(4), "{program} {arguments:?}\n{outcome}");
        assert_eq!(outcome.json()["error"]["kind"], "undone");
        assert!(exact(&store) == before, "{program} {arguments:?}");
        assert_eq!(store.state(), state);
        store.is_settled("undone");
        store.sandbox.certwright(&store.line("activate", "")).command().output().unwrap();
        assert_eq!(
            exact(&store).iter().map(|it| it.2).collect::<Vec<_>>(),
            before.iter().map(|it| it.2).collect::<Vec<_>>()
        );
    }
}

#[cfg(unix)]
#[test]
fn a_hook_that_hangs_is_ended_and_everything_put_back() {
    let store = Store::new(Kind::Link);
    let before = store.live();
    let begun = Instant::now();
    let line = store.line("activate", "--hook sleep --hook-arg 60 --hook-timeout 1s");
    let outcome = store.sandbox.certwright(&line).run();
    assert_eq!(outcome.code, Some(4), "{outcome}");
    assert!(outcome.stderr.contains("timed out after 1 s"), "{outcome}");
    assert!(begun.elapsed() < Duration::from_secs(30));
    assert!(store.live() == before);
    store.is_settled("undone");
}

#[cfg(unix)]
#[test]
fn without_rollback_the_new_version_stays_and_status_says_so() {
    for (then, current) in [("activate", 2), ("rollback", 1)] {
        let store = Store::new(Kind::Files);
        let line = store.line("activate", "--hook false --no-rollback --json");
        let outcome = store.sandbox.certwright(&line).run();
        assert_eq!(
            (outcome.code, &outcome.json()["error"]["kind"]),
            (Some(5), &"kept_without_hook".into()),
            "{outcome}"
        );
        assert_eq!((&store.state()["current"], &store.state()["next"]), (&2.into(), &2.into()));
        assert_eq!(store.status().0, Some(5));
        for verb in ["prepare", "retire"] {
            let refused = store.sandbox.certwright(&store.line(verb, "--json")).run();
            assert_eq!(refused.json()["error"]["kind"], "half_done", "{refused}");
        }
        store.sandbox.certwright(&store.line(then, "")).done().says("no `--hook` was given now");
        assert_eq!(store.state()["current"], current);
        store.is_settled(then);
    }
}

#[cfg(unix)]
#[test]
fn a_hook_is_told_of_the_change_and_of_no_password() {
    let store = Store::new(Kind::Files);
    let password = store.sandbox.password("app.pass");
    let script = "env | grep '^CERTWRIGHT_\\|^SECRET' | sort >> told; [ $CERTWRIGHT_VERB = activate ] && exit 7";
    let run = store
        .sandbox
        .certwright("rotate activate app.key --passin env:SECRET --hook sh --hook-arg -c --hook-arg")
        .arg(script)
        .password_env("SECRET", &password)
        .env("CERTWRIGHT_OLD_FP", "stale");
    let outcome = run.run();
    assert_eq!(outcome.code, Some(4), "{outcome}");
    let told = store.sandbox.text("told");
    let values = |name: &str| -> Vec<&str> {
        told.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('=')).collect()
    };
    assert!(!told.contains("SECRET"), "{told}");
    assert_eq!(values("CERTWRIGHT_VERB"), ["activate", "rollback"]);
    assert_eq!(values("CERTWRIGHT_VERSION"), ["2", "1"]);
    assert_eq!(values("CERTWRIGHT_NAME"), ["app", "app"]);
    let folder = fs::canonicalize(store.sandbox.folder()).unwrap();
    for dir in values("CERTWRIGHT_DIR") {
        assert_eq!(fs::canonicalize(dir).unwrap(), folder);
    }
    let (new, old) = (values("CERTWRIGHT_NEW_FP"), values("CERTWRIGHT_OLD_FP"));
    assert_eq!((new[0], new[1]), (old[1], old[0]));
    assert_ne!(new[0], new[1]);
    let (new, old) = (values("CERTWRIGHT_NEW_KEY_FP"), values("CERTWRIGHT_OLD_KEY_FP"));
    assert_eq!((new[0], new[1]), (old[1], old[0]));
}

#[cfg(unix)]
#[test]
fn a_link_in_a_files_place_is_neither_followed_nor_replaced() {
    let store = Store::new(Kind::Files);
    fs::rename(store.sandbox.path("app.crt"), store.sandbox.path("real.crt")).unwrap();
    std::os::unix::fs::symlink("real.crt", store.sandbox.path("app.crt")).unwrap();
    let outcome = store.sandbox.refused(1, &store.line("activate", "--json"));
    assert_eq!(outcome.json()["error"]["kind"], "is_symlink");
}

/// R4.
#[test]
fn a_hundred_rotations_leave_few_versions_and_no_serial_twice() {
    const KEEP: usize = 3;
    let sandbox = Sandbox::new();
    sandbox.done("rotate prepare app --cn app -t p256 --only key,crt");
    let mut serials = BTreeSet::new();
    for turn in 1..=100 {
        let done = sandbox.done("rotate activate app --json").json();
        serials.insert(done["new"]["serial"].as_str().unwrap().to_owned());
        sandbox.done(&format!("rotate retire app --keep {KEEP} --grace 0"));
        let versions = fs::read_dir(sandbox.path("app/versions")).unwrap().count();
        assert!(versions <= KEEP + 2, "{versions} versions after {turn} rotations");
        sandbox.done("rotate prepare app");
    }
    assert_eq!(serials.len(), 100);
}

#[test]
fn what_was_in_use_lately_is_kept() {
    let sandbox = Sandbox::new();
    sandbox.done("rotate prepare app --cn app -t p256 --only key,crt");
    for _ in 0..4 {
        sandbox.done("rotate activate app");
        sandbox.done("rotate prepare app");
    }
    let removed =
        |options: &str| sandbox.done(&format!("rotate retire app --json {options}")).json()["removed"].clone();
    assert_eq!(removed("--keep 0"), serde_json::json!([]));
    assert_eq!(removed("--keep 2 --grace 0"), serde_json::json!([]));
    assert_eq!(removed("--keep 0 --grace 0 --dry-run"), serde_json::json!([1, 2]));
    assert_eq!(removed("--keep 1 --grace 0"), serde_json::json!([1]));
    assert_eq!(removed("--keep 0 --grace 0"), serde_json::json!([2]));
    assert_eq!(removed("--keep 0 --grace 0"), serde_json::json!([]));
}
