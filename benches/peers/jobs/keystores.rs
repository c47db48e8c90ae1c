//! A whole set, and keystores for Java.

use std::fs;

use certwright::files::Input;
use certwright::limits::Limits;
use certwright::operations::{list_aliases, open_certificates, open_private_key, open_request};
use certwright::secret::{NoPasswords, Password, Passwords};

use crate::job::{Claim, Job, Measure, Program, Side};
use crate::jobs::reading::make_set;

const OURS: &str = "certwright";
const TUTORIAL: &str = "openssl and keytool";
const IMPORT: &str = "keytool -importkeystore";
const CHANGE: &str = "keytool -changealias";

pub(super) fn jobs() -> Vec<Job> {
    vec![
        Job {
            name: "create",
            title: "Key, request, certificate, PKCS#12 and JKS, proved to belong together",
            note: "The peers are the lines of a tutorial, five of openssl and two of keytool, which prove nothing. All \
                   derive keys with 2,048 iterations, openssl's default. That the files open and hold one key is checked \
                   outside the timing, on both sides.",
            rounds: 200,
            claims: faster(OURS, TUTORIAL, 20.0),
            prepare: || fs::write("pass", "changeit\n").unwrap(),
            sides: || vec![create(), tutorial()],
        },
        Job {
            name: "export-jks",
            title: "JKS from a key and a certificate, and from a PKCS#12",
            note: "keytool can make a JKS only from another keystore; certwright does so too, with `convert`. The PKCS#12 \
                   has keytool's 10,000 iterations.",
            rounds: 100,
            claims: [faster("certwright export", IMPORT, 50.0), faster("certwright convert", IMPORT, 50.0)].concat(),
            prepare: || make_set(10_000),
            sides: || {
                let lines = [
                    "certwright export jks --key set/server.key --cert set/server.crt --alias app --passout file:pass -q -o ours.jks",
                    "certwright convert set/keystore.p12 --to jks --passin file:pass --passout file:pass -q -o converted.jks",
                    "keytool -importkeystore -noprompt -srckeystore set/keystore.p12 -srcstoretype PKCS12 -srcstorepass changeit \
                     -destkeystore theirs.jks -deststoretype JKS -deststorepass changeit",
                ];
                let side = |name, program, line, made| {
                    Side::new(name, program, &[line]).makes(&[made]).checked(move || check_alias(made, "app"))
                };
                vec![
                    side("certwright export", Program::Certwright, lines[0], "ours.jks"),
                    side("certwright convert", Program::Certwright, lines[1], "converted.jks"),
                    side(IMPORT, Program::Keytool, lines[2], "theirs.jks"),
                ]
            },
        },
        alias("alias-jks", "Another alias in a JKS", "", || rename("set/servercert.jks")),
        alias(
            "alias-p12",
            "Another alias in a PKCS#12",
            "The file has keytool's 10,000 iterations, and keeps them.",
            || rename("set/keystore.p12"),
        ),
    ]
}

/// How many times faster at least than a peer, and what that takes of processor time.
fn faster(ours: &'static str, peer: &'static str, at_least: f64) -> Vec<Claim> {
    vec![
        Claim::Times { ours, peer, measure: Measure::Wall, at_least: Some(at_least) },
        Claim::Times { ours, peer, measure: Measure::Cpu, at_least: None },
    ]
}

fn alias(name: &'static str, title: &'static str, note: &'static str, sides: fn() -> Vec<Side>) -> Job {
    let claims = faster(OURS, CHANGE, 50.0);
    Job { name, title, note, rounds: 100, claims, prepare: || make_set(10_000), sides }
}

fn create() -> Side {
    let line = "certwright create --cn app.example.com --alias app --dir made --iterations 2048 --passout file:pass -q";
    let made = ["made/server.key", "made/server.csr", "made/server.crt", "made/keystore.p12", "made/servercert.jks"];
    Side::new(OURS, Program::Certwright, &[line]).makes(&made).checked(move || {
        check_set(made);
        // openssl gives its PKCS#12 no alias.
        check_alias("made/keystore.p12", "app");
    })
}

fn tutorial() -> Side {
    let lines = [
        "openssl genpkey -aes-256-cbc -algorithm RSA -pass pass:changeit -out server.pass.key -pkeyopt rsa_keygen_bits:2048",
        "openssl rsa -passin pass:changeit -in server.pass.key -out server.key",
        "openssl req -new -key server.key -subj /CN=app.example.com -out server.csr",
        "openssl x509 -req -sha256 -days 365 -in server.csr -signkey server.key -out server.crt",
        "openssl pkcs12 -export -in server.crt -inkey server.key -passout pass:changeit -out keystore.p12",
        "keytool -importkeystore -noprompt -srckeystore keystore.p12 -srcstoretype pkcs12 -srcstorepass changeit \
         -destkeystore servercert.jks -deststoretype JKS -deststorepass changeit",
        "keytool -keystore servercert.jks -storepass changeit -changealias -alias 1 -destalias app",
    ];
    let made = ["server.key", "server.csr", "server.crt", "keystore.p12", "servercert.jks"];
    Side::new(TUTORIAL, Program::OpensslAndKeytool, &lines)
        .makes(&["server.pass.key"])
        .makes(&made)
        .checked(move || check_set(made))
}

fn rename(store: &'static str) -> Vec<Side> {
    let ours = "certwright alias rename ours.store app renamed --passin file:pass -q";
    let theirs = "keytool -changealias -keystore theirs.store -storepass changeit -alias app -destalias renamed";
    let side = |name, program, line, file| {
        Side::new(name, program, &[line]).copies(store, file).checked(move || check_alias(file, "renamed"))
    };
    vec![side(OURS, Program::Certwright, ours, "ours.store"), side(CHANGE, Program::Keytool, theirs, "theirs.store")]
}

/// The key, request, certificate, PKCS#12 and JKS open and are of one key, and the JKS has the alias.
fn check_set([key, request, certificate, p12, jks]: [&str; 5]) {
    let limits = Limits::default();
    let input = |file: &str| Input::new(file, fs::read(file).unwrap().into());
    let public = open_private_key(&input(key), &NoPasswords, &limits).unwrap().public_key();
    let passwords = || Passwords::from([Password::new("changeit")]);
    for store in [p12, jks] {
        let held = open_private_key(&input(store), &passwords(), &limits).unwrap().public_key();
        assert_eq!(held, public, "{store}");
    }
    let requested = open_request(&input(request), &NoPasswords, &limits).unwrap();
    assert_eq!(requested.public_key().unwrap(), public, "{request}");
    let certificates = open_certificates(&input(certificate), &NoPasswords, &limits).unwrap();
    assert_eq!(certificates.len(), 1, "{certificate}");
    assert_eq!(certificates[0].public_key().unwrap(), public, "{certificate}");
    check_alias(jks, "app");
}

fn check_alias(file: &str, alias: &str) {
    let input = Input::new(file, fs::read(file).unwrap().into());
    let passwords = Passwords::from([Password::new("changeit")]);
    let list = list_aliases(&input, &passwords, &Limits::default()).unwrap();
    assert_eq!(list.entries.len(), 1, "{file}");
    assert_eq!(list.entries[0].alias, alias, "{file}");
}
