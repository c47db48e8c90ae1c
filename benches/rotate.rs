//! Time per name of rotating a fleet with one command, beside the same done with openssl and keytool in a loop.
//!
//! `cargo bench --bench rotate`; `CERTWRIGHT_BENCH_NAMES=200` chooses how many names (20), `CERTWRIGHT_BENCH_ROUNDS` how many
//! rounds (5). All are run in turn in every round, so that what else the machine does falls on all alike. Ours proves each
//! version before and after, writes the store, its state and its audit log, and waits until all is on the disk; the loop
//! writes files. Its keystore takes a Java, started for each name.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

#[allow(dead_code, reason = "each benchmark uses a part of it")]
#[path = "support/support.rs"]
mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use support::measure::{median, run, timed};
use support::programs::{self, command};

/// One way of doing it.
struct Way {
    name: &'static str,
    /// Makes what is to be rotated; its time does not count.
    prepare: fn(&Path, usize, Kind),
    run: fn(&Path, usize, Kind),
}

#[derive(Clone, Copy)]
struct Kind {
    key: &'static str,
    with_jks: bool,
}

const WAYS: [Way; 3] = [
    Way { name: "certwright, all cores", prepare: prepare_fleet, run: |folder, _, _| fleet(folder, &[]) },
    Way { name: "certwright, --jobs 1", prepare: prepare_fleet, run: |folder, _, _| fleet(folder, &["--jobs", "1"]) },
    Way { name: "openssl and keytool, loop", prepare: |_, _, _| {}, run: by_hand },
];

fn main() {
    let number = |name: &str, default| env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (names, rounds) = (number("CERTWRIGHT_BENCH_NAMES", 20), number("CERTWRIGHT_BENCH_ROUNDS", 5).max(1));
    for (tool, version) in [("openssl", programs::openssl()), ("keytool", programs::keytool())] {
        if version.is_none() {
            println!("skipped: there is no {tool}");
            return;
        }
    }
    for kind in [
        Kind { key: "rsa:2048", with_jks: true },
        Kind { key: "rsa:2048", with_jks: false },
        Kind { key: "p256", with_jks: true },
        Kind { key: "p256", with_jks: false },
    ] {
        let mut times = WAYS.map(|_| Vec::new());
        for _ in 0..rounds {
            for (way, times) in WAYS.iter().zip(&mut times) {
                let folder = tempfile::Builder::new().tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
                (way.prepare)(folder.path(), names, kind);
                times.push(timed(|| (way.run)(folder.path(), names, kind)).wall);
            }
        }
        let medians = times.map(|times| median(&times));
        let files = if kind.with_jks { "key, csr, crt, p12, jks" } else { "key, csr, crt, p12" };
        println!("\n{} ({files}), {names} names, median of {rounds}", kind.key);
        for (way, time) in WAYS.iter().zip(medians) {
            let each = time / f64::from(u32::try_from(names).unwrap());
            println!(
                "{:<26} {each:>8.1} ms a name  {:>7.2} s in all  {:>6.2} times as fast as the loop",
                way.name,
                time / 1000.0,
                medians[2] / time
            );
        }
    }
}

fn write_fleet(folder: &Path, names: usize, kind: Kind, days: u32) {
    let jks = if kind.with_jks { ", \"jks\"" } else { "" };
    let mut text = format!(
        "[defaults]\ntype = \"{}\"\nonly = [\"key\", \"csr\", \"crt\", \"p12\"{jks}]\ndays = {days}\nbefore = \"30d\"\nactivate = true\npassout = \"generate\"\n",
        kind.key
    );
    for number in 0..names {
        let _ = write!(
            text,
            "[[set]]\nname = \"n{number}\"\ncn = \"n{number}.example\"\nsan = \"dns:n{number}.example\"\n"
        );
    }
    fs::write(folder.join("fleet.toml"), text).unwrap();
}

/// A fleet whose first versions are due.
fn prepare_fleet(folder: &Path, names: usize, kind: Kind) {
    write_fleet(folder, names, kind, 5);
    fleet(folder, &[]);
    write_fleet(folder, names, kind, 365);
}

fn fleet(folder: &Path, more: &[&str]) {
    let mut command = command("certwright rotate auto --config fleet.toml --quiet");
    run(command.args(more).current_dir(folder), 0);
}

/// The commands of the usual guides, one name after the other.
fn by_hand(folder: &Path, names: usize, kind: Kind) {
    let tool = |line: &str| run(command(line).current_dir(folder), 0);
    let key = match kind.key {
        "p256" => "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
        _ => "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
    };
    for n in 0..names {
        tool(&format!("openssl genpkey {key} -out n{n}.key"));
        tool(&format!(
            "openssl req -new -key n{n}.key -subj /CN=n{n}.example -addext subjectAltName=DNS:n{n}.example -out n{n}.csr"
        ));
        tool(&format!(
            "openssl x509 -req -in n{n}.csr -signkey n{n}.key -days 365 -copy_extensions copy -out n{n}.crt"
        ));
        tool(&format!(
            "openssl pkcs12 -export -inkey n{n}.key -in n{n}.crt -name n{n} -passout pass:changeit -out n{n}.p12"
        ));
        if kind.with_jks {
            tool(&format!(
                "keytool -importkeystore -noprompt -srckeystore n{n}.p12 -srcstoretype PKCS12 -srcstorepass changeit -destkeystore n{n}.jks -deststoretype JKS -deststorepass changeit"
            ));
        }
    }
}
