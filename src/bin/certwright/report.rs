//! Failures as the user sees them: `error:`, `cause:` and `hint:` lines, or one JSON object.
//!
//! The library states facts; this room alone names options and commands in advice.

mod checked;
mod hints;
mod jwt;
mod list;
#[cfg(feature = "login")]
mod login;
mod looking;
mod mend;
#[cfg(feature = "login")]
mod refusal;
mod rotate;
mod shell;
mod tokens;
mod usage;

use std::error::Error;

use certwright::secret::ProviderError;
use serde_json::{Map, Value, json};

use crate::args::SubjectFault;
use crate::exit::ExitStatus;
use crate::password::PasswordFault;
use crate::printer::{Message, Printer};
use crate::prompt::{PromptError, Unattended};
use crate::render::json::line;

pub(crate) use checked::what_to_do;
pub(crate) use jwt::{not_readable, problems as token_problems};
#[cfg(feature = "login")]
pub(crate) use login::Login;
pub(crate) use looking::how_to_open;
pub(crate) use mend::command as mend;
pub(crate) use shell::word;

/// Why a run failed. `kind` and `exit` are what scripts may rely on; the rest is for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// A stable word for the kind of failure.
    pub(crate) kind: &'static str,
    /// The number to exit with.
    pub(crate) exit: ExitStatus,
    /// What was attempted, on which thing, and what stopped it.
    pub(crate) message: String,
    /// The facts below it, outermost first.
    pub(crate) causes: Vec<String>,
    /// At most two things to do.
    pub(crate) hints: Vec<String>,
    /// Further members of the object for programs.
    pub(crate) members: Map<String, Value>,
}

impl Failure {
    /// A failure without causes and hints.
    pub(crate) fn new(kind: &'static str, exit: ExitStatus, message: impl Into<String>) -> Self {
        Self { kind, exit, message: message.into(), causes: Vec::new(), hints: Vec::new(), members: Map::new() }
    }

    /// The user asked wrongly.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new("usage", ExitStatus::Usage, message)
    }

    /// A failure told by an error: its text is the message, and the chain of its sources the causes.
    pub(crate) fn from_error(error: &dyn Error, kind: &'static str, exit: ExitStatus) -> Self {
        let mut failure = Self::new(kind, exit, error.to_string());
        let mut above = failure.message.clone();
        let mut source = error.source();
        while let Some(error) = source {
            let text = error.to_string();
            // An error may repeat its source's text; it is said once.
            if !above.ends_with(&text) {
                failure.causes.push(text.clone());
            }
            above = text;
            source = error.source();
        }
        failure
    }

    /// A password is needed to do `what`, and `option` would have given it, but there is nobody to ask.
    pub(crate) fn password_needed(what: &str, why: Unattended, option: &str) -> Self {
        let message = format!("a password is needed to {what}, {}", why.clause());
        let failure = Self::new("password_needed", ExitStatus::Usage, message)
            .hint(format!("say where it is with `{option} file:PATH` or `{option} env:NAME`"));
        if cfg!(windows) && why == Unattended::NoTerminal {
            return failure.hint("a Git Bash window is no console: there, put `winpty` before the command");
        }
        failure
    }

    /// No password to do `purpose` (a [`PasswordPurpose`](certwright::secret::PasswordPurpose) in words) came from
    /// the program's provider; `why` says why nobody is asked where that is the reason.
    pub(crate) fn from_provider(error: &ProviderError, purpose: &str, why: Unattended) -> Self {
        match error {
            ProviderError::Interrupted => Self::interrupted(format!("no password to {purpose}: {error}")),
            ProviderError::NobodyToAsk => Self::password_needed(purpose, why, "--passin"),
            _ => Self::password_source(format!("no password to {purpose}: {error}")),
        }
    }

    /// A place that a password was to come from gives none.
    fn password_source(message: String) -> Self {
        let is_variable = message.contains("environment variable") && message.ends_with("is not set");
        let failure = Self::new("password_source", ExitStatus::Failed, message);
        if is_variable {
            failure.hint("set and export it, or name another place, such as `file:PATH`")
        } else {
            failure
        }
    }

    /// The person at the terminal broke a question off.
    pub(crate) fn interrupted(message: impl Into<String>) -> Self {
        Self::new("interrupted", ExitStatus::Interrupted, message)
    }

    /// The same with one more fact below it.
    #[must_use]
    pub(crate) fn cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// The same with one more thing to do.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Prints the failure, and says what to exit with.
    ///
    /// With `--json` it is the one document on standard output; when a command has put its own document there
    /// already, the failure goes to standard error instead, so that a reader never meets two.
    pub(crate) fn report(self, printer: &Printer) -> ExitStatus {
        if printer.is_json() && !printer.has_data() {
            printer.data(&self.to_json());
        } else {
            printer.error(&self.to_message());
        }
        self.exit
    }

    /// The lines that a person reads.
    pub(crate) fn to_message(&self) -> Message {
        Message { text: self.message.clone(), causes: self.causes.clone(), hints: self.hints.clone() }
    }

    /// The object that a program reads.
    pub(crate) fn to_value(&self) -> Value {
        let mut value =
            json!({ "kind": self.kind, "message": self.message, "causes": self.causes, "hints": self.hints });
        if let Some(members) = value.as_object_mut() {
            members.extend(self.members.clone());
        }
        value
    }

    /// The document on standard output, on one line.
    fn to_json(&self) -> String {
        line(&json!({ "error": self.to_value() }))
    }
}

