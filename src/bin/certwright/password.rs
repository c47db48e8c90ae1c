//! Passwords from where the user says they are: the SOURCEs of `--passin` and `--passout`.

mod new;
mod provider;
mod source;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::path::Path;

use certwright::secret::{Password, PasswordError};

use crate::prompt::{Prompt, PromptError, Unattended};

pub(crate) use new::{Made, NewPassword};
pub(crate) use provider::Passwords;
pub(crate) use source::{PassinSource, PassoutSource, Source};

/// Reads the first line of a file, of standard input, or of an inherited descriptor, without its line ending.
/// Each error is a whole reason that names the source and never its content.
pub(crate) trait SecretInput {
    /// The first line of the file at `path`.
    fn first_line(&self, path: &Path) -> Result<Password, String>;
    /// The next line of standard input.
    fn stdin_line(&self) -> Result<Password, String>;
    /// The next line of descriptor `number`.
    fn descriptor_line(&self, number: u32) -> Result<Password, String>;
}

/// Why there is no password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordFault {
    /// The value of `option` is no SOURCE; the value itself is never shown, for it may be a password.
    #[error("`{option}` takes the place where the password is, not the password")]
    NotASource { option: &'static str },
    /// A password is needed to do `what`, nobody can be asked, and `option` was not given.
    #[error("a password is needed to {what}, {}", .why.clause())]
    NobodyToAsk { what: String, why: Unattended, option: &'static str },
    /// The question to the person at the terminal has no answer.
    #[error("no password to {what}: {error}")]
    Prompt { what: String, error: PromptError },
    /// The password that `option` gives has no characters.
    #[error("the password that `{option}` gives is empty, and Java accepts none under 6 characters")]
    Empty { option: &'static str },
    /// A source cannot be read.
    #[error("{reason}")]
    Source { reason: String },
    /// The new password is no good.
    #[error("{0}")]
    Unfit(PasswordError),
}

/// The places that passwords come from, each read once: the same source gives the same password again.
pub(crate) struct Sources {
    input: Box<dyn SecretInput>,
    prompt: Prompt,
    read: RefCell<BTreeMap<Source, Password>>,
}

impl Sources {
    /// Sources that read through `input` and ask through `prompt`.
    pub(crate) fn new(input: Box<dyn SecretInput>, prompt: Prompt) -> Self {
        Self { input, prompt, read: RefCell::default() }
    }

    /// The terminal at which questions are asked.
    pub(crate) fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    /// The secret that `value` of `option` says the place of; without a value it is asked for at the terminal. `what`
    /// says what for, such as "log in to Box".
    ///
    /// # Errors
    /// [`PasswordFault`] without the value, which may be the secret itself.
    #[cfg(feature = "login")]
    pub(crate) fn secret(
        &self,
        value: Option<&OsStr>,
        option: &'static str,
        question: &str,
        what: &str,
    ) -> Result<Password, PasswordFault> {
        let source = value.map(|value| Source::of(value, option)).transpose()?.unwrap_or(Source::Prompt);
        if source != Source::Prompt {
            return self.read(&source).map_err(|reason| PasswordFault::Source { reason });
        }
        self.prompt.password(question).map_err(|error| match error {
            PromptError::Unattended(why) => PasswordFault::NobodyToAsk { what: what.to_owned(), why, option },
            error => PasswordFault::Prompt { what: what.to_owned(), error },
        })
    }

    /// The password at the SOURCE `value`, which is not the prompt.
    ///
    /// # Errors
    /// [`PasswordFault`] without the value, which may be the password itself.
    pub(crate) fn password_at(&self, value: &OsStr) -> Result<Password, PasswordFault> {
        let source = Source::of(value, "passin")?;
        self.read(&source).map_err(|reason| PasswordFault::Source { reason })
    }

    /// The password at `source`, which is not the prompt.
    fn read(&self, source: &Source) -> Result<Password, String> {
        if let Some(password) = self.read.borrow().get(source) {
            return Ok(password.clone());
        }
        let password = match source {
            Source::Descriptor(number) => self.input.descriptor_line(*number)?,
            Source::Environment(name) => from_environment(name)?,
            Source::File(path) => self.input.first_line(path)?,
            Source::Prompt => return Err("the terminal is asked, not read".to_owned()),
            Source::Stdin => self.input.stdin_line()?,
        };
        self.read.borrow_mut().insert(source.clone(), password.clone());
        Ok(password)
    }
}

/// The password in an environment variable; the error is a whole reason.
#[expect(clippy::disallowed_methods, reason = "`env:NAME` is one of the sources")]
pub(crate) fn from_environment(name: &str) -> Result<Password, String> {
    match env::var(name) {
        Ok(password) => Ok(Password::new(password)),
        Err(env::VarError::NotPresent) => Err(format!("the environment variable `{name}` is not set")),
        Err(env::VarError::NotUnicode(_)) => Err(format!("the environment variable `{name}` is not UTF-8")),
    }
}

#[cfg(test)]
mod tests;
