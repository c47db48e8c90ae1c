//! The list as CSV, RFC 4180: a header with the members' names, then a line for each set.
//!
//! Spreadsheets put `;` or a tab where the standard has a comma, according to the country; the header tells which. A
//! cell for several texts has `;` between them. An empty cell says nothing.

use ::csv::{ReaderBuilder, StringRecord};

use super::member::{Kind, ListFor, Member};
use super::{List, ListedSet, Value};

/// Reads `text` into `list`.
pub(super) fn read(text: &str, wanted: ListFor, list: &mut List) {
    let (text, named, skipped) = without_separator_line(text);
    let separator = named.unwrap_or_else(|| separator_in(text.lines().next().unwrap_or_default()));
    let mut reader =
        ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut columns: Option<Vec<Option<&'static Member>>> = None;
    let mut lines = LineCount { text: text.as_bytes(), at: 0, line: 1 };
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(_) => {
                list.faults.add(1, "it is no CSV");
                return;
            }
        }
        let begin = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(text.len());
        let line = skipped + lines.of_record_at(begin);
        // What spreadsheets leave below a list: lines of nothing but separators.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match &columns {
            None => columns = Some(header(&record, line, wanted, list)),
            Some(columns) => {
                if let Some(set) = row(&record, columns, line, list) {
                    list.sets.push(set);
                }
            }
        }
    }
}

/// The members that the columns are for; `None` where a column's name is at fault, which is noted.
fn header(record: &StringRecord, line: usize, wanted: ListFor, list: &mut List) -> Vec<Option<&'static Member>> {
    let mut seen: Vec<&str> = Vec::new();
    let column = |name: &str| match Member::named(name.trim(), wanted, false) {
        Ok(member) if seen.contains(&member.name) => {
            list.faults.add(line, format!("the column `{}` stands there twice", member.name));
            None
        }
        Ok(member) => {
            seen.push(member.name);
            Some(member)
        }
        Err(what) => {
            list.faults.add(line, what);
            None
        }
    };
    record.iter().map(column).collect()
}

/// The set of a line; `None` where nobody can tell which cell belongs to which column.
fn row(record: &StringRecord, columns: &[Option<&'static Member>], line: usize, list: &mut List) -> Option<ListedSet> {
    let mut set = ListedSet::new(line);
    if record.len() != columns.len() {
        let (found, wanted) = (record.len(), columns.len());
        list.faults.add(line, format!("it has cells for {found} columns, and the header has {wanted}: a text with a separator in it stands in double quotes"));
        return None;
    }
    for (cell, member) in record.iter().zip(columns) {
        let (Some(member), cell) = (member, cell.trim()) else { continue };
        if cell.is_empty() {
            continue;
        }
        match typed(member.kind, cell) {
            Some(value) => set.put(member, line, value),
            None => list.faults.add(line, format!("`{}` takes {}", member.name, member.kind.wanted())),
        }
    }
    Some(set)
}

/// Counts lines as editors do. The reader's own count takes a CR LF for the next record's and passes over empty lines.
struct LineCount<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl LineCount<'_> {
    /// The line, from 1, of the record that the reader found from the octet `begin` on; records come in their order.
    fn of_record_at(&mut self, begin: usize) -> usize {
        let is_end = |octet: &u8| matches!(octet, b'\r' | b'\n');
        let rest = self.text.get(begin..).unwrap_or_default();
        let begin = begin + rest.iter().take_while(|octet| is_end(octet)).count();
        let passed = self.text.get(self.at..begin).unwrap_or_default();
        let ends = passed.iter().filter(|octet| is_end(octet)).count();
        let pairs = passed.windows(2).filter(|pair| *pair == b"\r\n").count();
        (self.at, self.line) = (self.at.max(begin), self.line + ends - pairs);
        self.line
    }
}

fn typed(kind: Kind, cell: &str) -> Option<Value> {
    match kind {
        Kind::Number => cell.parse().ok().filter(|_| !cell.starts_with('+')).map(Value::Number),
        // As spreadsheets write what they take for a truth value.
        Kind::Switch if cell.eq_ignore_ascii_case("true") => Some(Value::Switch(true)),
        Kind::Switch if cell.eq_ignore_ascii_case("false") => Some(Value::Switch(false)),
        Kind::Switch => None,
        Kind::Text => Some(Value::Text(cell.to_owned())),
        Kind::Texts => {
            let texts = cell.split(';').map(str::trim).filter(|text| !text.is_empty());
            Some(Value::Texts(texts.map(str::to_owned).collect()))
        }
    }
}

/// The text without Excel's own first line `sep=;`, with the separator that it names and how many lines it was.
fn without_separator_line(text: &str) -> (&str, Option<u8>, usize) {
    let named = text.split_once('\n').and_then(|(first, rest)| {
        let named = first.trim_end_matches('\r').strip_prefix("sep=")?;
        match named.as_bytes() {
            [separator @ (b',' | b';' | b'\t')] => Some((rest, *separator)),
            _ => None,
        }
    });
    match named {
        Some((rest, separator)) => (rest, Some(separator), 1),
        None => (text, None, 0),
    }
}

/// What stands most often between the names of the header, none of which has any of these in it.
fn separator_in(header: &str) -> u8 {
    let count = |separator: u8| header.bytes().filter(|octet| *octet == separator).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}
