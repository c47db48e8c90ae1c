//! What a token endpoint's refusal means, and what to do about it: known refusals as data, one row each.

mod rows;

use super::Target;
use rows::ROWS;

/// A refusal in the server's own words (RFC 6749 section 5.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerWords<'a> {
    /// The value of `error`.
    pub error: &'a str,
    /// The value of `error_description`.
    pub description: Option<&'a str>,
}

/// One known refusal.
#[derive(Debug, PartialEq, Eq)]
pub struct Explanation {
    /// A stable word for it.
    pub id: &'static str,
    /// The target that refuses so, by its name.
    pub target: &'static str,
    /// The value of `error`.
    pub error: &'static str,
    /// What `error_description` holds, in any case of its letters; empty where any or none will do.
    pub description: &'static str,
    /// What may be the reason, the likeliest first.
    pub causes: &'static [Cause],
}

/// One reason for a refusal.
#[derive(Debug, PartialEq, Eq)]
pub struct Cause {
    /// What is wrong, as a phrase.
    pub what: &'static str,
    /// How to tell whether it is this one, as a phrase.
    pub tell: &'static str,
    /// What to do, as a phrase.
    pub mend: &'static str,
    /// Where this is known from.
    pub source: &'static str,
}

/// The rows that fit a refusal, the most specific first; empty where nothing is known.
#[must_use]
pub fn explain(words: ServerWords<'_>, target: Option<&Target>) -> Vec<&'static Explanation> {
    let description = words.description.unwrap_or_default().to_ascii_lowercase();
    let mut fitting: Vec<&Explanation> = ROWS
        .iter()
        .filter(|row| target.is_none_or(|target| target.name == row.target))
        .filter(|row| row.error == words.error && description.contains(&row.description.to_ascii_lowercase()))
        .collect();
    fitting.sort_by_key(|row| std::cmp::Reverse(row.description.len()));
    fitting
}
