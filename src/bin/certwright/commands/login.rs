//! `login`: a signed assertion is exchanged for an access token.

mod again;
mod answers;
mod exchange;
mod output;
mod rehearse;

use std::ffi::OsString;
use std::path::PathBuf;

use certwright::clock::Timestamp;
use certwright::crypto::SystemRandom;
use certwright::files::Input;
use certwright::operations::{
    Error, Grant, SignToken, Signer, Target, TokenEndpoint, TokenRules, UnsignedToken, open_signer, plan_token,
    token_endpoint,
};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::{Example, pages};
use crate::args::{PassinArgs, Shell, Span};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::login as render;
use crate::report::Failure;

use answers::Answers;

const EXAMPLES: &[Example] = &[
    Example {
        what: "See what would be sent to Salesforce, and send nothing",
        command: "certwright login --client-id CONSUMER_KEY --username admin@example.com --key server.key \
                  --cert server.crt --dry-run",
    },
    Example {
        what: "The same for a sandbox, at its own address",
        command: "certwright login --client-id CONSUMER_KEY --username admin@example.com.dev --key server.key \
                  --login-url https://example--dev.sandbox.my.salesforce.com --dry-run",
    },
    Example {
        what: "Test key, certificate, claims and clock before the org is touched",
        command: "certwright login --client-id CONSUMER_KEY --username admin@example.com --key server.key \
                  --cert server.crt --login-url https://example.my.salesforce.com --rehearse",
    },
    Example {
        what: "For Microsoft Entra, with the key and certificate of a keystore",
        command: "certwright login --for entra --login-url TENANT_ID --client-id CLIENT_ID --key keystore.p12 \
                  --passin file:server.pass --dry-run",
    },
];

/// Log in with a signed token instead of a password: OAuth 2.0 JWT bearer
///
/// Without `--dry-run` the token is sent, and the server's access token comes back. What no option says is taken from
/// the environment and then from the file of `--env-file`: SF_CLIENT_ID, SF_USERNAME, SF_PRIVATE_KEY_PATH, SF_PRIVATE_KEY
/// (the key itself), SF_LOGIN_URL, SF_AUDIENCE_URL; in the file also ClientId, UserName, KeyFile and Domain. What is still
/// missing is asked at the terminal.
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Login {
    /// The app's consumer key or client id
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    client_id: Option<String>,
    /// The user to log in as
    #[arg(long, value_name = "USER", value_parser = NonEmptyStringValueParser::new())]
    username: Option<String>,
    /// Sign with the private key in FILE: PEM, DER, JWK or a keystore, encrypted or not
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Sign with the key of this alias; needed when there are several
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
    /// Prove first that the certificate in FILE, the one that was uploaded, is the key's
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    /// Log in at URL, such as your My Domain [default: https://login.salesforce.com]
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    login_url: Option<String>,
    /// State this audience, rather than the one that follows from the address
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    audience: Option<String>,
    /// Take what no option and no variable says from FILE, such as `.env`
    #[arg(long, value_name = "FILE")]
    env_file: Option<PathBuf>,
    /// Log in to this service: salesforce, entra, google, netsuite, docusign, box or okta
    #[arg(long = "for", value_name = "TARGET", default_value = "salesforce")]
    target: String,
    #[command(flatten)]
    passin: PassinArgs,
    #[command(flatten)]
    token: TokenOptions,
    #[command(flatten)]
    connection: ConnectionOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// What else the token says, for the services that want more than Salesforce.
#[derive(Args, Debug)]
#[command(next_help_heading = "What is sent")]
struct TokenOptions {
    /// Ask for this scope, where the service wants to be asked for one; may be repeated
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// Name the key so in the header
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    kid: Option<String>,
    /// Let the token expire after this time, such as 60s or 3m [default: the service's usual time]
    #[arg(long, value_name = "TIME")]
    exp: Option<Span>,
    /// Take the client's secret from SOURCE, as for `--passin`; Box asks for it
    #[arg(long, value_name = "SOURCE")]
    client_secret: Option<OsString>,
}

/// How the server is reached.
#[derive(Args, Debug)]
#[command(next_help_heading = "Connection")]
struct ConnectionOptions {
    /// Trust the certificates in FILE besides the system's
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Wait no longer than this for the answer [default: 30s]
    #[arg(long, value_name = "TIME")]
    timeout: Option<Span>,
}

/// What is printed.
#[derive(Args, Debug)]
#[command(next_help_heading = "What is printed")]
struct OutputOptions {
    /// Print only the access token
    #[arg(long, conflicts_with_all = ["env", "dry_run"])]
    token_only: bool,
    /// Print lines for a shell that set SF_ACCESS_TOKEN and SF_INSTANCE_URL, or ACCESS_TOKEN for other services
    #[arg(long, conflicts_with = "dry_run")]
    env: bool,
    /// Write these lines for bash or powershell [default: powershell on Windows, else bash]
    #[arg(long, value_enum, value_name = "SHELL", requires = "env", hide_possible_values = true)]
    shell: Option<Shell>,
    /// Print address, header and claims, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Rehearse on this machine, against a strict verifier with the certificate of `--cert`, and send nothing
    #[arg(long, conflicts_with_all = ["dry_run", "env", "token_only"])]
    rehearse: bool,
}

/// What is settled before anything is sent.
struct Plan<'a> {
    target: &'static Target,
    rules: &'static TokenRules,
    answers: &'a Answers,
    signer: Signer,
    endpoint: TokenEndpoint,
    /// Where the form is posted.
    address: String,
    token: UnsignedToken,
    now: Timestamp,
}

