//! `login --rehearse`: what a service would refuse is refused here, and nothing leaves this machine.

use crate::support::{Outcome, Sandbox};

const APP: &str = "login --rehearse --client-id 3MVG9 --username admin@example.com";
const MY_DOMAIN: &str = "--login-url https://acme.my.salesforce.com";

fn set(options: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done(&format!("create --cn jwt.example.com --alias jwt --passout generate {options}"));
    sandbox
}

/// The outcomes of one check in a document.
fn outcomes(outcome: &Outcome, check: &str) -> Vec<String> {
    let document = outcome.json();
    assert_eq!(document["schema"], "certwright/rehearsal/1", "{outcome}");
    let checks = document["checks"].as_array().unwrap().clone();
    let of = checks.iter().filter(|it| it["check"] == check);
    of.map(|it| it["outcome"].as_str().unwrap().to_owned()).collect()
}

/// Rehearses what Salesforce refuses: the document, with the server's words in it.
#[track_caller]
fn refused(sandbox: &Sandbox, line: &str, check: &str, error: &str, description: &str) {
    let outcome = sandbox.certwright(&format!("{APP} {line} --json")).run();
    assert_eq!(outcome.code, Some(1), "{line}\n{outcome}");
    assert_eq!(outcomes(&outcome, check), ["refused"], "{line}\n{outcome}");
    let document = outcome.json();
    assert_eq!(document["accepted"], false);
    let refusal = &document["refusal"];
    assert_eq!(refusal["kind"], "rehearsal_refused", "{outcome}");
    assert_eq!(refusal["login"]["error"], error, "{outcome}");
    assert_eq!(refusal["login"]["error_description"], description, "{outcome}");
    assert!(document["next"].is_null() && !refusal["hints"].as_array().unwrap().is_empty(), "{outcome}");
}

#[test]
fn a_set_of_our_own_is_accepted_with_its_key_in_every_form() {
    let sandbox = set("");
    sandbox.done("convert server.key --to pkcs8 --encrypt --passout file:server.pass -o locked.key");
    for key in ["server.key", "locked.key", "keystore.p12", "servercert.jks"] {
        let line = format!("{APP} {MY_DOMAIN} --key {key} --cert server.crt --passin file:server.pass");
        let outcome = sandbox.done(&line);
        let said = &outcome.stdout;
        assert!(said.contains("\naccepted  ") && said.contains(" 0 refused"), "{key}\n{outcome}");
        assert!(said.contains("only Salesforce can tell") && said.contains("login hours"), "{key}\n{outcome}");
        // The next step is the same login, without the rehearsal.
        assert!(said.contains("certwright login --client-id 3MVG9") && !said.contains("--rehearse\n"), "{outcome}");
        assert!(!said.contains("eyJ") && !outcome.stderr.contains("eyJ"), "{outcome}");
    }
}

#[test]
fn neither_a_proxy_nor_a_name_server_is_asked() {
    let sandbox = set("");
    // The proxy does not exist, and neither does the host: whoever asked either would fail.
    let line = format!("{APP} --login-url https://acme.invalid --key server.key --cert server.crt");
    let outcome = sandbox
        .certwright(&line)
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .env("http_proxy", "http://127.0.0.1:1")
        .run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
}

#[test]
fn what_salesforce_refuses_is_refused_in_its_words() {
    let sandbox = set("");
    sandbox.done("genkey -o other.key");
    let own = format!("{MY_DOMAIN} --key server.key --cert server.crt");
    refused(
        &sandbox,
        &format!("{MY_DOMAIN} --key other.key --cert server.crt"),
        "signature",
        "invalid_grant",
        "invalid assertion",
    );
    for audience in ["https://test.salesforce.com", "https://acme.example"] {
        let line = format!("{own} --audience {audience}");
        refused(&sandbox, &line, "audience", "invalid_grant", "audience is invalid");
    }
    let line = format!("{APP} {own} --audience https://login.salesforce.com --json");
    assert_eq!(outcomes(&sandbox.done(&line), "audience"), ["warning"]);
    let line = format!("{APP} --key server.key --cert server.crt --json");
    assert_eq!(outcomes(&sandbox.done(&line), "login_address"), ["warning"]);
}

