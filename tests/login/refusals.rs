//! What the authorization server refuses, and what the person before the program learns of it.

use crate::org::{CLIENT, Org, Setup, USER};
use crate::support::{Invocation, Outcome};

/// The refusal for people, with the server's words in it and something to do; and the same as JSON.
#[track_caller]
fn refused<'a>(org: &'a Org, run: impl Fn(&str) -> Invocation<'a>, error: &str, description: &str) -> Outcome {
    let told = run("").refused(1).says(&format!("login refused by `{}`: `{error}`", org.url())).says(description);
    assert!(told.stderr.contains("hint: "), "{told}");
    let json = run("--json").refused(1).json();
    assert_eq!(json["error"]["kind"], "login_refused", "{json:#}");
    assert!(json["error"]["message"].as_str().unwrap().contains(error), "{json:#}");
    for form in ["--token-only", "--env --shell bash", "--env --shell powershell"] {
        run(form).refused(1);
    }
    told
}

#[test]
fn a_key_that_is_not_registered() {
    let Some(org) = Org::new() else { return };
    refused(&org, |more| org.login_with("other.key", &org.url(), more), "invalid_grant", "invalid assertion");
    // With the certificate at hand, the pair is proved first, and nobody is asked.
    let asked = org.requests().len();
    let json = org.login_with("other.key", &org.url(), "--cert app.crt --json").refused(1).json();
    assert_eq!(json["error"]["kind"], "pairing_mismatch", "{json:#}");
    assert_eq!(org.requests().len(), asked);
}

#[test]
fn the_fingerprint_to_compare_is_told() {
    let Some(org) = Org::new() else { return };
    let told = org.login_with("other.key", &org.url(), "--cert other.crt").refused(1);
    let looked = org.run("inspect other.crt --json").done().json();
    let fingerprint = find(&looked, "certificate_sha256").expect("inspect tells the fingerprint").to_lowercase();
    let plain = told.stderr.to_lowercase().replace(':', "");
    assert!(plain.contains(&fingerprint[..16]), "{fingerprint} is not told\n{told}");
}

/// The first text member of that name, however deep.
fn find(value: &serde_json::Value, name: &str) -> Option<String> {
    match value {
        serde_json::Value::Object(members) => members
            .get(name)
            .and_then(|found| found.as_str().map(str::to_owned))
            .or_else(|| members.values().find_map(|inner| find(inner, name))),
        serde_json::Value::Array(list) => list.iter().find_map(|inner| find(inner, name)),
        _ => None,
    }
}

#[test]
fn an_unknown_client() {
    let Some(org) = Org::new() else { return };
    let run = |more: &str| {
        let who = "--client-id 3MVG9unknown --username integration@example.com --key app.key";
        org.run(&format!("login {who} --login-url {} --ca-file ca.crt {more}", org.url()))
    };
    refused(&org, run, "invalid_client_id", "client identifier invalid");
}

#[test]
fn a_user_who_is_not_approved() {
    let Some(org) = Org::new() else { return };
    let run = |more: &str| {
        let who = format!("--client-id {CLIENT} --username somebody@example.com --key app.key");
        org.run(&format!("login {who} --login-url {} --ca-file ca.crt {more}", org.url()))
    };
    let told = refused(&org, run, "invalid_grant", "user hasn't approved this consumer");
    assert!(told.stderr.contains("pre-authorized"), "{told}");
}

#[test]
fn another_audience() {
    let Some(org) = Org::new() else { return };
    let run = |more: &str| org.login(&format!("--audience https://test.salesforce.com {more}"));
    refused(&org, run, "invalid_grant", "audience is invalid");
    let claims = &org.requests()[0]["assertions"]["assertion"]["claims"];
    assert_eq!(claims["aud"], "https://test.salesforce.com");
}

#[test]
fn an_audience_that_is_not_the_address() {
    let setup = Setup { audiences: &["https://login.salesforce.com"], ..Setup::default() };
    let Some(org) = Org::with(setup) else { return };
    org.login("--audience https://login.salesforce.com").done();
}

#[test]
fn an_assertion_that_comes_too_late() {
    // The server is ahead, so that a fresh assertion is old there; and behind, which no server of Salesforce minds.
    for (offset, is_refused) in [(400_i64, true), (-400, false)] {
        let Some(org) = Org::with(Setup { clock_offset: offset, ..Setup::default() }) else { return };
        if !is_refused {
            // Authlib refuses an `iat` in the future; whichever it is, the clock is named.
            let outcome = org.login("").run();
            assert!(outcome.code == Some(0) || outcome.stderr.contains("clock"), "{outcome}");
            continue;
        }
        let told = refused(&org, |more| org.login(more), "invalid_grant", "expired authorization code");
        assert!(told.stderr.contains("clock") && tells_skew(&told.stderr, 400), "the skew is not told\n{told}");
    }
}

/// Whether seconds, or minutes and seconds, of about `wanted` are told.
fn tells_skew(text: &str, wanted: i64) -> bool {
    (wanted - 3..=wanted + 3).any(|seconds| {
        let (minutes, rest) = (seconds / 60, seconds % 60);
        [format!("{seconds} s"), format!("{minutes} min {rest} s"), format!("{minutes} minutes {rest} s")]
            .iter()
            .any(|form| text.contains(form.as_str()))
    })
}

#[test]
fn a_clock_that_cannot_be_measured_is_not_measured() {
    let Some(org) = Org::new() else { return };
    for manner in ["no-date", "bad-date"] {
        let told = org.login_at(&org.manner(manner), "").refused(1).says("expired authorization code");
        assert!(
            !told.stderr.contains("1970-") && !told.stderr.contains("ahead of") && !told.stderr.contains("behind"),
            "{told}"
        );
    }
}

#[test]
fn every_refusal_of_salesforce_is_explained() {
    for refusal in [
        ["invalid_grant", "user hasn't approved this consumer"],
        ["invalid_grant", "invalid assertion"],
        ["invalid_grant", "audience is invalid"],
        ["invalid_grant", "expired authorization code"],
        ["invalid_grant", "inactive user"],
        ["invalid_grant", "inactive organization"],
        ["invalid_grant", "ip restricted"],
        ["invalid_grant", "invalid login hours"],
        ["invalid_app_access", "user is not admin approved to access this app"],
        ["invalid_client_id", "client identifier invalid"],
        ["unsupported_grant_type", "grant type not supported"],
    ] {
        let Some(org) = Org::with(Setup { refusal: Some(refusal), ..Setup::default() }) else { return };
        refused_once(&org, refusal);
    }
}

#[track_caller]
fn refused_once(org: &Org, [error, description]: [&str; 2]) {
    let told = org.login("").refused(1).says(error).says(description);
    assert!(told.stderr.contains("hint: "), "{error}: {description} is not explained\n{told}");
}

#[test]
fn a_refusal_that_nobody_knows() {
    let Some(org) = Org::with(Setup { refusal: Some(["a_new_word", "of the next release"]), ..Setup::default() })
    else {
        return;
    };
    org.login("").refused(1).says("a_new_word").says("of the next release");
}

#[test]
fn what_is_missing_is_usage() {
    let Some(org) = Org::new() else { return };
    for line in ["login", "login --client-id x --username y", "login --username y --key app.key"] {
        let outcome = org.run(&format!("{line} --no-input --login-url {}", org.url())).run();
        assert_eq!(outcome.code, Some(2), "{line}\n{outcome}");
    }
    org.run(&format!("login --client-id x --username {USER} --key absent.key --login-url {}", org.url())).refused(1);
    assert!(org.requests().is_empty());
}
