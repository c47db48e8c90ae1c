//! `keytool -list`: the entries of a keystore.

use std::ffi::OsString;

use certwright::formats::jks::java_alias;

use super::entries::Entries;
use super::passwords::Passwords;
use super::{store, weak};
use crate::compat::line::{Grammar, Takes};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::keytool::listing::{self, Detail};
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "keytool -list",
    options: &[
        ("alias", Takes::Value),
        ("keystore", Takes::Value),
        ("rfc", Takes::Nothing),
        ("storepass", Takes::Password),
        ("storetype", Takes::Value),
        ("v", Takes::Nothing),
    ],
    flags: &[],
    refused: store::REFUSED,
    operands: 0,
    any_case: true,
    native: "certwright alias list",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let detail = match (line.has("v"), line.has("rfc")) {
        (true, true) => {
            return Err(Failure::usage("`keytool -list` takes `-v` or `-rfc`, and not both").hint("leave one out"));
        }
        (true, false) => Detail::Verbose,
        (false, true) => Detail::Rfc,
        (false, false) => Detail::Plain,
    };
    let passwords = Passwords::of(&line, session);
    let entries = Entries::read(&line, &passwords, session)?;
    let (now, alias) = (session.context.now, line.text("alias")?);
    let text = match alias {
        Some(alias) => listing::entry(alias, entries.find(alias)?, detail, now),
        None => listing::store(&entries.list, detail, now),
    };
    session.context.printer.data(&text);
    let told =
        entries.list.entries.iter().filter(|it| alias.is_none_or(|alias| java_alias(alias) == java_alias(&it.alias)));
    weak::warn(told.flat_map(|it| &it.chain), session);
    session.natively(&native(detail, alias, &entries, &passwords));
    Ok(ExitStatus::Done)
}

/// `-rfc` of one entry with one certificate is `extract`; of more there is nothing nearer than `inspect`.
fn native(detail: Detail, alias: Option<&str>, entries: &Entries, passwords: &Passwords<'_>) -> Native {
    let shown = match (alias.and_then(|alias| entries.get(alias)), entries.list.entries.as_slice()) {
        (Some(entry), _) | (None, [entry]) => Some(entry),
        _ => None,
    };
    match (detail, shown) {
        (Detail::Plain, _) => entries.native("alias list", passwords),
        (Detail::Rfc, Some(entry)) if entry.chain.len() == 1 => {
            entries.native("extract", passwords).option("--alias", &entry.alias).flag("--cert -")
        }
        _ => {
            let native = Native::new("inspect").word(entries.input.name());
            let source = passwords.source("storepass");
            // `inspect` asks for a password only when it is told to.
            native.option("--passin", source.as_deref().unwrap_or("prompt"))
        }
    }
}
