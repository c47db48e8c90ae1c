//! Octets as openssl writes them in its texts: pairs of lower-case digits with colons between, in indented lines.

/// `octets` in lines of `per_line` pairs, each behind `indent` spaces and, but for the last, with a colon at its end.
///
/// The buffer is allocated once, so that a caller with a secret can hand it on to be wiped.
pub(crate) fn lines(octets: &[u8], per_line: usize, indent: usize) -> String {
    let count = octets.len().div_ceil(per_line);
    let mut text = String::with_capacity(octets.len() * 3 + count * (indent + 1));
    for (number, line) in octets.chunks(per_line).enumerate() {
        text.extend(std::iter::repeat_n(' ', indent));
        for (at, octet) in line.iter().enumerate() {
            text.extend(digits(*octet, b"0123456789abcdef"));
            let is_last = number + 1 == count && at + 1 == line.len();
            if !is_last {
                text.push(':');
            }
        }
        text.push('\n');
    }
    text
}

/// A number, big-endian, as upper-case digits without a zero before it; 0 is `0`.
pub(crate) fn number(octets: &[u8]) -> String {
    let text: String = octets.iter().flat_map(|octet| digits(*octet, b"0123456789ABCDEF")).collect();
    match text.trim_start_matches("00") {
        "" => "0".to_owned(),
        text => text.to_owned(),
    }
}

/// A digest as `openssl dgst` prints it: lower-case digits, with colons between the pairs if `colons`; in a buffer that
/// is allocated once.
pub(crate) fn digest(octets: &[u8], colons: bool) -> String {
    let mut text = String::with_capacity(octets.len() * 3);
    for (number, octet) in octets.iter().enumerate() {
        if colons && number > 0 {
            text.push(':');
        }
        text.extend(digits(*octet, b"0123456789abcdef"));
    }
    text
}

/// Octets as pairs of upper-case digits with colons between, as identifiers and fingerprints are printed.
pub(crate) fn colons(octets: &[u8]) -> String {
    let pairs: Vec<String> = octets.iter().map(|octet| digits(*octet, b"0123456789ABCDEF").iter().collect()).collect();
    pairs.join(":")
}

fn digits(octet: u8, alphabet: &[u8; 16]) -> [char; 2] {
    [octet >> 4, octet & 15].map(|digit| char::from(alphabet[usize::from(digit)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_a_colon_but_for_the_last_and_fill_their_buffer() {
        let text = lines(&[0, 1, 0xab, 0xcd, 0xef], 2, 4);
        assert_eq!(text, "    00:01:\n    ab:cd:\n    ef\n");
        assert!(text.len() <= text.capacity() && text.capacity() <= text.len() + 1);
        assert_eq!((lines(&[], 15, 4).as_str(), lines(&[1; 15], 15, 0).lines().count()), ("", 1));
    }

    #[test]
    fn numbers_have_whole_octets_and_digests_all_of_theirs() {
        assert_eq!((number(&[0, 0x0a, 0xff]).as_str(), number(&[0]).as_str()), ("0AFF", "0"));
        assert_eq!((digest(&[0, 0xaf], true).as_str(), digest(&[0, 0xaf], false).as_str()), ("00:af", "00af"));
    }
}
