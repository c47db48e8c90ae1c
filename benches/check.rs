//! How long `certwright check` takes for many files, beside a loop of openssl and a script with Python's cryptography, and
//! how much memory it needs; for dates alone, and for all that it looks at: `cargo bench --bench check`.
//!
//! The programs run in turn, several times, and the median counts. openssl's own way of asking, `x509 -checkend`, reads the
//! first certificate of a PEM file and starts a process for each, so it is asked of 1,000 files that hold one each. Python
//! reads every certificate there, and in the mixed tree those of its PEM files alone. Peers that are not there are named
//! as skipped.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use certwright::clock::Timestamp;
use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use certwright::files::Input;
use certwright::formats::x509::{Details, DistinguishedName};
use certwright::formats::{pem, pkcs8};
use certwright::limits::Limits;
use certwright::operations::{
    CreateCsr, Named, PackKeystore, SelfSign, StoreFormat, certificate_pem, create_csr, pack_keystore, request_pem,
    self_sign,
};
use certwright::secret::{NoPasswords, Password};

const ROUNDS: usize = 5;

/// What Python does with a folder: the end of every certificate in its PEM files.
const PYTHON: &str = "
import datetime, pathlib, sys
from cryptography import x509
limit = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)
for file in sorted(pathlib.Path(sys.argv[1]).rglob('*.pem')):
    for certificate in x509.load_pem_x509_certificates(file.read_bytes()):
        if certificate.not_valid_after_utc <= limit:
            print(certificate.not_valid_after_utc.isoformat(), file)
";

/// What people put into cron.
const OPENSSL: &str =
    r#"for f in "$1"/*.pem; do openssl x509 -in "$f" -noout -checkend 2592000 >/dev/null || echo "$f"; done"#;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let maker = Maker::new();
    let alone = dir.path().join("alone");
    fs::create_dir(&alone).unwrap();
    for number in 0..1_000 {
        fs::write(alone.join(format!("{number}.pem")), maker.certificate(number)).unwrap();
    }
    let flat = dir.path().join("flat");
    fs::create_dir(&flat).unwrap();
    for number in 0..10_000 {
        // Certificates of P-256 keys.
        fs::write(flat.join(format!("{number}.pem")), maker.certificate(2 * number + 1)).unwrap();
    }
    let trees = [1_000, 10_000].map(|count| (count, maker.tree(dir.path(), count)));

    println!("1,000 PEM files of one certificate each, median of {ROUNDS}");
    let ours = |folder: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_certwright"));
        command.args(["check", "--recursive", "--quiet"]).arg(folder);
        command
    };
    let mut runs: Vec<(&str, Command)> = vec![("certwright check", ours(&alone))];
    runs.extend(openssl(&alone).map(|command| ("openssl in a loop", command)));
    runs.extend(python(&alone).map(|command| ("Python cryptography", command)));
    compare(&mut runs);

    println!("10,000 PEM files of one P-256 certificate each, for dates alone, median of {ROUNDS}");
    let dates = |folder: &Path| {
        let mut command = ours(folder);
        command.args(["--only", "expiry"]);
        command
    };
    let mut runs: Vec<(&str, Command)> = vec![("certwright check --only expiry", dates(&flat))];
    runs.push(("certwright check", ours(&flat)));
    runs.extend(python(&flat).map(|command| ("Python cryptography", command)));
    compare(&mut runs);

    for (count, tree) in &trees {
        println!("{count} mixed files, median of {ROUNDS}");
        let mut runs: Vec<(&str, Command)> = vec![("certwright check", ours(tree))];
        runs.extend(python(tree).map(|command| ("Python cryptography, PEM files only", command)));
        compare(&mut runs);
        match peak(&mut ours(tree)) {
            Some(kilobytes) => println!("  memory at its peak: {:.1} MiB", kilobytes as f64 / 1024.0),
            None => println!("  skipped: the peak of memory is read from /proc, which is not there"),
        }
    }
}

fn openssl(folder: &Path) -> Option<Command> {
    let there = Command::new("openssl").arg("version").output().is_ok_and(|run| run.status.success());
    if !there {
        println!("  skipped: openssl not found");
        return None;
    }
    let mut command = Command::new("sh");
    command.args(["-c", OPENSSL, "sh"]).arg(folder);
    Some(command)
}

/// The interpreter that `CERTWRIGHT_PYTHON` names, as in the tests.
fn python(folder: &Path) -> Option<Command> {
    let program = std::env::var_os("CERTWRIGHT_PYTHON").unwrap_or_else(|| "python3".into());
    let there = Command::new(&program).args(["-c", "import cryptography"]).output();
    if !there.is_ok_and(|run| run.status.success()) {
        println!("  skipped: Python with cryptography not found; CERTWRIGHT_PYTHON names it");
        return None;
    }
    let mut command = Command::new(program);
    command.args(["-c", PYTHON]).arg(folder);
    Some(command)
}

