//! JSON Web Tokens in compact form: RFC 7519 over JWS, RFC 7515 section 7.1.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_core::CryptoRng;
use serde_json::{Map, Value};

use crate::crypto::{KeyAlgorithm, PrivateKey, PublicKey, SignatureForm};
use crate::formats::{Error, Reason};

const FORMAT: &str = "JWT";

/// The `alg` of a token that such a key signs (RFC 7518 section 3.1, RFC 8037 section 3.1).
#[must_use]
pub fn algorithm_name(key: KeyAlgorithm) -> &'static str {
    match key {
        KeyAlgorithm::Ed25519 => "EdDSA",
        KeyAlgorithm::P256 => "ES256",
        KeyAlgorithm::P384 => "ES384",
        KeyAlgorithm::P521 => "ES512",
        KeyAlgorithm::Rsa { .. } => "RS256",
    }
}

/// The compact token of `claims`, signed by `key`.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
/// use certwright::formats::jwt;
///
/// let mut rng = SystemRandom::new();
/// let key = PrivateKey::generate(KeyAlgorithm::P256, &mut rng)?;
/// let claims = serde_json::json!({ "aud": "urn:example" });
/// let token = jwt::sign(claims.as_object().cloned().unwrap_or_default(), &key, &mut rng)?;
/// assert_eq!(jwt::verify(&token, &key.public_key())?["aud"], "urn:example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the key cannot sign, as an RSA key under 512 bits.
pub fn sign(claims: Map<String, Value>, key: &PrivateKey, rng: &mut dyn CryptoRng) -> Result<String, Error> {
    let header = serde_json::json!({ "alg": algorithm_name(key.algorithm()), "typ": "JWT" });
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed_part = format!("{}.{}", encode(&header), encode(&Value::Object(claims)));
    let signature = key
        .sign(key.algorithm().default_signature(), SignatureForm::Fixed, signed_part.as_bytes(), rng)
        .map_err(|fault| Error::malformed(FORMAT, fault.to_string()))?;
    Ok(format!("{signed_part}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// The claims of `token` after checking its signature with `key`. Dates and audience are the caller's to judge.
///
/// The header's `alg` must be the one that the key's own kind gives, so that a token cannot choose how it is checked.
///
/// # Errors
/// When the token is malformed, names another algorithm, or was not signed by the key's private half.
pub fn verify(token: &str, key: &PublicKey) -> Result<Map<String, Value>, Error> {
    let mut parts = token.rsplitn(2, '.');
    let (signature, signed_part) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (header, claims) = signed_part
        .split_once('.')
        .ok_or_else(|| Error::malformed(FORMAT, "a compact token has three parts with dots between them"))?;
    let header = object(header)?;
    let wanted = algorithm_name(key.algorithm());
    match header.get("alg").and_then(Value::as_str) {
        Some(named) if named == wanted => {}
        named => {
            let named = named.unwrap_or("no algorithm");
            return Err(Error::malformed(FORMAT, format!("its header names {named}, and the key signs with {wanted}")));
        }
    }
    key.verify(key.algorithm().default_signature(), SignatureForm::Fixed, signed_part.as_bytes(), &octets(signature)?)
        .map_err(|_| Error::new(FORMAT, Reason::IntegrityMismatch("the signature".to_owned())))?;
    object(claims)
}

fn object(part: &str) -> Result<Map<String, Value>, Error> {
    serde_json::from_slice(&octets(part)?).map_err(|_| Error::malformed(FORMAT, "a part is no JSON object"))
}

fn octets(part: &str) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Error::malformed(FORMAT, "a part is not base64url without padding"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SystemRandom;

    #[test]
    fn every_key_signs_and_a_change_of_any_part_is_found() {
        let mut rng = SystemRandom::new();
        for algorithm in [KeyAlgorithm::Rsa { bits: 2048 }, KeyAlgorithm::P521, KeyAlgorithm::Ed25519] {
            let key = PrivateKey::generate(algorithm, &mut rng).unwrap();
            let token = sign(Map::new(), &key, &mut rng).unwrap();
            assert!(verify(&token, &key.public_key()).unwrap().is_empty());
            let stranger = PrivateKey::generate(KeyAlgorithm::P256, &mut rng).unwrap();
            assert!(verify(&token, &stranger.public_key()).is_err());
            let [header, _, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
            let changed = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode("{\"sub\":1}"));
            assert!(matches!(verify(&changed, &key.public_key()).unwrap_err().reason, Reason::IntegrityMismatch(_)));
        }
    }

    #[test]
    fn malformed_tokens_are_refused() {
        let key = PrivateKey::generate(KeyAlgorithm::P256, &mut SystemRandom::new()).unwrap().public_key();
        for token in ["", ".", "..", "a.b", "a.b.c", "e30.e30.", "eyJhbGciOiJub25lIn0.e30."] {
            assert!(verify(token, &key).is_err(), "{token}");
        }
    }
}
