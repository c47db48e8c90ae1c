//! Walks testdata/MANIFEST.toml: what it says is accepted opens and holds what the row says, and what it says is refused
//! is refused for that reason. Beside it, the vectors of Project Wycheproof and of RFCs.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::unwrap_used)]

mod jws;
mod manifest;
mod rfc;
mod wycheproof;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::files::{Collected, Input};
use certwright::formats::detect::detect;
use certwright::limits::Limits;
use certwright::operations::{Unopened, UnopenedReason, VerifyReport, verify};
use certwright::secret::{Password, SecretBytes};

use manifest::{HERE, Passwords, Row, rows};

/// Files that are about the fixtures and no fixtures themselves.
const ABOUT: [&str; 4] = ["MANIFEST.toml", "README.md", "make.py", "regenerate.sh"];

fn open(path: &str, passwords: &Passwords) -> VerifyReport {
    let input = Input::new(path, SecretBytes::concat(&[&manifest::octets(path)]));
    verify([Collected::from(input)], passwords, &Limits::default(), &mut SystemRandom::new())
}

/// What came of opening the file: `accept`, or `reject:` and the kind of the fault.
fn verdict(path: &str, report: &VerifyReport) -> String {
    match report.unopened.as_slice() {
        [] => "accept".to_owned(),
        [Unopened { reason: UnopenedReason::Content(fault), .. }, ..] => format!("reject:{}", fault.kind()),
        other => panic!("{path}: {other:?}"),
    }
}

/// What a file holds, in the words of the manifest.
#[derive(Debug, PartialEq, Eq)]
struct Holds {
    keys: Vec<String>,
    certificates: usize,
    requests: usize,
    /// Of keystores; `None` where the row leaves them out.
    aliases: Option<Vec<String>>,
}

impl Holds {
    fn of(report: &VerifyReport) -> Self {
        let groups = || report.groups.iter();
        let keys = groups().flat_map(|group| group.keys.iter().map(|_| group.algorithm.clone()));
        let of_keys = groups().flat_map(|group| &group.keys);
        let of_certificates = groups().flat_map(|group| group.certificates.iter().map(|it| &it.origin));
        let aliases: BTreeSet<String> = of_keys.chain(of_certificates).filter_map(|it| it.entry.clone()).collect();
        Self {
            keys: sorted(keys),
            certificates: groups().map(|group| group.certificates.len()).sum(),
            requests: groups().map(|group| group.requests.len()).sum(),
            aliases: Some(aliases.into_iter().collect()),
        }
    }

    fn wanted(row: &Row) -> Self {
        Self {
            keys: sorted(row.texts("keys").unwrap_or_else(|| panic!("{} does not say which keys it holds", row.path))),
            certificates: row.number("certificates").unwrap_or_else(|| panic!("{}: how many certificates?", row.path)),
            requests: row.number("requests").unwrap_or_default(),
            aliases: row.texts("aliases").map(sorted),
        }
    }
}

fn sorted(words: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut words: Vec<String> = words.into_iter().collect();
    words.sort();
    words
}

/// What in the file is not as its row says.
fn faults(row: &Row) -> Vec<String> {
    let Ok(report) = std::panic::catch_unwind(|| open(&row.path, &row.passwords())) else {
        return vec![format!("{}: a panic", row.path)];
    };
    let mut faults = Vec::new();
    let mut compare = |what: &str, wanted: String, got: String| {
        if wanted != got {
            faults.push(format!("{}: {what} is {got}, and the manifest says {wanted}", row.path));
        }
    };
    compare("the verdict", row.expect.clone(), verdict(&row.path, &report));
    if let Some(kind) = row.text("kind") {
        let detected = detect(&manifest::octets(&row.path)).map_or("nothing known".to_owned(), |it| format!("{it:?}"));
        compare("the kind", kind, detected);
    }
    if row.expect != "accept" || !report.unopened.is_empty() {
        return faults;
    }
    let (wanted, mut got) = (Holds::wanted(row), Holds::of(&report));
    if wanted.aliases.is_none() {
        got.aliases = None;
    }
    compare("the content", format!("{wanted:?}"), format!("{got:?}"));
    let contradictions: Vec<String> = report.contradictions.iter().map(|it| it.reason()).collect();
    compare("what contradicts itself", "[]".to_owned(), format!("{contradictions:?}"));
    if let Some(other) = row.text("same_key_as") {
        let other = open(&other, &Passwords::none());
        let known = |report: &VerifyReport| report.groups.first().map(|group| group.fingerprint.to_string());
        compare("its key", format!("{:?}", known(&other)), format!("{:?}", known(&report)));
    }
    faults
}

#[test]
fn every_fixture_is_as_its_row_says() {
    let rows = rows();
    assert!(!rows.is_empty());
    let faults: Vec<String> = rows.iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// A password that is not the file's never opens a protected one, and is never taken for a broken file.
#[test]
fn a_wrong_password_is_told_apart_from_a_broken_file() {
    let rows = rows();
    let is_protected = |row: &&Row| {
        row.expect == "accept" && row.password.as_ref().is_some_and(|it| !it.is_empty()) && row.text("open").is_none()
    };
    let wrong = Passwords::of([Password::new("certainly not the password")]);
    let verdicts: Vec<(&str, String)> = rows
        .iter()
        .filter(is_protected)
        .map(|row| (row.path.as_str(), verdict(&row.path, &open(&row.path, &wrong))))
        .collect();
    assert!(!verdicts.is_empty(), "no protected fixture was met");
    let taken: Vec<_> = verdicts.iter().filter(|(_, verdict)| verdict != "reject:wrong_password").collect();
    assert!(taken.is_empty(), "{taken:#?}");
}

#[test]
fn manifest_and_folder_name_the_same_files() {
    let mut there = BTreeSet::new();
    let mut folders = vec![PathBuf::from(HERE)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                there.insert(path.strip_prefix(HERE).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    there.retain(|path| !ABOUT.contains(&path.as_str()));
    let rows = rows();
    let listed: BTreeSet<String> = rows.iter().map(|row| row.path.clone()).collect();
    assert_eq!(listed.len(), rows.len(), "a file is listed twice");
    assert_eq!(there, listed);
}
