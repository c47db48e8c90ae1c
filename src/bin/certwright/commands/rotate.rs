//! `rotate`: the next pair beside the current one, proved before it counts, and the way back.

mod prepare;
mod status;

use clap::{Args, Subcommand};

use super::Example;
use super::help::pages_with;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

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
    Status(status::Status),
}

impl Rotate {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        match self.action {
            Action::Prepare(prepare) => prepare.run(context),
            Action::Status(status) => status.run(context),
        }
    }
}

/// The headings that end each of its help pages.
fn rotate_pages(examples: &[Example]) -> String {
    pages_with(examples, &ExitStatus::OF_ROTATE.map(|(status, meaning)| (status.number(), meaning)))
}
