//! What a refusal means: its causes, how to tell them apart, and what to do.

use std::fmt::Write as _;

use certwright::operations::{Cause, Evidence, Explanation, Found, ServerWords, Target, without_secrets};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::{DIM, GOOD, WARN};

/// How wide a line is at most, in characters.
const WIDTH: usize = 79;

/// How much is shown of what a server said, in characters.
const LONGEST: usize = 400;

/// The rows in full, for people.
pub(crate) fn text(rows: &[&Explanation]) -> String {
    rows.iter().map(|row| row_text(row)).collect::<Vec<_>>().join("\n")
}

fn row_text(row: &Explanation) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{WARN}{}{WARN:#}  {DIM}{}{DIM:#}", title(row), row.id);
    paragraph(&mut text, "  ", "  ", &heard(row));
    paragraph(&mut text, "  ", "  ", row.means);
    for (number, cause) in (1..).zip(row.causes) {
        let _ = writeln!(text);
        let first = format!("{number:>3}. ");
        paragraph(&mut text, &first, "     ", cause.what);
        paragraph(&mut text, "     tell: ", "           ", cause.tell);
        let from = text.len();
        paragraph(&mut text, "     do:   ", "           ", cause.mend);
        // The label is coloured after the line is laid out, so that colours take no room.
        let done = text.split_off(from).replacen("do:", &format!("{GOOD}do:{GOOD:#}"), 1);
        text.push_str(&done);
        paragraph(&mut text, "     from: ", "           ", &from_where(cause));
    }
    text
}

/// Every row on two lines, target by target.
pub(crate) fn list(rows: &[&Explanation]) -> String {
    let mut text = String::new();
    let mut target = "";
    for row in rows {
        if row.target != target {
            let space = if target.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{space}{WARN}{}{WARN:#}", title(row));
            target = row.target;
        }
        let _ = writeln!(text, "  {}", row.id);
        let from = text.len();
        paragraph(&mut text, "    ", "    ", &heard(row));
        let words = format!("{DIM}{}{DIM:#}\n", text.split_off(from).trim_end_matches('\n'));
        text.push_str(&words);
    }
    text
}

/// The rows that come near, for people.
pub(crate) fn near(rows: &[&Explanation]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    format!("What comes nearest:\n\n{}", list(rows))
}

/// The target as sentences name it.
fn title(row: &Explanation) -> &'static str {
    row.target.parse::<&Target>().map_or(row.target, |target| target.title)
}

/// What the server says, as the row has it.
fn heard(row: &Explanation) -> String {
    let errors = row.errors.iter().map(|error| format!("`{error}`")).collect::<Vec<_>>().join(", ");
    let said = if row.said.is_empty() { String::new() } else { format!("\"{}\"", row.said) };
    let codes = if said.is_empty() && errors.is_empty() { row.codes.join(", ") } else { String::new() };
    [errors, said, codes].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn from_where(cause: &Cause) -> String {
    let how = match cause.evidence {
        Evidence::Documented => "documented",
        Evidence::Reported => "reported",
        Evidence::InCode => "in a program's code",
        _ => "not confirmed",
    };
    format!("{how}: {}", cause.source)
}

/// Text in lines of at most [`WIDTH`] characters, the first behind `first` and the others behind `next`. A word that is
/// longer than a line stays whole, to be copied.
fn paragraph(text: &mut String, first: &str, next: &str, said: &str) {
    let (mut line, mut is_empty) = (first.to_owned(), true);
    for word in said.split(' ') {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(text, "{line}");
            (line, is_empty) = (next.to_owned(), true);
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    let _ = writeln!(text, "{line}");
}

/// What the server said, as it may be shown: nothing of it that looks like a token or key.
pub(crate) fn shown(words: &str) -> String {
    Untrusted(&without_secrets(words, LONGEST)).to_string().replace('`', "'")
}

/// The report for programs; `found` says how its rows were found.
pub(crate) fn json(words: &ServerWords, rows: &[&Explanation], found: Option<Found>, meaning: Option<&str>) -> Value {
    let found = found.map(|found| match found {
        Found::ByName => "name",
        Found::BySentence => "sentence",
        Found::ByCode => "code",
        Found::ByError => "error",
    });
    json!({
        "error": words.error.as_deref().map(|error| without_secrets(error, LONGEST)),
        "description": words.description.as_deref().map(|said| without_secrets(said, LONGEST)),
        "standard": meaning,
        "found_by": found,
        "refusals": rows_json(rows),
    })
}

/// Rows for programs.
pub(crate) fn rows_json(rows: &[&Explanation]) -> Value {
    rows.iter().map(|row| row_json(row)).collect()
}

fn row_json(row: &Explanation) -> Value {
    let causes: Vec<Value> = row
        .causes
        .iter()
        .map(|cause| {
            json!({
                "suspect": cause.suspect.word(),
                "what": cause.what,
                "tell": cause.tell,
                "mend": cause.mend,
                "evidence": cause.evidence.word(),
                "source": cause.source,
            })
        })
        .collect();
    json!({
        "id": row.id,
        "target": row.target,
        "errors": row.errors,
        "said": Some(row.said).filter(|said| !said.is_empty()),
        "codes": row.codes,
        "means": row.means,
        "causes": causes,
    })
}
