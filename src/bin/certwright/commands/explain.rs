//! `explain`: what a server's refusal means, and what to do about it.

use std::ffi::OsString;
use std::path::Path;

use certwright::files::Input;
use certwright::operations::{Explanation, Found, ServerWords, Target, closest, explain, standard_meaning};
use certwright::untrusted::Untrusted;
use clap::Args;
use serde_json::json;

use super::{Example, pages_with};
use crate::args::TargetArg;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::{explain as render, json::document};
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example {
        what: "What Salesforce means by it",
        command: "certwright explain invalid_grant \"user hasn't approved this consumer\"",
    },
    Example { what: "What Microsoft Entra means by a number", command: "certwright explain AADSTS700027 --for entra" },
    Example { what: "Every refusal of Okta that is known", command: "certwright explain --list --for okta" },
];

const CODES: &[(u8, &str)] = &[
    (0, "the refusal is known"),
    (1, "it is not known, or a file cannot be read"),
    (2, "wrong usage"),
    (130, "broken off, with Ctrl-C"),
];

/// How many rows are shown where none fits.
const NEAREST: usize = 3;

/// Say what a server's refusal means, how to tell its causes apart and what to do
///
/// WORDS are what the server said, in whatever form there is: `error` and `error_description`, the JSON answer, a
/// client's error line, an AADSTS number, the name of a file that holds one of these, or `-` for standard input.
/// Nothing is sent anywhere, and what looks like a token or key is not shown again.
#[derive(Args, Debug)]
#[command(after_help = pages_with(EXAMPLES, CODES))]
pub(crate) struct Explain {
    /// What the server said
    #[arg(value_name = "WORDS", required_unless_present = "list", conflicts_with = "list")]
    words: Vec<OsString>,
    /// List every refusal that is known
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    target: TargetArg,
}

impl Explain {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let target = self.target.target()?;
        if self.list {
            let of_target = |row: &&Explanation| target.is_none_or(|target| target.name == row.target);
            let rows: Vec<&Explanation> = Explanation::all().filter(of_target).collect();
            if context.json {
                context.printer.data(&document("explain-list", json!({ "refusals": render::rows_json(&rows) })));
            } else {
                context.printer.report(&render::list(&rows));
            }
            return Ok(ExitStatus::Done);
        }
        let (words, source) = heard(&self.words, context)?;
        if words.is_empty() {
            return Err(Failure::usage(format!("{source} holds no words"))
                .hint("say what the server said, as in `certwright explain invalid_grant \"invalid assertion\"`"));
        }
        if words.has_token {
            context.printer.warning(
                &Warning::new("what was given holds a token, which is not shown again")
                    .hint("to look into a token, run `certwright jwt decode -`"),
            );
        }
        let meaning = words.error.as_deref().and_then(standard_meaning);
        let hits = explain(&words, target);
        let found = hits.first().map(|(_, found)| *found);
        let rows: Vec<&Explanation> = hits.into_iter().map(|(row, _)| row).collect();
        let nearest = if rows.is_empty() { closest(&words, target, NEAREST) } else { Vec::new() };
        let problem = rows.is_empty().then(|| unknown(&words, meaning, target, !nearest.is_empty()));
        if context.json {
            let mut members = render::json(&words, &rows, found, meaning);
            members["nearest"] = render::rows_json(&nearest);
            members["problems"] = problem.iter().map(Failure::to_value).collect();
            context.printer.data(&document("explain", members));
        } else {
            context.printer.report(&render::text(&rows));
            context.printer.report(&render::near(&nearest));
            if let (Some(Found::ByError), Some(meaning)) = (found, meaning) {
                context
                    .printer
                    .note(&format!("the server's sentence, if there is one, says more: in general, {meaning}"));
            }
            problem.iter().for_each(|problem| context.printer.error(&problem.to_message()));
        }
        Ok(problem.map_or(ExitStatus::Done, |problem| problem.exit))
    }
}

/// What the server said, and where that was read, as a phrase.
fn heard(words: &[OsString], context: &Context) -> Result<(ServerWords, String), Failure> {
    let text: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    match text.as_slice() {
        [one] => {
            let path = Path::new(&words[0]);
            let input = if one == "-" {
                Some(Input::read(path, &context.limits)?)
            } else if one.contains(char::is_whitespace) || one.contains(['{', '<']) {
                None
            } else {
                Input::read_if_file(path, &context.limits)?
            };
            Ok(match input {
                Some(input) => (ServerWords::read_octets(input.bytes()), format!("`{}`", Untrusted(input.name()))),
                None => (ServerWords::read(one), "the argument".to_owned()),
            })
        }
        [error, description] if !error.trim().contains(char::is_whitespace) && !error.contains('{') => {
            Ok((ServerWords::new(error, Some(description)), "the argument".to_owned()))
        }
        // Words that were not quoted.
        several => Ok((ServerWords::read(&several.join(" ")), "the argument".to_owned())),
    }
}

/// There is no row for these words.
fn unknown(words: &ServerWords, meaning: Option<&str>, target: Option<&Target>, has_near: bool) -> Failure {
    let whom = target.map(|target| format!(" of {}", target.title)).unwrap_or_default();
    let what = format!("no refusal{whom} is known by these words");
    let mut failure = Failure::new("unknown_refusal", ExitStatus::Failed, what);
    let said = match (&words.error, &words.description) {
        (Some(error), Some(said)) => Some(format!("`{}`: \"{}\"", render::shown(error), render::shown(said))),
        (Some(error), None) => Some(format!("`{}`", render::shown(error))),
        (None, Some(said)) => Some(format!("\"{}\"", render::shown(said))),
        (None, None) => None,
    };
    failure.causes.extend(said.map(|said| format!("the server said {said}")));
    failure.causes.extend(meaning.map(|meaning| format!("in general that is: {meaning}")));
    let narrowed = target.map(|target| format!(" --for {}", target.name)).unwrap_or_default();
    if has_near {
        failure = failure.hint("give the server's sentence as well, letter by letter, if there is one");
    }
    failure.hint(format!("to see what is known, run `certwright explain --list{narrowed}`"))
}

#[cfg(test)]
mod tests;
