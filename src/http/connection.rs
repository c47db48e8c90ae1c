//! The way to a server, as the HTTP library opens it, and how far it came.
//!
//! The library's own connectors do the work. What is added says which side a fault is of, and closes two gaps: a proxy that
//! answers in drops is given the whole time anew for each of them, and a connection that breaks off is taken for the end of
//! a content that states no length.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use std::{fmt, io};

use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, RustlsConnector, TcpConnector,
    Transport, time,
};
use ureq::{Agent, config};

/// How far the way to the server is open.
#[derive(Debug, Default)]
pub(super) struct Progress {
    is_past_proxy: AtomicBool,
    is_open: AtomicBool,
}

impl Progress {
    /// Whether the proxy let the connection through.
    pub(super) fn is_past_proxy(&self) -> bool {
        self.is_past_proxy.load(Ordering::Acquire)
    }

    /// Whether there is a connection to the server, encrypted where that was asked for.
    pub(super) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Acquire)
    }
}

/// The system's fault with a name that it cannot resolve.
#[derive(Debug, thiserror::Error)]
#[error("the name cannot be resolved")]
pub(super) struct UnknownName(pub(super) io::Error);

/// The system's fault with a connection that broke.
#[derive(Debug, thiserror::Error)]
#[error("the connection broke")]
pub(super) struct Broken(pub(super) io::Error);

/// An agent for one exchange, and how far that comes.
pub(super) fn agent(config: config::Config) -> (Agent, Arc<Progress>) {
    let progress = Arc::new(Progress::default());
    let has_proxy = config.proxy().is_some();
    let way =
        ().chain(ConnectProxyConnector::default())
            .chain(AfterProxy(Arc::clone(&progress)))
            .chain(TcpConnector::default())
            .chain(RustlsConnector::default())
            .chain(AtEnd { progress: Arc::clone(&progress), has_proxy });
    (Agent::with_parts(config, way, Names::default()), progress)
}

/// The system's resolver. The library gives its fault no kind of its own.
#[derive(Debug, Default)]
struct Names(DefaultResolver);

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        config: &config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        self.0.resolve(uri, config, timeout).map_err(|fault| match fault {
            ureq::Error::Io(fault) => ureq::Error::Other(Box::new(UnknownName(fault))),
            other => other,
        })
    }
}

/// Notes that the proxy let the connection through.
#[derive(Debug)]
struct AfterProxy(Arc<Progress>);

impl<In: Transport> Connector<In> for AfterProxy {
    type Out = In;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<In>, ureq::Error> {
        if chained.is_some() {
            self.0.is_past_proxy.store(true, Ordering::Release);
        }
        Ok(chained)
    }
}

/// Notes that the connection is there. It is asked twice where there is a proxy: first for the connection to that.
#[derive(Debug)]
struct AtEnd {
    progress: Arc<Progress>,
    has_proxy: bool,
}

impl<In: Transport> Connector<In> for AtEnd {
    type Out = Watched;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Watched>, ureq::Error> {
        let Some(transport) = chained else { return Ok(None) };
        let is_to_proxy = self.has_proxy && details.config.proxy().is_none();
        let until = match details.now {
            time::Instant::Exact(now) if is_to_proxy => now.checked_add(*details.timeout.after),
            _ => None,
        };
        if !is_to_proxy {
            self.progress.is_open.store(true, Ordering::Release);
        }
        let progress = Arc::clone(&self.progress);
        Ok(Some(Watched { transport: transport.boxed(), progress, is_to_proxy, until }))
    }
}

/// A connection, to the server or to a proxy.
struct Watched {
    transport: Box<dyn Transport>,
    progress: Arc<Progress>,
    is_to_proxy: bool,
    /// When a proxy must have answered.
    until: Option<Instant>,
}

impl Watched {
    /// What is left for a step, until the proxy has answered.
    fn left(&self, timeout: NextTimeout) -> NextTimeout {
        match self.until.filter(|_| !self.progress.is_past_proxy()) {
            Some(until) => {
                let left = until.saturating_duration_since(Instant::now()).min(*timeout.after);
                NextTimeout { after: time::Duration::Exact(left), ..timeout }
            }
            None => timeout,
        }
    }

    /// A fault of the way to the server in a form that the library does not take for the end of the content.
    fn told(&self, fault: ureq::Error) -> ureq::Error {
        match fault {
            ureq::Error::Io(fault) if !self.is_to_proxy => ureq::Error::Other(Box::new(Broken(fault))),
            other => other,
        }
    }
}

impl Transport for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        let timeout = self.left(timeout);
        self.transport.transmit_output(amount, timeout).map_err(|fault| self.told(fault))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let timeout = self.left(timeout);
        self.transport.await_input(timeout).map_err(|fault| self.told(fault))
    }

    fn is_open(&mut self) -> bool {
        self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watched")
    }
}
