//! Reads up to a limit, into buffers that are wiped.

use std::io;
use std::io::Read;

use super::Error;
use crate::secret::Password;
use crate::secret::SecretBytes;

/// The longest first line of a password source in bytes: far above any password, far below a file named by mistake.
const PASSWORD_LINE: usize = 64 << 10;

/// Room for any password that somebody typed or [`Password::generate`] made.
const USUAL_PASSWORD_LINE: usize = 256;

/// The same as [`Error::TooLarge`] states it, by which a password source is told from an input.
pub const LONGEST_PASSWORD_LINE: u64 = PASSWORD_LINE as u64;

/// The byte-order mark of UTF-16 as Windows writes it, in PowerShell 5.1 for every `>`.
const UTF_16_MARK: &[u8] = b"\xff\xfe";

/// The first buffer where nothing is expected, and the least room that a growing one has.
const SMALLEST_BUFFER: usize = 8 << 10;

/// All that `reader` gives, if that is at most `limit` bytes. `expected` is how much there seems to be; it is believed
/// only up to `limit`, and where that much comes and then less than there was room for, that was all.
pub(super) fn read_to_limit(
    reader: &mut dyn Read,
    name: &str,
    expected: u64,
    limit: u64,
) -> Result<SecretBytes, Error> {
    let too_large = || Error::TooLarge { path: name.to_owned(), limit, size: Some(expected).filter(|it| *it > limit) };
    let enough = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
    let capacity = usize::try_from(expected).unwrap_or(usize::MAX).saturating_add(1);
    let capacity = if expected == 0 { SMALLEST_BUFFER } else { capacity };
    let mut buffer = SecretBytes::zeroed(capacity.min(enough));
    let mut filled = 0;
    loop {
        if filled == buffer.expose().len() {
            if filled == enough {
                return Err(too_large());
            }
            buffer = grown(&buffer, enough);
        }
        match reader.read(&mut buffer.expose_mut()[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(Error::read(name.as_ref(), cause)),
        }
        // One octet of room was left for what nobody expected, so this is no guess about a file that grows.
        if expected > 0 && filled as u64 == expected && filled < buffer.expose().len() {
            break;
        }
    }
    // A large buffer of which little is used is not kept.
    if filled < buffer.expose().len() / 2 {
        return Ok(SecretBytes::concat(&[&buffer.expose()[..filled]]));
    }
    buffer.truncate(filled);
    Ok(buffer)
}

/// A buffer of twice the size, but at most `most`, that begins with what is in `full`; that is wiped when this takes its place.
fn grown(full: &SecretBytes, most: usize) -> SecretBytes {
    let filled = full.expose().len();
    let mut larger = SecretBytes::zeroed(filled.saturating_mul(2).max(SMALLEST_BUFFER).min(most));
    larger.expose_mut()[..filled].copy_from_slice(full.expose());
    larger
}

/// The next line of `reader`, without its line end, as a password. Nothing after that line is read.
pub(super) fn read_password_line(reader: &mut dyn Read, name: &str) -> Result<Password, Error> {
    next_password_line(reader, name).map(|line| line.unwrap_or_else(|| Password::new("")))
}

/// The same, or nothing at the end.
pub(super) fn next_password_line(reader: &mut dyn Read, name: &str) -> Result<Option<Password>, Error> {
    let mut line = SecretBytes::zeroed(USUAL_PASSWORD_LINE);
    let mut filled = 0;
    while !is_whole(&line.expose()[..filled]) {
        if filled == PASSWORD_LINE {
            return Err(Error::TooLarge { path: name.to_owned(), limit: LONGEST_PASSWORD_LINE, size: None });
        }
        if filled == line.expose().len() {
            line = grown(&line, PASSWORD_LINE);
        }
        // One byte at a time, so that a second password can be read from the same pipe.
        match reader.read(&mut line.expose_mut()[filled..=filled]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(Error::read(name.as_ref(), cause)),
        }
    }
    let line = &line.expose()[..filled];
    if line.is_empty() {
        return Ok(None);
    }
    if let Some(utf_16) = line.strip_prefix(UTF_16_MARK) {
        return decode_utf_16(utf_16).map(Some).ok_or_else(|| Error::NotUtf8 { path: name.to_owned() });
    }
    let line = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
    // Windows editors put a byte-order mark in front, which is no part of the password.
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| Error::NotUtf8 { path: name.to_owned() })?;
    Ok(Some(Password::new(text)))
}

