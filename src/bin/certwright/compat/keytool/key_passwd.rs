//! `keytool -keypasswd`: one entry of a JKS under another password.

use std::ffi::OsString;

use certwright::crypto::SystemRandom;
use certwright::operations::{ChangePassword, open_protected};
use certwright::untrusted::Untrusted;

use super::edit::Edited;
use super::entries::DEFAULT_ALIAS;
use super::passwords::Passwords;
use super::store::{REFUSED, StoreType};
use crate::compat::line::{Grammar, Takes};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "keytool -keypasswd",
    options: &[
        ("alias", Takes::Value),
        ("keypass", Takes::Password),
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
    if StoreType::of(&edited.input) == Some(StoreType::Pkcs12) {
        return Err(Failure::usage(
            "`keytool -keypasswd` is not for PKCS12: it has one password for all that it holds",
        )
        .hint("nothing was changed; to change that one, use `keytool -storepasswd`"));
    }
    let alias = line.text("alias")?.unwrap_or(DEFAULT_ALIAS);
    let (opening, _) = edited.open(&passwords)?;
    let opened = open_protected(&edited.input, Some(alias), &opening, &session.context.limits)
        .map_err(|error| opening.failure(&error))?;
    let (own, store) = (opening.entry_password(), opening.store_password());
    let old = own.as_ref().unwrap_or(&store);
    if passwords.given("keypass")?.is_some_and(|given| given != *old) {
        session.notice("the entry has the keystore's password, so `-keypass` was not used");
    }
    let new = passwords.replacement(&format!("key password for <{}>", Untrusted(alias)), old)?;
    if new != store {
        session.notice("the entry's password is not the keystore's: Salesforce wants one password for both");
    }
    let options = ChangePassword { new, profile: None, iterations: None };
    let changed = opened.change(&options, &mut SystemRandom::new()).map_err(|error| opening.failure(&error))?;
    session.context.notices(&changed.notices);
    let native = Native::new("passwd").word(edited.input.name()).option("--entry", alias);
    let native = match own.is_some() {
        true => passwords.natively_both(native, "storepass", "keypass"),
        false => passwords.natively(native, "--passin", "storepass"),
    };
    let native = passwords.natively(native, "--passout", "new");
    edited.write(changed.octets.expose(), &native)?;
    Ok(ExitStatus::Done)
}
