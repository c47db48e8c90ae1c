//! One page that a manager can look at: what is to be done, what ends when, and every thing that was checked.
//!
//! It is one file, asks for nothing outside it, and is whole without its script and on paper. Its policy (Content Security
//! Policy Level 3) allows exactly this style sheet and this script, by their SHA-256, so that even a text that were not
//! escaped could neither run nor load anything.

mod dates;
mod escape;
mod table;
#[cfg(test)]
mod tests;
mod timeline;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certwright::crypto::DigestAlgorithm;
use certwright::operations::{CheckItem, CheckOnly, CheckReport, CheckStatus, Threshold};

use crate::render::days_left;

use super::shown::called;
use dates::{time, time_of_day};
use escape::outside;

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Statuses as people should see them.
const WORST_FIRST: [CheckStatus; 4] =
    [CheckStatus::Critical, CheckStatus::Unknown, CheckStatus::Warning, CheckStatus::Ok];

/// The report for browsers.
pub(crate) fn html(report: &CheckReport) -> String {
    let mut page = String::with_capacity(16_384 + 1_024 * report.items.len());
    let headline = headline(report);
    // Writing to a String cannot fail.
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{headline} · certificate check</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <p class=\"eyebrow\">{}, checked on {}, {}</p>\n<h1>{headline}</h1>\n",
        policy(),
        if report.only == Some(CheckOnly::Expiry) { "Dates of certificates" } else { "Certificates and keys" },
        time(report.now),
        time_of_day(report.now),
    );
    lede(&mut page, report);
    page.push_str("</header>\n<main>\n");
    tiles(&mut page, report);
    if !report.items.is_empty() {
        timeline::write(&mut page, report);
        table::write(&mut page, report);
    }
    let _ = write!(
        page,
        "</main>\n<footer>\n<p>An end is a warning from {} before it, and critical from {} before it. \
         Days are counted in UTC. Made by certwright.</p>\n</footer>\n",
        spoken(report.warning),
        spoken(report.critical),
    );
    if !report.items.is_empty() {
        let _ = writeln!(page, "<script>{SCRIPT}</script>");
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(DigestAlgorithm::Sha256.digest(text.as_bytes())));
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn headline(report: &CheckReport) -> String {
    let all = grouped(report.items.len());
    let worst = report.status();
    let count = grouped(report.count(worst));
    let one = report.count(worst) == 1;
    match worst {
        _ if report.items.is_empty() => "Nothing was found to check".to_owned(),
        CheckStatus::Critical => format!("{count} of {all} {} action now", if one { "needs" } else { "need" }),
        CheckStatus::Unknown => format!("{count} of {all} could not be read"),
        CheckStatus::Warning => format!("{count} of {all} {} attention soon", if one { "needs" } else { "need" }),
        CheckStatus::Ok if report.items.len() == 1 => "The one thing checked is in order".to_owned(),
        CheckStatus::Ok => format!("All {all} are in order"),
    }
}

/// What ends next, and what has ended.
fn lede(page: &mut String, report: &CheckReport) {
    let ends = |item: &CheckItem| {
        let facts = item.certificate.as_ref()?;
        Some((facts.validity?.not_after, called(facts).to_owned()))
    };
    let (ended, ahead): (Vec<_>, Vec<_>) = report.items.iter().filter_map(ends).partition(|(end, _)| *end < report.now);
    page.push_str("<p class=\"lede\">");
    if let Some((end, name)) = ahead.iter().min_by_key(|(end, _)| *end) {
        let _ = write!(
            page,
            "Next to end is <strong>{}</strong>, on {}: {}. ",
            outside(name, 80),
            time(*end),
            days_left(report.now, *end)
        );
    }
    if !ended.is_empty() {
        let word = if ended.len() == 1 { "has" } else { "have" };
        let _ = write!(page, "{} {word} ended already. ", grouped(ended.len()));
    }
    let files = if report.files == 1 { "file was" } else { "files were" };
    let _ = writeln!(page, "{} {files} read.</p>", grouped(report.files));
}

fn tiles(page: &mut String, report: &CheckReport) {
    page.push_str("<dl class=\"tiles\">\n");
    for status in WORST_FIRST {
        let count = report.count(status);
        let what = match status {
            CheckStatus::Critical => "to be done now",
            CheckStatus::Unknown => "could not be read",
            CheckStatus::Warning => "to be done in time",
            CheckStatus::Ok => "nothing to do",
        };
        let none = if count == 0 { " none" } else { "" };
        let _ = writeln!(
            page,
            "<div class=\"tile {}{none}\"><dt>{}</dt><dd><span class=\"number\">{}</span><small> {what}</small></dd></div>",
            class(status),
            word(status),
            grouped(count)
        );
    }
    page.push_str("</dl>\n");
}

/// The class of a status in the style sheet.
fn class(status: CheckStatus) -> &'static str {
    match status {
        CheckStatus::Ok => "ok",
        CheckStatus::Warning => "warning",
        CheckStatus::Unknown => "unknown",
        CheckStatus::Critical => "critical",
    }
}

fn word(status: CheckStatus) -> &'static str {
    match status {
        CheckStatus::Ok => "OK",
        CheckStatus::Warning => "Warning",
        CheckStatus::Unknown => "Unknown",
        CheckStatus::Critical => "Critical",
    }
}

/// A threshold in words, such as `30 days`.
fn spoken(threshold: Threshold) -> String {
    let text = threshold.to_string();
    let (number, unit) = text.split_at(text.len() - 1);
    let unit = match unit {
        "%" => return format!("{number} % of the whole validity"),
        "d" => "day",
        "h" => "hour",
        _ => "minute",
    };
    format!("{number} {unit}{}", if number == "1" { "" } else { "s" })
}

/// A number with commas between its thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
