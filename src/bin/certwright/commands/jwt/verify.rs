//! `jwt verify`: was this token signed by the key of that certificate, and is it good now?

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::formats::jwt::{Algorithm, Expected};
use certwright::operations::{VerifyToken, open_token_keys, verify_token};
use clap::Args;

use super::{Example, TokenArg, pages};
use crate::args::PassinArgs;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::{json::document, jwt as render};
use crate::report::{Failure, token_problems};

const EXAMPLES: &[Example] = &[
    Example {
        what: "Verify a token as the one it is for does",
        command: "certwright jwt verify @token.jwt --cert server.crt --aud https://login.salesforce.com",
    },
    Example {
        what: "Verify a token with the key in a keystore, and forgive two minutes between the clocks",
        command: "certwright jwt verify @token.jwt --cert keystore.p12 --passin file:server.pass --leeway 2m",
    },
];

/// Prove who signed a token, and that it is good now
///
/// The algorithm is bound to the key: RS256 for RSA unless a JWK or `--alg` says otherwise, and the only one that there is
/// for the others. The token's header chooses nothing. `exp` must be there; `exp`, `nbf` and `iat` are compared with this
/// machine's clock. `aud`, `iss` and `sub` are compared when you say what they must be, and the report names those that
/// were not. Tokens of a shared secret (HS256) and without signature (`none`) are refused.
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Verify {
    #[command(flatten)]
    token: TokenArg,
    #[command(flatten)]
    key: KeyArgs,
    /// Of a keystore take the entry of this alias, of a JWK set the key of this `kid`
    #[arg(long, value_name = "ALIAS")]
    alias: Option<String>,
    /// Refuse a token whose `aud` does not name this audience
    #[arg(long, value_name = "AUDIENCE")]
    aud: Option<String>,
    /// Refuse a token whose `iss` is not this issuer
    #[arg(long, value_name = "ISSUER")]
    iss: Option<String>,
    /// Refuse a token whose `sub` is not this subject
    #[arg(long, value_name = "SUBJECT")]
    sub: Option<String>,
    /// Refuse a token whose `typ` is not this type, such as at+jwt
    #[arg(long, value_name = "TYPE")]
    typ: Option<String>,
    /// Take signatures of this algorithm, and no other: RS256, PS256, ES256, EdDSA and their like
    #[arg(long, value_name = "ALGORITHM")]
    alg: Option<String>,
    /// Forgive so many seconds between the two clocks; `2m` is two minutes
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    leeway: u32,
    /// Take a token that has no `exp` and so never ends
    #[arg(long)]
    allow_no_exp: bool,
    #[command(flatten)]
    passin: PassinArgs,
}

/// Whose signature it must be. What the file holds is told by its content, whichever of the three it is given to.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct KeyArgs {
    /// Take the key of the certificate or keystore in FILE
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    /// Take the public key in FILE; of a private key its public half
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
    /// Take that key of the JWK set in FILE which the token names
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
}

impl KeyArgs {
    fn file(&self) -> Option<&PathBuf> {
        self.cert.as_ref().or(self.public_key.as_ref()).or(self.jwks.as_ref())
    }
}

impl Verify {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let algorithm: Option<Algorithm> = self.alg.as_deref().map(str::parse).transpose()?;
        let passwords = context.passwords(&self.passin)?;
        let token = self.token.read(context, "verify")?;
        let Some(file) = self.key.file() else {
            return Err(Failure::usage("no key was named").hint("name one with `--cert`, `--public-key` or `--jwks`"));
        };
        let input = context.input(file)?;
        let mut rng = SystemRandom::new();
        let keys = open_token_keys(&input, self.alias.as_deref(), &passwords, &context.limits, &mut rng)
            .map_err(|error| context.failure(&error))?;
        context.check_unused(&passwords);
        let expected = Expected {
            audience: self.aud.as_deref(),
            issuer: self.iss.as_deref(),
            subject: self.sub.as_deref(),
            leeway: self.leeway,
            may_last_for_ever: self.allow_no_exp,
        };
        let wanted = VerifyToken { expected, algorithm, media_type: self.typ.as_deref() };
        let verdict = verify_token(token.expose(), &keys, &wanted, context.now);
        let problems = token_problems(&verdict);
        if context.json {
            let mut members = render::json(&verdict);
            members["problems"] = problems.iter().map(Failure::to_value).collect();
            context.printer.data(&document("jwt-verify", members));
        } else {
            context.printer.report(&render::text(&verdict));
            problems.iter().for_each(|problem| context.printer.error(&problem.to_message()));
        }
        Ok(if problems.is_empty() { ExitStatus::Done } else { ExitStatus::Failed })
    }
}

/// A number of seconds, or of minutes with `m` behind it; at most a day, or else no time would mean anything.
fn seconds(text: &str) -> Result<u32, String> {
    const DAY: u32 = 86_400;
    let (number, unit) = match text.strip_suffix('m') {
        Some(minutes) => (minutes, 60),
        None => (text.strip_suffix('s').unwrap_or(text), 1),
    };
    let seconds = number.parse::<u32>().ok().and_then(|number| number.checked_mul(unit));
    seconds.filter(|seconds| *seconds <= DAY).ok_or_else(|| format!("it is a number of seconds, 0 to {DAY}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leeway_is_seconds_or_minutes() {
        assert_eq!((seconds("0"), seconds("90"), seconds("90s"), seconds("2m")), (Ok(0), Ok(90), Ok(90), Ok(120)));
        for fault in ["", "m", "-1", "1.5", "1h", "86401", "4294967295m"] {
            assert!(seconds(fault).is_err(), "{fault}");
        }
    }
}
