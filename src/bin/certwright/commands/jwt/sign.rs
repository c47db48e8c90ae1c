//! `jwt sign`: a token, signed by a private key.

use std::path::{Path, PathBuf};

use certwright::crypto::SystemRandom;
use certwright::files::Sensitivity;
use certwright::formats::jwt::Algorithm;
use certwright::operations::{Error, SignToken, Signer, Target, UnsignedToken, open_signer, plan_token, sign_token};
use certwright::secret::Token;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde_json::json;

use super::{Example, pages};
use crate::args::{ClaimArg, OutArg, PassinArgs, Span, TargetArg};
use crate::commands::wrote;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::json::document;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example {
        what: "Sign the token that Salesforce's JWT bearer flow asks for",
        command: "certwright jwt sign --key server.key --for salesforce --iss CONSUMER_KEY --sub admin@example.com",
    },
    Example {
        what: "Sign the client assertion of Microsoft Entra, which names the key's certificate",
        command: "certwright jwt sign --key server.key --cert server.crt --for entra --iss ID --login-url TENANT",
    },
    Example {
        what: "Sign the token that Snowflake's REST API takes, and keep it in a file",
        command: "certwright jwt sign --key server.key --for snowflake --iss ACCOUNT --sub USER -o user.jwt",
    },
    Example {
        what: "Sign a token of your own, with a claim that is a number",
        command: "certwright jwt sign --key server.key --alg PS256 --aud you --exp 10m --claim level:=3",
    },
];

/// Sign a token and print it
///
/// With `--for` the token has the algorithm, header and claims that the service asks for, and what the service would
/// refuse is refused here. Without it the token says just what the options say.
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Sign {
    /// Sign with the private key in FILE: PEM, DER, JWK or a keystore, encrypted or not
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Sign with the key of this alias; needed when there are several
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
    /// Prove that the certificate in FILE is the key's, and name it in the header where the service asks for that
    ///
    /// Without `--for`, the header always names it, by `x5t#S256`. A keystore's own certificate needs no `--cert`.
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    #[command(flatten)]
    target: TargetArg,
    /// Log in at URL, which for most services is what `aud` says or is made of
    ///
    /// A host will do, and where every customer has an address of its own, the tenant (entra) or account (netsuite,
    /// snowflake) alone.
    #[arg(long, value_name = "URL")]
    login_url: Option<String>,
    #[command(flatten)]
    passin: PassinArgs,
    #[command(flatten)]
    out: OutArg,
    #[command(flatten)]
    claims: Claims,
}

/// What the token says.
#[derive(Args, Debug)]
#[command(next_help_heading = "What the token says")]
struct Claims {
    /// State this issuer: for most services the client id or consumer key, for Snowflake the account
    #[arg(long, value_name = "ISSUER", value_parser = NonEmptyStringValueParser::new())]
    iss: Option<String>,
    /// State this subject: the user for whom the token is
    #[arg(long, value_name = "SUBJECT", value_parser = NonEmptyStringValueParser::new())]
    sub: Option<String>,
    /// State this audience, rather than the one that follows from the service and its address
    #[arg(long, value_name = "AUDIENCE", value_parser = NonEmptyStringValueParser::new())]
    aud: Option<String>,
    /// Let the token expire after this time, such as 180s, 3m or 1h [default: the service's usual time, else 180s]
    #[arg(long, value_name = "TIME")]
    exp: Option<Span>,
    /// State an identifier of the token, a fresh one unless ID is given
    #[arg(long, value_name = "ID", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    jti: Option<String>,
    /// Ask for this scope, where the service reads it in the token; may be repeated
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// State one more claim: NAME=TEXT, or NAME:=JSON for a number, true, false, a list or an object; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    claim: Vec<ClaimArg>,
    /// Sign with this algorithm, such as PS256 [default: the service's usual one for such a key, else the key's]
    #[arg(long, value_name = "ALG")]
    alg: Option<Algorithm>,
    /// Name the key so in the header
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    kid: Option<String>,
}

/// Seconds from now to `exp` where no target says how many are usual: cli's contract, and Salesforce's three minutes.
const USUAL_LIFETIME: u32 = 180;

