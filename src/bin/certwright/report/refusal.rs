//! A refused login as a failure: what the server said, what is known of the login, and what to do first.

use certwright::operations::{
    Circumstances, Diagnosis, Likelihood, SET_THE_CLOCK, ServerWords, Suspect, Target, diagnose, standard_meaning,
    without_secrets,
};
use certwright::untrusted::Untrusted;

use super::Failure;
use crate::exit::ExitStatus;

/// How much is shown of a server's sentence, in characters.
const LONGEST_SENTENCE: usize = 400;

/// How much is shown of a server's `error`.
const LONGEST_ERROR: usize = 80;

impl Failure {
    /// The failure of a login at `endpoint` that its server refused in these words.
    pub(crate) fn from_refusal(
        endpoint: &str,
        words: &ServerWords,
        target: Option<&Target>,
        circumstances: &Circumstances<'_>,
    ) -> Self {
        let error = words.error.as_deref().unwrap_or_default();
        let message = match error {
            "" => format!("login refused by `{}`", Untrusted(endpoint)),
            _ => format!("login refused by `{}`: `{}`", Untrusted(endpoint), quoted(error, LONGEST_ERROR)),
        };
        let mut failure = Self::new("login_refused", ExitStatus::Failed, message);
        failure.causes.extend(said(words, circumstances.status));
        let diagnosis = diagnose(words, target, circumstances);
        let because = diagnosis.as_ref().and_then(|it| it.causes.first());
        if diagnosis.is_none() {
            failure.causes.extend(circumstances.clock());
        }
        failure
            .causes
            .extend(because.and_then(|judged| judged.because.clone()).map(|why| quoted(&why, LONGEST_SENTENCE)));
        match diagnosis {
            Some(diagnosis) => failure.hints(&diagnosis, circumstances),
            None => failure.unknown(error, target, circumstances),
        }
    }

    /// What to do first, and where the rest stands.
    fn hints(self, diagnosis: &Diagnosis, circumstances: &Circumstances<'_>) -> Self {
        let rest = format!("for every cause, and how to tell, run `certwright explain {}`", diagnosis.row.id);
        let failure = match diagnosis.causes.first() {
            // What the circumstances speak against is no advice, unless it is all that is known.
            Some(first) if first.likelihood != Likelihood::Unlikely || diagnosis.causes.len() == 1 => {
                self.hint(first.cause.mend)
            }
            _ => self,
        };
        let blames_key = diagnosis.row.causes.iter().any(|cause| cause.suspect == Suspect::Key);
        if circumstances.proved.is_some() && !blames_key {
            // Whether the app has the certificate of this pair, nobody here can know.
            return failure.hint(format!(
                "the key and certificate are a pair, and the server names no fault of the signature; {rest}"
            ));
        }
        failure.hint(rest)
    }

    /// What can be said where no row fits.
    fn unknown(mut self, error: &str, target: Option<&Target>, circumstances: &Circumstances<'_>) -> Self {
        if let Some(meaning) = standard_meaning(error) {
            self = self.cause(format!("RFC 6749 says of `{}`: {meaning}", error.to_ascii_lowercase()));
        }
        if circumstances.clock().is_some() {
            self = self.hint(SET_THE_CLOCK);
        }
        let narrowed = target.map(|target| format!(" --for {}", target.name)).unwrap_or_default();
        self.hint(format!(
            "these words are not known here; for those that are, run `certwright explain --list{narrowed}`"
        ))
    }
}

/// The server's sentence, and its status.
fn said(words: &ServerWords, status: Option<u16>) -> Option<String> {
    let status = status.map(|status| format!("HTTP {status}"));
    match (words.description.as_deref(), status) {
        (Some(text), Some(status)) => {
            Some(format!("the server said \"{}\" ({status})", quoted(text, LONGEST_SENTENCE)))
        }
        (Some(text), None) => Some(format!("the server said \"{}\"", quoted(text, LONGEST_SENTENCE))),
        (None, Some(status)) => Some(format!("the server said no more than that ({status})")),
        (None, None) => None,
    }
}

/// A server's words for a message: without what may be a secret, and without what would end a quotation.
fn quoted(text: &str, longest: usize) -> String {
    Untrusted(&without_secrets(text, longest)).to_string().replace('`', "'")
}

#[cfg(test)]
mod tests;
