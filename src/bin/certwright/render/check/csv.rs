//! One line for each thing that was judged, as CSV, RFC 4180, that no spreadsheet takes for formulas.
//!
//! Text from files is shown as [`Untrusted`](certwright::untrusted::Untrusted) shows it, so that a record is one line,
//! and no cell begins with what a spreadsheet takes for a formula (OWASP, CSV Injection; CWE-1236): an apostrophe stands
//! before it. Programs that split at semicolons, as spreadsheets do where the comma is the decimal sign, find it there
//! too. The rule can be undone: drop one apostrophe at the beginning of a cell, and one after each semicolon.

use certwright::operations::{CheckItem, CheckReport};
use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::shown::shown;

const HEADER: [&str; 18] = [
    "status",
    "file",
    "entry",
    "position",
    "kind",
    "findings",
    "details",
    "days_left",
    "not_after",
    "not_before",
    "subject",
    "common_name",
    "issuer",
    "serial",
    "algorithm",
    "fingerprint_sha256",
    "key_sha256",
    "integrity",
];

/// What a cell may hold at most: less than the 32,767 characters of a spreadsheet, past which it begins a new row.
const LONGEST: usize = 8_000;

/// The report for spreadsheets.
pub(crate) fn csv(report: &CheckReport) -> String {
    // Every cell in quotes: where the reader splits at another separator, ours do not steer its quoting.
    let mut writer =
        WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory cannot fail, and all records have the same length.
    let _ = writer.write_record(HEADER);
    for item in &report.items {
        let _ = writer.write_record(record(item, report));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn record(item: &CheckItem, report: &CheckReport) -> [String; HEADER.len()] {
    let certificate = item.certificate.as_ref();
    let validity = certificate.and_then(|facts| facts.validity);
    let text = |text: Option<&str>| cell(text.unwrap_or_default());
    let kinds: Vec<&str> = item.findings.iter().map(|finding| finding.kind).collect();
    let details: Vec<String> = item.findings.iter().map(|finding| shown(&finding.what, LONGEST)).collect();
    [
        item.status.word().to_owned(),
        cell(&item.file),
        text(item.entry.as_deref()),
        item.position.to_string(),
        item.kind.word().to_owned(),
        kinds.join(" "),
        cell(&details.join("; ")),
        // A number of our own, so its minus is one.
        validity.map(|validity| validity.not_after.days_since(report.now).to_string()).unwrap_or_default(),
        validity.map(|validity| validity.not_after.to_string()).unwrap_or_default(),
        validity.map(|validity| validity.not_before.to_string()).unwrap_or_default(),
        text(certificate.map(|facts| facts.subject.as_str())),
        text(certificate.and_then(|facts| facts.common_name.as_deref())),
        text(certificate.map(|facts| facts.issuer.as_str())),
        // Bare digits would be made a number and lose their zeros, and 12e4 the number 120000.
        certificate.map(|facts| cell(&format!("0x{}", facts.serial))).unwrap_or_default(),
        text(item.algorithm.as_deref()),
        certificate.map(|facts| facts.fingerprint.to_string()).unwrap_or_default(),
        item.key.as_ref().map(ToString::to_string).unwrap_or_default(),
        if item.integrity_unchecked { "unchecked" } else { "" }.to_owned(),
    ]
}

/// A text from outside as a cell that no spreadsheet calculates.
fn cell(text: &str) -> String {
    let pieces: Vec<String> = shown(text, LONGEST).split(';').map(piece).collect();
    pieces.join(";")
}

/// What stands between two semicolons, with an apostrophe where it could be taken for a formula, or begins with one.
fn piece(text: &str) -> String {
    let looks_like_a_formula = text
        .trim_start_matches(|character: char| character.is_whitespace() || character == '"')
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−']);
    if looks_like_a_formula || text.starts_with('\'') { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use certwright::untrusted::Untrusted;

    use super::*;
    use crate::render::check::sample;

    fn records(text: &str) -> Vec<Vec<String>> {
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    /// What the head of this file promises.
    fn undone(cell: &str) -> String {
        cell.split(';').map(|piece| piece.strip_prefix('\'').unwrap_or(piece)).collect::<Vec<_>>().join(";")
    }

    #[test]
    fn a_certificate_is_one_line_under_the_header() {
        let text = csv(&sample::report(vec![sample::certificate("a", -3), sample::unread("b.p12")]));
        let found = records(&text);
        assert_eq!(found[0], HEADER);
        assert_eq!(
            found[1][..14],
            [
                "CRITICAL",
                "a.crt",
                "",
                "1",
                "certificate",
                "expired",
                "-3 days left of a",
                "-3",
                "2026-11-18T08:00:00Z",
                "2025-11-18T08:00:00Z",
                "CN=a",
                "a",
                "CN=Issuer of a",
                "0x01ab"
            ]
            .map(|text| if text.starts_with("-3 ") { format!("'{text}") } else { text.to_owned() })
        );
        assert_eq!(found[2][..7].join("|"), "UNKNOWN|b.p12||1|file|unreadable|cannot open b.p12: wrong password");
        assert_eq!(found.len(), 3);
        assert!(text.ends_with("\r\n") && text.matches('\n').count() == 3 && text.matches('\r').count() == 3);
    }

    #[test]
    fn no_cell_of_a_hostile_name_is_a_formula_wherever_it_is_split() {
        let report = sample::hostile_report();
        let text = csv(&report);
        let found = records(&text);
        assert_eq!(found.len(), report.items.len() + 1);
        assert_eq!(text.lines().count(), found.len());
        for (cell, column) in found.iter().flat_map(|record| record.iter().zip(HEADER)) {
            assert!(cell.chars().count() < 32_767 && Untrusted(cell).is_harmless());
            if column != "days_left" {
                for piece in cell.split(';') {
                    let begin = piece.trim_start().trim_start_matches('"').trim_start();
                    assert!(!begin.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{column}: {cell}");
                }
            }
        }
        // A reader for which a semicolon separates.
        let mut reader =
            ::csv::ReaderBuilder::new().has_headers(false).delimiter(b';').flexible(true).from_reader(text.as_bytes());
        for record in reader.records() {
            assert!(!record.unwrap().iter().any(|cell| cell.trim_start().starts_with(['=', '+', '-', '@'])));
        }
    }

    #[test]
    fn the_reference_names_every_column_in_order() {
        let page = include_str!("../../../../../docs/reference/check.md");
        let mut rest = page.split_once("The columns are").unwrap().1;
        for column in HEADER {
            rest = rest.split_once(&format!("`{column}`")).unwrap_or_else(|| panic!("{column}")).1;
        }
    }

    #[test]
    fn the_apostrophes_can_be_undone() {
        for text in sample::hostile().iter().filter(|text| text.chars().count() < LONGEST) {
            assert_eq!(undone(&cell(text)), Untrusted(text).to_string(), "{text:?}");
        }
        assert_eq!(cell("=1;'a;b"), "'=1;''a;b");
    }
}
