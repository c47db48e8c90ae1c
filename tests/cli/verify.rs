//! `verify`: when it says that things belong together, and when not.

use crate::support::{Outcome, Sandbox};

/// The pair `a`, and the pair `b` of another type.
fn two_pairs() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --name a --cn a -t p256 --passout generate");
    sandbox.done("create --name b --cn b -t ed25519 --passout generate");
    sandbox
}

/// A report that ends with `code`; it stands on standard output also when nothing is proved.
#[track_caller]
fn report(sandbox: &Sandbox, code: i32, line: &str) -> Outcome {
    let outcome = sandbox.certwright(line).run();
    assert_eq!(outcome.code, Some(code), "{line}\n{outcome}");
    assert!(!outcome.stdout.contains("urn:certwright:self-test") && !outcome.stdout.contains("eyJ"), "{outcome}");
    outcome
}

#[test]
fn everything_in_one_folder() {
    let sandbox = two_pairs();
    let outcome = report(&sandbox, 0, "verify . --passin file:a.pass --passin file:b.pass");
    let files = ["a.key", "a.csr", "a.crt", "a.p12", "a.jks", "b.key", "b.csr", "b.crt", "b.p12", "b.jks"];
    for file in files {
        assert!(outcome.stdout.contains(file), "{file} is not shown\n{outcome}");
    }
    for algorithm in ["EC P-256", "Ed25519"] {
        assert!(outcome.stdout.contains(algorithm), "{algorithm}\n{outcome}");
    }
}

#[test]
fn a_lonely_key() {
    let sandbox = two_pairs();
    drop(report(&sandbox, 1, "verify a.key").shows("a.key"));
    drop(report(&sandbox, 1, "verify a.key a.csr").shows("a.key"));
    drop(report(&sandbox, 1, "verify a.key a.crt b.key").shows("b.key"));
    report(&sandbox, 0, "verify a.key a.crt b.crt");
}

#[test]
fn no_private_key() {
    let sandbox = two_pairs();
    report(&sandbox, 1, "verify a.crt");
    report(&sandbox, 1, "verify a.crt a.csr b.crt");
    sandbox.write("folder/notes.txt", "no key here");
    report(&sandbox, 1, "verify folder");
}

#[test]
fn a_key_with_the_certificate_of_another() {
    let sandbox = two_pairs();
    report(&sandbox, 1, "verify a.key b.crt");
    drop(sandbox.refused(1, "verify --key a.key --cert b.crt").says("do not belong together"));
    report(&sandbox, 0, "verify --key a.key --cert a.crt");
    report(&sandbox, 0, "verify --key a.p12 --cert a.crt --passin file:a.pass");
}

#[test]
fn a_request_that_was_changed() {
    let sandbox = two_pairs();
    sandbox.done("csr --key a.key --cn changed -o changed.csr");
    let limits = certwright::limits::Limits::default();
    let document = certwright::formats::pem::decode(&sandbox.read("changed.csr"), &limits).unwrap();
    let mut der = document.blocks[0].contents.expose().to_vec();
    let at = der.windows(7).position(|window| window == b"changed").unwrap();
    der[at] = b'C';
    sandbox.write("changed.csr", der);
    drop(report(&sandbox, 1, "verify a.key a.crt changed.csr").shows("changed.csr"));
}

#[test]
fn what_was_named_must_open() {
    let sandbox = two_pairs();
    sandbox.write("notes.txt", "not a certificate");
    report(&sandbox, 1, "verify a.key a.crt missing.crt");
    report(&sandbox, 1, "verify a.key a.crt notes.txt");
    // Without a password, or with a wrong one, the keystore is not proved.
    report(&sandbox, 1, "verify a.key a.crt a.p12 --passin file:b.pass");
    let outcome = sandbox.certwright("verify a.key a.crt a.p12").run();
    assert!(matches!(outcome.code, Some(1 | 2)), "{outcome}");
}

/// Whoever names a file wants it proved, so one that takes no part is no success.
#[test]
fn a_named_file_that_holds_nothing_to_prove() {
    let sandbox = two_pairs();
    sandbox.write("bundle.p7b", "-----BEGIN PKCS7-----\nMAsGCSqGSIb3DQEHAg==\n-----END PKCS7-----\n");
    sandbox.write("curve.pem", "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n");
    for file in ["bundle.p7b", "curve.pem"] {
        drop(report(&sandbox, 1, &format!("verify a.key a.crt {file}")).shows(file));
    }
}

#[test]
fn other_files_in_a_folder_are_counted_and_left() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn x -t p256 --only key,crt --dir certs");
    report(&sandbox, 0, "verify certs");
    for (number, content) in ["notes", "", "\u{0}\u{1}\u{2}", "-----BEGIN SOMETHING-----\n"].iter().enumerate() {
        sandbox.write(&format!("certs/other-{number}"), content);
    }
    let outcome = report(&sandbox, 0, "verify certs");
    assert!((outcome.stdout + &outcome.stderr).contains("4 other files"));
    // What may hold a key and cannot be opened is no other file.
    sandbox.done("create --cn y -t p256 --name y --dir certs --passout generate");
    report(&sandbox, 1, "verify certs --passin file:certs/other-0");
    report(&sandbox, 0, "verify certs --passin file:certs/y.pass");
}

#[test]
fn json_tells_the_same() {
    let sandbox = two_pairs();
    let json = report(&sandbox, 0, "verify a.key a.crt --json").json();
    assert!(json["schema"].as_str().is_some_and(|schema| schema.starts_with("certwright/verify/")), "{json}");
    assert_eq!(json["proved"], true, "{json}");
    let json = report(&sandbox, 1, "verify a.key --json").json();
    assert_eq!(json["proved"], false, "{json}");
}
