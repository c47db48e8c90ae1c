//! `keytool -delete`: a keystore without one of its entries.

use std::ffi::OsString;

use certwright::crypto::SystemRandom;
use certwright::operations::{Edit, edit_keystore};

use super::edit::Edited;
use super::entries::refuse_hidden;
use super::passwords::Passwords;
use super::store::REFUSED;
use crate::compat::line::{Grammar, Takes};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "keytool -delete",
    options: &[
        ("alias", Takes::Value),
        ("keystore", Takes::Value),
        ("storepass", Takes::Password),
        ("storetype", Takes::Value),
        ("v", Takes::Nothing),
    ],
    flags: &["noprompt"],
    refused: REFUSED,
    operands: 0,
    any_case: true,
    native: "certwright alias delete",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let passwords = Passwords::of(&line, session);
    let edited = Edited::read(&line, session)?;
    let alias = match line.text("alias")? {
        Some(alias) => alias.to_owned(),
        None => session.answers.line("Enter alias name:  ", "-alias NAME")?,
    };
    if alias.is_empty() {
        return Err(Failure::usage("`keytool -delete` needs an alias").hint("nothing was changed; add `-alias NAME`"));
    }
    let (opening, list) = edited.open(&passwords)?;
    refuse_hidden(&alias, &list, &edited.input)?;
    let (input, limits) = (&edited.input, &session.context.limits);
    let made = edit_keystore(&Edit::Delete(alias.clone()), input, &opening, limits, &mut SystemRandom::new())
        .map_err(|error| opening.failure(&error))?;
    session.context.notices(&made.notices);
    let native = Native::new("alias delete").word(input.name()).word(&alias);
    let native = passwords.natively(native, "--passin", "storepass");
    edited.write(&made.octets, &native)?;
    Ok(ExitStatus::Done)
}
