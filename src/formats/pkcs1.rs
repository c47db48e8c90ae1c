//! PKCS#1 `RSAPrivateKey`, RFC 8017 appendix A.1.2: the `BEGIN RSA PRIVATE KEY` of older tools.

use der::{Decode, Tag};
use pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, RsaPrivateKeyRef};
use rsa::RsaPrivateKey;

use crate::crypto::key_health::{RsaNumbers, Severity, examine};
use crate::crypto::{KeyAlgorithm, PrivateKey, PrivateKeyKind};
use crate::formats::der::{Element, malformed};
use crate::formats::{Error, Reason};
use crate::secret::SecretBytes;

const FORMAT: &str = "PKCS#1";

/// The PEM label of this encoding.
pub const LABEL: &str = "RSA PRIVATE KEY";

/// The DER `RSAPrivateKey` of an RSA key.
///
/// # Errors
/// [`Reason::CannotHold`] for a key that is not RSA.
pub fn encode(key: &PrivateKey) -> Result<SecretBytes, Error> {
    match &key.0 {
        PrivateKeyKind::Rsa(rsa) => {
            let document = rsa.to_pkcs1_der().map_err(|_| Error::malformed(FORMAT, "the key's parts do not fit"))?;
            Ok(SecretBytes::concat(&[document.as_bytes()]))
        }
        _ => {
            let why = format!("it holds RSA keys only, and this is {}", key.algorithm());
            Err(Error::new(FORMAT, Reason::CannotHold(why)))
        }
    }
}

/// The secret numbers of an RSA key of two primes, each big-endian without zeros before it.
#[derive(Clone, Debug)]
pub struct PrivateNumbers {
    /// d
    pub private_exponent: SecretBytes,
    /// p
    pub prime1: SecretBytes,
    /// q
    pub prime2: SecretBytes,
    /// d mod (p - 1)
    pub exponent1: SecretBytes,
    /// d mod (q - 1)
    pub exponent2: SecretBytes,
    /// The inverse of q mod p.
    pub coefficient: SecretBytes,
}

/// The secret numbers of an RSA key.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
/// use certwright::formats::pkcs1;
///
/// let key = PrivateKey::generate(KeyAlgorithm::Rsa { bits: 2048 }, &mut SystemRandom::new())?;
/// assert_eq!(pkcs1::private_numbers(&key)?.prime1.expose().len(), 128);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`encode`].
pub fn private_numbers(key: &PrivateKey) -> Result<PrivateNumbers, Error> {
    let encoded = encode(key)?;
    let parts = RsaPrivateKeyRef::from_der(encoded.expose()).map_err(|fault| malformed(FORMAT, &fault))?;
    let secret = |number: der::asn1::UintRef<'_>| SecretBytes::concat(&[number.as_bytes()]);
    Ok(PrivateNumbers {
        private_exponent: secret(parts.private_exponent),
        prime1: secret(parts.prime1),
        prime2: secret(parts.prime2),
        exponent1: secret(parts.exponent1),
        exponent2: secret(parts.exponent2),
        coefficient: secret(parts.coefficient),
    })
}

/// The public numbers of a DER `RSAPrivateKey`, so that a key that [`decode`] refuses can be examined.
///
/// # Errors
/// When the octets are not a SEQUENCE that begins with three INTEGERs.
pub fn rsa_numbers(der: &[u8]) -> Result<RsaNumbers, Error> {
    let numbers = Element::only(FORMAT, der)?.children(FORMAT, Tag::Sequence)?;
    let [_version, modulus, exponent, ..] = numbers.as_slice() else {
        return Err(Error::malformed(FORMAT, "the RSA key has not the parts modulus and exponent"));
    };
    Ok(RsaNumbers::new(modulus.expect(FORMAT, Tag::Integer)?, exponent.expect(FORMAT, Tag::Integer)?))
}

/// The key in a DER `RSAPrivateKey`.
///
/// # Errors
/// When the octets are no such key, or its parts contradict each other.
pub fn decode(der: &[u8]) -> Result<PrivateKey, Error> {
    let key = RsaPrivateKey::from_pkcs1_der(der).map_err(|fault| match fault {
        pkcs1::Error::Version => Error::unsupported(FORMAT, "an RSA key of more than two primes"),
        fault => {
            let found = rsa_numbers(der).map(|numbers| examine(&numbers)).unwrap_or_default();
            match found.first().filter(|worst| worst.severity() == Severity::Broken) {
                // Why it is refused is told better by what is wrong with it.
                Some(worst) => Error::unsupported(FORMAT, format!("an RSA key that {worst}")),
                None => Error::malformed(FORMAT, format!("it is no RSA key whose parts fit together ({fault})")),
            }
        }
    })?;
    let key = PrivateKey(PrivateKeyKind::Rsa(Box::new(key)));
    match key.algorithm() {
        KeyAlgorithm::Rsa { bits } if bits < 1024 => {
            Err(Error::unsupported(FORMAT, format!("an RSA key of {bits} bits")))
        }
        _ => Ok(key),
    }
}
