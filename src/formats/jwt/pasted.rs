//! A token as people paste it: with `Bearer` before it, in quotes, broken over lines, or in UTF-16.

use std::fmt;

use zeroize::Zeroizing;

use crate::secret::Token;

/// A pasted token, and what stood around it.
#[derive(Clone, Debug)]
pub struct Pasted {
    /// The token.
    pub token: Token,
    /// What was left out, in the order in which it was found.
    pub mends: Vec<Mend>,
}

/// Something around or in a pasted token that is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mend {
    /// `Bearer` before it, or the whole header field `Authorization`.
    Bearer,
    /// White space or line ends within it.
    Broken,
    /// Quotes, a comma or a semicolon around it.
    Quotes,
    /// UTF-16, as `>` of Windows PowerShell 5 writes it, or the mark of UTF-8.
    Utf16,
}

impl fmt::Display for Mend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bearer => "the word `Bearer` before it was left out",
            Self::Broken => "white space within it was left out",
            Self::Quotes => "the quotes around it were left out",
            Self::Utf16 => "it was UTF-16, or began with a byte-order mark, and was read all the same",
        })
    }
}

/// The token in what was pasted. Nothing is judged here: what is no token stays as it is.
///
/// ```
/// use certwright::formats::jwt::{Mend, pasted};
///
/// let found = pasted(b"Authorization: Bearer eyJhbGciOiJub25lIn0.e30.\r\n");
/// assert_eq!(found.token.expose(), "eyJhbGciOiJub25lIn0.e30.");
/// assert_eq!(found.mends, [Mend::Bearer]);
/// ```
#[must_use]
pub fn pasted(octets: &[u8]) -> Pasted {
    let mut mends = Vec::new();
    let text = text(octets, &mut mends);
    let mut rest = text.trim();
    // Each may stand around the other: `"Bearer …"`, `Bearer "…"`.
    for _ in 0..4 {
        let before = rest;
        rest = without_bearer(rest, &mut mends);
        rest = without_quotes(rest, &mut mends);
        if rest.len() == before.len() {
            break;
        }
    }
    // JSON and PEM are none of these; their white space is not ours.
    let is_broken = rest.contains(char::is_whitespace) && rest.contains('.') && !rest.starts_with(['{', '[', '-']);
    let token = if is_broken {
        note(&mut mends, Mend::Broken);
        let mut joined = Zeroizing::new(String::with_capacity(rest.len()));
        rest.split_whitespace().for_each(|piece| joined.push_str(piece));
        Token::new(joined.as_str())
    } else {
        Token::new(rest)
    };
    Pasted { token, mends }
}

/// The text that the octets are; what is no UTF-8 is replaced, and no token then.
fn text(octets: &[u8], mends: &mut Vec<Mend>) -> Zeroizing<String> {
    let unit: Option<fn([u8; 2]) -> u16> = match octets {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        _ => None,
    };
    if let Some(unit) = unit {
        note(mends, Mend::Utf16);
        let units = octets[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        return Zeroizing::new(char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect());
    }
    let plain = octets.strip_prefix(b"\xef\xbb\xbf");
    if plain.is_some() {
        note(mends, Mend::Utf16);
    }
    Zeroizing::new(String::from_utf8_lossy(plain.unwrap_or(octets)).into_owned())
}

fn without_bearer<'a>(text: &'a str, mends: &mut Vec<Mend>) -> &'a str {
    let mut rest = text;
    for prefix in ["Authorization:", "Bearer"] {
        let begin = rest.get(..prefix.len()).unwrap_or_default();
        let after = rest.get(prefix.len()..).unwrap_or_default();
        // A header could begin with these letters, but no white space or colon could follow.
        if begin.eq_ignore_ascii_case(prefix) && (prefix.ends_with(':') || after.starts_with(char::is_whitespace)) {
            note(mends, Mend::Bearer);
            rest = after.trim_start();
        }
    }
    rest
}

fn without_quotes<'a>(text: &'a str, mends: &mut Vec<Mend>) -> &'a str {
    const AROUND: [char; 6] = ['"', '\'', '`', ',', ';', '“'];
    let rest = text.trim_matches(|it: char| AROUND.contains(&it) || it == '”' || it.is_whitespace());
    if rest.len() < text.trim().len() {
        note(mends, Mend::Quotes);
    }
    rest
}

fn note(mends: &mut Vec<Mend>, mend: Mend) {
    if !mends.contains(&mend) {
        mends.push(mend);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJhbGciOiJub25lIn0.e30.abc";

    #[test]
    fn what_stands_around_a_token_is_left_out_and_said() {
        for (typed, mends) in [
            (TOKEN.to_owned(), vec![]),
            (format!(" {TOKEN}\r\n"), vec![]),
            (format!("bearer {TOKEN}"), vec![Mend::Bearer]),
            (format!("Authorization: Bearer {TOKEN}\n"), vec![Mend::Bearer]),
            (format!("\"{TOKEN}\","), vec![Mend::Quotes]),
            (format!("'Bearer {TOKEN}'"), vec![Mend::Quotes, Mend::Bearer]),
            (format!("Bearer \"{TOKEN}\""), vec![Mend::Bearer, Mend::Quotes]),
            (TOKEN.replace('.', ".\r\n  "), vec![Mend::Broken]),
            (format!("\u{feff}{TOKEN}"), vec![Mend::Utf16]),
        ] {
            let found = pasted(typed.as_bytes());
            assert_eq!((found.token.expose(), found.mends), (TOKEN, mends), "{typed}");
        }
        let wide = |unit: fn(u16) -> [u8; 2]| {
            format!("\u{feff}{TOKEN}\r\n").encode_utf16().flat_map(unit).collect::<Vec<u8>>()
        };
        for octets in [wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
            let found = pasted(&octets);
            assert_eq!((found.token.expose(), found.mends), (TOKEN, vec![Mend::Utf16]));
        }
    }

    #[test]
    fn what_is_no_token_stays_as_it_is() {
        for other in ["", "Bearer", "{ \"payload\": \"a.b\" }", "-----BEGIN X-----\na.b"] {
            assert_eq!(pasted(other.as_bytes()).token.expose(), other.trim());
        }
        assert!(!pasted(b"\xff\x00\x01").token.expose().contains('.'));
    }
}
