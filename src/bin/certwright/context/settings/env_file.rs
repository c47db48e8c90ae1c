//! An env file: lines of `NAME=VALUE`, as the dotenv programs of many languages read them.
//!
//! What they agree on is read, and what they take in different ways is refused rather than guessed. The usual crate for
//! this puts values of the environment in for `$NAME`, keeps secrets in memory that is not wiped, and repeats the faulty
//! line in its errors; none of this may happen to a private key.

use certwright::secret::SecretBytes;

/// One line, or several where a quoted value goes on.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) value: SecretBytes,
    /// The line that it begins in, counted from one.
    pub(super) line: usize,
    /// Whether the value has `${` outside single quotes: some readers put another value in there, and some do not.
    pub(super) wants_substitution: bool,
}

/// What is wrong with a line. It never holds what stands there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct EnvFault {
    pub(super) line: usize,
    /// Completes "line 7 …".
    pub(super) what: &'static str,
}

impl Entry {
    /// Whether the value holds a private key in PEM.
    pub(super) fn is_private_key(&self) -> bool {
        const MARK: &[u8] = b"PRIVATE KEY-----";
        self.value.expose().windows(MARK.len()).any(|part| part == MARK)
    }
}

/// All entries, in the order of the file.
pub(super) fn parse(octets: &[u8]) -> Result<Vec<Entry>, EnvFault> {
    let utf8 = utf8_of(octets)?;
    let fault = |what| EnvFault { line: 1, what };
    let text = std::str::from_utf8(utf8.expose()).map_err(|_| fault("or another is not UTF-8"))?;
    if text.contains('\0') {
        return Err(fault("or another has a NUL character: this is no text"));
    }
    let (mut entries, mut rest, mut line) = (Vec::new(), text, 1);
    while !rest.is_empty() {
        let current = line_of(rest);
        let taken = match entry(rest, current, line)? {
            Some((entry, length)) => {
                entries.push(entry);
                length
            }
            None => current.len(),
        };
        line += rest[..taken].matches('\n').count() + 1;
        rest = rest[taken..].strip_prefix('\n').unwrap_or_default();
    }
    Ok(entries)
}

/// The octets in UTF-8 without byte-order mark; UTF-16 has one, as PowerShell's `>` writes it.
fn utf8_of(octets: &[u8]) -> Result<SecretBytes, EnvFault> {
    let wide = |octets: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = octets.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        // Three octets of UTF-8 for each unit of UTF-16 are enough, so that the buffer never moves.
        let mut text = Vec::with_capacity(octets.len() * 3 / 2);
        for character in char::decode_utf16(units) {
            let character = character.map_err(|_| EnvFault { line: 1, what: "or another is no UTF-16" })?;
            text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        let text = SecretBytes::from(text);
        if rest.is_empty() { Ok(text) } else { Err(EnvFault { line: 1, what: "or another is no UTF-16" }) }
    };
    match octets {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => Ok(SecretBytes::concat(&[octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets)])),
    }
}

/// The text up to the end of its first line.
fn line_of(text: &str) -> &str {
    &text[..text.find('\n').unwrap_or(text.len())]
}

/// The entry that `text` begins with, and how long it is up to the end of its last line; none for a line without one.
fn entry(text: &str, current: &str, line: usize) -> Result<Option<(Entry, usize)>, EnvFault> {
    let fault = |what| EnvFault { line, what };
    let content = current.trim();
    if content.is_empty() || content.starts_with('#') {
        return Ok(None);
    }
    let indented = current.trim_start();
    let exported = indented.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']));
    let assignment = exported.unwrap_or(indented).trim_start();
    let (name, _) = assignment.split_once('=').ok_or(fault("is no `NAME=VALUE`"))?;
    let begin = current.len() - assignment.len() + name.len() + 1;
    let name = name.trim();
    if !is_name(name) {
        return Err(fault("is no `NAME=VALUE`: a name has letters, digits and `_`"));
    }
    let value = text[begin..].trim_start_matches([' ', '\t']);
    let begin = text.len() - value.len();
    let (value, length, wants_substitution) = match value.chars().next() {
        Some(quote @ ('\'' | '"')) => {
            let inner = &value[1..];
            let end = closing(inner, quote).ok_or(fault("opens a quote that never closes"))?;
            let behind = line_of(&inner[end + 1..]).trim_end_matches('\r');
            let remark = behind.trim_start();
            if !(remark.is_empty() || remark.starts_with('#') && remark.len() < behind.len()) {
                return Err(fault("goes on after the quote that closes its value"));
            }
            let raw = &inner[..end];
            let value = if quote == '"' { unescaped(raw) } else { SecretBytes::concat(&[raw.as_bytes()]) };
            let length = begin + 1 + end + 1 + line_of(&inner[end + 1..]).len();
            (value, length, quote == '"' && substitutes(raw))
        }
        _ => {
            let whole = line_of(value);
            // A comment begins at a `#` behind a blank; in `a#b` it is part of the value.
            let comment = whole.match_indices('#').map(|(at, _)| at).find(|at| {
                let before = &text[..begin + at];
                before.ends_with([' ', '\t'])
            });
            let raw = whole[..comment.unwrap_or(whole.len())].trim_end();
            (SecretBytes::concat(&[raw.as_bytes()]), begin + whole.len(), substitutes(raw))
        }
    };
    Ok(Some((Entry { name: name.to_owned(), value, line, wants_substitution }, length)))
}

