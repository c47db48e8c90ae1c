//! `check`: when do certificates end, and are keys, pairs and signatures sound, for people and monitors?

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use certwright::clock::Timestamp;
use certwright::files::{Sensitivity, walk};
use certwright::operations::{
    CheckFiles, CheckOnly, CheckReport, CheckStatus, Target, Threshold, check, find_partner, in_use_of, kept_in,
};
use clap::{Args, ValueEnum};

use super::{Example, Progress, Quietly, UNKNOWN, pages_with, wrote};
use crate::args::{OutArg, PassinArgs, TargetArg};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::{check as render, json::document};
use crate::report::{Failure, what_to_do};

const EXAMPLES: &[Example] = &[
    Example { what: "See what ends soon, and what is wrong, in this folder", command: "certwright check ." },
    Example {
        what: "Be told as early as Salesforce tells, in all folders below",
        command: "certwright check . --recursive --for salesforce",
    },
    Example {
        what: "Look through thousands of certificates for those that end, and at nothing else",
        command: "certwright check . --recursive --only expiry",
    },
    Example {
        what: "Let Nagios or Icinga judge by their own days",
        command: "certwright check server.crt -w 45d -c 14d --format nagios",
    },
    Example {
        what: "Keep a file for Prometheus' node_exporter",
        command: "certwright check . --format prometheus -o certwright.prom --force",
    },
    Example {
        what: "Make a page that a browser shows and a manager can read",
        command: "certwright check . --recursive --format html -o certificates.html",
    },
    Example {
        what: "Find everything that belongs to a key",
        command: "certwright check . --recursive --find-partner server.key",
    },
];

/// As monitors expect them.
const CODES: &[(u8, &str)] = &[
    (0, "OK: nothing is to be done; with --find-partner, the partner was found"),
    (1, "WARNING: something ends soon or is weak; with --find-partner, there is no partner"),
    (2, "CRITICAL: something has ended, is about to, or is broken"),
    (3, "UNKNOWN: something could not be read or opened, there was nothing to judge, or wrong usage"),
    (130, "broken off, with Ctrl-C or at a question"),
];

/// How the report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// for people, the worst first
    Text,
    /// for programs
    Json,
    /// for Nagios, Icinga, Checkmk
    Nagios,
    /// for the textfile collector of node_exporter
    Prometheus,
    /// for spreadsheets
    Csv,
    /// for calendars
    Ics,
    /// for a browser, as one page
    Html,
}

/// What alone is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    /// the dates of certificates
    Expiry,
}

impl From<Only> for CheckOnly {
    fn from(only: Only) -> Self {
        match only {
            Only::Expiry => Self::Expiry,
        }
    }
}

/// Tell when certificates end and whether keys, pairs and signatures are sound
///
/// Certificates, keys, requests and keystores in files and folders are judged by what they hold. The certificates of a
/// JKS lie open; a PKCS#12 that hides them is UNKNOWN without its password, which is asked for only if it was named
/// itself, at a terminal. In folders, other files are left alone. CRITICAL is worse than UNKNOWN, and that than WARNING.
#[derive(Args, Debug)]
#[command(after_help = pages_with(EXAMPLES, CODES))]
pub(crate) struct Check {
    /// Check these files, and the files in these folders; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Warn when a certificate has no more left than TIME: 30d, 12h, 2w, or 33% of its validity [default: 30d]
    #[arg(short, long, value_name = "TIME")]
    warning: Option<Threshold>,
    /// Call it critical when a certificate has no more left than TIME [default: 7d]
    #[arg(short, long, value_name = "TIME")]
    critical: Option<Threshold>,
    #[command(flatten)]
    target: TargetArg,
    /// Check the folders in folders too; links to folders are not followed
    #[arg(short, long)]
    recursive: bool,
    /// Look at one thing alone: expiry, the dates of certificates; keys, signatures and passwords of keys are left alone
    #[arg(long, value_enum, value_name = "WHAT", hide_possible_values = true, conflicts_with = "find_partner")]
    only: Option<Only>,
    /// Write the report as text, json, nagios, prometheus, csv, ics or html
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<Format>,
    #[command(flatten)]
    out: OutArg,
    /// List what belongs to the key in FILE (a key, certificate or request), and what belongs to nothing
    #[arg(long, value_name = "FILE")]
    find_partner: Option<PathBuf>,
    /// Let it be all right that there is nothing to judge
    #[arg(long)]
    allow_empty: bool,
    /// Judge as if it were TIME, such as 2027-01-01T00:00:00Z
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
    #[command(flatten)]
    passin: PassinArgs,
}

