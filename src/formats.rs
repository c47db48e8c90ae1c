//! File formats: one room per standard, from octets to values and back.
//!
//! A format room never opens a file, asks, prints, or reads the clock. Two formats meet only in
//! [`operations`](crate::operations).

pub mod asn1;
pub(crate) mod ber;
pub(crate) mod der;
pub mod detect;
mod error;
pub mod jks;
pub(crate) mod json;
pub mod jwk;
pub mod jwt;
pub mod keystore;
pub(crate) mod oid;
pub mod pem;
pub mod pkcs1;
pub mod pkcs10;
pub mod pkcs12;
pub mod pkcs5;
pub mod pkcs7;
pub mod pkcs8;
pub mod sec1;
pub mod spki;
pub mod x509;

pub(crate) use error::List;
pub use error::{Error, Place, Reason};
