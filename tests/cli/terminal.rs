//! Questions on a terminal: asked only when needed, without echo, and broken off with Ctrl-C.

use crate::support::{Outcome, Sandbox, Tool, on_terminal, tool};

pub(crate) const PASSWORD: &str = "typed at the terminal";

/// Runs the line on a terminal, where `steps` are typed.
#[track_caller]
pub(crate) fn session(python: &Tool, sandbox: &Sandbox, line: &str, steps: &[(&str, &str)]) -> Outcome {
    sandbox.secret(PASSWORD);
    on_terminal(python, sandbox, sandbox.certwright(line).env("TERM", "xterm"), steps)
}

#[test]
fn a_new_password_is_asked_for_twice_and_not_shown() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    let typed = format!("{PASSWORD}\r");
    let steps = [("password", typed.as_str()), ("the same again: ", typed.as_str())];
    let outcome = session(&python, &sandbox, "create --cn x --alias x -t p256", &steps);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    sandbox.write("typed.pass", PASSWORD);
    drop(sandbox.done("alias list keystore.p12 --passin file:typed.pass").shows("x"));
    // One password serves both keystores, and nothing was generated.
    drop(sandbox.done("alias list servercert.jks --passin file:typed.pass").shows("x"));
}

#[test]
fn passwords_that_differ_or_are_too_short_are_asked_for_again() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    let typed = format!("{PASSWORD}\r");
    let steps = [
        ("password", "short\r"),
        ("6", ""),
        ("password", typed.as_str()),
        ("the same again: ", "something else\r"),
        ("differ", ""),
        ("password", typed.as_str()),
        ("the same again: ", typed.as_str()),
    ];
    let outcome = session(&python, &sandbox, "genkey -t p256 --encrypt", &steps);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(sandbox.snapshot().files(), ["server.key"]);
}

#[test]
fn a_password_is_asked_for_only_when_a_file_needs_it() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    sandbox.write("typed.pass", sandbox.secret(PASSWORD));
    sandbox.done("create --cn x --alias x -t p256 --passout file:typed.pass");
    let outcome = session(&python, &sandbox, "csr --key server.key --cn x -o new.csr", &[]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(!outcome.stdout.contains("password"), "{outcome}");
    let steps = [
        ("password for keystore.p12: ", "not the one\r"),
        ("wrong; password for keystore.p12: ", &format!("{PASSWORD}\r")),
    ];
    let outcome = session(&python, &sandbox, "alias list keystore.p12", &steps);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let outcome = session(&python, &sandbox, "alias list keystore.p12 --passin file:typed.pass", &[]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
}

#[test]
fn no_input_never_asks() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    for line in ["create --cn x --no-input", "create --no-input --passout generate"] {
        let outcome = session(&python, &sandbox, line, &[]);
        assert_eq!(outcome.code, Some(2), "{line}\n{outcome}");
        assert!(outcome.stdout.contains("--no-input"), "{outcome}");
    }
    assert!(sandbox.snapshot().files().is_empty());
}

#[test]
fn the_subject_is_asked_for_as_openssl_does() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256");
    let steps = [
        ("ountry", "Germany\r"),
        // A country has two letters; it is asked for again.
        ("ountry", "DE\r"),
        ("tate", "\r"),
        ("ocality", "\r"),
        ("rgani", "Acme, Inc.\r"),
        ("nit", "\r"),
        ("ommon", "jwt.example.com\r"),
        ("mail", ".\r"),
    ];
    let outcome = session(&python, &sandbox, "selfsign --key server.key", &steps);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let document = certwright::formats::pem::decode(&sandbox.read("server.crt"), &Default::default()).unwrap();
    let certificate = certwright::formats::x509::Certificate::from_der(document.blocks[0].contents.expose()).unwrap();
    assert_eq!(certificate.subject().to_string(), "CN=jwt.example.com,O=Acme\\, Inc.,C=DE");
}

#[test]
fn ctrl_c_at_a_question_leaves_nothing() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    for (line, question) in [("create --cn x", "password"), ("create --passout generate", "ountry")] {
        let outcome = session(&python, &sandbox, line, &[(question, "\u{3}")]);
        assert_eq!(outcome.code, Some(130), "{line}\n{outcome}");
        assert!(sandbox.snapshot().files().is_empty(), "{:?}", sandbox.snapshot().files());
    }
}

#[test]
fn ctrl_d_at_a_question_leaves_nothing() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    for (line, question) in [("create --cn x", "password"), ("create --passout generate", "ountry")] {
        let outcome = session(&python, &sandbox, line, &[(question, "\u{4}")]);
        assert!(matches!(outcome.code, Some(1 | 2 | 130)), "{line}\n{outcome}");
        assert!(sandbox.snapshot().files().is_empty());
    }
}