fn is_name(text: &str) -> bool {
    let is_inner = |character: char| character.is_ascii_alphanumeric() || "_.-".contains(character);
    text.chars().all(is_inner) && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

/// Where the quote that began before `text` closes.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            _ if character == quote => return Some(at),
            _ => {}
        }
    }
    None
}

fn substitutes(raw: &str) -> bool {
    raw.match_indices("${").any(|(at, _)| !raw[..at].ends_with('\\'))
}

/// What stands in double quotes: `\n`, `\r`, `\t`, and a backslash before `"`, `$`, `\`; before all else it is itself.
fn unescaped(raw: &str) -> SecretBytes {
    let mut value = Vec::with_capacity(raw.len());
    let mut octets = raw.bytes().peekable();
    while let Some(octet) = octets.next() {
        let meant = match (octet, octets.peek()) {
            (b'\\', Some(b'n')) => Some(b'\n'),
            (b'\\', Some(b'r')) => Some(b'\r'),
            (b'\\', Some(b't')) => Some(b'\t'),
            (b'\\', Some(mark @ (b'"' | b'$' | b'\\'))) => Some(*mark),
            _ => None,
        };
        if meant.is_some() {
            octets.next();
        }
        value.push(meant.unwrap_or(octet));
    }
    value.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<(String, String)> {
        let entries = parse(text).unwrap_or_else(|fault| panic!("{fault:?} in {text:?}"));
        let text = |entry: &Entry| String::from_utf8(entry.value.expose().to_vec()).unwrap();
        entries.iter().map(|entry| (entry.name.clone(), text(entry))).collect()
    }

    #[test]
    fn each_form_of_a_line_is_read() {
        for (line, value) in [
            ("A=b", "b"),
            ("A = b ", "b"),
            ("  export A=b", "b"),
            ("export\tA=b", "b"),
            ("A=", ""),
            ("A=''", ""),
            ("A=b # c", "b"),
            ("A=b#c", "b#c"),
            ("A= # c", ""),
            ("A=b=c==", "b=c=="),
            ("A='b # c' # d", "b # c"),
            ("A=\"b # c\"", "b # c"),
            (r#"A="b\nc\t\"d\" \$e \\f \q""#, "b\nc\t\"d\" $e \\f \\q"),
            (r"A='b\nc'", r"b\nc"),
            (r"A=b\nc", r"b\nc"),
            (r"A=C:\keys\new.key", r"C:\keys\new.key"),
            ("A='b\nc\r\nd'", "b\nc\r\nd"),
            ("A=\"b\n# c\nd\"", "b\n# c\nd"),
            ("A=it's", "it's"),
            ("A=b\r", "b"),
            ("A='b'\r", "b"),
            ("A=ü ", "ü"),
        ] {
            assert_eq!(read(line.as_bytes()), [("A".to_owned(), value.to_owned())], "{line:?}");
            let between = format!("# c\n\nX=1\n{line}\n  \nY=2");
            let entries = read(between.as_bytes());
            assert_eq!(entries.len(), 3, "{line:?}");
            assert_eq!((entries[1].1.as_str(), entries[2].1.as_str()), (value, "2"), "{line:?}");
        }
        assert!(read(b"").is_empty() && read(b"\n#\n \t\n").is_empty());
    }

    #[test]
    fn marks_and_line_ends_of_windows_are_read() {
        let text = "A=1\r\nB='ü'\r\n";
        let expected = [("A".to_owned(), "1".to_owned()), ("B".to_owned(), "ü".to_owned())];
        let utf16 = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        assert_eq!(read(text.as_bytes()), expected);
        assert_eq!(read(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), expected);
        assert_eq!(read(&[&[0xff, 0xfe][..], &utf16(u16::to_le_bytes)].concat()), expected);
        assert_eq!(read(&[&[0xfe, 0xff][..], &utf16(u16::to_be_bytes)].concat()), expected);
    }

    #[test]
    fn a_fault_names_its_line_and_nothing_of_it() {
        for (text, line) in [
            ("A=1\nhunter2", 2),
            ("A=1\n\n1A=hunter2", 3),
            ("A='1\n2\n3'\nhunter 2=x", 4),
            ("A='hunter2", 1),
            ("#\nA=\"hunter2\\\"", 2),
            ("A='1'hunter2", 1),
            ("A='1'#hunter2", 1),
            ("=hunter2", 1),
            ("-----BEGIN hunter2", 1),
        ] {
            let fault = parse(text.as_bytes()).map(|entries| entries.len()).unwrap_err();
            assert_eq!(fault.line, line, "{text:?}: {fault:?}");
            assert!(!fault.what.contains("hunter2"), "{fault:?}");
        }
        for octets in [&b"A=\xff"[..], b"A=\0", &[0xff, 0xfe, 0x41], &[0xff, 0xfe, 0x00, 0xd8]] {
            assert!(parse(octets).is_err(), "{octets:?}");
        }
    }

    #[test]
    fn what_other_readers_would_put_in_is_seen() {
        for (text, wants) in
            [("A=a${B}", true), ("A=\"${B}\"", true), ("A='${B}'", false), ("A=\"\\${B}\"", false), ("A=a$B!", false)]
        {
            assert_eq!(parse(text.as_bytes()).unwrap_or_default()[0].wants_substitution, wants, "{text}");
        }
    }
}
