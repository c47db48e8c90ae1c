//! Answers the library's question for the passwords of one keystore and its entries.

use std::cell::RefCell;

use certwright::operations;
use certwright::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError};

use crate::report::Failure;

use super::{Passwords, Role};

/// Opens one keystore. keytool tries one password for it, and one for each entry that has its own.
pub(in crate::compat::keytool) struct Opening<'a> {
    passwords: &'a Passwords<'a>,
    store: Option<Password>,
    key: &'static str,
    /// What was tried for the entry that was opened last.
    entry: RefCell<Option<Password>>,
    failure: RefCell<Option<Failure>>,
}

impl<'a> Opening<'a> {
    pub(super) fn new(passwords: &'a Passwords<'a>, store: Option<Password>, key: &'static str) -> Self {
        Self { passwords, store, key, entry: RefCell::default(), failure: RefCell::default() }
    }

    /// The failure that an operation's error is: why there was no password, if that stopped it.
    pub(in crate::compat::keytool) fn failure(&self, error: &operations::Error) -> Failure {
        if let Some(failure) = self.failure.take() {
            return failure;
        }
        let failure = self.passwords.session.context.failure(error);
        if failure.hints.iter().any(|hint| hint.contains("--allow-unauthenticated")) {
            // keytool's line has no such option; what the native command writes has a MAC, and opens.
            let hint = "nothing was written; if you know where the file has been since it was made, \
                        `certwright convert FILE --to p12 --allow-unauthenticated -o NEW` writes it again with a MAC";
            return Failure { hints: vec![hint.to_owned()], ..failure };
        }
        if !failure.hints.iter().any(|hint| hint.contains("--passin")) {
            return failure;
        }
        // Which of keytool's options the password belongs to is known here alone.
        let option = match self.key {
            _ if self.entry.borrow().is_some() => self.key,
            "destkeypass" => Role::Destination.option(),
            "srckeypass" => Role::Source.option(),
            _ => Role::Only.option(),
        };
        let hint = format!("nothing was written; give the right password with `-{option}:file PATH`");
        Failure { hints: vec![hint], ..failure }
    }

    /// The keystore's password; the empty one where there is none.
    pub(in crate::compat::keytool) fn store_password(&self) -> Password {
        self.store.clone().unwrap_or_else(|| Password::new(""))
    }

    /// The password of its own that the last entry was opened with, if one was needed.
    pub(in crate::compat::keytool) fn entry_password(&self) -> Option<Password> {
        self.entry.borrow().clone()
    }
}

impl PasswordProvider for Opening<'_> {
    fn candidate(&self, purpose: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        if attempt > 0 {
            return Ok(None);
        }
        let PasswordPurpose::OpenEntry { alias, .. } = purpose else {
            return self.store.clone().map(Some).ok_or(ProviderError::NobodyToAsk);
        };
        match self.passwords.entry(alias, self.key) {
            Ok(password) => Ok(Some(self.entry.borrow_mut().insert(password).clone())),
            Err(failure) => {
                self.failure.replace(Some(failure));
                Err(ProviderError::Interrupted)
            }
        }
    }
}
