//! What a check found, for people: one line for each thing, the worst first, then how many there are.

use std::fmt::Write as _;

use anstyle::Style;
use certwright::clock::Timestamp;
use certwright::operations::{CheckItem, CheckOnly, CheckReport, CheckStatus, CheckedKind};

use super::shown::{lasts, place, shown};
use crate::render::{BAD, DIM, GOOD, WARN};

/// How wide a column grows at most; what is longer stands out of it.
const WIDEST: usize = 48;

/// How long a name or finding is shown at most.
const LONGEST: usize = 300;

/// The report for people.
pub(crate) fn text(report: &CheckReport) -> String {
    let mut text = lines(&report.items, report.now, true);
    let counts = [CheckStatus::Critical, CheckStatus::Warning, CheckStatus::Unknown, CheckStatus::Ok];
    let counts = counts.map(|status| format!("{} {}", report.count(status), status.word().to_lowercase()));
    let style = style(report.status());
    // Writing to a String cannot fail.
    let _ = write!(text, "{style}{}{style:#}: ", report.status().word());
    let _ = match report.items.is_empty() {
        true => write!(text, "there was nothing to judge"),
        false => write!(text, "{}", counts.join(", ")),
    };
    let _ = writeln!(text, " in {}{}", counted(report.files, "file"), passed_over(report));
    // Whoever reads that all is well should know what was not looked at.
    if let Some(CheckOnly::Expiry) = report.only {
        text.truncate(text.trim_end().len());
        text.push_str("; only dates were looked at\n");
    }
    text
}

fn passed_over(report: &CheckReport) -> String {
    match report.passed_over {
        0 => String::new(),
        1 => "; one other file left alone".to_owned(),
        more => format!("; {more} other files left alone"),
    }
}

/// A number of things.
pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("{count} {what}") } else { format!("{count} {what}s") }
}

/// One line for each of `items`, in columns; with its status where that is wanted.
pub(super) fn lines(items: &[CheckItem], now: Timestamp, with_status: bool) -> String {
    let rows: Vec<[String; 3]> =
        items.iter().map(|item| [place(item, LONGEST), what(item), says(item, now, with_status)]).collect();
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count()).filter(|width| *width <= WIDEST);
        widths.max().unwrap_or(0)
    };
    let (place, what) = (width(0), width(1));
    let mut text = String::new();
    for (item, row) in items.iter().zip(&rows) {
        if with_status {
            let style = style(item.status);
            let _ = write!(text, "{style}{:<8}{style:#}  ", item.status.word());
        } else {
            text.push_str("  ");
        }
        let _ = write!(text, "{:<place$}  {:<what$}  {}", row[0], row[1], row[2]);
        let fingerprint = item.certificate.as_ref().map(|it| &it.fingerprint).or(item.key.as_ref());
        if let Some(fingerprint) = fingerprint {
            let begin: String = fingerprint.to_string().chars().take(16).collect();
            let _ = write!(text, "  {DIM}sha256:{begin}…{DIM:#}");
        }
        let end = text.trim_end().len();
        text.truncate(end);
        text.push('\n');
    }
    text
}

/// Whose certificate it is, or what else it is.
fn what(item: &CheckItem) -> String {
    let algorithm = item.algorithm.as_deref().map(|it| format!(" {it}")).unwrap_or_default();
    match (&item.certificate, item.kind) {
        (Some(certificate), _) if certificate.subject.is_empty() => "(no name)".to_owned(),
        (Some(certificate), _) => shown(&certificate.subject, LONGEST),
        (None, CheckedKind::File) => "file".to_owned(),
        (None, kind) => shown(&format!("{}{algorithm}", kind.word().replace('_', " ")), LONGEST),
    }
}

/// What there is to say: findings, then how long a certificate lasts.
fn says(item: &CheckItem, now: Timestamp, with_findings: bool) -> String {
    let mut parts: Vec<String> = Vec::new();
    if with_findings {
        // That it ends, and when, stands at the end of the line in any case.
        let findings = item.findings.iter().filter(|it| !["expired", "expires_soon"].contains(&it.kind));
        parts.extend(findings.map(|finding| shown(&finding.what, LONGEST)));
    }
    if let Some(end) = item.not_after() {
        parts.push(lasts(now, end));
    }
    if item.integrity_unchecked && item.certificate.is_some() {
        parts.push("integrity unchecked".to_owned());
    }
    parts.join("; ")
}

/// How a status is coloured.
pub(super) fn style(status: CheckStatus) -> Style {
    match status {
        CheckStatus::Ok => GOOD,
        CheckStatus::Critical => BAD,
        CheckStatus::Warning | CheckStatus::Unknown => WARN,
    }
}
