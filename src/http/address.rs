//! The address of a server: `https://`, or `http://` to this machine.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ureq::http::Uri;
use ureq::http::uri::Scheme;

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
pub struct Address(String);

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
    /// The host, without its port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority().rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(self.authority(), |(host, _)| host)
    }

    /// Host and port as they stand in the URL.
    fn authority(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }

    /// The address with `path`, which begins with `/`, after its own path.
    #[must_use]
    pub fn join(&self, path: &str) -> Self {
        Self(format!("{}{path}", self.0.trim_end_matches('/')))
    }

    /// The URL as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Address {
    type Err = AddressFault;

    fn from_str(text: &str) -> Result<Self, AddressFault> {
        if text.contains(['?', '#']) {
            return Err(AddressFault::Query);
        }
        let uri: Uri = text.parse().map_err(|_| AddressFault::NoUrl)?;
        let authority = uri.authority().ok_or(AddressFault::NoUrl)?;
        if authority.host().is_empty() {
            return Err(AddressFault::NoUrl);
        }
        if authority.as_str().contains('@') {
            return Err(AddressFault::UserInformation);
        }
        match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => Ok(Self(text.to_owned())),
            Some(scheme) if *scheme == Scheme::HTTP && is_this_machine(authority.host()) => Ok(Self(text.to_owned())),
            Some(scheme) if *scheme == Scheme::HTTP => Err(AddressFault::NotEncrypted),
            Some(_) => Err(AddressFault::OtherScheme),
            None => Err(AddressFault::NoUrl),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit())
}

/// Whether `host` is a loopback address, or the name that RFC 6761 section 6.3 keeps for one.
fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
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
            ("ftp://a.example", AddressFault::OtherScheme),
            ("https://u:p@a.example", AddressFault::UserInformation),
            ("https://a.example?x", AddressFault::Query),
            ("a.example", AddressFault::NoUrl),
            ("", AddressFault::NoUrl),
            ("https://a b", AddressFault::NoUrl),
        ] {
            assert_eq!(parse(bad), Err(fault), "{bad}");
        }
    }

    #[test]
    fn the_host_stands_without_its_port() {
        let host = |text: &str| text.parse::<Address>().unwrap().host().to_owned();
        assert_eq!(host("https://a.example:8443/x"), "a.example");
        assert_eq!(host("https://a.example"), "a.example");
        assert_eq!(host("http://[::1]:9/"), "[::1]");
        assert_eq!(host("http://[::1]"), "[::1]");
    }
}
