//! RSA key generation, by the widest instructions that it may use.

use std::cell::RefCell;
use std::fs;

use certwright::crypto::{KeyAlgorithm, Simd};
use certwright::files::Input;
use certwright::limits::Limits;
use certwright::operations::open_private_key;
use certwright::secret::NoPasswords;

use crate::job::{Claim, Job, Measure, Program, Side, Work};
use crate::support::programs::command;

const OPENSSL: &str = "openssl genrsa";
const CALL: &str = "cryptography, the call";

const NOTE: &str = "How long a search for primes takes is a matter of luck, most of all for `openssl genrsa`: means are \
                    compared, and their intervals are wide. openssl and certwright are whole processes that print the key, so \
                    that no side waits for a disk: with `-o FILE` certwright ends when the disk has the key, which takes it \
                    a millisecond or two more here. Of Python's `cryptography`, which brings a newer OpenSSL, only the call \
                    is timed, in a process that stays. Every key is read, and its size checked, outside the timing. \
                    `CERTWRIGHT_SIMD` names the widest instructions that the search may use; `none` is portable Rust.";

/// A value of `CERTWRIGHT_SIMD`, and how many times faster than openssl's `genrsa` for each size, faster and less than the
/// call in `cryptography`.
struct Path {
    simd: Simd,
    side: &'static str,
    genrsa: [f64; 3],
    call: Option<(f64, f64)>,
}

const PATHS: [Path; 4] = [
    Path { simd: Simd::Avx512ifma, side: "certwright, AVX-512 IFMA", genrsa: [10.0, 7.0, 8.0], call: Some((3.0, 2.0)) },
    Path { simd: Simd::Avx512f, side: "certwright, AVX-512F", genrsa: [10.0, 7.0, 8.0], call: Some((3.0, 2.0)) },
    Path { simd: Simd::Avx2, side: "certwright, AVX2", genrsa: [8.0, 6.0, 6.0], call: Some((2.0, 1.3)) },
    Path { simd: Simd::None, side: "certwright, portable", genrsa: [4.0, 2.5, 2.5], call: None },
];

pub(super) fn jobs() -> Vec<Job> {
    let generate = |at: usize, name, title, rounds, sides| Job {
        name,
        title,
        note: if at > 0 { "As `genkey-2048`." } else { NOTE },
        rounds,
        claims: PATHS.iter().flat_map(|path| claims(path, at)).collect(),
        prepare: check_setting,
        sides,
    };
    vec![
        generate(0, "genkey-2048", "RSA-2048 key", 200, || sides(2048)),
        generate(1, "genkey-3072", "RSA-3072 key", 100, || sides(3072)),
        generate(2, "genkey-4096", "RSA-4096 key", 100, || sides(4096)),
        Job {
            name: "genkey-keytool",
            title: "RSA-2048 key, against keytool",
            note: "keytool puts the key into a keystore, and a certificate beside it.",
            rounds: 200,
            claims: vec![Claim::Times {
                ours: "certwright",
                peer: "keytool -genkeypair",
                measure: Measure::Wall,
                at_least: Some(30.0),
            }],
            prepare: || (),
            sides: || {
                vec![
                    Side::new("certwright", Program::Certwright, &["certwright genkey -t rsa:2048 -q -o ours.key"])
                        .makes(&["ours.key"])
                        .checked(|| check_key("ours.key", 2048)),
                    Side::new(
                        "keytool -genkeypair",
                        Program::Keytool,
                        &["keytool -genkeypair -alias app -keyalg RSA -keysize 2048 -dname CN=app.example.com \
                           -validity 365 -storetype PKCS12 -keystore theirs.p12 -storepass changeit"],
                    )
                    .makes(&["theirs.p12"]),
                ]
            },
        },
    ]
}

fn claims(path: &Path, at: usize) -> Vec<Claim> {
    let claim = |peer, measure, at_least| Claim::Times { ours: path.side, peer, measure, at_least };
    vec![
        claim(OPENSSL, Measure::Wall, Some(path.genrsa[at])),
        claim(CALL, Measure::Wall, path.call.map(|(wall, _)| wall)),
        claim(CALL, Measure::Cpu, path.call.map(|(_, cpu)| cpu)),
    ]
}

fn sides(bits: u32) -> Vec<Side> {
    let mut sides: Vec<Side> = PATHS
        .iter()
        .map(|path| {
            let line = format!("CERTWRIGHT_SIMD={} certwright genkey -t rsa:{bits} -q -o - > ours.key", path.simd);
            let side = Side::new(path.side, Program::CertwrightWith(path.simd), &[&line]);
            side.makes(&["ours.key"]).checked(move || check_key("ours.key", bits))
        })
        .collect();
    let genrsa = Side::new(OPENSSL, Program::Openssl, &[&format!("openssl genrsa {bits} > theirs.key")]);
    sides.push(genrsa.makes(&["theirs.key"]).checked(move || check_key("theirs.key", bits)));
    let call = Work::Generator { bits, started: RefCell::new(None) };
    sides.push(Side::of(CALL, Program::PythonCryptography, call));
    sides
}

/// A program that knows no such setting would run the same path four times. Ours says when a value means nothing to it.
fn check_setting() {
    let mut available = Simd::ALL.iter().copied().filter(|simd| simd.is_available());
    assert!(available.all(|simd| PATHS.iter().any(|path| path.simd == simd)), "a path of this processor is left out");
    let output = command("CERTWRIGHT_SIMD=unheard-of certwright genkey -t p256 -o any.key").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains("CERTWRIGHT_SIMD"), "{}: {told}", output.status);
    // Nor may it say so of a value that it knows.
    for path in PATHS {
        let line = format!("CERTWRIGHT_SIMD={} certwright genkey -t p256 --force -o any.key", path.simd);
        let told = command(&line).output().unwrap().stderr;
        assert!(!String::from_utf8_lossy(&told).contains("CERTWRIGHT_SIMD"), "{line}");
    }
}

fn check_key(file: &str, bits: u32) {
    let input = Input::new(file, fs::read(file).unwrap().into());
    let key = open_private_key(&input, &NoPasswords, &Limits::default()).unwrap();
    assert_eq!(key.algorithm(), KeyAlgorithm::Rsa { bits }, "{file}");
}
