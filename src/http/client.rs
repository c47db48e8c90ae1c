//! The one exchange: a form is posted, an answer comes back.

use std::fmt;
use std::io::Read;
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::HeaderMap;
use ureq::{Agent, Body};
use zeroize::Zeroizing;

use super::error::ProtocolFault;
use super::fault::Exchange;
use super::{Address, Error, HEADER_LIMIT, Proxy, USER_AGENT, connection, tls};
use crate::clock::Timestamp;
use crate::secret::SecretBytes;

/// What one exchange may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The longest that finding the host may take, and then again connecting to it, TLS and proxy included.
    pub connect: Duration,
    /// The longest that the whole exchange may take.
    pub exchange: Duration,
    /// The largest content of an answer, in octets.
    pub answer: u64,
}

impl Default for Bounds {
    /// Ten seconds to connect, thirty in all, and 64 KiB: a token answer has one or two.
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), exchange: Duration::from_secs(30), answer: 64 << 10 }
    }
}

/// A field of the form. Its value may be a credential, so it shows itself as `[redacted]`.
#[derive(Clone)]
pub struct Field<'a> {
    /// The name.
    pub name: &'static str,
    /// The value.
    pub value: &'a str,
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=[redacted]", self.name)
    }
}

/// Whom to trust, how to get there, and how long to wait.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// Roots of trust besides the system's, in DER.
    pub authorities: Vec<Vec<u8>>,
    /// The proxy, if there is one. To this machine itself the way is always a direct one.
    pub proxy: Option<Proxy>,
    /// What the exchange may take.
    pub bounds: Bounds,
}

/// What the server answered, whatever its status.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The moment in the `Date` field, where it has one.
    pub date: Option<Timestamp>,
    /// The media type in lower case and without parameters, such as `application/json`.
    pub media_type: Option<String>,
    /// The content. It may be a token.
    pub body: SecretBytes,
    /// How long the exchange took.
    pub elapsed: Duration,
}

