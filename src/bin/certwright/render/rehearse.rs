//! A rehearsal as a list of what was looked at, and how each thing stands.

use std::fmt::Write as _;

use anstyle::Style;
use certwright::clock::Timestamp;
use certwright::operations::{Check, Outcome, Rehearsal, Target};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::lint::wrapped;
use super::{BAD, DIM, GOOD, WARN};

/// A rehearsal with what it was one of.
pub(crate) struct Report<'a> {
    pub(crate) target: &'a Target,
    /// The token endpoint that the login would ask.
    pub(crate) address: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) rehearsal: &'a Rehearsal,
}

impl Report<'_> {
    /// The report for people.
    pub(crate) fn text(&self) -> String {
        // Writing to a String cannot fail.
        let mut text = String::new();
        let address = Untrusted(self.address);
        let _ =
            writeln!(text, "rehearsed  a login to {} at `{address}` {DIM}on this machine{DIM:#}", self.target.title);
        for check in &self.rehearsal.checks {
            check_text(&mut text, check, self.target);
        }
        let count = |outcome| self.rehearsal.checks.iter().filter(|check| check.outcome == outcome).count();
        let (style, word) = if self.rehearsal.is_accepted() { (GOOD, "accepted") } else { (BAD, "refused") };
        let (kept, refused) = (count(Outcome::Kept), count(Outcome::Refused));
        let (warned, unknowable) = (count(Outcome::Warned), count(Outcome::Unknowable));
        let _ = writeln!(
            text,
            "{style}{word}{style:#}  {kept} ok, {refused} refused, {warned} to heed, {unknowable} that only {} can tell",
            self.target.title
        );
        text
    }

    /// The report for programs.
    pub(crate) fn json(&self) -> Value {
        let checks: Vec<Value> = self
            .rehearsal
            .checks
            .iter()
            .map(|check| {
                json!({
                    "check": check.id,
                    "outcome": word(check.outcome),
                    "met": check.met,
                    "error": check.answered.map(|answered| answered.error),
                    "error_description": check.answered.and_then(|answered| answered.description),
                    "source": check.source,
                })
            })
            .collect();
        json!({
            "target": self.target.name,
            "endpoint": self.address,
            "time": self.now.to_string(),
            "accepted": self.rehearsal.is_accepted(),
            "checks": checks,
        })
    }
}

/// What to do after a rehearsal that was accepted.
pub(crate) fn next(command: &str) -> String {
    format!("next: the same line without `--rehearse`\n  {}\n", Untrusted(command))
}

fn check_text(text: &mut String, check: &Check, target: &Target) {
    let (style, label) = label(check.outcome);
    let met = Untrusted(&check.met).to_string();
    let _ = write!(text, "  {style}{label:<11}{style:#}  ");
    if met.chars().count() <= 49 {
        let _ = writeln!(text, "{:<13}  {met}", check.id);
    } else {
        let _ = writeln!(text, "{}", check.id);
        for line in wrapped(met.split(' '), " ") {
            let _ = writeln!(text, "      {line}");
        }
    }
    if let Some(answered) = check.answered {
        let said = answered
            .description
            .map_or_else(|| "its further words are not known".to_owned(), |description| format!("\"{description}\""));
        let _ = writeln!(text, "      {} answers `{}`: {said}", target.title, answered.error);
    }
    if matches!(check.outcome, Outcome::Refused | Outcome::Warned) {
        let _ = writeln!(text, "      {DIM}source: {}{DIM:#}", check.source);
    }
}

fn label(outcome: Outcome) -> (Style, &'static str) {
    match outcome {
        Outcome::Kept => (GOOD, "ok"),
        Outcome::Refused => (BAD, "refused"),
        Outcome::Warned => (WARN, "warning"),
        _ => (DIM, "cannot know"),
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Kept => "ok",
        Outcome::Refused => "refused",
        Outcome::Warned => "warning",
        _ => "cannot_know",
    }
}
