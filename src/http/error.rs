//! Why no answer came, or one that cannot be used.

use std::fmt;

/// A fault of the exchange. Nothing in it repeats what was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server's certificate does not prove who it is.
    #[error("the certificate of `{host}` is not trusted: {reason}")]
    Certificate {
        /// The host that was asked.
        host: String,
        /// Why not, as a phrase.
        reason: String,
    },
    /// No connection could be made, or it broke.
    #[error("the connection to `{host}` failed")]
    Connection {
        /// The host that was asked.
        host: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The name cannot be resolved.
    #[error("no host of the name `{0}` is known")]
    HostNotFound(String),
    /// The TLS library needs what this processor does not have.
    #[error("this processor cannot do the TLS of this program: it lacks {}", .0.join(", "))]
    Processor(Vec<&'static str>),
    /// What came back is no HTTP.
    #[error("`{host}` does not answer in HTTP")]
    Protocol {
        /// The host that was asked.
        host: String,
        /// What was met, as a phrase.
        reason: String,
    },
    /// The proxy refused, or its URL is none.
    #[error("the proxy `{proxy}` does not let the connection through: {reason}")]
    Proxy {
        /// The proxy, without its password.
        proxy: String,
        /// Why not, as a phrase.
        reason: String,
    },
    /// The server sends one elsewhere; a credential is not taken there.
    #[error("`{host}` redirects elsewhere (HTTP {status}), and a credential is not sent after it")]
    Redirect {
        /// The host that was asked.
        host: String,
        /// The status code.
        status: u16,
        /// The address in `Location`.
        location: Option<String>,
    },
    /// Nothing came in time.
    #[error("`{host}` did not answer in time: {phase} took longer than {seconds} s")]
    TimedOut {
        /// The host that was asked.
        host: String,
        /// What took too long.
        phase: Phase,
        /// The bound that was passed, in seconds.
        seconds: u64,
    },
    /// No TLS connection came about, for another reason than the certificate.
    #[error("no TLS connection to `{host}` came about: {reason}")]
    Tls {
        /// The host that was asked.
        host: String,
        /// Why not, as a phrase.
        reason: String,
    },
    /// The answer is larger than the limit.
    #[error("`{host}` answers with more than {limit} octets")]
    TooLarge {
        /// The host that was asked.
        host: String,
        /// The limit in octets.
        limit: u64,
    },
}

/// What took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Finding the host and connecting to it.
    Connecting,
    /// The whole exchange.
    Exchange,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connecting => "connecting",
            Self::Exchange => "the exchange",
        })
    }
}