impl Client {
    /// Posts `fields` as `application/x-www-form-urlencoded` to `address`, once.
    ///
    /// The request is never repeated, and no redirect is followed: what it holds goes to `address` and nowhere else.
    ///
    /// ```no_run
    /// use certwright::http::{Address, Client, Field};
    ///
    /// let endpoint: Address = "https://login.example.com/token".parse()?;
    /// let fields = [Field { name: "grant_type", value: "urn:ietf:params:oauth:grant-type:jwt-bearer" }];
    /// let answer = Client::default().post_form(&endpoint, &fields)?;
    /// println!("HTTP {}", answer.status);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`]; a status such as 400 is no error here.
    pub fn post_form(&self, address: &Address, fields: &[Field<'_>]) -> Result<Response, Error> {
        let begin = Instant::now();
        // No proxy can lead to this machine.
        let proxy = self.proxy.as_ref().filter(|_| !address.is_this_machine());
        let (agent, progress) = connection::agent(self.config(address, proxy)?);
        let exchange = Exchange { address, proxy, bounds: &self.bounds, progress: &progress };
        let mut answer = agent
            .post(address.as_str())
            .header("Connection", "close")
            .send_form(fields.iter().map(|field| (field.name, field.value)))
            .map_err(|fault| exchange.fault(fault))?;
        let status = answer.status().as_u16();
        usable(status, answer.headers(), address)?;
        let media_type = only(answer.headers(), "content-type").and_then(|value| value.split(';').next());
        let media_type = media_type.map(|text| text.trim().to_ascii_lowercase()).filter(|text| !text.is_empty());
        let date = only(answer.headers(), "date");
        let date = date.and_then(|text| Timestamp::from_http_date(text, Timestamp::now()).ok());
        let body = content(answer.body_mut(), &exchange)?;
        Ok(Response { status, date, media_type, body, elapsed: begin.elapsed() })
    }

    /// What the library is told for one exchange with `address`.
    fn config(&self, address: &Address, proxy: Option<&Proxy>) -> Result<Config, Error> {
        let connect = Some(self.bounds.connect.min(LONGEST));
        let mut config = Agent::config_builder()
            .https_only(address.is_encrypted())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(0)
            .timeout_resolve(connect)
            .timeout_connect(connect)
            .timeout_global(Some(self.bounds.exchange.min(LONGEST)))
            .max_response_header_size(HEADER_LIMIT)
            // Room for more than the largest header, or one that is too large would look like one that is cut short.
            .input_buffer_size(2 * HEADER_LIMIT)
            .user_agent(USER_AGENT)
            .accept("application/json")
            .accept_encoding("identity")
            .proxy(proxy.map(|proxy| proxy.inner().clone()));
        if address.is_encrypted() {
            config = config.tls_config(tls::config(&self.authorities)?);
            tls::require_name(address.host())?;
        }
        Ok(config.build())
    }
}

/// More than anybody waits. What the clock cannot count would end the program.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

/// The largest room that is taken for a content before it is there, in octets.
const LARGEST_ROOM: u64 = 1 << 20;

/// The content, up to its bound. It is read into its place, so that it leaves no copy here.
fn content(body: &mut Body, exchange: &Exchange<'_>) -> Result<SecretBytes, Error> {
    let limit = exchange.bounds.answer;
    let too_large = || Error::TooLarge { host: exchange.address.host().to_owned(), limit };
    let stated = body.content_length();
    if stated.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let most = limit.saturating_add(1);
    let room = usize::try_from(stated.unwrap_or(most).min(LARGEST_ROOM)).unwrap_or_default();
    let mut octets = Zeroizing::new(Vec::with_capacity(room));
    let read = body.as_reader().take(most).read_to_end(&mut octets);
    read.map_err(|fault| exchange.fault(fault.into()))?;
    if octets.len() as u64 > limit {
        return Err(too_large());
    }
    Ok(std::mem::take(&mut *octets).into())
}

/// Refuses an answer that sends one elsewhere, that changes to another protocol, or whose content is coded in a way that was
/// not asked for.
fn usable(status: u16, headers: &HeaderMap, address: &Address) -> Result<(), Error> {
    let host = || address.host().to_owned();
    if status == 101 {
        return Err(Error::Protocol { host: host(), source: ProtocolFault::OtherProtocol });
    }
    if (300..400).contains(&status) {
        let location = all(headers, "location").next().map(without_secrets);
        return Err(Error::Redirect { host: host(), status, location });
    }
    match all(headers, "content-encoding").find(|coding| !coding.eq_ignore_ascii_case("identity")) {
        Some(coding) => Err(Error::Encoded { host: host(), coding: coding.chars().take(LONGEST_SHOWN).collect() }),
        None => Ok(()),
    }
}

/// The values of the fields of this name. One that is no ASCII text is as if not there.
fn all<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok()).map(str::trim)
}

/// The value of a field that may stand once; repeated with another value, it says nothing.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let first = all(headers, name).next()?;
    all(headers, name).all(|value| value == first).then_some(first)
}

/// The longest text of a server that an error holds, in characters.
const LONGEST_SHOWN: usize = 200;

/// A URL without user information, query and fragment.
fn without_secrets(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let url = &url[..end];
    let start = url.find("//").map_or(0, |slashes| slashes + 2);
    let authority = url[start..].split('/').next().unwrap_or_default();
    let user = authority.rfind('@').map_or(0, |at| at + 1);
    url[..start].chars().chain(url[start + user..].chars()).take(LONGEST_SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_redirect_leads_is_told_without_what_may_be_secret() {
        for (location, told) in [
            ("https://b.example/x?token=t#f", "https://b.example/x"),
            ("https://u:p@b.example/x@y", "https://b.example/x@y"),
            ("//u@b.example", "//b.example"),
            ("/login?next=/", "/login"),
            ("?x", ""),
            ("", ""),
        ] {
            assert_eq!(without_secrets(location), told);
        }
        assert_eq!(without_secrets(&"x".repeat(1_000)).len(), LONGEST_SHOWN);
    }

    #[test]
    fn a_field_does_not_show_its_value() {
        assert_eq!(format!("{:?}", Field { name: "assertion", value: "canary" }), "assertion=[redacted]");
    }
}
