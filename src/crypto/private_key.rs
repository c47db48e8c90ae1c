//! A private key: made, used to sign, and asked for its public half.

use std::fmt;

use ::rsa::RsaPrivateKey;
use p256::elliptic_curve::Generate;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::public_key::PublicKeyKind;
use super::{Error, KeyAlgorithm, PublicKey, SignatureAlgorithm, SignatureForm, ecdsa, ed25519, rsa};
use crate::secret::SecretBytes;

/// A private key of any algorithm that this program knows. Its parts are wiped on drop and redacted in `Debug`.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, PrivateKey, SignatureForm, SystemRandom};
///
/// let mut rng = SystemRandom::new();
/// let key = PrivateKey::generate(KeyAlgorithm::P256, &mut rng)?;
/// let algorithm = key.algorithm().default_signature();
/// let signature = key.sign(algorithm, SignatureForm::Asn1, b"message", &mut rng)?;
/// key.public_key().verify(algorithm, SignatureForm::Asn1, b"message", &signature)?;
/// # Ok::<(), certwright::crypto::Error>(())
/// ```
#[derive(Clone)]
pub struct PrivateKey(pub(crate) PrivateKeyKind);

/// The libraries' own types, which only the format rooms see. Each wipes itself on drop.
#[derive(Clone)]
pub(crate) enum PrivateKeyKind {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(Box<p256::ecdsa::SigningKey>),
    P384(Box<p384::ecdsa::SigningKey>),
    P521(Box<p521::ecdsa::SigningKey>),
    Rsa(Box<RsaPrivateKey>),
}

impl PrivateKey {
    /// A fresh key. RSA keeps the bounds of FIPS 186-5; every key signs and verifies once before it is given out.
    ///
    /// # Errors
    /// [`Error::UnsupportedKey`] for an RSA length other than 2048, 3072 and 4096 bits;
    /// [`Error::InconsistentKey`] when the new key fails its own test.
    pub fn generate(algorithm: KeyAlgorithm, rng: &mut dyn CryptoRng) -> Result<Self, Error> {
        let key = Self(match algorithm {
            KeyAlgorithm::Ed25519 => PrivateKeyKind::Ed25519(Box::new(ed25519_dalek::SigningKey::generate(rng))),
            KeyAlgorithm::P256 => PrivateKeyKind::P256(Box::new(p256::ecdsa::SigningKey::generate_from_rng(rng))),
            KeyAlgorithm::P384 => PrivateKeyKind::P384(Box::new(p384::ecdsa::SigningKey::generate_from_rng(rng))),
            KeyAlgorithm::P521 => PrivateKeyKind::P521(Box::new(p521::ecdsa::SigningKey::generate_from_rng(rng))),
            KeyAlgorithm::Rsa { bits } => PrivateKeyKind::Rsa(Box::new(rsa::generate(bits, rng)?)),
        });
        key.check_pairwise(rng)?;
        Ok(key)
    }

