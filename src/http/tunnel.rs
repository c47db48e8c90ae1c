//! The tunnel through a proxy: `CONNECT`, RFC 9110 section 9.3.6.

use std::io;
use std::io::{Read, Write};

use zeroize::Zeroizing;

use super::error::ProxyFault;
use super::{Address, HEADER_LIMIT, Proxy, USER_AGENT};

/// The most header fields that are read.
const FIELDS: usize = 100;

/// Why there is no tunnel.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The proxy says no.
    Fault(ProxyFault),
    /// The connection to it failed.
    Broken(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(fault: io::Error) -> Self {
        Self::Broken(fault)
    }
}

/// Asks the proxy at the other end of `stream` to connect to `address`; afterwards what is sent goes there.
pub(super) fn open(stream: &mut (impl Read + Write), proxy: &Proxy, address: &Address) -> Result<(), Refusal> {
    let place = format!("{}:{}", address.host(), address.port());
    let mut request =
        Zeroizing::new(format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\nUser-Agent: {USER_AGENT}\r\n"));
    if let Some(credentials) = proxy.credentials() {
        request.push_str("Proxy-Authorization: Basic ");
        request.push_str(credentials.expose());
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes())?;
    stream.flush()?;
    match status(stream)? {
        200..300 => Ok(()),
        407 if proxy.credentials().is_some() => Err(Refusal::Fault(ProxyFault::AuthenticationRefused)),
        407 => Err(Refusal::Fault(ProxyFault::AuthenticationRequired)),
        status => Err(Refusal::Fault(ProxyFault::Refused(status))),
    }
}

/// The status of the proxy's answer, of which no octet more than its header is read: what follows is the server's.
fn status(stream: &mut impl Read) -> Result<u16, Refusal> {
    let no_http = || Refusal::Fault(ProxyFault::NoHttp);
    let mut header = Vec::new();
    loop {
        let mut octet = [0];
        stream.read_exact(&mut octet)?;
        header.extend(octet);
        if octet == *b"\n" {
            let mut fields = [httparse::EMPTY_HEADER; FIELDS];
            let mut response = httparse::Response::new(&mut fields);
            if response.parse(&header).map_err(|_| no_http())?.is_complete() {
                match response.code {
                    // RFC 9110 section 15.2: any number of these may come first.
                    Some(100..200) => header.clear(),
                    code => return code.ok_or_else(no_http),
                }
            }
        }
        if header.len() >= HEADER_LIMIT {
            return Err(no_http());
        }
    }
}
