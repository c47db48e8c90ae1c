//! The entries of the keystore that a line of keytool names, without opening their keys.

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::files::{self, Input, Sensitivity};
use certwright::formats::detect::{Format, detect};
use certwright::formats::jks::java_alias;
use certwright::formats::keystore::Summary;
use certwright::formats::pkcs12::Scan;
use certwright::limits::Limits;
use certwright::operations::{
    AliasList, Destination, Error, ImportEntries, Imported, Notice, import_entries, list_aliases,
};
use certwright::secret::Password;
use certwright::untrusted::Untrusted;

use super::passwords::{Passwords, Role};
use super::store::{self, StoreType};
use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::results::{Place, Results};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::report::Failure;

/// The alias of a line that names none.
pub(super) const DEFAULT_ALIAS: &str = "mykey";

/// Refuses the alias of a certificate that Java passes over, and which is therefore no entry to keytool.
///
/// # Errors
/// A [`Failure`] when such a certificate has the alias, and no entry of Java's has.
pub(super) fn refuse_hidden(alias: &str, list: &AliasList, input: &Input) -> Result<(), Failure> {
    let called = list.entries.iter().filter(|it| java_alias(&it.alias) == java_alias(alias));
    match called.map(|it| it.is_java_entry).max() {
        Some(false) => Err(unknown(alias, list.entries.iter().filter(|it| it.is_java_entry), input)),
        _ => Ok(()),
    }
}

fn unknown<'a>(alias: &str, entries: impl Iterator<Item = &'a Summary>, input: &Input) -> Failure {
    let known: Vec<String> = entries.map(|entry| format!("`{}`", Untrusted(&entry.alias))).collect();
    let failure = Failure::new(
        "unknown_alias",
        ExitStatus::Failed,
        format!("alias `{}` does not exist in `{}`", Untrusted(alias), Untrusted(input.name())),
    );
    if known.is_empty() { failure } else { failure.hint(format!("the aliases are {}", known.join(", "))) }
}

/// What keytool says where a JKS is read without a password.
const UNVERIFIED: &str = "
*****************  WARNING WARNING WARNING  *****************
* The integrity of the information stored in your keystore  *
* has NOT been verified!  In order to verify its integrity, *
* you must provide your keystore password.                  *
*****************  WARNING WARNING WARNING  *****************

";

/// A keystore that was looked into.
pub(super) struct Entries {
    pub(super) input: Input,
    pub(super) list: AliasList,
}

impl Entries {
    /// The keystore of `-keystore`, read with `-storepass` or what is answered. An empty answer reads a JKS unverified,
    /// which is said in keytool's words. As in keytool, a PKCS#12 without a MAC is shown too, with a warning, and no
    /// password is asked for where nothing in it has one, as in the list of CAs of newer JDKs.
    ///
    /// # Errors
    /// A [`Failure`] when it is not there, or does not open.
    pub(super) fn read(line: &Line, passwords: &Passwords<'_>, session: &Session<'_>) -> Result<Self, Failure> {
        let input = store::read(&store::path(line, "keystore", session)?, line, "storetype", session)?;
        let limits = Limits { allow_unauthenticated: true, ..session.context.limits.clone() };
        let is_open = detect(input.bytes()) == Some(Format::Pkcs12)
            && Scan::of(input.bytes(), &limits).is_ok_and(|scan| !scan.needs_password());
        let password = if is_open { passwords.given("storepass")? } else { passwords.optional(Role::Only)? };
        Self::open(input, password, &limits, passwords, session)
    }

    /// The same with the password, for a command that cannot do without.
    ///
    /// # Errors
    /// As above.
    pub(super) fn read_with_password(
        line: &Line,
        passwords: &Passwords<'_>,
        session: &Session<'_>,
    ) -> Result<(Self, Password), Failure> {
        let input = store::read(&store::path(line, "keystore", session)?, line, "storetype", session)?;
        let password = passwords.store(Role::Only)?;
        let limits = &session.context.limits;
        Ok((Self::open(input, Some(password.clone()), limits, passwords, session)?, password))
    }

    fn open(
        input: Input,
        password: Option<Password>,
        limits: &Limits,
        passwords: &Passwords<'_>,
        session: &Session<'_>,
    ) -> Result<Self, Failure> {
        let opening = passwords.opening(password, "keypass");
        let mut list = list_aliases(&input, &opening, limits).map_err(|error| match error {
            Error::NoPassword { .. } => {
                let name = Untrusted(input.name());
                Failure::new(
                    "password_needed",
                    ExitStatus::Failed,
                    format!("`{name}` does not open without a password"),
                )
                .hint(
                    "without one, what is encrypted in a PKCS#12 cannot be shown; give it with `-storepass:file PATH`",
                )
            }
            error => opening.failure(&error),
        })?;
        session.context.notices(&list.notices);
        // What Java passes over is no entry to keytool.
        list.entries.retain(|entry| entry.is_java_entry);
        match (list.integrity_checked, list.format) {
            (true, _) => {}
            (false, "PKCS#12") => {
                let notice = Notice::Unauthenticated(input.name().to_owned());
                session.context.printer.warning(&Warning::new(notice.to_string()));
            }
            (false, _) => session.context.printer.say(UNVERIFIED),
        }
        Ok(Self { input, list })
    }

