//! A login that came to nothing, as a failure: what stopped it, what is known of this login, and what to do.

use certwright::http;
use certwright::operations::{AnswerFault, Circumstances, LoginError, ServerWords, Target, diagnose};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::{Failure, word};
use crate::exit::ExitStatus;

/// What is known of a login that failed.
pub(crate) struct Login<'a> {
    pub(crate) target: &'static Target,
    /// The token endpoint.
    pub(crate) endpoint: &'a str,
    /// The `aud` claim.
    pub(crate) audience: Option<&'a str>,
    /// Seconds from the beginning of the login to `exp`.
    pub(crate) lifetime: Option<i64>,
    /// The longest that the target documents for that.
    pub(crate) longest: Option<u32>,
    /// The key in words, with its fingerprint.
    pub(crate) key: Option<String>,
    /// The fingerprint of the certificate that the key was proved to belong to.
    pub(crate) certificate: Option<String>,
}

impl Failure {
    /// The failure that a login's error is.
    pub(crate) fn from_login(error: &LoginError, login: &Login<'_>) -> Self {
        match error {
            LoginError::Refused { refusal, .. } => {
                let words = ServerWords::new(&refusal.error, refusal.description.as_deref());
                let circumstances = Circumstances {
                    ours: true,
                    status: Some(refusal.status),
                    clock_ahead: refusal.clock_ahead,
                    proved: login.certificate.as_deref(),
                    endpoint: Some(login.endpoint),
                    audience: login.audience,
                    lifetime: login.lifetime,
                    longest: login.longest,
                };
                let origin = origin(login.endpoint);
                let mut failure = Self::from_refusal(origin, &words, Some(login.target), &circumstances);
                let clock = circumstances.clock().filter(|clock| !failure.causes.contains(clock));
                failure.causes.extend(clock);
                failure.causes.extend(login.signed_by());
                failure.members.insert("login".to_owned(), login.refused(refusal, &words, &circumstances));
                failure
            }
            error => {
                let mut failure = Self::from_error(error, error.kind(), ExitStatus::Failed);
                failure.hints.extend(advice(error, login));
                failure
            }
        }
    }
}

impl Login<'_> {
    /// What to compare with what the service shows of its side.
    fn signed_by(&self) -> Option<String> {
        let key = self.key.as_deref()?;
        Some(match &self.certificate {
            Some(certificate) => format!("it was signed by {key}; its certificate is {certificate}"),
            None => format!("it was signed by {key}"),
        })
    }

    /// The same for programs.
    fn refused(
        &self,
        refusal: &certwright::operations::Refusal,
        words: &ServerWords,
        circumstances: &Circumstances<'_>,
    ) -> Value {
        let diagnosis = diagnose(words, Some(self.target), circumstances);
        let causes: Vec<Value> = diagnosis
            .iter()
            .flat_map(|diagnosis| &diagnosis.causes)
            .map(|judged| json!({ "what": judged.cause.what, "tell": judged.cause.tell, "mend": judged.cause.mend }))
            .collect();
        json!({
            "endpoint": self.endpoint,
            "http_status": refusal.status,
            "error": refusal.error,
            "error_description": refusal.description,
            "clock_ahead_seconds": refusal.clock_ahead,
            "explanation": diagnosis.map(|diagnosis| diagnosis.row.id),
            "causes": causes,
            "certificate": self.certificate,
        })
    }
}

