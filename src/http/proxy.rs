//! The proxy that a connection goes through, and the environment variables that name it.

mod exceptions;

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use super::address::{default_port, host_and_port};
use super::{Address, Error};
use crate::secret::Token;

/// The variables that name the proxy of an `https` address, the first that is set and not empty counting. Lower case comes
/// first, as in curl. `http_proxy` is not among them: plain HTTP is spoken to this machine only, and there no proxy is asked.
const VARIABLES: &[&str] = &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// The variables that list the hosts to which no proxy leads.
const EXCEPTIONS: &[&str] = &["no_proxy", "NO_PROXY"];

/// A proxy that opens a tunnel on `CONNECT`, RFC 9110 section 9.3.6; it is itself reached by HTTP or HTTPS.
///
/// Its `Display` and `Debug` leave out the user name and password.
///
/// ```
/// use certwright::http::Proxy;
///
/// let proxy: Proxy = "http://user:secret@proxy.example.com:3128".parse()?;
/// assert_eq!(proxy.to_string(), "http://proxy.example.com:3128");
/// assert!("socks5://proxy.example.com".parse::<Proxy>().is_err());
/// # Ok::<(), certwright::http::ProxyUrlFault>(())
/// ```
#[derive(Clone)]
pub struct Proxy {
    is_encrypted: bool,
    host: String,
    port: u16,
    /// User name and password in the form of RFC 7617, as the header field wants them.
    credentials: Option<Token>,
}

/// Why a text is no proxy that can be used. It does not repeat the text, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyUrlFault {
    /// No URL, or one without a host.
    #[error("it is no URL such as http://proxy.example.com:3128")]
    NoUrl,
    /// A protocol that is not spoken here, such as `socks5`.
    #[error(
        "a proxy of the kind `{}` is not supported, only http:// and https:// are",
        crate::untrusted::Untrusted(.0)
    )]
    OtherScheme(String),
    /// The user name or password is not percent-encoded UTF-8, RFC 3986 section 2.1.
    #[error("its user name or password is not percent-encoded as it should be")]
    UserInformation,
}

impl Proxy {
    /// The proxy for `address` that the environment names, `lookup` being how to read a variable of it.
    ///
    /// For an `https` address it is the first of `https_proxy`, `HTTPS_PROXY`, `all_proxy` and `ALL_PROXY` that is set and
    /// not empty. No proxy leads to this machine itself, nor to the hosts of `no_proxy` or `NO_PROXY`. That is a list with
    /// commas or spaces of: `*` for every host; a domain such as `example.com`, also `.example.com` or `*.example.com`, for
    /// it and all below it; an IP address; a network such as `10.0.0.0/8`. Domain or address may have a port, such as
    /// `example.com:8443`, and then stand for that port only. Names are not resolved to compare them with addresses.
    ///
    /// ```
    /// use certwright::http::{Address, Proxy};
    ///
    /// let environment = |name: &str| match name {
    ///     "HTTPS_PROXY" => Some("http://proxy.example.com:3128".to_owned()),
    ///     "NO_PROXY" => Some("intranet.example.com".to_owned()),
    ///     _ => None,
    /// };
    /// let far: Address = "https://login.salesforce.com".parse()?;
    /// let near: Address = "https://www.intranet.example.com".parse()?;
    /// assert!(Proxy::from_variables(&environment, &far)?.is_some());
    /// assert!(Proxy::from_variables(&environment, &near)?.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::ProxyUrl`] where the variable that counts holds no proxy that can be used.
    pub fn from_variables(lookup: &dyn Fn(&str) -> Option<String>, address: &Address) -> Result<Option<Self>, Error> {
        let first = |names: &'static [&'static str]| {
            names.iter().find_map(|name| {
                let value = lookup(name).map(Zeroizing::new)?;
                (!value.trim().is_empty()).then_some((*name, value))
            })
        };
        if address.is_this_machine() || first(EXCEPTIONS).is_some_and(|(_, list)| exceptions::hold(&list, address)) {
            return Ok(None);
        }
        let Some((variable, url)) = first(VARIABLES) else { return Ok(None) };
        url.trim().parse().map(Some).map_err(|reason| Error::ProxyUrl { variable, reason })
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The value of `Proxy-Authorization` after the word `Basic`, RFC 7617.
    pub(super) fn credentials(&self) -> Option<&Token> {
        self.credentials.as_ref()
    }
}

impl FromStr for Proxy {
    type Err = ProxyUrlFault;

    /// Reads a URL of a proxy; without a scheme it is `http`, and without a port 80 or 443.
    fn from_str(text: &str) -> Result<Self, ProxyUrlFault> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let is_encrypted = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            // Without this, what stands before `://` could be half a password.
            other if other.bytes().all(|octet| octet.is_ascii_alphanumeric()) => {
                return Err(ProxyUrlFault::OtherScheme(other.to_owned()));
            }
            _ => return Err(ProxyUrlFault::NoUrl),
        };
        // The host has no `@`, while passwords are often written with a bare one.
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, rest),
        };
        let place = place.strip_suffix('/').unwrap_or(place);
        let (host, port) = host_and_port(place).ok_or(ProxyUrlFault::NoUrl)?;
        let port = port.unwrap_or(default_port(is_encrypted));
        let credentials = user.map(credentials).transpose()?;
        Ok(Self { is_encrypted, host: host.to_owned(), port, credentials })
    }
}

impl fmt::Display for Proxy {
    /// Its URL, without user name and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_encrypted { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

/// `user` or `user:password` of a URL, decoded and put in the form of RFC 7617 section 2.
fn credentials(user_information: &str) -> Result<Token, ProxyUrlFault> {
    let (user, password) = user_information.split_once(':').unwrap_or((user_information, ""));
    let (user, password) = (percent_decoded(user)?, percent_decoded(password)?);
    // A colon in the user name would move the border between the two.
    if user.contains(&b':') {
        return Err(ProxyUrlFault::UserInformation);
    }
    let plain = Zeroizing::new([user.as_slice(), b":", password.as_slice()].concat());
    Ok(Token::new(BASE64_STANDARD.encode(&*plain)))
}

/// The octets of a percent-encoded text, RFC 3986 section 2.1, which must be UTF-8 without control characters.
fn percent_decoded(text: &str) -> Result<Zeroizing<Vec<u8>>, ProxyUrlFault> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut octets = text.bytes();
    while let Some(octet) = octets.next() {
        let octet = if octet == b'%' {
            let digits = [octets.next(), octets.next()].map(|digit| char::from(digit.unwrap_or(b'?')).to_digit(16));
            let [Some(high), Some(low)] = digits else { return Err(ProxyUrlFault::UserInformation) };
            u8::try_from(high * 16 + low).map_err(|_| ProxyUrlFault::UserInformation)?
        } else {
            octet
        };
        decoded.push(octet);
    }
    let is_text = std::str::from_utf8(&decoded).is_ok_and(|text| !text.chars().any(char::is_control));
    if is_text { Ok(decoded) } else { Err(ProxyUrlFault::UserInformation) }
}

#[cfg(test)]
mod tests;
