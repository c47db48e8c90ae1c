//! Reads up to a limit, into buffers that are wiped.

use std::io;
use std::io::Read;

use super::Error;
use crate::secret::Password;
use crate::secret::SecretBytes;

/// The longest first line of a password source in bytes: far above any password, far below a file named by mistake.
const PASSWORD_LINE: usize = 64 << 10;

/// The first buffer, and the least room that a growing one has.
const SMALLEST_BUFFER: usize = 8 << 10;

/// All that `reader` gives, if that is at most `limit` bytes. `expected` is how much there seems to be; it is believed
/// only up to `limit`.
pub(super) fn read_to_limit(
    reader: &mut dyn Read,
    name: &str,
    expected: u64,
    limit: u64,
) -> Result<SecretBytes, Error> {
    let too_large = || Error::TooLarge { path: name.to_owned(), limit };
    let enough = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
    let capacity = usize::try_from(expected).unwrap_or(usize::MAX).saturating_add(1);
    let mut buffer = SecretBytes::zeroed(capacity.max(SMALLEST_BUFFER).min(enough));
    let mut filled = 0;
    loop {
        if filled == buffer.expose().len() {
            if filled == enough {
                return Err(too_large());
            }
            // The old buffer is wiped when the new one takes its place.
            let mut larger = SecretBytes::zeroed(filled.saturating_mul(2).min(enough));
            larger.expose_mut()[..filled].copy_from_slice(buffer.expose());
            buffer = larger;
        }
        match reader.read(&mut buffer.expose_mut()[filled..]) {
            Ok(0) => return Ok(SecretBytes::concat(&[&buffer.expose()[..filled]])),
            Ok(read) => filled += read,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(Error::read(name.as_ref(), cause)),
        }
    }
}

/// The next line of `reader`, without its line end, as a password. Nothing after that line is read.
pub(super) fn read_password_line(reader: &mut dyn Read, name: &str) -> Result<Password, Error> {
    let mut line = SecretBytes::zeroed(PASSWORD_LINE);
    let mut filled = 0;
    while !line.expose()[..filled].ends_with(b"\n") {
        if filled == PASSWORD_LINE {
            return Err(Error::TooLarge { path: name.to_owned(), limit: PASSWORD_LINE as u64 });
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
    let line = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
    // Windows editors put a byte-order mark in front, which is no part of the password.
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| Error::NotUtf8 { path: name.to_owned() })?;
    Ok(Password::new(text))
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
    fn other_encodings_and_endless_lines_are_refused() {
        assert_eq!(line(b"\xff\xfep\0\n\0").unwrap_err().kind(), "not_utf8");
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
