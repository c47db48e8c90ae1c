//! What is said of logins that came to nothing, and that each hint is one that can be followed.

use certwright::http::{Error, Phase};
use certwright::operations::Refusal;

use super::*;

const ENDPOINT: &str = "https://login.salesforce.com/services/oauth2/token";

fn attempt() -> Login<'static> {
    Login {
        target: "salesforce".parse().unwrap(),
        endpoint: ENDPOINT,
        audience: Some("https://login.salesforce.com"),
        lifetime: Some(180),
        longest: Some(180),
        key: Some("RSA 2048 with public key sha256:aa".to_owned()),
        certificate: Some("sha256:bb".to_owned()),
    }
}

fn unanswered(source: Error) -> Failure {
    Failure::from_login(&LoginError::Unanswered { endpoint: ENDPOINT.to_owned(), source }, &attempt())
}

fn refused(description: &str, clock_ahead: Option<i64>) -> Failure {
    let refusal = Refusal {
        status: 400,
        error: "invalid_grant".to_owned(),
        description: Some(description.to_owned()),
        clock_ahead,
    };
    Failure::from_login(&LoginError::Refused { endpoint: ENDPOINT.to_owned(), refusal }, &attempt())
}

#[test]
fn a_refusal_is_told_with_what_there_is_to_compare() {
    let failure = refused("user hasn't approved this consumer", None);
    assert_eq!(failure.message, "login refused by `https://login.salesforce.com`: `invalid_grant`");
    assert!(failure.causes[0].contains("\"user hasn't approved this consumer\" (HTTP 400)"), "{failure:?}");
    let last = failure.causes.last().unwrap();
    assert_eq!(last, "it was signed by RSA 2048 with public key sha256:aa; its certificate is sha256:bb");
    assert!((1..=2).contains(&failure.hints.len()), "{failure:?}");
    let login = &failure.to_value()["login"];
    assert_eq!(login["error"], "invalid_grant");
    assert_eq!(login["error_description"], "user hasn't approved this consumer");
    assert_eq!(login["http_status"], 400);
    assert!(login["explanation"].is_string() && !login["causes"].as_array().unwrap().is_empty(), "{login}");
}

#[test]
fn a_clock_that_differs_is_always_said_and_said_once() {
    for description in ["user hasn't approved this consumer", "expired authorization code", "never heard"] {
        let failure = refused(description, Some(-400));
        let said = failure.causes.iter().filter(|cause| cause.contains("clock is 400 s behind the server's")).count();
        assert_eq!(said, 1, "{description}: {failure:?}");
        assert_eq!(failure.members["login"]["clock_ahead_seconds"], -400);
        let agreeing = refused(description, Some(3));
        assert!(!agreeing.causes.iter().any(|cause| cause.contains("clock is")), "{agreeing:?}");
    }
}

#[test]
fn each_fault_has_its_kind_and_its_advice() {
    let host = || "login.salesforce.com".to_owned();
    let io = || std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
    let rows: Vec<(Error, &str, &str)> = vec![
        (
            Error::Certificate { host: host(), reason: http::CertificateFault::UnknownIssuer },
            "tls_certificate",
            "--ca-file",
        ),
        (
            Error::Certificate { host: host(), reason: http::CertificateFault::Expired { ended: None, now: None } },
            "tls_certificate",
            "clock",
        ),
        (Error::Connection { host: host(), source: io() }, "login_unreachable", "HTTPS_PROXY"),
        (Error::HostNotFound { host: host(), source: io() }, "login_unreachable", "My Domain"),
        (Error::Processor(vec!["AVX2"]), "tls_processor", "certwright jwt sign --for salesforce"),
        (Error::TimedOut { host: host(), phase: Phase::Exchange, seconds: 30 }, "login_timed_out", "--timeout 60s"),
        (Error::TooLarge { host: host(), limit: 1 }, "login_answer", "--login-url"),
    ];
    for (error, kind, part) in rows {
        let failure = unanswered(error);
        assert_eq!((failure.kind, failure.exit), (kind, ExitStatus::Failed), "{failure:?}");
        assert!(failure.message.contains("https://login.salesforce.com"), "{failure:?}");
        assert!(failure.hints.len() == 1 && failure.hints[0].contains(part), "{failure:?}");
    }
}

#[test]
fn a_redirect_is_advised_only_within_the_same_site() {
    let hint = |location: &str| {
        let redirect = |location: &str| Error::Redirect {
            host: "login.salesforce.com".to_owned(),
            status: 302,
            location: Some(location.to_owned()),
        };
        unanswered(redirect(location)).hints.remove(0)
    };
    let same = hint("https://acme.my.salesforce.com/services/oauth2/token?x=1");
    assert!(same.contains("`--login-url https://acme.my.salesforce.com`"), "{same}");
    for elsewhere in [
        "https://salesforce.com.evil.example/",
        "https://evilsalesforce.com/",
        "http://acme.my.salesforce.com/",
        "https://acme.my.salesforce.com@evil.example/",
        "https://$(id).salesforce.com/",
        "/relative",
        "",
    ] {
        let hint = hint(elsewhere);
        assert!(!hint.contains("log in there"), "{elsewhere}: {hint}");
    }
    // What has no site is not the same site as everything else that has none.
    let between = |host: &str, location: &str| {
        let (host, location) = (host.to_owned(), Some(location.to_owned()));
        unanswered(Error::Redirect { host, status: 307, location }).hints.remove(0)
    };
    for (host, location) in [("10.0.0.1", "https://203.0.113.9/"), ("intranet", "https://203.0.113.9/")] {
        let hint = between(host, location);
        assert!(!hint.contains("log in there"), "{host} to {location}: {hint}");
    }
    assert_eq!(site("10.0.0.1"), None);
    assert_eq!(site("localhost"), None);
}
