//! Answers that are none, and answers that want to do harm where they are printed, assigned or pasted.

use crate::org::{Org, Setup};
use crate::support::Outcome;

const FORMS: &[&str] = &["", "--json", "--token-only", "--env --shell bash", "--env --shell powershell"];

/// Refused in each form of the output; the one for people is handed back.
#[track_caller]
fn unusable(org: &Org, manner: &str) -> Outcome {
    let url = org.manner(manner);
    for form in &FORMS[1..] {
        let outcome = org.login_at(&url, form).refused(1);
        if *form == "--json" {
            assert_eq!(outcome.json()["error"]["kind"], "login_answer", "{manner}\n{outcome}");
        }
        harmless(manner, &outcome);
    }
    let told = org.login_at(&url, "").refused(1);
    harmless(manner, &told);
    told
}

/// Nothing that a terminal obeys, and no flood.
#[track_caller]
fn harmless(manner: &str, outcome: &Outcome) {
    let text = format!("{}{}", outcome.stdout, outcome.stderr);
    let bad = text.chars().find(|it| {
        (it.is_control() && *it != '\n')
            || matches!(it, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    });
    assert_eq!(bad, None, "{manner}\n{outcome}");
    assert!(text.len() < 8000, "{manner}: {} octets are printed", text.len());
}

#[test]
fn what_is_no_token_answer() {
    let Some(org) = Org::new() else { return };
    for (manner, said) in [
        ("html", "web page"),
        ("html-error", "web page"),
        ("empty", "empty"),
        ("bad-json", "cut short"),
        ("not-an-object", "no object"),
        ("no-token", "access_token"),
        ("twice", "twice"),
    ] {
        unusable(&org, manner).says(said);
    }
}

#[test]
fn a_token_that_would_be_more_than_a_word() {
    let Some(org) = Org::new() else { return };
    for name in ["quotes", "newline", "command", "escape", "not-ascii", "blank", "number", "long"] {
        // `$(…)` is no quote: where it is taken for a token, it must stay what it is, and the test below looks.
        if name != "command" {
            unusable(&org, &format!("token-{name}"));
        }
    }
}

#[test]
fn an_address_that_would_be_more_than_an_address() {
    let Some(org) = Org::new() else { return };
    for name in ["http", "quotes", "command", "newline", "escape", "user", "script", "option", "number"] {
        unusable(&org, &format!("instance-{name}"));
    }
}

#[test]
fn what_a_shell_would_run_is_not_assigned() {
    let Some(org) = Org::new() else { return };
    for form in FORMS {
        // A refusal, or the text as it is between single quotes.
        let outcome = org.login_at(&org.manner("token-command"), form).shows_only("access_token").run();
        if outcome.code == Some(0) && form.starts_with("--env") {
            panic!("a token with a backtick was assigned\n{outcome}");
        }
        harmless("token-command", &outcome);
    }
}

#[test]
fn an_answer_without_an_address() {
    let Some(org) = Org::new() else { return };
    let url = org.manner("no-instance");
    org.login_at(&url, "--token-only").shows_only("access_token").done();
    // The variable may still hold the address of another org, to which this token would then go.
    let outcome = org.login_at(&url, "--env --shell bash").refused(1).says("no `instance_url`");
    assert!(outcome.stdout.is_empty(), "{outcome}");
    let told = org.login_at(&url, "").done();
    assert!(!told.stdout.contains("null") && !told.stdout.contains("None"), "{told}");
}

#[test]
fn refusals_that_want_to_do_harm() {
    let Some(org) = Org::new() else { return };
    for manner in ["error-escape", "error-bidi", "error-long", "error-number", "error-null", "error-name"] {
        for form in FORMS {
            let outcome = org.login_at(&org.manner(manner), form).refused(1);
            harmless(manner, &outcome);
            // A second line of the server's would look like one of ours.
            let forged = |line: &str| line.starts_with("error: harm") || line.starts_with("hint: run harm");
            assert!(!outcome.stderr.lines().any(forged), "{outcome}");
        }
    }
}

#[test]
fn a_server_that_repeats_the_assertion() {
    let Some(org) = Org::new() else { return };
    for form in FORMS {
        // That no part of it is shown, every run here is checked for.
        let outcome = org.login_at(&org.manner("echo"), form).refused(1);
        assert!(format!("{}{}", outcome.stdout, outcome.stderr).contains("invalid assertion"), "{outcome}");
    }
    assert!(org.server.credentials().iter().any(|one| one.name == "assertion"), "or nothing was checked for");
}

#[test]
fn a_refusal_that_holds_markup_for_a_shell() {
    let refusal = ["invalid_grant", "`rm -rf .` $(id) 'quoted' \"twice\" invalid assertion"];
    let Some(org) = Org::with(Setup { refusal: Some(refusal), ..Setup::default() }) else { return };
    let told = org.login("").run();
    assert_eq!(told.code, Some(1));
    for hint in told.stderr.lines().filter(|line| line.starts_with("hint: ")) {
        assert!(!hint.contains("rm -rf") && !hint.contains("$(id)"), "a command of the server's is advised\n{told}");
    }
}
