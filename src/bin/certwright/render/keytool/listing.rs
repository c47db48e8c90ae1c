//! A keystore's entries as `keytool -list` prints them, plain, with `-v` and with `-rfc`.

use certwright::clock::Timestamp;
use certwright::formats::jks::java_alias;
use certwright::formats::keystore::{Kind, Summary};
use certwright::operations::AliasList;
use certwright::untrusted::Untrusted;

use super::{certificate, day};

/// How much is told of each entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// One or two lines.
    Plain,
    /// The certificates in PEM.
    Rfc,
    /// All that is said in the certificates.
    Verbose,
}

/// Under a listing's entries that are more than a line.
const STARS: &str = "*******************************************";

/// The whole store, sorted by alias. `now` stands for the creation of an entry whose file does not say it, as in Java.
pub(crate) fn store(list: &AliasList, detail: Detail, now: Timestamp) -> String {
    let (kind, provider) = match list.format {
        "JCEKS" => ("JCEKS", "SunJCE"),
        "JKS" => ("JKS", "SUN"),
        _ => ("PKCS12", "SUN"),
    };
    let count = match list.entries.len() {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    let mut text =
        format!("Keystore type: {kind}\nKeystore provider: {provider}\n\nYour keystore contains {count}\n\n");
    let mut entries: Vec<(String, &Summary)> =
        list.entries.iter().map(|entry| (java_alias(&entry.alias), entry)).collect();
    // Java compares UTF-16 units.
    entries.sort_by_key(|(alias, _)| alias.encode_utf16().collect::<Vec<_>>());
    for (alias, it) in entries {
        text.push_str(&entry(&alias, it, detail, now));
        if detail != Detail::Plain {
            text.push_str(&format!("\n\n{STARS}\n{STARS}\n\n\n"));
        }
    }
    text
}

/// One entry, under the alias by which it was asked for.
pub(crate) fn entry(alias: &str, entry: &Summary, detail: Detail, now: Timestamp) -> String {
    let alias = Untrusted(alias);
    let kind = match entry.kind {
        Kind::PrivateKey => "PrivateKeyEntry",
        Kind::TrustedCertificate => "trustedCertEntry",
        _ => "SecretKeyEntry",
    };
    let created = day(entry.created.unwrap_or(now));
    let leaf = entry.chain.first();
    // A key may stand without any certificate in a PKCS#12.
    let is_bare = entry.kind == Kind::PrivateKey && leaf.is_none();
    let no_chain = if is_bare { "Certificate chain length: 0\n" } else { "" };
    if detail == Detail::Plain {
        let shown = leaf.map(certificate::fingerprint).unwrap_or_default();
        return format!("{alias}, {created}, {kind}, \n{shown}{no_chain}");
    }
    let shown = |it| if detail == Detail::Rfc { certificate::pem(it) } else { certificate::text(it) };
    let mut text = format!("Alias name: {alias}\nCreation date: {created}\nEntry type: {kind}\n{no_chain}");
    match entry.kind {
        Kind::PrivateKey if leaf.is_some() => {
            text.push_str(&format!("Certificate chain length: {}\n", entry.chain.len()));
            for (index, it) in entry.chain.iter().enumerate() {
                text.push_str(&format!("Certificate[{}]:\n{}", index + 1, shown(it)));
            }
        }
        Kind::TrustedCertificate => {
            text.push('\n');
            text.extend(leaf.map(shown));
        }
        _ => {}
    }
    text
}
