//! `jwt decode`.

use clap::Args;

use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

/// Decode a token
#[derive(Args, Debug)]
pub(crate) struct Decode {
    /// The token, or `-` for standard input
    #[arg(value_name = "TOKEN")]
    token: String,
}

impl Decode {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        context.printer.note(&format!("{} octets", self.token.len()));
        Ok(ExitStatus::Done)
    }
}
