//! The answer: its header, and its content in one of the three framings of RFC 9112 section 6, never past a bound.

use std::io;
use std::io::Read;

use zeroize::Zeroizing;

use super::HEADER_LIMIT;
use super::error::ProtocolFault;
use crate::secret::SecretBytes;

/// The most header fields that are read.
const FIELDS: usize = 100;

/// The longest line of a chunked content, RFC 9112 section 7.1: a size and what follows it.
const LONGEST_LINE: usize = 1024;

/// The first room for a content whose length is not stated, in octets.
const FIRST_ROOM: usize = 16 << 10;

/// Why an answer cannot be read.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// The connection broke.
    Broken(io::Error),
    /// It breaks HTTP.
    Fault(ProtocolFault),
    /// Its content is longer than the bound.
    TooLarge,
}

impl From<io::Error> for Unreadable {
    fn from(fault: io::Error) -> Self {
        Self::Broken(fault)
    }
}

impl From<ProtocolFault> for Unreadable {
    fn from(fault: ProtocolFault) -> Self {
        Self::Fault(fault)
    }
}

/// Status and header fields.
pub(super) struct Head {
    pub(super) status: u16,
    is_http_1_0: bool,
    fields: Vec<(String, Zeroizing<Vec<u8>>)>,
}

impl Head {
    /// The values of the fields of this name, which is in lower case. One that is no ASCII text is as if not there.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.fields.iter().filter(move |(known, _)| known == name);
        named.filter_map(|(_, value)| std::str::from_utf8(value).ok().filter(|text| text.is_ascii())).map(str::trim)
    }

    /// The value of a field that may stand once; repeated with another value, it says nothing.
    pub(super) fn only<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let first = self.all(name).next()?;
        self.all(name).all(|value| value == first).then_some(first)
    }
}

/// How the end of the content is told.
#[derive(Debug, PartialEq, Eq)]
enum Framing {
    Chunked,
    Length(u64),
    UntilClosed,
}

/// What the server sends, read piece by piece.
pub(super) struct Reader<R> {
    stream: R,
    /// What was read and not yet taken. It is as large as a header may be.
    buffer: Zeroizing<Vec<u8>>,
    taken: usize,
    filled: usize,
}

impl<R: Read> Reader<R> {
    pub(super) fn new(stream: R) -> Self {
        Self { stream, buffer: Zeroizing::new(vec![0; HEADER_LIMIT]), taken: 0, filled: 0 }
    }

    /// Reads status and header, past those of status 1xx that may come first (RFC 9110 section 15.2).
    pub(super) fn head(&mut self) -> Result<Head, Unreadable> {
        loop {
            let head = self.one_head()?;
            match head.status {
                101 => return Err(ProtocolFault::OtherProtocol.into()),
                100..200 => {}
                _ => return Ok(head),
            }
        }
    }

    fn one_head(&mut self) -> Result<Head, Unreadable> {
        // From the front of the buffer, all of it is room for the header.
        self.buffer.copy_within(self.taken..self.filled, 0);
        self.filled -= self.taken;
        self.taken = 0;
        let mut known = 0;
        loop {
            if self.buffer[known..self.filled].contains(&b'\n') {
                if let Some((head, length)) = parse(&self.buffer[..self.filled])? {
                    self.taken = length;
                    return Ok(head);
                }
                known = self.filled;
            }
            if self.filled == self.buffer.len() {
                return Err(ProtocolFault::LargeHeader.into());
            }
            let amount = self.stream.read(&mut self.buffer[self.filled..])?;
            if amount == 0 {
                return Err(ended());
            }
            self.filled += amount;
            if !may_be_http(&self.buffer[..self.filled]) {
                return Err(ProtocolFault::NoHttp.into());
            }
        }
    }

    /// Reads the content that `head` announces, of `limit` octets at the most.
    pub(super) fn content(&mut self, head: &Head, limit: u64) -> Result<SecretBytes, Unreadable> {
        let mut content = Content { octets: Zeroizing::new(Vec::new()), limit };
        match framing(head)? {
            Framing::Length(length) => self.take(length, &mut content)?,
            Framing::Chunked => self.chunks(&mut content)?,
            Framing::UntilClosed => {
                while self.has_more()? {
                    content.push(&self.buffer[self.taken..self.filled])?;
                    self.taken = self.filled;
                }
            }
        }
        Ok(SecretBytes::concat(&[&content.octets]))
    }

    /// Whether there is something to take, read anew where all was taken.
    fn has_more(&mut self) -> io::Result<bool> {
        if self.taken == self.filled {
            self.taken = 0;
            self.filled = self.stream.read(&mut self.buffer)?;
        }
        Ok(self.taken < self.filled)
    }

    /// Moves exactly `length` octets to `content`.
    fn take(&mut self, length: u64, content: &mut Content) -> Result<(), Unreadable> {
        content.reserve(length)?;
        let mut left = length;
        while left > 0 {
            if !self.has_more()? {
                return Err(ended());
            }
            let here = &self.buffer[self.taken..self.filled];
            let here = &here[..usize::try_from(left).map_or(here.len(), |left| left.min(here.len()))];
            content.push(here)?;
            self.taken += here.len();
            left -= here.len() as u64;
        }
        Ok(())
    }