impl Sign {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let target = self.target.target()?;
        let claims = ClaimArg::gather(&self.claims.claim)
            .map_err(|fault| Failure::usage(format!("`--claim` cannot be used: {fault}")))?;
        if let Some(target) = target.filter(|it| !self.claims.scope.is_empty() && !it.reads_scope_in_token()) {
            return Err(Failure::usage(format!("{} reads no scope in the token", target.title)).hint(
                "leave `--scope` out; a service that asks for a scope reads it in the request, beside the token",
            ));
        }
        self.check_login_url(target)?;
        let passwords = context.passwords(&self.passin)?;
        let mut outputs = context.outputs();
        outputs.declare_passin(&self.passin)?;
        let input = context.input(&self.key)?;
        outputs.declare_input(&input)?;
        let certificate = self.cert.as_deref().map(|path| context.input(path)).transpose()?;
        if let Some(certificate) = &certificate {
            outputs.declare_input(certificate)?;
        }
        let file = self.out.out.as_deref().filter(|path| *path != Path::new("-"));
        let slot = file.map(|path| outputs.declare(path, Sensitivity::Secret)).transpose()?;
        let mut rng = SystemRandom::new();
        let signer =
            open_signer(&input, self.alias.as_deref(), certificate.as_ref(), &passwords, &context.limits, &mut rng)
                .map_err(|error| self.failure(context, &error))?;
        context.check_exposure(&input);
        context.check_unused(&passwords);
        let usual = target.is_none().then_some(USUAL_LIFETIME);
        let wanted = SignToken {
            target,
            algorithm: self.claims.alg,
            issuer: self.claims.iss.as_deref(),
            subject: self.claims.sub.as_deref(),
            audience: self.claims.aud.as_deref(),
            login: self.login_url.as_deref(),
            lifetime: self.claims.exp.map(|span| span.seconds).or(usual),
            key_name: self.claims.kid.as_deref(),
            token_id: self.claims.jti.as_deref(),
            scopes: &self.claims.scope,
            // Without a target, a keystore's certificate stands in the header only if it was asked for.
            certificate: signer.certificate.as_ref().filter(|_| target.is_some() || self.cert.is_some()),
            claims,
        };
        let planned = plan_token(&wanted, &signer.key.public_key(), context.now, &mut rng)
            .map_err(|error| context.failure(&error))?;
        let token = sign_token(&planned, &signer.key, &mut rng).map_err(|error| context.failure(&error))?;
        for notice in &planned.notices {
            let hint = "name the key with `--kid ID`";
            context.printer.warning(&Warning::new(notice.to_string()).hint(hint));
        }
        if let (Some(slot), Some(path)) = (slot, file) {
            outputs.fill(slot, format!("{}\n", token.expose()).as_bytes());
            outputs.commit()?;
            wrote(context, path, &said(&planned, target));
        }
        show(context, &planned, &token, file, &signer, target);
        Ok(ExitStatus::Done)
    }

    /// Refuses a login address of which nothing in the token would be made.
    fn check_login_url(&self, target: Option<&Target>) -> Result<(), Failure> {
        let (why, hint) = match (self.login_url.as_ref(), target) {
            (None, _) => return Ok(()),
            (_, None) => ("without `--for` nothing is made of it", "state the audience with `--aud`, or add `--for`"),
            (_, Some(_)) if self.claims.aud.is_some() => {
                ("`--aud` states the audience already", "leave one of the two out")
            }
            (_, Some(target)) if target.token_names_no_address() => {
                ("the service's tokens name no address", "leave `--login-url` out")
            }
            _ => return Ok(()),
        };
        Err(Failure::usage(format!("`--login-url` would change nothing: {why}")).hint(hint))
    }

    /// The failure with the command that mends it.
    fn failure(&self, context: &Context, error: &Error) -> Failure {
        let mut failure = context.failure(error);
        if let Error::AliasNeeded { .. } = error {
            failure.hints = vec!["nothing was signed; choose one with `--alias NAME`".to_owned()];
        }
        failure
    }
}

/// Prints the token, unless it went to a file.
fn show(
    context: &Context,
    planned: &UnsignedToken,
    token: &Token,
    file: Option<&Path>,
    signer: &Signer,
    target: Option<&Target>,
) {
    if context.json {
        let members = json!({
            "path": file.map(|path| path.display().to_string()),
            "token": file.is_none().then(|| token.expose()),
            "target": target.map(|target| target.name),
            "key": signer.key.algorithm().to_string(),
            "header": planned.header.members(),
            "claims": planned.claims,
            "expires_at": planned.expires.map(|moment| moment.to_string()),
        });
        context.printer.data(&document("jwt-sign", members));
    } else if file.is_none() {
        context.printer.data(&format!("{}\n", token.expose()));
        context.printer.note(&said(planned, target));
    }
}

/// The token in words, which tell nothing that could be used.
fn said(planned: &UnsignedToken, target: Option<&Target>) -> String {
    let whose = target.map(|target| format!(" for {}", target.title)).unwrap_or_default();
    let end = planned.expires.map(|moment| format!(", expires at {moment}")).unwrap_or_default();
    format!("token{whose}, signed with {}{end}; whoever holds it can use it", planned.header.algorithm())
}
