//! `rotate activate`: the next version comes into use, or everything is as before.

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::operations::Actor;
use certwright::operations::rotate::{Activate as Options, Store, activate};
use clap::Args;

use super::{rotate_pages, tell};
use crate::args::{HookArgs, PassinArgs};
use crate::commands::Example;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example { what: "Bring the prepared version into use", command: "certwright rotate activate app" },
    Example {
        what: "Have a service read its files anew; if it cannot, go back",
        command: "certwright rotate activate app --hook systemctl --hook-arg reload --hook-arg gateway",
    },
    Example { what: "Say what would be done", command: "certwright rotate activate app --dry-run" },
];

/// Bring the next version into use, after proving it again
///
/// Files in use, or the link, are replaced, and the version that was current becomes the previous one. If a step or the
/// hook fails, everything is put back and the version stays prepared. A run that was broken off is brought to its end.
/// Where nothing is prepared, nothing is done. `--force` replaces files in use that were changed by hand.
#[derive(Args, Debug)]
#[command(after_help = rotate_pages(EXAMPLES))]
pub(crate) struct Activate {
    /// Use the next version of this rotation: a folder of `rotate prepare`, or the key in use
    #[arg(value_name = "STORE|KEY")]
    store: PathBuf,
    #[command(flatten)]
    hook: HookArgs,
    /// Leave the new version in use when the hook fails, and end with 5
    #[arg(long, requires = "hook")]
    no_rollback: bool,
    /// Say what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    passin: PassinArgs,
}

impl Activate {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let store = Store::at(&self.store);
        let passwords = context.passwords(&self.passin)?;
        let options = Options {
            hook: self.hook.hook(passwords.variables()),
            keep: self.no_rollback,
            force: context.force,
            dry_run: self.dry_run,
        };
        let actor = Actor::current();
        let rng = &mut SystemRandom::new();
        let done = activate(&store, &options, context.now, &actor, &passwords, &context.limits, rng)
            .map_err(|error| Failure::from_change(&error, &store, &self.store, context.unattended()))?;
        context.check_unused(&passwords);
        tell(context, &done, "rotate-activate", &self.store, self.dry_run);
        Ok(ExitStatus::Done)
    }
}
