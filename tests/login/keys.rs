//! The key from wherever it lies, and every algorithm that a server may want.

use crate::org::{CLIENT, Org, Setup, USER};
use crate::support::Invocation;

/// A login by the environment alone.
fn by_environment<'a>(org: &'a Org, more: &str) -> Invocation<'a> {
    let run = org.run(&format!("login --no-input {more}"));
    run.env("SF_CLIENT_ID", CLIENT).env("SF_USERNAME", USER).env("SF_LOGIN_URL", org.url())
}

#[test]
fn from_an_encrypted_pem() {
    let Some(org) = Org::new() else { return };
    org.sandbox.secret("s3cret-of-the-key");
    let encrypted = "convert app.key --to pkcs8 --encrypt --iterations 10000 --passout env:NEW -o locked.key";
    org.run(encrypted).password_env("NEW", "s3cret-of-the-key").done();
    let login = |more: &str| org.login_with("locked.key", &org.url(), more);
    login("--passin env:PW").password_env("PW", "s3cret-of-the-key").done();
    let wrong = login("--passin env:PW --json").password_env("PW", "another-pass-word").refused(1).json();
    assert_eq!(wrong["error"]["kind"], "wrong_password");
    let none = login("--no-input --json").refused(2).json();
    assert_eq!(none["error"]["kind"], "password_needed");
    assert_eq!(org.requests().len(), 1, "only the one with the password came");
}

#[test]
fn from_the_entry_of_a_keystore() {
    let Some(org) = Org::new() else { return };
    for store in ["app.p12", "app.jks"] {
        org.login_with(store, &org.url(), "--passin file:app.pass").done();
        org.login_with(store, &org.url(), &format!("--passin file:app.pass --cert {store}")).done();
        let wrong = org.login_with(store, &org.url(), "--passin env:PW").password_env("PW", "another-pass-word");
        wrong.refused(1);
    }
    assert_eq!(org.requests().len(), 4);
}

#[test]
fn from_the_environment() {
    let Some(org) = Org::new() else { return };
    by_environment(&org, "--ca-file ca.crt").env("SF_PRIVATE_KEY_PATH", "app.key").done();
    let pem = org.sandbox.text("app.key");
    by_environment(&org, "--ca-file ca.crt").env("SF_PRIVATE_KEY", &pem).done();
    // As a secret store of a build server holds it: one line.
    by_environment(&org, "--ca-file ca.crt").env("SF_PRIVATE_KEY", pem.trim_end().replace('\n', "\\n")).done();
    assert_eq!(org.requests().len(), 3);
    let other = by_environment(&org, "--ca-file ca.crt").env("SF_PRIVATE_KEY_PATH", "app.key");
    other.env("SF_AUDIENCE_URL", "https://test.salesforce.com").refused(1).says("audience is invalid");
    // What is typed counts more than what stands in the environment.
    let typed = by_environment(&org, "--ca-file ca.crt --key app.key").env("SF_PRIVATE_KEY_PATH", "other.key");
    typed.done();
    let broken = by_environment(&org, "--ca-file ca.crt").env("SF_PRIVATE_KEY", &pem[..400]);
    broken.refused(1);
}

#[test]
fn from_an_env_file() {
    let Some(org) = Org::new() else { return };
    let url = org.url();
    let one_line = org.sandbox.text("app.key").trim_end().replace('\n', "\\n");
    for (name, text) in [
        (
            ".env",
            format!(
                "# the app\nSF_CLIENT_ID={CLIENT}\nSF_USERNAME={USER}\nSF_LOGIN_URL={url}\nSF_PRIVATE_KEY_PATH=app.key\n"
            ),
        ),
        (
            "windows.env",
            format!(
                "SF_CLIENT_ID={CLIENT}\r\nSF_USERNAME=\"{USER}\"\r\nSF_LOGIN_URL='{url}'\r\nSF_PRIVATE_KEY_PATH=app.key\r\n"
            ),
        ),
        (
            "inline.env",
            format!(
                "export SF_CLIENT_ID={CLIENT}\nSF_USERNAME={USER}\nSF_LOGIN_URL={url}\nSF_PRIVATE_KEY=\"{one_line}\"\n"
            ),
        ),
        ("csharp.env", format!("KeyFile=app.key\nClientId={CLIENT}\nUserName={USER}\nDomain={url}\n")),
    ] {
        org.sandbox.write(name, text);
        org.run(&format!("login --no-input --env-file {name} --ca-file ca.crt")).done();
    }
    assert_eq!(org.requests().len(), 4);
    // What is typed counts more, then the environment, then the file.
    let who = org.run("login --no-input --env-file .env --ca-file ca.crt").env("SF_USERNAME", "somebody@example.com");
    who.refused(1).says("approved this consumer");
    org.run("login --no-input --env-file absent.env --ca-file ca.crt").refused(1);
}

