//! `ContentInfo`, RFC 5652 section 3, as far as PKCS#12 uses it: data and encryptedData.

use der::asn1::ObjectIdentifier;
use der::{Encode, Tag, TagNumber};

use super::FORMAT;
use super::bag::wrap_secret;
use super::mac::Mac;
use crate::formats::der::{Element, malformed, walk, wrap};
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
        // CVE-2024-0727 was content that is optional in the grammar and was taken for granted.
        (oid::DATA, _) => Err(Error::malformed(FORMAT, "a ContentInfo of type data has no content")),
        (oid::SIGNED_DATA, _) => {
            Err(Error::unsupported(FORMAT, "a file whose integrity rests on a signature and not on a password"))
        }
        (other, _) => Err(Error::unsupported(FORMAT, format!("content of type {}", oid::name(other)))),
    }
}

/// What an `EncryptedData`, RFC 5652 section 8, holds.
pub(super) struct EncryptedContent {
    pub(super) scheme: Scheme,
    pub(super) ciphertext: Vec<u8>,
    /// The DER `AlgorithmIdentifier` of the scheme, as it was read.
    algorithm: Vec<u8>,
    /// Whether the ciphertext stood in segments, as BER allows.
    was_in_segments: bool,
}

/// Scheme and ciphertext of a `ContentInfo` of type encryptedData.
pub(super) fn encrypted_content(content_info: &Element<'_>) -> Result<EncryptedContent, Error> {
    let broken = || Error::malformed(FORMAT, "an EncryptedData lacks a part");
    let parts = content_info.children(FORMAT, Tag::Sequence)?;
    let content = parts.get(1).ok_or_else(broken)?.expect(FORMAT, EXPLICIT_0)?;
    let encrypted_data = Element::only(FORMAT, content)?.children(FORMAT, Tag::Sequence)?;
    let info = encrypted_data.get(1).ok_or_else(broken)?.children(FORMAT, Tag::Sequence)?;
    let [_, algorithm, ciphertext] = info.as_slice() else { return Err(broken()) };
    // The tag hides from the BER reader that its segments are an OCTET STRING's.
    let was_in_segments = ciphertext.tag == EXPLICIT_0;
    let octets = if was_in_segments {
        let mut octets = Vec::with_capacity(ciphertext.value.len());
        for segment in walk(FORMAT, ciphertext.value) {
            octets.extend_from_slice(segment?.expect(FORMAT, Tag::OctetString)?);
        }
        octets
    } else {
        ciphertext.expect(FORMAT, IMPLICIT_0)?.to_vec()
    };
    let (scheme, algorithm) = (Scheme::parse(algorithm.raw)?, algorithm.raw.to_vec());
    Ok(EncryptedContent { scheme, ciphertext: octets, algorithm, was_in_segments })
}

impl EncryptedContent {
    /// The `ContentInfo` it was read from, with its ciphertext in one piece.
    pub(super) fn to_der(&self, read_from: &Element<'_>) -> Result<SecretBytes, Error> {
        if self.was_in_segments {
            return encrypted_data_with(&self.algorithm, &self.ciphertext).map(SecretBytes::from);
        }
        Ok(SecretBytes::concat(&[read_from.raw]))
    }
}

/// A `ContentInfo` of type data.
pub(super) fn data(content: &[u8]) -> Result<SecretBytes, Error> {
    let octets = wrap_secret(Tag::OctetString, &[content])?;
    let explicit = wrap_secret(EXPLICIT_0, &[octets.expose()])?;
    wrap_secret(Tag::Sequence, &[&encoded(oid::DATA)?, explicit.expose()])
}

/// A `ContentInfo` of type encryptedData.
pub(super) fn encrypted_data(scheme: &Scheme, ciphertext: &[u8]) -> Result<Vec<u8>, Error> {
    encrypted_data_with(&scheme.algorithm_identifier()?, ciphertext)
}

fn encrypted_data_with(algorithm: &[u8], ciphertext: &[u8]) -> Result<Vec<u8>, Error> {
    let ciphertext = wrap(FORMAT, IMPLICIT_0, &[ciphertext])?;
    let info = wrap(FORMAT, Tag::Sequence, &[&encoded(oid::DATA)?, algorithm, &ciphertext])?;
    let encrypted = wrap(FORMAT, Tag::Sequence, &[&wrap(FORMAT, Tag::Integer, &[&[0]])?, &info])?;
    wrap(FORMAT, Tag::Sequence, &[&encoded(oid::ENCRYPTED_DATA)?, &wrap(FORMAT, EXPLICIT_0, &[&encrypted])?])
}

/// The PFX around a DER `AuthenticatedSafe`; without a MAC when the file had none.
pub(super) fn seal(authenticated_safe: &[u8], mac: Option<(&Mac, &SecretBytes)>) -> Result<Vec<u8>, Error> {
    let version = wrap(FORMAT, Tag::Integer, &[&[3]])?;
    let content = data(authenticated_safe)?;
    let mac = mac.map_or(Ok(Vec::new()), |(mac, key)| mac.to_der(key, authenticated_safe))?;
    Ok(wrap_secret(Tag::Sequence, &[&version, content.expose(), &mac])?.expose().to_vec())
}

fn encoded(oid: ObjectIdentifier) -> Result<Vec<u8>, Error> {
    oid.to_der().map_err(|fault| malformed(FORMAT, &fault))
}
