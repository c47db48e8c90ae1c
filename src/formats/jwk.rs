//! JSON Web Keys and sets of them: RFC 7517, with the members of RFC 7518 section 6 and RFC 8037 section 2.
//!
//! Read: `RSA` of two primes, `EC` on P-256, P-384 and P-521, `OKP` with Ed25519, public and private, one key or a set.
//! Written: the same, with the thumbprint of RFC 7638 as `kid`, and `x5c` and `x5t#S256` where there is a certificate; a
//! set is always public. Refused: symmetric keys (`oct`), members that stand twice, numbers of another length than the
//! standard's, private members that do not fit the public ones.

mod decode;
mod encode;
mod json;

use crate::crypto::{PrivateKey, PublicKey};

pub use decode::{Purpose, Scanned, decode, looks_like_jwk, scan};
pub use encode::{encode, encode_set, thumbprint};

/// The standard's name in messages.
const FORMAT: &str = "JWK";

/// One key with what a JWK says of it.
#[derive(Clone, Debug)]
pub struct Jwk {
    /// The key.
    pub key: Key,
    /// Its name in a set, RFC 7517 section 4.5; when it is written without one, its thumbprint is its name.
    pub kid: Option<String>,
    /// The DER of its certificates, leaf first, RFC 7517 section 4.7. They are not looked into here.
    pub certificates: Vec<Vec<u8>>,
}

/// What a JWK holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Key {
    /// A private key; the JWK is a secret.
    Private(PrivateKey),
    /// A public key.
    Public(PublicKey),
}

impl Key {
    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        match self {
            Self::Private(key) => key.public_key(),
            Self::Public(key) => key.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
