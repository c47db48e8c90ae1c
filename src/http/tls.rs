//! TLS: the cryptography that it runs on, and whom it trusts.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{AlertDescription, InvalidMessage, PeerIncompatible, RootCertStore};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::{Error, missing_processor_features};
use crate::untrusted::Untrusted;

/// Why no TLS connection came about, the certificate aside.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsFault {
    /// The server broke the handshake off with this alert, RFC 8446 section 6.
    Alert(String),
    /// The server closed the connection in the middle of the handshake.
    Closed,
    /// The host's name is none that a certificate can hold.
    HostName,
    /// What answers does not speak TLS: plain HTTP, for instance, or another protocol.
    NotTls,
    /// The server knows nothing newer than TLS 1.1.
    OldVersion,
    /// Anything else, in the words of the TLS library.
    Other(String),
}

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alert(name) => write!(f, "the server broke it off with the alert `{name}`"),
            Self::Closed => f.write_str("the server closed it in the middle of the handshake"),
            Self::HostName => f.write_str("no certificate can hold this name"),
            Self::NotTls => f.write_str("what answers on this port does not speak TLS; it may speak plain HTTP"),
            Self::OldVersion => f.write_str("the server speaks neither TLS 1.3 nor TLS 1.2"),
            Self::Other(words) => write!(f, "{}", Untrusted(words)),
        }
    }
}

/// Trust in the system's roots and in those of `authorities`, which are DER.
pub(super) fn config(authorities: &[Vec<u8>]) -> Result<TlsConfig, Error> {
    let provider = provider()?;
    let system = rustls_native_certs::load_native_certs();
    // The library would leave out in silence what cannot be a root, so each is tried first.
    let mut roots = RootCertStore::empty();
    // Of the system's, one that cannot be read is left out, as every program does.
    roots.add_parsable_certificates(system.certs.iter().cloned());
    for (index, der) in authorities.iter().enumerate() {
        roots.add(CertificateDer::from(der.as_slice())).map_err(|_| Error::Authority(index))?;
    }
    if roots.is_empty() {
        return Err(Error::NoRoots { reason: system.errors.first().map(ToString::to_string) });
    }
    let all = system.certs.iter().map(AsRef::as_ref).chain(authorities.iter().map(Vec::as_slice));
    let roots: RootCerts = all.map(|der| Certificate::from_der(der).to_owned()).into();
    Ok(TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(provider).build())
}

/// The cryptography, where this processor can do it. The library itself would end the program.
fn provider() -> Result<Arc<CryptoProvider>, Error> {
    let missing = missing_processor_features();
    if !missing.is_empty() {
        return Err(Error::Processor(missing));
    }
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    return Ok(Arc::new(rustls_graviola::default_provider()));
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    return Err(Error::Processor(missing));
}

/// Refuses a host whose name no certificate can hold, before anything is asked of anybody.
pub(super) fn require_name(host: &str) -> Result<(), Error> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let refused = |_| Error::Tls { host: host.to_owned(), reason: TlsFault::HostName };
    ServerName::try_from(bare).map(drop).map_err(refused)
}

/// What a fault of the TLS library, met with `host`, is.
pub(super) fn fault(host: &str, fault: &rustls::Error) -> Error {
    use rustls::Error as E;
    let reason = match fault {
        E::InvalidCertificate(fault) => {
            return Error::Certificate { host: host.to_owned(), reason: fault.into() };
        }
        E::AlertReceived(AlertDescription::ProtocolVersion)
        | E::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => TlsFault::OldVersion,
        E::AlertReceived(alert) => TlsFault::Alert(alert_name(*alert)),
        E::InvalidMessage(InvalidMessage::InvalidContentType) => TlsFault::NotTls,
        _ => return other(host, fault),
    };
    Error::Tls { host: host.to_owned(), reason }
}

fn other(host: &str, fault: &rustls::Error) -> Error {
    Error::Tls { host: host.to_owned(), reason: TlsFault::Other(fault.to_string()) }
}

/// The name of an alert as RFC 8446 section 6 writes it, or its number.
fn alert_name(alert: AlertDescription) -> String {
    let name = match alert {
        AlertDescription::AccessDenied => "access_denied",
        AlertDescription::BadCertificate => "bad_certificate",
        AlertDescription::CertificateExpired => "certificate_expired",
        AlertDescription::CertificateRequired => "certificate_required",
        AlertDescription::CertificateUnknown => "certificate_unknown",
        AlertDescription::DecodeError => "decode_error",
        AlertDescription::DecryptError => "decrypt_error",
        AlertDescription::HandshakeFailure => "handshake_failure",
        AlertDescription::IllegalParameter => "illegal_parameter",
        AlertDescription::InsufficientSecurity => "insufficient_security",
        AlertDescription::InternalError => "internal_error",
        AlertDescription::NoApplicationProtocol => "no_application_protocol",
        AlertDescription::UnknownCA => "unknown_ca",
        AlertDescription::UnrecognisedName => "unrecognized_name",
        other => return u8::from(other).to_string(),
    };
    name.to_owned()
}
