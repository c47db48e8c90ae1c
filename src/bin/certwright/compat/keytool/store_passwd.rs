//! `keytool -storepasswd`: a keystore under another password.

use std::ffi::OsString;

use certwright::crypto::SystemRandom;
use certwright::formats::keystore::Kind;
use certwright::operations::{ChangePassword, Notice, open_protected};
use certwright::secret::Password;

use super::edit::Edited;
use super::passwords::Passwords;
use super::store::{REFUSED, StoreType};
use crate::compat::line::{Grammar, Takes};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "keytool -storepasswd",
    options: &[
        ("keystore", Takes::Value),
        ("new", Takes::Password),
        ("storepass", Takes::Password),
        ("storetype", Takes::Value),
        ("v", Takes::Nothing),
    ],
    flags: &["noprompt"],
    refused: REFUSED,
    operands: 0,
    any_case: true,
    native: "certwright passwd",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let passwords = Passwords::of(&line, session);
    let edited = Edited::read(&line, session)?;
    let (opening, list) = edited.open(&passwords)?;
    let opened = open_protected(&edited.input, None, &opening, &session.context.limits)
        .map_err(|error| opening.failure(&error))?;
    let new: Password = passwords.replacement("keystore password", &opening.store_password())?;
    Passwords::check_ascii(&new, StoreType::of(&edited.input).unwrap_or_default(), "new")?;
    let options = ChangePassword { new, profile: None, iterations: None };
    let changed = opened.change(&options, &mut SystemRandom::new()).map_err(|error| opening.failure(&error))?;
    let is_kept = |notice: &&Notice| matches!(notice, Notice::EntryKeepsPassword(_));
    let keys = list.entries.iter().filter(|entry| entry.kind == Kind::PrivateKey).count();
    if list.format == "JKS" && keys > changed.notices.iter().filter(is_kept).count() {
        session
            .notice("the keys have the new password too, where keytool leaves them the old one: Salesforce wants one");
    }
    session.context.notices(&changed.notices);
    let native = Native::new("passwd").word(edited.input.name());
    let native = passwords.natively(native, "--passin", "storepass");
    let native = passwords.natively(native, "--passout", "new");
    edited.write(changed.octets.expose(), &native)?;
    Ok(ExitStatus::Done)
}
