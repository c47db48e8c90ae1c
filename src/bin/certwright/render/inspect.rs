//! What `inspect` found, file by file: one line that says what it is, and below it what there is to know.

mod certificate;
mod json;
mod jwk;
mod key;
mod layout;
mod store;
#[cfg(test)]
mod tests;
mod token;

use anstyle::{AnsiColor, Style};
use certwright::clock::Timestamp;
use certwright::operations::{
    FileFormat, FileReport, InspectFinding as Finding, InspectReport, Lock, Severity, Thing, TokenReport,
};
use serde_json::{Map, Value};

use super::{BAD, DIM};
use layout::Page;

pub(crate) use json::{json, token as token_json};
pub(crate) use token::distance;

/// Text that stands for itself.
const PLAIN: Style = Style::new();

/// What should be looked at.
const WARNING: Style = AnsiColor::Yellow.on_default();

/// The report for people.
pub(crate) fn text(report: &InspectReport, now: Timestamp) -> String {
    let mut page = Page::default();
    for (index, file) in report.files.iter().enumerate() {
        if index > 0 {
            page.gap();
        }
        file_text(&mut page, file, now);
    }
    page.finish()
}

/// What a token says, by itself.
pub(crate) fn token_text(report: &TokenReport, now: Timestamp) -> String {
    let mut page = Page::default();
    page.heading("token", &token::summary(report, now));
    page.inside(|page| token::rows(page, report, now));
    page.finish()
}

/// Some members of a token under a label, their times in words.
pub(crate) fn token_members(label: &str, members: &Map<String, Value>, now: Timestamp) -> String {
    let mut page = Page::default();
    page.inside(|page| token::members(page, label, members, now));
    page.finish()
}

fn file_text(page: &mut Page, file: &FileReport, now: Timestamp) {
    if file.format.is_none() {
        return page.heading(&file.name, &[("not read".to_owned(), BAD)]);
    }
    match (file.things.as_slice(), &file.store) {
        ([thing], None) => {
            page.heading(&file.name, &summary(thing, now));
            page.inside(|page| {
                repairs(page, file);
                rows(page, thing, &file.name, now);
                findings(page, &file.findings);
            });
        }
        (_, Some(report)) => store::text(page, file, report, now),
        (things, None) => {
            let mut facts = contents(file, things);
            facts.extend(ended(file, now));
            page.heading(&file.name, &facts);
            page.inside(|page| {
                repairs(page, file);
                findings(page, &file.findings);
            });
            things_text(page, file, things, now);
        }
    }
}

/// Several things, each under a heading of its own.
fn things_text(page: &mut Page, file: &FileReport, things: &[Thing], now: Timestamp) {
    let leaves = leaves(file);
    let mut position = 0;
    let are_many = file.certificates().nth(MANY).is_some();
    for (index, thing) in things.iter().enumerate() {
        if index == 0 || !are_many {
            page.gap();
        }
        page.inside(|page| {
            let Thing::Certificate(report) = thing else {
                page.heading(&title(thing), &summary(thing, now));
                return page.inside(|page| rows(page, thing, &file.name, now));
            };
            position += 1;
            page.heading(&format!("certificate {position}"), &certificate::summary(report, now));
            page.inside(|page| {
                if are_many {
                    certificate::fewest_rows(page, report);
                } else if leaves.contains(&position) {
                    certificate::rows(page, report, &file.name, now);
                } else {
                    certificate::short_rows(page, report, &file.name, now);
                }
            });
        });
    }
}

/// From how many certificates on each takes as few lines as can be.
const MANY: usize = 12;

/// How many of several certificates are over, or will be soon.
fn ended(file: &FileReport, now: Timestamp) -> Vec<(String, Style)> {
    let ends = || file.certificates().filter_map(|it| it.validity).map(|it| it.not_after);
    if ends().nth(1).is_none() {
        return Vec::new();
    }
    let over = ends().filter(|end| *end < now).count();
    let soon = ends().filter(|end| *end >= now && now.plus_days(30).is_ok_and(|soon| soon > *end)).count();
    let facts = [(over, format!("{over} expired"), BAD), (soon, format!("{soon} expiring within 30 days"), WARNING)];
    facts.into_iter().filter(|(count, ..)| *count > 0).map(|(_, words, style)| (words, style)).collect()
}

/// The positions of the certificates that are shown whole: those that issued no other of the file, if they are few.
fn leaves(file: &FileReport) -> Vec<usize> {
    use certwright::operations::IssuerReport;
    const FEW: usize = 3;
    let issuers: Vec<usize> = file
        .certificates()
        .filter_map(|it| match &it.issuer {
            IssuerReport::Known { file: there, position, .. } if *there == file.name => Some(*position),
            _ => None,
        })
        .collect();
    let all = 1..=file.certificates().count();
    let leaves: Vec<usize> = all.filter(|position| !issuers.contains(position)).collect();
    if leaves.len() > FEW { Vec::new() } else { leaves }
}

