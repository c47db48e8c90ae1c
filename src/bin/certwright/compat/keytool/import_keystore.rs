//! `keytool -importkeystore`: the entries of one keystore into another, which is made where there is none.

mod overwrite;
mod told;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use certwright::crypto::SystemRandom;
use certwright::files::{self, Input, Sensitivity};
use certwright::formats::jks::java_alias;
use certwright::formats::keystore::{Content, Entry, Summary};
use certwright::operations::{AliasList, Destination, ImportEntries, import_entries, list_aliases, open_entries};
use certwright::secret::Password;
use certwright::untrusted::Untrusted;

use super::edit::lowered;
use super::entries::refuse_hidden;
use super::passwords::{Passwords, Role};
use super::store::{self, REFUSED, StoreType};
use crate::compat::line::{Grammar, Line, Takes};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

use overwrite::Overwriting;
use told::Told;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "keytool -importkeystore",
    options: &[
        ("destalias", Takes::Value),
        ("destkeypass", Takes::Password),
        ("destkeystore", Takes::Value),
        ("deststorepass", Takes::Password),
        ("deststoretype", Takes::Value),
        ("noprompt", Takes::Nothing),
        ("srcalias", Takes::Value),
        ("srckeypass", Takes::Password),
        ("srckeystore", Takes::Value),
        ("srcstorepass", Takes::Password),
        ("srcstoretype", Takes::Value),
        ("v", Takes::Nothing),
    ],
    flags: &[],
    refused: REFUSED,
    operands: 0,
    any_case: true,
    native: "certwright convert",
};

const NEW_PASSWORD: &str = "the password of the new keystore";

/// The keystore that entries are imported into.
struct Into {
    path: PathBuf,
    /// What is there, with its entries; nothing where the keystore is made.
    there: Option<(Input, AliasList)>,
    store_type: StoreType,
    password: Password,
}

/// The keystore that entries are imported from.
struct From {
    entries: Vec<Entry>,
    password: Password,
    /// Whether a key had a password of its own.
    had_key_password: bool,
    /// Whether all that is in it is imported.
    is_whole: bool,
    /// Whether a certificate that is left out has the alias of an entry that is imported.
    is_ambiguous: bool,
}

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    if !line.has("srcalias") && (line.has("destalias") || line.password("srckeypass").is_some()) {
        return Err(Failure::usage("`-destalias` and `-srckeypass` are for one entry, which `-srcalias` names")
            .hint("nothing was imported; add `-srcalias NAME`"));
    }
    let source = line.path("srckeystore").ok_or_else(|| {
        Failure::usage("`keytool -importkeystore` needs `-srckeystore`").hint("name the keystore to import from")
    })?;
    let passwords = Passwords::of(&line, session);
    let path = store::path(&line, "destkeystore", session)?;
    let source = store::read(source, &line, "srcstoretype", session)?;
    let is_migration = source.is_at(&path);
    let (from, into) = if is_migration {
        let from = From::open(&line, &source, &passwords, session)?;
        let given = passwords.given("deststorepass")?;
        let password = Passwords::fit(given.unwrap_or_else(|| from.password.clone()), NEW_PASSWORD, "deststorepass")?;
        let store_type = StoreType::wanted(&line, "deststoretype")?.unwrap_or_default();
        Passwords::check_ascii(&password, store_type, "deststorepass")?;
        (from, Into { path, there: None, store_type, password })
    } else {
        session.context.printer.note(&format!("Importing keystore {} to {}...", source.name(), path.display()));
        let into = Into::open(&line, path, &passwords, session)?;
        (From::open(&line, &source, &passwords, session)?, into)
    };
    let key_password = into.key_password(&passwords, session)?;

    let mut overwriting = Overwriting::new(&into, line.has("noprompt"), session);
    for entry in &from.entries {
        let alias = line.text("destalias")?.unwrap_or(&entry.alias);
        overwriting.take(entry, lowered(alias, session))?;
    }
    let Overwriting { imports, left_out, .. } = overwriting;
    let mut results = session.results();
    let place = match (&into.there, is_migration) {
        (Some((there, _)), _) => results.declare_in_place(there)?,
        (None, true) => results.declare_in_place(&source)?,
        (None, false) => results.declare(Some(&into.path), Sensitivity::Secret, &[], &[])?,
    };
    let told =
        Told { line: &line, source: &source, is_migration, from: &from, into: &into, passwords: &passwords, session };
    if is_migration {
        let backup = unused(source.path().unwrap_or(&into.path), session);
        let backup_place = results.declare(Some(&backup), Sensitivity::Secret, &[], &[])?;
        results.fill(backup_place, source.bytes());
        session.notice(&format!("the keystore as it was is kept in `{}`", backup.display()));
    }
    let options = ImportEntries { entries: imports, entry_password: key_password, created: session.context.now };
    let opening = passwords.opening(Some(into.password.clone()), "destkeypass");
    let destination = match (&into.there, into.store_type) {
        (Some((there, _)), _) => Destination::Existing(there, &opening),
        (None, StoreType::Jks) => Destination::NewJks(&into.password),
        (None, StoreType::Pkcs12) => Destination::NewPkcs12(&into.password),
    };
    let made = import_entries(&options, destination, &session.context.limits, &mut SystemRandom::new())
        .map_err(|error| opening.failure(&error))?;
    results.fill(place, made.octets.expose());
    results.commit()?;
    told.outcome(&options, &made, left_out);
    Ok(ExitStatus::Done)
}

