//! Verifying a token's signature with a key that is bound to one algorithm.

use serde_json::{Map, Value};

use super::read::{object, octets};
use super::{Algorithm, FORMAT};
use crate::crypto::{self, PublicKey, SignatureForm};
use crate::formats::{Error, Reason};

/// A public key together with the one algorithm that it verifies (RFC 8725 section 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    key: PublicKey,
    algorithm: Algorithm,
}

impl VerifyingKey {
    /// Binds `key` to `algorithm`.
    ///
    /// # Errors
    /// [`crypto::Error::AlgorithmMismatch`] when such a key has no such signatures.
    pub fn new(key: PublicKey, algorithm: Algorithm) -> Result<Self, crypto::Error> {
        if algorithm.fits(key.algorithm()) {
            Ok(Self { key, algorithm })
        } else {
            Err(crypto::Error::AlgorithmMismatch { key: key.algorithm(), algorithm: algorithm.to_string() })
        }
    }

    /// Binds `key` to the algorithm that keys of its kind usually sign with: for RSA that is RS256.
    #[must_use]
    pub fn usual(key: PublicKey) -> Self {
        let algorithm = Algorithm::usual(key.algorithm());
        Self { key, algorithm }
    }

    /// The one algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }
}

/// What a token says whose signature was verified. Its dates, issuer and audience are still to be judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// The header, RFC 7515 section 4.
    pub header: Map<String, Value>,
    /// The claims, RFC 7519 section 4.
    pub claims: Map<String, Value>,
}

/// Header and claims of `token` after checking its signature with `key`.
///
/// # Errors
/// When the token is malformed, names another algorithm than the key's, has critical members, or was not signed by the
/// key's private half: the last is [`Reason::IntegrityMismatch`].
pub fn verify(token: &str, key: &VerifyingKey) -> Result<Verified, Error> {
    let (signed_part, signature) = token.rsplit_once('.').unwrap_or_default();
    let (header, claims) = signed_part
        .split_once('.')
        .ok_or_else(|| Error::malformed(FORMAT, "a compact token has three parts with dots between them"))?;
    let header = object(header)?;
    let wanted = key.algorithm;
    match header.get("alg").and_then(Value::as_str) {
        Some(named) if named == wanted.name() => {}
        named => {
            let named = named.unwrap_or("no algorithm");
            return Err(Error::malformed(FORMAT, format!("its header names {named}, and the key verifies {wanted}")));
        }
    }
    // RFC 7515 section 4.1.11: who does not understand a critical member refuses the token. None is understood here.
    if header.contains_key("crit") {
        return Err(Error::unsupported(FORMAT, "a header with critical members (`crit`)"));
    }
    key.key
        .verify(wanted.signature(), SignatureForm::Fixed, signed_part.as_bytes(), &octets(signature)?)
        .map_err(|_| Error::new(FORMAT, Reason::IntegrityMismatch("the signature".to_owned())))?;
    Ok(Verified { claims: object(claims)?, header })
}
