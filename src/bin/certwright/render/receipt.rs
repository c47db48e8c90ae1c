//! The report for a change ticket: what was made, with which algorithms and fingerprints, and no secrets.

use std::fmt::Write as _;

use certwright::clock::Timestamp;
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::create::{Set, json as set_json, purpose};
use super::json::document;

/// A receipt as JSON.
pub(crate) fn as_json(set: &Set<'_>, now: Timestamp) -> String {
    let mut members = set_json(set);
    if let Value::Object(members) = &mut members {
        members.insert("made_at".to_owned(), json!(now.to_string()));
        members.insert("made_by".to_owned(), json!(maker()));
    }
    document("receipt", members)
}

/// A receipt as Markdown.
pub(crate) fn as_markdown(set: &Set<'_>, now: Timestamp) -> String {
    let created = set.created;
    let mut text = format!("# Key and certificate, made {now}\n\n");
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(text, "| {name} | {} |", cell(value));
    };
    row("what", "value");
    row("---", "---");
    row("subject", &code(&created.certificate.subject().to_string()));
    row("key", &created.algorithm.to_string());
    if let Ok(validity) = created.certificate.validity() {
        row("valid from", &validity.not_before.to_string());
        row("valid until", &validity.not_after.to_string());
    }
    row("serial number", &created.certificate.serial_number().iter().map(|it| format!("{it:02X}")).collect::<String>());
    row("SHA-256 of the certificate", &created.certificate_fingerprint.colons());
    row("SHA-256 of the public key", &created.key_fingerprint.to_string());
    if let Some(target) = set.target {
        row("made for", target.title);
    }
    row(
        "proof",
        if created.proof.is_proved() {
            "a test JWT signed with the key was verified with the certificate"
        } else {
            "no certificate was asked for"
        },
    );
    row("made by", &maker());
    text.push_str("\n| file | alias | what it is |\n| --- | --- | --- |\n");
    for (file, path) in created.files.iter().zip(&set.paths) {
        let alias = file.alias.as_deref().unwrap_or("");
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            cell(&code(path)),
            cell(&code(alias)),
            purpose(file.part, set.key_is_encrypted)
        );
    }
    text
}

/// What a user named, as a code span, in which Markdown sees neither links nor HTML (CommonMark 0.31, section 6.1).
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A text that ends no cell of a table; GitHub takes the backslash before `|` away in code spans too.
fn cell(text: &str) -> String {
    Untrusted(text).to_string().replace('|', "\\|")
}

fn maker() -> String {
    format!("certwright {}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_markdown() {
        assert_eq!(cell(&code("CN=[x](http://evil)|<b>")), "`CN=[x](http://evil)\\|<b>`");
        assert_eq!(code("a``b`"), "``` a``b` ```");
        assert_eq!(code(""), "");
    }
}
