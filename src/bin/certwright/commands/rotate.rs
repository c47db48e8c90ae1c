//! `rotate`: the next pair beside the current one, proved before it counts, and the way back.

mod activate;
mod auto;
mod prepare;
mod retire;
mod rollback;
mod status;

use std::path::Path;

use certwright::operations::rotate::Activated;
use clap::{Args, Subcommand};

use super::Example;
use super::help::pages_with;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::json::document;
use crate::render::rotate::change;
use crate::report::{Failure, word};

const EXAMPLES: &[Example] = &[
    Example {
        what: "Prepare the next version of files in use, found by their key",
        command: "certwright rotate prepare server.key",
    },
    Example { what: "Say where a rotation stands, and what to run next", command: "certwright rotate status app" },
];

/// Prepare the next key and certificate beside the current ones, bring them into use, and go back
#[derive(Args, Debug)]
#[command(after_help = rotate_pages(EXAMPLES))]
pub(crate) struct Rotate {
    #[command(subcommand)]
    action: Action,
}

/// One variant, one file under `rotate/`.
#[derive(Debug, Subcommand)]
enum Action {
    Prepare(Box<prepare::Prepare>),
    Activate(activate::Activate),
    Auto(Box<auto::Auto>),
    Retire(retire::Retire),
    Rollback(rollback::Rollback),
    Status(status::Status),
}

impl Rotate {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        match self.action {
            Action::Prepare(prepare) => prepare.run(context),
            Action::Activate(activate) => activate.run(context),
            Action::Auto(auto) => auto.run(context),
            Action::Retire(retire) => retire.run(context),
            Action::Rollback(rollback) => rollback.run(context),
            Action::Status(status) => status.run(context),
        }
    }
}

/// The headings that end each of its help pages.
fn rotate_pages(examples: &[Example]) -> String {
    pages_with(examples, &ExitStatus::OF_ROTATE.map(|(status, meaning)| (status.number(), meaning)))
}

/// Says what a change of the current version did, and what its user has to know beside that.
fn tell(context: &Context, done: &Activated, name: &str, path: &Path, dry_run: bool) {
    if let Some(run) = &done.hook {
        context.printer.hook_output(&run.said);
    }
    if done.hook_missing {
        context.printer.warning(
            &Warning::new("the hook of the run that was broken off may not have told the service")
                .hint("no `--hook` was given now: see that the service uses the files"),
        );
    }
    if let Some(error) = &done.unlogged {
        let path = word(&path.display().to_string());
        context.printer.warning(
            &Warning::new(format!("the audit log lacks the end of this change: {error}"))
                .hint(format!("the change itself is done; see the log with `certwright audit show {path}`")),
        );
    }
    context.printer.report(&change::text(done, dry_run));
    if context.json {
        context.printer.data(&document(name, change::json(done, dry_run)));
    }
}