impl From<PasswordFault> for Failure {
    fn from(fault: PasswordFault) -> Self {
        let message = fault.to_string();
        match fault {
            PasswordFault::NobodyToAsk { what, why, option } => {
                let failure = Self::password_needed(&what, why, option);
                if option != "--passout" {
                    return failure;
                }
                Self { hints: Vec::new(), ..failure.clone() }
                    .hint("say where it is with `--passout file:PATH` or `--passout env:NAME`")
                    .hint("or have one made and written to a file with `--passout generate`")
            }
            PasswordFault::NotASource { option } => Self::new("password_not_a_source", ExitStatus::Usage, message)
                .hint(format!("say where it is with `{option} file:PATH` or `{option} env:NAME`"))
                .hint("if a password stood there, other users and the shell's history may have it: choose another"),
            PasswordFault::Prompt { what, error } => Self::from_prompt(error, &format!("no password to {what}")),
            PasswordFault::Source { .. } => Self::password_source(message),
            PasswordFault::Empty { .. } | PasswordFault::Unfit(_) => {
                Self::new("password_unfit", ExitStatus::Failed, message)
            }
        }
    }
}

impl From<SubjectFault> for Failure {
    fn from(fault: SubjectFault) -> Self {
        let failure = Self::usage(fault.to_string()).hint("write it as `--cn NAME`, or as `--subject CN=…,O=…`");
        match fault {
            SubjectFault::ChangedByGitBash => failure.hint("or put `MSYS_NO_PATHCONV=1` before the command"),
            SubjectFault::WrittenForGitBash => failure,
        }
    }
}

impl Failure {
    /// A question that stayed without answer; `outcome` is what therefore failed.
    pub(crate) fn from_prompt(error: PromptError, outcome: &str) -> Self {
        let message = format!("{outcome}: {error}");
        match error {
            PromptError::Closed | PromptError::Interrupted => Self::interrupted(message),
            PromptError::Terminal(fault) => Self::new("terminal", ExitStatus::Failed, message).cause(fault.to_string()),
            PromptError::TooManyTries(_) => Self::new("unanswered", ExitStatus::Failed, message),
            PromptError::Unattended(why) => {
                Self::new("unanswered", ExitStatus::Usage, format!("{outcome}, {}", why.clause()))
            }
        }
    }
}

#[cfg(test)]
mod tests;
