//! A keystore's entries, as `alias list` shows them.

use std::fmt::Write as _;

use certwright::clock::Timestamp;
use certwright::formats::keystore::{Kind, Summary};
use certwright::operations::AliasList;
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::{DIM, days_left};

/// One line an entry: alias, kind, and whom its certificate names and until when.
pub(crate) fn text(list: &AliasList, now: Timestamp) -> String {
    let mut text = String::new();
    let aliases: Vec<String> = list.entries.iter().map(|entry| Untrusted(&entry.alias).to_string()).collect();
    let width = aliases.iter().map(|alias| alias.chars().count()).max().unwrap_or(0);
    for (alias, entry) in aliases.iter().zip(&list.entries) {
        let _ = write!(text, "{alias:<width$}  {:<19}", kind(entry));
        if let Some(leaf) = entry.chain.first() {
            let _ = write!(text, "  {}", Untrusted(&leaf.subject().to_string()));
            if let Ok(validity) = leaf.validity() {
                let _ = write!(text, "{DIM}, {}{DIM:#}", days_left(now, validity.not_after));
            }
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// The same as JSON.
pub(crate) fn json(list: &AliasList) -> Value {
    let entries: Vec<Value> = list
        .entries
        .iter()
        .map(|entry| {
            let chain: Vec<Value> = entry
                .chain
                .iter()
                .map(|certificate| {
                    json!({
                        "subject": certificate.subject().to_string(),
                        "not_after": certificate.validity().ok().map(|validity| validity.not_after.to_string()),
                    })
                })
                .collect();
            json!({ "alias": entry.alias, "kind": word(entry.kind), "chain": chain })
        })
        .collect();
    json!({ "format": list.format, "integrity_checked": list.integrity_checked, "entries": entries })
}

fn kind(entry: &Summary) -> String {
    match entry.kind {
        Kind::PrivateKey if entry.chain.len() > 1 => format!("key, chain of {}", entry.chain.len()),
        Kind::PrivateKey => "key".to_owned(),
        Kind::TrustedCertificate => "trusted certificate".to_owned(),
        _ => "other".to_owned(),
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::PrivateKey => "private_key",
        Kind::TrustedCertificate => "trusted_certificate",
        _ => "other",
    }
}
