//! What a fault of the HTTP library is: on which side it arose, and in which step.

use std::io;

use super::connection::{Broken, Progress, UnknownName};
use super::error::{ProtocolFault, ProxyFault};
use super::{Address, Bounds, Error, Phase, Proxy, TlsFault, tls};

/// One exchange, as far as its faults depend on it.
pub(super) struct Exchange<'a> {
    pub(super) address: &'a Address,
    pub(super) proxy: Option<&'a Proxy>,
    pub(super) bounds: &'a Bounds,
    pub(super) progress: &'a Progress,
}

impl Exchange<'_> {
    /// What `fault`, met in this exchange, is.
    pub(super) fn fault(&self, fault: ureq::Error) -> Error {
        let Some(proxy) = self.proxy.filter(|_| !self.progress.is_past_proxy()) else {
            return self.of(self.address.host(), fault);
        };
        let source = match fault {
            ureq::Error::ConnectProxyFailed(words) => refusal(&words, proxy.has_credentials()),
            ureq::Error::Protocol(_) => ProxyFault::NoHttp,
            other => ProxyFault::Unreachable(Box::new(self.of(proxy.host(), other))),
        };
        Error::Proxy { proxy: proxy.to_string(), source }
    }

    /// The same, of the connection to `host`.
    fn of(&self, host: &str, fault: ureq::Error) -> Error {
        let protocol = |source| Error::Protocol { host: host.to_owned(), source };
        match fault {
            ureq::Error::Timeout(of) => self.timed_out(host, of),
            ureq::Error::LargeResponseHeader(..) => protocol(ProtocolFault::LargeHeader),
            ureq::Error::Protocol(fault) => protocol(protocol_fault(&fault.to_string())),
            ureq::Error::Rustls(fault) => tls::fault(host, &fault),
            ureq::Error::Tls(_) => Error::Tls { host: host.to_owned(), reason: TlsFault::HostName },
            ureq::Error::HostNotFound => {
                Error::HostNotFound { host: host.to_owned(), source: io::ErrorKind::NotFound.into() }
            }
            ureq::Error::Io(fault) => self.broken(host, fault),
            ureq::Error::Other(fault) => match fault.downcast::<UnknownName>() {
                Ok(fault) => Error::HostNotFound { host: host.to_owned(), source: fault.0 },
                Err(fault) => match fault.downcast::<Broken>() {
                    Ok(fault) => self.broken(host, fault.0),
                    Err(fault) => Error::Connection { host: host.to_owned(), source: io::Error::other(fault) },
                },
            },
            other => Error::Connection { host: host.to_owned(), source: io::Error::other(other) },
        }
    }

    /// A connection that broke, or that TLS gave up.
    fn broken(&self, host: &str, fault: io::Error) -> Error {
        if let Some(fault) = fault.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return tls::fault(host, fault);
        }
        let is_end = fault.kind() == io::ErrorKind::UnexpectedEof;
        if is_end && !self.progress.is_open() {
            return Error::Tls { host: host.to_owned(), reason: TlsFault::Closed };
        }
        let source =
            if is_end { io::Error::new(fault.kind(), "it was closed before the answer was whole") } else { fault };
        Error::Connection { host: host.to_owned(), source }
    }

    fn timed_out(&self, host: &str, of: ureq::Timeout) -> Error {
        let (phase, bound) = match of {
            ureq::Timeout::Resolve | ureq::Timeout::Connect => (Phase::Connecting, self.bounds.connect),
            _ => (Phase::Exchange, self.bounds.exchange),
        };
        let seconds = bound.as_secs() + u64::from(bound.subsec_nanos() > 0);
        Error::TimedOut { host: host.to_owned(), phase, seconds }
    }
}

/// What the library says in words alone: the status with which a proxy refuses, or that it gave none. tests/http holds them.
fn refusal(words: &str, has_credentials: bool) -> ProxyFault {
    match words.rsplit('/').next().and_then(|status| status.parse().ok()) {
        Some(407) if has_credentials => ProxyFault::AuthenticationRefused,
        Some(407) => ProxyFault::AuthenticationRequired,
        Some(status) => ProxyFault::Refused(status),
        None => ProxyFault::NoHttp,
    }
}

/// The fault of an answer. The library's own type cannot be named here; tests/http holds its words.
fn protocol_fault(words: &str) -> ProtocolFault {
    if words.contains("too many headers") {
        ProtocolFault::LargeHeader
    } else if words.contains("content-length") || words.starts_with("chunk") {
        ProtocolFault::Framing
    } else {
        ProtocolFault::NoHttp
    }
}
