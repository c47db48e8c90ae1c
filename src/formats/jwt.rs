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

/// What a token says, of which nothing was checked: anybody may have written it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unchecked {
    /// The header, RFC 7515 section 4 or RFC 7516 section 4.
    pub header: Map<String, Value>,
    /// The claims; `None` where they are encrypted or are no JSON object.
    pub claims: Option<Map<String, Value>>,
    /// Whether the token is encrypted: a JWE of five parts rather than a JWS of three.
    pub is_encrypted: bool,
    /// The octets of the signature; none for `"alg": "none"`.
    pub signature_length: usize,
}

/// Whether these octets are a compact token and nothing else, white space around it aside.
#[must_use]
pub fn looks_like_token(octets: &[u8]) -> bool {
    text_of(octets).is_some_and(|token| read_unchecked(token).is_ok())
}

/// The token that a file's octets are, without the white space around it.
#[must_use]
pub fn text_of(octets: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(octets).ok()?.trim();
    let fits = |octet: u8| octet.is_ascii_alphanumeric() || b"-_.".contains(&octet);
    (!text.is_empty() && text.bytes().all(fits)).then_some(text)
}

/// What a compact JWS or JWE says, without checking it.
///
/// # Errors
/// When it has neither three nor five parts, or its header is no JSON object with an `alg`.
pub fn read_unchecked(token: &str) -> Result<Unchecked, Error> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, .., last] = parts.as_slice() else {
        return Err(Error::malformed(FORMAT, "a compact token has three parts with dots between them"));
    };
    if ![3, 5].contains(&parts.len()) {
        return Err(Error::malformed(FORMAT, format!("a compact token has three parts, and this has {}", parts.len())));
    }
    let header = object(header)?;
    if !header.get("alg").is_some_and(Value::is_string) {
        return Err(Error::malformed(FORMAT, "its header names no algorithm"));
    }
    let is_encrypted = parts.len() == 5;
    let claims = if is_encrypted { None } else { object(parts[1]).ok() };
    Ok(Unchecked { header, claims, is_encrypted, signature_length: octets(last)?.len() })
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
    fn a_token_is_read_without_being_believed() {
        let mut rng = SystemRandom::new();
        let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng).unwrap();
        let claims = serde_json::json!({ "iss": "a" });
        let token = sign(claims.as_object().unwrap().clone(), &key, &mut rng).unwrap();
        let read = read_unchecked(&token).unwrap();
        assert_eq!((read.header["alg"].as_str(), read.signature_length), (Some("EdDSA"), 64));
        assert_eq!(read.claims.unwrap()["iss"], "a");
        assert!(looks_like_token(format!(" {token}\r\n").as_bytes()));
        let jwe = read_unchecked("eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA").unwrap();
        assert!(jwe.is_encrypted && jwe.claims.is_none());
        for other in ["", "a.b.c", "example.com", "1.2.3", "e30.e30.", "eyJhbGciOjF9.e30.", "-----BEGIN X-----"] {
            assert!(!looks_like_token(other.as_bytes()), "{other}");
        }
        assert_eq!(read_unchecked("eyJhbGciOiJub25lIn0.e30.").unwrap().signature_length, 0);
    }

    #[test]
    fn malformed_tokens_are_refused() {
        let key = PrivateKey::generate(KeyAlgorithm::P256, &mut SystemRandom::new()).unwrap().public_key();
        for token in ["", ".", "..", "a.b", "a.b.c", "e30.e30.", "eyJhbGciOiJub25lIn0.e30."] {
            assert!(verify(token, &key).is_err(), "{token}");
        }
    }
}
