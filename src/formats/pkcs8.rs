//! PKCS#8: `PrivateKeyInfo` (RFC 5958) and `EncryptedPrivateKeyInfo`, in DER.
//!
//! Read: versions 1 and 2, RSA, EC on P-256, P-384 and P-521, Ed25519; encrypted as [`pkcs5`](super::pkcs5) reads.
//! Written: version 1, which every reader knows. Keys of other kinds are described as far as they say what they are.

mod reading;

use der::asn1::{ObjectIdentifier, OctetStringRef};
use der::{Decode, Encode, Tag};
use ed25519_dalek::pkcs8::KeypairBytes;
use pkcs8::{EncodePrivateKey, PrivateKeyInfoRef};
use rand_core::CryptoRng;
use spki::AlgorithmIdentifierRef;

use crate::crypto::{KeyAlgorithm, PrivateKey, PrivateKeyKind};
use crate::formats::der::{Element, malformed, wrap};
use crate::formats::pkcs5::{Description, Encryption, Scheme};
use crate::formats::{Error, oid, pkcs1, sec1};
use crate::limits::Budget;
use crate::secret::{Password, SecretBytes};

pub use reading::{DSA_LABEL, Reading, read, read_labelled};

const FORMAT: &str = "PKCS#8";

/// The PEM label of an unencrypted key.
pub const LABEL: &str = "PRIVATE KEY";

/// The PEM label of an encrypted key.
pub const ENCRYPTED_LABEL: &str = "ENCRYPTED PRIVATE KEY";

/// The DER `PrivateKeyInfo` of any key.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
/// use certwright::formats::pkcs8;
///
/// let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut SystemRandom::new())?;
/// let der = pkcs8::encode(&key)?;
/// assert_eq!(pkcs8::decode(der.expose())?.public_key(), key.public_key());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Only when a part of the key is longer than DER can state.
pub fn encode(key: &PrivateKey) -> Result<SecretBytes, Error> {
    let document = match &key.0 {
        // RFC 8410's version 2 with the public key is refused by older readers; version 1 is read by all.
        PrivateKeyKind::Ed25519(key) => {
            let seed = SecretBytes::from(wrap(FORMAT, Tag::OctetString, &[key.as_bytes()])?);
            let algorithm = AlgorithmIdentifierRef { oid: oid::ED25519, parameters: None };
            let octets = OctetStringRef::new(seed.expose()).map_err(|fault| malformed(FORMAT, &fault))?;
            let document = PrivateKeyInfoRef::new(algorithm, octets).to_der();
            return document.map(SecretBytes::from).map_err(|fault| malformed(FORMAT, &fault));
        }
        PrivateKeyKind::P256(key) => p256::SecretKey::from(key.as_ref()).to_pkcs8_der(),
        PrivateKeyKind::P384(key) => p384::SecretKey::from(key.as_ref()).to_pkcs8_der(),
        PrivateKeyKind::P521(key) => p521::SecretKey::from(key.as_ref()).to_pkcs8_der(),
        PrivateKeyKind::Rsa(key) => key.to_pkcs8_der(),
    };
    let document =
        document.map_err(|fault| Error::malformed(FORMAT, format!("the key cannot be written ({fault})")))?;
    Ok(SecretBytes::concat(&[document.as_bytes()]))
}

/// The key in a DER `PrivateKeyInfo`.
///
/// # Errors
/// When the octets are no such key, its parts contradict each other, or its algorithm is not read here.
pub fn decode(der: &[u8]) -> Result<PrivateKey, Error> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|fault| malformed(FORMAT, &fault))?;
    let octets = info.private_key.as_bytes();
    match info.algorithm.oid {
        oid::RSA_ENCRYPTION => pkcs1::decode(octets),
        oid::EC_PUBLIC_KEY => {
            let curve = info.algorithm.parameters.and_then(|any| ObjectIdentifier::try_from(any).ok());
            let unnamed = || Error::unsupported(FORMAT, "an EC key that spells its curve out instead of naming it");
            let curve = curve.ok_or_else(unnamed)?;
            sec1::decode_on(curve, octets)
        }
        oid::ED25519 => {
            let pair = KeypairBytes::try_from(info)
                .map_err(|fault| Error::malformed(FORMAT, format!("it is no Ed25519 key ({fault})")))?;
            let key = ed25519_dalek::SigningKey::try_from(pair)
                .map_err(|_| Error::malformed(FORMAT, "the public half beside the Ed25519 key is not its own"))?;
            Ok(PrivateKey(PrivateKeyKind::Ed25519(Box::new(key))))
        }
        other => Err(Error::unsupported(FORMAT, format!("a private key of algorithm {}", oid::name(other)))),
    }
}

