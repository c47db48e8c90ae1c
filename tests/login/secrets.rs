//! That the scan of every run here would find a secret, and that no switch of the surroundings brings one to light.

use crate::org::{CLIENT, Org, USER};
use crate::support::Outcome;

#[test]
fn the_scan_finds_what_is_planted() {
    let Some(org) = Org::new() else { return };
    org.login("").done();
    org.sandbox.secret("a-pass-word-of-the-proxy");
    let credentials = org.server.credentials();
    let value = |name: &str| credentials.iter().rfind(|one| one.name == name).unwrap().value.clone();
    let (assertion, token) = (value("assertion"), value("access_token"));
    let parts: Vec<_> = assertion.split('.').collect();
    assert_eq!(parts.len(), 3, "the server tells the whole assertion");
    let pem = org.sandbox.text("app.key");
    let password = org.sandbox.password("app.pass");
    let key_line = pem.lines().nth(10).unwrap();
    let planted = [
        assertion.as_str(),
        parts[0],
        parts[1],
        parts[2],
        &parts[2][40..80],
        &token,
        &token[30..60],
        &pem,
        key_line,
        &password,
        "a-pass-word-of-the-proxy",
    ];
    for secret in planted {
        assert!(is_caught(&org, None, secret, ""), "{secret:?} passes the scan of standard output");
        assert!(is_caught(&org, None, "", secret), "{secret:?} passes the scan of standard error");
    }
    // Where the token was asked for, it is the one thing that may stand there.
    assert!(!is_caught(&org, Some("access_token"), &token, ""));
    assert!(is_caught(&org, Some("access_token"), "", &token));
    for secret in [&assertion, &pem, &password] {
        assert!(is_caught(&org, Some("access_token"), secret, ""));
    }
    assert!(!is_caught(&org, None, "login done", "nothing to say"));
}

/// Whether a run that says this would fail its test.
fn is_caught(org: &Org, shows: Option<&'static str>, stdout: &str, stderr: &str) -> bool {
    let run = org.run("login");
    let run = match shows {
        Some(credential) => run.shows_only(credential),
        None => run,
    };
    let outcome = Outcome { code: Some(0), stdout: stdout.to_owned(), stderr: stderr.to_owned() };
    !run.judged(|_| outcome).1.is_empty()
}

#[test]
fn a_file_that_is_left_is_looked_into() {
    let Some(org) = Org::new() else { return };
    org.login("").done();
    let token = org.token();
    let (_, faults) = org.run("login").judged(|_| {
        org.sandbox.write("login.log", format!("token: {token}"));
        Outcome { code: Some(0), stdout: String::new(), stderr: String::new() }
    });
    assert_eq!(faults, ["login.log shows the access_token"]);
}

#[test]
fn no_switch_makes_it_say_more() {
    let Some(org) = Org::new() else { return };
    // Every run here has these; they must make no difference at all.
    for key in ["app.key", "other.key"] {
        let line = format!("login --client-id {CLIENT} --username {USER} --key {key} --login-url {}", org.url());
        let line = format!("{line} --ca-file ca.crt");
        let curious = org.run(&line).env("RUST_LOG_STYLE", "always").env("UREQ_LOG", "trace").env("DEBUG", "1").run();
        let plain = org.sandbox.certwright(&line).run();
        assert_eq!(curious.code, plain.code);
        assert_eq!((curious.stdout, curious.stderr), (plain.stdout, plain.stderr));
    }
    assert!(!org.sandbox.snapshot().files().contains(&"tls-keys.log".to_owned()), "the keys of TLS were logged");
}
