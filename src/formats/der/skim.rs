//! DER looked through where it stands, for whoever needs little of much: what the `der` library refuses is refused here
//! too, but nobody is told why.
//!
//! Whatever is not as plain as nearly all DER is, such as a tag of several octets, that library reads.

use ::der::asn1::{BitStringRef, ObjectIdentifier};
use ::der::{Decode, Header, Reader, SliceReader};

/// Tags as the octet that they are written with, X.680 section 8.4.
pub(crate) mod tag {
    /// BOOLEAN
    pub(crate) const BOOLEAN: u8 = 0x01;
    /// INTEGER
    pub(crate) const INTEGER: u8 = 0x02;
    /// BIT STRING
    pub(crate) const BIT_STRING: u8 = 0x03;
    /// OCTET STRING
    pub(crate) const OCTET_STRING: u8 = 0x04;
    /// OBJECT IDENTIFIER
    pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
    /// `UTCTime`
    pub(crate) const UTC_TIME: u8 = 0x17;
    /// `GeneralizedTime`
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    /// SEQUENCE, and SEQUENCE OF
    pub(crate) const SEQUENCE: u8 = 0x30;
    /// SET, and SET OF
    pub(crate) const SET: u8 = 0x31;

    /// What has the number `number`, at most 30, in its context and holds other elements, such as an EXPLICIT one.
    pub(crate) const fn constructed(number: u8) -> u8 {
        0xa0 | number
    }

    /// What has the number `number`, at most 30, in its context and holds none.
    pub(crate) const fn primitive(number: u8) -> u8 {
        0x80 | number
    }
}

/// Elements that stand one after another, of which some are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Skim<'a>(&'a [u8]);

impl<'a> Skim<'a> {
    /// The elements in `octets`.
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// Whether all are read.
    pub(crate) fn is_at_end(self) -> bool {
        self.0.is_empty()
    }

    /// That nothing follows.
    pub(crate) fn end(self) -> Option<()> {
        self.is_at_end().then_some(())
    }

    /// The next element, whatever it is: the first octet of its tag, and its content.
    pub(crate) fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, length, rest) = plain_header(self.0).or_else(|| header(self.0))?;
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next element, which must have this tag.
    pub(crate) fn element(&mut self, wanted: u8) -> Option<&'a [u8]> {
        self.any().filter(|(tag, _)| *tag == wanted).map(|(_, content)| content)
    }

    /// The same for an element that need not be there.
    pub(crate) fn optional(&mut self, wanted: u8) -> Option<Option<&'a [u8]>> {
        match self.0.first() {
            Some(tag) if *tag == wanted => self.element(wanted).map(Some),
            _ => Some(None),
        }
    }

    /// The elements in the next one, which must have this tag.
    pub(crate) fn inside(&mut self, wanted: u8) -> Option<Self> {
        self.element(wanted).map(Self)
    }

    /// An INTEGER in its shortest form.
    pub(crate) fn integer(&mut self) -> Option<&'a [u8]> {
        let octets = self.element(tag::INTEGER)?;
        let is_padded = matches!(octets, [] | [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..]);
        (!is_padded).then_some(octets)
    }

    /// A BIT STRING.
    pub(crate) fn bit_string(&mut self) -> Option<()> {
        bits(self.element(tag::BIT_STRING)?)
    }

    /// An OBJECT IDENTIFIER that the library can hold.
    pub(crate) fn oid(&mut self) -> Option<ObjectIdentifier> {
        ObjectIdentifier::from_bytes(self.element(tag::OBJECT_IDENTIFIER)?).ok()
    }
}

/// That this is the content of a BIT STRING.
pub(crate) fn bits(content: &[u8]) -> Option<()> {
    let (unused, octets) = content.split_first()?;
    BitStringRef::new(*unused, octets).ok().map(|_| ())
}

/// The tag, the length and what follows them, where the tag is one octet and one that is met in practice, and the length
/// at most three.
fn plain_header(octets: &[u8]) -> Option<(u8, usize, &[u8])> {
    let (tag, rest) = octets.split_first()?;
    if !matches!(tag, 0x01..=0x06 | 0x0c | 0x13..=0x14 | 0x16..=0x18 | 0x30..=0x31 | 0x80..=0x9e | 0xa0..=0xbe) {
        return None;
    }
    match rest {
        [length @ 0..=0x7f, rest @ ..] => Some((*tag, usize::from(*length), rest)),
        [0x81, length @ 0x80..=0xff, rest @ ..] => Some((*tag, usize::from(*length), rest)),
        [0x82, high @ 1..=0xff, low, rest @ ..] => Some((*tag, usize::from(u16::from_be_bytes([*high, *low])), rest)),
        _ => None,
    }
}

/// The same as the library reads it.
fn header(octets: &[u8]) -> Option<(u8, usize, &[u8])> {
    let mut reader = SliceReader::new(octets).ok()?;
    let header = Header::decode(&mut reader).ok()?;
    let begin = usize::try_from(reader.position()).ok()?;
    Some((*octets.first()?, usize::try_from(header.length()).ok()?, octets.get(begin..)?))
}

#[cfg(test)]
mod tests {
    use ::der::asn1::{AnyRef, IntRef};
    use ::der::{Encode, Tagged};
    use proptest::prelude::*;

    use super::*;

    /// Octets that often are elements: tags of every kind, lengths of every form, whole or cut short.
    fn octets() -> impl Strategy<Value = Vec<u8>> {
        let tag = prop_oneof![
            4 => any::<u8>().prop_map(|octet| vec![octet]),
            1 => (any::<u8>(), any::<u8>()).prop_map(|(one, two)| vec![one | 0x1f, two]),
        ];
        let length = prop_oneof![
            2 => (0_u8..9).prop_map(|length| vec![length]),
            1 => any::<u8>().prop_map(|length| vec![0x81, length]),
            1 => (0_u8..3, any::<u8>()).prop_map(|(high, low)| vec![0x82, high, low]),
            1 => (0_u8..2, any::<u8>(), any::<u8>()).prop_map(|(high, middle, low)| vec![0x83, high, middle, low]),
            1 => any::<u8>().prop_map(|form| vec![form]),
        ];
        let content = prop_oneof![prop::collection::vec(any::<u8>(), 0..12), prop::collection::vec(0..2_u8, 250..600)];
        (tag, length, content).prop_map(|parts| [parts.0, parts.1, parts.2].concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn it_reads_the_elements_that_the_library_reads(octets in octets()) {
            let mut reader = SliceReader::new(&octets).unwrap();
            let wanted = AnyRef::decode(&mut reader).ok();
            let mut skim = Skim::new(&octets);
            let found = skim.any();
            prop_assert_eq!(found.map(|(_, content)| content), wanted.map(|any| any.value()));
            if let (Some((tag, _)), Some(any)) = (found, wanted) {
                prop_assert_eq!(tag, any.tag().to_der().unwrap()[0]);
                prop_assert_eq!(skim.0.len(), usize::try_from(reader.remaining_len()).unwrap());
            }
        }

        #[test]
        fn it_takes_the_numbers_that_the_library_takes(
            octets in prop::collection::vec(prop_oneof![Just(0), Just(0x7f), Just(0x80), Just(0xff), any::<u8>()], 0..5),
        ) {
            let element = [&[tag::INTEGER, u8::try_from(octets.len()).unwrap()], octets.as_slice()].concat();
            let wanted = IntRef::from_der(&element).ok();
            prop_assert_eq!(Skim::new(&element).integer(), wanted.as_ref().map(IntRef::as_bytes));
        }
    }
}
