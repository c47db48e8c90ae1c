//! A PEM text with some of its blocks replaced, and all around them as it was.

use zeroize::Zeroizing;

use super::Block;
use super::decode::{Located, locate};
use crate::formats::Error;
use crate::limits::Limits;
use crate::secret::SecretBytes;

/// The text of `octets`, each block for which `replacement` has another in its place. Where the file is no plain text, as
/// UTF-16 or a PEM on one line of an environment variable, its text is written plainly.
///
/// # Errors
/// As [`decode`](super::decode), and those of `replacement`.
pub(crate) fn replace<E: From<Error>>(
    octets: &[u8],
    limits: &Limits,
    mut replacement: impl FnMut(&Block) -> Result<Option<SecretBytes>, E>,
) -> Result<SecretBytes, E> {
    let Located { text, blocks, offset, .. } = locate(octets, limits)?;
    let source: &[u8] = offset.map_or(text.as_bytes(), |offset| &octets[offset..]);
    let mut parts: Vec<Zeroizing<Vec<u8>>> = vec![Zeroizing::new(octets[..offset.unwrap_or(0)].to_vec())];
    let mut position = 0;
    for (block, place) in &blocks {
        let Some(new) = replacement(block)? else { continue };
        parts.push(Zeroizing::new(source[position..place.start].to_vec()));
        // The block's own last line end stays in the file.
        parts.push(Zeroizing::new(new.expose().trim_ascii_end().to_vec()));
        position = place.end;
    }
    parts.push(Zeroizing::new(source[position..].to_vec()));
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_slice()).collect();
    Ok(SecretBytes::concat(&parts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::pem;

    fn changed(octets: &[u8]) -> Vec<u8> {
        let replaced = replace(octets, &Limits::default(), |block| {
            let new = pem::encode("NEW", b"new")?;
            Ok::<_, Error>((block.label == "OLD").then_some(new))
        });
        replaced.unwrap().expose().to_vec()
    }

    #[test]
    fn all_but_the_replaced_block_stays() {
        let text = "\u{feff}Zoë\r\n-----BEGIN OLD-----\r\nAQID\r\n-----END OLD-----\r\nnotes\r\n-----BEGIN X-----\r\nAQID\r\n-----END X-----";
        let wanted = text.replace(
            "-----BEGIN OLD-----\r\nAQID\r\n-----END OLD-----",
            "-----BEGIN NEW-----\nbmV3\n-----END NEW-----",
        );
        assert_eq!(String::from_utf8(changed(text.as_bytes())).unwrap(), wanted);
    }

    #[test]
    fn a_damaged_text_is_written_plainly() {
        let utf16: Vec<u8> = "\u{feff}a\n-----BEGIN OLD-----\nAQID\n-----END OLD-----\nb"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(changed(&utf16), b"a\n-----BEGIN NEW-----\nbmV3\n-----END NEW-----\nb");
    }
}