/// What to do where no server refused: at most two things.
fn advice(error: &LoginError, login: &Login<'_>) -> Vec<String> {
    let host = host(login.endpoint);
    match error {
        LoginError::Unusable { source, .. } => answered(source, login),
        LoginError::Unanswered { source, .. } => match source {
            http::Error::Authority(_) => {
                vec!["nothing was sent; name a file of CA certificates with `--ca-file`".to_owned()]
            }
            http::Error::Certificate { reason, .. } => vec![certificate(reason)],
            http::Error::NoRoots { .. } => vec![
                "nothing was sent; install your system's CA certificates, or name a file of them with `--ca-file FILE`"
                    .to_owned(),
            ],
            http::Error::HostNotFound { .. } if login.target.name == "salesforce" => vec![format!(
                "check the name in `--login-url`: it is the My Domain that Setup shows, such as https://example.my.salesforce.com, not {}",
                word(host)
            )],
            http::Error::HostNotFound { .. } => {
                vec!["check the name in `--login-url`, and that this machine resolves names".to_owned()]
            }
            http::Error::Processor(_) => {
                vec![format!(
                    "make the token with `certwright jwt sign --for {}`, and send it with another program, such as curl",
                    login.target.name
                )]
            }
            http::Error::Redirect { location: Some(location), .. } => redirected(location, host, login),
            http::Error::Redirect { .. } => {
                vec!["the token was not sent on; log in at the address itself, with `--login-url URL`".to_owned()]
            }
            http::Error::TimedOut { .. } => {
                vec!["try again; a slow server can be given more time with `--timeout 60s`".to_owned()]
            }
            http::Error::Encoded { .. } | http::Error::TooLarge { .. } | http::Error::Protocol { .. } => {
                vec![at_another_address(login)]
            }
            http::Error::Proxy { .. } | http::Error::ProxyUrl { .. } => vec![
                "the token was not sent; check the proxy in `HTTPS_PROXY`, or name this host in `NO_PROXY`".to_owned(),
            ],
            http::Error::Tls { .. } => vec![at_another_address(login)],
            _ => vec![
                "check the network, and whether the way out leads through a proxy, which `HTTPS_PROXY` names"
                    .to_owned(),
            ],
        },
        _ => Vec::new(),
    }
}

/// What to do about a server that does not prove who it is.
fn certificate(fault: &http::CertificateFault) -> String {
    let advice = match fault {
        http::CertificateFault::Expired { .. } | http::CertificateFault::NotYetValid { .. } => {
            "compare this machine's clock with the times above; the server's certificate is right if the clock is wrong"
        }
        http::CertificateFault::OtherName { .. } => "check the host in `--login-url`",
        http::CertificateFault::UnknownIssuer => {
            "if a proxy or a CA of your own stands between, name its certificate with `--ca-file FILE`"
        }
        _ => "the server, or a proxy between, has to get another certificate",
    };
    format!("the token was not sent; {advice}")
}

/// What to do with an answer that is none.
fn answered(fault: &AnswerFault, login: &Login<'_>) -> Vec<String> {
    match fault {
        AnswerFault::TokenType(_) => {
            vec!["where the app asks for tokens bound to a key (DPoP), turn that off in its settings".to_owned()]
        }
        AnswerFault::Status(status) if *status >= 500 => {
            vec!["that is a fault of the server: try again later".to_owned()]
        }
        _ => vec![at_another_address(login)],
    }
}

fn at_another_address(login: &Login<'_>) -> String {
    if login.target.name == "salesforce" {
        return "check `--login-url`: it is https://login.salesforce.com or your My Domain, \
                https://….my.salesforce.com, and not an address ending in `.lightning.force.com`"
            .to_owned();
    }
    "check `--login-url`: no token endpoint seems to stand there".to_owned()
}

/// Where a redirect leads is worth a try only where it is the same site's.
fn redirected(location: &str, host: &str, login: &Login<'_>) -> Vec<String> {
    let there = self::host(location);
    let is_secure = location.starts_with("https://");
    let is_same_site = site(there).is_some_and(|of_it| Some(of_it) == site(host));
    if is_secure && there != host && is_same_site && is_plain(there) {
        return vec![format!("the token was not sent on; log in there with `--login-url https://{there}`")];
    }
    vec![format!("the token was not sent on to `{}`; {}", Untrusted(there), at_another_address(login))]
}

fn is_plain(host: &str) -> bool {
    host.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-.:".contains(&octet))
}

/// The last two labels of a host's name, which for the services that are known here is what one owner has.
fn site(host: &str) -> Option<(&str, &str)> {
    let name = host.split(':').next()?;
    let mut labels = name.rsplit('.');
    let (top, second) = (labels.next()?, labels.next()?);
    let is_name = top.bytes().all(|octet| octet.is_ascii_alphabetic()) && !second.is_empty();
    is_name.then_some((second, top))
}

/// Scheme, host and port.
fn origin(url: &str) -> &str {
    let Some((scheme, rest)) = url.split_once("://") else { return url };
    let end = rest.find('/').unwrap_or(rest.len());
    url.get(..scheme.len() + 3 + end).unwrap_or(url)
}

/// Host and port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
