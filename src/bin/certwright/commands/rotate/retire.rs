//! `rotate retire`: versions that were in use long ago are removed.

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::operations::Actor;
use certwright::operations::rotate::{Retire as Options, Store, retire};
use clap::Args;

use super::rotate_pages;
use crate::args::{PassinArgs, Span};
use crate::commands::Example;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::json::document;
use crate::render::rotate::retire as render;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example { what: "Remove what was in use long ago", command: "certwright rotate retire app" },
    Example {
        what: "Keep two old versions, and those of the last 30 days",
        command: "certwright rotate retire app --keep 2 --grace 30d --dry-run",
    },
];

/// Remove versions that were in use long ago
///
/// The current, the next and the previous version always stay. Deleting is not wiping: withdraw an old certificate at the
/// service before its key is removed.
#[derive(Args, Debug)]
#[command(after_help = rotate_pages(EXAMPLES))]
pub(crate) struct Retire {
    /// Remove versions of this rotation: a folder of `rotate prepare`, or the key in use
    #[arg(value_name = "STORE|KEY")]
    store: PathBuf,
    /// Keep this many of the versions that were in use before the previous one
    #[arg(long, value_name = "N", default_value = "5")]
    keep: usize,
    /// Keep what was in use less than this long ago, such as 7d; `0` for no time
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = grace)]
    grace: u32,
    /// Say what would be removed, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    passin: PassinArgs,
}

/// A span of time, or none.
fn grace(text: &str) -> Result<u32, String> {
    if text == "0" {
        return Ok(0);
    }
    text.parse::<Span>().map(|span| span.seconds).map_err(|fault| fault.to_string())
}

impl Retire {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let store = Store::at(&self.store);
        // What goes is named in the audit log as far as it opens; nobody is asked for a password for that.
        let passwords = context.given_passwords(&self.passin)?;
        let options = Options { keep: self.keep, grace: self.grace, dry_run: self.dry_run };
        let rng = &mut SystemRandom::new();
        let retired = retire(&store, &options, context.now, &Actor::current(), &passwords, &context.limits, rng)
            .map_err(|error| Failure::from_change(&error, &store, &self.store, context.unattended()))?;
        context.printer.report(&render::text(&retired, self.dry_run));
        if context.json {
            context.printer.data(&document("rotate-retire", render::json(&retired, self.dry_run)));
        }
        Ok(ExitStatus::Done)
    }
}
