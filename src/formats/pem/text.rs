//! What a PEM file's octets say as text, whatever editors, shells and web forms made of it.

use std::ops::Deref;

use zeroize::Zeroizing;

use super::decode::{BEGIN, Repair};
use super::wrapped::unwrap_base64;

/// A file's text as UTF-8, and what had to be done for it.
pub(super) struct Text<'a> {
    pub(super) text: Plain<'a>,
    pub(super) repairs: Vec<Repair>,
}

/// Text that is UTF-8: as it stands in the file, which nearly every PEM is, or made of it and wiped when it is dropped.
pub(super) enum Plain<'a> {
    AsItStands(&'a str),
    Made(Zeroizing<String>),
}

impl Deref for Plain<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::AsItStands(text) => text,
            Self::Made(text) => text,
        }
    }
}

impl<'a> Text<'a> {
    /// `None` when the octets are no text at all.
    pub(super) fn normalise(octets: &'a [u8]) -> Option<Self> {
        let mut repairs = Vec::new();
        let mut text = match utf16_order(octets) {
            Some(order) => {
                repairs.push(Repair::Utf16);
                Plain::Made(from_utf16(octets, order)?)
            }
            None => {
                let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
                from_mostly_ascii(octets)?
            }
        };
        if !text.contains(BEGIN)
            && let Ok(inner) = unwrap_base64(&text)
            && inner.expose().starts_with(BEGIN.as_bytes())
        {
            text = Plain::Made(Zeroizing::new(from_mostly_ascii(inner.expose())?.to_owned()));
            repairs.push(Repair::Base64OfPem);
        }
        if text.contains(BEGIN) && text.contains("\\n") {
            text = Plain::Made(unescape_line_ends(&text));
            repairs.push(Repair::EscapedLineEnds);
        }
        Some(Self { text, repairs })
    }
}

/// The text with line ends for `\r\n` and `\n` in letters. It may hold a private key, so it is written once, into a buffer
/// that never grows.
fn unescape_line_ends(text: &str) -> Zeroizing<String> {
    let mut unescaped = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((line, after)) = rest.split_once("\\n") {
        unescaped.push_str(line.strip_suffix("\\r").unwrap_or(line));
        unescaped.push('\n');
        rest = after;
    }
    unescaped.push_str(rest);
    unescaped
}

/// Text in which everything that matters is ASCII; notes around the blocks may be in any 8-bit encoding.
fn from_mostly_ascii(octets: &[u8]) -> Option<Plain<'_>> {
    if octets.contains(&0) {
        return None;
    }
    if octets.is_ascii() {
        return std::str::from_utf8(octets).ok().map(Plain::AsItStands);
    }
    let mut text = Zeroizing::new(String::with_capacity(octets.len()));
    text.extend(octets.iter().map(|octet| if octet.is_ascii() { char::from(*octet) } else { '?' }));
    Some(Plain::Made(text))
}

/// Byte order of UTF-16.
#[derive(Clone, Copy)]
enum Order {
    Big,
    Little,
}

fn utf16_order(octets: &[u8]) -> Option<Order> {
    match octets {
        [0xff, 0xfe, ..] => Some(Order::Little),
        [0xfe, 0xff, ..] => Some(Order::Big),
        // Without a byte-order mark: the dashes of BEGIN with zero octets between them.
        [b'-', 0, b'-', 0, ..] => Some(Order::Little),
        [0, b'-', 0, b'-', ..] => Some(Order::Big),
        _ => None,
    }
}

fn from_utf16(octets: &[u8], order: Order) -> Option<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(octets.len()));
    let units = octets.chunks_exact(2).map(|pair| match order {
        Order::Big => u16::from_be_bytes([pair[0], pair[1]]),
        Order::Little => u16::from_le_bytes([pair[0], pair[1]]),
    });
    for unit in units.filter(|unit| *unit != 0xfeff) {
        match u8::try_from(unit) {
            Ok(0) => return None,
            Ok(octet) if octet.is_ascii() => text.push(char::from(octet)),
            _ => text.push('?'),
        }
    }
    Some(text)
}
