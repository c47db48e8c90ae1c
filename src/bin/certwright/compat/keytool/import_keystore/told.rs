//! What is said of an import: keytool's lines, where the result is better than keytool's, and the native line.

use certwright::files::Input;
use certwright::formats::jks::java_alias;
use certwright::formats::keystore::{Content, Kind, Summary};
use certwright::operations::{ImportEntries, Imported, Target};
use certwright::untrusted::Untrusted;

use crate::compat::keytool::passwords::Passwords;
use crate::compat::keytool::store::StoreType;
use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::report::word;

use super::{From, Into};

/// An import that was done.
pub(super) struct Told<'a> {
    pub(super) line: &'a Line,
    pub(super) source: &'a Input,
    /// Whether the source itself takes another form.
    pub(super) is_migration: bool,
    pub(super) from: &'a From,
    pub(super) into: &'a Into,
    pub(super) passwords: &'a Passwords<'a>,
    pub(super) session: &'a Session<'a>,
}

impl Told<'_> {
    /// Says what came of it.
    pub(super) fn outcome(&self, options: &ImportEntries, made: &Imported, left_out: Vec<String>) {
        let note = |text: &str| self.session.context.printer.note(text);
        for alias in &left_out {
            note(&format!("Entry for alias {} not imported.", Untrusted(alias)));
        }
        if !self.line.has("srcalias") {
            let taken = self.from.entries.iter().map(|entry| &entry.alias).filter(|alias| !left_out.contains(alias));
            for alias in taken {
                note(&format!("Entry for alias {} successfully imported.", Untrusted(alias)));
            }
            let (done, failed) = (options.entries.len(), left_out.len());
            note(&format!(
                "Import command completed:  {done} entries successfully imported, {failed} entries failed or cancelled"
            ));
        }
        if self.line.has("v") {
            note(&format!("[Storing {}]", self.into.path.display()));
        }
        self.session.context.notices(&made.notices);
        self.key_passwords(options);
        self.unwanted_aliases(&made.aliases);
        self.keys_held_twice(options);
        if let Some(native) = self.native(options, &left_out) {
            self.session.natively(&native);
        }
    }

    /// keytool leaves a key of a JKS the password that it had in its source.
    fn key_passwords(&self, options: &ImportEntries) {
        let has_keys = options.entries.iter().any(|it| matches!(it.entry.content, Content::PrivateKey { .. }));
        if self.into.store_type != StoreType::Jks || !has_keys {
            return;
        }
        let had_another = self.from.had_key_password || self.from.password != self.into.password;
        if options.entry_password.is_some() {
            self.session.notice("the keys' password is not the keystore's: Salesforce wants one password for both");
        } else if had_another {
            self.session.notice(
                "the keys have the password of the new keystore, where keytool leaves them the old one: \
                 Salesforce wants one password for both",
            );
        }
    }

    /// The next line of a tutorial expects the alias that keytool gives, even one that Salesforce does not take.
    fn unwanted_aliases(&self, aliases: &[String]) {
        let Some(salesforce) = Target::all().iter().find(|target| target.name == "salesforce") else { return };
        if self.into.store_type != StoreType::Jks {
            return;
        }
        for alias in aliases.iter().filter(|alias| salesforce.check_alias(alias).is_err()) {
            let (store, alias) = (word(&self.into.path.to_string_lossy()), word(alias));
            self.session.notice(&format!(
                "Salesforce does not take the alias `{alias}`; to rename it, run \
                 `certwright alias rename {store} {alias} jwt_example`"
            ));
        }
    }

    /// A recipe that is run again after its key was renamed leaves the key there twice.
    fn keys_held_twice(&self, options: &ImportEntries) {
        let Some((input, list)) = &self.into.there else { return };
        let is_replaced = |it: &Summary| options.entries.iter().any(|new| new.entry.alias == java_alias(&it.alias));
        for import in &options.entries {
            let Content::PrivateKey { key, .. } = &import.entry.content else { continue };
            let has_key = |it: &&Summary| {
                let leaf = it.chain.first().filter(|_| it.kind == Kind::PrivateKey && !is_replaced(it));
                leaf.and_then(|leaf| leaf.public_key().ok()) == Some(key.public_key())
            };
            if let Some(other) = list.entries.iter().find(has_key) {
                let (store, alias) = (word(input.name()), word(&import.entry.alias));
                self.session.notice(&format!(
                    "the key of `{}` was there already, as `{}`; to have it once, run \
                     `certwright alias delete {store} {alias}`",
                    Untrusted(&import.entry.alias),
                    Untrusted(&other.alias),
                ));
            }
        }
    }

    /// There is a native line for a new keystore of what another holds.
    fn native(&self, options: &ImportEntries, left_out: &[String]) -> Option<Native> {
        if self.into.there.is_some() || self.is_migration || options.entry_password.is_some() || !left_out.is_empty() {
            return None;
        }
        let mut native = Native::new("convert").word(self.source.name());
        native = native.flag("--to").flag(self.into.store_type.native());
        match self.from.entries.as_slice() {
            _ if self.from.is_whole => {}
            [only] if !self.from.is_ambiguous => native = native.option("--entry", &only.alias),
            _ => return None,
        }
        for (entry, import) in self.from.entries.iter().zip(&options.entries) {
            let (old, new) = (&entry.alias, &import.entry.alias);
            // A JKS has its aliases in lower case by itself.
            let is_same = if self.into.store_type == StoreType::Jks { old.to_lowercase() == *new } else { old == new };
            if !is_same {
                native = native.option("--alias", &format!("{old}={new}"));
            }
        }
        let native = native.file("--out", &self.into.path);
        let native = match self.from.had_key_password {
            true => self.passwords.natively_both(native, "srcstorepass", "srckeypass"),
            false => self.passwords.natively(native, "--passin", "srcstorepass"),
        };
        Some(self.passwords.natively(native, "--passout", "deststorepass"))
    }
}
