//! The rows of testdata/MANIFEST.toml.

use std::fs;
use std::path::Path;

use certwright::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError};
use toml_edit::{DocumentMut, Item, Table};

pub(crate) const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata");

/// What every row says.
const FIELDS: [&str; 5] = ["path", "made_by", "version", "command", "expect"];

/// What a row may say besides.
const MORE: [&str; 9] =
    ["password", "entry_passwords", "kind", "keys", "certificates", "requests", "aliases", "same_key_as", "note"];

/// One file and what is known of it.
pub(crate) struct Row {
    pub(crate) path: String,
    /// `accept`, or `reject:` and the kind of the fault.
    pub(crate) expect: String,
    pub(crate) password: Option<String>,
    table: Table,
}

impl Row {
    fn new(table: Table) -> Self {
        for field in FIELDS {
            let is_there = table.get(field).and_then(Item::as_str).is_some_and(|text| !text.is_empty());
            assert!(is_there, "{field} is missing in {table}");
        }
        for (field, _) in &table {
            assert!(FIELDS.contains(&field) || MORE.contains(&field), "{field} is no field, in {table}");
        }
        let text = |field: &str| table.get(field).map(|item| item.as_str().unwrap().to_owned());
        let (path, expect, password) = (text("path").unwrap(), text("expect").unwrap(), text("password"));
        Self { path, expect, password, table }
    }

    pub(crate) fn text(&self, field: &str) -> Option<String> {
        self.table.get(field).map(|item| item.as_str().unwrap_or_else(|| panic!("{field} is no text")).to_owned())
    }

    pub(crate) fn number(&self, field: &str) -> Option<usize> {
        self.table.get(field).map(|item| item.as_integer().unwrap().try_into().unwrap())
    }

    pub(crate) fn texts(&self, field: &str) -> Option<Vec<String>> {
        let array = self.table.get(field)?.as_array().unwrap_or_else(|| panic!("{field} is no list"));
        Some(array.iter().map(|text| text.as_str().unwrap().to_owned()).collect())
    }

    /// The file's password, then those of its entries.
    pub(crate) fn passwords(&self) -> Passwords {
        let entries = self.table.get("entry_passwords").and_then(Item::as_inline_table);
        let entries = entries.into_iter().flat_map(|table| table.iter().filter_map(|(_, password)| password.as_str()));
        Passwords(self.password.as_deref().into_iter().chain(entries).map(Password::new).collect())
    }
}

pub(crate) fn rows() -> Vec<Row> {
    let manifest = fs::read_to_string(Path::new(HERE).join("MANIFEST.toml")).unwrap();
    let mut manifest: DocumentMut = manifest.parse().unwrap();
    let Some(Item::ArrayOfTables(rows)) = manifest.remove("fixture") else { panic!("no [[fixture]]") };
    rows.into_iter().map(Row::new).collect()
}

pub(crate) fn octets(path: &str) -> Vec<u8> {
    fs::read(Path::new(HERE).join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

/// Passwords that are tried in turn on whatever asks for one.
pub(crate) struct Passwords(Vec<Password>);

impl Passwords {
    pub(crate) fn none() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn of(passwords: impl IntoIterator<Item = Password>) -> Self {
        Self(passwords.into_iter().collect())
    }
}

impl PasswordProvider for Passwords {
    fn candidate(&self, _: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        Ok(self.0.get(attempt).cloned())
    }
}
