//! `rotate rollback`: back to the version that was in use before.

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::operations::Actor;
use certwright::operations::rotate::{Activate, Store, rollback};
use clap::Args;

use super::{rotate_pages, tell};
use crate::args::{HookArgs, PassinArgs};
use crate::commands::Example;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example { what: "Go back to the previous version", command: "certwright rotate rollback app" },
    Example { what: "Say what would be done", command: "certwright rotate rollback app --dry-run" },
];

/// Go back to the previous version, or out of an activation that was broken off
///
/// The version that is left stays, and `rotate activate` brings it back unless another one is prepared. Going back twice
/// changes nothing. An activation that was broken off is taken back, and its version stays prepared. A certificate that
/// has ended is used again with `--force` only, which also replaces files in use that were changed by hand.
#[derive(Args, Debug)]
#[command(after_help = rotate_pages(EXAMPLES))]
pub(crate) struct Rollback {
    /// Go back in this rotation: a folder of `rotate prepare`, or the key in use
    #[arg(value_name = "STORE|KEY")]
    store: PathBuf,
    #[command(flatten)]
    hook: HookArgs,
    /// Say what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    passin: PassinArgs,
}

impl Rollback {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let store = Store::at(&self.store);
        let passwords = context.passwords(&self.passin)?;
        let hook = self.hook.hook(passwords.variables());
        let options = Activate { hook, keep: false, force: context.force, dry_run: self.dry_run };
        let actor = Actor::current();
        let rng = &mut SystemRandom::new();
        let done = rollback(&store, &options, context.now, &actor, &passwords, &context.limits, rng)
            .map_err(|error| Failure::from_change(&error, &store, &self.store, context.unattended()))?;
        context.check_unused(&passwords);
        tell(context, &done, "rotate-rollback", &self.store, self.dry_run);
        Ok(ExitStatus::Done)
    }
}
