//! openssl's password arguments: `pass:TEXT`, `env:NAME`, `file:PATH`, `fd:N` and `stdin` (openssl-passphrase-options(1)).

use std::cell::{Cell, RefCell};
use std::ffi::OsStr;
use std::path::PathBuf;

use certwright::files::{read_descriptor_line, read_first_lines};
use certwright::operations;
use certwright::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError};

use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::password::from_environment;
use crate::report::Failure;

/// Where a password is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Argument {
    Descriptor(u32),
    Environment(String),
    File(PathBuf),
    Literal(Password),
    Stdin,
}

/// The password arguments of one line: one opens what is read, one protects what is written.
pub(super) struct Pass<'a> {
    session: &'a Session<'a>,
    passin: Option<Argument>,
    passout: Option<Argument>,
    /// Whose names messages use: `-passin` and `-passout`, or `-pass`.
    names: (&'static str, &'static str),
    /// Whether the password for what is read was looked up.
    opened: Cell<bool>,
}

impl<'a> Pass<'a> {
    /// Reads the two arguments; nothing is looked up yet. `names` are the options that they were given by.
    ///
    /// # Errors
    /// A usage failure for a value that is none of the five forms; it is not shown, since it may be a password.
    pub(super) fn parse(
        session: &'a Session<'a>,
        names: (&'static str, &'static str),
        passin: Option<&OsStr>,
        passout: Option<&OsStr>,
    ) -> Result<Self, Failure> {
        let passin = passin.map(|value| Argument::parse(value, names.0)).transpose()?;
        let passout = passout.map(|value| Argument::parse(value, names.1)).transpose()?;
        if [&passin, &passout].into_iter().any(|argument| matches!(argument, Some(Argument::Literal(_)))) {
            session.warn_of_literal_password();
        }
        Ok(Self { session, passin, passout, names, opened: Cell::new(false) })
    }

    /// The same with passwords that stand in a configuration file, where the line gives none.
    pub(super) fn or_configured(mut self, passin: Option<Password>, passout: Option<Password>) -> Self {
        self.passin = self.passin.or(passin.map(Argument::Literal));
        self.passout = self.passout.or(passout.map(Argument::Literal));
        self
    }

    /// What opens inputs; where no argument says it, `question` is asked for the purpose.
    pub(super) fn opening(&self, question: fn(&PasswordPurpose) -> String) -> Opening<'_> {
        Opening { pass: self, question, failure: RefCell::default() }
    }

    /// Whether `-passout` was given.
    pub(super) fn gives_new(&self) -> bool {
        self.passout.is_some()
    }

    /// The password for what is written; asked for twice where no argument gives it, with `least` characters.
    ///
    /// # Errors
    /// A [`Failure`] when a source cannot be read, or there is no answer.
    pub(super) fn new_password(&self, question: &str, again: &str, least: usize) -> Result<Password, Failure> {
        let Some(argument) = &self.passout else {
            let check = |password: &Password| match password.expose().chars().count() {
                count if count < least => Err(format!("the password needs at least {least} characters")),
                _ => Ok(()),
            };
            return self.session.answers.new_password(question, again, self.names.1, check);
        };
        // One file, and standard input, give the second password on their second line.
        let line = usize::from(self.passin.as_ref() == Some(argument));
        // What opened the input has taken the first line of standard input already.
        let line = if *argument == Argument::Stdin && self.opened.get() { 0 } else { line };
        self.read(argument, line, self.names.1)
    }

    /// The native options for the same passwords. A literal one has none, and is asked for.
    pub(super) fn natively(&self, native: Native) -> Native {
        let native = self.opening_natively(native);
        // Natively every source gives its first line, and not its second one to the output.
        let is_second_line = self.passin.is_some() && self.passin == self.passout;
        let by_line = matches!(self.passout, Some(Argument::File(_) | Argument::Stdin | Argument::Descriptor(_)));
        match &self.passout {
            Some(argument) if !(is_second_line && by_line) => {
                native.option_if("--passout", argument.native().as_deref())
            }
            _ => native,
        }
    }

    /// The native option for what opens the input.
    pub(super) fn opening_natively(&self, native: Native) -> Native {
        native.option_if("--passin", self.passin.as_ref().and_then(Argument::native).as_deref())
    }

    /// The native option for the password of what is written.
    pub(super) fn new_natively(&self, native: Native) -> Native {
        native.option_if("--passout", self.passout.as_ref().and_then(Argument::native).as_deref())
    }

    /// The native option that opens what was written with the new password.
    pub(super) fn reopening_natively(&self, native: Native) -> Native {
        native.option_if("--passin", self.passout.as_ref().and_then(Argument::native).as_deref())
    }

    fn read(&self, argument: &Argument, line: usize, option: &str) -> Result<Password, Failure> {
        let missing = || {
            Failure::new("password_source", ExitStatus::Failed, format!("`{option}` names a source without a password"))
        };
        match argument {
            Argument::Descriptor(number) => Ok(read_descriptor_line(*number)?),
            Argument::Environment(name) => {
                from_environment(name).map_err(|reason| Failure::new("password_source", ExitStatus::Failed, reason))
            }
            Argument::File(path) => read_first_lines(path, line + 1)?.into_iter().nth(line).ok_or_else(missing),
            Argument::Literal(password) => Ok(password.clone()),
            Argument::Stdin => self.session.standard_input_password(line)?.ok_or_else(missing),
        }
    }
}

