//! The steps of a play, for people and for programs, with the paths and marks of one store in their places.

use std::fmt::Write as _;

use certwright::operations::rotate::{Change, Piece, PlayRow, Rotation, Step, StepValues, Way};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use crate::args::Shell;
use crate::render::DIM;
use crate::render::lint::wrapped;

/// The steps under a heading, numbered; nothing where there are none.
pub(crate) fn text(heading: &str, steps: &[Step], values: &StepValues) -> String {
    let mut text = String::new();
    if steps.is_empty() {
        return text;
    }
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{heading}");
    let mut number = 0;
    for extract in values.certificates_to_extract().iter().filter(|it| names_file(steps, &it.certificate, values)) {
        number += 1;
        let line = Shell::usual().line(&words_of_extract(&extract.keystore, &extract.certificate));
        let _ = writeln!(text, "  {number}. take the certificate out of the keystore\n     {}", Untrusted(&line));
    }
    for step in steps {
        number += 1;
        let what = prose(step.what, values);
        for (index, line) in wrapped(what.split(' '), " ").iter().enumerate() {
            let begin = if index == 0 { format!("{number:>3}. ") } else { "     ".to_owned() };
            let _ = writeln!(text, "{begin}{}", Untrusted(line));
        }
        for (index, way) in step.ways.iter().enumerate() {
            // One line whatever its length, to be copied.
            let or = if index == 0 { "" } else { "or: " };
            let _ = writeln!(text, "     {DIM}{or}{DIM:#}{}", Untrusted(&way_text(way, values)));
        }
    }
    text
}

/// A sentence in lines of a terminal's width, all but the first of them further in.
pub(crate) fn paragraph(text: &mut String, indent: &str, sentence: &str) {
    for (index, line) in wrapped(sentence.split(' '), " ").iter().enumerate() {
        let _ = writeln!(text, "{indent}{}{}", if index == 0 { "" } else { "  " }, Untrusted(line));
    }
}

/// What the client changes together, in one line.
pub(crate) fn changes(row: &PlayRow) -> String {
    let changes: Vec<String> = row.changes.iter().map(|change| change.describe()).collect();
    format!("what the client changes together: {}\n", changes.join("; "))
}

/// A play for programs: what is known of the service, and every step.
pub(crate) fn json(rotation: &Rotation, row: &PlayRow, values: &StepValues) -> Value {
    let all = |steps: &[Step]| steps.iter().map(|step| step_json(step, values)).collect::<Vec<_>>();
    let extract: Vec<Value> = values
        .certificates_to_extract()
        .iter()
        .map(|it| json!({ "command": words_of_extract(&it.keystore, &it.certificate) }))
        .collect();
    json!({
        "play": row.play.word(),
        "when": row.when,
        "target": (!rotation.target.is_empty()).then_some(rotation.target),
        "holds": rotation.holds,
        "finds_by": rotation.finds_by,
        "expiry": rotation.expiry.word(),
        "wait": rotation.wait,
        "source": rotation.source,
        "extract_first": extract,
        "before": all(row.before),
        "proof": all(row.proof),
        "changes": row.changes.iter().map(change_json).collect::<Vec<_>>(),
        "after": all(row.after),
        "back": all(row.back),
    })
}

fn change_json(change: &Change) -> Value {
    let (what, name) = match change {
        Change::ClientId => ("client_id", None),
        Change::ComputedKeyId(name) => ("computed_key_id", Some(*name)),
        Change::GivenKeyId(name) => ("given_key_id", Some(*name)),
        _ => ("files", None),
    };
    json!({ "what": what, "name": name, "text": change.describe() })
}

pub(crate) fn step_json(step: &Step, values: &StepValues) -> Value {
    let ways: Vec<Value> = step
        .ways
        .iter()
        .map(|way| match way {
            Way::Command(pieces) => json!({ "kind": "command", "words": words(pieces, values) }),
            Way::Menu(pieces) => json!({ "kind": "menu", "text": prose(pieces, values) }),
            Way::Statement(pieces) => json!({ "kind": "statement", "text": prose(pieces, values) }),
        })
        .collect();
    json!({ "text": prose(step.what, values), "ways": ways, "source": step.source })
}

fn way_text(way: &Way, values: &StepValues) -> String {
    match way {
        Way::Command(pieces) => Shell::usual().line(&words(pieces, values)),
        Way::Menu(pieces) | Way::Statement(pieces) => prose(pieces, values),
    }
}

/// A command's words.
pub(crate) fn words(pieces: &[Piece], values: &StepValues) -> Vec<String> {
    let mut words = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => words.extend(text.split(' ').map(str::to_owned)),
            other => words.push(value(*other, values)),
        }
    }
    words
}

/// A sentence, a menu or a statement; files stand in backticks there, since their names may have spaces.
fn prose(pieces: &[Piece], values: &StepValues) -> String {
    let text = |piece: &Piece| match piece {
        Piece::File(..) | Piece::PublicJwk | Piece::PublicKey => format!("`{}`", value(*piece, values)),
        other => value(*other, values),
    };
    pieces.iter().map(text).collect()
}

fn value(piece: Piece, values: &StepValues) -> String {
    match piece {
        Piece::Text(text) | Piece::Yours(text) => text.to_owned(),
        Piece::File(which, part) => values.file(which, part),
        Piece::FileAfter(before, which, part) => format!("{before}{}", values.file(which, part)),
        Piece::PublicKey => values.public_key().to_owned(),
        Piece::PublicJwk => values.public_jwk().to_owned(),
        Piece::Mark(which, mark) => values.mark_of(which, mark),
    }
}

/// Whether a step speaks of the file.
fn names_file(steps: &[Step], path: &str, values: &StepValues) -> bool {
    let of = |way: &Way| match way {
        Way::Command(pieces) | Way::Menu(pieces) | Way::Statement(pieces) => *pieces,
    };
    let pieces = steps.iter().flat_map(|step| step.what.iter().chain(step.ways.iter().flat_map(of)));
    pieces
        .into_iter()
        .any(|piece| matches!(piece, Piece::File(..) | Piece::FileAfter(..)) && value(*piece, values).ends_with(path))
}

/// The command that takes a certificate out of a keystore.
pub(crate) fn words_of_extract(keystore: &str, certificate: &str) -> Vec<String> {
    ["certwright", "extract", keystore, "--cert", certificate].map(str::to_owned).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered_and_what_comes_from_outside_steers_nothing() {
        let rotation = Rotation::of(Some("salesforce".parse().unwrap()));
        let row = &rotation.plays[0];
        let shown = text("before activation:", row.before, &StepValues::default());
        assert!(shown.starts_with("before activation:\n  1. make a second app"), "{shown}");
        assert!(shown.contains("\n  2. pre-authorise it"), "{shown}");
        assert!(shown.contains("Upload Files > `NEXT.crt`"), "{shown}");
        assert_eq!(text("x", &[], &StepValues::default()), "");
        let document = json(rotation, row, &StepValues::default());
        assert_eq!(document["play"], "second-app");
        assert_eq!(document["before"].as_array().unwrap().len(), 3);
        assert_eq!(document["changes"][1]["what"], "client_id");
        assert!(changes(row).ends_with("; the id of the app\n"));
    }
}
