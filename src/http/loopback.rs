//! A server on this machine that takes posted forms at one path for as long as one exchange runs: the other side of a
//! rehearsal.
//!
//! It listens at 127.0.0.1 on a port that the system chooses, serves one connection after the other with one request
//! each (RFC 9112), and is gone when the exchange is over, however that ended. It has no clock, and so sends no `Date`
//! (RFC 9110 section 6.6.1): whoever asks it shall not take its own time for the server's.

mod request;

use std::io::{self, ErrorKind, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::Address;
use crate::workers::side_by_side;
use request::{Fault, Wire, read_request};

/// The server waits no longer than this at a time, so that it soon sees that the exchange is over.
const PULSE: Duration = Duration::from_millis(5);

/// What is answered to a form.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The media type of the content.
    pub media_type: &'static str,
    /// The content.
    pub body: Vec<u8>,
}

/// What one request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestBounds {
    /// The octets of the request line and the header fields.
    pub head: usize,
    /// The octets of the content.
    pub body: usize,
    /// The time from the connection to the last octet of the answer.
    pub time: Duration,
}

impl Default for RequestBounds {
    /// 8 KiB of head, 64 KiB of content, ten seconds.
    fn default() -> Self {
        Self { head: 8 << 10, body: 64 << 10, time: Duration::from_secs(10) }
    }
}

/// Serves forms that are posted to `path` with `answer` while `exchange` runs, which is given the address of that path.
///
/// ```
/// use certwright::http::{Answer, Client, Field, RequestBounds, serve_forms};
///
/// let echo = |form: &[u8]| Answer { status: 200, media_type: "text/plain", body: form.to_vec() };
/// let response = serve_forms("/token", RequestBounds::default(), echo, |address| {
///     Client::default().post_form(address, &[Field { name: "a", value: "1 2" }])
/// })??;
/// assert_eq!((response.status, response.body.expose()), (200, &b"a=1+2"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the system gives no port to listen on.
pub fn serve_forms<R>(
    path: &str,
    bounds: RequestBounds,
    answer: impl FnMut(&[u8]) -> Answer + Send,
    exchange: impl FnOnce(&Address) -> R,
) -> io::Result<R> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let place = listener.local_addr()?;
    let address = format!("http://{place}{path}").parse().map_err(io::Error::other)?;
    let is_over = AtomicBool::new(false);
    let mut server = Server { place, path, bounds, is_over: &is_over, answer };
    let ((), outcome) = side_by_side(
        || server.run(&listener),
        || {
            let _end = EndOf(&is_over);
            exchange(&address)
        },
    );
    Ok(outcome)
}

/// Says that the exchange is over, also when it panics.
struct EndOf<'a>(&'a AtomicBool);

impl Drop for EndOf<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

struct Server<'a, A> {
    place: SocketAddr,
    path: &'a str,
    bounds: RequestBounds,
    is_over: &'a AtomicBool,
    answer: A,
}

impl<A: FnMut(&[u8]) -> Answer> Server<'_, A> {
    fn run(&mut self, listener: &TcpListener) {
        while !self.is_over.load(Ordering::Acquire) {
            match listener.accept() {
                // Whoever breaks off hears nothing more; the next one is served all the same.
                Ok((stream, _)) => drop(self.serve(&stream)),
                // Asked again and again rather than woken up: a wake-up that is lost would never be joined.
                Err(_) => thread::sleep(PULSE),
            }
        }
    }

    fn serve(&mut self, stream: &TcpStream) -> io::Result<()> {
        // Some systems hand the listener's manner on.
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(PULSE))?;
        stream.set_write_timeout(Some(PULSE))?;
        let until = Instant::now() + self.bounds.time;
        let mut wire = Wire { stream, until, is_over: self.is_over };
        let answer = match read_request(&mut wire, self.bounds, self.path, &self.place.to_string()) {
            Ok(form) => (self.answer)(&form),
            Err(Fault::Broken(fault)) => return Err(fault),
            Err(Fault::Refused(status)) => Answer { status, media_type: "text/plain", body: Vec::new() },
        };
        wire.send(&written(&answer))?;
        stream.shutdown(Shutdown::Write)?;
        // What is still on its way is taken, or the answer would be lost with it (RFC 9112 section 9.6).
        wire.drain(self.bounds.body);
        Ok(())
    }
}

impl Wire<'_> {
    /// Sends all of it, or as much as there is time for.
    fn send(&mut self, octets: &[u8]) -> io::Result<()> {
        let mut rest = octets;
        while !rest.is_empty() {
            let sent = self.patiently(|mut stream| stream.write(rest))?;
            if sent == 0 {
                return Err(ErrorKind::WriteZero.into());
            }
            rest = &rest[sent..];
        }
        Ok(())
    }
}

/// The answer as it goes over the wire.
fn written(answer: &Answer) -> Zeroizing<Vec<u8>> {
    let Answer { status, media_type, body } = answer;
    let allow = if *status == 405 { "Allow: POST\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {status} {}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n{allow}Cache-Control: no-store\r\n\
         Connection: close\r\n\r\n",
        phrase(*status),
        body.len()
    );
    Zeroizing::new([head.as_bytes(), body].concat())
}

fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        411 => "Length Required",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        421 => "Misdirected Request",
        431 => "Request Header Fields Too Large",
        _ => "",
    }
}

#[cfg(test)]
mod tests;
