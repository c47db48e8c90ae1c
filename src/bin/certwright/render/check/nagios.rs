//! What a check found, for Nagios, Icinga and their kin: a status line with performance data, then a line for each fault.
//!
//! The form is that of the Monitoring Plugins Development Guidelines. What Nagios itself strips from a plugin's output
//! before it stands in a command (`illegal_macro_output_chars`), the bar that begins performance data among it, is left
//! out of names here already: a certificate's subject may find its way into a shell.

use std::fmt::Write as _;

use certwright::clock::Timestamp;
use certwright::operations::{CheckItem, CheckOnly, CheckReport, CheckStatus, Threshold};

use super::shown::{called, lasts, place, shown};

/// What Nagios and its kin read of a plugin's output at most, in octets.
const LONGEST_OUTPUT: usize = 8_000;

/// How long what is said of one thing is at most, in octets: NRPE 2 cuts all output at 1,024, and the performance data
/// stands behind it on the first line.
const LONGEST_LINE: usize = 640;

/// How long a name is shown at most.
const LONGEST: usize = 80;

/// The report for monitors.
pub(crate) fn nagios(report: &CheckReport) -> String {
    let mut text = format!("CERTWRIGHT {} - ", report.status().word());
    // Writing to a String cannot fail.
    let _ = match report.items.first() {
        None => write!(text, "there was nothing to judge"),
        Some(first) if first.status == CheckStatus::Ok => {
            write!(text, "{} checked, {}", report.items.len(), nearest(report))
        }
        Some(first) => write!(text, "{}; {}", counts(report), told(first, report.now)),
    };
    if let Some(CheckOnly::Expiry) = report.only {
        text.push_str("; only dates");
    }
    let _ = writeln!(text, " | {}", performance(report));
    let faults = || report.items.iter().filter(|item| item.status != CheckStatus::Ok);
    for (told_so_far, item) in faults().enumerate() {
        let line = format!("{}: {}\n", item.status.word(), told(item, report.now));
        if text.len() + line.len() > LONGEST_OUTPUT {
            let _ = writeln!(text, "and {} more", faults().count() - told_so_far);
            break;
        }
        text.push_str(&line);
    }
    text
}

/// How many there are of each status but the good one.
fn counts(report: &CheckReport) -> String {
    let statuses = [CheckStatus::Critical, CheckStatus::Warning, CheckStatus::Unknown];
    let counted = statuses.map(|status| (report.count(status), status.word().to_lowercase()));
    let counted = counted.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    counted.collect::<Vec<_>>().join(", ")
}

/// What ends first.
fn nearest(report: &CheckReport) -> String {
    match ends(report).min() {
        Some(end) => format!("the first ends {end}"),
        None => "no certificate among them".to_owned(),
    }
}

fn ends(report: &CheckReport) -> impl Iterator<Item = Timestamp> + '_ {
    report.items.iter().filter_map(CheckItem::not_after)
}

/// What is to be said of one thing, on one line.
fn told(item: &CheckItem, now: Timestamp) -> String {
    let mut parts = vec![place(item, LONGEST)];
    parts.extend(item.certificate.as_ref().map(|it| format!("({})", shown(called(it), LONGEST))));
    let says: Vec<String> = item
        .findings
        .iter()
        .map(|finding| match (finding.kind, item.not_after()) {
            ("expired" | "expires_soon", Some(end)) => lasts(now, end),
            _ => shown(&finding.what, 200),
        })
        .collect();
    parts.push(says.join(", "));
    cut(plain(&parts.join(" ")))
}

/// The text, or its beginning with `…` where it is too long.
fn cut(mut text: String) -> String {
    if text.len() > LONGEST_LINE {
        let mut end = LONGEST_LINE - '…'.len_utf8();
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

/// The text without what Nagios takes for more than text.
fn plain(text: &str) -> String {
    text.chars().filter(|it| *it != '`').map(|it| if "~$&|'\"<>".contains(it) { '_' } else { it }).collect()
}

/// The days that the first certificate has left, and the counts, as performance data.
fn performance(report: &CheckReport) -> String {
    // Alerts below: that is how the range `30:` reads.
    let range = |threshold: Threshold| match threshold {
        Threshold::Seconds(seconds) if seconds % 86_400 == 0 => format!("{}:", seconds / 86_400),
        _ => String::new(),
    };
    let days = ends(report).min().map_or("U".to_owned(), |end| end.days_since(report.now).to_string());
    let mut text = format!("days={days};{};{}", range(report.warning), range(report.critical));
    for status in [CheckStatus::Ok, CheckStatus::Warning, CheckStatus::Unknown, CheckStatus::Critical] {
        let _ = write!(text, " {}={};;;0", status.word().to_lowercase(), report.count(status));
    }
    let _ = write!(text, " files={};;;0", report.files);
    text
}

#[cfg(test)]
mod tests {
    use certwright::operations::CheckFinding;

    use super::*;
    use crate::render::check::sample;

    #[test]
    fn the_performance_data_stand_where_no_monitor_cuts_them_off() {
        let mut item = sample::certificate(&"東".repeat(500), -3);
        let finding = CheckFinding { kind: "x", status: CheckStatus::Critical, what: "é".repeat(1_000) };
        item.findings = vec![finding; 20];
        item.entry = Some("🦀".repeat(500));
        let text = nagios(&sample::report(vec![item, sample::unread("b")]));
        let first = text.lines().next().unwrap_or_default();
        let (says, data) = first.split_once(" | ").unwrap_or_else(|| panic!("{first}"));
        assert!(says.ends_with('…') && data.starts_with("days=-3;30:;7: "), "{first}");
        assert!(first.len() < 1_000, "{} octets", first.len());
    }
}
