//! Lines of openssl on a terminal, and with outputs that are no plain files: each question in the original's words, no
//! waiting without one, and the original's exit codes.

use std::os::unix::fs::PermissionsExt;

use crate::support::{Sandbox, tool};
use crate::terminal::{PASSWORD, session};

#[test]
fn a_new_key_is_given_a_password_and_opened_with_it() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    let typed = format!("{PASSWORD}\r");
    let steps = [
        ("Enter PEM pass phrase:", "abc\r"),
        ("at least 4 characters", ""),
        ("Enter PEM pass phrase:", typed.as_str()),
        ("Verifying - Enter PEM pass phrase:", "another\r"),
        ("differ", ""),
        ("Enter PEM pass phrase:", typed.as_str()),
        ("Verifying - Enter PEM pass phrase:", typed.as_str()),
        ("in certwright: certwright genkey -t p256 --encrypt -o new.key", ""),
    ];
    let line = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -out new.key";
    let outcome = session(&python, &sandbox, line, &steps);
    assert_eq!(outcome.code, Some(0), "{outcome}");

    let question = "Enter pass phrase for new.key:";
    let outcome = session(&python, &sandbox, "openssl pkey -in new.key -out open.key", &[(question, typed.as_str())]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(sandbox.read("open.key").starts_with(b"-----BEGIN PRIVATE KEY-----"));

    // openssl asks once, and a wrong password leaves nothing.
    let outcome = session(&python, &sandbox, "openssl pkey -in new.key -out other.key", &[(question, "wrong\r")]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert_eq!(sandbox.snapshot().files(), ["new.key", "open.key"]);
}

#[test]
fn the_questions_of_a_request_are_asked_in_openssls_words() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256");
    let steps = [
        ("Country Name (2 letter code) [AU]:", "DEU\r"),
        ("String too long, must be at most 2 bytes long", ""),
        ("Country Name (2 letter code) [AU]:", "DE\r"),
        ("State or Province Name (full name) [Some-State]:", ".\r"),
        ("Locality Name (eg, city) []:", "\r"),
        ("Organization Name (eg, company) [Internet Widgits Pty Ltd]:", "\r"),
        ("Organizational Unit Name (eg, section) []:", "\r"),
        ("Common Name (e.g. server FQDN or YOUR name) []:", "jwt.example.com\r"),
        ("Email Address []:", "\r"),
        ("A challenge password []:", "\r"),
        ("An optional company name []:", "\r"),
    ];
    let outcome = session(&python, &sandbox, "openssl req -new -key server.key -out new.csr", &steps);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let shown = sandbox.done("openssl req -in new.csr -noout -subject").stdout;
    assert_eq!(shown, "subject=C = DE, O = Internet Widgits Pty Ltd, CN = jwt.example.com\n");
}

#[test]
fn ctrl_d_at_a_question_ends_with_1_and_leaves_nothing() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    let question = "Country Name (2 letter code) [AU]:";
    let line = "openssl req -new -newkey rsa:2048 -nodes -keyout new.key -out new.csr";
    let outcome = session(&python, &sandbox, line, &[(question, "\u{4}")]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let outcome = session(&python, &sandbox, "openssl genrsa -aes256 -out new.key", &[("pass phrase:", "\u{4}")]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert!(sandbox.snapshot().files().is_empty(), "{:?}", sandbox.snapshot().files());
}

#[test]
fn an_output_that_is_a_terminal_is_not_waited_for() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256");
    // What stands in an output's place was read to its end, and a terminal has none.
    let outcome = session(&python, &sandbox, "openssl pkey -in server.key -pubout -out /dev/fd/1", &[]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.stdout.contains("-----BEGIN PUBLIC KEY-----"), "{outcome}");
    for out in ["/dev/stderr", "/dev/tty"] {
        let outcome = session(&python, &sandbox, &format!("openssl pkey -in server.key -out {out}"), &[]);
        assert_eq!(outcome.code, Some(1), "{outcome}");
    }
}

#[test]
fn a_message_larger_than_any_key_is_digested_and_signed() {
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256");
    sandbox.write("large.bin", vec![0; 17 << 20]);
    sandbox.done("openssl dgst -sha256 -sign server.key -out large.sig large.bin");
    let outcome = sandbox.done("openssl dgst -sha256 -prverify server.key -signature large.sig large.bin");
    assert_eq!(outcome.stdout, "Verified OK\n");
    let outcome = sandbox.done("openssl dgst -sha256 large.bin");
    // From `head -c 17825792 /dev/zero | sha256sum`.
    assert_eq!(
        outcome.stdout,
        "SHA2-256(large.bin)= 22427fd5e24f1989afefbda75c8daf74aa02a1d4b2ba47dae755b275d35da5cf\n"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_not_taken_for_one_without_a_key() {
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256 -o old.key");
    let path = sandbox.folder().join("old.key");
    let kept = sandbox.read("old.key");
    let readable = std::fs::metadata(&path).unwrap().permissions();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o000)).unwrap();
    // A superuser reads it all the same, and is refused because of the key.
    drop(sandbox.refused(1, "openssl rand -out old.key 16"));
    std::fs::set_permissions(&path, readable).unwrap();
    assert_eq!(sandbox.read("old.key"), kept);
}
