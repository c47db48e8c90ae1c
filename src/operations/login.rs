//! The login: a signed assertion is exchanged for an access token, RFC 7523 section 2.
//!
//! The server is not trusted with more than its answer: an object of JSON with each member once, of the status 200, whose
//! token and address hold nothing that a shell or a header would take apart. Whatever it repeats of the assertion is
//! struck out before it becomes part of an error.

mod answer;
mod error;
mod redact;

use crate::clock::Timestamp;
use crate::http::{self, Address, Client, Field, Response};
use crate::secret::Token;

use redact::Redaction;

pub use answer::{Answer, AnswerFault};
pub use error::{LoginError, Refusal};

/// What is sent where.
#[derive(Clone, Debug)]
pub struct Login<'a> {
    /// The token endpoint.
    pub endpoint: &'a Address,
    /// The form, with the signed assertion in it.
    pub fields: &'a [Field<'a>],
}

/// What the server gave.
#[derive(Debug)]
pub struct Granted {
    /// The access token: visible ASCII without quotes and backslashes.
    pub access_token: Token,
    /// Where the API stands, as Salesforce says it: an `https` URL, or `http` to this machine when the login was there.
    pub instance_url: Option<String>,
    /// What the token is good for.
    pub scope: Option<String>,
    /// Seconds for which the token is good, from when it was given.
    pub expires_in: Option<u32>,
    /// Seconds that this machine's clock is ahead of the server's, as its `Date` tells; negative when it is behind.
    pub clock_ahead: Option<i64>,
    /// The whole answer. It holds the token.
    pub answer: Answer,
}

/// Exchanges the assertion that is in the form. `now` is the moment just before.
///
/// ```no_run
/// use certwright::clock::Timestamp;
/// use certwright::http::{Address, Client, Field};
/// use certwright::operations::{Login, login};
///
/// let endpoint: Address = "https://login.salesforce.com/services/oauth2/token".parse()?;
/// let fields = [
///     Field { name: "grant_type", value: "urn:ietf:params:oauth:grant-type:jwt-bearer" },
///     Field { name: "assertion", value: "header.claims.signature" },
/// ];
/// let granted = login(&Login { endpoint: &endpoint, fields: &fields }, &Client::default(), Timestamp::now())?;
/// println!("{}", granted.instance_url.unwrap_or_default());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`LoginError`], which repeats nothing of the credentials that were sent.
pub fn login(login: &Login<'_>, client: &Client, now: Timestamp) -> Result<Granted, LoginError> {
    let endpoint = login.endpoint.to_string();
    let redaction = Redaction::of(login.fields);
    let response = client.post_form(login.endpoint, login.fields).map_err(|source| LoginError::Unanswered {
        endpoint: endpoint.clone(),
        source: redacted(source, &redaction),
    })?;
    granted(&response, now, login.endpoint, &redaction).map_err(|fault| match fault {
        Fault::Refused(refusal) => LoginError::Refused { endpoint, refusal },
        Fault::Unusable(fault) => LoginError::Unusable { endpoint, source: fault },
    })
}

/// What an answer is that grants nothing.
enum Fault {
    Refused(Refusal),
    Unusable(AnswerFault),
}

impl From<AnswerFault> for Fault {
    fn from(fault: AnswerFault) -> Self {
        Self::Unusable(fault)
    }
}

fn granted(response: &Response, now: Timestamp, endpoint: &Address, redaction: &Redaction) -> Result<Granted, Fault> {
    let clock_ahead = clock_ahead(response, now);
    let answer = match Answer::read(response) {
        Ok(answer) => answer,
        Err(fault) => return Err(fault.redacted(redaction).into()),
    };
    if let Some((error, description)) = answer.refusal() {
        let description = description.map(|text| redaction.apply(&text));
        let error = redaction.apply(&error);
        return Err(Fault::Refused(Refusal { status: response.status, error, description, clock_ahead }));
    }
    // RFC 6749 section 5.1: 200 and no other status grants.
    if response.status != 200 {
        return Err(AnswerFault::Status(response.status).into());
    }
    let unusable = |fault: AnswerFault| Fault::from(fault.redacted(redaction));
    answer.check_token_type().map_err(unusable)?;
    let access_token = answer.access_token().map_err(unusable)?;
    let instance_url = answer.instance_url(!endpoint.is_this_machine()).map_err(unusable)?;
    Ok(Granted {
        access_token,
        instance_url,
        scope: answer.text("scope").map(str::to_owned),
        expires_in: answer.expires_in(),
        clock_ahead,
        answer,
    })
}

/// The fault without what the other side may have repeated in it.
fn redacted(fault: http::Error, redaction: &Redaction) -> http::Error {
    match fault {
        http::Error::Redirect { host, status, location } => {
            http::Error::Redirect { host, status, location: location.map(|text| redaction.apply(&text)) }
        }
        http::Error::Encoded { host, coding } => http::Error::Encoded { host, coding: redaction.apply(&coding) },
        other => other,
    }
}

/// How far this machine's clock, which said `now` before the exchange, is ahead of the server's.
fn clock_ahead(response: &Response, now: Timestamp) -> Option<i64> {
    let elapsed = i64::try_from(response.elapsed.as_secs()).ok()?;
    Some(now.unix() + elapsed - response.date?.unix())
}

#[cfg(test)]
mod tests;
