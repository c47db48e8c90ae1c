//! The way to the server: whom the client trusts, what it follows, and how long and how much it takes.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::org::{CLIENT, Org, Setup, USER};
use crate::support::Outcome;

/// A refusal of this kind, in both forms; no token has come, whatever the server did.
#[track_caller]
fn failed(org: &Org, url: &str, kind: &str) -> Outcome {
    let json = org.login_at(url, "--json").refused(1).json();
    assert_eq!(json["error"]["kind"], kind, "{url}: {json:#}");
    org.login_at(url, "").refused(1)
}

#[test]
fn servers_that_are_trusted() {
    for certificate in ["localhost", "localhost_rsa", "localhost_chain"] {
        let Some(org) = Org::with(Setup { certificate, ..Setup::default() }) else { return };
        org.login("").done();
        org.login_at(&format!("https://127.0.0.1:{}", org.server.port), "").done();
    }
}

#[test]
fn servers_that_are_not_who_they_say() {
    for (certificate, reason) in [
        ("unknown_ca", "no root certificate that is trusted"),
        ("self_signed", "no root certificate that is trusted"),
        ("incomplete_chain", "no root certificate that is trusted"),
        ("wrong_host", "`other.example`"),
        ("wrong_purpose", "not issued for a TLS server"),
        ("expired", "it ended at"),
        ("not_yet_valid", "it begins at"),
    ] {
        let Some(org) = Org::with(Setup { certificate, ..Setup::default() }) else { return };
        let told = failed(&org, &org.url(), "tls_certificate");
        assert!(told.stderr.contains(reason), "{certificate}: {reason:?} is not said\n{told}");
        assert!(told.stderr.contains("hint: "), "{certificate}\n{told}");
        assert!(org.requests().is_empty(), "{certificate}: the assertion was sent to it");
    }
}

#[test]
fn a_server_is_not_trusted_without_the_authority() {
    let Some(org) = Org::new() else { return };
    let line = format!("login --client-id {CLIENT} --username {USER} --key app.key --login-url {}", org.url());
    let told = org.run(&line).refused(1);
    assert!(told.stderr.contains("--ca-file"), "{told}");
    assert!(org.requests().is_empty());
}

#[test]
fn tls_that_is_too_old() {
    let Some(org) = Org::with(Setup { old_tls: true, ..Setup::default() }) else { return };
    failed(&org, &org.url(), "tls_failed");
    assert!(org.requests().is_empty());
}

#[test]
fn plain_http_to_this_machine() {
    let Some(org) = Org::with(Setup { certificate: "", ..Setup::default() }) else { return };
    let outcome = org.login("--token-only").shows_only("access_token").done();
    assert_eq!(outcome.stdout.trim_end(), org.token());
    assert_eq!(org.request()["tls"], serde_json::Value::Null);
}

#[test]
fn plain_http_to_another_machine_is_refused_before_anything_is_sent() {
    let Some(org) = Org::new() else { return };
    // `localtest.invalid` cannot be resolved: who tried would say so.
    for url in
        ["http://login.salesforce.com", "http://localtest.invalid", "http://localhost.example:80", "http://10.0.0.1"]
    {
        let begin = Instant::now();
        let told = org.login_at(url, "").refused(2);
        assert!(told.stderr.contains("http://") && !told.stderr.contains("resolve"), "{told}");
        assert!(begin.elapsed() < Duration::from_secs(5), "{url}");
    }
    for url in [
        "ftp://localhost",
        "https://",
        "file:///etc/passwd",
        "https://user:pass-word@localhost",
        "https://user:pass-word@localhost/?x",
        "http://user:pass-word@login.salesforce.com",
        "https://user:pass/word?@localhost",
    ] {
        let outcome = org.login_at(url, "").run();
        assert!(matches!(outcome.code, Some(1 | 2)) && outcome.stderr.contains("error: "), "{url}\n{outcome}");
        assert!(!outcome.stderr.contains("pass-word"), "{outcome}");
    }
    assert!(org.requests().is_empty());
}

