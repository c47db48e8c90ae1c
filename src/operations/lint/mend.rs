//! What makes a finding good, as a fact; the program knows the command for it.

use crate::crypto::KeyAlgorithm;
use crate::formats::x509::{DistinguishedName, chain};
use crate::operations::create::default_alias;
use crate::operations::target::{FileKind, RuleKind, Target, TargetRule, is_developer_name};

use super::facts::{Entry, Facts, Key};

/// What makes a finding good.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mend {
    /// A new key with its certificate and keystores: what is wrong cannot be mended in what is there.
    NewSet {
        /// Whom the new certificate is to name.
        subject: NewSubject,
        /// The alias in keystores.
        alias: String,
        /// A kind of key that the target takes.
        algorithm: KeyAlgorithm,
    },
    /// A certificate for the private key.
    SelfSign {
        /// Whom it is to name.
        common_name: String,
    },
    /// The certificate alone.
    Certificate,
    /// One certificate of several that are no chain: which one is meant, only the user knows.
    OneCertificate,
    /// The private key alone, as PKCS#8.
    PrivateKey {
        /// Whether it is to be encrypted.
        encrypted: bool,
    },
    /// The public half alone.
    PublicKey,
    /// The keystore anew, as a kind that the target takes, in its protection and under one new password.
    Repack {
        /// Which kind.
        kind: FileKind,
        /// The alias of its one private key; none where there are several.
        alias: Option<String>,
        /// The aliases that change where there are several, old and new.
        renamed: Vec<(String, String)>,
        /// Whether a key has a password of its own, which opening it will need.
        own_password: bool,
    },
    /// Another alias.
    Rename {
        /// The alias it has.
        from: String,
        /// One that the target takes.
        to: String,
    },
    /// The keystore without this entry.
    Delete {
        /// The entry.
        alias: String,
    },
    /// The same in plain PEM.
    PlainPem,
}

/// Whom a new certificate is to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewSubject {
    /// Whom the old one names.
    AsBefore(DistinguishedName),
    /// This, for want of an old one.
    CommonName(String),
}

/// What mends the breach of `rule` in `entry`.
pub(super) fn mend(rule: &TargetRule, facts: &Facts, entry: Option<&Entry>, target: &Target) -> Mend {
    match rule.kind {
        RuleKind::Files(kinds) => other_file(kinds, facts, target),
        RuleKind::FileSize(_) | RuleKind::OneBareBlock | RuleKind::NoPrivateKey => certificate(facts),
        RuleKind::Ciphers(_) | RuleKind::Macs(_) | RuleKind::OnePassword | RuleKind::PasswordIsAscii => {
            repack(taken_store(facts, target), facts, target)
        }
        RuleKind::KeyCiphers(_) => Mend::PrivateKey { encrypted: true },
        RuleKind::PlainPem { .. } => match facts.kind {
            FileKind::PrivateKey => Mend::PrivateKey { encrypted: facts.is_encrypted },
            FileKind::PublicKey => Mend::PublicKey,
            _ => Mend::PlainPem,
        },
        RuleKind::PrivateKeyIsEncrypted => Mend::PrivateKey { encrypted: true },
        RuleKind::PrivateKeyIsPkcs8 => Mend::PrivateKey { encrypted: facts.is_encrypted },
        RuleKind::AliasIsDeveloperName | RuleKind::AliasIsLowerCase | RuleKind::AliasIsThere => {
            let from = entry.and_then(|entry| entry.alias.clone()).unwrap_or_default();
            Mend::Rename { to: free_alias(&from, facts), from }
        }
        _ if entry.is_some_and(Entry::is_trusted) => {
            Mend::Delete { alias: entry.and_then(|entry| entry.alias.clone()).unwrap_or_default() }
        }
        _ => new_set(facts, entry, target),
    }
}

/// The certificate alone, if it is clear which.
fn certificate(facts: &Facts) -> Mend {
    let is_clear = match facts.entries.as_slice() {
        // In PEM, a private key tells which certificate is its own.
        [only] if keys(facts).next().is_none() && facts.private_keys() == 0 => {
            only.chain.len() < 2 || chain::whole(&only.chain).is_some()
        }
        entries => entries.len() < 2 || keys(facts).count() == 1,
    };
    if is_clear { Mend::Certificate } else { Mend::OneCertificate }
}

/// Another kind of file, out of what is there as far as that goes.
fn other_file(kinds: &[FileKind], facts: &Facts, target: &Target) -> Mend {
    let takes = |kind| kinds.contains(&kind);
    let key = keys(facts).next();
    let fits = match key.map(|entry| &entry.key) {
        Some(Key::Open(key)) => target.check_key(key.algorithm()).is_ok(),
        _ => true,
    };
    let is_store = matches!(facts.kind, FileKind::Jceks | FileKind::Jks | FileKind::Pkcs12);
    match facts.kind {
        _ if !fits => new_set(facts, key, target),
        _ if is_store && takes(FileKind::Pkcs12) => repack(FileKind::Pkcs12, facts, target),
        _ if is_store && takes(FileKind::Jks) => repack(FileKind::Jks, facts, target),
        _ if is_store && takes(FileKind::PrivateKey) => Mend::PrivateKey { encrypted: true },
        _ if is_store && takes(FileKind::Certificate) => certificate(facts),
        FileKind::Pkcs7 if takes(FileKind::Certificate) => certificate(facts),
        FileKind::PrivateKey if takes(FileKind::Certificate) && !takes(FileKind::Pkcs12) => {
            Mend::SelfSign { common_name: stem(&facts.file) }
        }
        FileKind::Certificate if takes(FileKind::PublicKey) => Mend::PublicKey,
        _ => new_set(facts, key, target),
    }
}

