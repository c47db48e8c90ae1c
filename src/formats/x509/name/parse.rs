//! Names from text: RFC 4514 with the quotes of RFC 2253, and OpenSSL's slash form.

use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::{RdnSequence, RelativeDistinguishedName};

use super::NameError;
use super::attribute::AttributeType;

/// The RDNs of `text`, in the order of the DER.
pub(super) fn rdns(text: &str) -> Result<RdnSequence, NameError> {
    let (pieces, form) = match text.strip_prefix('/') {
        Some(rest) => (split(rest, Form::Slash)?, Form::Slash),
        None => (split(text, Form::Comma)?, Form::Comma),
    };
    let mut rdns: Vec<Vec<AttributeTypeAndValue>> = Vec::new();
    for piece in &pieces {
        let attribute = attribute(piece, form)?;
        match rdns.last_mut() {
            Some(rdn) if piece.separator == Some('+') => rdn.push(attribute),
            _ => rdns.push(vec![attribute]),
        }
    }
    if form == Form::Comma {
        rdns.reverse();
    }
    let rdns: Result<Vec<_>, _> = rdns.into_iter().map(RelativeDistinguishedName::try_from).collect();
    rdns.map(RdnSequence::from).map_err(|_| NameError::Encoding)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Comma,
    Slash,
}

/// The text of one attribute, still escaped, and what stood before it.
struct Piece<'a> {
    text: &'a str,
    separator: Option<char>,
}

/// Cuts at separators that are neither escaped nor quoted.
fn split(text: &str, form: Form) -> Result<Vec<Piece<'_>>, NameError> {
    let mut pieces = Vec::new();
    if text.trim_ascii().is_empty() {
        return Ok(pieces);
    }
    let (mut start, mut separator) = (0, None);
    let (mut escaped, mut quoted) = (false, false);
    // A quote opens a value only where the value begins.
    let (mut in_value, mut value_begun) = (false, false);
    for (index, character) in text.char_indices() {
        let cuts = match form {
            Form::Comma => matches!(character, ',' | ';' | '+'),
            Form::Slash => matches!(character, '/' | '+'),
        };
        if escaped {
            (escaped, value_begun) = (false, true);
        } else if character == '\\' {
            escaped = true;
        } else if quoted {
            quoted = character != '"';
        } else if cuts {
            pieces.push(Piece { text: &text[start..index], separator });
            (start, separator) = (index + 1, Some(character));
            (in_value, value_begun) = (false, false);
        } else if in_value {
            quoted = form == Form::Comma && character == '"' && !value_begun;
            value_begun |= !character.is_ascii_whitespace();
        } else {
            in_value = character == '=';
        }
    }
    if quoted {
        return Err(NameError::UnclosedQuote);
    }
    // OpenSSL lets a slash stand at the end.
    if separator != Some('/') || !text[start..].trim_ascii().is_empty() {
        pieces.push(Piece { text: &text[start..], separator });
    }
    // Of an empty piece at the front, the separator stands behind it.
    let blank = |piece: &&Piece<'_>| piece.text.trim_ascii().is_empty();
    if let Some(empty) = pieces.iter().position(|piece| blank(&piece)) {
        let beside = pieces[empty].separator.or_else(|| pieces.get(empty + 1).and_then(|next| next.separator));
        return Err(NameError::Missing(beside.unwrap_or(',')));
    }
    Ok(pieces)
}

fn attribute(piece: &Piece<'_>, form: Form) -> Result<AttributeTypeAndValue, NameError> {
    let text = piece.text.trim_ascii();
    let Some((keyword, _)) = text.split_once('=') else {
        return Err(NameError::NotAnAttribute { piece: text.to_owned(), separator: piece.separator });
    };
    // The value is taken from the untrimmed piece: its last space may be escaped.
    let value = piece.text.split_once('=').map_or("", |(_, value)| value).trim_ascii_start();
    let keyword = keyword.trim_ascii_end();
    let Some(kind) = AttributeType::parse(keyword) else {
        let keyword = keyword.to_owned();
        return Err(NameError::UnknownAttribute { keyword, separator: piece.separator });
    };
    if form == Form::Slash {
        return kind.encode(&unescape_slash(value)?);
    }
    if let Some(hex) = value.strip_prefix('#') {
        let octets = hexadecimal(hex.trim_ascii_end()).ok_or_else(|| NameError::BadHex(kind.name()))?;
        return kind.encode_der(&octets);
    }
    kind.encode(&unescape_comma(value, kind)?)
}

/// A value of the slash form: `\` before any character takes it as it is, as OpenSSL's `-subj` does.
fn unescape_slash(value: &str) -> Result<String, NameError> {
    let mut plain = Plain::default();
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(escaped) => plain.keep(escaped),
                None => return Err(NameError::BadEscape(String::new())),
            },
            other => plain.add(other),
        }
    }
    plain.finish().ok_or(NameError::Encoding)
}

/// A value of RFC 4514 section 3, or one in the quotes of RFC 2253 section 4.
fn unescape_comma(value: &str, kind: AttributeType) -> Result<String, NameError> {
    let mut plain = Plain::default();
    let quoted = value.starts_with('"');
    let mut characters = value.chars();
    if quoted {
        characters.next();
    }
    while let Some(character) = characters.next() {
        match character {
            '\\' => match (characters.next(), characters.clone().next()) {
                (Some(high), Some(low)) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    characters.next();
                    let octet = u8::from_str_radix(&format!("{high}{low}"), 16);
                    plain.keep_octet(octet.map_err(|_| NameError::BadEscape(format!("{high}{low}")))?);
                }
                (Some(special), _) if " \"#+,;<=>\\".contains(special) => plain.keep(special),
                (other, _) => return Err(NameError::BadEscape(other.map_or_else(String::new, String::from))),
            },
            '"' if quoted && characters.as_str().trim_ascii().is_empty() => break,
            '"' => return Err(NameError::StrayQuote(kind.name())),
            other if quoted => plain.keep(other),
            other => plain.add(other),
        }
    }
    plain.finish().ok_or_else(|| NameError::NotUtf8(kind.name()))
}

/// An unescaped value, of which spaces at the end are cut unless they were escaped.
#[derive(Default)]
struct Plain {
    octets: Vec<u8>,
    kept: usize,
}

impl Plain {
    fn add(&mut self, character: char) {
        let kept = self.kept;
        self.keep(character);
        if character.is_ascii_whitespace() {
            self.kept = kept;
        }
    }

    fn keep(&mut self, character: char) {
        self.octets.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        self.kept = self.octets.len();
    }

    fn keep_octet(&mut self, octet: u8) {
        self.octets.push(octet);
        self.kept = self.octets.len();
    }

    fn finish(mut self) -> Option<String> {
        self.octets.truncate(self.kept);
        String::from_utf8(self.octets).ok()
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}
