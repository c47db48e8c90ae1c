//! `rotate auto`: what is due for rotations that are named, or for all of a fleet.

mod fleet;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use certwright::crypto::SystemRandom;
use certwright::operations::Actor;
use certwright::operations::Threshold;
use certwright::operations::rotate::{Activate, Auto as Options, Prepare, Store, auto};
use clap::Args;

use super::rotate_pages;
use crate::args::{HookArgs, PassinArgs};
use crate::commands::Example;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::json::document;
use crate::render::rotate::auto::{Done, End, Row, Run, json, text};
use crate::report::{Failure, word};

const EXAMPLES: &[Example] = &[
    Example {
        what: "Prepare the next version if the current one is in its last third",
        command: "certwright rotate auto app",
    },
    Example { what: "Do for a whole fleet what is due", command: "certwright rotate auto --config fleet.toml" },
    Example { what: "Say what would be done", command: "certwright rotate auto --config fleet.toml --dry-run --json" },
];

/// Prepare what is due, and bring it into use where that is asked for
///
/// Where the current certificate lasts, nothing is done, so this can run every day. A version that is prepared already is
/// not made again. With `--activate` the next version comes into use at once: say so only where the hook tells the
/// service, where the service needs to be told nothing, as of a same-key renewal, or where it holds the next key already.
/// One rotation that fails does not stop the others.
#[derive(Args, Debug)]
#[command(after_help = rotate_pages(EXAMPLES))]
pub(crate) struct Auto {
    /// Look at these rotations: folders of `rotate prepare`, or the keys in use
    #[arg(value_name = "STORE|KEY", required_unless_present = "config")]
    stores: Vec<PathBuf>,
    /// Let the next version be due when the current one has this left: a share of its validity, or a time [default: 33%]
    #[arg(long, value_name = "33%|30d")]
    before: Option<Threshold>,
    /// Bring the next version into use too
    #[arg(long)]
    activate: bool,
    #[command(flatten)]
    hook: HookArgs,
    /// Look at the rotations of FLEET, a TOML file; docs/reference/fleet.md describes it
    #[arg(long, value_name = "FLEET", conflicts_with_all = ["stores", "before", "activate", "hook", "passin"])]
    config: Option<PathBuf>,
    /// Look at so many rotations of the fleet at once [default: as many as there are processors]
    #[arg(long, value_name = "N", requires = "config")]
    jobs: Option<NonZeroUsize>,
    /// Look only at the rotation of this name; may be repeated
    #[arg(long, value_name = "NAME", requires = "config")]
    only: Vec<String>,
    /// Say what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    passin: PassinArgs,
}

impl Auto {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let rows = match &self.config {
            Some(path) => fleet::run(&self, path, context)?,
            None => self.run_named(context)?,
        };
        let run = Run { rows, now: context.now, dry_run: self.dry_run };
        for row in &run.rows {
            if let End::Done(Done { notes, .. }) = &row.end {
                for note in notes {
                    context.printer.warning(&Warning::new(format!("`{}`: {note}", row.name)));
                }
            }
        }
        if context.json {
            context.printer.data(&document("rotate-auto", json(&run)));
        } else {
            context.printer.report(&text(&run));
        }
        Ok(run.status())
    }

    /// One after the other, because somebody may have to be asked for passwords.
    fn run_named(&self, context: &Context) -> Result<Vec<Row>, Failure> {
        let passwords = context.passwords(&self.passin)?;
        let hook = self.hook.hook(passwords.variables());
        if hook.is_some() && !self.activate {
            return Err(Failure::usage("`--hook` is run when a version comes into use, and that is not asked for")
                .hint("add `--activate`, or leave `--hook` out"));
        }
        let activate = Activate { hook, force: context.force, ..Activate::default() };
        let options = Options {
            before: self.before.unwrap_or(Options::BEFORE),
            prepare: Prepare::default(),
            activate: self.activate.then_some(activate),
            retire: None,
            dry_run: self.dry_run,
        };
        let (actor, why) = (Actor::current(), context.unattended());
        let mut rows = Vec::new();
        for path in &self.stores {
            let store = Store::at(path);
            let rng = &mut SystemRandom::new();
            let end = match auto(&store, &options, context.now, &actor, &passwords, &context.limits, rng) {
                Ok(report) => End::Done(report.into()),
                Err(error) => {
                    let failure = Failure::from_change(&error, &store, path, why);
                    if failure.exit == ExitStatus::Interrupted {
                        return Err(failure);
                    }
                    stopped(&failure)
                }
            };
            rows.push(Row { name: path.display().to_string(), store: operand(path), end });
        }
        context.check_unused(&passwords);
        Ok(rows)
    }
}

fn stopped(failure: &Failure) -> End {
    End::Stopped { exit: failure.exit, message: failure.to_message(), value: failure.to_value() }
}

/// A path as one word of a command line.
fn operand(path: &Path) -> String {
    word(&path.display().to_string())
}
