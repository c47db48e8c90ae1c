//! `login`: an assertion is exchanged for an access token.

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::http::{Address, Client};
use certwright::operations::{
    Circumstances, Exchange, Login as Exchanged, LoginError, ServerWords, SignToken, Target, login, open_certificates,
    open_private_key, plan_token, sign_token,
};
use clap::Args;

use super::{Example, pages};
use crate::args::PassinArgs;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[Example {
    what: "Log in to Salesforce with the key of this folder",
    command: "certwright login --client-id CONSUMER_KEY --username admin@example.com --key server.key",
}];

/// Log in with a signed token: OAuth 2.0 JWT bearer
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Login {
    /// The app's consumer key or client id
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// The user to log in as
    #[arg(long, value_name = "USER")]
    username: String,
    /// Sign with the private key in FILE
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Log in at this address
    #[arg(long, value_name = "URL")]
    login_url: Option<String>,
    /// Trust the certificates in FILE besides the system's
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Print only the access token
    #[arg(long)]
    token_only: bool,
    #[command(flatten)]
    passin: PassinArgs,
}

impl Login {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let target: &'static Target = "salesforce".parse()?;
        let Some(Exchange::JwtBearer { login: usual, path }) = target.token.map(|rules| rules.exchange) else {
            return Err(Failure::usage("this target has no login"));
        };
        let base = self.login_url.as_deref().or(usual).unwrap_or_default();
        let base: Address = base.parse().map_err(|fault| Failure::usage(format!("`--login-url`: {fault}")))?;
        let passwords = context.passwords(&self.passin)?;
        let input = context.input(&self.key)?;
        let key = open_private_key(&input, &passwords, &context.limits).map_err(|error| context.failure(&error))?;
        let mut client = Client::default();
        if let Some(path) = &self.ca_file {
            let input = context.input(path)?;
            let roots = open_certificates(&input, &passwords, &context.limits).map_err(|it| context.failure(&it))?;
            client.authorities = roots.iter().map(|root| root.der().to_vec()).collect();
        }
        let mut rng = SystemRandom::new();
        let wanted = SignToken {
            target: Some(target),
            issuer: Some(&self.client_id),
            subject: Some(&self.username),
            login: Some(base.as_str()),
            ..SignToken::default()
        };
        let assertion = plan_token(&wanted, &key.public_key(), context.now, &mut rng)
            .and_then(|planned| sign_token(&planned, &key, &mut rng))
            .map_err(|error| context.failure(&error))?;
        let exchanged = Exchanged { endpoint: &base.join(path), assertion: &assertion };
        let granted = login(&exchanged, &client, context.now).map_err(|error| match &error {
            LoginError::Refused { endpoint, refusal } => {
                let words = ServerWords::new(&refusal.error, refusal.description.as_deref());
                let circumstances = Circumstances {
                    status: Some(refusal.status),
                    clock_ahead: refusal.clock_ahead,
                    endpoint: Some(endpoint),
                    ..Circumstances::default()
                };
                Failure::from_refusal(endpoint, &words, Some(target), &circumstances)
            }
            error => Failure::from_error(error, "login_refused", ExitStatus::Failed),
        })?;
        if self.token_only {
            context.printer.data(&format!("{}\n", granted.access_token.expose()));
        } else if context.json {
            context.printer.data(&format!("{}\n", granted.answer.expose()));
        } else {
            context.printer.report(&format!("{}\n", granted.instance_url.unwrap_or_default()));
        }
        Ok(ExitStatus::Done)
    }
}
