//! A keystore as text: how it is protected, and each entry with its chain.

use anstyle::Style;
use certwright::clock::Timestamp;
use certwright::formats::keystore::Kind;
use certwright::operations::{EntryReport, FileReport, Integrity, Lock, StoreReport, Thing};

use super::layout::Page;
use super::{PLAIN, certificate, counted, findings, format_name, key};
use crate::render::{BAD, DIM, GOOD};

/// Entries up to this many are shown with their leaf whole.
const FEW: usize = 3;

/// The whole keystore.
pub(super) fn text(page: &mut Page, file: &FileReport, store: &StoreReport, now: Timestamp) {
    let version = store.version.map(|version| format!(" version {version}")).unwrap_or_default();
    let mut facts = vec![(format!("{}{version}", format_name(file.format)), PLAIN)];
    if store.lock == Lock::Open || !file.things.is_empty() {
        facts.push((counted(file.things.len(), "entry"), PLAIN));
    }
    facts.push(integrity(store.integrity));
    match store.lock {
        Lock::Open => {}
        Lock::Locked => facts.push(("locked".to_owned(), DIM)),
        Lock::Refused => facts.push(("not opened".to_owned(), BAD)),
    }
    page.heading(&file.name, &facts);
    page.inside(|page| {
        if let Some(mac) = &store.mac {
            key::protection(page, "MAC", mac);
        }
        for (index, safe) in store.safes.iter().enumerate() {
            let label = format!("safe {}", index + 1);
            match &safe.protection {
                Some(it) => key::protection(page, &label, it),
                None => page.item(&label, "lies open", &safe.bags),
            }
        }
        findings(page, &file.findings);
    });
    let is_short = file.things.len() > FEW;
    for thing in &file.things {
        page.gap();
        page.inside(|page| {
            let facts = match thing {
                Thing::Entry(it) => summary(it, store.lock, now),
                other => super::summary(other, now),
            };
            page.heading(&super::title(thing), &facts);
            page.inside(|page| match thing {
                Thing::Entry(it) => entry(page, it, &file.name, is_short, now),
                other => super::rows(page, other, &file.name, now),
            });
        });
    }
}

fn integrity(integrity: Integrity) -> (String, Style) {
    match integrity {
        Integrity::Checked => ("integrity: checked".to_owned(), GOOD),
        Integrity::Missing => ("integrity: none".to_owned(), BAD),
        Integrity::Unchecked => ("integrity: unchecked".to_owned(), DIM),
    }
}

/// What an entry is, in a few facts.
pub(super) fn summary(entry: &EntryReport, store: Lock, now: Timestamp) -> Vec<(String, Style)> {
    let mut facts = Vec::new();
    facts.push(match entry.kind {
        Kind::PrivateKey => ("private key".to_owned(), PLAIN),
        Kind::TrustedCertificate => ("trusted certificate".to_owned(), PLAIN),
        _ => ("kept and not read".to_owned(), DIM),
    });
    if entry.kind == Kind::PrivateKey {
        facts.push(match entry.chain.len() {
            0 if store == Lock::Open => ("no certificate".to_owned(), BAD),
            0 => ("its certificates are locked".to_owned(), DIM),
            1 => ("one certificate".to_owned(), PLAIN),
            length => (format!("chain of {length}"), PLAIN),
        });
    }
    if let Some(leaf) = entry.chain.first() {
        // The last fact of a certificate is how long it is valid.
        facts.extend(certificate::summary(leaf, now).pop());
    }
    facts
}

fn entry(page: &mut Page, entry: &EntryReport, here: &str, is_short: bool, now: Timestamp) {
    if let Some(created) = entry.created {
        page.words("made", PLAIN, &created.to_string());
    }
    if let Some(report) = &entry.key {
        let facts = key::in_entry(report);
        page.list("private key", &facts);
        if let Some(it) = &report.protection {
            key::protection(page, "protection", it);
        }
        findings(page, &report.findings);
    }
    findings(page, &entry.findings);
    let is_chain = entry.chain.len() > 1;
    for (index, report) in entry.chain.iter().enumerate() {
        if is_chain {
            page.heading(
                &format!("certificate {} of {}", index + 1, entry.chain.len()),
                &certificate::summary(report, now),
            );
        }
        let rows = |page: &mut Page| {
            if index > 0 || is_short {
                certificate::short_rows(page, report, here, now);
            } else {
                certificate::rows(page, report, here, now);
            }
        };
        if is_chain { page.inside(rows) } else { rows(page) }
    }
}
