//! Shows text that came from a file, a name or a server without letting it steer the terminal.

use std::fmt;

/// A text from outside, displayed with control, bidirectional and invisible characters escaped as `\u{…}`.
///
/// Such characters in a certificate's name can move the cursor, recolour or hide what follows (OpenSSL issue 15254);
/// here they are shown for what they are.
///
/// ```
/// use certwright::untrusted::Untrusted;
///
/// assert_eq!(Untrusted("Zoë \u{1b}[2J").to_string(), "Zoë \\u{1b}[2J");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Untrusted<'a>(pub &'a str);

impl Untrusted<'_> {
    /// Whether the text is shown as it is: it holds nothing that steers a terminal or hides.
    #[must_use]
    pub fn is_harmless(&self) -> bool {
        !self.0.chars().any(is_deceptive)
    }
}

impl fmt::Display for Untrusted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            if is_deceptive(character) {
                write!(f, "{}", character.escape_unicode())?;
            } else {
                fmt::Write::write_char(f, character)?;
            }
        }
        Ok(())
    }
}

/// Whether `character` is one that a terminal acts upon or does not show.
#[must_use]
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

/// JSON with every character that steers a terminal or hides as `\uXXXX`, which RFC 8259 leaves raw: people look at
/// JSON too. Such characters stand in strings alone, but for the line ends between members, which stay.
///
/// ```
/// assert_eq!(certwright::untrusted::json_escaped("{\n\"a\":\"\u{202e}\"}"), "{\n\"a\":\"\\u202e\"}");
/// ```
#[must_use]
pub fn json_escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if character == '\n' || !is_deceptive(character) {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = fmt::Write::write_fmt(&mut text, format_args!("\\u{unit:04x}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_passes() {
        let hostile = "a\u{1b}]0;b\u{7}c\rd\u{9b}e\u{202e}f\u{200b}g\u{7f}h\ni";
        let shown = Untrusted(hostile).to_string();
        assert!(shown.chars().all(|character| !is_deceptive(character)), "{shown}");
        assert_eq!(Untrusted("O=Müller & Söhne, 東京").to_string(), "O=Müller & Söhne, 東京");
    }
}
