//! `keytool -changealias`: an entry under another alias.

use std::ffi::OsString;

use certwright::crypto::SystemRandom;
use certwright::formats::jks::java_alias;
use certwright::formats::keystore::Kind;
use certwright::operations::{Edit, edit_keystore, open_protected};
use certwright::untrusted::Untrusted;

use super::edit::{Edited, lowered};
use super::entries::{DEFAULT_ALIAS, refuse_hidden};
use super::passwords::Passwords;
use super::store::REFUSED;
use crate::compat::line::{Grammar, Takes};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "keytool -changealias",
    options: &[
        ("alias", Takes::Value),
        ("destalias", Takes::Value),
        ("keypass", Takes::Password),
        ("keystore", Takes::Value),
        ("storepass", Takes::Password),
        ("storetype", Takes::Value),
        ("v", Takes::Nothing),
    ],
    flags: &["noprompt"],
    refused: REFUSED,
    operands: 0,
    any_case: true,
    native: "certwright alias rename",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let passwords = Passwords::of(&line, session);
    let edited = Edited::read(&line, session)?;
    let from = line.text("alias")?.unwrap_or(DEFAULT_ALIAS);
    let to = match line.text("destalias")? {
        Some(to) => to.to_owned(),
        None => session.answers.line("Enter destination alias name:  ", "-destalias NAME")?,
    };
    if to.is_empty() {
        return Err(Failure::usage("an entry cannot have an empty alias")
            .hint("nothing was changed; name the entry, as in `-destalias jwt_example`"));
    }
    let to = lowered(&to, session);
    let (opening, list) = edited.open(&passwords)?;
    refuse_hidden(from, &list, &edited.input)?;
    if java_alias(from) == to {
        return Err(Failure::usage(format!("the destination alias `{}` already exists", Untrusted(&to)))
            .hint("nothing was changed; choose another name with `-destalias`"));
    }
    let (input, limits) = (&edited.input, &session.context.limits);
    // keytool opens the key, and so asks for its password where that is not the keystore's.
    let entry = list.entries.iter().find(|entry| java_alias(&entry.alias) == java_alias(from));
    if list.format == "JKS" && entry.is_some_and(|entry| entry.kind == Kind::PrivateKey) {
        open_protected(input, Some(from), &opening, limits).map_err(|error| opening.failure(&error))?;
    }
    let edit = Edit::Rename { from: from.to_owned(), to: to.clone() };
    let made = edit_keystore(&edit, input, &opening, limits, &mut SystemRandom::new())
        .map_err(|error| opening.failure(&error))?;
    session.context.notices(&made.notices);
    let native = Native::new("alias rename").word(input.name()).word(from).word(&to);
    let native = passwords.natively(native, "--passin", "storepass");
    edited.write(&made.octets, &native)?;
    Ok(ExitStatus::Done)
}
