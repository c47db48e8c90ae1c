//! The ends of certificates as a calendar, RFC 5545: one event for each certificate, wherever it stands.
//!
//! An event lasts the whole day, in UTC, on which the certificate ends, blocks no time, and reminds at both thresholds. Its
//! UID is the certificate's SHA-256, and its SEQUENCE grows with the time of the check, so that importing again updates
//! it. Certificates that state no end (RFC 5280 section 4.1.2.5: 99991231235959Z) have none.

use std::collections::HashMap;
use std::fmt::Write as _;

use certwright::formats::x509::Validity;
use certwright::operations::{CertificateFacts, CheckItem, CheckReport, Threshold};

use super::shown::{called, place, shown};

/// Octets of a line, section 3.1.
const LINE: usize = 75;

/// Characters of a text from outside.
const LONGEST: usize = 200;

/// Places and findings that one event names.
const MOST: usize = 20;

const DAY: i64 = 86_400;

/// The report for calendars.
pub(crate) fn icalendar(report: &CheckReport) -> String {
    let mut calendar = Lines::default();
    calendar.line("BEGIN:VCALENDAR");
    calendar.line("VERSION:2.0");
    calendar.line("PRODID:-//certwright//check//EN");
    calendar.line("CALSCALE:GREGORIAN");
    let certificates = certificates(report);
    for (facts, validity, items) in &certificates {
        event(&mut calendar, report, facts, *validity, items);
    }
    if certificates.is_empty() {
        // A calendar holds at least one component (section 3.6); this one says nothing that is not so.
        for line in [
            "BEGIN:VTIMEZONE",
            "TZID:UTC",
            "BEGIN:STANDARD",
            "DTSTART:19700101T000000",
            "TZOFFSETFROM:+0000",
            "TZOFFSETTO:+0000",
            "END:STANDARD",
            "END:VTIMEZONE",
        ] {
            calendar.line(line);
        }
    }
    calendar.line("END:VCALENDAR");
    calendar.0
}

/// Each certificate that ends on a day which calendars know, with every place where it stands.
fn certificates(report: &CheckReport) -> Vec<(&CertificateFacts, Validity, Vec<&CheckItem>)> {
    let mut found: Vec<(&CertificateFacts, Validity, Vec<&CheckItem>)> = Vec::new();
    let mut index_of = HashMap::new();
    for item in &report.items {
        let Some(facts) = &item.certificate else { continue };
        let ends = facts.validity.filter(|validity| validity.not_after.unix() >= 0 && states_an_end(*validity));
        let Some(validity) = ends else { continue };
        let index = *index_of.entry(&facts.fingerprint).or_insert(found.len());
        match found.get_mut(index) {
            Some((.., items)) => items.push(item),
            None => found.push((facts, validity, vec![item])),
        }
    }
    found
}

fn states_an_end(validity: Validity) -> bool {
    validity.not_after.plus_seconds(1).is_ok()
}

fn event(
    calendar: &mut Lines,
    report: &CheckReport,
    facts: &CertificateFacts,
    validity: Validity,
    items: &[&CheckItem],
) {
    let now = compact(&report.now.to_string());
    let end = compact(&validity.not_after.to_string());
    let date = end.split('T').next().unwrap_or_default();
    let name = shown(called(facts), LONGEST);
    calendar.line("BEGIN:VEVENT");
    calendar.line(&format!("UID:cert-{}", facts.fingerprint));
    calendar.line(&format!("DTSTAMP:{now}"));
    calendar.line(&format!("LAST-MODIFIED:{now}"));
    // Minutes, because an INTEGER ends at 2,147,483,647 (section 3.3.8).
    calendar.line(&format!("SEQUENCE:{}", report.now.unix().max(0) / 60));
    // Without DTEND or DURATION it takes this one day (section 3.6.1).
    calendar.line(&format!("DTSTART;VALUE=DATE:{date}"));
    calendar.text("SUMMARY", &format!("Certificate ends: {name}"));
    calendar.text("DESCRIPTION", &description(facts, validity, items));
    calendar.line("CATEGORIES:Certificates");
    calendar.line("TRANSP:TRANSPARENT");
    if validity.not_after >= report.now {
        let mut days = [report.warning, report.critical].map(|threshold| days_before(threshold, validity)).to_vec();
        days.dedup();
        for days in days {
            alarm(calendar, days, &name);
        }
    }
    calendar.line("END:VEVENT");
}

