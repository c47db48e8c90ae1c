//! The value of an attribute: which characters are escaped, and what is shown in hexadecimal.

use certwright::formats::asn1::{Item, tag};

/// What of a value is shown in another way than as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Escapes {
    /// The special characters of RFC 2253, by a backslash.
    pub(crate) rfc2253: bool,
    /// Those of RFC 2254, in hexadecimal.
    pub(crate) rfc2254: bool,
    /// Control characters, in hexadecimal.
    pub(crate) controls: bool,
    /// What is no ASCII, in hexadecimal.
    pub(crate) high: bool,
    /// Quotes around a value instead of most backslashes.
    pub(crate) quotes: bool,
    /// Every string type as UTF-8.
    pub(crate) utf8: bool,
    pub(crate) ignores_type: bool,
    pub(crate) shows_type: bool,
    pub(crate) dumps_all: bool,
    pub(crate) dumps_no_strings: bool,
    pub(crate) dumps_der: bool,
}

impl Escapes {
    pub(super) const NONE: Self = Self {
        rfc2253: false,
        rfc2254: false,
        controls: false,
        high: false,
        quotes: false,
        utf8: false,
        ignores_type: false,
        shows_type: false,
        dumps_all: false,
        dumps_no_strings: false,
        dumps_der: false,
    };

    pub(super) const RFC2253: Self = Self {
        rfc2253: true,
        controls: true,
        high: true,
        utf8: true,
        dumps_no_strings: true,
        dumps_der: true,
        ..Self::NONE
    };

    /// The value, or all of it in hexadecimal.
    pub(super) fn show(&self, value: &Item<'_>, dumps: bool) -> String {
        let mut shown = String::new();
        if self.shows_type {
            shown.push_str(type_name(value.identifier));
            shown.push(':');
        }
        let width = if self.ignores_type { Some(1) } else { width(value.identifier) };
        let characters = match width {
            _ if dumps => None,
            None if self.dumps_no_strings => None,
            width => characters(value.content, width.unwrap_or(1)),
        };
        match characters {
            Some(characters) => shown.push_str(&self.escape(&characters)),
            None => {
                let octets = if self.dumps_der { value.raw } else { value.content };
                shown.push('#');
                octets.iter().for_each(|octet| shown.push_str(&format!("{octet:02X}")));
            }
        }
        shown
    }

    fn escape(&self, characters: &[u32]) -> String {
        let (mut shown, mut quotes) = (String::new(), false);
        let last = characters.len().saturating_sub(1);
        for (at, character) in characters.iter().enumerate() {
            let ends = (at == 0, at == last);
            match char::from_u32(*character) {
                Some(character) if self.utf8 => {
                    self.push_utf8(character, ends, &mut shown, &mut quotes);
                }
                _ => self.push_wide(*character, ends, &mut shown, &mut quotes),
            }
        }
        if quotes { format!("\"{shown}\"") } else { shown }
    }

    fn push_utf8(&self, character: char, ends: (bool, bool), shown: &mut String, quotes: &mut bool) {
        if character.is_ascii() || !self.high {
            return self.push(character, ends, shown, quotes);
        }
        character.encode_utf8(&mut [0; 4]).bytes().for_each(|octet| shown.push_str(&format!("\\{octet:02X}")));
    }

    fn push_wide(&self, character: u32, ends: (bool, bool), shown: &mut String, quotes: &mut bool) {
        match (character, char::from_u32(character)) {
            (0x1_0000.., _) => shown.push_str(&format!("\\W{character:08X}")),
            (0x100.., _) => shown.push_str(&format!("\\U{character:04X}")),
            (0x80.., _) if self.high => shown.push_str(&format!("\\{character:02X}")),
            (_, Some(character)) => self.push(character, ends, shown, quotes),
            (_, None) => {}
        }
    }

    fn push(&self, character: char, (first, last): (bool, bool), shown: &mut String, quotes: &mut bool) {
        let special = match character {
            '"' | '\\' | ',' | '+' | '<' | '>' | ';' => true,
            // openssl looks for the end first, so that a value of one character has no beginning.
            '#' => first && !last,
            ' ' => first || last,
            _ => false,
        };
        if special && self.rfc2253 {
            if self.quotes && !matches!(character, '"' | '\\') {
                *quotes = true;
            } else {
                shown.push('\\');
            }
            shown.push(character);
        } else if self.rfc2254 && matches!(character, '\0' | '(' | ')' | '*' | '\\') {
            shown.push_str(&format!("\\{:02X}", u32::from(character)));
        } else if character.is_control() {
            // Also where `esc_ctrl` is not asked for: what a file holds does not steer a terminal.
            let octets = &mut [0; 4];
            character.encode_utf8(octets).bytes().for_each(|octet| shown.push_str(&format!("\\{octet:02X}")));
        } else if character == '\\' && (self.rfc2253 || self.rfc2254 || self.controls || self.high || self.quotes) {
            shown.push_str("\\\\");
        } else {
            shown.push(character);
        }
    }
}

/// How many octets a character of the string type has, 0 where that varies; `None` for what is no text to openssl.
pub(super) fn width(identifier: u8) -> Option<usize> {
    match identifier {
        tag::UTF8_STRING => Some(0),
        // Numeric, printable, teletex, IA5 and visible strings, and times.
        0x12..=0x14 | tag::IA5_STRING | tag::UTC_TIME | tag::GENERALIZED_TIME | 0x1a => Some(1),
        tag::UNIVERSAL_STRING => Some(4),
        tag::BMP_STRING => Some(2),
        _ => None,
    }
}

/// The code points, or `None` where the octets are not what the type says.
pub(super) fn characters(octets: &[u8], width: usize) -> Option<Vec<u32>> {
    match width {
        0 => Some(std::str::from_utf8(octets).ok()?.chars().map(u32::from).collect()),
        width if octets.len().is_multiple_of(width) => {
            let whole = |octets: &[u8]| octets.iter().fold(0, |sum, octet| sum << 8 | u32::from(*octet));
            Some(octets.chunks_exact(width).map(whole).collect())
        }
        _ => None,
    }
}

/// openssl's name of a string type.
fn type_name(identifier: u8) -> &'static str {
    match identifier {
        tag::UTF8_STRING => "UTF8STRING",
        0x12 => "NUMERICSTRING",
        0x13 => "PRINTABLESTRING",
        0x14 => "T61STRING",
        tag::IA5_STRING => "IA5STRING",
        0x1a => "VISIBLESTRING",
        tag::UNIVERSAL_STRING => "UNIVERSALSTRING",
        tag::BMP_STRING => "BMPSTRING",
        _ => "(unknown)",
    }
}
