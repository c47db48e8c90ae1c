//! Base64 as openssl writes it without PEM around: lines of 64 characters.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// `octets` in lines of 64 characters, in a buffer that is allocated once.
pub(crate) fn lines(octets: &[u8]) -> String {
    let characters = octets.len().div_ceil(3) * 4;
    let mut text = String::with_capacity(characters + characters.div_ceil(64));
    for line in octets.chunks(48) {
        STANDARD.encode_string(line, &mut text);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_64_characters_and_each_its_end() {
        assert_eq!(lines(&[0; 48]), format!("{}\n", "A".repeat(64)));
        assert_eq!(lines(&[0; 49]), format!("{}\nAA==\n", "A".repeat(64)));
        assert_eq!(lines(&[]), "");
    }
}
