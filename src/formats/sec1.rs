//! SEC 1 `ECPrivateKey`, RFC 5915: the `BEGIN EC PRIVATE KEY` of older tools.

use der::asn1::ObjectIdentifier;
use der::{Decode, Tag};
use sec1::EcPrivateKey;

use crate::crypto::{PrivateKey, PrivateKeyKind};
use crate::formats::der::{Element, malformed};
use crate::formats::oid;
use crate::formats::{Error, Reason};
use crate::secret::SecretBytes;

const FORMAT: &str = "SEC 1";

/// The PEM label of this encoding.
pub const LABEL: &str = "EC PRIVATE KEY";

/// The DER `ECPrivateKey` of a key on a NIST curve, with the curve's name and the public point.
///
/// # Errors
/// [`Reason::CannotHold`] for any other key.
pub fn encode(key: &PrivateKey) -> Result<SecretBytes, Error> {
    let document = match &key.0 {
        PrivateKeyKind::P256(key) => p256::SecretKey::from(key.as_ref()).to_sec1_der(),
        PrivateKeyKind::P384(key) => p384::SecretKey::from(key.as_ref()).to_sec1_der(),
        PrivateKeyKind::P521(key) => p521::SecretKey::from(key.as_ref()).to_sec1_der(),
        _ => {
            let why = format!("it holds EC keys only, and this is {}", key.algorithm());
            return Err(Error::new(FORMAT, Reason::CannotHold(why)));
        }
    };
    let document = document.map_err(|fault| malformed(FORMAT, &fault))?;
    Ok(SecretBytes::concat(&[&document]))
}

/// The key in a DER `ECPrivateKey` that names its curve.
///
/// # Errors
/// When the octets are no such key, or the curve is none of P-256, P-384 and P-521.
pub fn decode(der: &[u8]) -> Result<PrivateKey, Error> {
    refuse_unnamed_curve(der)?;
    let encoded = EcPrivateKey::from_der(der).map_err(|fault| malformed(FORMAT, &fault))?;
    let curve = encoded.parameters.and_then(|parameters| parameters.named_curve());
    decode_on(curve.ok_or_else(|| Error::malformed(FORMAT, "the key does not name its curve"))?, der)
}

/// Refuses by its name what RFC 5915 section 3 forbids: a curve that is spelt out, a SEQUENCE where its OID should be.
fn refuse_unnamed_curve(der: &[u8]) -> Result<(), Error> {
    let parts = Element::only(FORMAT, der)?;
    let parts = parts.children(FORMAT, Tag::Sequence)?;
    let parameters = parts.iter().find(|part| part.raw.first() == Some(&0xa0));
    match parameters.and_then(|parameters| parameters.value.first()) {
        Some(0x30) => Err(Error::unsupported(FORMAT, "an EC key that spells its curve out instead of naming it")),
        _ => Ok(()),
    }
}

/// What an `ECPrivateKey` says of its public half, each part in DER where it is stated.
pub(crate) struct PublicParts<'a> {
    /// The `ECParameters`.
    pub(crate) parameters: Option<&'a [u8]>,
    /// The point, as a BIT STRING.
    pub(crate) point: Option<&'a [u8]>,
}

/// What a DER `ECPrivateKey` says of its public half.
pub(crate) fn public_parts(der: &[u8]) -> Result<PublicParts<'_>, Error> {
    let parts = Element::only(FORMAT, der)?.children(FORMAT, Tag::Sequence)?;
    let stated = |tag: u8| parts.iter().find(|part| part.raw.first() == Some(&tag)).map(|part| part.value);
    Ok(PublicParts { parameters: stated(0xa0), point: stated(0xa1) })
}

/// The key in a DER `ECPrivateKey` on the curve that its surroundings name.
pub(crate) fn decode_on(curve: ObjectIdentifier, der: &[u8]) -> Result<PrivateKey, Error> {
    if let Some(version) = Element::only(FORMAT, der)?.children(FORMAT, Tag::Sequence)?.first()
        && version.expect(FORMAT, Tag::Integer)? != [1]
    {
        return Err(Error::malformed(FORMAT, "its version is not 1, the only one that there is"));
    }
    let not_on_curve = |_| {
        Error::malformed(FORMAT, "its number is no private key on the curve it names, or not that of its public key")
    };
    Ok(PrivateKey(match curve {
        oid::P256 => PrivateKeyKind::P256(Box::new(p256::SecretKey::from_sec1_der(der).map_err(not_on_curve)?.into())),
        oid::P384 => PrivateKeyKind::P384(Box::new(p384::SecretKey::from_sec1_der(der).map_err(not_on_curve)?.into())),
        oid::P521 => PrivateKeyKind::P521(Box::new(p521::SecretKey::from_sec1_der(der).map_err(not_on_curve)?.into())),
        other => return Err(Error::unsupported(FORMAT, format!("the curve {}", oid::name(other)))),
    }))
}
