//! HTTPS for the login: one form is posted, one answer of bounded size and time is read. Only with the feature `login`.
//!
//! TLS 1.2 and 1.3 (RFC 5246, RFC 8446) with the system's roots of trust and further ones that the caller names. Redirects
//! are never followed, so that a credential goes to the address that was asked for and to no other. Plain HTTP is spoken
//! to this machine only. This room knows no format: what is sent are names and values, what comes back are octets.

mod address;
mod client;
mod error;
mod tls;

pub use address::{Address, AddressFault};
pub use client::{Bounds, Client, Field, Proxy, Response};
pub use error::{Error, Phase};
pub use tls::missing_processor_features;
