//! BER made into DER: definite shortest lengths, and strings in one piece (ITU-T X.690 sections 8 and 10).
//!
//! Bouncy Castle, NSS and old macOS write PKCS#12, and Windows and `openssl cms -stream` PKCS#7, with indefinite lengths
//! and OCTET STRINGs in segments. What is made here is as good as the original for every octet that a MAC or signature
//! covers: a string's content stays as it is, and so does all that was DER.

use crate::formats::{Error, Place};
use crate::secret::SecretBytes;

/// The most levels of nesting; PKCS#12 and PKCS#7 with certificates stay below 20.
const DEEPEST: usize = 32;

const OCTET_STRING: u8 = 0x04;
const CONSTRUCTED: u8 = 0x20;

/// The one element that `octets` are, as DER. It is larger than they are by one octet in 65,536 at most.
///
/// # Errors
/// A fault with its offset, for anything that is not BER, is nested deeper than 32 levels, or has strings other than
/// OCTET STRINGs in segments.
pub(crate) fn to_der(format: &'static str, octets: &[u8]) -> Result<SecretBytes, Error> {
    let mut reader = Reader { format, octets, at: 0, end: octets.len() };
    let mut der = SecretVec(Vec::with_capacity(octets.len() + octets.len() / 65_536 + DEEPEST));
    reader.element(&mut der.0, DEEPEST)?;
    if reader.at != octets.len() {
        return Err(reader.fault(format!("after it {} more octets follow", octets.len() - reader.at)));
    }
    Ok(der.take())
}

/// A buffer that is wiped on every way out. It has room for all that is written into it from the start.
struct SecretVec(Vec<u8>);

impl SecretVec {
    fn take(mut self) -> SecretBytes {
        SecretBytes::from(std::mem::take(&mut self.0))
    }
}

impl Drop for SecretVec {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.0.zeroize();
    }
}

struct Reader<'a> {
    format: &'static str,
    octets: &'a [u8],
    at: usize,
    /// Where the enclosing element of definite length ends.
    end: usize,
}

/// A tag and what its length octets say.
struct Head {
    first: u8,
    tag: std::ops::Range<usize>,
    /// Where the content ends, or `None` for an indefinite length.
    end: Option<usize>,
}

impl Reader<'_> {
    /// Appends the next element to `der`.
    fn element(&mut self, der: &mut Vec<u8>, depth: usize) -> Result<(), Error> {
        let head = self.head()?;
        let is_constructed = head.first & CONSTRUCTED != 0;
        match (head.first, head.end) {
            (0, _) => return Err(self.fault("an end-of-contents mark stands where an element was expected")),
            (0x24, _) => der.push(OCTET_STRING),
            // Universal class, constructed, and neither EXTERNAL, EMBEDDED PDV, SEQUENCE nor SET.
            (0x20..=0x3f, _) if !matches!(head.first & 0x1f, 8 | 11 | 16 | 17) => {
                return Err(self.fault("a string other than an OCTET STRING stands in segments"));
            }
            (_, None) if !is_constructed => return Err(self.fault("a primitive element has no length")),
            _ => der.extend_from_slice(&self.octets[head.tag.clone()]),
        }
        let start = der.len();
        match head {
            Head { first: 0x24, .. } => self.segments(&head, der, depth)?,
            Head { end: Some(end), .. } if !is_constructed => {
                der.extend_from_slice(&self.octets[self.at..end]);
                self.at = end;
            }
            _ => self.inside(&head, depth, |reader, depth| reader.element(der, depth))?,
        }
        let length = der_length(der.len() - start);
        der.splice(start..start, length);
        Ok(())
    }

    /// Appends the contents of an OCTET STRING's segments, which may be in segments themselves.
    fn segments(&mut self, head: &Head, der: &mut Vec<u8>, depth: usize) -> Result<(), Error> {
        self.inside(head, depth, |reader, depth| {
            let segment = reader.head()?;
            match (segment.first, segment.end) {
                (OCTET_STRING, Some(end)) => {
                    der.extend_from_slice(&reader.octets[reader.at..end]);
                    reader.at = end;
                    Ok(())
                }
                (0x24, _) => reader.segments(&segment, der, depth),
                _ => Err(reader.fault("a segment of an OCTET STRING is none itself")),
            }
        })
    }

    /// Calls `each` for every element inside one with `head`, and steps behind its end.
    fn inside(
        &mut self,
        head: &Head,
        depth: usize,
        mut each: impl FnMut(&mut Self, usize) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(self.fault(format!("it is nested deeper than {DEEPEST} levels")));
        };
        let outer = self.end;
        if let Some(end) = head.end {
            self.end = end;
            while self.at < end {
                each(self, depth)?;
            }
        } else {
            while !self.octets[self.at..self.end].starts_with(&[0, 0]) {
                each(self, depth)?;
            }
            self.at += 2;
        }
        self.end = outer;
        Ok(())
    }

    fn head(&mut self) -> Result<Head, Error> {
        let begin = self.at;
        let first = self.octet()?;
        if first & 0x1f == 0x1f {
            // A tag number above 30 goes on in further octets.
            while self.octet()? & 0x80 != 0 {
                if self.at - begin > 5 {
                    return Err(self.fault("a tag has more than five octets"));
                }
            }
        }
        let tag = begin..self.at;
        let length = match self.octet()? {
            0x80 => return Ok(Head { first, tag, end: None }),
            short @ 0..0x80 => usize::from(short),
            long => {
                let mut length = 0_usize;
                for _ in 0..long & 0x7f {
                    let octet = usize::from(self.octet()?);
                    length = length.checked_mul(256).ok_or_else(|| self.fault("a length is too large"))? | octet;
                }
                length
            }
        };
        match self.at.checked_add(length).filter(|end| *end <= self.end) {
            Some(end) => Ok(Head { first, tag, end: Some(end) }),
            None => Err(self.fault(format!("a length says {length} octets, and {} are left", self.end - self.at))),
        }
    }

    fn octet(&mut self) -> Result<u8, Error> {
        let octet = self.octets[..self.end].get(self.at).copied();
        self.at += usize::from(octet.is_some());
        octet.ok_or_else(|| self.fault("it ends within an element"))
    }

    fn fault(&self, what: impl Into<String>) -> Error {
        Error::malformed(self.format, what).at(Place::Offset(self.at))
    }
}

