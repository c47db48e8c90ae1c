//! What a `SubjectPublicKeyInfo` says of its key, also where no key of that kind can be used here.

use der::Decode;
use der::asn1::{AnyRef, ObjectIdentifier, UintRef};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::{FORMAT, decode, rsa_numbers};
use crate::crypto::key_health::RsaNumbers;
use crate::crypto::{DigestAlgorithm, Fingerprint, PublicKey};
use crate::formats::der::{elements, malformed};
use crate::formats::{Error, oid};

/// What can be said of a public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The kind of key with its size or curve, such as `RSA 2048`, `EC P-256` or `DSA 1024`.
    pub algorithm: String,
    /// The length in bits of an RSA or DSA modulus, or of a curve's field.
    pub bits: Option<u32>,
    /// The curve's name, of an EC key that names it.
    pub curve: Option<String>,
    /// SHA-256 of the DER; `None` of a private key that does not state its public half.
    pub fingerprint: Option<Fingerprint>,
    /// The numbers of an RSA key, whether or not it can be used here.
    pub rsa: Option<RsaNumbers>,
    /// The key, if it is of a kind that can be used here.
    pub key: Option<PublicKey>,
}

/// What the DER says of its key.
///
/// # Errors
/// When the octets are no `SubjectPublicKeyInfo`. A key of an unknown kind is no error.
pub fn describe(der: &[u8]) -> Result<Description, Error> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|fault| malformed(FORMAT, &fault))?;
    Ok(Description {
        fingerprint: Some(Fingerprint::of(DigestAlgorithm::Sha256, der)),
        key: decode(der).ok(),
        ..of_algorithm(info.algorithm, rsa_numbers(der).ok().flatten())
    })
}

/// What a DER `AlgorithmIdentifier` alone says of its key.
pub(crate) fn describe_algorithm(der: &[u8]) -> Result<Description, Error> {
    let algorithm = AlgorithmIdentifierRef::from_der(der).map_err(|fault| malformed(FORMAT, &fault))?;
    Ok(of_algorithm(algorithm, None))
}

fn of_algorithm(info: AlgorithmIdentifierRef<'_>, rsa: Option<RsaNumbers>) -> Description {
    let parameters = info.parameters;
    let mut bits = rsa.as_ref().map(RsaNumbers::bits);
    let mut curve = None;
    let kind = match info.oid {
        oid::RSA_ENCRYPTION => "RSA".to_owned(),
        oid::RSASSA_PSS => "RSA-PSS".to_owned(),
        oid::DSA => {
            bits = parameters.and_then(|any| first_integer_bits(any));
            "DSA".to_owned()
        }
        oid::EC_PUBLIC_KEY => {
            let named = parameters.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
            curve = named.map(oid::name);
            bits = named.and_then(field_bits);
            "EC".to_owned()
        }
        oid::ED25519 => "Ed25519".to_owned(),
        other => oid::name(other),
    };
    let algorithm = match (&curve, bits) {
        (Some(curve), _) => format!("{kind} {curve}"),
        (None, Some(bits)) => format!("{kind} {bits}"),
        (None, None) if info.oid == oid::EC_PUBLIC_KEY => "EC on a curve that it spells out".to_owned(),
        (None, None) => kind,
    };
    Description { algorithm, bits, curve, fingerprint: None, rsa, key: None }
}

/// The length of the prime in `Dss-Parms`, RFC 3279 section 2.3.2.
fn first_integer_bits(parameters: AnyRef<'_>) -> Option<u32> {
    let parts = elements(FORMAT, parameters.value()).ok()?;
    let octets = UintRef::from_der(parts.first()?.raw).ok()?.as_bytes();
    let length = u32::try_from(octets.len()).ok()?;
    Some((length * 8).saturating_sub(octets.first()?.leading_zeros()))
}

/// The length of the curve's field.
fn field_bits(curve: ObjectIdentifier) -> Option<u32> {
    let name = oid::name(curve);
    let digits: String = name.chars().skip_while(|it| !it.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    // Every curve that is known by name has its length in it.
    (name != curve.to_string()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
    use crate::formats::spki::encode;

    #[test]
    fn usable_keys_are_described_as_they_are_called_elsewhere() {
        let mut rng = SystemRandom::new();
        let cases = [
            (KeyAlgorithm::P384, "EC P-384", Some(384)),
            (KeyAlgorithm::Ed25519, "Ed25519", None),
            (KeyAlgorithm::Rsa { bits: 2048 }, "RSA 2048", Some(2048)),
        ];
        for (algorithm, name, bits) in cases {
            let key = PrivateKey::generate(algorithm, &mut rng).unwrap().public_key();
            let described = describe(&encode(&key).unwrap()).unwrap();
            assert_eq!((described.algorithm.as_str(), described.bits), (name, bits));
            assert_eq!(described.algorithm, algorithm.to_string());
            assert_eq!(described.key, Some(key));
        }
    }

    #[test]
    fn a_key_of_another_kind_is_named() {
        // SubjectPublicKeyInfo with the identifier alone and a short BIT STRING.
        let of = |oid: &[u8]| {
            let mut algorithm = vec![0x30, oid.len() as u8];
            algorithm.extend_from_slice(oid);
            let mut der = vec![0x30, algorithm.len() as u8 + 4];
            der.extend(algorithm);
            der.extend([0x03, 0x02, 0x00, 0x01]);
            describe(&der).unwrap()
        };
        let ml_dsa = of(&[0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12]);
        assert_eq!((ml_dsa.algorithm.as_str(), ml_dsa.key), ("ML-DSA-65", None));
        assert_eq!(of(&[0x06, 0x03, 0x2b, 0x65, 0x71]).algorithm, "Ed448");
        assert_eq!(of(&[0x06, 0x03, 0x2a, 0x03, 0x04]).algorithm, "1.2.3.4");
    }
}