impl Login {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        self.check_output(context)?;
        let target: &'static Target = self.target.parse()?;
        let rules = self.rules(target)?;
        exchange::check_client_secret(&self, target, rules)?;
        let answers = answers::settle(&self, target, rules, context)?;
        if self.output.rehearse {
            return rehearse::run(&self, target, rules, &answers, context);
        }
        let certificate = self.cert.as_deref().map(|path| context.input(path)).transpose()?;
        let plan = self.plan(target, rules, &answers, certificate.as_ref(), context)?;
        if self.output.dry_run {
            let scope = self.scope();
            let dry_run = render::DryRun {
                target,
                address: &plan.address,
                token: &plan.token,
                client_id: &answers.client_id,
                scope: scope.as_deref(),
                certificate: plan.signer.certificate.as_ref(),
            };
            return Ok(output::dry_run(&dry_run, context));
        }
        let granted = exchange::exchange(&self, &plan, context)?;
        output::granted(&self, &plan, &granted, context)
    }

    /// One thing is printed, and one form says which.
    fn check_output(&self, context: &Context) -> Result<(), Failure> {
        let asked = [(self.output.token_only, "--token-only"), (self.output.env, "--env")];
        match asked.into_iter().find(|(is_asked, _)| *is_asked && context.json) {
            Some((_, option)) => Err(Failure::usage(format!("`--json` and `{option}` each say what is printed"))
                .hint("choose one of them: with `--json`, the token is the member `access_token`")),
            None => Ok(()),
        }
    }

    /// The target's rules, where it gives access tokens for a signed one.
    fn rules(&self, target: &'static Target) -> Result<&'static TokenRules, Failure> {
        match target.token {
            Some(rules) if rules.exchange.grant != Grant::Bearer => Ok(rules),
            Some(_) => Err(Failure::usage(format!(
                "there is no login for {}: the signed token is the access token",
                target.title
            ))
            .hint(format!(
                "make it with `certwright jwt sign --for {} --key FILE --iss ACCOUNT --sub LOGIN_NAME`",
                target.name
            ))),
            None => {
                let gives = |target: &&Target| target.token.is_some_and(|rules| rules.exchange.grant != Grant::Bearer);
                let names: Vec<&str> = Target::all().iter().filter(gives).map(|it| it.name).collect();
                Err(Failure::usage(format!("there is no login for {}", target.title))
                    .hint(format!("there is one for {}", names.join(", "))))
            }
        }
    }

    /// Opens the key, proves that it belongs to the certificate where one is given, and settles what is sent.
    fn plan<'a>(
        &self,
        target: &'static Target,
        rules: &'static TokenRules,
        answers: &'a Answers,
        certificate: Option<&Input>,
        context: &Context,
    ) -> Result<Plan<'a>, Failure> {
        let passwords = context.passwords(&self.passin)?;
        let mut rng = SystemRandom::new();
        let (alias, limits) = (self.alias.as_deref(), &context.limits);
        let signer = open_signer(&answers.key, alias, certificate, &passwords, limits, &mut rng)
            .map_err(|error| not_sent(context, &error))?;
        context.check_exposure(&answers.key);
        context.check_unused(&passwords);
        // Questions may have taken their time.
        let now = Timestamp::now();
        let wanted = SignToken {
            target: Some(target),
            issuer: Some(&answers.client_id),
            subject: answers.username.as_deref(),
            audience: answers.audience.as_deref(),
            login: answers.login_url.as_deref(),
            lifetime: self.token.exp.map(|span| span.seconds),
            key_name: self.token.kid.as_deref(),
            scopes: &self.token.scope,
            certificate: signer.certificate.as_ref(),
            ..SignToken::default()
        };
        let failed = |error: Error| not_sent(context, &error);
        let endpoint =
            token_endpoint(target, answers.login_url.as_deref(), Some(&answers.client_id)).map_err(failed)?;
        let token = plan_token(&wanted, &signer.key.public_key(), now, &mut rng).map_err(failed)?;
        for notice in &token.notices {
            context.printer.warning(&Warning::new(notice.to_string()).hint("name the key with `--kid ID`"));
        }
        let address = endpoint.url.clone().unwrap_or_else(|| endpoint.login.clone());
        Ok(Plan { target, rules, answers, signer, endpoint, address, token, now })
    }

    /// The scopes in the form of RFC 6749 section 3.3.
    fn scope(&self) -> Option<String> {
        (!self.token.scope.is_empty()).then(|| self.token.scope.join(" "))
    }
}

/// The failure of what comes before the exchange, in the words of this command's options.
fn not_sent(context: &Context, error: &Error) -> Failure {
    let mut failure = context.failure(error);
    for hint in &mut failure.hints {
        for (of_others, own) in [("`--iss`", "`--client-id`"), ("`--sub`", "`--username`"), ("`--aud`", "`--audience`")]
        {
            *hint = hint.replace(of_others, own);
        }
        if let Some(rest) = hint.strip_prefix("nothing was written") {
            *hint = format!("nothing was sent{rest}");
        }
    }
    if let Error::AliasNeeded { .. } = error {
        failure.hints = vec!["nothing was sent; choose one with `--alias NAME`".to_owned()];
    }
    if let Error::Mismatch { .. } = error {
        failure.hints.insert(0, "nothing was sent: the server would refuse what this key signs".to_owned());
    }
    failure
}
