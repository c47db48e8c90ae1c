//! `ContentInfo`, RFC 5652 section 3, as far as PKCS#12 uses it: data and encryptedData.

use der::asn1::ObjectIdentifier;
use der::{Encode, Tag, TagNumber};

use super::FORMAT;
use super::bag::wrap_secret;
use super::mac::Mac;
use crate::formats::der::{Element, malformed, wrap};
use crate::formats::pkcs5::Scheme;
use crate::formats::{Error, oid};
use crate::secret::SecretBytes;

const EXPLICIT_0: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
const IMPLICIT_0: Tag = Tag::ContextSpecific { constructed: false, number: TagNumber(0) };

/// The type that a `ContentInfo` states.
pub(super) fn content_type(content_info: &Element<'_>) -> Result<ObjectIdentifier, Error> {
    let parts = content_info.children(FORMAT, Tag::Sequence)?;
    parts.first().ok_or_else(|| Error::malformed(FORMAT, "a ContentInfo is empty"))?.oid(FORMAT)
}

/// The content of a `ContentInfo` of type data: what its OCTET STRING holds.
pub(super) fn data_of<'a>(content_info: &Element<'a>) -> Result<&'a [u8], Error> {
    let parts = content_info.children(FORMAT, Tag::Sequence)?;
    match (content_type(content_info)?, parts.as_slice()) {
        (oid::DATA, [_, content]) => {
            Element::only(FORMAT, content.expect(FORMAT, EXPLICIT_0)?)?.expect(FORMAT, Tag::OctetString)
        }
        (other, _) => Err(Error::unsupported(FORMAT, format!("content of type {}", oid::name(other)))),
    }
}

/// Scheme and ciphertext of a `ContentInfo` of type encryptedData, RFC 5652 section 8; `None` for another type.
pub(super) fn encrypted_parts<'a>(content_info: &Element<'a>) -> Result<Option<(Scheme, &'a [u8])>, Error> {
    if content_type(content_info)? != oid::ENCRYPTED_DATA {
        return Ok(None);
    }
    let broken = || Error::malformed(FORMAT, "an EncryptedData lacks a part");
    let parts = content_info.children(FORMAT, Tag::Sequence)?;
    let content = parts.get(1).ok_or_else(broken)?.expect(FORMAT, EXPLICIT_0)?;
    let encrypted_data = Element::only(FORMAT, content)?.children(FORMAT, Tag::Sequence)?;
    let info = encrypted_data.get(1).ok_or_else(broken)?.children(FORMAT, Tag::Sequence)?;
    let [_, algorithm, ciphertext] = info.as_slice() else { return Err(broken()) };
    Ok(Some((Scheme::parse(algorithm.raw)?, ciphertext.expect(FORMAT, IMPLICIT_0)?)))
}

/// A `ContentInfo` of type data.
pub(super) fn data(content: &[u8]) -> Result<SecretBytes, Error> {
    let octets = wrap_secret(Tag::OctetString, &[content])?;
    let explicit = wrap_secret(EXPLICIT_0, &[octets.expose()])?;
    wrap_secret(Tag::Sequence, &[&encoded(oid::DATA)?, explicit.expose()])
}

/// A `ContentInfo` of type encryptedData.
pub(super) fn encrypted_data(scheme: &Scheme, ciphertext: &[u8]) -> Result<Vec<u8>, Error> {
    let ciphertext = wrap(FORMAT, IMPLICIT_0, &[ciphertext])?;
    let info = wrap(FORMAT, Tag::Sequence, &[&encoded(oid::DATA)?, &scheme.algorithm_identifier()?, &ciphertext])?;
    let encrypted = wrap(FORMAT, Tag::Sequence, &[&wrap(FORMAT, Tag::Integer, &[&[0]])?, &info])?;
    wrap(FORMAT, Tag::Sequence, &[&encoded(oid::ENCRYPTED_DATA)?, &wrap(FORMAT, EXPLICIT_0, &[&encrypted])?])
}

/// The PFX around a DER `AuthenticatedSafe`.
pub(super) fn seal(authenticated_safe: &[u8], mac: &Mac, key: &SecretBytes) -> Result<Vec<u8>, Error> {
    let version = wrap(FORMAT, Tag::Integer, &[&[3]])?;
    let (content, mac) = (data(authenticated_safe)?, mac.to_der(key, authenticated_safe)?);
    Ok(wrap_secret(Tag::Sequence, &[&version, content.expose(), &mac])?.expose().to_vec())
}

fn encoded(oid: ObjectIdentifier) -> Result<Vec<u8>, Error> {
    oid.to_der().map_err(|fault| malformed(FORMAT, &fault))
}
