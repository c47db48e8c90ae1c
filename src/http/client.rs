//! The one request: a form, posted.

use std::time::{Duration, Instant};

use ureq::Agent;

use super::{Address, Error, Phase, tls};
use crate::clock::Timestamp;
use crate::secret::SecretBytes;

/// What one exchange may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The longest that finding the host and connecting to it may take.
    pub connect: Duration,
    /// The longest that the whole exchange may take.
    pub exchange: Duration,
    /// The largest answer, in octets.
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

impl std::fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}=[redacted]", self.name)
    }
}

/// The proxy for an exchange.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Its URL, which may hold a user name and password.
    pub url: String,
    /// The hosts that are reached without it, as `NO_PROXY` lists them.
    pub exceptions: Vec<String>,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proxy([redacted])")
    }
}

/// Whom to trust, how to get there, and how long to wait.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// Roots of trust besides the system's, in DER.
    pub authorities: Vec<Vec<u8>>,
    /// The proxy, if there is one.
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
    /// The media type, such as `application/json`.
    pub media_type: Option<String>,
    /// The content. It may be a token.
    pub body: SecretBytes,
    /// How long the exchange took.
    pub elapsed: Duration,
}

impl Client {
    /// Posts `fields` as `application/x-www-form-urlencoded` to `address`.
    ///
    /// # Errors
    /// [`Error`]; a status such as 400 is no error here.
    pub fn post_form(&self, address: &Address, fields: &[Field<'_>]) -> Result<Response, Error> {
        let begin = Instant::now();
        let failed = |fault| self.fault(address, fault);
        let agent = self.agent(address)?;
        let mut answer = agent
            .post(address.as_str())
            .send_form(fields.iter().map(|field| (field.name, field.value)))
            .map_err(failed)?;
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let status = answer.status().as_u16();
        if (300..400).contains(&status) {
            let location = header("location").map(str::to_owned);
            return Err(Error::Redirect { host: address.host().to_owned(), status, location });
        }
        let date = header("date").and_then(|text| Timestamp::from_http_date(text).ok());
        let media_type = answer.body().mime_type().map(str::to_owned);
        let body = answer.body_mut().with_config().limit(self.bounds.answer).read_to_vec().map_err(failed)?;
        Ok(Response { status, date, media_type, body: body.into(), elapsed: begin.elapsed() })
    }

    fn agent(&self, address: &Address) -> Result<Agent, Error> {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(self.bounds.connect))
            .timeout_global(Some(self.bounds.exchange))
            .user_agent(concat!("certwright/", env!("CARGO_PKG_VERSION")))
            .accept("application/json")
            .proxy(self.proxy()?);
        if address.as_str().starts_with("https:") {
            config = config.tls_config(tls::config(&self.authorities)?);
        }
        Ok(config.build().new_agent())
    }

    fn proxy(&self) -> Result<Option<ureq::Proxy>, Error> {
        let Some(proxy) = &self.proxy else { return Ok(None) };
        let unusable = |_| Error::Proxy { proxy: "the proxy".to_owned(), reason: "its URL is none".to_owned() };
        ureq::Proxy::new(&proxy.url).map(Some).map_err(unusable)
    }

    fn fault(&self, address: &Address, fault: ureq::Error) -> Error {
        let host = address.host().to_owned();
        match fault {
            ureq::Error::BodyExceedsLimit(limit) => Error::TooLarge { host, limit },
            ureq::Error::HostNotFound => Error::HostNotFound(host),
            ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
                Error::TimedOut { host, phase: Phase::Connecting, seconds: self.bounds.connect.as_secs() }
            }
            ureq::Error::Timeout(_) => {
                Error::TimedOut { host, phase: Phase::Exchange, seconds: self.bounds.exchange.as_secs() }
            }
            ureq::Error::Io(source) => Error::Connection { host, source },
            ureq::Error::Rustls(fault) => Error::Tls { host, reason: fault.to_string() },
            other => Error::Protocol { host, reason: other.to_string() },
        }
    }
}
