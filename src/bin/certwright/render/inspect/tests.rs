//! The text of `inspect` at 80 columns, for every file of testdata/ and for hostile ones.
#![allow(clippy::disallowed_methods, reason = "the tests read fixtures")]

use std::fs;
use std::path::{Path, PathBuf};

use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use certwright::files::{Collected, Input};
use certwright::formats::jks;
use certwright::formats::x509::{
    AttributeKind, Certificate, CertificateParameters, Details, DistinguishedName, SubjectAltName, Validity, self_sign,
};
use certwright::limits::Limits;
use certwright::operations::inspect;
use certwright::secret::{Password, Passwords, SecretBytes};
use certwright::untrusted::is_deceptive;

use super::*;

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn report_on(name: &str, octets: Vec<u8>, password: &str) -> InspectReport {
    let input: Collected = Input::new(name, SecretBytes::from(octets)).into();
    inspect([input], now(), &Passwords::from([Password::new(password)]), &Limits::default())
}

fn plain(report: &InspectReport) -> String {
    anstream::adapter::strip_str(&text(report, now())).to_string()
}

fn fixtures() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

/// The name with `hostile` as its CN and O, which no constructor lets through: it is put into the DER.
fn hostile_name(hostile: &str) -> DistinguishedName {
    let harmless = "X".repeat(hostile.len());
    let mut name = DistinguishedName::default();
    for kind in [AttributeKind::Organization, AttributeKind::CommonName] {
        name.push(kind, &harmless).unwrap();
    }
    let mut der = name.to_der().unwrap();
    while let Some(at) = der.windows(harmless.len()).position(|window| window == harmless.as_bytes()) {
        der[at..at + harmless.len()].copy_from_slice(hostile.as_bytes());
    }
    DistinguishedName::from_der(&der).unwrap()
}

/// A certificate of this subject with these further names.
fn certificate(subject: DistinguishedName, names: Vec<SubjectAltName>) -> Certificate {
    let mut rng = SystemRandom::new();
    let key = PrivateKey::generate(KeyAlgorithm::Rsa { bits: 2048 }, &mut rng).unwrap();
    let parameters = CertificateParameters {
        subject,
        subject_alt_names: names,
        validity: Validity { not_before: now(), not_after: now().plus_days(365).unwrap() },
        public_key: key.public_key(),
        is_ca: false,
    };
    self_sign(&parameters, &Details::default(), &key, &mut rng).unwrap()
}

#[test]
fn no_line_is_longer_than_a_narrow_terminal() {
    let files = fixtures();
    assert!(files.len() > 40, "testdata/ is missing");
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for password in ["changeit", "wrong"] {
            let text = plain(&report_on(&name, fs::read(&path).unwrap(), password));
            for line in text.lines() {
                assert!(layout::columns(line) <= layout::WIDTH, "{name}: {line:?}");
                assert_eq!(line.trim_end(), line, "{name}");
            }
        }
    }
}

#[test]
fn a_plain_certificate_fits_one_screen() {
    let made = certificate(
        DistinguishedName::parse("CN=jwt.example.com,O=Example Gesellschaft mit beschränkter Haftung,C=DE").unwrap(),
        vec![SubjectAltName::parse("dns:jwt.example.com").unwrap()],
    );
    let text = plain(&report_on("server.crt", made.der().to_vec(), ""));
    assert!(text.lines().count() <= 25, "{text}");
    assert!(
        text.starts_with("server.crt: self-signed certificate of jwt.example.com, RSA 2048, 365 days left\n"),
        "{text}"
    );
    assert!(text.contains("  valid until   2027-11-21T12:00:00Z, 365 days left\n"), "{text}");
}

/// Neither the text nor the JSON of a file that was made to deceive holds a character that steers a terminal.
#[test]
fn hostile_names_come_out_escaped() {
    let hostile = "evil\u{1b}[2J\u{9b}31m\u{7f}\r\n\u{202e}gnp.exe\u{2066}\u{200b}\u{8}";
    let made =
        certificate(hostile_name(hostile), vec![SubjectAltName::Dns("a\u{1b}[31m\u{7f}.example.com".to_owned())]);
    let mut store = jks::Store::new();
    let content = jks::Content::TrustedCertificate(jks::CertificateBlob::x509(made.der().to_vec()));
    store.push(jks::Entry { alias: hostile.to_owned(), created: i64::MAX, content }).unwrap();
    let store = store.encode(&Password::new("changeit")).unwrap();
    let header = b"eyJhbGciOiJcdTAwMWJbMkpcdTIwMmUifQ"; // {"alg":"\u001b[2J\u202e"}
    let token = [header.as_slice(), b".eyJcdTAwMWJdMDt4XHUwMDA3IjoiXHUwMDliMzFtXHUwMDBhIn0.AA"].concat();
    for (name, octets) in [("a.crt", made.der().to_vec()), ("a.jks", store), (hostile, token)] {
        let report = report_on(name, octets, "changeit");
        assert!(report.is_complete() || report.files[0].name == name);
        let document = crate::render::json::document("inspect", json(&report, now()));
        for shown in [plain(&report), document] {
            let found = shown.chars().find(|it| *it != '\n' && is_deceptive(*it));
            assert_eq!(found, None, "{shown:?}");
            assert!(shown.bytes().all(|octet| octet == b'\n' || octet >= 0x20), "{shown:?}");
        }
        let deceives = plain(&report).contains("evil") || name == hostile;
        assert!(deceives, "the name is not shown at all");
    }
}

#[test]
fn the_last_day_of_all_is_no_end() {
    let validity = Validity { not_before: now(), not_after: "9999-12-31T23:59:59Z".parse().unwrap() };
    let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut SystemRandom::new()).unwrap();
    let parameters = CertificateParameters {
        subject: DistinguishedName::parse("CN=x").unwrap(),
        subject_alt_names: Vec::new(),
        validity,
        public_key: key.public_key(),
        is_ca: true,
    };
    let made = self_sign(&parameters, &Details::default(), &key, &mut SystemRandom::new()).unwrap();
    let text = plain(&report_on("x", made.der().to_vec(), ""));
    assert!(text.starts_with("x: self-signed CA certificate of x, Ed25519, no end\n"), "{text}");
}

/// Everything that is shown has its member: each word of the text stands in the JSON too.
#[test]
fn json_holds_what_the_text_shows() {
    let made = certificate(DistinguishedName::parse("CN=jwt.example.com").unwrap(), Vec::new());
    let report = report_on("server.crt", made.der().to_vec(), "");
    let value = json(&report, now());
    let found = &value["files"][0]["contents"][0];
    assert_eq!(
        (&value["complete"], &found["kind"], &found["days_left"]),
        (&true.into(), &"certificate".into(), &365.into())
    );
    let everything = value.to_string().replace(':', "").to_lowercase();
    for line in plain(&report).lines().skip(1) {
        let said = line.get(16..).unwrap_or_default().replace(':', "").to_lowercase();
        let word = said.split([',', ' ']).next().unwrap_or_default();
        let is_plain_word =
            ["itself", "not"].contains(&word) || said.contains("critical") || said.starts_with("subjectkey");
        assert!(is_plain_word || everything.contains(word) || said.starts_with("authority"), "{line}");
    }
}
