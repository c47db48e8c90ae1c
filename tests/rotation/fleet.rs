//! `rotate auto`: one rotation and a fleet of them, what each file's fault is, and what a run that was killed leaves.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::Sandbox;

/// As many names as a fleet of these tests has.
const NAMES: usize = 20;

/// A fleet of sets of two files, whose certificates last so many `days`.
fn fleet(names: usize, days: u32, more: &str) -> String {
    let mut text = format!(
        "[defaults]\ndir = \"stores\"\ntype = \"p256\"\nonly = [\"key\", \"crt\"]\nbefore = \"30d\"\ndays = {days}\n{more}\n"
    );
    for number in 0..names {
        let _ = write!(text, "\n[[set]]\nname = \"app-{number}\"\ncn = \"app-{number}.example\"\n");
    }
    text
}

/// What one run of `fleet.toml` says in JSON, which must end with `code`.
#[track_caller]
fn run(sandbox: &Sandbox, code: i32, more: &str) -> Value {
    let outcome = sandbox.certwright(&format!("rotate auto --config fleet.toml --json {more}")).run();
    assert_eq!(outcome.code, Some(code), "{outcome}");
    outcome.json()
}

fn outcomes(report: &Value) -> Vec<&str> {
    report["sets"].as_array().unwrap().iter().map(|set| set["outcome"].as_str().unwrap()).collect()
}

/// A fleet whose first versions are in use and end in five days, so that the next ones are due.
fn due(names: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("fleet.toml", fleet(names, 5, "activate = true"));
    assert_eq!(outcomes(&run(&sandbox, 0, "")), vec!["activated"; names]);
    sandbox.write("fleet.toml", fleet(names, 365, "activate = true"));
    sandbox
}

/// The number of the version in use of each set, of which each file is proved.
fn in_use(sandbox: &Sandbox, names: usize) -> Vec<u64> {
    let current = |number| {
        let state = sandbox.text(&format!("stores/app-{number}/state.json"));
        let state: Value = serde_json::from_str(&state).unwrap();
        assert_eq!(state["doing"], Value::Null, "app-{number}");
        let current = state["current"].as_u64().unwrap();
        sandbox.done(&format!("verify stores/app-{number}/versions/{current:04}"));
        current
    };
    (0..names).map(current).collect()
}

#[test]
fn one_command_rotates_every_name_and_the_next_finds_nothing_to_do() {
    let sandbox = due(NAMES);
    let before = sandbox.snapshot();
    let planned = run(&sandbox, 0, "--dry-run");
    assert_eq!((outcomes(&planned), &planned["changed"]), (vec!["activated"; NAMES], &Value::Bool(false)));
    assert_eq!(sandbox.snapshot(), before, "a dry run wrote");

    let report = run(&sandbox, 0, "");
    assert_eq!((outcomes(&report), &report["changed"]), (vec!["activated"; NAMES], &Value::Bool(true)));
    assert_eq!(report["schema"], "certwright/rotate-auto/1");
    assert_eq!(in_use(&sandbox, NAMES), vec![2; NAMES]);
    let serials: std::collections::BTreeSet<String> =
        report["sets"].as_array().unwrap().iter().map(|set| set["current"]["certificate_sha256"].to_string()).collect();
    assert_eq!(serials.len(), NAMES);

    let before = sandbox.snapshot();
    let again = run(&sandbox, 0, "");
    assert_eq!((outcomes(&again), &again["changed"]), (vec!["nothing-to-do"; NAMES], &Value::Bool(false)));
    assert_eq!(sandbox.snapshot(), before, "a run with nothing to do wrote");
    sandbox.done("rotate auto --config fleet.toml").shows("nothing to do").shows("20 rotations: 20 nothing to do");
}

