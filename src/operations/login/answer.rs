//! What a token endpoint answers, RFC 6749 section 5, read without trust.

use std::fmt;

use serde_json::{Map, Value};
use zeroize::Zeroize;

use super::redact::Redaction;
use crate::formats::json;
use crate::http::{Address, Response};
use crate::secret::Token;
use crate::untrusted::Untrusted;

/// A server's JSON object. It holds the access token: wiped on drop, and redacted in `Debug`.
pub struct Answer(Map<String, Value>);

/// Why an answer cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerFault {
    /// `instance_url` is no address that a token may be sent to.
    #[error("its `instance_url` is no address that a token may be sent to")]
    InstanceUrl,
    /// There is no `access_token`.
    #[error("it has no `access_token`")]
    NoToken,
    /// It is no JSON object, or one that can be read in two ways.
    #[error("{}", Untrusted(.0))]
    NotAnObject(String),
    /// It neither grants nor refuses.
    #[error("it neither grants nor refuses (HTTP {0})")]
    Status(u16),
    /// `access_token` is no text that a header can hold.
    #[error("its `access_token` holds what no token holds: a blank, a quotation mark, or other than ASCII")]
    Token,
    /// The token is not used as `Bearer`, RFC 6750.
    #[error("its token is of the type `{}`, and only `Bearer` is known here", Untrusted(.0))]
    TokenType(String),
    /// A page for people.
    #[error("it is a web page, not JSON (HTTP {0})")]
    WebPage(u16),
}

impl AnswerFault {
    /// The fault without what the server may have repeated.
    pub(super) fn redacted(self, redaction: &Redaction) -> Self {
        match self {
            Self::NotAnObject(text) => Self::NotAnObject(redaction.apply(&text)),
            Self::TokenType(text) => Self::TokenType(redaction.apply(&text)),
            other => other,
        }
    }
}

impl Answer {
    /// Reads an answer, whatever its status.
    pub(super) fn read(response: &Response) -> Result<Self, AnswerFault> {
        let octets = response.body.expose();
        let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets).trim_ascii();
        let is_page = response.media_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("text/html"));
        if octets.starts_with(b"<") || (is_page && !octets.starts_with(b"{")) {
            return Err(AnswerFault::WebPage(response.status));
        }
        let status = response.status;
        let not_an_object = |what: String| AnswerFault::NotAnObject(format!("{what} (HTTP {status})"));
        if octets.is_empty() {
            return Err(not_an_object("it is empty".to_owned()));
        }
        let value = json::value(octets).map_err(|fault| {
            not_an_object(match fault {
                json::Fault::Unfit(words) => format!("it is JSON that {words}"),
                json::Fault::CutShort => "it is JSON that was cut short".to_owned(),
                json::Fault::NoJson => "it is no JSON".to_owned(),
            })
        })?;
        match value {
            Value::Object(members) => Ok(Self(members)),
            // Salesforce's API, where a wrong address leads, refuses in a list of objects.
            Value::Array(mut list) if list.len() == 1 => match list.pop() {
                Some(Value::Object(members)) if members.contains_key("errorCode") => Ok(Self(members)),
                _ => Err(not_an_object("it is JSON, but no object".to_owned())),
            },
            _ => Err(not_an_object("it is JSON, but no object".to_owned())),
        }
    }

    /// All members, the token among them.
    #[must_use]
    pub fn expose(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The member `name`, if it is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// `error` and `error_description`, under whichever names a refusal has them.
    pub(super) fn refusal(&self) -> Option<(String, Option<String>)> {
        let own = |name: &str| self.text(name).map(str::to_owned);
        match self.0.get("error") {
            Some(Value::String(error)) => Some((error.clone(), own("error_description").or_else(|| own("message")))),
            // Google's APIs: {"error": {"status": …, "message": …}}
            Some(Value::Object(inner)) => {
                let text = |name: &str| inner.get(name).and_then(Value::as_str).map(str::to_owned);
                Some((text("status").or_else(|| text("code")).unwrap_or_else(|| "error".to_owned()), text("message")))
            }
            Some(Value::Null) | None => {
                own("errorCode").map(|error| (error, own("errorSummary").or_else(|| own("message"))))
            }
            Some(other) => Some((other.to_string(), own("error_description"))),
        }
    }

    /// Refuses a token that is not to be sent as `Bearer`. RFC 6749 section 7.1: a client must not use a type of token
    /// that it does not understand.
    pub(super) fn check_token_type(&self) -> Result<(), AnswerFault> {
        match self.0.get("token_type") {
            None => Ok(()),
            Some(Value::String(kind)) if kind.eq_ignore_ascii_case("bearer") => Ok(()),
            Some(Value::String(kind)) => Err(AnswerFault::TokenType(kind.clone())),
            Some(_) => Err(AnswerFault::TokenType("no text".to_owned())),
        }
    }

    /// The token. RFC 6750 section 2.1 allows letters, digits, `-._~+/` and `=` at the end; Salesforce has `!` besides.
    pub(super) fn access_token(&self) -> Result<Token, AnswerFault> {
        let token = self.0.get("access_token").ok_or(AnswerFault::NoToken)?.as_str().ok_or(AnswerFault::Token)?;
        let is_fit = |octet: u8| octet.is_ascii_graphic() && !matches!(octet, b'"' | b'\'' | b'`' | b'\\');
        match token.bytes().all(is_fit) {
            _ if token.is_empty() => Err(AnswerFault::NoToken),
            true => Ok(Token::new(token)),
            false => Err(AnswerFault::Token),
        }
    }

    /// The address of the API: a URL that a credential may be sent to, of letters and marks that no shell acts upon. A
    /// server that `is_far` has nothing to say about the ports of this machine, so that its token goes by `https`.
    pub(super) fn instance_url(&self, is_far: bool) -> Result<Option<String>, AnswerFault> {
        let Some(url) = self.0.get("instance_url") else { return Ok(None) };
        let url = url.as_str().ok_or(AnswerFault::InstanceUrl)?;
        let is_plain = url.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-._~:/[]%".contains(&octet));
        match url.parse::<Address>() {
            Ok(address) if is_plain && (address.is_encrypted() || !is_far) => {
                Ok(Some(address.as_str().trim_end_matches('/').to_owned()))
            }
            _ => Err(AnswerFault::InstanceUrl),
        }
    }

    /// `expires_in`, which some servers write as a text.
    pub(super) fn expires_in(&self) -> Option<u32> {
        match self.0.get("expires_in")? {
            Value::String(text) => text.parse().ok(),
            number => number.as_u64().and_then(|seconds| seconds.try_into().ok()),
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer([redacted])")
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(list) => list.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
