//! Through a proxy: `CONNECT`, so that it sees where the login goes and nothing of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::org::{CLIENT, Org, Setup, USER};
use crate::peer::Peer;
use crate::support::{Invocation, tool};

const PASSWORD: &str = "pr0xy-pass-w0rd";

/// An organisation that is reached under Salesforce's own names, and only through the proxy.
fn behind(configuration: Value) -> Option<(Org, Peer)> {
    let audiences = &["https://login.salesforce.com", "https://test.salesforce.com"];
    let org = Org::with(Setup { certificate: "salesforce", audiences, ..Setup::default() })?;
    org.sandbox.secret(PASSWORD);
    for user in ["agent:", "", ":"] {
        let encoded = STANDARD.encode(format!("{user}{PASSWORD}"));
        org.sandbox.secret(encoded.trim_end_matches('='));
    }
    let mut whole = json!({ "routes": {
        "login.salesforce.com:443": org.server.port,
        "test.salesforce.com:443": org.server.port,
    } });
    whole.as_object_mut().unwrap().extend(configuration.as_object().unwrap().clone());
    let proxy = Peer::start(&tool("authlib")?, "proxy.py", &whole);
    Some((org, proxy))
}

fn login<'a>(org: &'a Org, more: &str) -> Invocation<'a> {
    org.run(&format!("login --client-id {CLIENT} --username {USER} --key app.key --ca-file ca.crt {more}"))
}

#[test]
fn the_login_of_salesforce_is_where_one_goes_unless_told_otherwise() {
    let Some((org, proxy)) = behind(json!({})) else { return };
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        login(&org, "").env(name, format!("http://127.0.0.1:{}", proxy.port)).done();
    }
    let asked = org.requests();
    assert_eq!(asked.len(), 4);
    for one in &asked {
        assert_eq!(one["headers"]["host"], "login.salesforce.com");
        assert_eq!(one["tls"]["server_name"], "login.salesforce.com", "TLS goes through to the server");
        assert_eq!(one["headers"].get("proxy-authorization"), None, "the proxy's password is for the proxy");
        assert_eq!(one["assertions"]["assertion"]["claims"]["aud"], "https://login.salesforce.com");
    }
    for connected in proxy.events("request") {
        assert_eq!(
            (&connected["method"], &connected["target"]),
            (&"CONNECT".into(), &"login.salesforce.com:443".into())
        );
        assert_eq!(connected["authorization"], Value::Null);
    }
}

#[test]
fn the_sandbox_of_salesforce() {
    let Some((org, proxy)) = behind(json!({})) else { return };
    let run = login(&org, "--login-url https://test.salesforce.com");
    run.env("HTTPS_PROXY", format!("http://127.0.0.1:{}", proxy.port)).done();
    assert_eq!(org.request()["assertions"]["assertion"]["claims"]["aud"], "https://test.salesforce.com");
}

#[test]
fn a_proxy_that_wants_a_password() {
    let Some((org, proxy)) = behind(json!({ "credentials": format!("agent:{PASSWORD}") })) else { return };
    let at = |user: &str| format!("http://{user}127.0.0.1:{}", proxy.port);
    login(&org, "").env("HTTPS_PROXY", at(&format!("agent:{PASSWORD}@"))).done();
    assert_eq!(org.requests().len(), 1);
    for user in [String::new(), format!("another:{PASSWORD}@"), "agent:not-that-one@".to_owned()] {
        let told = login(&org, "").env("HTTPS_PROXY", at(&user)).refused(1);
        assert!(told.stderr.contains("proxy") && !told.stderr.contains("not-that-one"), "{told}");
        let json = login(&org, "--json").env("HTTPS_PROXY", at(&user)).refused(1).json();
        assert!(!json.to_string().contains("not-that-one"), "{json:#}");
    }
    assert_eq!(org.requests().len(), 1);
    assert_eq!(proxy.events("request").iter().filter(|one| one["status"] == 407).count(), 6);
}

#[test]
fn a_password_with_marks_in_it() {
    let Some((org, proxy)) = behind(json!({ "credentials": "agent:pa@ss/w:rd%" })) else { return };
    org.sandbox.secret("pa@ss/w:rd%");
    org.sandbox.secret("pa%40ss%2Fw%3Ard%25");
    login(&org, "").env("HTTPS_PROXY", format!("http://agent:pa%40ss%2Fw%3Ard%25@127.0.0.1:{}", proxy.port)).done();
    assert_eq!(org.requests().len(), 1);
}

#[test]
fn a_proxy_that_does_not_let_one_through() {
    for status in [403, 502] {
        let Some((org, proxy)) = behind(json!({ "refusal": status })) else { return };
        let told =
            login(&org, "").env("HTTPS_PROXY", format!("http://agent:{PASSWORD}@127.0.0.1:{}", proxy.port)).refused(1);
        assert!(told.stderr.contains("proxy"), "{told}");
        assert!(org.requests().is_empty());
    }
}

#[test]
fn a_proxy_that_is_not_there_or_is_none() {
    let Some((org, proxy)) = behind(json!({})) else { return };
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for url in [format!("http://agent:{PASSWORD}@127.0.0.1:{free}"), format!("http://agent:{PASSWORD}@[nothing")] {
        let outcome = login(&org, "").env("HTTPS_PROXY", url).run();
        assert!(
            outcome.code.is_some_and(|code| code == 1 || code == 2) && outcome.stderr.contains("proxy"),
            "{outcome}"
        );
    }
    assert!(org.requests().is_empty() && proxy.events("request").is_empty());
}

#[test]
fn hosts_that_are_reached_without_it() {
    let Some((org, proxy)) = behind(json!({})) else { return };
    let url = format!("http://127.0.0.1:{}", proxy.port);
    // RFC 6761 section 6.4: nobody has this name, so that who goes straight to it does not get far.
    let far = |exceptions: &str| {
        let run = login(&org, "--login-url https://login.invalid").env("HTTPS_PROXY", &url);
        run.env("NO_PROXY", exceptions).refused(1);
        proxy.events("request").len()
    };
    for exceptions in ["login.invalid", "example.com,login.invalid", "*", " .invalid , example.com", "invalid"] {
        assert_eq!(far(exceptions), 0, "{exceptions}");
    }
    for (times, exceptions) in ["", "example.com", "in.invalid", "login.invalid:8443"].iter().enumerate() {
        assert_eq!(far(exceptions), times + 1, "{exceptions}");
    }
    // This machine needs no proxy.
    let Some(near) = Org::new() else { return };
    near.login("").env("HTTPS_PROXY", &url).done();
    assert_eq!(proxy.events("request").len(), 4);
}
