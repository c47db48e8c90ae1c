//! Why a server's certificate is not trusted, RFC 5280 section 6 and RFC 9525.

use std::fmt;

use rustls::CertificateError;
use rustls::pki_types::UnixTime;

use crate::clock::Timestamp;
use crate::untrusted::Untrusted;

/// Why a certificate does not prove who the server is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateFault {
    /// What it is signed with is not supported, such as SHA-1.
    Algorithm,
    /// A signature in the chain does not verify.
    BadSignature,
    /// It is a CA's certificate, while a server has one of its own that a CA signed; also where it is trusted itself.
    CaAsServer,
    /// It, or one above it, has a critical extension that is not known.
    CriticalExtension,
    /// It, or one above it, has ended, if the clock of this machine is right.
    Expired {
        /// When it ended.
        ended: Option<Timestamp>,
        /// What the clock of this machine says.
        now: Option<Timestamp>,
    },
    /// A certificate above it is no CA's, and so cannot issue others.
    IssuerNotCa,
    /// It, or one above it, breaks RFC 5280.
    Malformed,
    /// It, or one above it, has not begun, if the clock of this machine is right.
    NotYetValid {
        /// When it begins.
        begins: Option<Timestamp>,
        /// What the clock of this machine says.
        now: Option<Timestamp>,
    },
    /// It was issued for other names than the one that was asked for.
    OtherName {
        /// The names that it holds, as the verifier writes them.
        names: Vec<String>,
    },
    /// It, or one above it, was not issued for a server of TLS.
    Purpose,
    /// It leads to no root that is trusted.
    UnknownIssuer,
    /// Anything else, in the words of the verifier.
    Other(String),
}

/// The most names of a certificate that a message holds.
const NAMES: usize = 5;

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Algorithm => f.write_str("it is signed with an algorithm that is not supported"),
            Self::BadSignature => f.write_str("a signature in its chain does not verify"),
            Self::CaAsServer => f.write_str("it is the certificate of a CA, and a server needs one of its own"),
            Self::CriticalExtension => f.write_str("it has a critical extension that is not known"),
            Self::Expired { ended, now } => time(f, "it ended", *ended, *now),
            Self::IssuerNotCa => f.write_str("a certificate above it is not that of a CA"),
            Self::Malformed => f.write_str("it breaks RFC 5280"),
            Self::NotYetValid { begins, now } => time(f, "it begins", *begins, *now),
            Self::OtherName { names } if names.is_empty() => {
                f.write_str("it holds no name in its subjectAltName, so it is good for none")
            }
            Self::OtherName { names } => {
                f.write_str("it is for another name: ")?;
                for (index, name) in names.iter().take(NAMES).enumerate() {
                    write!(f, "{}`{}`", if index > 0 { ", " } else { "" }, Untrusted(name))?;
                }
                match names.len().saturating_sub(NAMES) {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
            Self::Purpose => f.write_str("it was not issued for a TLS server"),
            Self::UnknownIssuer => f.write_str("it leads to no root certificate that is trusted here"),
            Self::Other(words) => write!(f, "{}", Untrusted(words)),
        }
    }
}

/// `what` at which time, and what time it is here: which of the two is wrong cannot be told.
fn time(f: &mut fmt::Formatter<'_>, what: &str, then: Option<Timestamp>, now: Option<Timestamp>) -> fmt::Result {
    f.write_str(what)?;
    if let Some(then) = then {
        write!(f, " at {then}")?;
    }
    if let Some(now) = now {
        write!(f, ", and the clock of this machine says {now}")?;
    }
    Ok(())
}

impl From<&CertificateError> for CertificateFault {
    fn from(error: &CertificateError) -> Self {
        use CertificateError as E;
        match error {
            E::BadEncoding => Self::Malformed,
            E::BadSignature => Self::BadSignature,
            E::Expired => Self::Expired { ended: None, now: None },
            E::ExpiredContext { time, not_after } => {
                Self::Expired { ended: timestamp(*not_after), now: timestamp(*time) }
            }
            E::InvalidPurpose | E::InvalidPurposeContext { .. } => Self::Purpose,
            E::NotValidForName => Self::OtherName { names: Vec::new() },
            E::NotValidForNameContext { presented, .. } => Self::OtherName { names: plain(presented) },
            E::NotValidYet => Self::NotYetValid { begins: None, now: None },
            E::NotValidYetContext { time, not_before } => {
                Self::NotYetValid { begins: timestamp(*not_before), now: timestamp(*time) }
            }
            E::UnhandledCriticalExtension => Self::CriticalExtension,
            E::UnknownIssuer => Self::UnknownIssuer,
            E::UnsupportedSignatureAlgorithmContext { .. }
            | E::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => Self::Algorithm,
            // The verifier's own type cannot be named here; tests/http holds its words.
            E::Other(other) => match other.to_string().as_str() {
                "CaUsedAsEndEntity" => Self::CaAsServer,
                "EndEntityUsedAsCa" => Self::IssuerNotCa,
                "UnsupportedCriticalExtension" => Self::CriticalExtension,
                words => Self::Other(words.to_owned()),
            },
            other => Self::Other(other.to_string()),
        }
    }
}

fn timestamp(time: UnixTime) -> Option<Timestamp> {
    i64::try_from(time.as_secs()).ok().and_then(|seconds| Timestamp::from_unix(seconds).ok())
}

/// The names without the verifier's own notation, `DnsName("a.example")`.
fn plain(presented: &[String]) -> Vec<String> {
    let bare = |name: &String| {
        let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(name);
        inner.trim_matches('"').to_owned()
    };
    presented.iter().map(bare).collect()
}
