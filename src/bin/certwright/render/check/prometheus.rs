//! Gauges for the textfile collector of Prometheus's node_exporter, in the text exposition format 0.0.4.
//!
//! Every sample has HELP and TYPE before it, no timestamp (the collector refuses them), and a set of labels that no other
//! sample of its name has. Label values are shown as [`Untrusted`] shows them and at
//! most 512 characters long; what is longer ends with the beginning of its SHA-256, so that two never become one.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use certwright::clock::Timestamp;
use certwright::crypto::{DigestAlgorithm, Fingerprint};
use certwright::formats::x509::Validity;
use certwright::operations::{CheckItem, CheckReport, CheckStatus};
use certwright::untrusted::Untrusted;

use super::shown::shown;

/// Characters of a label value.
const LONGEST: usize = 512;

/// The samples of one metric: labels, written as they stand between the braces, and value.
type Samples = BTreeMap<String, i64>;

/// The report for Prometheus.
pub(crate) fn prometheus(report: &CheckReport) -> String {
    let mut text = String::new();
    let not_after = ends(report, |validity| validity.not_after);
    let not_before = ends(report, |validity| validity.not_before);
    family(&mut text, "cert_not_after_seconds", "When the certificate ends, in seconds since 1970.", &not_after);
    family(&mut text, "cert_not_before_seconds", "When the certificate begins, in seconds since 1970.", &not_before);
    let help = "How many findings of this kind there are about this thing.";
    family(&mut text, "cert_problem", help, &problems(report));
    let items = CheckStatus::ALL.map(|status| (status_label(status), amount(report.count(status))));
    family(&mut text, "check_items", "How many things were judged so.", &Samples::from(items));
    let one = |value| Samples::from([(String::new(), value)]);
    let errors = amount(report.count(CheckStatus::Unknown));
    family(&mut text, "check_errors", "How many things could not be read or judged.", &one(errors));
    family(&mut text, "check_files", "How many files were read.", &one(amount(report.files)));
    let help = "When the files were checked, in seconds since 1970.";
    family(&mut text, "check_last_run_seconds", help, &one(report.now.unix()));
    text
}

/// One metric with all its samples, if it has any.
fn family(text: &mut String, name: &str, help: &str, samples: &Samples) {
    if samples.is_empty() {
        return;
    }
    // Writing to a String cannot fail.
    let _ = writeln!(text, "# HELP certwright_{name} {help}\n# TYPE certwright_{name} gauge");
    for (labels, value) in samples {
        let _ = match labels.as_str() {
            "" => writeln!(text, "certwright_{name} {value}"),
            labels => writeln!(text, "certwright_{name}{{{labels}}} {value}"),
        };
    }
}

/// A moment of each certificate's validity. What stands in the same place and is the same certificate is one series.
fn ends(report: &CheckReport, moment: impl Fn(Validity) -> Timestamp) -> Samples {
    let mut samples = Samples::new();
    for item in &report.items {
        let Some(facts) = &item.certificate else { continue };
        let Some(validity) = facts.validity else { continue };
        let mut labels = place(item);
        label(&mut labels, "subject_cn", facts.common_name.as_deref().unwrap_or_default());
        label(&mut labels, "serial", &facts.serial);
        label(&mut labels, "fingerprint_sha256", &facts.fingerprint.to_string());
        samples.insert(labels, moment(validity).unix());
    }
    samples
}

fn problems(report: &CheckReport) -> Samples {
    let mut samples = Samples::new();
    for item in &report.items {
        for finding in &item.findings {
            let mut labels = place(item);
            label(&mut labels, "item", item.kind.word());
            label(&mut labels, "kind", finding.kind);
            let _ = write!(labels, ",{}", status_label(finding.status));
            *samples.entry(labels).or_default() += 1;
        }
    }
    samples
}

fn status_label(status: CheckStatus) -> String {
    format!("status=\"{}\"", status.word().to_ascii_lowercase())
}

fn place(item: &CheckItem) -> String {
    let mut labels = String::new();
    label(&mut labels, "path", &item.file);
    label(&mut labels, "entry", item.entry.as_deref().unwrap_or_default());
    label(&mut labels, "position", &item.position.to_string());
    labels
}

/// Adds a label, after a comma where it is not the first.
fn label(labels: &mut String, name: &str, value: &str) {
    let comma = if labels.is_empty() { "" } else { "," };
    let value = bounded(value).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let _ = write!(labels, "{comma}{name}=\"{value}\"");
}

fn bounded(value: &str) -> String {
    if value.chars().nth(LONGEST).is_none() && Untrusted(value).to_string().chars().nth(LONGEST).is_none() {
        return shown(value, LONGEST);
    }
    let digest = Fingerprint::of(DigestAlgorithm::Sha256, value.as_bytes()).to_string();
    let digest = digest.get(..16).unwrap_or_default();
    shown(value, LONGEST - digest.len()) + digest
}