#[test]
fn an_env_file_that_is_not_named_is_not_read() {
    let Some(org) = Org::new() else { return };
    let url = org.url();
    org.sandbox.write(".env", format!("SF_LOGIN_URL={url}\nSF_CLIENT_ID={CLIENT}\nSF_USERNAME={USER}\n"));
    let outcome = org.run("login --no-input --key app.key --ca-file ca.crt").run();
    // Whoever puts a `.env` in a folder must not choose where its visitors' keys log in.
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(org.requests().is_empty());
}

#[test]
fn larger_rsa_keys() {
    for key_type in ["rsa:3072", "rsa:4096"] {
        let Some(org) = Org::with(Setup { key_type, ..Setup::default() }) else { return };
        org.login("--cert app.crt").done();
        assert_eq!(org.request()["assertions"]["assertion"]["header"]["alg"], "RS256");
    }
}

#[test]
fn a_key_that_salesforce_does_not_take_is_refused_here() {
    for key_type in ["p256", "ed25519"] {
        let Some(org) = Org::with(Setup { key_type, algorithm: "RS256", ..Setup::default() }) else { return };
        let told = org.login("--json").refused(1).json();
        assert_eq!(told["error"]["kind"], "target_refuses", "{told:#}");
        assert!(org.requests().is_empty());
    }
}

#[test]
fn algorithms_of_a_signed_assertion() {
    for (key_type, algorithm) in [
        ("rsa:2048", "RS384"),
        ("rsa:2048", "RS512"),
        ("rsa:2048", "PS256"),
        ("rsa:2048", "PS384"),
        ("rsa:2048", "PS512"),
        ("p256", "ES256"),
        ("p384", "ES384"),
        ("p521", "ES512"),
        ("ed25519", "EdDSA"),
    ] {
        let Some(org) = Org::with(Setup { key_type, algorithm, ..Setup::default() }) else { return };
        let sign = format!("jwt sign --key app.key --alg {algorithm} --iss {CLIENT} --sub {USER} --aud {}", org.url());
        let token = org.run(&format!("{sign} --exp 180s")).shows_only("signed token").done().stdout;
        let answer = org.post(&token);
        assert!(answer.contains("access_token"), "{algorithm}: {answer}");
        // Of one octet more, the signature is another's.
        let (begin, end) = token.trim_end().rsplit_once('.').unwrap();
        let forged = format!("{begin}.{}{}", if end.starts_with('A') { 'B' } else { 'A' }, &end[1..]);
        assert!(org.post(&forged).contains("invalid assertion"), "{algorithm}: the server does not look");
    }
}

#[test]
fn clients_that_show_who_they_are_by_a_signed_assertion() {
    for (target, path, more, key_type, algorithm) in [
        ("okta", "", "--scope okta.users.read", "rsa:2048", "RS256"),
        ("okta", "", "--scope okta.users.read", "p256", "ES256"),
        ("entra", "/tenant", "--cert app.crt", "rsa:2048", "PS256"),
    ] {
        let Some(org) = Org::with(Setup { key_type, algorithm, ..Setup::default() }) else { return };
        let line = |key: &str| {
            let who = format!("--for {target} --client-id {CLIENT} --key {key} --login-url {}{path}", org.url());
            format!("login --no-input {who} --ca-file ca.crt {}", more.replace("app.", key.trim_end_matches("key")))
        };
        let outcome = org.run(&format!("{} --token-only", line("app.key"))).shows_only("access_token").done();
        assert_eq!(outcome.stdout.trim_end(), org.token(), "{target}");
        let asked = org.request();
        let header = &asked["assertions"]["client_assertion"]["header"];
        assert_eq!(header["alg"], algorithm, "{asked:#}");
        assert_eq!(header.get("x5t#S256").is_some(), target == "entra", "{asked:#}");
        assert_eq!(asked["form"]["grant_type"], "client_credentials");
        assert_eq!(asked["headers"].get("authorization"), None);
        org.run(&line("other.key")).refused(1).says("invalid_client");
    }
}