    /// The entry of this alias; Java knows no capital letters in one.
    ///
    /// # Errors
    /// A [`Failure`] when there is none.
    pub(super) fn find(&self, alias: &str) -> Result<&Summary, Failure> {
        self.get(alias).ok_or_else(|| unknown(alias, self.list.entries.iter(), &self.input))
    }

    /// `certwright COMMAND STORE`, with the place of the store's password.
    pub(super) fn native(&self, command: &str, passwords: &Passwords<'_>) -> Native {
        let native = Native::new(command).word(self.input.name());
        let has_no_mac = !self.list.integrity_checked && self.list.format == "PKCS#12";
        passwords.natively(native.flag_if(has_no_mac, "--allow-unauthenticated"), "--passin", "storepass")
    }

    /// The entry of this alias, if there is one.
    pub(super) fn get(&self, alias: &str) -> Option<&Summary> {
        self.list.entries.iter().find(|entry| java_alias(&entry.alias) == java_alias(alias))
    }
}

/// The keystore that a line changes, or makes.
pub(super) enum Target {
    Existing { entries: Entries, password: Password },
    New { path: PathBuf, kind: StoreType, password: Password },
}

impl Target {
    /// The keystore of `-keystore`, with `-storepass` or what is answered; a file that is not there will be made, of the
    /// type of `-storetype`.
    ///
    /// # Errors
    /// A [`Failure`] when there is no password, or what is there does not open.
    pub(super) fn open(line: &Line, passwords: &Passwords<'_>, session: &Session<'_>) -> Result<Self, Failure> {
        let path = store::path(line, "keystore", session)?;
        if let Err(files::Error::NotFound { .. }) = Input::read(&path, &session.context.limits) {
            let kind = StoreType::wanted(line, "storetype")?.unwrap_or_default();
            let password = passwords.new_store(Role::Only)?;
            Passwords::check_ascii(&password, kind, "storepass")?;
            return Ok(Self::New { path, kind, password });
        }
        let (entries, password) = Entries::read_with_password(line, passwords, session)?;
        Ok(Self::Existing { entries, password })
    }

    /// What is there.
    pub(super) fn entries(&self) -> Option<&Entries> {
        match self {
            Self::Existing { entries, .. } => Some(entries),
            Self::New { .. } => None,
        }
    }

    /// Whether keys in it may have passwords of their own.
    pub(super) fn is_jks(&self) -> bool {
        match self {
            Self::Existing { entries, .. } => entries.list.format != "PKCS#12",
            Self::New { kind, .. } => *kind == StoreType::Jks,
        }
    }

    pub(super) fn password(&self) -> &Password {
        match self {
            Self::Existing { password, .. } | Self::New { password, .. } => password,
        }
    }

    /// Declares that it will be written.
    ///
    /// # Errors
    /// A [`Failure`] when it cannot be.
    pub(super) fn declare(&self, results: &mut Results<'_>) -> Result<Place, Failure> {
        match self {
            Self::Existing { entries, .. } => results.declare_in_place(&entries.input),
            Self::New { path, .. } => results.declare(Some(path), Sensitivity::Secret, &[], &[]),
        }
    }

    /// Puts entries in.
    ///
    /// # Errors
    /// A [`Failure`] when an alias is taken, or the keystore does not open.
    pub(super) fn import(
        &self,
        options: &ImportEntries,
        passwords: &Passwords<'_>,
        session: &Session<'_>,
    ) -> Result<Imported, Failure> {
        let opening = passwords.opening(Some(self.password().clone()), "keypass");
        let destination = match self {
            Self::Existing { entries, .. } => Destination::Existing(&entries.input, &opening),
            Self::New { kind: StoreType::Jks, password, .. } => Destination::NewJks(password),
            Self::New { kind: StoreType::Pkcs12, password, .. } => Destination::NewPkcs12(password),
        };
        let made = import_entries(options, destination, &session.context.limits, &mut SystemRandom::new())
            .map_err(|error| opening.failure(&error))?;
        session.context.notices(&made.notices);
        Ok(made)
    }
}

/// `-alias`, or keytool's own.
///
/// # Errors
/// A usage failure when it is not UTF-8.
pub(super) fn alias(line: &Line) -> Result<&str, Failure> {
    Ok(line.text("alias")?.unwrap_or(DEFAULT_ALIAS))
}
