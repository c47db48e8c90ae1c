//! `audit verify`: whether logs are what was written.

use certwright::files::read_lines;
use certwright::operations::{AUDIT_LONGEST_LINE, AuditExpectation, AuditFault, AuditReport, LineDigest, verify_audit};
use certwright::untrusted::Untrusted;
use clap::Args;

use super::logs::LogArgs;
use super::{CODES, Example, pages_with};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::{audit as render, json::document};
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example { what: "Check every log of the rotations in this folder", command: "certwright audit verify ." },
    Example {
        what: "See that a log still holds all that it held when 2 records were in it",
        command: "certwright audit verify app --at-least 2",
    },
];

/// Prove that audit logs were not changed since they were written
///
/// Found are lines that were edited, removed, put in, doubled or moved. What was cut off at the end, or written anew from
/// some line to the end, cannot be seen in the log alone: keep the digest of the last record, which this command prints,
/// somewhere else, and give it with `--expect` the next time.
#[derive(Args, Debug)]
#[command(after_help = pages_with(EXAMPLES, CODES))]
pub(super) struct Verify {
    #[command(flatten)]
    logs: LogArgs,
    /// Expect the record with this digest in the log: the last one that an earlier run printed
    #[arg(long, value_name = "SHA256")]
    expect: Option<LineDigest>,
    /// Expect so many records or more in the log
    #[arg(long, value_name = "N")]
    at_least: Option<u64>,
}

impl Verify {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let expectation = AuditExpectation { holds: self.expect, at_least: self.at_least };
        let logs = self.logs.find();
        if logs.len() > 1 && (expectation.holds.is_some() || expectation.at_least.is_some()) {
            return Err(Failure::usage("`--expect` and `--at-least` are about one log, and several are named")
                .hint("name one log"));
        }
        let mut checked = Vec::new();
        let mut problems: Vec<Failure> = Vec::new();
        for log in logs {
            let report = log.and_then(|log| {
                let report = verify_audit(read_lines(&log, AUDIT_LONGEST_LINE)?, &expectation)?;
                Ok((log.display().to_string(), report))
            });
            match report {
                Ok(report) => checked.push(report),
                Err(failure) => problems.push(failure.while_looking()),
            }
        }
        problems.extend(checked.iter().filter_map(|(log, report)| broken(log, report)));
        let is_whole = problems.is_empty();
        if context.json {
            let mut members = render::verified_json(&checked, is_whole);
            members["problems"] = problems.iter().map(Failure::to_value).collect();
            context.printer.data(&document("audit-verify", members));
        } else {
            context.printer.report(&render::verified_text(&checked));
            problems.iter().for_each(|problem| context.printer.error(&problem.to_message()));
        }
        Ok(if is_whole { ExitStatus::Done } else { ExitStatus::Failed })
    }
}

/// What is wrong with a log, as the last word on it.
fn broken(log: &str, report: &AuditReport) -> Option<Failure> {
    let failure = |kind, message: String| Failure::new(kind, ExitStatus::Failed, message);
    let name = Untrusted(log);
    let is_unfinished = report.break_count == 1 && report.breaks.iter().all(|one| one.fault == AuditFault::Unfinished);
    if report.is_whole() {
        None
    } else if is_unfinished && report.unmet.is_empty() {
        let failure = failure("audit_unfinished", format!("the last line of `{name}` is unfinished"));
        Some(
            failure.hint(
                "if a run was killed, the rotation's next record ends the line and names it; nothing is to be done",
            ),
        )
    } else if report.break_count > 0 {
        let failure = failure("audit_broken", format!("`{name}` is not what was written"));
        Some(failure.hint("compare it with a copy from a backup before anything else is written to it"))
    } else {
        let failure = failure("audit_cut", format!("`{name}` does not hold what it is to hold"));
        Some(failure.hint("its end was cut off, it was written anew, or another log was meant"))
    }
}