/// The length octets of DER, X.690 section 10.1.
fn der_length(length: usize) -> Vec<u8> {
    match u8::try_from(length) {
        Ok(short @ 0..0x80) => vec![short],
        _ => {
            let octets: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|octet| *octet == 0).collect();
            let count = u8::try_from(octets.len()).unwrap_or(u8::MAX);
            [vec![0x80 | count], octets].concat()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(octets: &[u8]) -> Result<Vec<u8>, String> {
        to_der("BER", octets).map(|der| der.expose().to_vec()).map_err(|fault| fault.to_string())
    }

    #[test]
    fn der_stays_as_it_is() {
        let long = [&[0x30, 0x82, 0x01, 0x04, 0x04, 0x82, 0x01, 0x00][..], &[7; 256]].concat();
        for octets in [&[0x30, 0x03, 0x02, 0x01, 0x05][..], &[0x30, 0x00], &[0xbf, 0x81, 0x01, 0x02, 0x05, 0x00], &long]
        {
            assert_eq!(der(octets).unwrap(), octets);
        }
    }

    #[test]
    fn indefinite_lengths_segments_and_long_lengths_are_made_definite() {
        // A SEQUENCE of an OCTET STRING in two segments, the second in segments itself, and of an INTEGER.
        let ber = [
            &[0x30, 0x80, 0x24, 0x80, 0x04, 0x02, 1, 2, 0x24, 0x05, 0x04, 0x81, 0x01, 3, 0x04][..],
            &[0x00, 0x00, 0x00, 0x02, 0x83, 0x00, 0x00, 0x01, 0x05, 0x00, 0x00],
        ];
        assert!(der(&ber.concat()).is_err(), "a segment is longer than what holds it");
        let ber = [
            &[0x30, 0x80, 0x24, 0x80, 0x04, 0x02, 1, 2, 0x24, 0x06, 0x04, 0x81, 0x01, 3, 0x04, 0x00][..],
            &[0x00, 0x00, 0x02, 0x83, 0x00, 0x00, 0x01, 0x05, 0x00, 0x00],
        ];
        assert_eq!(der(&ber.concat()).unwrap(), [0x30, 0x08, 0x04, 0x03, 1, 2, 3, 0x02, 0x01, 0x05]);
    }

    #[test]
    fn what_is_no_ber_is_refused_with_its_place() {
        let deep = [&[0x30, 0x80].repeat(33)[..], &[0; 66]].concat();
        let cases: [(&[u8], &str); 9] = [
            (&[], "it ends within"),
            (&[0x30, 0x80], "it ends within"),
            (&[0x30, 0x05, 0x00], "a length says 5 octets, and 1 are left"),
            (&[0x30, 0x00, 0x00], "after it 1 more octets follow"),
            (&[0x30, 0x02, 0x00, 0x00], "end-of-contents"),
            (&[0x04, 0x80, 0x00, 0x00], "no length"),
            (&[0x23, 0x80, 0x00, 0x00], "in segments"),
            (&[0x30, 0x8a, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], "too large"),
            (&deep, "deeper than 32"),
        ];
        for (octets, expected) in cases {
            let fault = der(octets).unwrap_err();
            assert!(fault.contains(expected) && fault.starts_with("BER, byte "), "{octets:x?}: {fault}");
        }
    }

    #[test]
    fn the_result_is_never_much_larger_and_no_octet_string_panics() {
        // Indefinite lengths cost three octets and a definite one of 65,536 four.
        let big = [&[0x30, 0x80, 0x04, 0x83, 0x01, 0x00, 0x00][..], &[7; 65_536], &[0, 0]].concat();
        assert_eq!(der(&big).unwrap().len(), big.len() + 1);
        let seed = [0x30, 0x80, 0x24, 0x80, 0x04, 0x02, 1, 2, 0x00, 0x00, 0xa0, 0x80, 0x02, 0x01, 0x05, 0, 0, 0, 0];
        for index in 0..seed.len() {
            for octet in 0..=255 {
                let mut changed = seed;
                changed[index] = octet;
                assert!(der(&changed).is_ok_and(|der| der.len() <= seed.len()) || der(&changed).is_err());
                drop(der(&changed[..index]));
            }
        }
    }
}
