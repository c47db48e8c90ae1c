//! The one exchange: a form is posted, an answer comes back.

use std::fmt;
use std::io::Write;
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::response::{Head, Reader, Unreadable};
use super::{Address, Error, Proxy, request};
use crate::clock::Timestamp;
use crate::secret::SecretBytes;

/// What one exchange may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The longest that finding the host and connecting to it may take, TLS and proxy included.
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
        let mut connection = Connection::open(self, address, begin)?;
        let request = request::post(address, fields);
        let sent = connection.stream.write_all(request.as_bytes()).and_then(|()| connection.stream.flush());
        sent.map_err(|fault| connection.fault(fault))?;
        let mut reader = Reader::new(&mut connection.stream);
        let read = reader.head().and_then(|head| {
            // What a redirect, or a coding that is not understood, has for content is of no use.
            let is_of_use = usable(&head, address).is_ok();
            let content = if is_of_use { reader.content(&head, self.bounds.answer)? } else { Vec::new().into() };
            Ok((head, content))
        });
        let host = || address.host().to_owned();
        let (head, body) = read.map_err(|fault| match fault {
            Unreadable::Broken(fault) => connection.fault(fault),
            Unreadable::Fault(source) => Error::Protocol { host: host(), source },
            Unreadable::TooLarge => Error::TooLarge { host: host(), limit: self.bounds.answer },
        })?;
        usable(&head, address)?;
        let media_type = head.only("content-type").and_then(|value| value.split(';').next());
        Ok(Response {
            status: head.status,
            date: head.only("date").and_then(|text| Timestamp::from_http_date(text, Timestamp::now()).ok()),
            media_type: media_type.map(|text| text.trim().to_ascii_lowercase()).filter(|text| !text.is_empty()),
            body,
            elapsed: begin.elapsed(),
        })
    }
}

/// Refuses an answer that sends one elsewhere, or whose content is coded in a way that was not asked for.
fn usable(head: &Head, address: &Address) -> Result<(), Error> {
    let host = || address.host().to_owned();
    if (300..400).contains(&head.status) {
        let location = head.all("location").next().map(without_secrets);
        return Err(Error::Redirect { host: host(), status: head.status, location });
    }
    match head.all("content-encoding").find(|coding| !coding.eq_ignore_ascii_case("identity")) {
        Some(coding) => Err(Error::Encoded { host: host(), coding: coding.chars().take(LONGEST_SHOWN).collect() }),
        None => Ok(()),
    }
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
