//! keytool's passwords: `-storepass` and its kin, in the line or where `:env` and `:file` say, else asked for in
//! keytool's words and order.

mod opening;

use std::path::Path;

use certwright::files::read_first_line;
use certwright::secret::Password;
use certwright::untrusted::Untrusted;

use super::store::StoreType;
use crate::compat::line::{Held, Line};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::password::from_environment;
use crate::report::Failure;

pub(super) use opening::Opening;

/// How often keytool asks.
const TRIES: usize = 3;

/// A keystore's part in the line, which decides what its password is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// What entries are imported into.
    Destination,
    /// The one keystore of the line.
    Only,
    /// What entries are imported from.
    Source,
}

impl Role {
    const fn question(self) -> &'static str {
        match self {
            Self::Destination => "Enter destination keystore password:  ",
            Self::Only => "Enter keystore password:  ",
            Self::Source => "Enter source keystore password:  ",
        }
    }

    const fn option(self) -> &'static str {
        match self {
            Self::Destination => "deststorepass",
            Self::Only => "storepass",
            Self::Source => "srcstorepass",
        }
    }
}

/// The passwords of one line.
pub(super) struct Passwords<'a> {
    session: &'a Session<'a>,
    line: &'a Line,
}

impl<'a> Passwords<'a> {
    /// The passwords that `line` gives; nothing is looked up yet. One that stands in the line is warned of.
    pub(super) fn of(line: &'a Line, session: &'a Session<'a>) -> Self {
        if line.has_literal_password() {
            session.warn_of_literal_password();
        }
        Self { session, line }
    }

    /// The password that `option` gives, if it is there.
    ///
    /// # Errors
    /// A [`Failure`] when it cannot be read where it is said to be.
    pub(super) fn given(&self, option: &str) -> Result<Option<Password>, Failure> {
        let Some((held, value)) = self.line.password(option) else { return Ok(None) };
        let text = || {
            let text = value.to_str();
            text.ok_or_else(|| Failure::usage(format!("the value of `-{option}` is not UTF-8 text")))
        };
        match held {
            Held::Line => Ok(Some(Password::new(text()?))),
            Held::Environment => from_environment(text()?)
                .map(Some)
                .map_err(|reason| Failure::new("password_source", ExitStatus::Failed, reason)),
            Held::File => Ok(Some(read_first_line(Path::new(value))?)),
        }
    }

    /// The password of a keystore that exists: what its option gives, else what is answered. `None` for an empty answer.
    ///
    /// # Errors
    /// A [`Failure`] when there is no answer.
    pub(super) fn optional(&self, role: Role) -> Result<Option<Password>, Failure> {
        if let Some(password) = self.given(role.option())? {
            return Ok(Some(password));
        }
        let password = self.ask(role.question(), role.option())?;
        Ok((!password.is_empty()).then_some(password))
    }

    /// The same for a command that cannot do without: after an empty answer it is asked for again.
    ///
    /// # Errors
    /// A [`Failure`] when there is none.
    pub(super) fn store(&self, role: Role) -> Result<Password, Failure> {
        for _ in 0..TRIES {
            if let Some(password) = self.optional(role)? {
                return Ok(password);
            }
            self.say("Keystore password is too short - must be at least 6 characters");
        }
        Err(too_many_failures(role.option()))
    }

    /// The password of a keystore that is to be made: what its option gives, else what is answered twice.
    ///
    /// # Errors
    /// A [`Failure`] when there is none, or it is too short.
    pub(super) fn new_store(&self, role: Role) -> Result<Password, Failure> {
        if let Some(password) = self.given(role.option())? {
            return Self::fit(password, "the password of a new keystore", role.option());
        }
        for _ in 0..TRIES {
            let password = self.ask(role.question(), role.option())?;
            if password.check_new().is_err() {
                self.say("Keystore password is too short - must be at least 6 characters");
            } else if self.ask("Re-enter new password: ", role.option())? == password {
                return Ok(password);
            } else {
                self.say("They don't match. Try again");
            }
        }
        Err(too_many_failures(role.option()))
    }

