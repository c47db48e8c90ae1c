//! `verify`: do these keys, certificates, requests and keystores belong together?

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::files::collect;
use certwright::operations::{Error, Origin, UnopenedReason, Verdict, VerifyReport, verify, verify_pair};
use certwright::secret::ProviderError;
use certwright::untrusted::Untrusted;
use clap::Args;

use super::{Example, pages};
use crate::args::PassinArgs;
use crate::context::{Context, exposed, repaired};
use crate::exit::ExitStatus;
use crate::printer::Message;
use crate::render::{json::document, verify as render};
use crate::report::Failure;

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
        for (name, repair) in &report.repaired {
            context.printer.warning(&repaired(name, *repair));
        }
        for (name, exposure) in &report.exposed {
            context.printer.warning(&exposed(name, *exposure));
        }
        if context.json {
            context.printer.data(&document("verify", render::json(&report)));
        } else {
            context.printer.report(&render::text(&report, context.now));
        }
        Ok(conclude(context, &report))
    }
}

/// Says on standard error why nothing, or not all, is proved, and what to exit with.
fn conclude(context: &Context, report: &VerifyReport) -> ExitStatus {
    if report.is_proved() {
        return ExitStatus::Done;
    }
    let mut status = ExitStatus::Failed;
    for unopened in &report.unopened {
        let failure = match &unopened.reason {
            UnopenedReason::Content(error) => {
                if let (true, Error::NoPassword { source: ProviderError::NobodyToAsk, .. }) = (unopened.named, error) {
                    status = ExitStatus::Usage;
                }
                context.failure(error)
            }
            UnopenedReason::File(error) => Failure::from_error(error, error.kind(), ExitStatus::Failed),
        };
        say(context, failure);
    }
    if let Some((key, other)) = report.mismatch() {
        let names = |origins: Vec<String>| origins.join(", ");
        let keys = names(key.keys.iter().map(ToString::to_string).collect());
        let others = names(other.certificates.iter().map(|it| it.origin.to_string()).collect());
        say(context, Failure::new("pairing_mismatch", status, format!("{keys} and {others} do not belong together")));
    } else {
        for group in report.groups.iter().filter(|group| group.verdict == Verdict::LonelyKey) {
            let Some(first) = group.keys.first() else { continue };
            let keys = group.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let failure =
                Failure::new("lonely_key", status, format!("no certificate belongs to the private key in {keys}"));
            say(context, failure.hint("name its certificate's file too").hint(selfsign(first)));
        }
    }
    if !report.contradictions.is_empty() {
        say(context, Failure::new("contradiction", status, "something contradicts itself; the report says what"));
    }
    if report.groups.iter().all(|group| group.keys.is_empty()) && report.unopened.is_empty() {
        let failure = Failure::new("no_private_key", status, "no private key was found, so nothing is proved");
        say(context, failure.hint("name the file of the private key or keystore too"));
    }
    status
}

/// How to make a certificate for a key that has none.
fn selfsign(origin: &Origin) -> String {
    format!("or make one with `certwright selfsign --key {} --cn NAME`", Untrusted(&origin.file))
}

/// Reports beside the report itself, which a program reads in place of these lines.
fn say(context: &Context, failure: Failure) {
    let Failure { message: text, causes, hints, .. } = failure;
    context.printer.error(&Message { text, causes, hints });
}
