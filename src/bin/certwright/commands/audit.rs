//! `audit`: what was done to which key and when, and whether the log of it is whole.

mod logs;
mod show;
mod verify;

use clap::{Args, Subcommand};

use super::{Example, pages_with};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example { what: "See what was done to the keys of a rotation", command: "certwright audit show app" },
    Example { what: "Check every log of the rotations in this folder", command: "certwright audit verify ." },
];

/// As in every command, but that 1 says what is wrong.
const CODES: &[(u8, &str)] = &[
    (0, "every log was read, and is whole as far as was asked"),
    (1, "a log is broken, lacks what was expected, or cannot be read"),
    (2, "wrong usage"),
    (130, "broken off, with Ctrl-C"),
];

/// Show what rotations did to which key and when, and prove that their logs were not changed
///
/// Each rotation keeps a log, `audit.jsonl`: one JSON object a line, with the digest of the line before it. It holds
/// fingerprints, dates and outcomes, and never a secret.
#[derive(Args, Debug)]
#[command(after_help = pages_with(EXAMPLES, CODES))]
pub(crate) struct Audit {
    #[command(subcommand)]
    action: Action,
}

/// One variant, one file under `audit/`.
#[derive(Debug, Subcommand)]
enum Action {
    Show(show::Show),
    Verify(verify::Verify),
}

impl Audit {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        match self.action {
            Action::Show(show) => show.run(context),
            Action::Verify(verify) => verify.run(context),
        }
    }
}