/// The DER `EncryptedPrivateKeyInfo` of any key. Slow by design.
///
/// # Errors
/// As [`encode`].
pub fn encrypt(
    key: &PrivateKey,
    encryption: Encryption,
    password: &Password,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Error> {
    shroud(&encode(key)?, &Scheme::new(encryption, rng), password)
}

/// The key in a DER `EncryptedPrivateKeyInfo`. Its derivation is charged to `budget` before it is done.
///
/// # Errors
/// [`Reason::IntegrityMismatch`](super::Reason::IntegrityMismatch) for a wrong password or changed content, which
/// cannot be told apart; [`Reason::LimitExceeded`](super::Reason::LimitExceeded) before any work; else as [`decode`].
pub fn decrypt(der: &[u8], password: &Password, budget: &mut Budget) -> Result<PrivateKey, Error> {
    read_encrypted(der, password, budget)?.usable()
}

/// The key in a DER `EncryptedPrivateKeyInfo`, or what it says of itself where it is of a kind that is not used here.
///
/// # Errors
/// As [`decrypt`], but for a kind of key that is named and not used.
pub fn read_encrypted(der: &[u8], password: &Password, budget: &mut Budget) -> Result<Reading, Error> {
    read(unshroud(der, password, budget)?.expose()).map_err(|fault| match fault.reason {
        // Padding is right by chance once in 256 wrong passwords; what comes out is then no DER.
        super::Reason::Malformed(_) => {
            Error::new(FORMAT, super::Reason::IntegrityMismatch("the decrypted content".to_owned()))
        }
        _ => fault,
    })
}

/// `EncryptedPrivateKeyInfo` around a `PrivateKeyInfo` that is DER already.
pub(crate) fn shroud(private_key_info: &SecretBytes, scheme: &Scheme, password: &Password) -> Result<Vec<u8>, Error> {
    let ciphertext = scheme.encrypt(password, private_key_info.expose())?;
    let ciphertext = wrap(FORMAT, Tag::OctetString, &[&ciphertext])?;
    wrap(FORMAT, Tag::Sequence, &[&scheme.algorithm_identifier()?, &ciphertext])
}

/// How an `EncryptedPrivateKeyInfo` is protected, without its password.
///
/// # Errors
/// [`Reason::Malformed`](super::Reason::Malformed) for anything else.
pub fn describe(der: &[u8]) -> Result<Description, Error> {
    Ok(encrypted_parts(der)?.0.describe())
}

/// Charges the derivation that [`decrypt`] will do.
pub(crate) fn charge(der: &[u8], budget: &mut Budget) -> Result<(), Error> {
    encrypted_parts(der)?.0.charge(budget, "EncryptedPrivateKeyInfo")
}

/// The `PrivateKeyInfo` inside an `EncryptedPrivateKeyInfo`.
pub(crate) fn unshroud(der: &[u8], password: &Password, budget: &mut Budget) -> Result<SecretBytes, Error> {
    let (scheme, ciphertext) = encrypted_parts(der)?;
    // The schemes of PKCS#12 try the empty password in both forms that writers have.
    for _ in 0..=usize::from(password.is_empty()) {
        scheme.charge(budget, "EncryptedPrivateKeyInfo")?;
    }
    scheme.decrypt(password, ciphertext)
}

/// Scheme and ciphertext of an `EncryptedPrivateKeyInfo`.
pub(crate) fn encrypted_parts(der: &[u8]) -> Result<(Scheme, &[u8]), Error> {
    let outer = Element::only(FORMAT, der)?;
    let children = outer.children(FORMAT, Tag::Sequence)?;
    let [algorithm, ciphertext] = children.as_slice() else {
        return Err(Error::malformed(FORMAT, "an EncryptedPrivateKeyInfo has two parts"));
    };
    Ok((Scheme::parse(algorithm.raw)?, ciphertext.expect(FORMAT, Tag::OctetString)?))
}

/// Whether the key's algorithm has an encoding of its own besides PKCS#8.
pub(crate) fn traditional_label(algorithm: KeyAlgorithm) -> Option<&'static str> {
    match algorithm {
        KeyAlgorithm::Rsa { .. } => Some(pkcs1::LABEL),
        KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::P521 => Some(sec1::LABEL),
        KeyAlgorithm::Ed25519 => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SystemRandom;
    use crate::formats::pkcs5::Kdf;
    use crate::formats::{Reason, spki};
    use crate::limits::Limits;

    #[test]
    fn every_key_survives_every_encoding_it_has() {
        let mut rng = SystemRandom::new();
        let password = Password::new("secret");
        for algorithm in
            KeyAlgorithm::GENERATED.into_iter().filter(|it| !matches!(it, KeyAlgorithm::Rsa { bits } if *bits > 2048))
        {
            let key = PrivateKey::generate(algorithm, &mut rng).unwrap();
            let same = |read: PrivateKey| assert_eq!(read.public_key(), key.public_key());
            same(decode(encode(&key).unwrap().expose()).unwrap());
            let fast = Encryption::Pbes2(Kdf::Pbkdf2 { iterations: 1 });
            let encrypted = encrypt(&key, fast, &password, &mut rng).unwrap();
            same(decrypt(&encrypted, &password, &mut Budget::new(&Limits::default())).unwrap());
            match traditional_label(algorithm) {
                Some(pkcs1::LABEL) => same(pkcs1::decode(pkcs1::encode(&key).unwrap().expose()).unwrap()),
                Some(_) => same(sec1::decode(sec1::encode(&key).unwrap().expose()).unwrap()),
                None => assert!(pkcs1::encode(&key).is_err() && sec1::encode(&key).is_err()),
            }
            let public = key.public_key();
            assert_eq!(spki::decode(&spki::encode(&public).unwrap()).unwrap(), public);
        }
    }

    #[test]
    fn a_wrong_password_is_never_called_malformed() {
        let mut rng = SystemRandom::new();
        let key = PrivateKey::generate(KeyAlgorithm::P256, &mut rng).unwrap();
        let fast = Encryption::Pbes2(Kdf::Pbkdf2 { iterations: 1 });
        for attempt in 0..600 {
            let encrypted = encrypt(&key, fast, &Password::new("right"), &mut rng).unwrap();
            let wrong = Password::new(format!("wrong{attempt}"));
            let fault = decrypt(&encrypted, &wrong, &mut Budget::new(&Limits::default())).unwrap_err();
            assert!(matches!(fault.reason, Reason::IntegrityMismatch(_)), "{fault}");
        }
    }
}
