//! The way to a server: directly or through a proxy, and encrypted where the address is.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use super::error::ProxyFault;
use super::socket::{Deadline, Socket, Stream, is_late};
use super::tunnel::Refusal;
use super::{Address, Client, Error, Phase, Proxy, TlsFault, tls, tunnel};

/// A connection to the server that was asked for, proved by its certificate where it is encrypted.
pub(super) struct Connection {
    pub(super) stream: Box<dyn Stream>,
    host: String,
    deadline: Deadline,
}

impl Connection {
    /// Connects as `client` says, in an exchange that began at `begin`.
    pub(super) fn open(client: &Client, address: &Address, begin: Instant) -> Result<Self, Error> {
        let connecting = Deadline::of(Phase::Connecting, &client.bounds, begin);
        // No proxy can lead to this machine.
        let proxy = client.proxy.as_ref().filter(|_| !address.is_this_machine());
        let is_tls_needed = address.is_encrypted() || proxy.is_some_and(Proxy::is_encrypted);
        let config = is_tls_needed.then(|| tls::config(&client.authorities)).transpose()?;
        // Before anything is asked of anybody: a host that no certificate can name cannot be proved.
        let name = address.is_encrypted().then(|| tls::server_name(address.host())).transpose()?;
        let mut stream: Box<dyn Stream> = match proxy {
            Some(proxy) => through(proxy, address, config.as_ref(), connecting)?,
            None => Box::new(Socket::open(address.host(), address.port(), connecting)?),
        };
        if let (Some(config), Some(name)) = (&config, name) {
            stream = encrypted(stream, address.host(), name, config, connecting)?;
        }
        let deadline = Deadline::of(Phase::Exchange, &client.bounds, begin);
        stream.end_at(deadline);
        Ok(Self { stream, host: address.host().to_owned(), deadline })
    }

    /// What `fault`, met on this connection, is.
    pub(super) fn fault(&self, fault: io::Error) -> Error {
        told(fault, &self.host, self.deadline)
    }
}

/// A tunnel to `address` through `proxy`.
fn through(
    proxy: &Proxy,
    address: &Address,
    config: Option<&Arc<ClientConfig>>,
    deadline: Deadline,
) -> Result<Box<dyn Stream>, Error> {
    let refused = |source| Error::Proxy { proxy: proxy.to_string(), source };
    let unreachable = |fault| refused(ProxyFault::Unreachable(Box::new(fault)));
    let socket = Socket::open(proxy.host(), proxy.port(), deadline).map_err(unreachable)?;
    let mut stream: Box<dyn Stream> = Box::new(socket);
    if let Some(config) = config.filter(|_| proxy.is_encrypted()) {
        let name = tls::server_name(proxy.host()).map_err(unreachable)?;
        stream = encrypted(stream, proxy.host(), name, config, deadline).map_err(unreachable)?;
    }
    tunnel::open(&mut stream, proxy, address).map_err(|refusal| match refusal {
        Refusal::Fault(fault) => refused(fault),
        Refusal::Broken(fault) => unreachable(told(fault, proxy.host(), deadline)),
    })?;
    Ok(stream)
}

/// TLS with `host` over `stream`.
fn encrypted(
    stream: Box<dyn Stream>,
    host: &str,
    name: ServerName<'static>,
    config: &Arc<ClientConfig>,
    deadline: Deadline,
) -> Result<Box<dyn Stream>, Error> {
    tls::handshake(stream, name, config).map_err(|fault| {
        if fault.kind() == io::ErrorKind::UnexpectedEof {
            return Error::Tls { host: host.to_owned(), reason: TlsFault::Closed };
        }
        told(fault, host, deadline)
    })
}

/// What an I/O fault is: our own deadline, one of TLS, or one of the connection.
fn told(fault: io::Error, host: &str, deadline: Deadline) -> Error {
    if is_late(&fault) {
        return deadline.passed(host);
    }
    match fault.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(inner) => tls::fault(host, inner),
        None if fault.kind() == io::ErrorKind::UnexpectedEof => {
            let source = io::Error::new(fault.kind(), "it was closed before the answer was whole");
            Error::Connection { host: host.to_owned(), source }
        }
        None => Error::Connection { host: host.to_owned(), source: fault },
    }
}
