//! What can be said of a private key that cannot be used here: its algorithm, and its public half where it is stated.

use der::Tag;

use super::{FORMAT, decode};
use crate::crypto::PrivateKey;
use crate::formats::der::{Element, wrap};
use crate::formats::spki::{self, Description};
use crate::formats::{Error, Reason, oid, pkcs1, sec1};

/// The PEM label of OpenSSL's own structure for DSA keys.
pub const DSA_LABEL: &str = "DSA PRIVATE KEY";

/// A private key that was read.
#[derive(Debug)]
pub enum Reading {
    /// It is of a kind that is not used here. Nothing about it was checked.
    Described {
        /// What it says of itself.
        description: Box<Description>,
        /// Why it cannot be used.
        why: Error,
    },
    /// It can be used.
    Usable(PrivateKey),
}

impl Reading {
    /// The key.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn usable(self) -> Result<PrivateKey, Error> {
        match self {
            Self::Described { why, .. } => Err(why),
            Self::Usable(key) => Ok(key),
        }
    }
}

/// The key in a DER `PrivateKeyInfo`, or what it says of itself where it is of a kind that is not used here.
///
/// # Errors
/// As [`decode`], but for a kind of key that is named and not used.
///
/// ```
/// use certwright::formats::pkcs8::{self, Reading};
///
/// // RFC 8410 with the identifier of X25519.
/// let der = [&[0x30, 0x0e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 2, 4, 0][..]].concat();
/// let Reading::Described { description, .. } = pkcs8::read(&der)? else { panic!("no key for signing") };
/// assert_eq!((description.algorithm.as_str(), description.fingerprint), ("X25519", None));
/// # Ok::<(), certwright::formats::Error>(())
/// ```
pub fn read(der: &[u8]) -> Result<Reading, Error> {
    or_described(decode(der), || describe_key(der))
}

/// The key in the DER under a PEM label: PKCS#1, SEC 1, PKCS#8 or [`DSA_LABEL`].
///
/// # Errors
/// As [`read`].
pub fn read_labelled(label: &str, der: &[u8]) -> Result<Reading, Error> {
    match label {
        pkcs1::LABEL => or_described(pkcs1::decode(der), || {
            let public = rsa_public_key(der)?;
            let null = wrap(FORMAT, Tag::Null, &[])?;
            described(&algorithm(oid::RSA_ENCRYPTION, &null)?, Some(&public))
        }),
        sec1::LABEL => or_described(sec1::decode(der), || {
            let stated = sec1::public_parts(der)?;
            let unnamed = || Error::malformed(FORMAT, "the key does not name its curve");
            described(&algorithm(oid::EC_PUBLIC_KEY, stated.parameters.ok_or_else(unnamed)?)?, stated.point)
        }),
        DSA_LABEL => or_described(Err(Error::unsupported(FORMAT, "a private key of algorithm DSA")), || dsa(der)),
        _ => read(der),
    }
}

fn or_described(
    decoded: Result<PrivateKey, Error>,
    describe: impl FnOnce() -> Result<Description, Error>,
) -> Result<Reading, Error> {
    match decoded {
        Ok(key) => Ok(Reading::Usable(key)),
        Err(why) if matches!(why.reason, Reason::Unsupported(_)) => match describe() {
            Ok(description) => Ok(Reading::Described { description: Box::new(description), why }),
            Err(_) => Err(why),
        },
        Err(fault) => Err(fault),
    }
}

fn describe_key(der: &[u8]) -> Result<Description, Error> {
    let parts = Element::only(FORMAT, der)?.children(FORMAT, Tag::Sequence)?;
    let [_version, algorithm, key, further @ ..] = parts.as_slice() else {
        return Err(Error::malformed(FORMAT, "it has not the parts of a private key"));
    };
    let octets = key.expect(FORMAT, Tag::OctetString)?;
    let named = algorithm.children(FORMAT, Tag::Sequence)?;
    let named = named.first().ok_or_else(|| Error::malformed(FORMAT, "it names no algorithm"))?.oid(FORMAT)?;
    match named {
        oid::RSA_ENCRYPTION | oid::RSASSA_PSS => described(algorithm.raw, rsa_public_key(octets).ok().as_deref()),
        oid::EC_PUBLIC_KEY => described(algorithm.raw, sec1::public_parts(octets).ok().and_then(|it| it.point)),
        _ => {
            // RFC 5958's publicKey is an implicit BIT STRING under [1].
            let stated = further.iter().find(|part| part.raw.first() == Some(&0x81));
            let stated = stated.map(|part| wrap(FORMAT, Tag::BitString, &[part.value])).transpose()?;
            described(algorithm.raw, stated.as_deref())
        }
    }
}

/// The description of a key with this `AlgorithmIdentifier` and, where it is stated, this BIT STRING as its public half.
fn described(algorithm: &[u8], public: Option<&[u8]>) -> Result<Description, Error> {
    match public {
        Some(public) => spki::describe(&wrap(FORMAT, Tag::Sequence, &[algorithm, public])?),
        None => spki::describe_algorithm(algorithm),
    }
}

fn algorithm(named: der::asn1::ObjectIdentifier, parameters: &[u8]) -> Result<Vec<u8>, Error> {
    let named = wrap(FORMAT, Tag::ObjectIdentifier, &[named.as_bytes()])?;
    wrap(FORMAT, Tag::Sequence, &[&named, parameters])
}

/// The BIT STRING around the `RSAPublicKey` of a DER `RSAPrivateKey`.
fn rsa_public_key(der: &[u8]) -> Result<Vec<u8>, Error> {
    let parts = Element::only(FORMAT, der)?.children(FORMAT, Tag::Sequence)?;
    let [_version, modulus, exponent, ..] = parts.as_slice() else {
        return Err(Error::malformed(FORMAT, "the RSA key has not the parts modulus and exponent"));
    };
    let public = wrap(FORMAT, Tag::Sequence, &[modulus.raw, exponent.raw])?;
    wrap(FORMAT, Tag::BitString, &[&[0], &public])
}

/// OpenSSL's SEQUENCE of version, p, q, g, y and x.
fn dsa(der: &[u8]) -> Result<Description, Error> {
    let parts = Element::only(FORMAT, der)?.children(FORMAT, Tag::Sequence)?;
    let [_version, p, q, g, y, _x] = parts.as_slice() else {
        return Err(Error::malformed(FORMAT, "the DSA key has not six parts"));
    };
    let parameters = wrap(FORMAT, Tag::Sequence, &[p.raw, q.raw, g.raw])?;
    let public = wrap(FORMAT, Tag::BitString, &[&[0], y.raw])?;
    described(&algorithm(oid::DSA, &parameters)?, Some(&public))
}
