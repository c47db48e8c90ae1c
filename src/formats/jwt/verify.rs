//! Verifying a token's signature with a key that is bound to one algorithm.

use serde_json::{Map, Value};

use super::read::{octets, read_header, split};
use super::{Algorithm, Fault};
use crate::crypto::{self, KeyAlgorithm, PublicKey, SignatureAlgorithm, SignatureForm};
use crate::formats::json;

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

    /// The octets that a signature by this key has.
    fn signature_length(&self) -> usize {
        match self.key.algorithm() {
            KeyAlgorithm::Rsa { bits } => bits.div_ceil(8) as usize,
            _ => self.algorithm.fixed_length().unwrap_or_default(),
        }
    }
}

/// What a token says whose signature was verified. Its dates, issuer and audience are still to be
/// [judged](super::check_claims).
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// The header, RFC 7515 section 4.
    pub header: Map<String, Value>,
    /// The claims, RFC 7519 section 4.
    pub claims: Map<String, Value>,
}

/// What a JWS holds whose signature was verified: any octets, RFC 7515 section 3.
#[derive(Clone, Debug, PartialEq)]
pub struct Signed {
    /// The header.
    pub header: Map<String, Value>,
    /// The payload. In a JWT these are claims.
    pub payload: Vec<u8>,
}

/// Header and claims of `token` after checking its signature with `key`.
///
/// # Errors
/// A [`Fault`]: the token is malformed, names another algorithm than the key's, has critical members, or was not signed
/// by the key's private half. The key's length is [judged](Algorithm::check_length) by who chose it.
pub fn verify(token: &str, key: &VerifyingKey) -> Result<Verified, Fault> {
    let Signed { header, payload } = verify_signature(token, key)?;
    match json::object(&payload) {
        Ok(claims) => Ok(Verified { header, claims }),
        Err(_) if says_token(&header, "cty") => Err(Fault::ContentIsToken),
        Err(fault) => Err(Fault::malformed("payload", fault)),
    }
}

/// Whether a media type in the header is that of a JWT, RFC 7519 sections 5.1 and 5.2.
fn says_token(header: &Map<String, Value>, member: &str) -> bool {
    let stated = header.get(member).and_then(Value::as_str).unwrap_or_default();
    stated.eq_ignore_ascii_case("JWT") || stated.eq_ignore_ascii_case("application/jwt")
}

/// Header and payload of the compact JWS `token` after checking its signature with `key`: RFC 7515 section 5.2.
///
/// # Errors
/// As [`verify`], but for what concerns claims.
pub fn verify_signature(token: &str, key: &VerifyingKey) -> Result<Signed, Fault> {
    let parts = split(token)?;
    let header = read_header(parts.header)?;
    check_algorithm(&header, key.algorithm)?;
    check_critical(&header)?;
    if parts.signature.is_empty() {
        return Err(Fault::Unsigned("its third part is empty"));
    }
    let signature = octets("signature", parts.signature)?;
    let payload = octets("payload", parts.payload)?;
    check_length(&signature, key)?;
    key.key
        .verify(key.algorithm.signature(), SignatureForm::Fixed, parts.signed_part.as_bytes(), &signature)
        .map_err(|_| Fault::SignatureMismatch)?;
    Ok(Signed { header, payload })
}

/// The header must name the key's own algorithm, letter by letter; it chooses nothing.
fn check_algorithm(header: &Map<String, Value>, bound: Algorithm) -> Result<(), Fault> {
    let named = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    if bound.is_called(named) {
        return Ok(());
    }
    if named.eq_ignore_ascii_case("none") {
        return Err(Fault::Unsigned("`alg` is `none`"));
    }
    if named.len() == 5 && named.starts_with("HS") {
        return Err(Fault::SharedSecret(named.to_owned()));
    }
    Err(match named.parse() {
        Ok(named) => Fault::AlgorithmMismatch { named, bound },
        Err(_) => Fault::UnknownAlgorithm(named.to_owned()),
    })
}

/// RFC 7515 section 4.1.11: who does not understand a critical member refuses the token. None is understood here.
fn check_critical(header: &Map<String, Value>) -> Result<(), Fault> {
    // RFC 7797 section 7: no JWT says so. Who passes over `b64` would take other octets for the payload.
    if header.get("b64").is_some_and(|encoded| *encoded != Value::Bool(true)) {
        return Err(Fault::Unencoded);
    }
    match header.get("crit") {
        None => Ok(()),
        Some(Value::Array(names)) if !names.is_empty() && names.iter().all(Value::is_string) => {
            Err(Fault::Critical(names.iter().filter_map(Value::as_str).map(str::to_owned).collect()))
        }
        Some(_) => Err(Fault::malformed("header", "has a `crit` that is no list of names")),
    }
}

fn check_length(signature: &[u8], key: &VerifyingKey) -> Result<(), Fault> {
    let (length, wanted) = (signature.len(), key.signature_length());
    if length == wanted {
        return Ok(());
    }
    // SEQUENCE, then its length in one octet, or after 0x81 in a second.
    let is_der = match signature {
        [0x30, 0x81, rest, ..] => usize::from(*rest) == length - 3,
        [0x30, rest, ..] => usize::from(*rest) == length - 2,
        _ => false,
    };
    match key.algorithm.signature() {
        SignatureAlgorithm::Ecdsa(_) if is_der => Err(Fault::DerSignature(key.algorithm)),
        _ => Err(Fault::SignatureLength { algorithm: key.algorithm, length, wanted }),
    }
}
