//! Which rows fit a server's words: by its sentences first, by a number or name next, by the error alone last.

use std::cmp::Reverse;
use std::ops::Range;

use super::tokens::tokens;
use super::{Explanation, ServerWords, standard_meaning};
use crate::operations::Target;

/// How many words may stand where a phrase has ` … `.
const LONGEST_GAP: usize = 60;

/// How well a row fits; the lesser is the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// It was asked for by its name.
    ByName,
    /// The server's sentence is known.
    BySentence,
    /// A number or name in the words is known.
    ByCode,
    /// Only the value of `error` is known.
    ByError,
}

/// A row that fits, and how.
struct Hit {
    row: &'static Explanation,
    found: Found,
    /// Where its sentence stands among the words.
    span: Range<usize>,
    same_error: bool,
}

/// The rows that fit a refusal, the best first; empty where nothing is known. Only rows that fit as well as the best are
/// given, so that a server's sentence is not drowned by what its error may mean besides.
///
/// ```
/// use certwright::operations::{ServerWords, explain};
///
/// let rows = explain(&ServerWords::read("invalid_grant: user hasn't approved this consumer"), None);
/// assert_eq!(rows[0].0.id, "user_not_approved");
/// ```
#[must_use]
pub fn explain(words: &ServerWords, target: Option<&Target>) -> Vec<(&'static Explanation, Found)> {
    let of_target = Explanation::all().filter(|row| target.is_none_or(|target| target.name == row.target));
    let mut hits: Vec<Hit> = of_target.filter_map(|row| hit(row, words)).collect();
    let best = hits.iter().map(|hit| hit.found).min();
    hits.retain(|hit| Some(hit.found) == best);
    let hides = |other: &Hit, hit: &Hit| {
        let around = other.span.start <= hit.span.start && hit.span.end <= other.span.end;
        let of_one = other.row.target == hit.row.target && other.same_error && !hit.same_error;
        other.found == Found::BySentence && around && (other.span.len() > hit.span.len() || of_one)
    };
    let hidden: Vec<bool> = hits.iter().map(|hit| hits.iter().any(|other| hides(other, hit))).collect();
    let mut kept: Vec<Hit> = hits.into_iter().zip(hidden).filter(|(_, hidden)| !hidden).map(|(hit, _)| hit).collect();
    // A row without sentences is what its error means by itself.
    kept.sort_by_key(|hit| {
        let by_itself = Reverse(hit.row.phrases.is_empty());
        (Reverse(hit.same_error), Reverse(hit.span.len()), by_itself, hit.span.start)
    });
    kept.into_iter().map(|hit| (hit.row, hit.found)).collect()
}

/// The rows that come nearest to words for which there is none: those with the same error or many of the same words.
#[must_use]
pub fn closest(words: &ServerWords, target: Option<&Target>, most: usize) -> Vec<&'static Explanation> {
    let of_target = Explanation::all().filter(|row| target.is_none_or(|target| target.name == row.target));
    let mut near: Vec<(usize, &Explanation)> = of_target
        .map(|row| {
            let said = tokens(row.said);
            // Short words are in every sentence.
            let mut shared: Vec<&String> =
                words.tokens.iter().filter(|token| token.len() > 3 && said.contains(token)).collect();
            shared.sort_unstable();
            shared.dedup();
            (2 * shared.len() + usize::from(has_error(row, words)), row)
        })
        // One word in common among several is chance.
        .filter(|(score, _)| *score > 0 && (*score != 2 || words.tokens.len() == 1))
        .collect();
    near.sort_by_key(|(score, _)| Reverse(*score));
    near.into_iter().take(most).map(|(_, row)| row).collect()
}

fn hit(row: &'static Explanation, words: &ServerWords) -> Option<Hit> {
    let same_error = has_error(row, words);
    let hit = |found, span| Some(Hit { row, found, span, same_error });
    if let [only] = words.tokens.as_slice()
        && only == row.id
    {
        return hit(Found::ByName, 0..0);
    }
    let spans = row.phrases.iter().filter_map(|phrase| span(phrase, &words.tokens));
    if let Some(span) = spans.max_by_key(Range::len) {
        return hit(Found::BySentence, span);
    }
    // An error that no standard knows says as much as a number.
    let is_said = |code: &str| {
        words.tokens.iter().any(|token| token.eq_ignore_ascii_case(code)) || is_number_of(code, &words.tokens)
    };
    let mut own = row.errors.iter().filter(|error| standard_meaning(error).is_none()).chain(row.codes);
    if own.any(|code| is_said(code)) {
        return hit(Found::ByCode, 0..0);
    }
    if row.phrases.is_empty() && same_error { hit(Found::ByError, 0..0) } else { None }
}

/// Whether the words are the number of an AADSTS code and no more: `error_codes` has it without the letters.
fn is_number_of(code: &str, words: &[String]) -> bool {
    let number = code.strip_prefix("AADSTS");
    match words {
        [only] => number == Some(only),
        [name, only] => name == "error_codes" && number == Some(only),
        _ => false,
    }
}

fn has_error(row: &Explanation, words: &ServerWords) -> bool {
    row.errors.iter().any(|error| words.tokens.iter().any(|token| token.eq_ignore_ascii_case(error)))
}

/// Where `phrase` stands in `words`.
fn span(phrase: &str, words: &[String]) -> Option<Range<usize>> {
    let mut parts = phrase.split(" … ").map(tokens);
    let first = parts.next()?;
    let others: Vec<Vec<String>> = parts.collect();
    let starts = |part: &[String], at: usize| words.get(at..).is_some_and(|rest| rest.starts_with(part));
    (0..words.len()).filter(|start| starts(&first, *start)).find_map(|start| {
        let end = others.iter().try_fold(start + first.len(), |end, part| {
            (end..=end + LONGEST_GAP).find(|at| starts(part, *at)).map(|at| at + part.len())
        });
        Some(start..end?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_among_words_with_gaps_that_end() {
        let words = tokens("x One, two; three -- four five");
        assert_eq!(span("one two", &words), Some(1..3));
        assert_eq!(span("two … FIVE", &words), Some(2..6));
        assert_eq!(span("two … one", &words), None);
        assert_eq!(span("one three", &words), None);
        let far = tokens(&format!("one {} two", "x ".repeat(LONGEST_GAP + 1)));
        assert_eq!(span("one … two", &far), None);
        let twice = tokens(&format!("one {} one two", "x ".repeat(LONGEST_GAP)));
        assert_eq!(span("one … two", &twice), Some(LONGEST_GAP + 1..LONGEST_GAP + 3));
    }
}
