//! A reader of PEM that takes what PowerShell, editors, environment variables and CI systems make of it.

use std::ops::Range;

use super::FORMAT;
use super::text::{Plain, Text};
use super::wrapped::unwrap_base64;
use crate::formats::{Error, Place, Reason};
use crate::limits::Limits;
use crate::secret::SecretBytes;

pub(super) const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// What a PEM file holds.
#[derive(Debug)]
pub struct Document {
    /// The blocks in the order of the file.
    pub blocks: Vec<Block>,
    /// How the text differed from RFC 7468, each kind once.
    pub repairs: Vec<Repair>,
    /// Whether anything but white space stands outside the blocks, such as the text that `openssl x509 -text` writes.
    pub has_text: bool,
}

/// One encapsulated block.
#[derive(Clone, Debug)]
pub struct Block {
    /// The text after `BEGIN`, such as `CERTIFICATE`.
    pub label: String,
    /// The headers of RFC 1421, such as `Proc-Type`, by name and value.
    pub headers: Vec<(String, String)>,
    /// What the base64 stands for.
    pub contents: SecretBytes,
    /// The line of the file on which the block begins, from 1.
    pub line: usize,
}

/// A way in which a text was no RFC 7468 and was read all the same; its `Display` completes "the file is …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Repair {
    /// It was the base64 of a binary file, without the lines `-----BEGIN …` and `-----END …` around it.
    #[error("base64 without the lines `-----BEGIN …-----` and `-----END …-----`")]
    BareBase64,
    /// The whole PEM was base64-encoded once more.
    #[error("base64 of a PEM")]
    Base64OfPem,
    /// Line ends were written as a backslash and an `n`.
    #[error("PEM with literal `\\n` in place of line ends")]
    EscapedLineEnds,
    /// Lines began with white space.
    #[error("indented PEM")]
    Indented,
    /// Everything stood on one line.
    #[error("PEM on one line")]
    OneLine,
    /// The text was UTF-16, as PowerShell's `>` writes it.
    #[error("UTF-16 text, but PEM is ASCII")]
    Utf16,
}

/// Whether these octets are meant to be PEM, however damaged.
#[must_use]
pub fn looks_like_pem(octets: &[u8]) -> bool {
    // Nearly every PEM begins with its first block, and needs no second look.
    let is_plain = octets.starts_with(BEGIN.as_bytes()) && !octets.contains(&0);
    is_plain || Text::normalise(octets).is_some_and(|text| text.text.contains(BEGIN))
}

/// The octets that a text of base64 alone stands for, whatever they are.
pub(crate) fn bare_base64(octets: &[u8]) -> Option<SecretBytes> {
    let text = Text::normalise(octets)?;
    unwrap_base64(&text.text).ok().filter(|inner| !inner.expose().is_empty())
}

/// All blocks of a PEM text.
///
/// ```
/// use certwright::{formats::pem, limits::Limits};
///
/// let document = pem::decode(b"notes\r\n-----BEGIN TEST-----\r\nAQID\r\n-----END TEST-----", &Limits::default())?;
/// assert_eq!(document.blocks[0].label, "TEST");
/// assert_eq!(document.blocks[0].contents.expose(), [1, 2, 3]);
/// # Ok::<(), certwright::formats::Error>(())
/// ```
///
/// # Errors
/// With the line: a block without its `END`, a character that is not base64, an empty block, more blocks than
/// [`Limits::entries`], or no block at all.
pub fn decode(octets: &[u8], limits: &Limits) -> Result<Document, Error> {
    let Located { text, blocks, repairs, .. } = locate(octets, limits)?;
    let begins = blocks.iter().map(|(_, place)| place.start).chain([text.len()]);
    let ends = std::iter::once(0).chain(blocks.iter().map(|(_, place)| place.end));
    let has_text = ends.zip(begins).any(|(end, begin)| !text[end..begin].trim().is_empty());
    Ok(Document { blocks: blocks.into_iter().map(|(block, _)| block).collect(), repairs, has_text })
}

/// A text and where its blocks stand in it.
pub(super) struct Located<'a> {
    /// The text as it was read: each character that is not ASCII is a `?`.
    pub(super) text: Plain<'a>,
    pub(super) blocks: Vec<(Block, Range<usize>)>,
    pub(super) repairs: Vec<Repair>,
    /// How far the file's octets lie behind the text's, where each character of the text is one octet of the file.
    pub(super) offset: Option<usize>,
}

/// The blocks of a PEM text with their places, from `-----BEGIN` to the end of `END …-----`.
pub(super) fn locate<'a>(octets: &'a [u8], limits: &Limits) -> Result<Located<'a>, Error> {
    let Text { text, mut repairs } =
        Text::normalise(octets).ok_or_else(|| Error::malformed(FORMAT, "the file is not text"))?;
    let offset = repairs.is_empty().then(|| octets.len() - text.len());
    let mut blocks = Vec::new();
    let mut position = 0;
    let mut lines = Lines { text: &text, offset: 0, line: 1 };
    while let Some(start) = next_begin(&text[position..]).map(|offset| position + offset) {
        let line = lines.line_of(start);
        if blocks.len() >= limits.entries {
            let all = blocks.len() + text[start..].matches(BEGIN).count();
            let (asked, limit) = (all as u64, limits.entries as u64);
            return Err(
                Error::new(FORMAT, Reason::LimitExceeded { what: "blocks", asked, limit }).at(Place::Line(line))
            );
        }
        let (block, end) = block_at(&mut lines, start).map_err(|fault| fault.at(Place::Line(line)))?;
        note_layout(&text[start..end], &mut repairs);
        blocks.push((block, start..end));
        position = end;
    }
    if blocks.is_empty() {
        return Err(Error::malformed(FORMAT, "there is no line `-----BEGIN …-----`"));
    }
    Ok(Located { text, blocks, repairs, offset })
}

