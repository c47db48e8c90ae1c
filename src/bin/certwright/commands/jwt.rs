//! `jwt`: sign, verify and decode JSON Web Tokens.

mod decode;
mod sign;
mod verify;

use clap::{Args, Subcommand};

use super::{Example, pages};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

/// Sign, verify or look into a JSON Web Token
#[derive(Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Jwt {
    #[command(subcommand)]
    command: JwtCommand,
}

#[derive(Debug, Subcommand)]
enum JwtCommand {
    Sign(Box<sign::Sign>),
    Verify(verify::Verify),
    Decode(decode::Decode),
}

impl Jwt {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        match self.command {
            JwtCommand::Sign(sign) => sign.run(context),
            JwtCommand::Verify(verify) => verify.run(context),
            JwtCommand::Decode(decode) => decode.run(context),
        }
    }
}
