//! `audit show`: the records of logs, one a line.

use certwright::clock::Timestamp;
use certwright::files::read_lines;
use certwright::operations::{AUDIT_LONGEST_LINE, AuditRecord, read_audit_line};
use certwright::untrusted::Untrusted;
use clap::Args;

use super::logs::LogArgs;
use super::{CODES, Example, pages_with};
use crate::args::Span;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::{audit as render, json::line};
use crate::report::{Failure, word};

const EXAMPLES: &[Example] = &[
    Example { what: "See what was done to the keys of a rotation", command: "certwright audit show app" },
    Example {
        what: "Hand what was done to any rotation in the last 90 days to another program",
        command: "certwright audit show . --since 90d --json",
    },
];

/// Show the records of audit logs, the oldest first
///
/// With `--json`, one object a line. A line that is no record as it was written is left out, said on standard error, and
/// makes the exit code 1; whether each record stands in its place is for `certwright audit verify` to say.
#[derive(Args, Debug)]
#[command(after_help = pages_with(EXAMPLES, CODES))]
pub(super) struct Show {
    #[command(flatten)]
    logs: LogArgs,
    /// Show what was done to the rotation of this name only; may be repeated
    #[arg(long, value_name = "NAME")]
    name: Vec<String>,
    /// Show what was done since TIME: 2026-11-21T00:00:00Z, or 90d for the last 90 days
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
}

impl Show {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let since = self.since.as_deref().map(|text| moment(text, context.now)).transpose()?;
        let is_wanted = |record: &AuditRecord| {
            (self.name.is_empty() || self.name.contains(&record.name)) && since.is_none_or(|since| record.time >= since)
        };
        let mut status = ExitStatus::Done;
        let logs = self.logs.find();
        let are_several = logs.len() > 1;
        for log in logs {
            let lines = log.and_then(|log| Ok((read_lines(&log, AUDIT_LONGEST_LINE)?, log)));
            let (lines, log) = match lines {
                Ok(lines) => lines,
                // The other logs are shown all the same.
                Err(failure) => {
                    context.printer.error(&failure.while_looking().to_message());
                    status = ExitStatus::Failed;
                    continue;
                }
            };
            let shown = log.display().to_string();
            if are_several {
                context.printer.report(&render::heading(&shown));
            }
            let mut faults: Option<(u64, String, u64)> = None;
            for (number, octets) in (1..).zip(lines) {
                match read_audit_line(&octets?) {
                    Ok(entry) if !is_wanted(&entry.record) => {}
                    Ok(entry) if context.json => {
                        context.printer.data(&line(&render::entry_json(&shown, number, &entry)))
                    }
                    Ok(entry) => context.printer.report(&render::entry_text(&entry)),
                    Err(fault) => {
                        let (first, why, count) = faults.unwrap_or_else(|| (number, fault.to_string(), 0));
                        faults = Some((first, why, count + 1));
                    }
                }
            }
            if let Some((first, why, count)) = faults {
                status = ExitStatus::Failed;
                context.printer.warning(&left_out(&shown, first, &why, count));
            }
        }
        Ok(status)
    }
}

fn left_out(log: &str, first: u64, why: &str, count: u64) -> Warning {
    let lines = if count == 1 { "a line is".to_owned() } else { format!("{count} lines are") };
    Warning::new(format!("`{log}`: {lines} no record and not shown"))
        .cause(format!("line {first}: {why}"))
        .hint(format!("to see every fault of the log, run `certwright audit verify {}`", word(log)))
}

/// A moment, or so long before `now`.
fn moment(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let ago = || {
        let span: Span = text.parse().ok()?;
        now.plus_seconds(-i64::from(span.seconds)).ok()
    };
    text.parse().ok().or_else(ago).ok_or_else(|| {
        Failure::usage(format!("`--since` cannot be `{}`", Untrusted(text)))
            .hint("write a moment such as `2026-11-21T00:00:00Z`, or a span such as `90d`")
    })
}