impl Check {
    /// Whatever fails is UNKNOWN to a monitor.
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        self.judged(context).map_err(|failure| match failure.exit {
            ExitStatus::Interrupted => failure,
            _ => Failure { exit: UNKNOWN, ..failure },
        })
    }

    fn judged(self, context: &Context) -> Result<ExitStatus, Failure> {
        let target = self.target.target()?;
        let (warning, critical) = thresholds(self.warning, self.critical, target)?;
        let format = self.format(context)?;
        let mut outputs = context.outputs();
        let out = self.out.out.as_deref().filter(|path| *path != Path::new("-"));
        let slot = out.map(|path| outputs.declare(path, Sensitivity::Public)).transpose()?;
        outputs.declare_passin(&self.passin)?;
        for path in self.paths.iter().chain(&self.find_partner).filter(|path| path.as_path() != Path::new("-")) {
            outputs.declare_read(path)?;
        }

        let given = context.given_passwords(&self.passin)?;
        let asked = context.passwords(&PassinArgs::default())?;
        let progress = Progress::new(context, "files checked");
        let (quiet_given, quiet_asked) = (Quietly::new(&given, &progress), Quietly::new(&asked, &progress));
        // Where nobody reads the report, its exit code is all that is asked for.
        let is_read = format != Format::Text || slot.is_some() || !context.printer.is_quiet();
        let options = CheckFiles {
            now: self.now.unwrap_or(context.now),
            warning,
            critical,
            only: self.only.map(CheckOnly::from),
            faults_alone: !is_read,
            may_be_empty: self.allow_empty,
            given: &quiet_given,
            asked: if context.somebody_is_there() { Some(&quiet_asked) } else { None },
            limits: &context.limits,
            progress: &|files| progress.tell(files),
        };
        let key = self.find_partner.as_ref().map(|path| context.input(path)).transpose()?;
        let files = walk(&self.paths, self.recursive, if key.is_some() { &kept_in } else { &in_use_of });
        let (text, status, advice) = match key {
            Some(key) => {
                let report =
                    find_partner(&key, files, &options).map_err(|error| context.failure(&error).while_looking())?;
                progress.end();
                let status = match (report.has_partner(), report.unread.is_empty()) {
                    (true, _) => CheckStatus::Ok,
                    (false, true) => CheckStatus::Warning,
                    (false, false) => CheckStatus::Unknown,
                };
                let text = match format {
                    Format::Json => document("check-partner", render::partner::json(&report, options.now)),
                    _ => render::partner::text(&report, options.now),
                };
                (text, status, Vec::new())
            }
            None => {
                let report = check(files, &options);
                progress.end();
                // A folder that was named may hold what the report is to replace.
                let has_its_name = |file: &&Path| out.is_some_and(|out| out.file_name() == file.file_name());
                for file in report.items.iter().map(|item| Path::new(&item.file)).filter(has_its_name) {
                    outputs.declare_read(file)?;
                }
                let text = if is_read { rendered(&report, format) } else { String::new() };
                (text, report.status(), what_to_do(&report))
            }
        };
        quiet_given.end().and(quiet_asked.end())?;
        context.check_unused(&given);
        match (slot, out) {
            (Some(slot), Some(path)) => {
                let plain = match format {
                    Format::Text => anstream::adapter::strip_str(&text).to_string(),
                    _ => text,
                };
                outputs.fill(slot, plain.as_bytes());
                outputs.commit()?;
                wrote(context, path, &format!("{} for {}", status.word(), format.reader()));
            }
            _ if format == Format::Text => {
                context.printer.report(&text);
                advice.iter().for_each(|advice| context.printer.note(&format!("hint: {advice}")));
            }
            _ => context.printer.data(&text),
        }
        Ok(ExitStatus::Checked(status))
    }

    fn format(&self, context: &Context) -> Result<Format, Failure> {
        let format = match (self.format, context.json) {
            (None | Some(Format::Json), true) => Format::Json,
            (Some(_), true) => return Err(Failure::usage("`--json` and another `--format` contradict each other")),
            (format, false) => format.unwrap_or(Format::Text),
        };
        if self.find_partner.is_some() && !matches!(format, Format::Text | Format::Json) {
            return Err(Failure::usage("`--find-partner` has a report as text and as JSON only"));
        }
        Ok(format)
    }
}

impl Format {
    /// For whom it is.
    fn reader(self) -> &'static str {
        match self {
            Self::Text => "people",
            Self::Json => "programs",
            Self::Nagios => "monitors",
            Self::Prometheus => "Prometheus",
            Self::Csv => "spreadsheets",
            Self::Ics => "calendars",
            Self::Html => "browsers",
        }
    }
}

fn rendered(report: &CheckReport, format: Format) -> String {
    match format {
        Format::Text => render::text::text(report),
        Format::Json => document("check", render::json::json(report)),
        Format::Nagios => render::nagios::nagios(report),
        Format::Prometheus => render::prometheus::prometheus(report),
        Format::Csv => render::csv::csv(report),
        Format::Ics => render::icalendar::icalendar(report),
        Format::Html => render::html::html(report),
    }
}

/// The thresholds: what was typed, else the target's own, else the usual ones. One that was not typed gives way to one
/// that was.
fn thresholds(
    warning: Option<Threshold>,
    critical: Option<Threshold>,
    target: Option<&Target>,
) -> Result<(Threshold, Threshold), Failure> {
    let usual = target.map_or((Threshold::USUAL_WARNING, Threshold::USUAL_CRITICAL), |target| target.watch);
    let (mut early, mut late) = (warning.unwrap_or(usual.0), critical.unwrap_or(usual.1));
    if late.is_longer_than(early) == Some(true) {
        match (warning, critical) {
            (Some(_), None) => late = early,
            (None, Some(_)) => early = late,
            _ => {
                let message = format!("`--critical {late}` is longer than `--warning {early}`");
                return Err(Failure::usage(message).hint("a warning comes first: give it the longer time"));
            }
        }
    }
    Ok((early, late))
}
