//! Answers to the originals' questions: from the terminal, else line by line from standard input.
//!
//! openssl asks for passwords at the terminal even where its standard input is a pipe; keytool reads the pipe. A subject
//! is read from standard input by both. A question is shown before anything is read, and an end of the input is a
//! failure that names the option, so that nothing waits for an answer that nobody can give.

use std::cell::RefCell;
use std::io::{self, IsTerminal};

use certwright::files::{self, StandardInput, claim_standard_input};
use certwright::secret::Password;
use certwright::untrusted::Untrusted;

use super::Tool;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Printer;
use crate::prompt::{Prompt, PromptError, Unattended};
use crate::report::Failure;

/// How often a new password is asked for.
const TRIES: usize = 3;

/// Who answers.
pub(super) struct Answers<'a> {
    tool: Tool,
    prompt: &'a Prompt,
    printer: &'a Printer,
    input: RefCell<Option<StandardInput>>,
}

impl<'a> Answers<'a> {
    pub(super) fn new(tool: Tool, context: &'a Context) -> Self {
        Self { tool, prompt: context.prompt(), printer: &context.printer, input: RefCell::default() }
    }

    /// Asks once for a password; `option` would have given it.
    ///
    /// # Errors
    /// A [`Failure`] when there is no answer.
    pub(super) fn password(&self, question: &str, option: &str) -> Result<Password, Failure> {
        if self.asks_terminal_for_secrets() {
            return self.prompt.password(question).map_err(|error| unanswered(error, "no password"));
        }
        self.next_line(question, option)
    }

    /// Asks for a new password and for the same again. `check` says what is wrong with one; then it is asked for again.
    ///
    /// # Errors
    /// A [`Failure`] when there is no answer, or three were wrong.
    pub(super) fn new_password(
        &self,
        question: &str,
        again: &str,
        option: &str,
        check: impl Fn(&Password) -> Result<(), String>,
    ) -> Result<Password, Failure> {
        let mut reason = String::new();
        for _ in 0..TRIES {
            let first = self.password(question, option)?;
            reason = match check(&first) {
                Err(reason) => reason,
                Ok(()) if self.password(again, option)? == first => return Ok(first),
                Ok(()) => "the two passwords differ".to_owned(),
            };
            self.printer.say(&format!("{reason}\n"));
        }
        Err(Failure::from_prompt(PromptError::TooManyTries(reason), "no password"))
    }

    /// Asks for a line that may be seen; `option` would have given it.
    ///
    /// # Errors
    /// A [`Failure`] when there is no answer.
    pub(super) fn line(&self, question: &str, option: &str) -> Result<String, Failure> {
        if io::stdin().is_terminal() && self.prompt.unattended().is_none() {
            let question = question.trim_end().trim_end_matches(':');
            return self
                .prompt
                .line(question, None, |answer| Ok(answer.to_owned()))
                .map_err(|error| unanswered(error, "no answer"));
        }
        self.next_line(question, option).map(|line| line.expose().to_owned())
    }

    /// Asks somebody at the terminal for a yes; nobody there means no.
    pub(super) fn confirms(&self, question: &str) -> bool {
        if self.prompt.unattended().is_some() {
            return false;
        }
        let answer = self.prompt.line(&format!("{question} (y/N)"), None, |answer| Ok(answer.to_owned()));
        answer.is_ok_and(|answer| matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes"))
    }

    /// The next line of standard input, or nothing at its end.
    ///
    /// # Errors
    /// When it was used for something else, or cannot be read.
    pub(super) fn standard_input_line(&self) -> Result<Option<Password>, files::Error> {
        let mut input = self.input.borrow_mut();
        let input = match &mut *input {
            Some(input) => input,
            none => none.insert(claim_standard_input("answers")?),
        };
        input.next_line()
    }

    fn asks_terminal_for_secrets(&self) -> bool {
        let reads_pipe = self.tool == Tool::Keytool && !io::stdin().is_terminal();
        !reads_pipe && self.prompt.unattended().is_none()
    }

    fn next_line(&self, question: &str, option: &str) -> Result<Password, Failure> {
        let unanswered = |why: &str| {
            Failure::new("unanswered", ExitStatus::Failed, format!("no answer to `{}`: {why}", question.trim()))
                .hint(format!("nothing was written; give the answer with `{option}`"))
        };
        if self.prompt.unattended() == Some(Unattended::NoInput) {
            return Err(unanswered("`--no-input` forbids to ask"));
        }
        self.printer.say(&Untrusted(question).to_string());
        let line = self.standard_input_line();
        // The end of a line that is read from a pipe is not echoed: the next talk begins on its own line.
        self.printer.say("\n");
        line?.ok_or_else(|| unanswered("standard input has ended, and there is no terminal to ask on"))
    }
}

/// The failure of a question. With Ctrl-D the originals fail as with a wrong answer.
fn unanswered(error: PromptError, outcome: &str) -> Failure {
    let is_end = matches!(error, PromptError::Closed);
    let failure = Failure::from_prompt(error, outcome);
    if is_end { Failure { exit: ExitStatus::Failed, ..failure } } else { failure }
}
