//! The proof that a private key and a public key belong together: a test JWT, signed by one and verified by the other.

use serde_json::json;

use crate::crypto::key_health::{Severity, Weakness, examine_private};
use crate::crypto::{CryptoRng, PrivateKey, PublicKey};
use crate::formats::{Error, jwt, spki};

/// Whom the test token is for: nobody. A server that checks audiences refuses it.
pub const AUDIENCE: &str = "urn:certwright:self-test";

/// Signs a test JWT with `key` and verifies it with `public`.
///
/// The token is no credential: its audience is [`AUDIENCE`], it expired in 1970, and it is never given out.
pub(super) fn signs_for(key: &PrivateKey, public: &PublicKey, rng: &mut dyn CryptoRng) -> Result<bool, Error> {
    let claims = json!({ "aud": AUDIENCE, "exp": 1, "iat": 0 });
    let header = jwt::Header::new(jwt::Algorithm::usual(key.algorithm()));
    let token = jwt::sign(&header, &claims.as_object().cloned().unwrap_or_default(), key, rng)?;
    Ok(jwt::verify(token.expose(), &jwt::VerifyingKey::usual(public.clone())).is_ok())
}

/// A public key in a line: algorithm and the beginning of the SHA-256 of its SubjectPublicKeyInfo.
pub(super) fn describe(public: &PublicKey) -> String {
    let fingerprint = spki::fingerprint(public).map_or_else(|_| "unknown".to_owned(), |it| it.to_string());
    let shown: String = fingerprint.chars().take(16).collect();
    format!("{} with public key sha256:{shown}…", public.algorithm())
}

/// Why `key` proves nothing, if so: anybody can find it out, or sign without it.
pub(super) fn broken(key: &PrivateKey) -> Option<Weakness> {
    examine_private(key).into_iter().find(|weakness| weakness.severity() == Severity::Broken)
}
