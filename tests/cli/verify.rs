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

/// The folder `testdata/weak/` in the sandbox.
fn weak_keys() -> Sandbox {
    let sandbox = Sandbox::new();
    for entry in std::fs::read_dir("testdata/weak").unwrap() {
        let path = entry.unwrap().path();
        sandbox.write(path.file_name().unwrap().to_str().unwrap(), std::fs::read(&path).unwrap());
    }
    sandbox
}

#[test]
fn weak_keys_are_warned_of_and_change_no_verdict() {
    let sandbox = weak_keys();
    let outcome = report(&sandbox, 0, "verify shared-prime-1.key shared-prime-1.crt");
    assert!(!outcome.stderr.contains("shares a prime"), "{outcome}");
    // The pair is a pair, and its key is open to all.
    let outcome = report(&sandbox, 0, "verify shared-prime-1.key shared-prime-1.crt shared-prime-2.crt");
    let outcome = outcome.shows("proved").says("shares a prime with another key: with that in `shared-prime-2.crt`");
    drop(outcome.shows("broken").says("compute both private keys"));

    let outcome = report(&sandbox, 0, "verify . --quiet");
    let outcome = outcome.says("in `./close-primes.crt` has two primes so close together");
    let outcome = outcome.says("in `./exponent-1.pub` has the public exponent 1").says("`./roca.pub` was made by");
    drop(outcome.says("in `./small-factors.pub` has a modulus that 3 divides"));
}

#[test]
fn weak_keys_stand_in_the_json() {
    let sandbox = weak_keys();
    let json = report(&sandbox, 0, "verify . --json").json();
    assert_eq!((&json["proved"], &json["not_compared"]), (&true.into(), &0.into()));
    let groups = json["groups"].as_array().unwrap();
    let of = |file: &str| {
        let file = format!("./{file}");
        let holds =
            |places: &serde_json::Value| places.as_array().unwrap().iter().any(|it| it["file"] == file.as_str());
        groups.iter().find(|group| holds(&group["certificates"]) || holds(&group["public_keys"])).unwrap()
    };
    for (file, kind) in [
        ("close-primes.crt", "close_primes"),
        ("exponent-1.pub", "exponent_one"),
        ("roca.pub", "roca"),
        ("shared-prime-1.crt", "shared_prime"),
        ("small-factors.pub", "small_factor"),
    ] {
        let worst = &of(file)["weaknesses"][0];
        assert_eq!((&worst["kind"], &worst["severity"]), (&kind.into(), &"broken".into()), "{file}");
        assert!(worst["meaning"].as_str().unwrap().ends_with('.'), "{worst}");
    }
    assert_eq!(of("shared-prime-1.crt")["shares_prime_with"], of("shared-prime-2.crt")["spki_sha256"]);
    assert!(of("roca.pub")["shares_prime_with"].is_null());
}

#[test]
fn a_public_key_is_shown_with_its_private_half_and_proves_nothing() {
    let sandbox = two_pairs();
    let spki = |file: &str| {
        let key = certwright::formats::pem::decode(&sandbox.read(file), &Default::default()).unwrap();
        let key = certwright::formats::pkcs8::decode(key.blocks[0].contents.expose()).unwrap();
        certwright::formats::spki::encode(&key.public_key()).unwrap()
    };
    sandbox.write("a.der", spki("a.key"));
    sandbox.write("b.pub", certwright::formats::pem::encode("PUBLIC KEY", &spki("b.key")).unwrap().expose());
    let outcome = report(&sandbox, 0, "verify a.key a.crt a.der");
    drop(outcome.shows("public key   `a.der`"));
    drop(report(&sandbox, 1, "verify b.key b.pub").shows("public key   `b.pub`").says("no certificate"));
    report(&sandbox, 1, "verify b.pub");
}
