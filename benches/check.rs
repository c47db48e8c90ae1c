//! How long `certwright check` takes for many files, beside a loop of openssl and a script with Python's cryptography, and
//! how much memory it needs; for dates alone, and for all that it looks at: `cargo bench --bench check`.
//!
//! The programs run in turn, several times, and the median counts. openssl's own way of asking, `x509 -checkend`, reads the
//! first certificate of a PEM file and starts a process for each, so it is asked of 1,000 files that hold one each. Python
//! reads every certificate there, and in the mixed tree those of its PEM files alone. Peers that are not there are named
//! as skipped.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout, clippy::unwrap_used)]

#[allow(dead_code, reason = "each benchmark uses a part of it")]
#[path = "support/support.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use certwright::crypto::{KeyAlgorithm, SystemRandom};
use certwright::files::Input;
use certwright::formats::x509::DistinguishedName;
use certwright::limits::Limits;
use certwright::operations::{CreateCsr, PackKeystore, StoreFormat, create_csr, pack_keystore, request_pem};
use certwright::secret::{NoPasswords, Password};

use support::certificates::Maker;
use support::measure::{be_intermediary, median, peak, run, timed};
use support::programs::{self, command};

const ROUNDS: usize = 5;

/// What people put into cron.
const OPENSSL: &str =
    r#"for f in "$1"/*.pem; do openssl x509 -in "$f" -noout -checkend 2592000 >/dev/null || echo "$f"; done"#;

/// Something has ended or is about to, or could not be read.
const CRITICAL: i32 = 2;

fn main() {
    if be_intermediary() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let maker = Mixed::new();
    let alone = dir.path().join("alone");
    fs::create_dir(&alone).unwrap();
    for number in 0..1_000 {
        fs::write(alone.join(format!("{number}.pem")), maker.certificates.certificate(number)).unwrap();
    }
    let flat = dir.path().join("flat");
    fs::create_dir(&flat).unwrap();
    for number in 0..10_000 {
        // Certificates of P-256 keys.
        fs::write(flat.join(format!("{number}.pem")), maker.certificates.certificate(2 * number + 1)).unwrap();
    }
    let trees = [1_000, 10_000].map(|count| (count, maker.tree(dir.path(), count)));
    let has_openssl = programs::openssl().is_some();
    let has_python = programs::python_cryptography().is_some();
    if !has_openssl {
        println!("skipped: openssl not found");
    }
    if !has_python {
        println!("skipped: Python with cryptography not found; CERTWRIGHT_PYTHON names it");
    }

    println!("1,000 PEM files of one certificate each, median of {ROUNDS}");
    let mut runs = vec![("certwright check", check(&alone), CRITICAL)];
    if has_openssl {
        let mut command = command("sh -c");
        command.arg(OPENSSL).arg("sh").arg(&alone);
        runs.push(("openssl in a loop", command, 0));
    }
    if has_python {
        runs.push(("Python cryptography", programs::python_expiry(&alone), 0));
    }
    compare(&mut runs);

    println!("10,000 PEM files of one P-256 certificate each, for dates alone, median of {ROUNDS}");
    let mut dates = check(&flat);
    dates.args(["--only", "expiry"]);
    let mut runs =
        vec![("certwright check --only expiry", dates, CRITICAL), ("certwright check", check(&flat), CRITICAL)];
    if has_python {
        runs.push(("Python cryptography", programs::python_expiry(&flat), 0));
    }
    compare(&mut runs);

    for (count, tree) in &trees {
        println!("{count} mixed files, median of {ROUNDS}");
        let mut runs = vec![("certwright check", check(tree), CRITICAL)];
        if has_python {
            runs.push(("Python cryptography, PEM files only", programs::python_expiry(tree), 0));
        }
        compare(&mut runs);
        match peak(&check(tree)) {
            Some(mebibytes) => println!("  memory at its peak: {mebibytes:.1} MiB"),
            None => println!("  skipped: this system does not tell the peak of memory"),
        }
    }
}

fn check(folder: &Path) -> Command {
    let mut command = command("certwright check --recursive --quiet");
    command.arg(folder);
    command
}

/// Runs all in turn, so that what else the machine does meets each alike, and prints the medians.
fn compare(runs: &mut [(&str, Command, i32)]) {
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); runs.len()];
    for _ in 0..ROUNDS {
        for ((_, command, exit), times) in runs.iter_mut().zip(&mut times) {
            times.push(timed(|| run(command, *exit)).wall);
        }
    }
    let medians: Vec<f64> = times.iter().map(|times| median(times)).collect();
    for ((name, ..), median) in runs.iter().zip(&medians) {
        println!("  {name:<36} {median:>9.1} ms  ×{:.1}", median / medians[0]);
    }
}

/// Makes files of every kind.
struct Mixed {
    certificates: Maker,
    requests: Vec<Vec<u8>>,
    keystores: Vec<Vec<u8>>,
}

impl Mixed {
    fn new() -> Self {
        let mut rng = SystemRandom::new();
        let certificates = Maker::new(&[KeyAlgorithm::Rsa { bits: 2048 }, KeyAlgorithm::P256]);
        let (mut requests, mut keystores) = (Vec::new(), Vec::new());
        for at in 0..8 {
            let key = Input::new("key", certificates.key(at).into());
            let (limits, subject) = (Limits::default(), DistinguishedName::parse("CN=request").unwrap());
            let options = CreateCsr { subject, extensions: Vec::new(), digest: None };
            let request = create_csr(&options, &key, &NoPasswords, &limits, &mut rng).unwrap();
            requests.push(request_pem(&request).unwrap());
            let certificate = Input::new("certificate", certificates.certificate(at).into());
            let format = StoreFormat::Jks { entry_password: None, created: certificates.now };
            let options = PackKeystore { format, alias: "app".to_owned(), password: Password::new("changeit") };
            let packed = pack_keystore(&options, &key, &certificate, &[], &NoPasswords, &limits, &mut rng).unwrap();
            keystores.push(packed.octets);
        }
        Self { certificates, requests, keystores }
    }

    /// A tree of `count` files, a hundred to a folder.
    fn tree(&self, dir: &Path, count: usize) -> PathBuf {
        let root = dir.join(format!("mixed-{count}"));
        for number in 0..count {
            let folder = root.join(format!("{:03}", number / 100));
            fs::create_dir_all(&folder).unwrap();
            let (ending, content) = match number % 20 {
                0..=8 => ("pem", self.certificates.certificate(number)),
                9 | 10 => ("der", self.certificates.der(number)),
                11 => ("pem", [number, number + 1, number + 2].map(|it| self.certificates.certificate(it)).concat()),
                12 | 13 => ("key", self.certificates.key(number)),
                14 | 15 => ("csr", self.requests[number % 8].clone()),
                16 | 17 => ("jks", self.keystores[number % 8].clone()),
                18 => ("txt", b"Nothing to see here.\n".repeat(number % 100)),
                // Once in a thousand files, one that does not fit into what may be read.
                _ if number % 1_000 == 19 => ("log", vec![b'x'; 20 << 20]),
                _ => ("bin", (0..40_000).map(|at| (at % 251) as u8).collect()),
            };
            let path = folder.join(format!("{number}.{ending}"));
            fs::write(&path, content).unwrap();
            #[cfg(unix)]
            if ending == "key" {
                use std::os::unix::fs::PermissionsExt;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            }
        }
        root
    }
}
