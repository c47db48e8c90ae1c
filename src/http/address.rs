//! The address of a server: `https://`, or `http://` to this machine.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// The URL of an endpoint, RFC 3986: `https`, or `http` where the host is this machine itself.
///
/// ```
/// use certwright::http::Address;
///
/// let login: Address = "https://login.salesforce.com/".parse()?;
/// assert_eq!(login.join("/services/oauth2/token").to_string(), "https://login.salesforce.com/services/oauth2/token");
/// assert!("http://login.salesforce.com".parse::<Address>().is_err());
/// # Ok::<(), certwright::http::AddressFault>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    text: String,
    is_encrypted: bool,
    host: String,
    port: u16,
}

/// Why a text is no address that a credential may be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressFault {
    /// `http://` to another machine: whoever listens on the way could read the credential and use it.
    #[error("it is not encrypted: `http://` is taken for this machine only")]
    NotEncrypted,
    /// No URL, or one without a host.
    #[error("it is no URL such as https://login.salesforce.com")]
    NoUrl,
    /// Neither `https` nor `http`.
    #[error("it begins with neither `https://` nor `http://`")]
    OtherScheme,
    /// A question mark or number sign, so that nothing can be appended to it.
    #[error("it has a query or fragment")]
    Query,
    /// A user or password before the host.
    #[error("it has a user name or password before the host")]
    UserInformation,
}

impl Address {
    /// The host, without its port. An address of IPv6 stands in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port: 443 or 80 where the URL says none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it begins with `https`.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    /// Whether the host is a loopback address, or the name that RFC 6761 section 6.3 keeps for one.
    #[must_use]
    pub fn is_this_machine(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// The address with `path`, which begins with `/`, after its own path.
    #[must_use]
    pub fn join(&self, path: &str) -> Self {
        Self { text: format!("{}{path}", self.text.trim_end_matches('/')), ..self.clone() }
    }

    /// The URL as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Address {
    type Err = AddressFault;

    fn from_str(text: &str) -> Result<Self, AddressFault> {
        if text.contains(['?', '#']) {
            return Err(AddressFault::Query);
        }
        let (scheme, rest) = text.split_once("://").ok_or(AddressFault::NoUrl)?;
        let is_encrypted = match scheme {
            _ if scheme.eq_ignore_ascii_case("https") => true,
            _ if scheme.eq_ignore_ascii_case("http") => false,
            _ => return Err(AddressFault::OtherScheme),
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(AddressFault::UserInformation);
        }
        let (host, port) = host_and_port(authority).ok_or(AddressFault::NoUrl)?;
        if !path.bytes().all(may_stand_in_a_path) {
            return Err(AddressFault::NoUrl);
        }
        let (host, port) = (host.to_owned(), port.unwrap_or(default_port(is_encrypted)));
        let address = Self { text: text.to_owned(), is_encrypted, host, port };
        if is_encrypted || address.is_this_machine() { Ok(address) } else { Err(AddressFault::NotEncrypted) }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The port of HTTPS or HTTP, RFC 9110 section 4.2.
fn default_port(is_encrypted: bool) -> u16 {
    if is_encrypted { 443 } else { 80 }
}

/// Host and port of an authority without user information, RFC 3986 section 3.2. A host is a name of letters, digits,
/// hyphens, underscores and dots, an address of IPv4, or one of IPv6 in brackets.
pub(super) fn host_and_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let end_of_ip = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let (host, port) = match authority[end_of_ip..].find(':') {
        Some(colon) => {
            let (host, port) = authority.split_at(end_of_ip + colon);
            let is_number = port[1..].bytes().all(|octet| octet.is_ascii_digit());
            (host, Some(port[1..].parse().ok().filter(|_| is_number)?))
        }
        None => (authority, None),
    };
    let is_host = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').is_some_and(|ip| ip.parse::<Ipv6Addr>().is_ok()),
        None => {
            let is_known = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.');
            (1..=253).contains(&host.len()) && host.bytes().all(is_known)
        }
    };
    is_host.then_some((host, port))
}

/// RFC 3986 section 3.3: the characters of a path, and the percent sign of an encoded one.
fn may_stand_in_a_path(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@%".contains(&octet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_encrypted_or_local_addresses_are_taken() {
        let parse = |text: &str| text.parse::<Address>();
        for good in [
            "https://a.example",
            "https://a.example:8443/x/",
            "HTTPS://a.example",
            "http://localhost:1",
            "http://127.0.0.1",
            "http://[::1]:9/",
        ] {
            parse(good).unwrap();
        }
        for (bad, fault) in [
            ("http://a.example", AddressFault::NotEncrypted),
            ("http://127.0.0.1.example", AddressFault::NotEncrypted),
            ("http://localhost.example", AddressFault::NotEncrypted),
            ("http://0.0.0.0", AddressFault::NotEncrypted),
            ("ftp://a.example", AddressFault::OtherScheme),
            ("https://u:p@a.example", AddressFault::UserInformation),
            ("https://a.example@b.example", AddressFault::UserInformation),
            ("https://a.example?x", AddressFault::Query),
            ("a.example", AddressFault::NoUrl),
            ("", AddressFault::NoUrl),
            ("https://", AddressFault::NoUrl),
            ("https://:443", AddressFault::NoUrl),
            ("https://a.example:", AddressFault::NoUrl),
            ("https://a.example:65536", AddressFault::NoUrl),
            ("https://a b", AddressFault::NoUrl),
            ("https://a.example\\@b.example", AddressFault::UserInformation),
            ("https://a.example\\b", AddressFault::NoUrl),
            ("https://a.example:+1", AddressFault::NoUrl),
            ("https://a.example:1:2", AddressFault::NoUrl),
            ("https://[::1", AddressFault::NoUrl),
            ("https://[a.example]", AddressFault::NoUrl),
            ("https://::1", AddressFault::NoUrl),
            ("https://münchen.example", AddressFault::NoUrl),
            ("https://a.example/ x", AddressFault::NoUrl),
            ("https://a.example/\r\nX: y", AddressFault::NoUrl),
        ] {
            assert_eq!(parse(bad), Err(fault), "{bad}");
        }
    }

    #[test]
    fn host_and_port_stand_apart() {
        for (text, host, port) in [
            ("https://a.example:8443/x", "a.example", 8443),
            ("https://a.example", "a.example", 443),
            ("http://[::1]:9/", "[::1]", 9),
            ("http://[::1]", "[::1]", 80),
            ("https://[fd00::1]", "[fd00::1]", 443),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!((address.host(), address.port()), (host, port), "{text}");
            assert_eq!(address.join("/token").host(), host);
        }
    }
}
