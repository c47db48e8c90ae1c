//! Why no answer came, or one that cannot be used.

use std::fmt;
use std::io;

use super::{CertificateFault, ProxyUrlFault, TlsFault};
use crate::untrusted::Untrusted;

/// A fault of the exchange. Nothing in it repeats what was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// One of the certificates that the caller trusts cannot be a root of trust.
    #[error("certificate {} of those that are to be trusted besides the system's cannot be a root of trust", .0 + 1)]
    Authority(usize),
    /// The server's certificate does not prove who it is.
    #[error("the certificate of `{host}` is not trusted: {reason}")]
    Certificate {
        /// The host that was asked.
        host: String,
        /// Why not.
        reason: CertificateFault,
    },
    /// No connection could be made, or it broke.
    #[error("the connection to `{host}` failed")]
    Connection {
        /// The host that was asked.
        host: String,
        /// What the system says.
        source: io::Error,
    },
    /// The content is compressed, although that was not asked for.
    #[error("`{host}` answers in the coding `{}`, which was not asked for", Untrusted(.coding))]
    Encoded {
        /// The host that was asked.
        host: String,
        /// The value of `Content-Encoding`.
        coding: String,
    },
    /// The name cannot be resolved.
    #[error("no host of the name `{host}` is known")]
    HostNotFound {
        /// The host that was asked for.
        host: String,
        /// What the system says.
        source: io::Error,
    },
    /// There is nobody to trust: no root certificate is found on the system, and the caller names none.
    #[error(
        "no root certificate is found on this system, so no server can be trusted{}",
        .reason.as_ref().map_or(String::new(), |reason| format!(": {}", Untrusted(reason)))
    )]
    NoRoots {
        /// What was met while looking for them, where something was.
        reason: Option<String>,
    },
    /// The TLS library needs what this processor does not have.
    #[error("this processor cannot do the TLS of this program: it lacks {}", .0.join(", "))]
    Processor(Vec<&'static str>),
    /// What came back is no HTTP, or not as it should be.
    #[error("the answer of `{host}` is not what HTTP wants")]
    Protocol {
        /// The host that was asked.
        host: String,
        /// What was met.
        source: ProtocolFault,
    },
    /// The proxy does not lead to the server.
    #[error("the proxy `{proxy}` does not let the connection through")]
    Proxy {
        /// Its URL, without user name and password.
        proxy: String,
        /// Why not.
        source: ProxyFault,
    },
    /// An environment variable names a proxy that cannot be used.
    #[error("`{variable}` cannot be used: {reason}")]
    ProxyUrl {
        /// The name of the variable.
        variable: &'static str,
        /// Why not.
        reason: ProxyUrlFault,
    },
    /// The server sends one elsewhere; a credential is not taken there.
    #[error(
        "`{host}` redirects to {} (HTTP {status}), and a credential is not sent after it",
        .location.as_ref().map_or("nowhere".to_owned(), |it| format!("`{}`", Untrusted(it)))
    )]
    Redirect {
        /// The host that was asked.
        host: String,
        /// The status code.
        status: u16,
        /// The address in `Location`, without user name, query and fragment: these may hold what is secret.
        location: Option<String>,
    },
    /// Nothing came in time.
    #[error("`{host}` did not answer in time: {phase} took longer than {seconds} s")]
    TimedOut {
        /// The host that was asked.
        host: String,
        /// What took too long.
        phase: Phase,
        /// The bound that was passed, in seconds, rounded up.
        seconds: u64,
    },
    /// No TLS connection came about, for another reason than the certificate.
    #[error("no TLS connection to `{host}` came about: {reason}")]
    Tls {
        /// The host that was asked.
        host: String,
        /// Why not.
        reason: TlsFault,
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

/// How an answer breaks HTTP/1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolFault {
    /// The framing of the content contradicts itself or is broken, RFC 9112 section 6.
    #[error("its length is stated wrongly, RFC 9112 section 6")]
    Framing,
    /// Status line and header fields are larger than the bound, or too many.
    #[error("its header is larger than {} octets or has more than 128 fields", super::HEADER_LIMIT)]
    LargeHeader,
    /// No status line and header fields of HTTP/1.0 or 1.1.
    #[error("it does not begin as HTTP/1.1 does")]
    NoHttp,
    /// The server changes to another protocol, which was not asked for.
    #[error("it changes to another protocol (HTTP 101)")]
    OtherProtocol,
}

/// Why a proxy does not lead to the server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyFault {
    /// It wants a user name and password, RFC 9110 section 15.5.8.
    #[error("it wants a user name and password, and its URL has none (HTTP 407)")]
    AuthenticationRequired,
    /// It does not take the user name and password, or not in the way of RFC 7617.
    #[error("it does not take the user name and password of its URL (HTTP 407)")]
    AuthenticationRefused,
    /// What it answers is no HTTP.
    #[error("its answer is no HTTP/1.1")]
    NoHttp,
    /// It refuses to connect to the server.
    #[error("it answers with HTTP {0}")]
    Refused(u16),
    /// There is no connection to the proxy itself.
    #[error("{0}")]
    Unreachable(#[source] Box<Error>),
}

/// What took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Finding the host and connecting to it, TLS and proxy included.
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
