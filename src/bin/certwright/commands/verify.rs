//! `verify`: do these keys, certificates, requests and keystores belong together?

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::crypto::key_health::{Severity, Weakness};
use certwright::files::collect;
use certwright::operations::{Origin, UnopenedReason, Verdict, VerifyReport, verify, verify_pair};
use clap::Args;

use super::{Example, pages};
use crate::args::PassinArgs;
use crate::context::{Context, exposed, repaired};
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::{json::document, verify as render};
use crate::report::{Failure, word};

const EXAMPLES: &[Example] = &[
    Example { what: "Prove everything in this folder", command: "certwright verify ." },
    Example {
        what: "Prove a keystore against the certificate that was uploaded",
        command: "certwright verify servercert.jks server.crt --passin file:server.pass",
    },
    Example { what: "Prove one pair", command: "certwright verify --key server.key --cert server.crt" },
];

/// Prove that keys, certificates, requests and keystores belong together
///
/// Everything is grouped by public key. Each private key signs a test JWT that each of its certificates must verify.
/// Weak RSA keys, and keys that share a prime, are warned of; the exit code tells only whether things belong together.
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Verify {
    /// Prove these files, and all files in these folders
    #[arg(value_name = "FILE|DIR", required_unless_present = "key", conflicts_with = "key")]
    paths: Vec<PathBuf>,
    /// Prove the private key in FILE …
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// … against the certificate in FILE
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    #[command(flatten)]
    passin: PassinArgs,
}

impl Verify {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let passwords = context.passwords(&self.passin)?;
        let mut rng = SystemRandom::new();
        let report = match (&self.key, &self.cert) {
            (Some(key), Some(cert)) => {
                let key = context.input(key)?;
                let certificate = context.input(cert)?;
                verify_pair(&key, &certificate, &passwords, &context.limits, &mut rng)
                    .map_err(|error| context.failure(&error))?
            }
            _ => verify(collect(&self.paths, &context.limits), &passwords, &context.limits, &mut rng),
        };
        // These files were collected, not read through the context, so nothing of them has been said yet.
        for notice in &report.notices {
            context.printer.warning(&Warning::new(notice.to_string()));
        }
        for (name, repair) in &report.repaired {
            context.printer.warning(&repaired(name, *repair));
        }
        for (name, exposure) in &report.exposed {
            context.printer.warning(&exposed(name, *exposure));
        }
        context.check_unused(&passwords);
        let problems = problems(context, &report);
        if context.json {
            let mut members = render::json(&report);
            members["problems"] = problems.iter().map(Failure::to_value).collect();
            context.printer.data(&document("verify", members));
        } else {
            context.printer.report(&render::text(&report, context.now));
            problems.iter().for_each(|problem| context.printer.error(&problem.to_message()));
        }
        warn_of_weak_keys(context, &report);
        // A missing answer is the user's to give; everything else is a finding.
        let status = problems.iter().map(|problem| problem.exit).max_by_key(|exit| exit.number());
        Ok(status.unwrap_or(ExitStatus::Done))
    }
}

/// Says what is wrong with the keys themselves, last of all so that nothing hides it. It changes no exit code: what was
/// asked is whether things belong together.
fn warn_of_weak_keys(context: &Context, report: &VerifyReport) {
    for group in &report.groups {
        let here = files(group.places().into_iter());
        for weakness in group.weaknesses.iter().filter(|it| it.severity() > Severity::Unusual) {
            let partner = group.shares_prime_with.as_ref().filter(|_| *weakness == Weakness::SharedPrime);
            let other = partner.map(|partner| files(report.places(partner).into_iter()));
            let text = match other {
                Some(other) => format!("the key in {here} {weakness}: with that in {other}"),
                None => format!("the key in {here} {weakness}"),
            };
            context.printer.warning(&Warning::new(text).cause(in_a_line(weakness.meaning())));
        }
    }
    if report.not_compared > 0 {
        let text = format!("{} RSA keys were not compared for shared primes", report.not_compared);
        context.printer.warning(&Warning::new(text).cause("they are over 16384 bits long, or there are too many"));
    }
}

/// A sentence as the lines of a message stand: lower case first, and no full stop.
fn in_a_line(sentence: &str) -> String {
    let mut characters = sentence.trim_end_matches('.').chars();
    characters.next().into_iter().flat_map(char::to_lowercase).chain(characters).collect()
}

/// Why nothing, or not all, is proved; empty when all is.
fn problems(context: &Context, report: &VerifyReport) -> Vec<Failure> {
    let failed = |kind, message: String| Failure::new(kind, ExitStatus::Failed, message);
    let mut problems: Vec<Failure> = report
        .unopened
        .iter()
        .map(|unopened| match &unopened.reason {
            UnopenedReason::Content(error) => {
                let failure = context.failure(error);
                // In a folder, a file that nobody gave a password for is one that could not be opened.
                Failure { exit: if unopened.named { failure.exit } else { ExitStatus::Failed }, ..failure }
            }
            UnopenedReason::File(error) => Failure::from(error),
        })
        .collect();
    if let Some((key, other)) = report.mismatch() {
        let keys = files(key.keys.iter());
        let others = files(other.certificates.iter().map(|it| &it.origin));
        problems.push(failed("pairing_mismatch", format!("{keys} and {others} do not belong together")));
    } else {
        for group in report.groups.iter().filter(|group| group.verdict == Verdict::LonelyKey) {
            let message = format!("no certificate belongs to the private key in {}", files(group.keys.iter()));
            let problem = failed("lonely_key", message).hint("name its certificate's file too");
            problems.push(match group.keys.first() {
                Some(key) => problem.hint(selfsign(key)),
                None => problem,
            });
        }
    }
    for group in report.groups.iter().filter(|group| group.verdict == Verdict::Broken) {
        let message =
            format!("the private key in {} signs what its certificate does not verify", files(group.keys.iter()));
        problems.push(failed("broken_key", message));
    }
    for contradiction in &report.contradictions {
        let message = format!("{} contradicts itself: {}", contradiction.origin(), contradiction.reason());
        problems.push(failed("contradiction", message));
    }
    if problems.is_empty() && !report.is_proved() {
        let problem = failed("no_private_key", "no private key was found, so nothing is proved".to_owned());
        problems.push(problem.hint("name the file of the private key or keystore too"));
    }
    problems
}

/// Where something was found, each place once.
fn files<'a>(origins: impl Iterator<Item = &'a Origin>) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in origins.map(ToString::to_string) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

/// How to make a certificate for a key that has none.
fn selfsign(origin: &Origin) -> String {
    format!("or make one with `certwright selfsign --key {} --cn NAME`", word(&origin.file))
}
