//! Signing a token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_core::CryptoRng;
use serde_json::{Map, Value};

use super::{FORMAT, Header};
use crate::crypto::{PrivateKey, SignatureForm};
use crate::formats::Error;
use crate::secret::Token;

/// The compact token of `claims`, signed by `key` with the header's algorithm.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
/// use certwright::formats::jwt::{self, Algorithm, Header, VerifyingKey};
///
/// let mut rng = SystemRandom::new();
/// let key = PrivateKey::generate(KeyAlgorithm::P256, &mut rng)?;
/// let claims = serde_json::json!({ "aud": "urn:example" });
/// let claims = claims.as_object().cloned().unwrap_or_default();
/// let token = jwt::sign(&Header::new(Algorithm::Es256), &claims, &key, &mut rng)?;
/// let verified = jwt::verify(token.expose(), &VerifyingKey::usual(key.public_key()))?;
/// assert_eq!(verified.claims["aud"], "urn:example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the algorithm is not one of the key's, or the key cannot sign, as an RSA key under 512 bits.
pub fn sign(
    header: &Header,
    claims: &Map<String, Value>,
    key: &PrivateKey,
    rng: &mut dyn CryptoRng,
) -> Result<Token, Error> {
    let claims = URL_SAFE_NO_PAD.encode(Value::Object(claims.clone()).to_string());
    let signed_part = format!("{}.{claims}", URL_SAFE_NO_PAD.encode(header.to_string()));
    let signature = key
        .sign(header.algorithm().signature(), SignatureForm::Fixed, signed_part.as_bytes(), rng)
        .map_err(|fault| Error::malformed(FORMAT, fault.to_string()))?;
    Ok(Token::new(format!("{signed_part}.{}", URL_SAFE_NO_PAD.encode(signature))))
}
