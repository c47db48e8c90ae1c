//! `SubjectPublicKeyInfo`, RFC 5280 section 4.1: the public key as certificates and CSRs carry it.

mod describe;

use std::fmt;

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Encode, Tag};
use rsa::RsaPublicKey;
use spki::{AlgorithmIdentifierRef, EncodePublicKey, SubjectPublicKeyInfoRef};

use crate::crypto::key_health::RsaNumbers;
use crate::crypto::{DigestAlgorithm, Fingerprint, PublicKey, PublicKeyKind};
use crate::formats::der::{Element, malformed, wrap};
use crate::formats::{Error, Reason, oid};

pub(crate) use describe::describe_algorithm;
pub use describe::{Description, describe};

const FORMAT: &str = "SubjectPublicKeyInfo";

/// The PEM label of this encoding.
pub const LABEL: &str = "PUBLIC KEY";

/// The PEM label of a bare `RSAPublicKey`, RFC 8017 appendix A.1.1.
pub const RSA_LABEL: &str = "RSA PUBLIC KEY";

/// A public key as a file holds it by itself, whether or not the key can be used.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKeyInfo {
    der: Vec<u8>,
}

impl PublicKeyInfo {
    /// Reads a `SubjectPublicKeyInfo`; of the key inside nothing is checked.
    ///
    /// # Errors
    /// When the octets have not its structure.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        parts(der)?;
        Ok(Self { der: der.to_vec() })
    }

    /// Reads a bare `RSAPublicKey`; its numbers are not checked.
    ///
    /// # Errors
    /// When the octets are not a SEQUENCE of two INTEGERs.
    pub fn from_rsa_der(der: &[u8]) -> Result<Self, Error> {
        rsa_public_key_numbers(der)?;
        let algorithm = AlgorithmIdentifierRef { oid: oid::RSA_ENCRYPTION, parameters: Some(AnyRef::NULL) };
        let algorithm = algorithm.to_der().map_err(|fault| malformed(FORMAT, &fault))?;
        let key = wrap(FORMAT, Tag::BitString, &[&[0], der])?;
        Ok(Self { der: wrap(FORMAT, Tag::Sequence, &[&algorithm, &key])? })
    }

    /// The DER of the `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The key.
    ///
    /// # Errors
    /// As [`decode`].
    pub fn public_key(&self) -> Result<PublicKey, Error> {
        decode(&self.der)
    }

    /// SHA-256 of the DER; of a key that can be used, of the DER that certificates hold.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let usual = self.public_key().and_then(|key| encode(&key));
        Fingerprint::of(DigestAlgorithm::Sha256, usual.as_deref().unwrap_or(&self.der))
    }
}

impl fmt::Debug for PublicKeyInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKeyInfo({})", self.fingerprint())
    }
}

/// The DER of `key`.
///
/// # Errors
/// Only when the key is longer than DER can state.
pub fn encode(key: &PublicKey) -> Result<Vec<u8>, Error> {
    let document = match &key.0 {
        PublicKeyKind::Ed25519(key) => key.to_public_key_der(),
        PublicKeyKind::P256(key) => key.to_public_key_der(),
        PublicKeyKind::P384(key) => key.to_public_key_der(),
        PublicKeyKind::P521(key) => key.to_public_key_der(),
        PublicKeyKind::Rsa(key) => key.to_public_key_der(),
    };
    let document =
        document.map_err(|fault| Error::malformed(FORMAT, format!("the key cannot be written ({fault})")))?;
    Ok(document.into_vec())
}

/// The DER `RSAPublicKey` of an RSA key, RFC 8017 appendix A.1.1: what stands under [`RSA_LABEL`].
///
/// # Errors
/// [`Reason::CannotHold`] for a key that is not RSA.
pub fn encode_rsa(key: &PublicKey) -> Result<Vec<u8>, Error> {
    match &key.0 {
        PublicKeyKind::Rsa(_) => key_octets(key),
        _ => Err(Error::new(
            "PKCS#1",
            Reason::CannotHold(format!("it holds RSA keys only, and this is {}", key.algorithm())),
        )),
    }
}