impl Into {
    /// Reads the keystore at `path` and asks for its password, or for that of the one that is made.
    fn open(line: &Line, path: PathBuf, passwords: &Passwords<'_>, session: &Session<'_>) -> Result<Self, Failure> {
        let limits = &session.context.limits;
        if matches!(Input::read(&path, limits), Err(files::Error::NotFound { .. })) {
            let store_type = StoreType::wanted(line, "deststoretype")?.unwrap_or_default();
            let password = passwords.new_store(Role::Destination)?;
            Passwords::check_ascii(&password, store_type, "deststorepass")?;
            return Ok(Self { path, there: None, store_type, password });
        }
        let input = store::read(&path, line, "deststoretype", session)?;
        let password = passwords.store(Role::Destination)?;
        let opening = passwords.opening(Some(password.clone()), "destkeypass");
        let list = list_aliases(&input, &opening, limits).map_err(|error| opening.failure(&error))?;
        let store_type = StoreType::of(&input).unwrap_or_default();
        Ok(Self { path, there: Some((input, list)), store_type, password })
    }

    /// The password that keys get where it is not the keystore's. A PKCS#12 has none.
    fn key_password(&self, passwords: &Passwords<'_>, session: &Session<'_>) -> Result<Option<Password>, Failure> {
        let given = passwords.given("destkeypass")?.filter(|given| *given != self.password);
        let given = given.map(|it| Passwords::fit(it, "the password of the keys", "destkeypass")).transpose()?;
        if self.store_type == StoreType::Jks {
            return Ok(given);
        }
        if given.is_some() {
            session.notice("`-destkeypass` is not used: a PKCS12 has one password for all that it holds");
        }
        Ok(None)
    }
}

impl From {
    fn open(line: &Line, input: &Input, passwords: &Passwords<'_>, session: &Session<'_>) -> Result<Self, Failure> {
        let password = passwords.store(Role::Source)?;
        let opening = passwords.opening(Some(password.clone()), "srckeypass");
        let picked = line.text("srcalias")?;
        let limits = &session.context.limits;
        let failure = |error| opening.failure(&error);
        let list = match StoreType::of(input) {
            Some(StoreType::Pkcs12) => Some(list_aliases(input, &opening, limits).map_err(failure)?),
            _ => None,
        };
        if let (Some(alias), Some(list)) = (picked, &list) {
            refuse_hidden(alias, list, input)?;
        }
        let mut entries = open_entries(input, picked, &opening, limits, &mut SystemRandom::new()).map_err(failure)?;
        let (mut is_whole, mut is_ambiguous) = (picked.is_none(), false);
        let hidden = list.iter().flat_map(|list| &list.entries).filter(|it| picked.is_none() && !it.is_java_entry);
        for summary in hidden {
            // An entry of an untrusted certificate would be trusted in the keystore that it comes into.
            let alias = Untrusted(&summary.alias);
            session.notice(&format!("the certificate `{alias}` is left out: Java does not trust it by itself"));
            entries.retain(|entry| !is_of(entry, summary));
            is_ambiguous |= entries.iter().any(|entry| java_alias(&entry.alias) == java_alias(&summary.alias));
            is_whole = false;
        }
        Ok(Self { entries, password, had_key_password: opening.entry_password().is_some(), is_whole, is_ambiguous })
    }
}

/// Whether an entry is the certificate of `summary`, and not another entry that has the same alias.
fn is_of(entry: &Entry, summary: &Summary) -> bool {
    let Content::TrustedCertificate(certificate) = &entry.content else { return false };
    entry.alias == summary.alias && summary.chain.first() == Some(certificate.as_ref())
}

/// The name under which keytool keeps what was migrated: `.old`, `.old2` and so on, whichever is free.
fn unused(path: &Path, session: &Session<'_>) -> PathBuf {
    let named = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let is_free =
        |path: &PathBuf| matches!(Input::read(path, &session.context.limits), Err(files::Error::NotFound { .. }));
    let later = (2_u32..).map(|number| named(&format!(".old{number}")));
    std::iter::once(named(".old")).chain(later).find(is_free).unwrap_or_else(|| named(".old"))
}
