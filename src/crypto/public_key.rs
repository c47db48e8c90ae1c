//! The public half of a key: verifies signatures and tells whether two things hold the same key.

use std::fmt;

use ::rsa::RsaPublicKey;
use ::rsa::traits::PublicKeyParts;

use super::{Error, KeyAlgorithm, SignatureAlgorithm, SignatureForm, ecdsa, ed25519, rsa};

/// A public key of any algorithm that this program knows.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(pub(crate) PublicKeyKind);

/// The libraries' own types, which only the format rooms see.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum PublicKeyKind {
    Ed25519(ed25519_dalek::VerifyingKey),
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
    Rsa(Box<RsaPublicKey>),
}

impl PublicKey {
    /// What kind of key it is, and for RSA how long.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        match &self.0 {
            PublicKeyKind::Ed25519(_) => KeyAlgorithm::Ed25519,
            PublicKeyKind::P256(_) => KeyAlgorithm::P256,
            PublicKeyKind::P384(_) => KeyAlgorithm::P384,
            PublicKeyKind::P521(_) => KeyAlgorithm::P521,
            PublicKeyKind::Rsa(key) => KeyAlgorithm::Rsa { bits: key.n().bits() },
        }
    }

    /// The point of a key on a curve: uncompressed after SEC 1 section 2.3.3, and for Ed25519 as RFC 8032 section 5.1.2
    /// writes it. `None` for RSA, which has [numbers](super::key_health::RsaNumbers::of) instead.
    ///
    /// ```
    /// use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
    ///
    /// let key = PrivateKey::generate(KeyAlgorithm::P256, &mut SystemRandom::new())?;
    /// let point = key.public_key().point().unwrap_or_default();
    /// assert_eq!((point.len(), point[0]), (65, 4));
    /// # Ok::<(), certwright::crypto::Error>(())
    /// ```
    #[must_use]
    pub fn point(&self) -> Option<Vec<u8>> {
        match &self.0 {
            PublicKeyKind::Ed25519(key) => Some(key.as_bytes().to_vec()),
            PublicKeyKind::P256(key) => Some(key.to_sec1_point(false).as_bytes().to_vec()),
            PublicKeyKind::P384(key) => Some(key.to_sec1_point(false).as_bytes().to_vec()),
            PublicKeyKind::P521(key) => Some(key.to_sec1_point(false).as_bytes().to_vec()),
            PublicKeyKind::Rsa(_) => None,
        }
    }

    /// Checks that `signature` over `message` was made by this key's private half.
    ///
    /// # Errors
    /// [`Error::VerificationFailed`] when it was not; [`Error::AlgorithmMismatch`] when the algorithm is not the key's.
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        form: SignatureForm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Error> {
        use p256::ecdsa as p256;
        use p384::ecdsa as p384;
        use p521::ecdsa as p521;
        match (&self.0, algorithm) {
            (PublicKeyKind::Ed25519(key), SignatureAlgorithm::Ed25519) => ed25519::verify(key, message, signature),
            (PublicKeyKind::P256(key), SignatureAlgorithm::Ecdsa(digest)) => {
                ecdsa::verify::<_, p256::DerSignature, p256::Signature>(key, digest, form, message, signature)
            }
            (PublicKeyKind::P384(key), SignatureAlgorithm::Ecdsa(digest)) => {
                ecdsa::verify::<_, p384::DerSignature, p384::Signature>(key, digest, form, message, signature)
            }
            (PublicKeyKind::P521(key), SignatureAlgorithm::Ecdsa(digest)) => {
                ecdsa::verify::<_, p521::DerSignature, p521::Signature>(key, digest, form, message, signature)
            }
            (PublicKeyKind::Rsa(key), SignatureAlgorithm::RsaPkcs1v15(digest)) => {
                rsa::verify(key, digest, message, signature)
            }
            (PublicKeyKind::Rsa(key), SignatureAlgorithm::RsaPss(digest)) => {
                rsa::verify_pss(key, digest, message, signature)
            }
            (_, algorithm) => Err(Error::AlgorithmMismatch { key: self.algorithm(), algorithm: algorithm.to_string() }),
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.algorithm())
    }
}
