//! Into a keystore: every entry with its key, chain and alias, in the order of the input.

use std::collections::HashMap;

use crate::crypto::CryptoRng;
use crate::formats::keystore::{self, Entry};
use crate::formats::{self, Reason, jks, pkcs12};
use crate::operations::contents::{Contents, Thing};
use crate::operations::import_entries::jks_content;
use crate::operations::{Error, Notice, Target};
use crate::secret::SecretBytes;
use crate::workers::Workers;

use super::{Converted, Form};

/// The keystore of what `contents` holds, all of which it can hold.
pub(super) fn write(
    form: &Form,
    contents: Contents,
    target: Option<&'static Target>,
    rng: &mut dyn CryptoRng,
) -> Result<Converted, Error> {
    let mut notices: Vec<Notice> = Vec::new();
    let summary = contents.summary();
    let holds_key = contents.entries.iter().any(|it| it.thing.is_key());
    let mut entries = Vec::with_capacity(contents.entries.len());
    for found in contents.entries {
        let alias = found.alias.unwrap_or_default();
        if let Some(target) = target {
            target.check_alias(&alias)?;
        }
        let content = match found.thing {
            Thing::Key { key, chain } => keystore::Content::PrivateKey { key, chain },
            Thing::Certificate(certificate) => keystore::Content::TrustedCertificate(Box::new(certificate)),
            _ => continue,
        };
        entries.push(Entry { alias, content });
    }
    let (octets, aliases, title) = match form {
        Form::Pkcs12 { password, profile, iterations } => {
            told_apart(&entries, "PKCS#12", str::to_lowercase)
                .map_err(|source| Error::CannotMake { what: "the PKCS#12 file", source })?;
            let written = pkcs12::create(&entries, *profile, *iterations, password, rng, Workers::available())
                .map_err(|source| Error::CannotMake { what: "the PKCS#12 file", source })?;
            if written.lowered {
                notices.push(Notice::IterationsLowered(written.iterations));
            }
            (written.der, entries.into_iter().map(|it| it.alias).collect(), "PKCS#12")
        }
        Form::Jks { password, created } => {
            let broken = |source| Error::CannotMake { what: "the JKS file", source };
            told_apart(&entries, "JKS", jks::java_alias).map_err(broken)?;
            let mut store = jks::Store::new();
            let mut aliases = Vec::with_capacity(entries.len());
            for entry in entries {
                let written = jks::java_alias(&entry.alias);
                if written != entry.alias {
                    notices.push(Notice::AliasLowerCased { asked: entry.alias.clone(), written: written.clone() });
                }
                let created = created.unix().saturating_mul(1000);
                let content = jks_content(&entry.content, password, rng).map_err(broken)?;
                store.push(jks::Entry { alias: entry.alias, created, content }).map_err(broken)?;
                aliases.push(written);
            }
            (store.encode(password).map_err(broken)?, aliases, "JKS")
        }
        _ => (Vec::new(), Vec::new(), ""),
    };
    let what = format!("{title} with {summary}");
    Ok(Converted { octets: SecretBytes::from(octets), is_secret: true, holds_key, what, aliases, notices })
}

/// Refuses two aliases that are one to the keystore, naming both as the input has them.
fn told_apart(entries: &[Entry], format: &'static str, fold: fn(&str) -> String) -> Result<(), formats::Error> {
    let mut met: HashMap<String, &str> = HashMap::with_capacity(entries.len());
    for Entry { alias, .. } in entries {
        if let Some(other) = met.insert(fold(alias), alias) {
            return Err(formats::Error::new(format, Reason::AliasesAlike(other.to_owned(), alias.clone())));
        }
    }
    Ok(())
}
