//! What `create` made: the files with what each is for, and the proof.

use std::fmt::Write as _;

use certwright::clock::Timestamp;
use certwright::operations::{Created, Part, Target};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::{DIM, GOOD, days_left};

/// A set that was written, with what the operation itself does not know.
pub(crate) struct Set<'a> {
    pub(crate) created: &'a Created,
    /// The paths of the files, in the same order.
    pub(crate) paths: Vec<String>,
    /// The file that holds the password, when it was generated.
    pub(crate) password_file: Option<String>,
    pub(crate) target: Option<&'static Target>,
    /// Whether the key's own file is encrypted.
    pub(crate) key_is_encrypted: bool,
}

/// What one file of a set is for, in a few words.
pub(crate) fn purpose(part: Part, key_is_encrypted: bool) -> &'static str {
    match part {
        Part::Key if key_is_encrypted => "private key, encrypted: keep it secret",
        Part::Key => "private key: keep it secret",
        Part::Request => "request: for a CA, if one is to sign",
        Part::Certificate => "certificate: give it to whoever checks your tokens",
        Part::Pkcs12 => "keystore for Java, Windows and OpenSSL",
        Part::Jks => "old Java keystore, weakly protected: delete it after import",
    }
}

/// The report for people.
pub(crate) fn text(set: &Set<'_>, now: Timestamp) -> String {
    let created = set.created;
    let mut text = String::new();
    let width = set.paths.iter().chain(&set.password_file).map(|path| path.chars().count()).max().unwrap_or(0);
    for (file, path) in created.files.iter().zip(&set.paths) {
        let _ = writeln!(text, "{:<width$}  {}", Untrusted(path).to_string(), purpose(file.part, set.key_is_encrypted));
    }
    if let Some(path) = &set.password_file {
        let _ = writeln!(
            text,
            "{:<width$}  the password, made for these files: keep it secret",
            Untrusted(path).to_string()
        );
    }
    let subject = created.certificate.subject().to_string();
    let _ = writeln!(text, "\n{} for {}", created.algorithm, Untrusted(&subject));
    if let Ok(validity) = created.certificate.validity() {
        let _ = writeln!(text, "valid until {}, {}", validity.not_after, days_left(now, validity.not_after));
    }
    aliases(&mut text, set);
    let _ = writeln!(
        text,
        "SHA-256 of the certificate:\n{DIM}{}{DIM:#}",
        folded(&created.certificate_fingerprint.colons())
    );
    if created.proof.is_proved() {
        let _ = writeln!(text, "\n{GOOD}proved{GOOD:#}: every file holds the same key, and its test JWT verified");
    }
    let uploads: Vec<_> = set.target.iter().flat_map(|target| target.uploads).collect();
    if let (Some(target), false) = (set.target, uploads.is_empty()) {
        let _ = writeln!(text, "\nFor {}:", target.title);
        for (part, place) in uploads {
            let path = created.files.iter().zip(&set.paths).find(|(file, _)| file.part == *part).map(|(_, path)| path);
            if let Some(path) = path {
                let _ = writeln!(text, "  {:<width$}  {place}", Untrusted(path).to_string());
            }
        }
    }
    text
}

/// The alias of the keystores, or of each where they differ.
fn aliases(text: &mut String, set: &Set<'_>) {
    let stores = set.created.files.iter().zip(&set.paths);
    let aliases: Vec<(&str, &String)> =
        stores.filter_map(|(file, path)| Some((file.alias.as_deref()?, path))).collect();
    match aliases.as_slice() {
        [] => {}
        [(first, _), others @ ..] if others.iter().all(|(alias, _)| alias == first) => {
            let _ = writeln!(text, "alias {}", Untrusted(first));
        }
        _ => {
            for (alias, path) in aliases {
                let _ = writeln!(text, "alias {} in {}", Untrusted(alias), Untrusted(path));
            }
        }
    }
}

/// A fingerprint on two lines, so that it fits a narrow terminal.
fn folded(colons: &str) -> String {
    match colons.split_at_checked(48) {
        Some((first, second)) if !second.is_empty() => format!("  {first}\n  {second}"),
        _ => format!("  {colons}"),
    }
}

/// The report for programs; a receipt holds the same.
pub(crate) fn json(set: &Set<'_>) -> Value {
    let created = set.created;
    let validity = created.certificate.validity().ok();
    let files: Vec<Value> = created
        .files
        .iter()
        .zip(&set.paths)
        .map(|(file, path)| json!({ "kind": word(file.part), "path": path, "alias": file.alias }))
        .collect();
    json!({
        "files": files,
        "password_file": set.password_file,
        "target": set.target.map(|target| target.name),
        "algorithm": created.algorithm.to_string(),
        "key_encrypted": set.key_is_encrypted,
        "subject": created.certificate.subject().to_string(),
        "serial_number": hex(created.certificate.serial_number()),
        "not_before": validity.map(|it| it.not_before.to_string()),
        "not_after": validity.map(|it| it.not_after.to_string()),
        "certificate_sha256": created.certificate_fingerprint.to_string(),
        "spki_sha256": created.key_fingerprint.to_string(),
        "proved": created.proof.is_proved(),
    })
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// A part's name for programs.
fn word(part: Part) -> &'static str {
    match part {
        Part::Key => "key",
        Part::Request => "csr",
        Part::Certificate => "crt",
        Part::Pkcs12 => "p12",
        Part::Jks => "jks",
    }
}