fn alarm(calendar: &mut Lines, days: i64, name: &str) {
    calendar.line("BEGIN:VALARM");
    calendar.line("ACTION:DISPLAY");
    calendar.line(&if days == 0 { "TRIGGER:PT0S".to_owned() } else { format!("TRIGGER:-P{days}D") });
    let when = match days {
        0 => "today".to_owned(),
        1 => "in 1 day".to_owned(),
        days => format!("in {days} days"),
    };
    calendar.text("DESCRIPTION", &format!("Certificate ends {when}: {name}"));
    calendar.line("END:VALARM");
}

/// Whole days before the day of the end, so that the reminder comes no later than the threshold is reached.
fn days_before(threshold: Threshold, validity: Validity) -> i64 {
    let seconds = validity.not_after.unix() - threshold.moment(validity).unix();
    (seconds + DAY - 1).div_euclid(DAY).max(0)
}

fn description(facts: &CertificateFacts, validity: Validity, items: &[&CheckItem]) -> String {
    let mut text = format!(
        "Subject: {}\nIssuer: {}\nSerial number: {}\nEnds: {}\nSHA-256: {}\n",
        shown(&facts.subject, LONGEST),
        shown(&facts.issuer, LONGEST),
        shown(&facts.serial, LONGEST),
        validity.not_after,
        facts.fingerprint
    );
    let places: Vec<String> = items.iter().map(|item| place(item, LONGEST)).collect();
    list(&mut text, "Stands in", &places);
    let mut findings: Vec<String> = Vec::new();
    for finding in items.iter().flat_map(|item| &item.findings) {
        let what = format!("{}: {}", finding.status.word(), shown(&finding.what, LONGEST));
        if !findings.contains(&what) && findings.len() <= MOST {
            findings.push(what);
        }
    }
    list(&mut text, "Found", &findings);
    text.trim_end().to_owned()
}

fn list(text: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{title}:");
    for item in items.iter().take(MOST) {
        let _ = writeln!(text, "- {item}");
    }
    if items.len() > MOST {
        let _ = writeln!(text, "- and more");
    }
}

/// A moment as section 3.3.5 wants it, such as `20261121T070000Z`.
fn compact(moment: &str) -> String {
    moment.replace(['-', ':'], "")
}