#[test]
fn one_at_a_time_does_the_same_as_four() {
    let told = |jobs: &str| {
        let sandbox = due(6);
        sandbox.write("stores/app-3/state.json", "{}");
        let report = run(&sandbox, 1, jobs);
        let set = |set: &Value| (set["name"].clone(), set["outcome"].clone(), set["current"]["version"].clone());
        report["sets"].as_array().unwrap().iter().map(set).collect::<Vec<_>>()
    };
    assert_eq!(told("--jobs 1"), told("--jobs 4"));
}

#[test]
fn what_fails_stops_nothing_else() {
    let sandbox = due(3);
    let sound = fleet(3, 365, "activate = true");
    // A place that is a file's, one with other things in it, a password that is not there, and one that does not fit.
    sandbox.write("stores/taken", "a file");
    sandbox.write("stores/foreign/notes.txt", "notes");
    sandbox.done(
        "create --cn plain -t p256 --only key,crt,p12 --name plain --days 5 --iterations 1000 --passout generate",
    );
    sandbox.write("other.pass", "not the password\n");
    let more = "\n[[set]]\nname = \"taken\"\ncn = \"x\"\ndir = \"stores/taken\"\n\
        [[set]]\nname = \"foreign\"\ncn = \"x\"\n\
        [[set]]\nname = \"unset\"\ncn = \"x\"\npassin = \"env:CERTWRIGHT_TEST_UNSET\"\n\
        [[set]]\nname = \"plain\"\nkey = \"plain.key\"\npassin = \"file:other.pass\"\nonly = [\"key\", \"crt\", \"p12\"]\n";
    sandbox.write("fleet.toml", format!("{sound}{more}"));
    let report = run(&sandbox, 1, "");
    let (done, failed) = outcomes(&report).into_iter().partition::<Vec<_>, _>(|outcome| *outcome == "activated");
    assert_eq!((done.len(), failed), (3, vec!["failed"; 4]), "{report:#}");
    assert_eq!(in_use(&sandbox, 3), [2, 2, 2]);
    let kinds: Vec<&str> =
        report["sets"].as_array().unwrap()[3..].iter().map(|set| set["error"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[1..3], ["not_a_store", "password_source"], "{report:#}");
    // What failed stands last, with what to do.
    let text = sandbox.certwright("rotate auto --config fleet.toml").run();
    let failed: Vec<bool> = text
        .stdout
        .lines()
        .filter(|line| line.contains("  failed: ") || line.contains("nothing to do:"))
        .map(|line| line.contains("failed"))
        .collect();
    assert_eq!(failed, [false, false, false, true, true, true, true], "{text}");
}

/// A hook that fails undoes its own set alone, and the run ends with what that means.
#[cfg(unix)]
#[test]
fn a_hook_that_fails_rolls_back_its_own_set() {
    let sandbox = due(2);
    let more = "\n[[set]]\nname = \"hooked\"\ncn = \"hooked\"\nhook = [\"false\"]\n";
    sandbox.write("fleet.toml", format!("{}{more}", fleet(2, 365, "activate = true")));
    let report = run(&sandbox, 4, "");
    assert_eq!(outcomes(&report), ["activated", "activated", "rolled-back"], "{report:#}");
    assert_eq!(in_use(&sandbox, 2), [2, 2]);
    sandbox.write("fleet.toml", fleet(2, 365, "activate = true\nhook = [\"true\"]"));
    assert_eq!(outcomes(&run(&sandbox, 0, "")), ["nothing-to-do"; 2]);
}

/// What stands in the variables that passwords come from is for no hook, whichever set of the fleet names them.
#[cfg(unix)]
#[test]
fn a_hook_sees_the_password_of_no_set() {
    let sandbox = Sandbox::new();
    let hook = "hook = [\"sh\", \"-c\", \"env > $CERTWRIGHT_NAME.env\"]";
    let set = |name: &str, more: &str| format!("[[set]]\nname = \"{name}\"\ncn = \"x\"\n{more}\n");
    let defaults = format!("[defaults]\ntype = \"p256\"\nonly = [\"key\", \"crt\"]\nactivate = true\n{hook}\n");
    let sets =
        set("one", "encrypt_key = true\npassout = \"env:NEW_PASSWORD\"") + &set("two", "passin = \"env:OLD_PASSWORD\"");
    sandbox.write("fleet.toml", defaults + &sets);
    let line = sandbox.certwright("rotate auto --config fleet.toml");
    let run = line.env("NEW_PASSWORD", "correct-horse").env("OLD_PASSWORD", "battery-staple").env("KEPT", "kept").run();
    assert_eq!(run.code, Some(0), "{run}");
    for name in ["one", "two"] {
        let seen = sandbox.text(&format!("{name}.env"));
        assert!(seen.contains("KEPT=kept") && seen.contains(&format!("CERTWRIGHT_NAME={name}\n")), "{seen}");
        assert!(!seen.contains("correct-horse") && !seen.contains("battery-staple"), "{name}: {seen}");
    }
}

/// The advice is for who has a list, not options: `rotate auto --config` takes none of them.
#[test]
fn advice_names_the_members_of_the_list() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn plain -t p256 --name plain --days 5 --iterations 1000 --passout generate");
    sandbox.write("other.pass", "not the password\n");
    let refused = |more: &str| {
        sandbox.write("fleet.toml", format!("[[set]]\nname = \"plain\"\nkey = \"plain.key\"\n{more}"));
        let report = run(&sandbox, 1, "");
        let error = report["sets"][0]["error"].clone();
        assert!(!error.to_string().contains("no terminal"), "{error:#}");
        error["hints"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hint| hint.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join("\n")
    };
    for more in ["", "passin = \"file:other.pass\"\n"] {
        let hints = refused(more);
        assert!(hints.contains("`passin = \"file:PATH\"`") && !hints.contains("--passin"), "{hints}");
    }
}

/// A key whose name is misspelt is no reason to make a folder of that name, with a key that nobody uses.
#[test]
fn a_key_that_is_not_there_is_not_begun_anew() {
    let sandbox = Sandbox::new();
    let set = "[[set]]\nname = \"a\"\ncn = \"a\"\nkey = \"lost.key\"\nonly = [\"key\", \"crt\"]\n";
    sandbox.write("fleet.toml", set);
    let before = sandbox.snapshot();
    let report = run(&sandbox, 1, "");
    assert_eq!(report["sets"][0]["error"]["kind"], "not_found", "{report:#}");
    assert_eq!(sandbox.snapshot(), before);
}

/// No more threads are started than there are sets, whatever is asked for.
#[test]
fn more_jobs_than_sets_are_as_many_as_sets() {
    let sandbox = Sandbox::new();
    sandbox.write("fleet.toml", fleet(2, 365, ""));
    assert_eq!(outcomes(&run(&sandbox, 0, "--jobs 4000000000")), ["prepared"; 2]);
}

#[test]
fn without_activation_the_next_version_waits_and_is_kept() {
    let sandbox = due(2);
    sandbox.write("fleet.toml", fleet(2, 365, ""));
    let report = run(&sandbox, 0, "--only app-1");
    assert_eq!(outcomes(&report), ["prepared"]);
    let set = &report["sets"][0];
    assert_eq!((&set["current"]["version"], &set["next"]["version"]), (&1.into(), &2.into()), "{report:#}");
    assert_eq!(set["next_step"], "certwright rotate activate stores/app-1");
    let before = sandbox.snapshot();
    let again = run(&sandbox, 0, "--only app-1");
    assert_eq!((outcomes(&again), &again["changed"]), (vec!["prepared"], &Value::Bool(false)));
    assert_eq!(sandbox.snapshot(), before);
    sandbox.refused(2, "rotate auto --config fleet.toml --only app-9").says("names no set");
}

#[test]
fn old_versions_go_where_that_is_asked_for() {
    let sandbox = Sandbox::new();
    for _ in 0..5 {
        sandbox.write("fleet.toml", fleet(1, 5, "activate = true\nkeep = 0\ngrace = \"1s\""));
        run(&sandbox, 0, "");
        std::thread::sleep(std::time::Duration::from_millis(1_100));
    }
    let folders = std::fs::read_dir(sandbox.path("stores/app-0/versions")).unwrap().count();
    assert!(folders <= 3, "{folders} versions are left");
    assert_eq!(in_use(&sandbox, 1), [5]);
}

#[test]
fn a_single_rotation_and_a_key_in_use() {
    let sandbox = due(1);
    sandbox.refused(2, "rotate auto").says("is missing");
    sandbox.refused(2, "rotate auto stores/app-0 --hook true").says("--activate");
    let missing = sandbox.certwright("rotate auto nowhere").run();
    assert_eq!(missing.code, Some(1), "{missing}");
    sandbox.done("rotate auto stores/app-0 --before 2d").shows("nothing to do");
    sandbox.done("rotate auto stores/app-0").shows("nothing to do");
    sandbox.done("rotate auto stores/app-0 --before 30d").shows("prepared").shows("rotate activate stores/app-0");
    sandbox.done("rotate auto stores/app-0 --activate").shows("activated");
    assert_eq!(in_use(&sandbox, 1), [2]);
    sandbox.done("create --cn plain -t p256 --only key,crt --name plain --days 300");
    let before = sandbox.snapshot();
    sandbox.done("rotate auto plain.key").shows("nothing to do");
    assert_eq!(sandbox.snapshot(), before, "a key that lasts was changed");
    let old = sandbox.read("plain.key");
    sandbox.done("rotate auto plain.key --before 301d --activate").shows("activated");
    assert_ne!(sandbox.read("plain.key"), old);
    sandbox.done("verify plain.key plain.crt");
}

#[test]
fn every_fault_of_the_file_is_told_and_nothing_is_done() {
    let secret = "correct horse battery staple";
    let sandbox = Sandbox::new();
    sandbox.secret(secret);
    let set = "[[set]]\nname = \"a\"\ncn = \"a\"\nonly = [\"key\", \"crt\"]\n";
    for (text, fault) in [
        (format!("{set}dayz = 3\n"), "line 5: `dayz` is no member"),
        (format!("{set}days = \"many\"\n"), "line 5: `days` takes a number"),
        (format!("{set}days = 0\n"), "line 5: `days` cannot be used"),
        (format!("{set}before = \"soon\"\n"), "line 5: `before` cannot be used"),
        (format!("{set}before = \"101%\"\n"), "line 5: `before` cannot be used"),
        (format!("{set}play = \"hopscotch\"\n"), "line 5: `play` cannot be used"),
        (format!("{set}target = \"nobody\"\n"), "line 5: `target` cannot be used"),
        (format!("{set}type = \"rsa:1\"\n"), "line 5: `type` cannot be used"),
        (format!("{set}san = \"ip:nowhere\"\n"), "line 5: `san` cannot be used"),
        (format!("{set}country = \"Germany\"\n"), "line 5: `country` cannot be used"),
        (format!("{set}passout = \"{secret}\"\n"), "line 5: `passout` takes the place where the password is"),
        (format!("{set}passin = [\"{secret}\"]\n"), "line 5: `passin` takes the place where the password is"),
        (format!("{set}passout = \"prompt\"\n"), "line 5: `passout` cannot be used"),
        (format!("{set}hook = [\"x\"]\n"), "line 5: `hook` cannot be used"),
        (set.replace(", \"crt\"", ""), "line 4: `only` cannot be used: it leaves out every file that holds the cert"),
        (format!("{set}grace = \"7d\"\n"), "line 5: `grace` cannot be used"),
        (format!("{set}subject = \"CN=b\"\n"), "line 3: `cn` cannot be used"),
        (format!("{set}{set}"), "`a` is the name of another set too"),
        (format!("{set}{}", set.replace("\"a\"", "\"A\"")), "is the name of another set too"),
        (
            format!("{set}[[set]]\nname = \"b\"\nkey = \"./a.pem\"\n[[set]]\nname = \"c\"\nkey = \"a.key\"\n"),
            "is the place of",
        ),
        ("[[set]]\nname = \"a\"\nonly = [\"key\", \"crt\"]\n".to_owned(), "line 1: the set has no subject"),
        ("[[set]]\nname = \"a\"\ncn = \"a\"\n".to_owned(), "line 1: the set has no `passout`"),
        ("[[set]]\ncn = \"a\"\n".to_owned(), "line 1: the set has no `name`"),
        ("[defaults]\n".to_owned(), "names no set"),
        ("[[set]\n".to_owned(), "it is no TOML"),
    ] {
        sandbox.write("fleet.toml", &text);
        sandbox.write("a.key", "");
        sandbox.write("a.pem", "");
        sandbox.refused(2, "rotate auto --config fleet.toml").says(fault);
    }
    for name in ["../x", "CON", "a/b", "", "com1.app", "-x", ".x", "x.", "=1+2", "a\\\\b", &"x".repeat(200)] {
        sandbox.write("fleet.toml", format!("[[set]]\nname = \"{name}\"\ncn = \"a\"\nonly = \"key\"\n"));
        sandbox.refused(2, "rotate auto --config fleet.toml").says("`name` cannot be used");
    }
    let many = format!("{set}dayz = 1\n[[set]]\nname = \"b\"\ntype = \"x\"\n");
    sandbox.write("fleet.toml", many);
    let refused = sandbox.refused(2, "rotate auto --config fleet.toml --json").json();
    let lines: Vec<u64> =
        refused["error"]["faults"].as_array().unwrap().iter().map(|fault| fault["line"].as_u64().unwrap()).collect();
    assert_eq!((&refused["error"]["kind"], lines), (&"list".into(), vec![5, 6, 6, 8]), "{refused:#}");
}

/// Every member that the reference describes is taken, and the reference describes every member.
#[test]
fn the_reference_describes_what_is_read() {
    let page = include_str!("../../docs/reference/fleet.md");
    let blocks: Vec<&str> = page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let sandbox = Sandbox::new();
    for block in &blocks {
        sandbox.write("fleet.toml", block);
        let run = sandbox.certwright("rotate auto --config fleet.toml --dry-run --json").run();
        assert_ne!(run.code, Some(2), "{block}\n{run}");
    }
    sandbox.write("fleet.toml", "[[set]]\nname = \"a\"\nno_such_member = 1\n");
    let refused = sandbox.refused(2, "rotate auto --config fleet.toml");
    let list = refused.stderr.split("there are ").nth(1).unwrap().lines().next().unwrap();
    for member in list.split(", ") {
        assert!(page.contains(&format!("| `{member}` |")), "docs/reference/fleet.md says nothing of `{member}`");
    }
}

/// Killed from outside at any moment, a run leaves every set with a version that proves, and the next run ends the work.
#[cfg(unix)]
#[test]
fn a_run_that_is_killed_is_ended_by_the_next() {
    use std::process::Stdio;
    use std::thread;
    use std::time::Instant;

    let names = 8;
    let undisturbed = due(names);
    let begin = Instant::now();
    run(&undisturbed, 0, "");
    let whole = begin.elapsed();
    for round in 0..6 {
        let sandbox = due(names);
        let mut command = sandbox.certwright("rotate auto --config fleet.toml").command();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(whole * round / 6);
        let _ = child.kill();
        child.wait().unwrap();
        for number in 0..names {
            let state: Value = serde_json::from_str(&sandbox.text(&format!("stores/app-{number}/state.json"))).unwrap();
            let current = state["current"].as_u64().unwrap();
            sandbox.done(&format!("verify stores/app-{number}/versions/{current:04}"));
        }
        run(&sandbox, 0, "");
        // A folder that was published and not noted costs a number, no more.
        assert!(in_use(&sandbox, names).iter().all(|current| *current >= 2), "round {round}");
        assert_eq!(outcomes(&run(&sandbox, 0, "")), vec!["nothing-to-do"; names]);
    }
}
