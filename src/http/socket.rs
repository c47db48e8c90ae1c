//! Connections that end at a moment, whatever the other side does.
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "the only room that uses the network")]

use std::io;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use rustls::{ClientConnection, StreamOwned};

use super::{Bounds, Error, Phase};
use crate::workers;

/// The moment by which a phase of the exchange must be over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    at: Instant,
    phase: Phase,
    bound: Duration,
}

impl Deadline {
    /// The end of `phase` of an exchange that began at `begin`.
    pub(super) fn of(phase: Phase, bounds: &Bounds, begin: Instant) -> Self {
        let (phase, bound) = match phase {
            Phase::Connecting if bounds.connect < bounds.exchange => (phase, bounds.connect),
            _ => (Phase::Exchange, bounds.exchange),
        };
        // A bound beyond what the clock can count is as good as a year.
        let at = begin.checked_add(bound).unwrap_or(begin + Duration::from_secs(365 * 86_400));
        Self { at, phase, bound }
    }

    /// What is left; an error where nothing is.
    fn left(&self) -> io::Result<Duration> {
        match self.at.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(io::Error::new(io::ErrorKind::TimedOut, Passed)),
            left => Ok(left),
        }
    }

    /// The fault of having passed it while talking to `host`.
    pub(super) fn passed(&self, host: &str) -> Error {
        let seconds = self.bound.as_secs() + u64::from(self.bound.subsec_nanos() > 0);
        Error::TimedOut { host: host.to_owned(), phase: self.phase, seconds }
    }
}

/// Marks an I/O error as our own: the deadline passed.
#[derive(Debug, thiserror::Error)]
#[error("it took too long")]
struct Passed;

/// Whether `fault` says that the deadline passed.
pub(super) fn is_late(fault: &io::Error) -> bool {
    fault.get_ref().is_some_and(|inner| inner.is::<Passed>())
}

/// A way to the other side: TCP, or TLS over one.
pub(super) trait Stream: Read + Write + Send + Sync {
    /// Gives every later step until `deadline`.
    fn end_at(&mut self, deadline: Deadline);
}

impl<T: Stream + ?Sized> Stream for Box<T> {
    fn end_at(&mut self, deadline: Deadline) {
        (**self).end_at(deadline);
    }
}

impl<T: Stream> Stream for StreamOwned<ClientConnection, T> {
    fn end_at(&mut self, deadline: Deadline) {
        self.sock.end_at(deadline);
    }
}

/// A TCP connection of which no read or write goes on past the deadline.
pub(super) struct Socket {
    tcp: TcpStream,
    deadline: Deadline,
}

impl Socket {
    /// Finds `host` and connects to it.
    pub(super) fn open(host: &str, port: u16, deadline: Deadline) -> Result<Self, Error> {
        let failed = |source: io::Error| match is_late(&source) {
            true => deadline.passed(host),
            false => Error::Connection { host: host.to_owned(), source },
        };
        let places = places(host, port, deadline)?;
        // Of several faults, the first is told that is more than silence.
        let mut told: Option<io::Error> = None;
        for (index, place) in places.iter().enumerate() {
            // Half of what is left for each but the last, so that one that is silent leaves time for the others.
            let left = deadline.left().map_err(failed)?;
            let is_last = index + 1 == places.len();
            match connect(place, if is_last { left } else { left / 2 }) {
                Ok(socket) => return Ok(Self { tcp: socket, deadline }),
                Err(fault) => told = told.filter(|first| !is_late(first)).or(Some(fault)),
            }
        }
        Err(failed(told.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into())))
    }
}

impl Stream for Socket {
    fn end_at(&mut self, deadline: Deadline) {
        self.deadline = deadline;
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.tcp.set_read_timeout(Some(self.deadline.left()?))?;
            match self.tcp.read(buffer) {
                // The deadline says whether to go on: the system may wake a little early.
                Err(fault) if may_go_on(&fault) => {}
                done => return done,
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        loop {
            self.tcp.set_write_timeout(Some(self.deadline.left()?))?;
            match self.tcp.write(buffer) {
                Err(fault) if may_go_on(&fault) => {}
                done => return done,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

/// Whether `fault` is only that a step was interrupted, or had no time left.
fn may_go_on(fault: &io::Error) -> bool {
    matches!(fault.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

fn connect(place: &SocketAddr, time: Duration) -> io::Result<TcpStream> {
    let socket = TcpStream::connect_timeout(place, time).map_err(|fault| match fault.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => io::Error::new(io::ErrorKind::TimedOut, Passed),
        _ => fault,
    })?;
    // The request goes out in a few small writes, and the server waits for the last of them.
    socket.set_nodelay(true)?;
    Ok(socket)
}

/// The places where `host` can be reached. The system's resolver knows no bound, so it is asked on a thread of its own.
fn places(host: &str, port: u16, deadline: Deadline) -> Result<Vec<SocketAddr>, Error> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).to_owned();
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let time = deadline.left().map_err(|_| deadline.passed(host))?;
    let found = workers::within(time, move || (bare, port).to_socket_addrs().map(Iterator::collect));
    match found {
        Some(Ok(places)) => Ok(places),
        Some(Err(source)) => Err(Error::HostNotFound { host: host.to_owned(), source }),
        None => Err(deadline.passed(host)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_not_known_is_named() {
        // No label of a name has more than 63 octets (RFC 1035 section 2.3.4), so no server need be asked.
        let host = format!("{}.example", "x".repeat(64));
        let deadline = Deadline::of(Phase::Connecting, &Bounds::default(), Instant::now());
        let fault = Socket::open(&host, 443, deadline).err().unwrap();
        assert!(matches!(&fault, Error::HostNotFound { host: named, .. } if *named == host), "{fault}");
    }

    #[test]
    fn the_nearer_bound_counts() {
        let bounds = |connect, exchange| Bounds {
            connect: Duration::from_millis(connect),
            exchange: Duration::from_millis(exchange),
            ..Bounds::default()
        };
        let told = |phase, bounds: Bounds| Deadline::of(phase, &bounds, Instant::now()).passed("a").to_string();
        assert!(told(Phase::Connecting, bounds(1_000, 2_000)).ends_with("connecting took longer than 1 s"));
        assert!(told(Phase::Connecting, bounds(3_000, 2_000)).ends_with("the exchange took longer than 2 s"));
        assert!(told(Phase::Exchange, bounds(1_000, 1_001)).ends_with("the exchange took longer than 2 s"));
    }
}
