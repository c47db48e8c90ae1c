//! Why there is no access token.

use crate::http;
use crate::untrusted::Untrusted;

use super::AnswerFault;

/// Why there is no access token. Nothing in it repeats what was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The server refuses.
    #[error("login refused by `{}`: `{}`", origin(.endpoint), Untrusted(&.refusal.error))]
    Refused {
        /// The token endpoint.
        endpoint: String,
        /// In the server's words.
        #[source]
        refusal: Refusal,
    },
    /// There is no answer.
    #[error("cannot log in at `{}`", origin(.endpoint))]
    Unanswered {
        /// The token endpoint.
        endpoint: String,
        /// Why not.
        source: http::Error,
    },
    /// The answer is no token answer.
    #[error("cannot log in at `{}`: what it answers cannot be used", origin(.endpoint))]
    Unusable {
        /// The token endpoint.
        endpoint: String,
        /// What it is instead.
        source: AnswerFault,
    },
}

/// A refusal, RFC 6749 section 5.2. Nothing in it repeats the assertion.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", said(.description.as_deref(), *.status))]
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

impl LoginError {
    /// A stable word for the kind of failure, for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "login_refused",
            Self::Unusable { .. } => "login_answer",
            Self::Unanswered { source, .. } => match source {
                http::Error::Authority(_) => "wrong_content",
                http::Error::Certificate { .. } | http::Error::NoRoots { .. } => "tls_certificate",
                http::Error::Encoded { .. } | http::Error::Protocol { .. } | http::Error::TooLarge { .. } => {
                    "login_answer"
                }
                http::Error::Processor(_) => "tls_processor",
                http::Error::Proxy { .. } | http::Error::ProxyUrl { .. } => "login_proxy",
                http::Error::Redirect { .. } => "login_redirected",
                http::Error::TimedOut { .. } => "login_timed_out",
                http::Error::Tls { .. } => "tls_failed",
                _ => "login_unreachable",
            },
        }
    }
}

/// The endpoint without its path.
fn origin(endpoint: &str) -> String {
    let end = endpoint.split_once("://").and_then(|(scheme, rest)| Some(scheme.len() + 3 + rest.find('/')?));
    Untrusted(&endpoint[..end.unwrap_or(endpoint.len())]).to_string()
}

fn said(description: Option<&str>, status: u16) -> String {
    match description {
        Some(text) => format!("the server said \"{}\" (HTTP {status})", Untrusted(text)),
        None => format!("the server gave no reason (HTTP {status})"),
    }
}
