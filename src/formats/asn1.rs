//! ASN.1 as it lies in a file, X.690: DER elements one inside another, for those who show what no type here takes apart.
//!
//! ```
//! use certwright::formats::asn1::{Item, tag};
//!
//! let items = Item::all(&[0x30, 0x06, 0x06, 0x01, 0x2a, 0x02, 0x01, 0x05])?;
//! let parts = items[0].children()?;
//! assert_eq!((items[0].identifier, parts.len()), (tag::SEQUENCE, 2));
//! assert_eq!(parts[0].oid().as_deref(), Some("1.2"));
//! # Ok::<(), certwright::formats::Error>(())
//! ```

use crate::formats::Error;
use crate::formats::der::walk;

const FORMAT: &str = "ASN.1";

/// Identifier octets of the universal types that are met in certificates, X.690 section 8.1.2.
pub mod tag {
    /// `BOOLEAN`.
    pub const BOOLEAN: u8 = 0x01;
    /// `INTEGER`.
    pub const INTEGER: u8 = 0x02;
    /// `BIT STRING`.
    pub const BIT_STRING: u8 = 0x03;
    /// `OCTET STRING`.
    pub const OCTET_STRING: u8 = 0x04;
    /// `OBJECT IDENTIFIER`.
    pub const OBJECT_IDENTIFIER: u8 = 0x06;
    /// `UTF8String`.
    pub const UTF8_STRING: u8 = 0x0c;
    /// `IA5String`.
    pub const IA5_STRING: u8 = 0x16;
    /// `UTCTime`.
    pub const UTC_TIME: u8 = 0x17;
    /// `GeneralizedTime`.
    pub const GENERALIZED_TIME: u8 = 0x18;
    /// `UniversalString`, of four octets a character.
    pub const UNIVERSAL_STRING: u8 = 0x1c;
    /// `BMPString`, of two octets a character.
    pub const BMP_STRING: u8 = 0x1e;
    /// `SEQUENCE`, which is always constructed.
    pub const SEQUENCE: u8 = 0x30;
    /// `SET`, which is always constructed.
    pub const SET: u8 = 0x31;
    /// `[number]` around other elements.
    #[must_use]
    pub const fn explicit(number: u8) -> u8 {
        0xa0 | number
    }
    /// `[number]` in the place of a primitive type's own tag.
    #[must_use]
    pub const fn implicit(number: u8) -> u8 {
        0x80 | number
    }
}

/// `content` as an element of the type `identifier`, in DER.
#[must_use]
pub fn wrap(identifier: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let significant = length.to_be_bytes().into_iter().skip_while(|octet| *octet == 0).collect::<Vec<_>>();
    let mut octets = vec![identifier];
    match u8::try_from(length) {
        Ok(short @ 0..0x80) => octets.push(short),
        _ => {
            octets.push(0x80 | significant.len().to_le_bytes()[0]);
            octets.extend(significant);
        }
    }
    octets.extend_from_slice(content);
    octets
}

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// Its first octet: class, whether it is constructed, and number.
    pub identifier: u8,
    /// What stands inside.
    pub content: &'a [u8],
    /// All of it, identifier and length included.
    pub raw: &'a [u8],
}

impl<'a> Item<'a> {
    /// The elements that stand one after another in `octets`.
    ///
    /// # Errors
    /// When they are not DER.
    pub fn all(octets: &'a [u8]) -> Result<Vec<Self>, Error> {
        let item = |element: crate::formats::der::Element<'a>| Self {
            identifier: element.raw.first().copied().unwrap_or_default(),
            content: element.value,
            raw: element.raw,
        };
        walk(FORMAT, octets).map(|element| element.map(item)).collect()
    }

    /// The one element that `octets` are.
    ///
    /// # Errors
    /// When they are none, or several.
    pub fn only(octets: &'a [u8]) -> Result<Self, Error> {
        match Self::all(octets)?.as_slice() {
            [item] => Ok(*item),
            _ => Err(Error::malformed(FORMAT, "it is not one element")),
        }
    }

    /// The elements inside.
    ///
    /// # Errors
    /// When the content is not DER, as that of a primitive element need not be.
    pub fn children(&self) -> Result<Vec<Self>, Error> {
        Self::all(self.content)
    }

    /// The dotted object identifier that the content is, whatever the tag says.
    #[must_use]
    pub fn oid(&self) -> Option<String> {
        ::der::asn1::ObjectIdentifier::from_bytes(self.content).ok().map(|oid| oid.to_string())
    }

    /// The octets of a `BIT STRING` without the count of unused bits before them.
    #[must_use]
    pub fn bits(&self) -> &'a [u8] {
        self.content.get(1..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrapped_is_taken_apart_again() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x1_0000] {
            let wrapped = wrap(tag::OCTET_STRING, &vec![7; length]);
            let item = Item::only(&wrapped).unwrap();
            assert_eq!((item.identifier, item.content.len()), (tag::OCTET_STRING, length));
        }
        assert!(Item::only(&[4, 0, 4, 0]).is_err() && Item::only(&[]).is_err());
        assert!(Item::all(&[0x30, 0x80, 0, 0]).is_err(), "an indefinite length is not DER");
    }
}
