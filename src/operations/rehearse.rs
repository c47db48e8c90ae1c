//! A rehearsal of the login: the very request that would go to a service goes to a strict verifier on this machine.
//!
//! The verifier refuses what the service is known to refuse, in the service's own words where they are known. What a
//! standard or a document asks for, and the service is not known to enforce, is a warning. What only the service can
//! tell is named, so that nobody takes a rehearsal for a login.

mod app;
mod audience;
mod claims;
mod judge;
mod unknown;
mod words;

use std::io;

use crate::clock::Timestamp;
use crate::http::{Answer, Client, Field, RequestBounds, serve_forms};

use super::lint::Linted;
use super::login::{Login, LoginError, login};
use super::target::{Grant, Level, Target, Told};

pub use app::{RegisteredApp, SeenTokens};
pub use judge::judge_request;
pub use words::Answered;

/// How one thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The service takes it, as far as its rules are known.
    Kept,
    /// The service refuses it.
    Refused,
    /// Only the service itself can tell.
    Unknowable,
    /// A standard or document asks for something else, and the service is not known to insist on it; or it takes it now
    /// and may not for long.
    Warned,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// A stable word for it.
    pub id: &'static str,
    /// How it stands.
    pub outcome: Outcome,
    /// What was met, and what was wanted where that is something else, as a phrase. It may hold text from outside.
    pub met: String,
    /// What the service answers where it refuses.
    pub answered: Option<Answered>,
    /// Where the rule is known from.
    pub source: &'static str,
}

/// What the verifier says to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// All that was looked at, in the order in which it was. Nothing is left out after a refusal, so that one rehearsal
    /// shows every fault.
    pub checks: Vec<Check>,
}

impl Judgement {
    /// What the service would answer, if it refuses: to the first thing that it refuses.
    #[must_use]
    pub fn refusal(&self) -> Option<Answered> {
        self.checks.iter().find(|check| check.outcome == Outcome::Refused).and_then(|check| check.answered)
    }

    /// The answer of the token endpoint. Its token is none: it says so, and is good for nothing.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let (status, body) = match self.refusal() {
            Some(answered) => {
                let mut body = serde_json::json!({ "error": answered.error });
                if let Some(description) = answered.description {
                    body["error_description"] = description.into();
                }
                (answered.status, body)
            }
            None => (200, serde_json::json!({ "access_token": "rehearsal-only-no-token", "token_type": "Bearer" })),
        };
        Answer { status, media_type: "application/json;charset=UTF-8", body: body.to_string().into_bytes() }
    }
}

/// The login that is rehearsed.
#[derive(Debug)]
pub struct Rehearse<'a> {
    /// The app as the service would know it.
    pub app: RegisteredApp<'a>,
    /// The form that the login would post.
    pub fields: &'a [Field<'a>],
    /// What was found in the file of the certificate.
    pub certificate: &'a Linted,
}

/// What a rehearsal showed.
#[derive(Debug)]
pub struct Rehearsal {
    /// All that was looked at.
    pub checks: Vec<Check>,
    /// What came back over the wire where the request was refused.
    pub refusal: Option<LoginError>,
}

impl Rehearsal {
    /// Whether nothing was refused.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.refusal.is_none() && self.checks.iter().all(|check| check.outcome != Outcome::Refused)
    }

    /// The first thing that the service refuses.
    #[must_use]
    pub fn first_refused(&self) -> Option<&Check> {
        self.checks.iter().find(|check| check.outcome == Outcome::Refused)
    }
}

/// Why there was no rehearsal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RehearseError {
    /// The exchange with this very machine did not come about.
    #[error("cannot rehearse the login: the exchange on this machine broke off")]
    Exchange {
        /// Why.
        source: LoginError,
    },
    /// The system gives no port to listen on.
    #[error("cannot rehearse the login: this system gives no port on 127.0.0.1 to listen on")]
    Listen {
        /// What the system says.
        source: io::Error,
    },
    /// The target has no token endpoint.
    #[error("a login to {} cannot be rehearsed: {}", .target, .why)]
    NoEndpoint {
        /// The target's name.
        target: &'static str,
        /// Why, as a phrase.
        why: &'static str,
    },
}