/// Whether a line end has been read; in UTF-16 it takes two bytes, and another character may hold its first.
fn is_whole(line: &[u8]) -> bool {
    match line.strip_prefix(UTF_16_MARK) {
        Some(utf_16) => utf_16.len().is_multiple_of(2) && utf_16.ends_with(b"\n\0"),
        None => line.ends_with(b"\n"),
    }
}

/// A line in UTF-16, without its line end, as a password.
fn decode_utf_16(line: &[u8]) -> Option<Password> {
    let (units, rest) = line.as_chunks();
    let units = units.strip_suffix(&[*b"\n\0"]).map_or(units, |it| it.strip_suffix(&[*b"\r\0"]).unwrap_or(it));
    // Sized once for the longest UTF-8, so that no smaller copy of it is left behind.
    let mut text = SecretBytes::zeroed(units.len() * 3);
    let mut filled = 0;
    for character in char::decode_utf16(units.iter().copied().map(u16::from_le_bytes)) {
        filled += character.ok()?.encode_utf8(&mut text.expose_mut()[filled..]).len();
    }
    let text = std::str::from_utf8(&text.expose()[..filled]).ok()?;
    rest.is_empty().then(|| Password::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(mut bytes: &[u8]) -> Result<Password, Error> {
        read_password_line(&mut bytes, "pass")
    }

    #[test]
    fn the_line_end_and_a_byte_order_mark_are_no_part_of_a_password() {
        for bytes in [b"p w\n".as_slice(), b"p w\r\n", b"p w", b"\xef\xbb\xbfp w\r\nnext\n"] {
            assert_eq!(line(bytes).unwrap().expose(), "p w", "{bytes:?}");
        }
        assert_eq!(line(b" a\r\r\n").unwrap().expose(), " a\r");
        assert_eq!(line(b"a\r").unwrap().expose(), "a\r");
        assert_eq!(line(b"").unwrap().expose(), "");
    }

    #[test]
    fn a_line_that_powershell_wrote_is_read() {
        let utf_16 = |text: &str| -> Vec<u8> {
            UTF_16_MARK.iter().copied().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        };
        for (text, password) in [
            ("p w\r\n", "p w"),
            ("p w\nnext\r\n", "p w"),
            ("p w", "p w"),
            // Both hold the byte of a line feed.
            ("\u{10a}\u{a00}\r\r\n", "\u{10a}\u{a00}\r"),
            ("schl\u{fc}ssel\u{1f511}\r\n", "schl\u{fc}ssel\u{1f511}"),
            ("", ""),
        ] {
            assert_eq!(line(&utf_16(text)).unwrap().expose(), password, "{text:?}");
        }
        for odd in [b"\xff\xfep\0w".as_slice(), b"\xff\xfe\x00\xd8\n\0"] {
            assert_eq!(line(odd).unwrap_err().kind(), "not_utf8", "{odd:?}");
        }
    }

    #[test]
    fn other_encodings_and_endless_lines_are_refused() {
        assert_eq!(line(b"\xfe\xff\0p\0\n").unwrap_err().kind(), "not_utf8");
        assert_eq!(line(b"p\xfcw\n").unwrap_err().kind(), "not_utf8");
        assert_eq!(read_password_line(&mut io::repeat(b'a'), "pass").unwrap_err().kind(), "too_large");
    }

    #[test]
    fn a_second_line_is_left_for_a_second_password() {
        let mut reader = b"one\ntwo\n".as_slice();
        assert_eq!(read_password_line(&mut reader, "pass").unwrap().expose(), "one");
        assert_eq!(read_password_line(&mut reader, "pass").unwrap().expose(), "two");
    }

    #[test]
    fn the_limit_is_met_exactly_whatever_size_was_expected() {
        let content = vec![7_u8; 100_000];
        for expected in [0, 10, 100_000, u64::MAX] {
            let read = |limit| read_to_limit(&mut content.as_slice(), "a", expected, limit);
            assert_eq!(read(100_000).unwrap().expose(), content);
            assert_eq!(read(99_999).unwrap_err().kind(), "too_large");
        }
        assert_eq!(read_to_limit(&mut io::repeat(0), "zero", 0, 1 << 20).unwrap_err().kind(), "too_large");
    }
}