/// The key in DER.
///
/// # Errors
/// When the octets are no such key, or its algorithm is not one of RSA, P-256, P-384, P-521 and Ed25519.
pub fn decode(der: &[u8]) -> Result<PublicKey, Error> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|fault| malformed(FORMAT, &fault))?;
    let no_key = |fault: spki::Error| Error::malformed(FORMAT, format!("it holds no usable key ({fault})"));
    let kind = match info.algorithm.oid {
        oid::ED25519 => PublicKeyKind::Ed25519(info.try_into().map_err(no_key)?),
        oid::RSA_ENCRYPTION => PublicKeyKind::Rsa(Box::new(RsaPublicKey::try_from(info).map_err(no_key)?)),
        oid::EC_PUBLIC_KEY => match info.algorithm.parameters_oid().map_err(no_key)? {
            oid::P256 => PublicKeyKind::P256(info.try_into().map_err(no_key)?),
            oid::P384 => PublicKeyKind::P384(info.try_into().map_err(no_key)?),
            oid::P521 => PublicKeyKind::P521(info.try_into().map_err(no_key)?),
            curve => return Err(Error::unsupported(FORMAT, format!("an EC key on the curve {}", oid::name(curve)))),
        },
        other => return Err(Error::unsupported(FORMAT, format!("a key of algorithm {}", oid::name(other)))),
    };
    Ok(PublicKey(kind))
}

/// The numbers of an RSA key in DER, so that a key that [`decode`] refuses can be examined; `None` for a key of another
/// kind. Nothing about the numbers is checked, and a sign that a careless writer left in is passed over.
///
/// # Errors
/// When the octets have not the structure of a `SubjectPublicKeyInfo`, or the RSA key inside not that of two INTEGERs.
pub fn rsa_numbers(der: &[u8]) -> Result<Option<RsaNumbers>, Error> {
    match parts(der)? {
        (oid::RSA_ENCRYPTION | oid::RSASSA_PSS, key) => rsa_public_key_numbers(key).map(Some),
        _ => Ok(None),
    }
}

/// The algorithm of a `SubjectPublicKeyInfo`, and the octets of its key.
fn parts(der: &[u8]) -> Result<(ObjectIdentifier, &[u8]), Error> {
    let parts = Element::only(FORMAT, der)?.children(FORMAT, Tag::Sequence)?;
    let [algorithm, key] = parts.as_slice() else {
        return Err(Error::malformed(FORMAT, "it has not the two parts of a public key"));
    };
    let algorithm = algorithm.children(FORMAT, Tag::Sequence)?;
    let named = algorithm.first().ok_or_else(|| Error::malformed(FORMAT, "it names no algorithm"))?.oid(FORMAT)?;
    match key.expect(FORMAT, Tag::BitString)? {
        // The first octet counts the bits to be left out at the end.
        [0, key @ ..] => Ok((named, key)),
        _ => Err(Error::malformed(FORMAT, "its BIT STRING has not whole octets")),
    }
}

/// The numbers of a DER `RSAPublicKey`, RFC 8017 appendix A.1.1, likewise unchecked.
///
/// # Errors
/// When the octets are not a SEQUENCE of two INTEGERs.
pub fn rsa_public_key_numbers(der: &[u8]) -> Result<RsaNumbers, Error> {
    let numbers = Element::only(FORMAT, der)?.children(FORMAT, Tag::Sequence)?;
    let [modulus, exponent] = numbers.as_slice() else {
        return Err(Error::malformed(FORMAT, "the RSA key has not the two parts modulus and exponent"));
    };
    Ok(RsaNumbers::new(modulus.expect(FORMAT, Tag::Integer)?, exponent.expect(FORMAT, Tag::Integer)?))
}

/// SHA-256 of the DER: what names a key wherever two files are compared.
///
/// # Errors
/// As [`encode`].
pub fn fingerprint(key: &PublicKey) -> Result<Fingerprint, Error> {
    Ok(Fingerprint::of(DigestAlgorithm::Sha256, &encode(key)?))
}

/// The 20-octet key identifier of RFC 5280 section 4.2.1.2 (1): SHA-1 of the BIT STRING's content.
///
/// # Errors
/// As [`encode`].
pub fn key_identifier(key: &PublicKey) -> Result<Vec<u8>, Error> {
    Ok(DigestAlgorithm::Sha1.digest(&key_octets(key)?))
}

/// The content of the BIT STRING.
fn key_octets(key: &PublicKey) -> Result<Vec<u8>, Error> {
    let der = encode(key)?;
    let info = SubjectPublicKeyInfoRef::from_der(&der).map_err(|fault| malformed(FORMAT, &fault))?;
    Ok(info.subject_public_key.raw_bytes().to_vec())
}
