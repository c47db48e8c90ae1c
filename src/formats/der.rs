//! DER taken apart and put together one element at a time, for structures whose untouched parts must keep their octets.

pub(crate) mod skim;

use ::der::asn1::{AnyRef, ObjectIdentifier};
use ::der::{Decode, Encode, Reader, SliceReader, Tag, Tagged};

use crate::formats::{Error, Reason};

/// How many elements a SEQUENCE OF may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// What they are called in a refusal, such as `bags`.
    pub(crate) what: &'static str,
    /// How many of them were met elsewhere in the file.
    pub(crate) before: usize,
    /// How many there may be in all.
    pub(crate) limit: usize,
}

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

    /// The elements inside a SEQUENCE OF, of which `room.limit` may be there with the `room.before` that were met
    /// already. They are counted before they are collected.
    pub(crate) fn many(&self, format: &'static str, wanted: Tag, room: &Room) -> Result<Vec<Element<'a>>, Error> {
        let octets = self.expect(format, wanted)?;
        let mut count = 0_usize;
        for element in walk(format, octets) {
            element?;
            count += 1;
        }
        let asked = room.before.saturating_add(count);
        if asked > room.limit {
            let (asked, limit) = (asked as u64, room.limit as u64);
            return Err(Error::new(format, Reason::LimitExceeded { what: room.what, asked, limit }));
        }
        walk(format, octets).collect()
    }

    /// The content, after checking the tag.
    pub(crate) fn expect(&self, format: &'static str, wanted: Tag) -> Result<&'a [u8], Error> {
        if self.tag == wanted {
            return Ok(self.value);
        }
        Err(Error::malformed(format, format!("a {} stands where a {wanted} was expected", self.tag)))
    }

    /// The INTEGER that this element is, if it is not negative and fits.
    pub(crate) fn unsigned(&self, format: &'static str) -> Result<Option<u64>, Error> {
        let octets = self.expect(format, Tag::Integer)?;
        let is_negative = octets.first().is_none_or(|octet| octet & 0x80 != 0);
        let octets = octets.strip_prefix(&[0]).unwrap_or(octets);
        let fits = !is_negative && octets.len() <= 8;
        Ok(fits.then(|| octets.iter().fold(0, |number, octet| number << 8 | u64::from(*octet))))
    }

    /// The INTEGER that this element is, which must be at least 1: a number of iterations or another cost. One that does
    /// not fit is more than any limit, and comes out as `u64::MAX`.
    pub(crate) fn positive(&self, format: &'static str) -> Result<u64, Error> {
        let is_negative = self.expect(format, Tag::Integer)?.first().is_none_or(|octet| octet & 0x80 != 0);
        match self.unsigned(format)? {
            Some(number @ 1..) => Ok(number),
            None if !is_negative => Ok(u64::MAX),
            _ => Err(Error::malformed(format, "a number of the key derivation is not positive")),
        }
    }

    /// The object identifier that this element is.
    pub(crate) fn oid(&self, format: &'static str) -> Result<ObjectIdentifier, Error> {
        ObjectIdentifier::from_der(self.raw).map_err(|fault| malformed(format, &fault))
    }
}

/// The most elements that stand side by side in a structure of fixed parts; a hostile file has millions of two octets.
const MOST_PARTS: usize = 64;

/// The elements that stand one after another in `octets`, at most [`MOST_PARTS`].
pub(crate) fn elements<'a>(format: &'static str, octets: &'a [u8]) -> Result<Vec<Element<'a>>, Error> {
    let found: Vec<Element<'_>> = walk(format, octets).take(MOST_PARTS + 1).collect::<Result<_, _>>()?;
    if found.len() > MOST_PARTS {
        return Err(Error::malformed(
            format,
            format!("it has more than {MOST_PARTS} parts where the standard has few"),
        ));
    }
    Ok(found)
}

/// The elements one after another, each read when it is asked for; nothing comes after a fault.
pub(crate) fn walk<'a>(
    format: &'static str,
    octets: &'a [u8],
) -> impl Iterator<Item = Result<Element<'a>, Error>> + use<'a> {
    let mut reader = Some(SliceReader::new(octets).map_err(|fault| malformed(format, &fault)));
    std::iter::from_fn(move || match reader.take()? {
        Err(fault) => Some(Err(fault)),
        Ok(mut octets) if !octets.is_finished() => {
            let element = next(&mut octets).map_err(|fault| malformed(format, &fault));
            if element.is_ok() {
                reader = Some(Ok(octets));
            }
            Some(element)
        }
        Ok(_) => None,
    })
}

fn next<'a>(reader: &mut SliceReader<'a>) -> Result<Element<'a>, ::der::Error> {
    let raw = reader.tlv_bytes()?;
    let any = AnyRef::from_der(raw)?;
    Ok(Element { raw, tag: any.tag(), value: any.value() })
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
