//! A refusal weighed with what else is known of the login: its causes in an order that fits this one.

use super::circumstances::Word;
use super::{Cause, Circumstances, Explanation, Found, ServerWords, explain};
use crate::operations::Target;

/// What a refusal means in its circumstances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The row that fits best.
    pub row: &'static Explanation,
    /// How it was found.
    pub found: Found,
    /// Its causes, the likeliest first.
    pub causes: Vec<Judged>,
}

/// A cause in the circumstances of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The cause.
    pub cause: &'static Cause,
    /// What the circumstances make of it.
    pub likelihood: Likelihood,
    /// Why, as a phrase. It holds what stood in the request.
    pub because: Option<String>,
}

/// What circumstances make of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likelihood {
    /// They point to it.
    Likely,
    /// They say nothing of it, or nothing unusual.
    Open,
    /// They speak against it.
    Unlikely,
}

/// Weighs a refusal; `None` where nothing is known of it. What circumstances point to comes first and what they speak
/// against last; between those the order of the row stands.
///
/// ```
/// use certwright::operations::{Circumstances, Likelihood, ServerWords, diagnose};
///
/// let words = ServerWords::new("invalid_grant", Some("expired authorization code"));
/// let slow = Circumstances { clock_ahead: Some(-400), ..Circumstances::default() };
/// let diagnosis = diagnose(&words, None, &slow).unwrap();
/// assert_eq!(diagnosis.causes[0].likelihood, Likelihood::Likely);
/// assert_eq!(diagnosis.causes[0].because.as_deref(), Some("this machine's clock is 400 s behind the server's"));
/// ```
#[must_use]
pub fn diagnose(words: &ServerWords, target: Option<&Target>, circumstances: &Circumstances<'_>) -> Option<Diagnosis> {
    let (row, found) = explain(words, target).into_iter().next()?;
    let mut causes: Vec<Judged> = row
        .causes
        .iter()
        .map(|cause| {
            let (likelihood, because) = match circumstances.on(cause.suspect) {
                Some(Word::For(why)) => (Likelihood::Likely, Some(why)),
                Some(Word::Fits(why)) => (Likelihood::Open, Some(why)),
                Some(Word::Against(why)) => (Likelihood::Unlikely, Some(why)),
                None => (Likelihood::Open, None),
            };
            Judged { cause, likelihood, because }
        })
        .collect();
    causes.sort_by_key(|judged| judged.likelihood);
    Some(Diagnosis { row, found, causes })
}
