//! The login: a signed assertion is exchanged for an access token, RFC 7523 section 2.1.

use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::http::{self, Address, Client, Field, Response};
use crate::secret::Token;

/// What is sent where.
#[derive(Clone, Debug)]
pub struct Login<'a> {
    /// The token endpoint.
    pub endpoint: &'a Address,
    /// The signed assertion.
    pub assertion: &'a Token,
}

/// What the server gave.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The access token.
    pub access_token: Token,
    /// Where the API stands, as Salesforce says it.
    pub instance_url: Option<String>,
    /// What the token is good for.
    pub scope: Option<String>,
    /// The whole answer. It holds the token.
    pub answer: Token,
}

/// Why there is no access token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The server refuses.
    #[error("login refused by `{endpoint}`: `{}`", crate::untrusted::Untrusted(&.refusal.error))]
    Refused {
        /// The token endpoint.
        endpoint: String,
        /// In the server's words.
        refusal: Refusal,
    },
    /// There is no answer.
    #[error("cannot log in at `{endpoint}`")]
    Unanswered {
        /// The token endpoint.
        endpoint: String,
        /// Why not.
        source: http::Error,
    },
    /// The answer is no token answer.
    #[error("cannot log in at `{endpoint}`: its answer holds no token")]
    Unusable {
        /// The token endpoint.
        endpoint: String,
        /// What it is instead, as a phrase.
        what: String,
    },
}

/// A refusal, RFC 6749 section 5.2. Nothing in it repeats the assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The value of `error`.
    pub error: String,
    /// The value of `error_description`.
    pub description: Option<String>,
    /// Seconds that this machine's clock is ahead of the server's, as its `Date` tells; negative when it is behind.
    pub clock_ahead: Option<i64>,
}

/// Exchanges the assertion.
///
/// # Errors
/// [`LoginError`].
pub fn login(login: &Login<'_>, client: &Client, now: Timestamp) -> Result<Granted, LoginError> {
    let endpoint = login.endpoint.to_string();
    let fields = [
        Field { name: "grant_type", value: "urn:ietf:params:oauth:grant-type:jwt-bearer" },
        Field { name: "assertion", value: login.assertion.expose() },
    ];
    let response = client
        .post_form(login.endpoint, &fields)
        .map_err(|source| LoginError::Unanswered { endpoint: endpoint.clone(), source })?;
    let unusable = |what: &str| LoginError::Unusable { endpoint: endpoint.clone(), what: what.to_owned() };
    let answer: Map<String, Value> =
        serde_json::from_slice(response.body.expose()).map_err(|_| unusable("it is no JSON object"))?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(error) = text("error").filter(|_| response.status >= 400) {
        let description = text("error_description");
        let clock_ahead = clock_ahead(&response, now);
        let refusal = Refusal { status: response.status, error, description, clock_ahead };
        return Err(LoginError::Refused { endpoint, refusal });
    }
    let access_token = text("access_token").map(Token::new).ok_or_else(|| unusable("it has no `access_token`"))?;
    Ok(Granted {
        access_token,
        instance_url: text("instance_url"),
        scope: text("scope"),
        answer: Token::new(String::from_utf8_lossy(response.body.expose())),
    })
}

/// How far this machine's clock, which said `now` before the exchange, is ahead of the server's.
fn clock_ahead(response: &Response, now: Timestamp) -> Option<i64> {
    let elapsed = i64::try_from(response.elapsed.as_secs()).ok()?;
    Some(now.unix() + elapsed - response.date?.unix())
}