/// What one thing among several is called.
fn title(thing: &Thing) -> String {
    match thing {
        Thing::Certificate(_) => "certificate".to_owned(),
        Thing::Entry(entry) if entry.alias.is_empty() => "entry without a name".to_owned(),
        Thing::Entry(entry) => format!("entry `{}`", entry.alias),
        Thing::Jwk(_) => "key".to_owned(),
        Thing::Other { label, .. } | Thing::Unreadable { label, .. } => format!("block `{label}`"),
        Thing::PrivateKey(_) => "private key".to_owned(),
        Thing::PublicKey(..) => "public key".to_owned(),
        Thing::Request(_) => "request".to_owned(),
        Thing::Token(_) => "token".to_owned(),
        _ => "other".to_owned(),
    }
}

/// What a thing is, in a few facts.
fn summary(thing: &Thing, now: Timestamp) -> Vec<(String, Style)> {
    match thing {
        Thing::Certificate(report) => certificate::summary(report, now),
        Thing::Entry(entry) => store::summary(entry, Lock::Open, now),
        Thing::Jwk(report) => jwk::summary(report),
        Thing::Other { label, line, length } => {
            let place = line.map(|line| (format!("line {line}"), DIM));
            let facts = [(other(label), PLAIN), (format!("{length} bytes"), DIM)];
            facts.into_iter().chain(place).collect()
        }
        Thing::PrivateKey(report) => key::summary(report),
        Thing::PublicKey(key, _) => vec![("public key".to_owned(), PLAIN), (key.algorithm.clone(), PLAIN)],
        Thing::Request(report) => certificate::request_summary(report),
        Thing::Token(report) => token::summary(report, now),
        Thing::Unreadable { label, line } => {
            vec![(label.clone(), PLAIN), ("not read".to_owned(), BAD), (format!("line {line}"), DIM)]
        }
        _ => Vec::new(),
    }
}

/// What a block is that is named and left.
fn other(label: &str) -> String {
    match label {
        "DH PARAMETERS" | "DSA PARAMETERS" | "EC PARAMETERS" | "X9.42 DH PARAMETERS" => {
            format!("{label}, no key and no secret")
        }
        _ => format!("{label}, named and left"),
    }
}

/// All that there is to know of a thing; `here` is the file that it stands in.
fn rows(page: &mut Page, thing: &Thing, here: &str, now: Timestamp) {
    match thing {
        Thing::Certificate(report) => certificate::rows(page, report, here, now),
        Thing::Jwk(report) => jwk::rows(page, report, here, now),
        Thing::PrivateKey(report) => key::rows(page, report),
        Thing::PublicKey(report, found) => {
            key::public_rows(page, report);
            findings(page, found);
        }
        Thing::Request(report) => certificate::request_rows(page, report),
        Thing::Token(report) => token::rows(page, report, now),
        _ => {}
    }
}

/// What a file with several things, or none, holds.
fn contents(file: &FileReport, things: &[Thing]) -> Vec<(String, Style)> {
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for thing in things {
        let kind = match thing {
            Thing::Other { .. } | Thing::Unreadable { .. } => "other block".to_owned(),
            thing => title(thing),
        };
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((kind, 1)),
        }
    }
    let words = kinds.into_iter().map(|(kind, count)| (counted(count, &kind), PLAIN));
    let mut facts = vec![(format_name(file.format).to_owned(), PLAIN)];
    facts.extend(words);
    if things.is_empty() && file.failures.is_empty() {
        facts.push(("nothing in it".to_owned(), PLAIN));
    }
    if !file.failures.is_empty() {
        facts.push((if things.is_empty() { "not read" } else { "not all of it read" }.to_owned(), BAD));
    }
    facts
}

/// `one certificate`, `3 certificates`, `2 entries`.
fn counted(count: usize, thing: &str) -> String {
    match (count, thing.strip_suffix('y')) {
        (1, _) => format!("one {thing}"),
        (_, Some(stem)) if !thing.ends_with("key") => format!("{count} {stem}ies"),
        _ => format!("{count} {thing}s"),
    }
}

fn format_name(format: Option<FileFormat>) -> &'static str {
    match format {
        Some(FileFormat::Der) => "DER",
        Some(FileFormat::Jceks) => "JCEKS keystore",
        Some(FileFormat::Jks) => "JKS keystore",
        Some(FileFormat::Jwk) => "JSON Web Keys",
        Some(FileFormat::Jwt) => "JWT",
        Some(FileFormat::Pem) => "PEM",
        Some(FileFormat::Pkcs12) => "PKCS#12 keystore",
        Some(FileFormat::Pkcs7) => "PKCS#7",
        _ => "unknown",
    }
}

/// How a PEM differed from what the standard asks for.
fn repairs(page: &mut Page, file: &FileReport) {
    for repair in &file.repairs {
        page.words("text", WARNING, &format!("{repair}; it was read all the same"));
    }
}

/// What must be looked at among much else: the JSON has the notes.
fn grave_findings(page: &mut Page, found: &[Finding]) {
    let grave: Vec<Finding> = found.iter().filter(|it| it.severity > Severity::Note).cloned().collect();
    findings(page, &grave);
}

/// What was found, the gravest first.
fn findings(page: &mut Page, findings: &[Finding]) {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for finding in sorted {
        let style = match finding.severity {
            Severity::Problem => BAD,
            Severity::Warning => WARNING,
            Severity::Note => DIM,
        };
        page.finding(severity_word(finding.severity), style, &finding.what, finding.means);
    }
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Problem => "problem",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Octets as pairs of hexadecimal digits with colons between.
fn pairs(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(":")
}