    /// RFC 9112 section 7.1.
    fn chunks(&mut self, content: &mut Content) -> Result<(), Unreadable> {
        loop {
            let line = self.line()?;
            let size = line.split(|octet| matches!(octet, b';' | b' ' | b'\t')).next().unwrap_or_default();
            let is_size = (1..=16).contains(&size.len()) && size.iter().all(u8::is_ascii_hexdigit);
            let size = std::str::from_utf8(size).ok().filter(|_| is_size);
            let size = size.and_then(|size| u64::from_str_radix(size, 16).ok()).ok_or(ProtocolFault::Framing)?;
            if size == 0 {
                break;
            }
            self.take(size, content)?;
            if !self.line()?.is_empty() {
                return Err(ProtocolFault::Framing.into());
            }
        }
        // The trailer: fields that nobody asked for.
        for _ in 0..FIELDS {
            if self.line()?.is_empty() {
                return Ok(());
            }
        }
        Err(ProtocolFault::Framing.into())
    }

    /// A line without its CRLF.
    fn line(&mut self) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
        while self.has_more()? {
            let octet = self.buffer[self.taken];
            self.taken += 1;
            if octet == b'\n' {
                return if line.pop() == Some(b'\r') { Ok(line) } else { Err(ProtocolFault::Framing.into()) };
            }
            if line.len() == LONGEST_LINE {
                return Err(ProtocolFault::Framing.into());
            }
            line.push(octet);
        }
        Err(ended())
    }
}

/// A content that grows up to its bound. What it leaves behind when it grows is wiped.
struct Content {
    octets: Zeroizing<Vec<u8>>,
    limit: u64,
}

impl Content {
    fn push(&mut self, octets: &[u8]) -> Result<(), Unreadable> {
        self.reserve(octets.len() as u64)?;
        self.octets.extend_from_slice(octets);
        Ok(())
    }

    /// Makes room for `more` octets; an error where that would pass the bound.
    fn reserve(&mut self, more: u64) -> Result<(), Unreadable> {
        let needed = more.checked_add(self.octets.len() as u64).filter(|needed| *needed <= self.limit);
        let needed = needed.and_then(|needed| usize::try_from(needed).ok()).ok_or(Unreadable::TooLarge)?;
        if needed > self.octets.capacity() {
            let room = needed.max(2 * self.octets.capacity()).max(FIRST_ROOM);
            let mut larger = Zeroizing::new(Vec::new());
            larger.try_reserve_exact(room).map_err(|_| Unreadable::TooLarge)?;
            larger.extend_from_slice(&self.octets);
            self.octets = larger;
        }
        Ok(())
    }
}

fn ended() -> Unreadable {
    Unreadable::Broken(io::ErrorKind::UnexpectedEof.into())
}

/// Whether `octets` are the beginning of an answer, as far as they go. What is none need not be waited for: a server of TLS,
/// for instance, which says so in seven octets without a line.
fn may_be_http(octets: &[u8]) -> bool {
    // RFC 9112 section 2.2: empty lines may come first.
    let start = octets.iter().position(|octet| !matches!(octet, b'\r' | b'\n')).unwrap_or(octets.len());
    octets[start..].iter().zip(b"HTTP/1.").all(|(met, wanted)| met == wanted)
}

/// The header that `octets` begin with, and its length; nothing where it is not whole.
fn parse(octets: &[u8]) -> Result<Option<(Head, usize)>, ProtocolFault> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let length = match response.parse(octets) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(ProtocolFault::LargeHeader),
        Err(_) => return Err(ProtocolFault::NoHttp),
    };
    let status = response.code.filter(|status| *status >= 100).ok_or(ProtocolFault::NoHttp)?;
    let is_http_1_0 = response.version == Some(0);
    let kept = |field: &httparse::Header<'_>| (field.name.to_ascii_lowercase(), Zeroizing::new(field.value.to_vec()));
    Ok(Some((Head { status, is_http_1_0, fields: response.headers.iter().map(kept).collect() }, length)))
}

/// RFC 9112 section 6.3, and stricter: what contradicts itself is refused, where a proxy may have read it otherwise.
fn framing(head: &Head) -> Result<Framing, ProtocolFault> {
    let named = |name: &'static str| head.fields.iter().filter(move |(known, _)| known == name).count();
    let codings: Vec<&str> = head.all("transfer-encoding").collect();
    let mut lengths = head.all("content-length").flat_map(|value| value.split(',')).map(str::trim);
    if codings.len() != named("transfer-encoding") || head.all("content-length").count() != named("content-length") {
        return Err(ProtocolFault::Framing);
    }
    if matches!(head.status, 204 | 304) {
        return Ok(Framing::Length(0));
    }
    match (codings.as_slice(), lengths.next()) {
        ([], None) => Ok(Framing::UntilClosed),
        ([], Some(first)) => {
            let is_number = !first.is_empty() && first.bytes().all(|octet| octet.is_ascii_digit());
            let length = first.parse().ok().filter(|_| is_number && lengths.all(|other| other == first));
            length.map(Framing::Length).ok_or(ProtocolFault::Framing)
        }
        ([coding], None) if coding.eq_ignore_ascii_case("chunked") && !head.is_http_1_0 => Ok(Framing::Chunked),
        _ => Err(ProtocolFault::Framing),
    }
}

#[cfg(test)]
mod tests;