/// Where the next block begins: nearly always at once, or nowhere in the line end that is left.
fn next_begin(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [] | [_] => None,
        octets if octets.starts_with(BEGIN.as_bytes()) => Some(0),
        _ => text.find(BEGIN),
    }
}

/// The block whose `BEGIN` stands at `start`, and where it ends.
fn block_at(lines: &mut Lines<'_>, start: usize) -> Result<(Block, usize), Error> {
    let text = lines.text;
    let line = lines.line_of(start);
    let after_begin = &text[start + BEGIN.len()..];
    let is_last = |end: &usize| after_begin[*end..].starts_with(DASHES);
    let label_end = after_begin.find('-').filter(is_last).or_else(|| after_begin.find(DASHES));
    let label_end = label_end.filter(|end| !after_begin[..*end].contains(['\n', '\r']));
    let label = &after_begin[..label_end.ok_or_else(|| Error::malformed(FORMAT, "the BEGIN line is not complete"))?];
    let body_start = start + BEGIN.len() + label.len() + DASHES.len();
    let rest = &text[body_start..];
    // In base64 there are no dashes, so the first begins the last line of nearly every block.
    let ends = |text: &str| {
        let after = text.strip_prefix(END).and_then(|text| text.strip_prefix(label));
        after.is_some_and(|text| text.starts_with(DASHES))
    };
    let at_first_dash = rest.find('-').filter(|end| ends(&rest[*end..]));
    let trailer = || format!("{END}{label}{DASHES}");
    let anywhere = || rest.find(&trailer()).filter(|end| !rest[..*end].contains(BEGIN));
    let body_end = at_first_dash.or_else(anywhere).ok_or_else(|| {
        Error::malformed(
            FORMAT,
            format!("the block `{label}` has no line `{}`; the file was cut short or edited", trailer()),
        )
    })?;
    let (headers, base64_start) = headers_of(&rest[..body_end]);
    let base64 = &rest[base64_start..body_end];
    let contents = unwrap_base64(base64).map_err(|offset| {
        let fault = Error::malformed(FORMAT, format!("the block `{label}` is not base64 from here on"));
        fault.at(Place::Line(lines.line_of(body_start + base64_start + offset)))
    })?;
    if contents.expose().is_empty() {
        return Err(Error::malformed(FORMAT, format!("the block `{label}` is empty")));
    }
    Ok((
        Block { label: label.to_owned(), headers, contents, line },
        body_start + body_end + END.len() + label.len() + DASHES.len(),
    ))
}

/// The RFC 1421 headers at the beginning of `body`, and where its base64 begins.
fn headers_of(body: &str) -> (Vec<(String, String)>, usize) {
    let mut headers = Vec::new();
    let mut position = 0;
    for line in body.split_inclusive(['\n', '\r']) {
        let trimmed = line.trim();
        match trimmed.split_once(':') {
            Some((name, value)) => headers.push((name.trim().to_owned(), value.trim().to_owned())),
            // An empty line before the first header, or between headers and base64.
            None if trimmed.is_empty() => {}
            None => break,
        }
        position += line.len();
    }
    (headers, position)
}

/// Notes what is unusual in the layout of one whole block.
fn note_layout(block: &str, repairs: &mut Vec<Repair>) {
    let mut note = |repair| {
        if !repairs.contains(&repair) {
            repairs.push(repair);
        }
    };
    if !block.contains(['\n', '\r']) {
        note(Repair::OneLine);
    } else if has_indented_line(block.as_bytes()) {
        note(Repair::Indented);
    }
}

/// Whether white space stands behind a line end. All pairs are looked at, so that it is done for many at once.
fn has_indented_line(text: &[u8]) -> bool {
    let pairs = text.iter().zip(text.get(1..).unwrap_or_default());
    pairs.fold(false, |found, (one, next)| found | (matches!(one, b'\n' | b'\r') & matches!(next, b' ' | b'\t')))
}

/// Counts the lines of a text once, however many places in it are asked for.
struct Lines<'a> {
    text: &'a str,
    /// How far the lines are counted, and the line there.
    offset: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line at `offset`, which must not lie before one that was asked for earlier.
    fn line_of(&mut self, offset: usize) -> usize {
        let octets = self.text.as_bytes();
        let end = offset.clamp(self.offset, octets.len());
        // CRLF counts once: its CR is skipped when an LF follows.
        let is_line_end =
            |at: &usize| octets[*at] == b'\n' || (octets[*at] == b'\r' && octets.get(at + 1) != Some(&b'\n'));
        self.line += (self.offset..end).filter(is_line_end).count();
        self.offset = end;
        self.line
    }
}

#[cfg(test)]
mod tests;
