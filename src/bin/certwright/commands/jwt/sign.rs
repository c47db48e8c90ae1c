//! `jwt sign`: a token, signed by a private key.

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::operations::{SignToken, open_private_key, plan_token, sign_token};
use clap::Args;

use super::{Example, pages};
use crate::args::{PassinArgs, TargetArg};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[Example {
    what: "Sign the token that Salesforce's JWT bearer flow asks for",
    command: "certwright jwt sign --key server.key --for salesforce --iss CONSUMER_KEY --sub admin@example.com",
}];

/// Sign a token and print it
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Sign {
    /// Sign with the private key in FILE
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    target: TargetArg,
    /// State this issuer: for most services the client id or consumer key
    #[arg(long, value_name = "ISSUER")]
    iss: Option<String>,
    /// State this subject: the user for whom the token is
    #[arg(long, value_name = "SUBJECT")]
    sub: Option<String>,
    #[command(flatten)]
    passin: PassinArgs,
}

impl Sign {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let target = self.target.target()?;
        let passwords = context.passwords(&self.passin)?;
        let input = context.input(&self.key)?;
        let key = open_private_key(&input, &passwords, &context.limits).map_err(|error| context.failure(&error))?;
        context.check_exposure(&input);
        let mut rng = SystemRandom::new();
        let wanted =
            SignToken { target, issuer: self.iss.as_deref(), subject: self.sub.as_deref(), ..SignToken::default() };
        let token = plan_token(&wanted, &key.public_key(), context.now, &mut rng)
            .and_then(|planned| sign_token(&planned, &key, &mut rng))
            .map_err(|error| context.failure(&error))?;
        context.printer.data(&format!("{}\n", token.expose()));
        Ok(ExitStatus::Done)
    }
}