/// The kind of keystore that is to be written: the one there is, or a JKS for a JCEKS, which is not written here.
fn taken_store(facts: &Facts, target: &Target) -> FileKind {
    match facts.kind {
        FileKind::Jceks if target.takes(FileKind::Pkcs12) => FileKind::Pkcs12,
        FileKind::Jceks => FileKind::Jks,
        kind => kind,
    }
}

fn repack(kind: FileKind, facts: &Facts, target: &Target) -> Mend {
    let own_password = facts.entries.iter().any(|entry| matches!(entry.key, Key::OtherPassword));
    let is_taken =
        |alias: &str| target.check_alias(alias).is_ok() && (kind != FileKind::Jks || alias == alias.to_lowercase());
    let mut entries = keys(facts);
    let alias = match (entries.next(), entries.next()) {
        (Some(_), Some(_)) => {
            let aliases = facts.entries.iter().filter_map(|entry| entry.alias.as_deref());
            let renamed = aliases.filter(|alias| !is_taken(alias)).map(|it| (it.to_owned(), free_alias(it, facts)));
            return Mend::Repack { kind, alias: None, renamed: renamed.collect(), own_password };
        }
        (Some(only), None) => only.alias.clone().filter(|alias| !alias.is_empty()),
        (None, _) => None,
    };
    let alias = alias.unwrap_or_else(|| stem(&facts.file));
    let alias = Some(if is_taken(&alias) { alias } else { developer_name(&alias) });
    Mend::Repack { kind, alias, renamed: Vec::new(), own_password }
}

fn new_set(facts: &Facts, entry: Option<&Entry>, target: &Target) -> Mend {
    let entry = entry.or(facts.entries.first());
    let old = entry.and_then(|entry| entry.chain.first()).map(|leaf| leaf.subject());
    // What cannot be typed again is named after the file.
    let typed = |name: &DistinguishedName| !name.is_empty() && DistinguishedName::parse(&name.to_string()).is_ok();
    let subject = old.filter(typed).map_or_else(|| NewSubject::CommonName(stem(&facts.file)), NewSubject::AsBefore);
    let common_name = match &subject {
        NewSubject::AsBefore(name) => name.common_name(),
        NewSubject::CommonName(_) => None,
    };
    let alias = entry.and_then(|entry| entry.alias.clone()).filter(|alias| is_developer_name(alias));
    let alias = alias.unwrap_or_else(|| developer_name(&common_name.unwrap_or_else(|| stem(&facts.file))));
    Mend::NewSet { subject, alias: alias.to_lowercase(), algorithm: target.usual_key() }
}

/// The entries with a private key.
fn keys(facts: &Facts) -> impl Iterator<Item = &Entry> {
    facts.entries.iter().filter(|entry| !matches!(entry.key, Key::None | Key::Public(_)))
}

/// `alias` as such a name that no other entry has.
fn free_alias(alias: &str, facts: &Facts) -> String {
    let name = developer_name(if alias.is_empty() { "key" } else { alias });
    let is_free = |name: &String| {
        let others = facts.entries.iter().filter_map(|entry| entry.alias.as_deref()).filter(|it| *it != alias);
        !others.into_iter().any(|it| it.to_lowercase() == *name)
    };
    let numbered = (2..=facts.entries.len() + 2).map(|number| format!("{name}_{number}"));
    std::iter::once(name.clone()).chain(numbered).find(is_free).unwrap_or(name)
}

/// A name that every target takes as alias: letters of lower case, digits and single `_`, a letter first.
fn developer_name(text: &str) -> String {
    let name = default_alias(text).unwrap_or_default();
    let name = if name.starts_with(|first: char| first.is_ascii_alphabetic()) { name } else { format!("key_{name}") };
    let name: String = name.chars().take(40).collect();
    name.trim_end_matches('_').to_owned()
}

/// The file's name without folder and ending.
fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem: String = stem.chars().take(60).collect();
    if stem.is_empty() { "example".to_owned() } else { stem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_made_acceptable() {
        let table = [("1", "key_1"), ("My Cert", "my_cert"), ("__", "key"), ("ab_c", "ab_c"), ("Ünï", "n")];
        for (text, name) in table {
            assert_eq!(developer_name(text), name);
            assert!(is_developer_name(&developer_name(text)), "{text}");
        }
        assert!(is_developer_name(&developer_name(&"a_".repeat(99))));
    }

    #[test]
    fn a_stem_is_what_people_call_the_file() {
        let table = [("a/b/server.crt", "server"), (r"C:\x\key.pem", "key"), ("a.b.c", "a.b"), (".crt", "example")];
        for (file, name) in table {
            assert_eq!(stem(file), name);
        }
    }
}
