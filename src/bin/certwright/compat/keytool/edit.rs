//! A keystore of keytool's that is changed in its place: what the commands that do so share.

use std::path::PathBuf;

use certwright::files::Input;
use certwright::formats::jks::java_alias;
use certwright::operations::{AliasList, list_aliases};
use certwright::untrusted::Untrusted;

use super::passwords::{Opening, Passwords, Role};
use super::store;
use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::results::{Place, Results};
use crate::compat::session::Session;
use crate::report::Failure;

/// A keystore to be changed.
pub(super) struct Edited<'a> {
    session: &'a Session<'a>,
    pub(super) input: Input,
    results: Results<'a>,
    place: Place,
    says_storing: bool,
}

impl<'a> Edited<'a> {
    /// Reads the keystore of `-keystore`.
    ///
    /// # Errors
    /// A [`Failure`] when it is not there, or cannot be written.
    pub(super) fn read(line: &Line, session: &'a Session<'a>) -> Result<Self, Failure> {
        let path: PathBuf = store::path(line, "keystore", session)?;
        let input = store::read(&path, line, "storetype", session)?;
        let mut results = session.results();
        let place = results.declare_in_place(&input)?;
        Ok(Self { session, input, results, place, says_storing: line.has("v") })
    }

    /// Asks for the keystore's password, and lists its entries with it.
    ///
    /// # Errors
    /// A [`Failure`] when it does not open.
    pub(super) fn open<'p>(&self, passwords: &'p Passwords<'_>) -> Result<(Opening<'p>, AliasList), Failure> {
        let opening = passwords.opening(Some(passwords.store(Role::Only)?), "keypass");
        let list = list_aliases(&self.input, &opening, &self.session.context.limits)
            .map_err(|error| opening.failure(&error))?;
        Ok((opening, list))
    }

    /// Puts `octets` in the place of the keystore, and says the native line.
    ///
    /// # Errors
    /// A [`Failure`] when it cannot be written.
    pub(super) fn write(mut self, octets: &[u8], native: &Native) -> Result<(), Failure> {
        self.results.fill(self.place, octets);
        self.results.commit()?;
        if self.says_storing {
            self.session.context.printer.note(&format!("[Storing {}]", self.input.name()));
        }
        self.session.natively(native);
        Ok(())
    }
}

/// An alias as Java writes it into a keystore of either type: in lower case, which is said where it changes anything.
pub(super) fn lowered(alias: &str, session: &Session<'_>) -> String {
    let lowered = java_alias(alias);
    if lowered != alias {
        let shown = Untrusted(&lowered);
        session.notice(&format!("the alias is written as `{shown}`: Java knows none with capital letters"));
    }
    lowered
}