/// Runs all in turn, so that what else the machine does meets each alike, and prints the medians.
fn compare(runs: &mut [(&str, Command)]) {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); runs.len()];
    for _ in 0..ROUNDS {
        for ((name, command), times) in runs.iter_mut().zip(&mut times) {
            let start = Instant::now();
            let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
            times.push(start.elapsed());
            // Nothing that a check finds is a fault of the run; that it did not run is.
            assert!(status.code().is_some_and(|code| code < 4), "{name}: {status}");
        }
    }
    let medians: Vec<Duration> = times
        .iter_mut()
        .map(|times| {
            times.sort();
            times[times.len() / 2]
        })
        .collect();
    for ((name, _), median) in runs.iter().zip(&medians) {
        let ratio = median.as_secs_f64() / medians[0].as_secs_f64();
        println!("  {name:<36} {:>9.1} ms  ×{ratio:.1}", median.as_secs_f64() * 1000.0);
    }
}

/// The most memory that a run has in use, in kilobytes, as Linux counts it (VmHWM), looked at every two milliseconds.
fn peak(command: &mut Command) -> Option<u64> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(kilobytes);
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}

/// Makes files of every kind.
struct Maker {
    now: Timestamp,
    keys: Vec<PrivateKey>,
    requests: Vec<Vec<u8>>,
    keystores: Vec<Vec<u8>>,
}

impl Maker {
    fn new() -> Self {
        let mut rng = SystemRandom::new();
        let algorithms = [KeyAlgorithm::Rsa { bits: 2048 }, KeyAlgorithm::P256];
        let keys = (0..8).map(|at| PrivateKey::generate(algorithms[at % 2], &mut rng).unwrap()).collect();
        let now = Timestamp::now();
        let mut maker = Self { now, keys, requests: Vec::new(), keystores: Vec::new() };
        for at in 0..maker.keys.len() {
            let key = Input::new("key", maker.key(at).into());
            let (limits, subject) = (Limits::default(), DistinguishedName::parse("CN=request").unwrap());
            let options = CreateCsr { subject, extensions: Vec::new(), digest: None };
            let request = create_csr(&options, &key, &NoPasswords, &limits, &mut rng).unwrap();
            maker.requests.push(request_pem(&request).unwrap());
            let certificate = Input::new("certificate", maker.certificate(at).into());
            let format = StoreFormat::Jks { entry_password: None, created: now };
            let options = PackKeystore { format, alias: "app".to_owned(), password: Password::new("changeit") };
            let packed = pack_keystore(&options, &key, &certificate, &[], &NoPasswords, &limits, &mut rng).unwrap();
            maker.keystores.push(packed.octets);
        }
        maker
    }

    fn key(&self, at: usize) -> Vec<u8> {
        let der = pkcs8::encode(&self.keys[at % self.keys.len()]).unwrap();
        pem::encode("PRIVATE KEY", der.expose()).unwrap().expose().to_vec()
    }

    /// A certificate of its own serial number, name and end.
    fn certificate(&self, number: usize) -> Vec<u8> {
        let subject = DistinguishedName::parse(&format!("CN=host-{number}.example,O=Example")).unwrap();
        let days = u32::try_from(number % 700 + 1).unwrap();
        let options = SelfSign {
            named: Named::Subject { subject, subject_alt_names: Vec::new() },
            not_after: self.now.plus_days(days).unwrap(),
            is_ca: false,
            details: Details::default(),
        };
        let (key, limits) = (Input::new("key", self.key(number).into()), Limits::default());
        let mut rng = SystemRandom::new();
        certificate_pem(&self_sign(&options, &key, &NoPasswords, &limits, self.now, &mut rng).unwrap()).unwrap()
    }

    fn der(&self, number: usize) -> Vec<u8> {
        let document = pem::decode(&self.certificate(number), &Limits::default()).unwrap();
        document.blocks[0].contents.expose().to_vec()
    }

    /// A tree of `count` files, a hundred to a folder.
    fn tree(&self, dir: &Path, count: usize) -> PathBuf {
        let root = dir.join(format!("mixed-{count}"));
        for number in 0..count {
            let folder = root.join(format!("{:03}", number / 100));
            fs::create_dir_all(&folder).unwrap();
            let (ending, content) = match number % 20 {
                0..=8 => ("pem", self.certificate(number)),
                9 | 10 => ("der", self.der(number)),
                11 => ("pem", [number, number + 1, number + 2].map(|it| self.certificate(it)).concat()),
                12 | 13 => ("key", self.key(number)),
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
