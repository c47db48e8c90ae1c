//! Walks testdata/MANIFEST.toml: what it says is accepted opens, and what it says is refused is refused for that reason.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use certwright::crypto::SystemRandom;
use certwright::files::{Collected, Input};
use certwright::limits::Limits;
use certwright::operations::{Unopened, UnopenedReason, verify};
use certwright::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError, SecretBytes};
use toml_edit::{DocumentMut, Item, Table};

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata");

/// What every row says; passwords and a note may be left out.
const FIELDS: [&str; 5] = ["path", "made_by", "version", "command", "expect"];

/// Files that are about the fixtures and no fixtures themselves.
const ABOUT: [&str; 3] = ["MANIFEST.toml", "README.md", "regenerate.sh"];

fn rows() -> Vec<Table> {
    let manifest = fs::read_to_string(Path::new(HERE).join("MANIFEST.toml")).unwrap();
    let mut manifest: DocumentMut = manifest.parse().unwrap();
    let Some(Item::ArrayOfTables(rows)) = manifest.remove("fixture") else { panic!("no [[fixture]]") };
    rows.into_iter().collect()
}

fn text<'a>(row: &'a Table, field: &str) -> Option<&'a str> {
    row.get(field).map(|item| item.as_str().unwrap_or_else(|| panic!("{field} is no text in {row}")))
}

/// Passwords that are tried in turn on whatever asks for one.
struct Passwords(Vec<Password>);

impl PasswordProvider for Passwords {
    fn candidate(&self, _: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        Ok(self.0.get(attempt).cloned())
    }
}

fn passwords(row: &Table) -> Passwords {
    let entries = row.get("entry_passwords").and_then(Item::as_inline_table);
    let entries = entries.into_iter().flat_map(|table| table.iter().filter_map(|(_, password)| password.as_str()));
    let all = text(row, "password").into_iter().chain(entries);
    Passwords(all.map(Password::new).collect())
}

/// What came of opening the file: `accept`, or `reject:` and the kind of the fault.
fn verdict(path: &str, passwords: &Passwords) -> String {
    let octets = fs::read(Path::new(HERE).join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"));
    let input = Input::new(path, SecretBytes::concat(&[&octets]));
    let report = verify([Collected::from(input)], passwords, &Limits::default(), &mut SystemRandom::new());
    match report.unopened.as_slice() {
        [] => "accept".to_owned(),
        [Unopened { reason: UnopenedReason::Content(fault), .. }, ..] => format!("reject:{}", fault.kind()),
        other => panic!("{path}: {other:?}"),
    }
}

#[test]
fn every_fixture_gets_its_verdict() {
    let rows = rows();
    assert!(!rows.is_empty());
    let faults = rows.iter().filter_map(|row| {
        for field in FIELDS {
            assert!(text(row, field).is_some_and(|text| !text.is_empty()), "{field} is missing in {row}");
        }
        let path = text(row, "path").unwrap();
        let (wanted, got) = (text(row, "expect").unwrap(), verdict(path, &passwords(row)));
        (wanted != got).then(|| format!("{path}: {got}, and the manifest says {wanted}"))
    });
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// A password that is not the file's never opens a protected one.
#[test]
fn a_wrong_password_is_told_apart_from_a_broken_file() {
    let rows = rows();
    let protected = rows.iter().filter(|row| {
        text(row, "expect") == Some("accept") && text(row, "password").is_some_and(|password| !password.is_empty())
    });
    let wrong = Passwords(vec![Password::new("certainly not the password")]);
    let mut count = 0;
    for row in protected {
        let path = text(row, "path").unwrap();
        assert_eq!(verdict(path, &wrong), "reject:wrong_password", "{path}");
        count += 1;
    }
    assert!(count > 0, "no protected fixture was met");
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
    let listed: BTreeSet<String> = rows.iter().map(|row| text(row, "path").unwrap().to_owned()).collect();
    assert_eq!(listed.len(), rows.len(), "a file is listed twice");
    assert_eq!(there, listed);
}
