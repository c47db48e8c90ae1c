//! One request that posts a form, read within its bounds.

use std::io::{self, ErrorKind, Read};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use httparse::{EMPTY_HEADER, Request, Status};
use zeroize::Zeroizing;

use super::RequestBounds;

/// More fields than any client of a token endpoint sends.
const MOST_FIELDS: usize = 64;

/// Why there is no form.
#[derive(Debug)]
pub(super) enum Fault {
    /// The connection broke, or the exchange is over: nobody is left to answer to.
    Broken(io::Error),
    /// The request is refused with this status.
    Refused(u16),
}

/// A connection with the moment at which patience ends.
pub(super) struct Wire<'a> {
    pub(super) stream: &'a TcpStream,
    pub(super) until: Instant,
    pub(super) is_over: &'a AtomicBool,
}

impl Wire<'_> {
    /// Reads or writes as soon as that can be done.
    pub(super) fn patiently(&self, mut step: impl FnMut(&TcpStream) -> io::Result<usize>) -> io::Result<usize> {
        loop {
            match step(self.stream) {
                Err(fault) if is_pause(fault.kind()) => {}
                done => return done,
            }
            if self.is_over.load(Ordering::Acquire) || Instant::now() >= self.until {
                return Err(ErrorKind::TimedOut.into());
            }
        }
    }

    fn read_some(&mut self, onto: &mut Vec<u8>) -> Result<(), Fault> {
        let mut buffer = Zeroizing::new([0; 4096]);
        match self.patiently(|mut stream| stream.read(&mut buffer[..])) {
            Ok(0) => Err(Fault::Broken(ErrorKind::UnexpectedEof.into())),
            Ok(read) => {
                onto.extend_from_slice(&buffer[..read]);
                Ok(())
            }
            Err(fault) if fault.kind() == ErrorKind::TimedOut => Err(Fault::Refused(408)),
            Err(fault) => Err(Fault::Broken(fault)),
        }
    }

    /// Takes what still comes, up to so many octets, until the other side closes or patience ends.
    pub(super) fn drain(&mut self, most: usize) {
        let mut octets = Zeroizing::new(Vec::new());
        while octets.len() < most && self.read_some(&mut octets).is_ok() {}
    }
}

fn is_pause(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// What the header fields say.
struct Head {
    /// Where the content begins.
    length: usize,
    /// How long the content is.
    content: usize,
}

/// The content of a request that posts a form to `path` of the server `host`.
pub(super) fn read_request(
    wire: &mut Wire<'_>,
    bounds: RequestBounds,
    path: &str,
    host: &str,
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    // It grows into place once, so that no copy of a credential is left behind.
    let mut octets = Zeroizing::new(Vec::with_capacity(bounds.head + bounds.body + 4096));
    let head = loop {
        if let Some(head) = read_head(&octets, path, host)? {
            break head;
        }
        if octets.len() > bounds.head {
            return Err(Fault::Refused(431));
        }
        wire.read_some(&mut octets)?;
    };
    if head.length > bounds.head {
        return Err(Fault::Refused(431));
    }
    if head.content > bounds.body {
        return Err(Fault::Refused(413));
    }
    let end = head.length + head.content;
    while octets.len() < end {
        wire.read_some(&mut octets)?;
    }
    Ok(Zeroizing::new(octets[head.length..end].to_vec()))
}

/// The head, once all of it is there.
fn read_head(octets: &[u8], path: &str, host: &str) -> Result<Option<Head>, Fault> {
    let mut fields = [EMPTY_HEADER; MOST_FIELDS];
    let mut request = Request::new(&mut fields);
    let length = match request.parse(octets) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Fault::Refused(431)),
        Err(_) => return Err(Fault::Refused(400)),
    };
    // A field that stands twice may be read in two ways (RFC 9112 sections 3.2 and 6.3).
    let field = |name: &str| {
        let mut fields = request.headers.iter().filter(|field| field.name.eq_ignore_ascii_case(name));
        match (fields.next(), fields.next()) {
            (first, None) => Ok(first.map(|field| field.value.trim_ascii())),
            _ => Err(Fault::Refused(400)),
        }
    };
    match field("host")? {
        Some(named) if named.eq_ignore_ascii_case(host.as_bytes()) => {}
        // A page in a browser that was led here by another name, RFC 9110 section 15.5.20.
        Some(_) => return Err(Fault::Refused(421)),
        None => return Err(Fault::Refused(400)),
    }
    if request.path != Some(path) {
        return Err(Fault::Refused(404));
    }
    if request.method != Some("POST") {
        return Err(Fault::Refused(405));
    }
    if !field("content-type")?.is_some_and(is_form) {
        return Err(Fault::Refused(415));
    }
    if field("transfer-encoding")?.is_some() {
        return Err(Fault::Refused(411));
    }
    let content = field("content-length")?.ok_or(Fault::Refused(411))?;
    Ok(Some(Head { length, content: number(content)? }))
}

/// The media type, without its parameters.
fn is_form(value: &[u8]) -> bool {
    let essence = value.split(|octet| *octet == b';').next().unwrap_or_default().trim_ascii();
    essence.eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

/// `1*DIGIT`, RFC 9110 section 8.6: no sign and no white space.
fn number(digits: &[u8]) -> Result<usize, Fault> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|octet| octet.is_ascii_digit()));
    match text {
        None | Some("") => Err(Fault::Refused(400)),
        // What overflows is too large for sure.
        Some(text) => text.parse().map_err(|_| Fault::Refused(413)),
    }
}