fn amount(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::render::check::sample;

    /// Reads a line of a sample as the format's page has it: name, labels in order, value.
    fn sample_line(line: &str) -> (String, Vec<(String, String)>, String) {
        let (name, rest) = line.split_at(line.find(['{', ' ']).unwrap());
        assert!(name.bytes().all(|octet| octet.is_ascii_lowercase() || octet == b'_'), "{line}");
        let Some(mut rest) = rest.strip_prefix('{') else {
            return (name.to_owned(), Vec::new(), rest[1..].to_owned());
        };
        let mut labels = Vec::new();
        loop {
            let (label, after) = rest.split_once("=\"").unwrap();
            let mut value = String::new();
            let mut characters = after.char_indices();
            let end = loop {
                match characters.next().unwrap() {
                    (end, '"') => break end,
                    (_, '\\') => value.push(match characters.next().unwrap().1 {
                        'n' => '\n',
                        escaped @ ('\\' | '"') => escaped,
                        other => panic!("\\{other} is no escape: {line}"),
                    }),
                    (_, character) => value.push(character),
                }
            };
            labels.push((label.to_owned(), value));
            rest = &after[end + 1..];
            match rest.strip_prefix(',') {
                Some(more) => rest = more,
                None => return (name.to_owned(), labels, rest.strip_prefix("} ").unwrap().to_owned()),
            }
        }
    }

    #[test]
    fn a_certificate_has_its_dates_and_its_problems() {
        let text = prometheus(&sample::report(vec![sample::certificate("a\"b\\", 3), sample::certificate("c", 300)]));
        let head = r#"certwright_cert_not_after_seconds{path="a\"b\\.crt",entry="",position="1",subject_cn="a\"b\\",serial="01ab""#;
        let line = text.lines().find(|line| line.starts_with(head)).unwrap_or_else(|| panic!("{text}"));
        assert!(line.ends_with(&format!(" {}", sample::now().unix() + 3 * 86_400 + 3_600)), "{line}");
        let problem = r#"certwright_cert_problem{path="a\"b\\.crt",entry="",position="1",item="certificate",kind="expires_soon",status="critical"} 1"#;
        assert_eq!(
            text.lines().filter(|line| line.starts_with("certwright_cert_problem")).collect::<Vec<_>>(),
            [problem]
        );
        for line in [
            "certwright_check_items{status=\"ok\"} 1",
            "certwright_check_items{status=\"unknown\"} 0",
            "certwright_check_errors 0",
            "certwright_check_files 2",
            "certwright_check_last_run_seconds 1795244400",
            "# TYPE certwright_cert_not_before_seconds gauge",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn the_reference_names_every_metric() {
        let page = include_str!("../../../../../docs/reference/check.md");
        let text = prometheus(&sample::report(vec![sample::certificate("a", 3)]));
        let metrics: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" gauge")).collect();
        let listed = page.lines().filter_map(|line| line.strip_prefix("| `certwright_")?.split_once('`'));
        let listed: Vec<String> = listed.map(|(name, _)| format!("certwright_{name}")).collect();
        assert_eq!(metrics, listed);
    }

    #[test]
    fn hostile_names_make_no_sample_and_no_series_stands_twice() {
        let mut report = sample::hostile_report();
        // The same file named twice.
        report.items.extend(sample::hostile_report().items);
        let text = prometheus(&report);
        assert!(text.ends_with('\n') && !text.contains('\r'));
        let (mut family, mut seen, mut families) = (String::new(), HashSet::new(), HashSet::new());
        for line in text.lines() {
            if let Some(comment) = line.strip_prefix("# ") {
                let name = comment.split(' ').nth(1).unwrap();
                family = name.to_owned();
                assert!(families.insert(comment.split(' ').take(2).collect::<Vec<_>>().join(" ")), "{line}");
                continue;
            }
            let (name, labels, value) = sample_line(line);
            assert_eq!(name, family, "a family is in one place");
            assert!(value.parse::<i64>().is_ok(), "{line}");
            for (_, value) in &labels {
                assert!(Untrusted(value).is_harmless() && value.chars().count() <= LONGEST, "{line}");
            }
            assert!(seen.insert((name, labels)), "{line}");
        }
        let certificates = sample::hostile().len();
        assert_eq!(
            text.lines().filter(|line| line.starts_with("certwright_cert_not_after_seconds{")).count(),
            certificates
        );
    }

    #[test]
    fn long_values_that_differ_stay_different() {
        let path = |end: &str| bounded(&("x".repeat(5_000) + end));
        assert_ne!(path("a"), path("b"));
        assert_eq!(path("a").chars().count(), LONGEST);
        assert_eq!(bounded(&"x".repeat(LONGEST)), "x".repeat(LONGEST));
        assert_eq!(bounded(&("x".repeat(9) + "…")), "x".repeat(9) + "…");
        // Short before, and long as it is shown.
        assert_ne!(bounded(&"\n".repeat(LONGEST)), bounded(&"\n".repeat(LONGEST - 1)));
    }
}
