//! DER taken apart and put together one element at a time, for structures whose untouched parts must keep their octets.

use ::der::asn1::{AnyRef, ObjectIdentifier};
use ::der::{Decode, Encode, Reader, SliceReader, Tag, Tagged};

use crate::formats::Error;

/// One tag-length-value element and the octets it was read from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    /// The whole element, tag and length included.
    pub(crate) raw: &'a [u8],
    /// Its tag.
    pub(crate) tag: Tag,
    /// Its content.
    pub(crate) value: &'a [u8],
}

impl<'a> Element<'a> {
    /// The one element that `octets` are, with nothing after it.
    pub(crate) fn only(format: &'static str, octets: &'a [u8]) -> Result<Self, Error> {
        match elements(format, octets)?.as_slice() {
            [element] => Ok(*element),
            found => {
                Err(Error::malformed(format, format!("{} DER elements stand where one was expected", found.len())))
            }
        }
    }

    /// The elements inside, after checking the tag.
    pub(crate) fn children(&self, format: &'static str, wanted: Tag) -> Result<Vec<Element<'a>>, Error> {
        elements(format, self.expect(format, wanted)?)
    }

    /// The content, after checking the tag.
    pub(crate) fn expect(&self, format: &'static str, wanted: Tag) -> Result<&'a [u8], Error> {
        if self.tag == wanted {
            return Ok(self.value);
        }
        Err(Error::malformed(format, format!("a {} stands where a {wanted} was expected", self.tag)))
    }

    /// The object identifier that this element is.
    pub(crate) fn oid(&self, format: &'static str) -> Result<ObjectIdentifier, Error> {
        ObjectIdentifier::from_der(self.raw).map_err(|fault| malformed(format, &fault))
    }
}

/// The elements that stand one after another in `octets`.
pub(crate) fn elements<'a>(format: &'static str, octets: &'a [u8]) -> Result<Vec<Element<'a>>, Error> {
    let mut reader = SliceReader::new(octets).map_err(|fault| malformed(format, &fault))?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        let raw = reader.tlv_bytes().map_err(|fault| malformed(format, &fault))?;
        let any = AnyRef::from_der(raw).map_err(|fault| malformed(format, &fault))?;
        found.push(Element { raw, tag: any.tag(), value: any.value() });
    }
    Ok(found)
}

/// How many octets a DER SEQUENCE that begins here says it has, its header included; `None` for anything else. Only the
/// long form counts: everything worth reading needs it, and no text begins like it.
pub(crate) fn announced_length(octets: &[u8]) -> Option<usize> {
    let [0x30, form @ 0x81..=0x84, rest @ ..] = octets else { return None };
    let length_octets = rest.get(..usize::from(form & 0x7f))?;
    let content = length_octets.iter().fold(0_usize, |length, octet| length << 8 | usize::from(*octet));
    content.checked_add(2 + length_octets.len())
}

/// An element with `tag` around the joined `parts`.
pub(crate) fn wrap(format: &'static str, tag: Tag, parts: &[&[u8]]) -> Result<Vec<u8>, Error> {
    let content = parts.concat();
    AnyRef::new(tag, &content).and_then(|element| element.to_der()).map_err(|fault| malformed(format, &fault))
}

/// The fault of a DER library in this crate's words.
pub(crate) fn malformed(format: &'static str, fault: &::der::Error) -> Error {
    let error = Error::malformed(format, format!("it is not the DER that the standard asks for ({fault})"));
    match fault.position() {
        Some(position) => error.at(crate::formats::Place::Offset(usize::try_from(position).unwrap_or(usize::MAX))),
        None => error,
    }
}