/// What `login` refuses to try is not accepted here, or the line that comes next would fail.
#[test]
fn what_the_login_itself_would_not_try_is_not_rehearsed() {
    let sandbox = set("");
    let own = format!("{APP} --key server.key --cert server.crt");
    sandbox.refused(2, &format!("{own} --login-url http://acme.my.salesforce.com")).says("it is not encrypted");
    sandbox.refused(1, &format!("{own} {MY_DOMAIN} --ca-file missing.crt")).says("`missing.crt` does not exist");
    sandbox.refused(2, &format!("{own} {MY_DOMAIN} --client-secret env:S")).says("`--client-secret` cannot be used");
    let line = format!("{own} {MY_DOMAIN}");
    sandbox.certwright(&line).env("HTTPS_PROXY", "ftp://proxy.example.com").refused(2);
}

#[test]
fn a_pair_that_is_none_is_named_before_anything_is_uploaded() {
    let sandbox = set("");
    sandbox.done("genkey -o other.key");
    let outcome = sandbox.certwright(&format!("{APP} {MY_DOMAIN} --key other.key --cert server.crt")).run();
    let command = "verify --key other.key --cert server.crt";
    assert!(outcome.stderr.contains(&format!("`certwright {command}`")), "{outcome}");
    assert!(!outcome.stderr.contains("hint: upload"), "{outcome}");
    assert_eq!((outcome.code, sandbox.certwright(command).run().code), (Some(1), Some(1)), "{outcome}");
    assert!(outcome.stdout.lines().all(|line| line == line.trim_end()), "{outcome}");
}

#[test]
fn a_certificate_that_is_not_taken_is_refused() {
    let sandbox = set("");
    // Text around the one block makes the file larger than Salesforce takes.
    let mut large = sandbox.text("server.crt");
    large.insert_str(0, &"Certificate:\n".repeat(400));
    sandbox.write("large.crt", large);
    let line = format!("{APP} {MY_DOMAIN} --key server.key --cert large.crt");
    let outcome = sandbox.certwright(&line).run();
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert!(outcome.stdout.contains("file_size") && outcome.stdout.contains("\nrefused  "), "{outcome}");
    assert!(outcome.stderr.contains("would refuse the certificate in large.crt"), "{outcome}");
    assert!(outcome.stderr.contains("certwright lint large.crt --for salesforce"), "{outcome}");
    sandbox.done("genkey -t p256 -o ec.key");
    sandbox.done("selfsign --key ec.key --cn ec -o ec.crt");
    let outcome = sandbox.refused(1, &format!("{APP} {MY_DOMAIN} --key ec.key --cert ec.crt"));
    assert!(outcome.stderr.contains("EC P-256"), "{outcome}");
}

#[test]
fn an_expired_certificate_is_a_warning_and_no_promise() {
    let sandbox = Sandbox::new();
    sandbox.done("genkey -o server.key");
    let expired = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/x509/expired.crt");
    sandbox.write("expired.crt", std::fs::read(expired).unwrap());
    let outcome = sandbox.certwright(&format!("{APP} {MY_DOMAIN} --key server.key --cert expired.crt --json")).run();
    let document = outcome.json();
    let checks = document["checks"].as_array().unwrap();
    let current = checks.iter().find(|it| it["met"].as_str().unwrap().starts_with("current: ")).unwrap();
    assert_eq!(current["outcome"], "warning", "{outcome}");
}

#[test]
fn what_cannot_be_rehearsed_is_said() {
    let sandbox = set("");
    let outcome = sandbox.refused(2, &format!("{APP} {MY_DOMAIN} --key server.key"));
    assert!(outcome.stderr.contains("`--cert FILE`"), "{outcome}");
    sandbox.refused(2, &format!("{APP} {MY_DOMAIN} --key server.key --cert server.crt --dry-run"));
    sandbox.refused(2, &format!("{APP} --for snowflake --key server.key --cert server.crt"));
}

#[test]
fn other_services_are_rehearsed_by_their_rules() {
    let sandbox = set("");
    for line in [
        "--for entra --login-url contoso.onmicrosoft.com",
        "--for okta --login-url https://acme.okta.com --scope okta.users.read",
        "--for google --scope https://www.googleapis.com/auth/cloud-platform",
    ] {
        let line = format!("login --rehearse --client-id c {line} --key server.key --cert server.crt --json");
        let outcome = sandbox.done(&line);
        assert_eq!(outcomes(&outcome, "signature"), ["ok"], "{outcome}");
        assert_eq!(outcomes(&outcome, "audience"), ["ok"], "{outcome}");
    }
}
