//! `jwt decode`: what a token says, of which nothing is checked.

use certwright::operations::decode_token;
use clap::Args;

use super::{Example, TokenArg, pages};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::{json::document, jwt as render};
use crate::report::{Failure, not_readable};

const EXAMPLES: &[Example] = &[
    Example { what: "See what a token in a file says", command: "certwright jwt decode @token.jwt" },
    Example { what: "The same for a program", command: "certwright jwt decode @token.jwt --json" },
];

/// Show what a token says, without checking anything of it
///
/// Header and claims, with times in words. Whether somebody trustworthy wrote them, `jwt verify` tells. Of an encrypted
/// token (JWE) only the header can be read.
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Decode {
    #[command(flatten)]
    token: TokenArg,
}

impl Decode {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let token = self.token.read(context, "decode")?;
        let report = decode_token(token.expose(), context.now).map_err(|fault| not_readable(&fault))?;
        if context.json {
            context.printer.data(&document("jwt-decode", render::decoded_json(&report)));
        } else {
            context.printer.styled(&render::decoded(&report, context.now));
        }
        Ok(ExitStatus::Done)
    }
}