    /// The password that takes the place of `old`: what `-new` gives, else what is answered twice. `what` is such as
    /// `keystore password`.
    ///
    /// # Errors
    /// A [`Failure`] when there is none, or it is too short.
    pub(super) fn replacement(&self, what: &str, old: &Password) -> Result<Password, Failure> {
        if let Some(password) = self.given("new")? {
            return Self::fit(password, "the new password", "new");
        }
        for _ in 0..TRIES {
            let password = self.ask(&format!("New {what}: "), "new")?;
            if password.check_new().is_err() {
                self.say("Password is too short - must be at least 6 characters");
            } else if password == *old {
                self.say("Passwords must differ");
            } else if self.ask(&format!("Re-enter new {what}: "), "new")? == password {
                return Ok(password);
            } else {
                self.say("They don't match. Try again");
            }
        }
        Err(too_many_failures("new"))
    }

    /// `password`, which `option` gave, if it is long enough for Java.
    ///
    /// # Errors
    /// A [`Failure`] when it is too short.
    pub(super) fn fit(password: Password, what: &str, option: &str) -> Result<Password, Failure> {
        password.check_new().map(|()| password).map_err(|_| {
            let message = format!("{what} (`-{option}`) is shorter than 6 characters, the fewest that Java accepts");
            Failure::new("password_unfit", ExitStatus::Failed, message)
        })
    }

    /// Refuses, as keytool does, a password with which Java could not open a PKCS12.
    ///
    /// # Errors
    /// A [`Failure`] when a PKCS12 is to have it, and it is not ASCII.
    pub(super) fn check_ascii(password: &Password, store_type: StoreType, option: &str) -> Result<(), Failure> {
        if store_type != StoreType::Pkcs12 || password.is_ascii() {
            return Ok(());
        }
        let message = "the password has characters beyond ASCII, with which Java cannot open a PKCS12";
        Err(Failure::new("password_unfit", ExitStatus::Failed, message)
            .hint(format!("nothing was written; give another with `-{option}:file PATH`")))
    }

    /// What opens the keystore whose password is `store`, and those of its entries that have another. `key` is the option
    /// that gives an entry's password, such as `keypass`.
    pub(super) fn opening(&self, store: Option<Password>, key: &'static str) -> Opening<'_> {
        Opening::new(self, store, key)
    }

    /// `native` with the option `name`, such as `--passin`, for the password of `option`. One that stands in the line has
    /// no such form, and is asked for.
    pub(super) fn natively(&self, native: Native, name: &str, option: &str) -> Native {
        native.option_if(name, self.source(option).as_deref())
    }

    /// The same for a keystore's password and an entry's own. Where one is in a place of its own, the other is asked for by
    /// name, since a `--passin` answers for both.
    pub(super) fn natively_both(&self, native: Native, store: &str, key: &str) -> Native {
        let sources = [self.source(store), self.source(key)];
        if sources.iter().all(Option::is_none) {
            return native;
        }
        let sources = sources.map(|source| source.unwrap_or_else(|| "prompt".to_owned()));
        sources.iter().fold(native, |native, source| native.option("--passin", source))
    }

    /// Where the password of `option` is, in the words of `--passin`.
    pub(super) fn source(&self, option: &str) -> Option<String> {
        let (held, value) = self.line.password(option)?;
        let value = value.to_string_lossy();
        match held {
            Held::Environment => Some(format!("env:{value}")),
            Held::File => Some(format!("file:{value}")),
            Held::Line => None,
        }
    }

    /// The password of the entry `alias` that has its own.
    fn entry(&self, alias: &str, option: &str) -> Result<Password, Failure> {
        if let Some(password) = self.given(option)? {
            return Ok(password);
        }
        let question = format!("Enter key password for <{}>", Untrusted(alias));
        for _ in 0..TRIES {
            let password = self.ask(&question, option)?;
            if !password.is_empty() {
                return Ok(password);
            }
        }
        Err(too_many_failures(option))
    }

    fn ask(&self, question: &str, option: &str) -> Result<Password, Failure> {
        self.session.answers.password(question, &format!("-{option}:file PATH"))
    }

    fn say(&self, text: &str) {
        self.session.context.printer.say(&format!("{text}\n"));
    }
}

fn too_many_failures(option: &str) -> Failure {
    Failure::new("unanswered", ExitStatus::Failed, "too many failures: three answers were no password that will do")
        .hint(format!("nothing was written; give the password with `-{option}:file PATH`"))
}
