//! Programs that end well, badly, late and never, and what is kept of their words.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test makes programs to run")]

use super::*;

fn hook(program: &str, arguments: &[&str]) -> Hook {
    Hook {
        program: program.into(),
        arguments: arguments.iter().map(OsString::from).collect(),
        folder: None,
        variables: Vec::new(),
        without: Vec::new(),
        timeout: Duration::from_secs(60),
    }
}

fn said(run: &HookRun) -> String {
    String::from_utf8_lossy(&run.said).into_owned()
}

#[test]
fn a_program_that_is_not_there_is_told_from_one_that_fails() {
    let run = hook("certwright-no-such-program", &[]).run(|_| {});
    assert_eq!(run.end.to_string(), "not found in PATH");
    assert!(!run.end.has_run() && !run.end.is_success());
    assert_eq!(hook("./no-such/program", &[]).run(|_| {}).end.to_string(), "not found");
}

#[cfg(unix)]
mod unix {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;

    use super::*;

    fn shell(script: &str) -> Hook {
        hook("sh", &["-c", script])
    }

    #[test]
    fn both_streams_are_shown_and_kept_and_the_number_is_told() {
        let mut shown = Vec::new();
        let run = shell("echo out; echo err >&2; exit 3").run(|piece| shown.extend_from_slice(piece));
        assert_eq!((run.end.to_string().as_str(), said(&run).as_str()), ("exit 3", "out\nerr\n"));
        assert_eq!(shown, run.said);
        assert!(!run.said_more && run.end.has_run() && !run.end.is_success());
        assert!(shell("true").run(|_| {}).end.is_success());
        assert_eq!(shell("kill -9 $$").run(|_| {}).end.to_string(), "killed by signal 9");
    }

    #[test]
    fn arguments_arrive_as_they_are() {
        let odd = ["", "a b", "$HOME", "`id`", "'\"\\", "*", "--", "\u{1f511}"];
        let script = "for it do printf '[%s]' \"$it\"; done";
        let run = hook("sh", &[&["-c", script, "sh"], odd.as_slice()].concat()).run(|_| {});
        assert_eq!(said(&run), odd.map(|it| format!("[{it}]")).concat());
    }

    #[test]
    fn it_reads_nothing_and_gets_the_variables_that_it_is_to_get() {
        let mut hook = shell("cat; echo \"$GIVEN/${HOME-none}/$PWD\"");
        hook.variables = vec![("GIVEN".into(), "a b".into())];
        hook.without = vec!["HOME".into()];
        hook.folder = Some("/".into());
        assert_eq!(said(&hook.run(|_| {})), "a b/none//\n");
    }

    #[test]
    fn much_output_is_passed_on_whole_and_its_end_kept() {
        let mut count = 0;
        let run = shell("yes 0123456789abcde | head -c 5000000; echo end >&2").run(|piece| count += piece.len());
        assert_eq!((run.end.to_string().as_str(), count), ("exit 0", 5_000_004));
        assert!(run.said_more && run.said.len() == KEPT && run.said.ends_with(b"end\n"));
    }

    #[test]
    fn what_takes_too_long_is_ended_with_all_that_it_started() {
        let begun = Instant::now();
        // The second shell ignores the request to end, and its child holds the pipe.
        let mut hook = shell("echo begun; sh -c 'trap \"\" TERM; sleep 300; sleep 300' & wait");
        hook.timeout = Duration::from_millis(300);
        let run = hook.run(|_| {});
        assert_eq!((run.end.to_string().as_str(), said(&run).as_str()), ("timed out after 0.3 s", "begun\n"));
        assert!(begun.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn a_program_that_will_not_end_is_killed() {
        let mut hook = shell("trap '' TERM; while :; do sleep 0.05; done");
        hook.timeout = Duration::from_millis(200);
        let begun = Instant::now();
        assert_eq!(hook.run(|_| {}).end.to_string(), "timed out after 0.2 s");
        assert!(begun.elapsed() >= GRACE);
    }

    #[test]
    fn what_goes_on_in_the_background_is_not_waited_for() {
        let begun = Instant::now();
        let run = shell("sleep 20 & echo $!").run(|_| {});
        assert!(run.end.is_success());
        assert!(begun.elapsed() < Duration::from_secs(15));
        let left = rustix::process::Pid::from_raw(said(&run).trim().parse().unwrap()).unwrap();
        rustix::process::kill_process(left, rustix::process::Signal::KILL).unwrap();
    }

    #[test]
    fn what_is_no_program_is_told_by_its_reason() {
        let dir = tempfile::tempdir().unwrap();
        let made = |name: &str, mode: u32, text: &str| {
            let path = dir.path().join(name);
            let mut file = std::fs::File::options().write(true).create_new(true).mode(mode).open(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let end = |program: &str| hook(program, &[]).run(|_| {}).end.to_string();
        assert_eq!(end(&made("plain", 0o600, "#!/bin/sh\n")), "it is not executable");
        assert_eq!(
            end(&made("lost", 0o700, "#!/no/such/interpreter\n")),
            "the interpreter that its first line names was not found"
        );
        assert_eq!(
            end(&made("text", 0o700, "\u{1}\u{2}not a script")),
            "it is no program: a script begins with a line such as `#!/bin/sh`"
        );
        assert_eq!(end(dir.path().to_str().unwrap()), "it is a folder");
        let mut elsewhere = hook("sh", &["-c", "true"]);
        elsewhere.folder = Some(dir.path().join("none"));
        assert_eq!(elsewhere.run(|_| {}).end.to_string(), "the folder to run it in was not found");
    }

    #[test]
    fn a_path_is_one_from_here_and_not_from_the_folder_that_it_runs_in() {
        let dir = tempfile::tempdir().unwrap();
        let mut hook = hook("./Cargo.toml", &[]);
        hook.folder = Some(dir.path().to_owned());
        // It is found, and is no program.
        assert_eq!(hook.run(|_| {}).end.to_string(), "it is not executable");
    }
}
