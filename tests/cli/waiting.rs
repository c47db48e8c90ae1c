//! The sign on a terminal that a long step goes on: shown late, gone at its end, and never where nobody wants it.

use std::thread;

use crate::support::{Sandbox, on_terminal, tool};
use crate::terminal::{PASSWORD, session};

const SIGN: &str = "making and proving the files ";

/// Files that take seconds to make, by iterations alone: each is protected, read back and proved. One key with the most
/// iterations that there may be takes less than a second on a fast machine.
fn slow(iterations: u32) -> String {
    format!("create --cn x -t p256 --alias x --encrypt-key --iterations {iterations} --passout generate")
}

/// What a terminal of so many columns shows in the end of all that went to it.
fn screen(shown: &str, width: usize) -> String {
    let mut lines: Vec<Vec<char>> = vec![Vec::new()];
    let mut column = 0;
    for character in shown.chars() {
        let line = lines.last_mut().unwrap();
        match character {
            '\r' => column = 0,
            '\n' => lines.push(Vec::new()),
            _ => {
                line.resize(line.len().max(column + 1), ' ');
                line[column] = character;
                column += 1;
                if column == width {
                    lines.push(Vec::new());
                    column = 0;
                }
            }
        }
    }
    let lines = lines.iter().map(|line| line.iter().collect::<String>().trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_long_step_shows_that_it_goes_on_and_leaves_nothing_of_that() {
    let Some(python) = tool("python3") else { return };
    for options in ["", "--color never"] {
        let sandbox = Sandbox::new();
        let outcome =
            session(&python, &sandbox, &format!("{} {options}", slow(3_000_000)), &[(SIGN, "typed meanwhile")]);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        let rest = screen(&outcome.stdout, 80);
        assert!(rest.starts_with("server.key") && !rest.contains("making"), "{rest:?} of {:?}", outcome.stdout);
        // The report below has its colours.
        let (passed, report) = outcome.stdout.split_once("server.key").unwrap();
        assert!(!passed.contains('\u{1b}'), "{:?}", outcome.stdout);
        assert_eq!(report.contains('\u{1b}'), options.is_empty(), "{:?}", outcome.stdout);
    }
}

#[test]
fn nothing_stays_on_a_terminal_that_is_narrower_than_the_sign() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    let invocation = sandbox.certwright(&slow(3_000_000)).env("TERM", "xterm").env("COLUMNS", "12");
    let outcome = on_terminal(&python, &sandbox, invocation, &[("making and ", "")]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let rest = screen(&outcome.stdout, 12);
    assert!(rest.starts_with("server.k") && !rest.contains("making"), "{rest:?} of {:?}", outcome.stdout);
}

#[test]
fn a_short_step_shows_nothing() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    let outcome = session(&python, &sandbox, "genkey -t p256", &[]);
    assert_eq!((outcome.code, outcome.stdout.contains("making")), (Some(0), false), "{outcome}");
}

#[test]
fn an_interruption_takes_the_sign_away() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    let outcome = session(&python, &sandbox, &slow(3_000_000), &[(SIGN, "\u{3}")]);
    assert_eq!(outcome.code, Some(130), "{outcome}");
    assert_eq!(screen(&outcome.stdout, 80).trim(), "", "{:?}", outcome.stdout);
    assert!(sandbox.snapshot().files().is_empty(), "{:?}", sandbox.snapshot().files());
}

#[test]
fn nothing_is_shown_where_nobody_looks_or_somebody_wants_silence() {
    if tool("python3").is_none() {
        return;
    }
    let cases = [("--quiet", "", ""), ("--json", "", ""), ("", "CI", "true"), ("", "TERM", "dumb")];
    thread::scope(|scope| {
        for (option, name, value) in cases {
            scope.spawn(move || {
                let (python, sandbox) = (tool("python3").unwrap(), Sandbox::new());
                let line = format!("{} {option}", slow(1_500_000));
                let mut invocation = sandbox.certwright(&line).env("TERM", "xterm");
                if !name.is_empty() {
                    invocation = invocation.env(name, value);
                }
                let outcome = on_terminal(&python, &sandbox, invocation, &[]);
                assert_eq!(outcome.code, Some(0), "{outcome}");
                assert!(!outcome.stdout.contains("making"), "{option} {name}: {outcome}");
            });
        }
    });
}

#[test]
fn a_question_is_not_disturbed() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    sandbox.write("typed.pass", sandbox.secret(PASSWORD));
    sandbox.done("rotate prepare app --cn x -t p256 --passout file:typed.pass --iterations 2000000");
    sandbox.done("rotate activate app --passin file:typed.pass");
    // More than a second goes by at the question, in which the sign would be shown eight times.
    let typed = format!("{PASSWORD}\r");
    let steps = [("password", ""), ("f", ""), ("o", ""), ("r", ""), (" ", typed.as_str())];
    let outcome = session(&python, &sandbox, "rotate prepare app", &steps);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let (_, asked) = outcome.stdout.split_once("password for ").unwrap();
    let (question, rest) = asked.split_once('\u{1b}').unwrap();
    assert!(!question.contains("making"), "{:?}", outcome.stdout);
    assert!(rest.contains("making and proving the next version"), "{:?}", outcome.stdout);
    assert!(!screen(&rest.replace("[K", ""), 80).contains("making"), "{:?}", outcome.stdout);
}
