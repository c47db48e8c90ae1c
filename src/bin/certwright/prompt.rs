//! Questions to the person at the terminal: passwords without echo, lines, and yes or no.
//!
//! Questions are shown on the terminal itself and answered there, so redirected standard streams carry only data.
//! Somebody can be asked when the controlling terminal opens *and* standard input or standard error is a terminal.
//! The second half keeps a job that inherited a terminal nobody watches (`< /dev/null 2> log`) from waiting for ever.

mod subject;
mod terminal;

use std::io;

use certwright::secret::Password;
use certwright::untrusted::Untrusted;

pub(crate) use subject::ask_subject;

/// How often a new password is asked for, and how often a password that opens a file.
pub(crate) const TRIES: usize = 3;

/// Why nobody can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unattended {
    /// A list is worked through, and its sets side by side.
    List,
    /// `--no-input` was given.
    NoInput,
    /// There is no terminal, or nobody sits at it.
    NoTerminal,
}

impl Unattended {
    /// Completes "… is needed," with why nobody is asked for it.
    pub(crate) const fn clause(self) -> &'static str {
        match self {
            Self::List => "and nobody is asked for the sets of a list",
            Self::NoInput => "and `--no-input` forbids to ask",
            Self::NoTerminal => "and there is no terminal to ask on",
        }
    }
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PromptError {
    /// The terminal hung up, or the person typed Ctrl-D.
    #[error("the question was left unanswered")]
    Closed,
    /// The person typed Ctrl-C.
    #[error("broken off with Ctrl-C")]
    Interrupted,
    /// The terminal fails.
    #[error("the terminal cannot be used")]
    Terminal(#[source] io::Error),
    /// Three answers were wrong; holds what was wrong with the last.
    #[error("{0}")]
    TooManyTries(String),
    /// Nobody can be asked.
    #[error("there is nobody to ask")]
    Unattended(Unattended),
}

/// One open terminal.
trait Terminal {
    /// Shows text as it is and leaves the cursor behind it.
    fn show(&mut self, text: &str) -> Result<(), PromptError>;
    /// Reads a line, showing what is typed; without its line ending.
    fn line(&mut self) -> Result<String, PromptError>;
    /// Reads a line, showing nothing.
    fn hidden_line(&mut self) -> Result<String, PromptError>;
    /// Takes the question `shown` away again where the terminal can, else ends its line.
    fn erase(&mut self, shown: &str) -> Result<(), PromptError>;
}

type Open = dyn Fn() -> Result<Box<dyn Terminal>, PromptError> + Send + Sync;

/// Asks the person at the terminal. The terminal is opened when there is a question, not before.
pub(crate) struct Prompt {
    open: Box<Open>,
}

impl Prompt {
    /// A prompt on the controlling terminal. `erase` says whether that terminal can take lines back;
    /// with `no_input` nobody is ever asked.
    pub(crate) fn new(no_input: bool, erase: bool) -> Self {
        if no_input {
            return Self { open: Box::new(|| Err(PromptError::Unattended(Unattended::NoInput))) };
        }
        Self { open: Box::new(move || terminal::open(erase)) }
    }

    /// Why nobody can be asked, or `None` when somebody can.
    pub(crate) fn unattended(&self) -> Option<Unattended> {
        match (self.open)() {
            Err(PromptError::Unattended(reason)) => Some(reason),
            _ => None,
        }
    }

    /// Asks once for a password, without echo. An empty answer is the empty password, which some files have.
    ///
    /// # Errors
    /// [`PromptError`] when nobody can be asked or the question was left unanswered.
    pub(crate) fn password(&self, text: &str) -> Result<Password, PromptError> {
        hidden(&mut *(self.open)()?, text)
    }

    /// Asks twice for a new password and compares the answers. What is wrong with one is said, and it is asked for
    /// again, three times in all.
    ///
    /// # Errors
    /// [`PromptError`], with the last reason when three answers were wrong.
    pub(crate) fn new_password(&self, text: &str) -> Result<Password, PromptError> {
        let mut terminal = (self.open)()?;
        let mut reason = String::new();
        for _ in 0..TRIES {
            let first = hidden(&mut *terminal, text)?;
            reason = match first.check_new() {
                Err(fault) => fault.to_string(),
                Ok(()) if hidden(&mut *terminal, "the same again: ")? == first => return Ok(first),
                Ok(()) => "the two passwords differ".to_owned(),
            };
            terminal.show(&format!("{reason}\n"))?;
        }
        Err(PromptError::TooManyTries(reason))
    }

    /// Asks for a line, and asks again with the reason until `validate` accepts it.
    /// Enter alone answers `default` where there is one.
    ///
    /// # Errors
    /// [`PromptError`] when nobody can be asked or the question was left unanswered.
    pub(crate) fn line<T>(
        &self,
        text: &str,
        default: Option<&str>,
        validate: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, PromptError> {
        let mut terminal = (self.open)()?;
        let question = match default {
            Some(default) => format!("{} [{}]: ", Untrusted(text), Untrusted(default)),
            None => format!("{}: ", Untrusted(text)),
        };
        loop {
            terminal.show(&question)?;
            let typed = terminal.line()?;
            let answer = match typed.trim() {
                "" => default.unwrap_or_default(),
                answer => answer,
            };
            match validate(answer) {
                Ok(value) => return Ok(value),
                Err(reason) => terminal.show(&format!("{}\n", Untrusted(&reason)))?,
            }
        }
    }

    /// Shows a line on the terminal, before or between questions.
    ///
    /// # Errors
    /// [`PromptError`] when there is nobody to show it to.
    pub(crate) fn show(&self, text: &str) -> Result<(), PromptError> {
        (self.open)()?.show(&format!("{}\n", Untrusted(text)))
    }
}

/// Asks for one password and takes the question away again.
fn hidden(terminal: &mut dyn Terminal, text: &str) -> Result<Password, PromptError> {
    let question = Untrusted(text).to_string();
    terminal.show(&question)?;
    let answer = terminal.hidden_line();
    terminal.erase(&question)?;
    answer.map(Password::new)
}

#[cfg(test)]
pub(crate) mod tests;