#[test]
fn https_where_plain_http_is_spoken_and_the_other_way_round() {
    let Some(org) = Org::with(Setup { certificate: "", ..Setup::default() }) else { return };
    failed(&org, &format!("https://localhost:{}", org.server.port), "tls_failed");
    assert!(org.requests().is_empty());
    let Some(org) = Org::new() else { return };
    org.login_at(&format!("http://localhost:{}", org.server.port), "").refused(1);
    assert!(org.requests().is_empty());
}

#[test]
fn a_redirect_is_not_followed() {
    let Some(org) = Org::new() else { return };
    let manners = ["301", "302", "303", "307", "308", "host", "http"];
    for manner in manners {
        let told = failed(&org, &org.manner(&format!("redirect-{manner}")), "login_redirected");
        assert!(told.stderr.contains("redirect"), "{told}");
    }
    let asked = org.requests();
    assert_eq!(asked.len(), 2 * manners.len(), "one request each, and none after it");
    assert!(asked.iter().all(|one| one["path"].as_str().unwrap().starts_with("/redirect-")), "{asked:#?}");
    assert!(org.server.events("handshake_failed").is_empty(), "nobody came by plain HTTP either");
}

#[test]
fn an_answer_without_an_end() {
    for manner in ["oversize", "oversize-chunked", "oversize-unsaid"] {
        let Some(org) = Org::new() else { return };
        let begin = Instant::now();
        let told = org.login_at(&org.manner(manner), "").refused(1);
        assert!(begin.elapsed() < Duration::from_secs(10), "{manner} took {:?}", begin.elapsed());
        assert!(told.stderr.replace('_', "").contains("65536"), "no limit is told\n{told}");
        // What the system's buffers swallow before the client hangs up is not read.
        let sent = org.server.wait_for("sent")["octets"].as_u64().unwrap();
        assert!(sent <= 32 << 20, "{manner}: {sent} octets were taken");
    }
}

#[test]
fn a_server_that_takes_its_time() {
    // Side by side, for each waits until the time is over.
    std::thread::scope(|scope| {
        for manner in ["slow", "drip"] {
            scope.spawn(move || {
                let Some(org) = Org::new() else { return };
                let begin = Instant::now();
                let json = org.login_at(&org.manner(manner), "--timeout 2s --json").refused(1).json();
                let took = begin.elapsed();
                assert_eq!(json["error"]["kind"], "login_timed_out", "{manner}: {json:#}");
                assert!((2..6).contains(&took.as_secs()), "{manner} took {took:?}");
                assert!(
                    json["error"]["message"].as_str().unwrap().contains("in time") || json.to_string().contains("2 s")
                );
                org.server.wait_for(if manner == "slow" { "hung_up" } else { "sent" });
            });
        }
    });
}

#[test]
fn a_connection_that_breaks() {
    let Some(org) = Org::new() else { return };
    failed(&org, &org.manner("reset"), "login_unreachable");
    assert_eq!(org.requests().len(), 2, "an assertion is not sent a second time");
}

#[test]
fn nobody_there() {
    let Some(org) = Org::new() else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    failed(&org, &format!("https://localhost:{port}"), "login_unreachable");
    // RFC 6761 section 6.4: this name has no host, wherever one asks.
    failed(&org, "https://login.invalid", "login_unreachable");
}

#[test]
fn an_answer_that_is_compressed() {
    let Some(org) = Org::new() else { return };
    // Nobody asked for it, and it is not taken apart.
    for manner in ["gzip", "gzip-bomb"] {
        failed(&org, &org.manner(manner), "login_answer");
    }
    assert!(org.requests().iter().all(|one| one["headers"].get("accept-encoding").is_none_or(|it| it == "identity")));
}

#[test]
fn an_authority_that_is_none() {
    let Some(org) = Org::new() else { return };
    org.sandbox.write("empty.crt", "");
    for (file, code) in [("app.key", 1), ("empty.crt", 1), ("absent.crt", 1)] {
        let line = format!("login --client-id {CLIENT} --username {USER} --key app.key --login-url {}", org.url());
        org.run(&format!("{line} --ca-file {file}")).refused(code);
    }
    // The certificate of another: read, and of no help.
    let line = format!("login --client-id {CLIENT} --username {USER} --key app.key --login-url {}", org.url());
    org.run(&format!("{line} --ca-file other.crt")).refused(1);
    assert!(org.requests().is_empty());
}
