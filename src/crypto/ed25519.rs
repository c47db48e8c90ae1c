//! Ed25519 signatures, RFC 8032.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::Error;

/// The 64-octet signature over `message`; Ed25519 needs no randomness to sign.
pub(super) fn sign(key: &SigningKey, message: &[u8]) -> Result<Vec<u8>, Error> {
    key.try_sign(message).map(|signature| signature.to_bytes().to_vec()).map_err(|_| Error::SigningFailed)
}

/// Checks a signature; the strict form also refuses keys and points of small order, under which one signature fits
/// several messages.
pub(super) fn verify(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<(), Error> {
    let signature = Signature::from_slice(signature).map_err(|_| Error::VerificationFailed)?;
    key.verify_strict(message, &signature).map_err(|_| Error::VerificationFailed)
}
