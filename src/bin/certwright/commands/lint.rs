//! `lint`: would this target take these files?

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::operations::{Linted, Target, lint, lint_shared_primes};
use clap::Args;

use super::{Example, pages_with};
use crate::args::{PassinArgs, TargetArg};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::{json::document, lint as render};
use crate::report::{Failure, mend};

const EXAMPLES: &[Example] = &[
    Example {
        what: "Would Salesforce take this certificate and this keystore?",
        command: "certwright lint server.crt servercert.jks --for salesforce --passin file:server.pass",
    },
    Example {
        what: "Would OpenSSL 3 open this file?",
        command: "certwright lint keystore.p12 --for openssl3 --passin file:server.pass",
    },
];

/// As in every command, but that 1 and 2 say more.
const CODES: &[(u8, &str)] = &[
    (0, "every rule was checked, and every file keeps it"),
    (1, "findings, warnings included, or a file that cannot be read or opened"),
    (2, "wrong usage; or no findings, but rules that only a password would let check"),
    (130, "broken off, with Ctrl-C or at a question"),
];

/// Tell what a target would refuse in files, in its words, and the command that mends it
///
/// A password is asked for only where the target's rules need what it protects. Without one, what can be checked is
/// checked, and the other rules are named.
#[derive(Args, Debug)]
#[command(after_help = pages_with(EXAMPLES, CODES))]
pub(crate) struct Lint {
    /// Hold these files to the target's rules
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    target: TargetArg,
    #[command(flatten)]
    passin: PassinArgs,
}

impl Lint {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let Some(target) = self.target.target()? else {
            return Err(Failure::usage("`--for TARGET` is missing: whose rules hold?")
                .hint(format!("there are {}", Target::names().join(", "))));
        };
        let passwords = context.passwords(&self.passin)?;
        let mut rng = SystemRandom::new();
        let mut all: Vec<(String, Linted)> = Vec::new();
        let mut problems: Vec<Failure> = Vec::new();
        for path in &self.files {
            // A file that is not there is a problem of its own; the others are still judged.
            let input = match context.exact_input(path) {
                Ok(input) => input,
                Err(failure) => {
                    problems.push(failure);
                    continue;
                }
            };
            let linted = lint(&input, target, &passwords, &context.limits, context.now, &mut rng);
            problems.extend(linted.unopened.as_ref().map(|error| context.failure(error)));
            all.push((path.display().to_string(), linted));
        }
        let (shown, mut linted): (Vec<String>, Vec<Linted>) = all.into_iter().unzip();
        let not_compared = lint_shared_primes(&mut linted, target);
        let files: Vec<render::File> = shown
            .iter()
            .zip(linted)
            .map(|(shown, linted)| {
                let mends = linted.findings.iter().map(|it| mend(&it.mend, shown, target, &self.passin.passin));
                render::File { mends: mends.collect(), linted }
            })
            .collect();
        if not_compared > 0 {
            let text = format!("{not_compared} RSA keys were not compared for shared primes");
            context.printer.warning(&Warning::new(text).cause("they are over 16384 bits long, or there are too many"));
        }
        context.check_unused(&passwords);
        if context.json {
            let mut members = render::json(&files, target);
            if !problems.is_empty() {
                members["clean"] = false.into();
            }
            members["problems"] = problems.iter().map(Failure::to_value).collect();
            context.printer.data(&document("lint", members));
        } else {
            context.printer.report(&render::text(&files, target));
            problems.iter().for_each(|problem| context.printer.error(&problem.to_message()));
        }
        Ok(status(&files, &problems))
    }
}

/// Findings come first; where there are none, a missing answer is the user's to give.
fn status(files: &[render::File], problems: &[Failure]) -> ExitStatus {
    let linted = || files.iter().map(|file| &file.linted);
    if problems.iter().any(|problem| problem.exit == ExitStatus::Interrupted) {
        ExitStatus::Interrupted
    } else if linted().any(|it| !it.findings.is_empty()) {
        ExitStatus::Failed
    } else if let Some(exit) = problems.iter().map(|problem| problem.exit).min_by_key(|exit| exit.number()) {
        exit
    } else if linted().all(Linted::is_clean) {
        ExitStatus::Done
    } else {
        ExitStatus::Failed
    }
}

#[cfg(test)]
mod tests;
