//! Base64 as PEM wraps it: RFC 4648 section 4 in lines of any length, with any white space round them.

#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
use std::sync::LazyLock;

use base64::Engine;
#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon"))))]
use base64::engine::GeneralPurpose;
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
use base64::engine::Simd;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};

use crate::secret::SecretBytes;

/// Missing padding is forgiven: some web forms strip it.
const FORGIVING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// With the vectors of the processor, where it has them.
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
static BASE64: LazyLock<Simd> = LazyLock::new(|| Simd::standard(FORGIVING));

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon"))))]
static BASE64: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, FORGIVING);

/// The octets that `base64` stands for, or the offset of the first character that does not belong.
pub(super) fn unwrap_base64(base64: &str) -> Result<SecretBytes, usize> {
    // Nearly always white space stands at the ends of lines alone, and those are found faster.
    let lines = base64.split('\n').map(str::trim_ascii);
    let decoded = decode(lines, base64.len()).or_else(|| decode(base64.split_ascii_whitespace(), base64.len()));
    decoded.ok_or_else(|| first_foreign(base64))
}

/// The octets that these `pieces` stand for, of which there are at most `most` characters.
fn decode<'a>(pieces: impl Iterator<Item = &'a str>, most: usize) -> Option<SecretBytes> {
    let mut packed = SecretBytes::zeroed(most);
    let mut length = 0;
    for piece in pieces {
        // All are looked at, so that it is done for many at once.
        if piece.bytes().fold(false, |found, octet| found | is_foreign(octet)) {
            return None;
        }
        packed.expose_mut()[length..length + piece.len()].copy_from_slice(piece.as_bytes());
        length += piece.len();
    }
    let mut octets = SecretBytes::zeroed(length.div_ceil(4) * 3);
    let decoded = BASE64.decode_slice(&packed.expose()[..length], octets.expose_mut()).ok()?;
    octets.truncate(decoded);
    Some(octets)
}

/// The offset of the first character that is neither of base64 nor white space; the end where there is none.
fn first_foreign(text: &str) -> usize {
    text.bytes().position(|octet| is_foreign(octet) && !octet.is_ascii_whitespace()).unwrap_or(text.len())
}

fn is_foreign(octet: u8) -> bool {
    !(octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'='))
}

#[cfg(test)]
mod tests {
    use base64::alphabet::STANDARD;
    use base64::engine::GeneralPurpose;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        /// Wherever white space stands in base64, and whatever stands between it, it is read as if there were none.
        #[test]
        fn white_space_makes_no_difference_wherever_it_stands(
            octets in prop::collection::vec(any::<u8>(), 0..300),
            width in 1_usize..80,
            end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r"), Just(" "), Just(" \n\t"), Just("\x0c")],
            change in prop::option::of((any::<prop::sample::Index>(), prop::sample::select(vec!['=', '-', 'A', ' ', '\n', 'é']))),
            padding in 0_usize..3,
        ) {
            let engine = GeneralPurpose::new(&STANDARD, FORGIVING);
            let mut characters: Vec<char> = engine.encode(octets).chars().collect();
            characters.truncate(characters.len().saturating_sub(padding));
            if let Some((place, other)) = change
                && !characters.is_empty()
            {
                let place = place.index(characters.len());
                characters[place] = other;
            }
            let text: String = characters.chunks(width).flat_map(|line| line.iter().copied().chain(end.chars())).collect();
            let bare: String = text.split_ascii_whitespace().collect();
            let found = unwrap_base64(&text);
            match engine.decode(&bare) {
                Ok(wanted) => prop_assert_eq!(found.map(|it| it.expose().to_vec()), Ok(wanted)),
                Err(_) => {
                    let belongs = |octet: u8| octet.is_ascii_alphanumeric() || b"+/= \t\r\n\x0c".contains(&octet);
                    let place = text.bytes().position(|octet| !belongs(octet)).unwrap_or(text.len());
                    prop_assert_eq!(found.unwrap_err(), place);
                }
            }
        }
    }
}