/// Content lines, folded and ended as section 3.1 says.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A property whose value is TEXT, escaped as section 3.3.11 says.
    fn text(&mut self, name: &str, value: &str) {
        let value = value.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n");
        self.line(&format!("{name}:{value}"));
    }

    fn line(&mut self, line: &str) {
        let mut room = LINE;
        for character in line.chars() {
            if character.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE - 1;
            }
            room -= character.len_utf8();
            self.0.push(character);
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::check::sample;

    /// Unfolded lines, after each rule of section 3.1 has been asked.
    fn lines(text: &str) -> Vec<String> {
        assert!(text.ends_with("\r\n"));
        let octets = text.as_bytes();
        for (index, octet) in octets.iter().enumerate() {
            assert_eq!(*octet == b'\n', index > 0 && octets[index - 1] == b'\r', "CR and LF stand together");
        }
        assert!(!text.chars().any(|character| character.is_control() && character != '\r' && character != '\n'));
        let mut unfolded: Vec<String> = Vec::new();
        for line in text.trim_end_matches("\r\n").split("\r\n") {
            assert!((1..=LINE).contains(&line.len()), "{} octets: {line}", line.len());
            match line.strip_prefix(' ') {
                Some(more) => unfolded.last_mut().unwrap().push_str(more),
                None => unfolded.push(line.to_owned()),
            }
        }
        unfolded
    }

    /// The lines of one event, alarms included.
    fn event(text: &str) -> Vec<String> {
        let lines = lines(text);
        let begin = lines.iter().position(|line| line == "BEGIN:VEVENT").unwrap();
        let end = lines.iter().position(|line| line == "END:VEVENT").unwrap();
        lines[begin + 1..end].to_vec()
    }

    #[test]
    fn a_certificate_in_two_files_is_one_event_with_two_reminders() {
        let mut copy = sample::certificate("a", 40);
        copy.file = "b.p12".to_owned();
        copy.entry = Some("x,y".to_owned());
        copy.position = 2;
        let text = icalendar(&sample::report(vec![sample::certificate("a", 40), copy, sample::unread("c")]));
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 1);
        let uid = format!("UID:cert-{}", sample::certificate("a", 40).certificate.unwrap().fingerprint);
        let event = event(&text);
        assert_eq!(
            event[..7],
            [
                uid.as_str(),
                "DTSTAMP:20261121T070000Z",
                "LAST-MODIFIED:20261121T070000Z",
                "SEQUENCE:29920740",
                "DTSTART;VALUE=DATE:20261231",
                "SUMMARY:Certificate ends: a",
                event[6].as_str(),
            ]
        );
        let told = [r"\nEnds: 2026-12-31T08:00:00Z\n", r"Stands in:\n- a.crt\n- b.p12\, entry x\,y\, certificate 2"];
        assert!(
            event[6].starts_with("DESCRIPTION:Subject: CN=a") && told.iter().all(|it| event[6].contains(it)),
            "{event:?}"
        );
        let triggers: Vec<_> = event.iter().filter(|line| line.starts_with("TRIGGER")).collect();
        assert_eq!(triggers, ["TRIGGER:-P30D", "TRIGGER:-P7D"]);
    }

    #[test]
    fn a_reminder_comes_no_later_than_its_threshold() {
        let facts = sample::certificate("a", 300).certificate.unwrap();
        let validity = facts.validity.unwrap();
        for (threshold, days) in [("30d", 30), ("12h", 1), ("36h", 2), ("0", 0), ("10%", 37), ("100%", 365)] {
            assert_eq!(days_before(threshold.parse().unwrap(), validity), days, "{threshold}");
        }
    }

    #[test]
    fn what_has_ended_reminds_nobody_and_what_never_ends_is_no_event() {
        let report = sample::report(vec![sample::certificate("a", -40)]);
        assert!(!icalendar(&report).contains("VALARM"));
        let mut never = sample::certificate("b", 40);
        let validity = never.certificate.as_mut().unwrap().validity.as_mut().unwrap();
        validity.not_after = "9999-12-31T23:59:59Z".parse().unwrap();
        let empty = lines(&icalendar(&sample::report(vec![never])));
        assert!(!empty.iter().any(|line| line.contains("VEVENT")));
        assert_eq!(empty.iter().filter(|line| line.starts_with("BEGIN:")).count(), 3, "{empty:?}");
    }

    #[test]
    fn hostile_names_add_no_line() {
        let report = sample::hostile_report();
        let text = icalendar(&report);
        let names = ["UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART;VALUE=DATE", "SUMMARY", "DESCRIPTION"];
        let more = ["BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "CATEGORIES", "TRANSP", "ACTION", "TRIGGER"];
        let lines = lines(&text);
        for line in &lines {
            let (name, value) = line.split_once(':').unwrap();
            assert!(names.contains(&name) || more.contains(&name), "{line}");
            if ["SUMMARY", "DESCRIPTION"].contains(&name) {
                let mut rest = value.chars();
                while let Some(character) = rest.next() {
                    assert!(!matches!(character, ',' | ';' | '\n'), "{line}");
                    assert!(character != '\\' || matches!(rest.next(), Some('\\' | ',' | ';' | 'n')), "{line}");
                }
            }
        }
        let events = lines.iter().filter(|line| *line == "BEGIN:VEVENT").count();
        assert_eq!(events, sample::hostile().len());
    }
}