impl Argument {
    fn parse(value: &OsStr, option: &str) -> Result<Self, Failure> {
        let parsed = match value.to_str().map(|text| (text, text.split_once(':'))) {
            Some(("stdin", _)) => Some(Self::Stdin),
            Some((_, Some(("env", name)))) => Some(Self::Environment(name.to_owned())),
            Some((_, Some(("fd", number)))) => number.parse().ok().map(Self::Descriptor),
            Some((_, Some(("file", path)))) => Some(Self::File(path.into())),
            Some((_, Some(("pass", text)))) => Some(Self::Literal(Password::new(text))),
            _ => None,
        };
        parsed.ok_or_else(|| {
            Failure::usage(format!("the value of `{option}` is none of the forms in which openssl takes a password"))
                .hint(format!("write `{option} env:NAME`, `{option} file:PATH` or `{option} pass:PASSWORD`"))
        })
    }

    fn native(&self) -> Option<String> {
        match self {
            Self::Descriptor(number) => Some(format!("fd:{number}")),
            Self::Environment(name) => Some(format!("env:{name}")),
            Self::File(path) => Some(format!("file:{}", path.display())),
            Self::Literal(_) => None,
            Self::Stdin => Some("stdin".to_owned()),
        }
    }
}

/// Opens inputs with the password that `-passin` gives, else with what is answered to openssl's question.
pub(super) struct Opening<'a> {
    pass: &'a Pass<'a>,
    question: fn(&PasswordPurpose) -> String,
    failure: RefCell<Option<Failure>>,
}

impl Opening<'_> {
    /// The failure that an operation's error is: why there was no password, if that stopped it.
    pub(super) fn failure(&self, error: &operations::Error) -> Failure {
        self.failure.take().unwrap_or_else(|| self.pass.session.context.failure(error))
    }
}

impl PasswordProvider for Opening<'_> {
    fn candidate(&self, purpose: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        // openssl tries one password and no more.
        if attempt > 0 {
            return Ok(None);
        }
        let option = self.pass.names.0;
        let password = match &self.pass.passin {
            Some(argument) => {
                self.pass.opened.set(true);
                self.pass.read(argument, 0, option)
            }
            None => self.pass.session.answers.password(&(self.question)(purpose), option),
        };
        password.map(Some).map_err(|failure| {
            self.failure.replace(Some(failure));
            ProviderError::Interrupted
        })
    }
}

/// openssl's question for the password of a key.
pub(super) fn key_question(purpose: &PasswordPurpose) -> String {
    match purpose.file() {
        "standard input" => "Enter pass phrase:".to_owned(),
        file => format!("Enter pass phrase for {file}:"),
    }
}
