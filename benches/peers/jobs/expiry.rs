//! When 10,000 certificates end.

use std::fs;
use std::path::Path;

use serde_json::Value;

use certwright::crypto::KeyAlgorithm;

use crate::job::{Claim, Job, Measure, Program, Side};
use crate::support::certificates::Maker;
use crate::support::programs::{PYTHON_EXPIRY, command};

const OURS: &str = "certwright check --quiet";
const PYTHON: &str = "Python cryptography";
const OUR_LINE: &str = "certwright check --only expiry --quiet certificates";
const PYTHON_LINE: &str = "python expiry.py certificates";

pub(super) fn job() -> Job {
    Job {
        name: "expiry",
        title: "The end of 10,000 P-256 certificates",
        note: "PEM files of one certificate each, which end in one to 700 days. certwright tells by its exit code that \
               some end soon, Python names them; that both find the same is checked outside the timing. Python is one \
               process with the script of `benches/support/programs.rs`.",
        rounds: 100,
        claims: vec![
            Claim::Times { ours: OURS, peer: PYTHON, measure: Measure::Wall, at_least: Some(4.0) },
            Claim::Times { ours: OURS, peer: PYTHON, measure: Measure::Cpu, at_least: None },
        ],
        prepare,
        sides: || {
            vec![
                // Something ends within a week, which is critical.
                Side::new(OURS, Program::Certwright, &[OUR_LINE]).ends_with(2),
                Side::new(PYTHON, Program::PythonCryptography, &[PYTHON_LINE]),
            ]
        },
    }
}

fn prepare() {
    let folder = Path::new("certificates");
    fs::create_dir(folder).unwrap();
    let maker = Maker::new(&[KeyAlgorithm::P256]);
    for number in 0..10_000 {
        fs::write(folder.join(format!("{number}.pem")), maker.certificate(number)).unwrap();
    }
    fs::write("expiry.py", PYTHON_EXPIRY).unwrap();
    if Program::PythonCryptography.version().is_ok() {
        check_agreement();
    }
}

/// Both find the same files due.
fn check_agreement() {
    let output = |line: &str| command(line).output().unwrap().stdout;
    let report: Value = serde_json::from_slice(&output(&format!("{OUR_LINE} --json"))).unwrap();
    let due = report["items"].as_array().unwrap().iter().filter(|item| item["status"] != "OK");
    let mut ours: Vec<String> = due.map(|item| item["file"].as_str().unwrap().replace('\\', "/")).collect();
    let told = String::from_utf8(output(PYTHON_LINE)).unwrap().replace('\\', "/");
    let mut theirs: Vec<&str> = told.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    ours.sort();
    theirs.sort_unstable();
    assert!(!theirs.is_empty() && ours == theirs, "certwright names {} files, Python {}", ours.len(), theirs.len());
}
