//! Tests of what a refused login says, line by line.

use super::*;

const HOST: &str = "https://login.salesforce.com";
const PROVED: &str = "sha256:1c5e9d0a";

fn refused(error: &str, description: Option<&str>, known: Circumstances<'_>) -> Failure {
    let circumstances = Circumstances { status: Some(400), endpoint: Some(HOST), ..known };
    let salesforce: &Target = "salesforce".parse().unwrap();
    Failure::from_refusal(HOST, &ServerWords::new(error, description), Some(salesforce), &circumstances)
}

#[test]
fn an_approval_that_lacks_is_told_with_the_pair_that_was_proved() {
    let known = Circumstances { proved: Some(PROVED), ..Circumstances::default() };
    let failure = refused("invalid_grant", Some("user hasn't approved this consumer"), known);
    assert_eq!(failure.kind, "login_refused");
    assert_eq!(failure.message, "login refused by `https://login.salesforce.com`: `invalid_grant`");
    assert_eq!(failure.causes, ["the server said \"user hasn't approved this consumer\" (HTTP 400)"]);
    assert_eq!(
        failure.hints,
        [
            "in the app's policies set Permitted Users to \"Admin approved users are pre-authorized\" and add the user's \
             profile or permission set",
            "the key and certificate are a pair, and the server names no fault of the signature; for every cause, and how \
             to tell, run `certwright explain user_not_approved`",
        ]
    );
}

#[test]
fn a_clock_that_is_off_comes_first_where_it_may_be_the_reason() {
    let known = Circumstances { clock_ahead: Some(-400), ..Circumstances::default() };
    let failure = refused("invalid_grant", Some("expired authorization code"), known);
    assert_eq!(failure.causes[1], "this machine's clock is 400 s behind the server's");
    assert_eq!(failure.hints[0], SET_THE_CLOCK);
    // Where nothing is known of the words, a clock that is off is worth a word.
    let failure = refused("invalid_grant", Some("zz"), known);
    assert!(failure.causes.contains(&"this machine's clock is 400 s behind the server's".to_owned()), "{failure:?}");
    assert_eq!(failure.hints[0], SET_THE_CLOCK);
    // And where another reason is known, it is none.
    let failure = refused("invalid_grant", Some("inactive user"), known);
    assert_eq!(failure.causes.len(), 1, "{failure:?}");
}

#[test]
fn what_this_program_does_right_is_no_advice() {
    let ours = Circumstances { ours: true, ..Circumstances::default() };
    let failure = refused("unsupported_grant_type", Some("grant type not supported"), ours);
    assert!(failure.hints[0].contains("--login-url") && !failure.hints[0].contains("percent"), "{failure:?}");
    assert_eq!(refused("unsupported_grant_type", None, ours).hints, failure.hints);
    let in_time = Circumstances { clock_ahead: Some(0), ..ours };
    let failure = refused("invalid_grant", Some("expired authorization code"), in_time);
    assert_eq!(failure.causes[1], "this machine's clock agrees with the server's to 5 s");
    assert!(
        matches!(failure.hints.as_slice(), [only] if only.contains("`certwright explain expired_assertion`")),
        "{failure:?}"
    );
}

#[test]
fn a_proved_pair_accuses_the_certificate_in_the_app() {
    let known = Circumstances { proved: Some(PROVED), ..Circumstances::default() };
    let failure = refused("invalid_grant", Some("invalid assertion"), known);
    assert_eq!(
        failure.causes[1],
        "the key belongs to the certificate sha256:1c5e9d0a, so the app probably has another certificate"
    );
    assert!(failure.hints[0].starts_with("upload the certificate of this key"), "{failure:?}");
}

#[test]
fn unknown_words_are_told_in_general() {
    let failure = refused("invalid_grant", Some("zz"), Circumstances::default());
    assert!(failure.causes[1].starts_with("RFC 6749 says of `invalid_grant`: "), "{failure:?}");
    assert!(failure.hints[0].ends_with("run `certwright explain --list --for salesforce`"), "{failure:?}");
    assert_eq!(refused("weird", None, Circumstances::default()).hints.len(), 1);
    assert_eq!(refused("", None, Circumstances::default()).message, format!("login refused by `{HOST}`"));
}

#[test]
fn nothing_that_a_server_says_steals_a_secret_or_steers_a_terminal() {
    let assertion = format!("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.{}", "Ab3_".repeat(80));
    let failure = refused("a`\u{1b}[2J", Some(&format!("bad {assertion} `x\u{202e}")), Circumstances::default());
    let all = format!("{} {:?} {:?}", failure.message, failure.causes, failure.hints);
    for secret in ["eyJ", "Ab3_", "\u{1b}", "\u{202e}"] {
        assert!(!all.contains(secret), "{all}");
    }
    for line in [&failure.message].into_iter().chain(&failure.causes).chain(&failure.hints) {
        assert_eq!(line.matches('`').count() % 2, 0, "{line}");
    }
}

#[test]
fn the_first_of_two_hints_is_what_to_do_for_every_row() {
    for row in certwright::operations::Explanation::all() {
        let words =
            ServerWords::new(row.errors.first().unwrap_or(&"error"), Some(row.said).filter(|it| !it.is_empty()));
        let target = row.target.parse().ok();
        let failure = Failure::from_refusal(HOST, &words, target, &Circumstances::default());
        let pointer = format!("`certwright explain {}`", row.id);
        if row.phrases.is_empty() && row.errors.is_empty() {
            continue;
        }
        assert!(failure.hints.len() == 2 && failure.hints[1].contains(&pointer), "{}: {failure:?}", row.id);
        assert_eq!(failure.hints[0], row.causes[0].mend);
    }
}
