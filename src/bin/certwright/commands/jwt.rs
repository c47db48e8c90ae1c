//! `jwt`: sign, verify and decode JSON Web Tokens.

mod decode;
mod sign;
mod verify;

use std::convert::Infallible;
use std::path::Path;

use certwright::files::Input;
use certwright::formats::jwt::{pasted, read_unchecked};
use certwright::secret::Token;
use certwright::untrusted::Untrusted;
use clap::{Args, Subcommand};

use super::{Example, pages};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::{Failure, word};

const EXAMPLES: &[Example] = &[
    Example {
        what: "Sign the token that Salesforce's JWT bearer flow asks for",
        command: "certwright jwt sign --key server.key --for salesforce --iss CONSUMER_KEY --sub me@example.com",
    },
    Example { what: "Verify a token", command: "certwright jwt verify @token.jwt --cert server.crt" },
    Example { what: "See what a token says, without checking it", command: "certwright jwt decode @token.jwt" },
];

/// Sign, verify or look into a JSON Web Token
#[derive(Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true, after_help = pages(EXAMPLES))]
pub(crate) struct Jwt {
    #[command(subcommand)]
    command: JwtCommand,
}

#[derive(Debug, Subcommand)]
enum JwtCommand {
    Sign(Box<sign::Sign>),
    Verify(Box<verify::Verify>),
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

/// The token that somebody looks at. What was typed is kept where it is wiped, and never shown.
#[derive(Args, Clone, Debug)]
struct TokenArg {
    /// The token itself; `-` reads it from standard input, `@FILE` from a file
    ///
    /// On the command line, other users of this machine can see it, and the shell may keep it. `Bearer` before it, quotes
    /// around it and line ends in it are left out.
    #[arg(value_name = "TOKEN|-|@FILE", value_parser = typed)]
    token: Token,
}

fn typed(text: &str) -> Result<Token, Infallible> {
    Ok(Token::new(text))
}

impl TokenArg {
    /// The token, less what stood around it.
    fn read(&self, context: &Context, command: &str) -> Result<Token, Failure> {
        let typed = self.token.expose();
        let found = match typed.strip_prefix('@') {
            _ if typed == "-" => pasted(Input::read(Path::new(typed), &context.limits)?.bytes()),
            Some(file) => pasted(Input::read(Path::new(file), &context.limits)?.bytes()),
            None => {
                let found = pasted(typed.as_bytes());
                if read_unchecked(found.token.expose()).is_err() && is_file(typed, context) {
                    let message = format!("`{}` is a file, and the token itself is wanted", Untrusted(typed));
                    let line = format!("certwright jwt {command} {}", word(&format!("@{typed}")));
                    return Err(Failure::usage(message).hint(format!("to read the token from it, write `{line}`")));
                }
                found
            }
        };
        for mend in &found.mends {
            context.printer.note(&format!("the token: {mend}"));
        }
        Ok(found.token)
    }
}

/// Whether a text that is no token is the name of a file: a likely slip.
fn is_file(text: &str, context: &Context) -> bool {
    !text.is_empty() && Input::read_if_file(Path::new(text), &context.limits).is_ok_and(|file| file.is_some())
}
