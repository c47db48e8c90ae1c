//! What was asked wrongly, or cannot be asked for without a terminal, ends with 2.

use crate::support::Sandbox;

#[test]
fn a_missing_subject() {
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256");
    for line in ["csr --key server.key", "selfsign --key server.key", "create --alias x --passout generate --dir new"] {
        drop(sandbox.refused(2, line).says("--cn").says("no terminal"));
        drop(sandbox.refused(2, &format!("{line} --no-input")).says("--cn").says("--no-input"));
    }
}

#[test]
fn a_missing_password() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn x -t p256 --passout generate");
    for (line, option) in [
        ("create --name y --cn y -t p256", "--passout"),
        ("genkey --encrypt -o new.key", "--passout"),
        ("export p12 --key server.key --cert server.crt --alias x -o new.p12", "--passout"),
        ("export jks --key server.key --cert server.crt --alias x -o new.jks", "--passout"),
        ("alias list keystore.p12", "--passin"),
        ("alias rename servercert.jks x y", "--passin"),
    ] {
        let said = sandbox.refused(2, line).says("a password is needed to ").says("there is no terminal to ask on");
        drop(said.says(&format!("{option} file:PATH")).says(&format!("{option} env:NAME")));
        drop(sandbox.refused(2, &format!("{line} --no-input")).says("`--no-input` forbids to ask"));
        let json = sandbox.refused(2, &format!("{line} --json")).json();
        assert_eq!(json["error"]["kind"], "password_needed", "{line}");
    }
}

#[test]
fn a_wrong_line() {
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256");
    for line in [
        "frobnicate",
        "genkey --frobnicate",
        "genkey -t rsa:1024",
        "genkey -t dsa",
        "genkey --form sec1 -t rsa -o new.key",
        "genkey --form pkcs1 -t p256 -o new.key",
        "genkey --kdf md5",
        "genkey --color sometimes",
        "genkey one-too-many",
        "genkey -o",
        "csr --cn x",
        "csr --key server.key --cn x --country Germany -o new.csr",
        "csr --key server.key --subject nonsense -o new.csr",
        "csr --key server.key --cn x --subject CN=y -o new.csr",
        "csr --key server.key --cn x --san ip:300.1.1.1 -o new.csr",
        "selfsign --key server.key --cn x --days 0",
        "selfsign --key server.key --cn x --days 30 --not-after 2030-01-01T00:00:00Z",
        "selfsign --key server.key --cn x --not-after tomorrow",
        "create --cn x --only key,pfx --passout generate --dir new",
        "create --cn x --for nobody --passout generate --dir new",
        "export zip",
        "alias rename store",
        "verify",
    ] {
        sandbox.refused(2, line);
    }
    let json = sandbox.refused(2, "genkey --frobnicate --json").json();
    assert_eq!(json["error"]["kind"], "usage");
}

#[test]
fn a_password_on_the_command_line_is_refused_and_never_repeated() {
    let sandbox = Sandbox::new();
    sandbox.secret("hunter22-and-more");
    for line in [
        "create --cn x --passout hunter22-and-more",
        "create --cn x --passout pass:hunter22-and-more",
        "create --cn x --passout env:hunter22-and-more",
        "genkey --encrypt --password hunter22-and-more",
        "alias list missing.p12 --passin hunter22-and-more",
        "alias list missing.p12 --passin missing.p12=hunter22-and-more",
    ] {
        sandbox.refused(2, line);
        sandbox.refused(2, &format!("{line} --json"));
    }
}

/// Help that was not asked for is no data.
#[test]
fn no_command_at_all() {
    let sandbox = Sandbox::new();
    for line in ["", "export", "alias"] {
        let outcome = sandbox.certwright(line).run();
        assert_eq!(outcome.code, Some(2), "{outcome}");
        assert!(outcome.stdout.is_empty() && outcome.stderr.contains("Usage:"), "{outcome}");
    }
}

#[test]
fn no_option_is_silently_left_out() {
    let sandbox = Sandbox::new();
    for line in [
        "create --cn a --only key,crt --iterations 5000",
        "create --cn a --only key,jks --iterations 5000 --passout generate",
        "create --cn a --only key,crt --alias a",
        "create --cn a --only key,crt --name .",
        "create --cn a --only key,crt --name ..",
        "create --cn a --only key,crt --name=-",
        "create --cn a --only key,crt --name=-x",
        "create --cn a --passout generate --alias \u{202e}a",
        "create --email x --only key,crt",
        "create --email x@ --only key,crt",
        "genkey --encrypt --form pkcs1 --passout generate",
        "genkey --encrypt --form sec1 -t p256 --passout generate",
        "genkey --legacy-pem --form pkcs8 --passout generate",
        "genkey --legacy-pem --form sec1 --passout generate",
        "genkey --legacy-pem -t ed25519 --passout generate",
    ] {
        sandbox.refused(2, line);
    }
    for line in [
        "genkey --encrypt --form pkcs8 --passout generate -o pkcs8.key",
        "genkey --legacy-pem --form pkcs1 --passout generate -o pkcs1.key",
        "genkey --legacy-pem --form sec1 -t p256 --passout generate -o sec1.key",
        "create --cn a --only key,key,crt --name twice",
    ] {
        sandbox.done(line);
    }
    let unused = sandbox.done("csr --key twice.key --cn a --passin other.key=env:NONE -o twice.csr");
    assert!(unused.stderr.contains("warning: `--passin other.key=…` was not used"), "{}", unused.stderr);
}