    /// What kind of key it is, and for RSA how long.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.public_key().algorithm()
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(match &self.0 {
            PrivateKeyKind::Ed25519(key) => PublicKeyKind::Ed25519(key.verifying_key()),
            PrivateKeyKind::P256(key) => PublicKeyKind::P256(*key.verifying_key()),
            PrivateKeyKind::P384(key) => PublicKeyKind::P384(*key.verifying_key()),
            PrivateKeyKind::P521(key) => PublicKeyKind::P521(*key.verifying_key()),
            PrivateKeyKind::Rsa(key) => PublicKeyKind::Rsa(Box::new(key.to_public_key())),
        })
    }

    /// Whether both are the same key in all their numbers, so that what one signs, the other signs.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (PrivateKeyKind::Ed25519(key), PrivateKeyKind::Ed25519(other)) => key == other,
            (PrivateKeyKind::P256(key), PrivateKeyKind::P256(other)) => key == other,
            (PrivateKeyKind::P384(key), PrivateKeyKind::P384(other)) => key == other,
            (PrivateKeyKind::P521(key), PrivateKeyKind::P521(other)) => key == other,
            (PrivateKeyKind::Rsa(key), PrivateKeyKind::Rsa(other)) => key == other,
            _ => false,
        }
    }

    /// The secret of a key on a curve: its scalar at the full length of the curve's order, and for Ed25519 the seed of
    /// RFC 8032. `None` for RSA, which has [numbers](crate::formats::pkcs1::private_numbers) instead.
    #[must_use]
    pub fn scalar(&self) -> Option<SecretBytes> {
        match &self.0 {
            PrivateKeyKind::Ed25519(key) => Some(SecretBytes::concat(&[key.as_bytes()])),
            PrivateKeyKind::P256(key) => Some(SecretBytes::concat(&[&Zeroizing::new(key.to_bytes())])),
            PrivateKeyKind::P384(key) => Some(SecretBytes::concat(&[&Zeroizing::new(key.to_bytes())])),
            PrivateKeyKind::P521(key) => Some(SecretBytes::concat(&[&Zeroizing::new(key.to_bytes())])),
            PrivateKeyKind::Rsa(_) => None,
        }
    }

    /// A signature over `message`. RSA is blinded and ECDSA's nonce hedged with `rng`.
    ///
    /// # Errors
    /// [`Error::AlgorithmMismatch`] when the algorithm is not the key's; [`Error::SigningFailed`] when the key cannot
    /// sign, as an RSA key too short for the digest.
    pub fn sign(
        &self,
        algorithm: SignatureAlgorithm,
        form: SignatureForm,
        message: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Error> {
        use p256::ecdsa as p256;
        use p384::ecdsa as p384;
        use p521::ecdsa as p521;
        match (&self.0, algorithm) {
            (PrivateKeyKind::Ed25519(key), SignatureAlgorithm::Ed25519) => ed25519::sign(key, message),
            (PrivateKeyKind::P256(key), SignatureAlgorithm::Ecdsa(digest)) => {
                ecdsa::sign::<_, p256::DerSignature, p256::Signature>(key.as_ref(), digest, form, message, rng)
            }
            (PrivateKeyKind::P384(key), SignatureAlgorithm::Ecdsa(digest)) => {
                ecdsa::sign::<_, p384::DerSignature, p384::Signature>(key.as_ref(), digest, form, message, rng)
            }
            (PrivateKeyKind::P521(key), SignatureAlgorithm::Ecdsa(digest)) => {
                ecdsa::sign::<_, p521::DerSignature, p521::Signature>(key.as_ref(), digest, form, message, rng)
            }
            (PrivateKeyKind::Rsa(key), SignatureAlgorithm::RsaPkcs1v15(digest)) => rsa::sign(key, digest, message, rng),
            (PrivateKeyKind::Rsa(key), SignatureAlgorithm::RsaPss(digest)) => rsa::sign_pss(key, digest, message, rng),
            (_, algorithm) => Err(Error::AlgorithmMismatch { key: self.algorithm(), algorithm: algorithm.to_string() }),
        }
    }

    /// Checks the key as thoroughly as can be done without another one: that the primes of an RSA key are prime and fit
    /// its other numbers, and that what the private half signs, the public half verifies.
    ///
    /// ```
    /// use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
    ///
    /// let mut rng = SystemRandom::new();
    /// PrivateKey::generate(KeyAlgorithm::P256, &mut rng)?.check(&mut rng)?;
    /// # Ok::<(), certwright::crypto::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::MalformedKey`] when one does not hold.
    pub fn check(&self, rng: &mut dyn CryptoRng) -> Result<(), Error> {
        if let PrivateKeyKind::Rsa(key) = &self.0 {
            rsa::check(key)?;
        }
        let unlike = |_| Error::MalformedKey("what the private half signs, the public half does not verify");
        self.check_pairwise(rng).map_err(unlike)
    }

    /// The pairwise consistency test of FIPS 140-3: what the private half signs, the public half verifies.
    fn check_pairwise(&self, rng: &mut dyn CryptoRng) -> Result<(), Error> {
        const MESSAGE: &[u8] = b"pairwise consistency test";
        let algorithm = self.algorithm().default_signature();
        let signature = self.sign(algorithm, SignatureForm::Fixed, MESSAGE, rng)?;
        self.public_key()
            .verify(algorithm, SignatureForm::Fixed, MESSAGE, &signature)
            .map_err(|_| Error::InconsistentKey)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({}, [redacted])", self.algorithm())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SystemRandom;

    #[test]
    fn every_kind_signs_in_both_forms_and_only_its_own_half_verifies() {
        let mut rng = SystemRandom::new();
        for algorithm in KeyAlgorithm::GENERATED.into_iter().filter(|it| *it != KeyAlgorithm::Rsa { bits: 4096 }) {
            let key = PrivateKey::generate(algorithm, &mut rng).unwrap();
            assert_eq!(key.algorithm(), algorithm);
            let signature_algorithm = algorithm.default_signature();
            for form in [SignatureForm::Asn1, SignatureForm::Fixed] {
                let mut signature = key.sign(signature_algorithm, form, b"message", &mut rng).unwrap();
                let verify = |message: &[u8], signature: &[u8]| {
                    key.public_key().verify(signature_algorithm, form, message, signature)
                };
                verify(b"message", &signature).unwrap();
                assert_eq!(verify(b"massage", &signature), Err(Error::VerificationFailed));
                *signature.last_mut().unwrap() ^= 1;
                assert_eq!(verify(b"message", &signature), Err(Error::VerificationFailed));
                assert_eq!(verify(b"message", b""), Err(Error::VerificationFailed));
            }
        }
    }

    #[test]
    fn a_key_is_the_same_as_its_copy_and_no_other() {
        let mut rng = SystemRandom::new();
        let algorithms =
            KeyAlgorithm::GENERATED.into_iter().filter(|it| !matches!(it, KeyAlgorithm::Rsa { bits } if *bits > 2048));
        let keys: Vec<PrivateKey> =
            algorithms.flat_map(|it| [it; 2]).map(|it| PrivateKey::generate(it, &mut rng).unwrap()).collect();
        for (at, key) in keys.iter().enumerate() {
            for (other_at, other) in keys.iter().enumerate() {
                assert_eq!(key.is_same(&other.clone()), at == other_at, "{key:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_key_refuses_another_kinds_algorithm() {
        let mut rng = SystemRandom::new();
        let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng).unwrap();
        let ecdsa = KeyAlgorithm::P256.default_signature();
        let refused = key.sign(ecdsa, SignatureForm::Asn1, b"message", &mut rng).unwrap_err();
        assert_eq!(refused.to_string(), "a key of type Ed25519 cannot be used with ecdsa-with-SHA256");
    }

    #[test]
    fn debug_never_shows_the_key() {
        let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut SystemRandom::new()).unwrap();
        assert_eq!(format!("{key:?}"), "PrivateKey(Ed25519, [redacted])");
    }
}
