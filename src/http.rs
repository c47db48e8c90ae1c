//! HTTPS for the login: one form is posted, one answer of bounded size and time is read. Only with the feature `login`.
//!
//! HTTP/1.1 (RFC 9112) over TLS 1.2 and 1.3 (RFC 5246, RFC 8446), with the system's roots of trust and further ones that
//! the caller names, directly or through a proxy. A request is never repeated and a redirect never followed, so that a
//! credential goes to the address that was asked for, once. Plain HTTP is spoken to this machine only. This room knows no
//! format: what is sent are names and values, what comes back are octets.
//!
//! HTTP and TLS are the work of `ureq` and `rustls`. A program that installs a logger must keep the target `ureq_proto` above
//! level trace, at which it writes every octet of an answer, and so the token. The program certwright installs none.

mod address;
mod certificate;
mod client;
mod connection;
mod error;
mod fault;
mod form;
#[expect(clippy::disallowed_types, reason = "the other side of a rehearsal listens on this machine")]
mod loopback;
mod processor;
mod proxy;
mod tls;

pub use address::{Address, AddressFault};
pub use certificate::CertificateFault;
pub use client::{Bounds, Client, Field, Response};
pub use error::{Error, Phase, ProtocolFault, ProxyFault};
pub use form::{FormFault, read_form};
pub use loopback::{Answer, RequestBounds, serve_forms};
pub use processor::missing_processor_features;
pub use proxy::{Proxy, ProxyUrlFault};
pub use tls::TlsFault;

/// The largest header of an answer, in octets.
const HEADER_LIMIT: usize = 16 << 10;

/// Who asks.
const USER_AGENT: &str = concat!("certwright/", env!("CARGO_PKG_VERSION"));