/// Checks that logins to `target` can be rehearsed.
///
/// # Errors
/// [`RehearseError::NoEndpoint`] with the reason.
pub fn check_can_rehearse(target: &Target) -> Result<(), RehearseError> {
    let why = match target.token.map(|rules| rules.exchange.grant) {
        Some(Grant::JwtBearer | Grant::ClientCredentials) => return Ok(()),
        Some(_) => "it has no token endpoint, since the signed token itself is what its API takes",
        None => "it takes no signed token",
    };
    Err(RehearseError::NoEndpoint { target: target.title, why })
}

/// Runs the whole exchange on this machine: the form is posted over HTTP to a verifier that knows the app's certificate.
///
/// # Errors
/// [`RehearseError`]; a refusal is none, but what a rehearsal is for.
pub fn rehearse(rehearsed: &Rehearse<'_>, now: Timestamp) -> Result<Rehearsal, RehearseError> {
    let app = &rehearsed.app;
    check_can_rehearse(app.target)?;
    let mut judged = Judgement::default();
    let mut seen = SeenTokens::default();
    let own = judge::assertion_among(rehearsed.fields);
    let answer = |form: &[u8]| {
        let judgement = judge_request(form, app, now, &mut seen);
        let answer = judgement.answer();
        // Whoever else on this machine finds the port is answered, and changes nothing of the report.
        if judged.checks.is_empty() && judge::holds(form, own) {
            judged = judgement;
        }
        answer
    };
    let path = app.path();
    let exchanged = serve_forms(path, RequestBounds::default(), answer, |endpoint| {
        login(&Login { endpoint, fields: rehearsed.fields }, &Client::default(), now)
    })
    .map_err(|source| RehearseError::Listen { source })?;
    let refusal = match exchanged {
        Ok(_) => None,
        Err(refused @ LoginError::Refused { .. }) => Some(refused),
        Err(source) => return Err(RehearseError::Exchange { source }),
    };
    let mut checks = of_certificate(app, rehearsed.certificate);
    checks.extend(unknown::clock(app, now));
    checks.extend(judged.checks);
    checks.extend(unknown::unknowable(app.target));
    Ok(Rehearsal { checks, refusal })
}

/// What was found in the certificate's file, as checks.
fn of_certificate(app: &RegisteredApp<'_>, linted: &Linted) -> Vec<Check> {
    let source = "the rules of `certwright lint`";
    let check = |outcome, met| Check { id: "certificate", outcome, met, answered: None, source };
    if !app.target.takes(super::target::FileKind::Certificate) {
        let key = app.certificate.public_key().map_err(|fault| fault.to_string());
        let refused = key.and_then(|key| app.target.check_public_key(&key).map_err(|fault| fault.to_string()));
        return vec![match refused {
            Ok(()) => check(Outcome::Kept, format!("{} takes this public key", app.target.title)),
            Err(fault) => check(Outcome::Refused, fault),
        }];
    }
    let findings = linted.findings.iter().map(|finding| {
        let rule = finding.rule;
        let words = match rule.told {
            Told::RefusedWith(words) => format!(", which is refused with \"{words}\""),
            Told::Documented(words) => format!(": the documentation says \"{words}\""),
            _ => String::new(),
        };
        let outcome = if rule.level == Level::Refused { Outcome::Refused } else { Outcome::Warned };
        Check { source: rule.source, ..check(outcome, format!("{}: {}{words}", rule.id, finding.met)) }
    });
    let unchecked = linted.unchecked.iter().map(|it| check(Outcome::Unknowable, format!("{}: {}", it.rule.id, it.why)));
    let mut checks: Vec<Check> = findings.chain(unchecked).collect();
    if checks.is_empty() {
        let kept: Vec<&str> = linted.kept.iter().map(|rule| rule.id).collect();
        checks.push(check(Outcome::Kept, format!("the file keeps the rules {}", kept.join(", "))));
    }
    checks
}

#[cfg(test)]
mod tests;
