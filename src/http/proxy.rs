//! The proxy that a connection goes through, and the environment variables that name it.

use std::fmt;
use std::str::FromStr;

use ureq::ProxyProtocol;
use ureq::http::Uri;
use zeroize::Zeroizing;

use super::address::host_and_port;
use super::{Address, Error};

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
pub struct Proxy(ureq::Proxy);

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
    /// it and all below it; an IP address as the URL writes it; the beginning of one with a star, such as `10.*`. Ports and
    /// networks such as `10.0.0.0/8` are not known, and names are not resolved to compare them with addresses.
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
        if address.is_this_machine() || first(EXCEPTIONS).is_some_and(|(_, list)| is_exempt(&list, address)) {
            return Ok(None);
        }
        let Some((variable, url)) = first(VARIABLES) else { return Ok(None) };
        url.trim().parse().map(Some).map_err(|reason| Error::ProxyUrl { variable, reason })
    }

    /// The proxy as the HTTP library has it.
    pub(super) fn inner(&self) -> &ureq::Proxy {
        &self.0
    }

    pub(super) fn host(&self) -> &str {
        self.0.host()
    }

    /// Whether there is something to say who asks.
    pub(super) fn has_credentials(&self) -> bool {
        self.0.username().is_some() || self.0.password().is_some()
    }
}

/// Whether the list of `NO_PROXY` holds the host of `address`.
fn is_exempt(list: &str, address: &Address) -> bool {
    let mut hosts = ureq::Proxy::builder(ProxyProtocol::Http);
    for entry in list.split([',', ' ', '\t']) {
        // The library takes `a.example` for the host alone and `.a.example` for what is below it; others take both for both.
        let domain = entry.strip_prefix('*').unwrap_or(entry).trim_matches('.');
        if entry == "*" {
            hosts = hosts.no_proxy(entry);
        } else if !domain.is_empty() {
            hosts = hosts.no_proxy(domain).no_proxy(&format!(".{domain}"));
        }
    }
    let (hosts, uri) = (hosts.build(), address.as_str().parse::<Uri>());
    hosts.is_ok_and(|hosts| uri.is_ok_and(|uri| hosts.is_no_proxy(&uri)))
}

impl FromStr for Proxy {
    type Err = ProxyUrlFault;

    /// Reads a URL of a proxy; without a scheme it is `http`, and without a port 80 or 443.
    fn from_str(text: &str) -> Result<Self, ProxyUrlFault> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let scheme = scheme.to_ascii_lowercase();
        match scheme.as_str() {
            "http" | "https" => {}
            // Without this, what stands before `://` could be half a password.
            other if other.bytes().all(|octet| octet.is_ascii_alphanumeric()) => {
                return Err(ProxyUrlFault::OtherScheme(scheme));
            }
            _ => return Err(ProxyUrlFault::NoUrl),
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        // The library ends the host at the first of these: of `http://u:pa#ss@proxy` it would ask the host `u`.
        if rest.contains(['/', '?', '#', '\\']) {
            return Err(if rest.contains('@') { ProxyUrlFault::UserInformation } else { ProxyUrlFault::NoUrl });
        }
        // The host has no `@`, while passwords are often written with a bare one.
        let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
        // The library takes a port that is none for no port.
        host_and_port(place).ok_or(ProxyUrlFault::NoUrl)?;
        let url = Zeroizing::new(format!("{scheme}://{rest}"));
        ureq::Proxy::new(&url).map(Self).map_err(|_| ProxyUrlFault::UserInformation)
    }
}

impl fmt::Display for Proxy {
    /// Its URL, without user name and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.0.protocol() == ProxyProtocol::Https { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}", self.0.host(), self.0.port())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

#[cfg(test)]
mod tests;
