//! Looking at a certificate, and opening a key that a password protects.

use std::fs;

use crate::job::{Claim, Job, Measure, Program, Side, Work};
use crate::support::measure::run;
use crate::support::programs::command;

const OURS: &str = "certwright inspect";
const PLAIN: &str = "openssl x509";
const WITHOUT_CAS: &str = "openssl x509, no CA file";
const PKEY: &str = "openssl pkey";

pub(super) fn jobs() -> Vec<Job> {
    let times = |ours, peer, measure, at_least| Claim::Times { ours, peer, measure, at_least };
    vec![
        Job {
            name: "inspect",
            title: "All that is in one certificate, start of the process included",
            note: "`openssl x509` reads the system's file of CA certificates at each start, whatever it is asked; pointed to \
                   a file that is not there, it does not. The peak of memory is that of 20 further runs, the largest counts.",
            rounds: 200,
            claims: vec![
                times(OURS, WITHOUT_CAS, Measure::Wall, Some(2.0)),
                times(OURS, WITHOUT_CAS, Measure::Cpu, None),
                times(OURS, PLAIN, Measure::Wall, None),
                Claim::Peak { side: OURS, below: Some(8.0) },
                Claim::Peak { side: WITHOUT_CAS, below: None },
                Claim::Peak { side: PLAIN, below: None },
            ],
            prepare: || make_set(10_000),
            sides: || {
                let side = |name, program, line| Side::new(name, program, &[line]).with_peak();
                vec![
                    side(OURS, Program::Certwright, "certwright inspect set/server.crt"),
                    side(
                        WITHOUT_CAS,
                        Program::Openssl,
                        "SSL_CERT_FILE=absent openssl x509 -in set/server.crt -noout -text",
                    ),
                    side(PLAIN, Program::Openssl, "openssl x509 -in set/server.crt -noout -text"),
                ]
            },
        },
        Job {
            name: "pbkdf2",
            title: "PBKDF2-HMAC-SHA-256 with 600,000 iterations",
            note: "Whole processes open the same key, PKCS#8 with PBES2 and 601,000 iterations; what the same takes with \
                   1,000 is taken off, so that 600,000 iterations alone are compared. What is asked is to \
                   take at most 5 % longer than openssl, so that openssl takes at least 1/1.05 times as long.",
            rounds: 100,
            claims: [Measure::Wall, Measure::Cpu].map(|of| times(OURS, PKEY, of, Some(1.0 / 1.05))).into(),
            prepare: || {
                fs::write("pass", "changeit\n").unwrap();
                for iterations in [601_000, 1_000] {
                    let options =
                        format!("--iterations {iterations} --passout file:pass --force -q -o {iterations}.key");
                    run(&mut command(&format!("certwright genkey -t p256 --encrypt {options}")), 0);
                }
            },
            sides: || {
                let side = |name, program, line: &str| {
                    let work = ["601000.key", "1000.key"].map(|file| line.replace("FILE", file));
                    let [whole, rest] = work;
                    Side::of(name, program, Work::Difference(whole, rest))
                };
                vec![
                    side(OURS, Program::Certwright, "certwright inspect FILE --passin file:pass"),
                    side(PKEY, Program::Openssl, "openssl pkey -in FILE -passin file:pass -noout"),
                ]
            },
        },
    ]
}

/// The files of a set in the folder `set`, with the alias `app` and the password in the file `pass`.
pub(super) fn make_set(iterations: u32) {
    fs::write("pass", "changeit\n").unwrap();
    let line = format!(
        "certwright create --cn app.example.com --alias app --dir set --iterations {iterations} --passout file:pass --force -q"
    );
    run(&mut command(&line), 0);
}
