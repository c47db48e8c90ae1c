//! Java's modified UTF-8: U+0000 as two octets, characters beyond U+FFFF as two surrogates of three octets each.
//!
//! Source: the documentation of `java.io.DataInput`, "Modified UTF-8".

/// The octets of `text`, without the length that stands before them.
pub(super) fn encode(text: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(text.len());
    for unit in text.encode_utf16() {
        let [low, middle] = [0x80 | (unit & 0x3f) as u8, 0x80 | (unit >> 6 & 0x3f) as u8];
        match unit {
            0x01..=0x7f => octets.push(unit as u8),
            0..=0x7ff => octets.extend([0xc0 | (unit >> 6) as u8, low]),
            _ => octets.extend([0xe0 | (unit >> 12) as u8, middle, low]),
        }
    }
    octets
}

/// The text of `octets`, or what is wrong with them. Only what [`encode`] writes is read, so that no text changes its
/// octets on the way through.
pub(super) fn decode(octets: &[u8]) -> Result<String, &'static str> {
    const BROKEN: &str = "is not the modified UTF-8 of Java";
    let mut units = Vec::new();
    let mut rest = octets;
    while let Some((&first, tail)) = rest.split_first() {
        let more = match first {
            0x01..=0x7f => 0,
            0xc0..=0xdf => 1,
            0xe0..=0xef => 2,
            _ => return Err(BROKEN),
        };
        let (following, tail) = tail.split_at_checked(more).ok_or(BROKEN)?;
        let mut unit = u16::from(if more == 0 { first } else { first & (0x3f >> more) });
        for octet in following {
            if octet & 0xc0 != 0x80 {
                return Err(BROKEN);
            }
            unit = unit << 6 | u16::from(octet & 0x3f);
        }
        units.push(unit);
        rest = tail;
    }
    let text = String::from_utf16(&units).map_err(|_| "holds half of a surrogate pair")?;
    if encode(&text) == octets { Ok(text) } else { Err("is not in the shortest form of modified UTF-8") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forms_follow_java() {
        let octets = b"a\xc0\x80\xc3\xbc\xe6\x9d\xb1\xed\xa0\xbd\xed\xb4\x91";
        assert_eq!(encode("a\0ü東\u{1f511}"), octets);
        assert_eq!(decode(octets).unwrap(), "a\0ü東\u{1f511}");
        let refused: [&[u8]; 10] = [
            b"\0",
            b"\x80",
            b"\xc3",
            b"\xc3a",
            b"\xe6\x9d",
            b"\xc1\x81",
            b"\xe0\x80\x80",
            b"\xed\xa0\xbd",
            b"\xed\xb4\x91\xed\xa0\xbd",
            b"\xf0\x9f\x94\x91",
        ];
        for octets in refused {
            assert!(decode(octets).is_err(), "{octets:02x?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>()) {
            prop_assert_eq!(decode(&encode(&text)), Ok(text));
        }

        #[test]
        fn any_octets_are_read_or_refused(octets in prop::collection::vec(any::<u8>(), 0..12)) {
            if let Ok(text) = decode(&octets) {
                prop_assert_eq!(encode(&text), octets);
            }
        }
    }
}
