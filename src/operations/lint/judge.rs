//! The code of each kind of rule: is it kept, broken, or cannot it be told?

use crate::clock::Timestamp;
use crate::crypto::key_health::{self, Severity, Weakness};
use crate::crypto::{CryptoRng, DigestAlgorithm, KeyAlgorithm, SignatureAlgorithm};
use crate::formats::jks::java_alias;
use crate::formats::x509::Certificate;
use crate::formats::{self, spki};
use crate::operations::prove;
use crate::operations::target::{FileKind, KeysTaken, NO_MAC, Readable, RuleKind, is_developer_name};

use super::facts::{Entry, Facts, Key};

/// What a rule says of a file or of one of its entries.
pub(super) enum Verdict {
    Kept,
    /// Broken, and what was met.
    Broken(String),
    /// Not to be told, and why.
    Unknown(String),
}

use Verdict::{Broken, Kept, Unknown};

/// Holds the facts of one file to rules.
pub(super) struct Judge<'a> {
    pub(super) facts: &'a Facts,
    pub(super) now: Timestamp,
    pub(super) rng: &'a mut dyn CryptoRng,
}

type Verdicts<'a> = Vec<(Option<&'a Entry>, Verdict)>;

impl<'a> Judge<'a> {
    /// What a rule says: once for the file, or for each entry; nothing where it is not about such a file.
    pub(super) fn verdicts(&mut self, kind: RuleKind) -> Verdicts<'a> {
        let facts = self.facts;
        let is = |kinds: &[FileKind]| kinds.contains(&facts.kind);
        let is_java = is(&[FileKind::Jceks, FileKind::Jks]);
        let is_store = is_java || is(&[FileKind::Pkcs12]);
        let is_certificate = is(&[FileKind::Certificate]);
        let file = |verdict| vec![(None, verdict)];
        match kind {
            RuleKind::Files(kinds) => file(broken_if(!is(kinds), || facts.kind.describe().to_owned())),
            RuleKind::FileSize(most) if is_certificate => file(broken_if(facts.octets > most, || {
                format!("it has {} octets, and {most} are the most", facts.octets)
            })),
            RuleKind::OneBareBlock if is_certificate => file(self.one_bare_block()),
            RuleKind::NoPrivateKey if is_certificate => {
                file(broken_if(facts.private_keys() > 0, || "a private key stands beside the certificate".to_owned()))
            }
            RuleKind::PrivateKeyIsEncrypted if is(&[FileKind::PrivateKey]) => {
                let encrypted = facts.is_encrypted && facts.is_pkcs8;
                file(broken_if(!encrypted, || "the private key is not encrypted PKCS#8".to_owned()))
            }
            RuleKind::PrivateKeyIsPkcs8 if is(&[FileKind::PrivateKey]) => {
                file(broken_if(!facts.is_pkcs8, || "the private key is in an older form".to_owned()))
            }
            RuleKind::Ciphers(readable) if is(&[FileKind::Pkcs12]) => file(unread(&facts.ciphers, readable)),
            RuleKind::KeyCiphers(readable) if is(&[FileKind::PrivateKey]) => file(unread(&facts.ciphers, readable)),
            RuleKind::Macs(readable) if is(&[FileKind::Pkcs12]) => {
                file(match unread(std::slice::from_ref(&facts.mac), readable) {
                    Broken(_) if facts.mac == NO_MAC => Broken("it has no MAC".to_owned()),
                    verdict => verdict,
                })
            }
            RuleKind::PlainPem { marked } if !facts.labels.is_empty() => file(self.plain_pem(marked)),
            RuleKind::PasswordIsAscii if is(&[FileKind::Pkcs12]) => file(match &facts.password {
                Some(password) => broken_if(!password.is_ascii(), || "the password is not ASCII".to_owned()),
                None => self.locked(),
            }),
            RuleKind::PrivateKeyEntry { or_trusted } if is_store => file(self.private_key_entry(or_trusted)),
            // A certificate that is only trusted is no key of the user's: of what kind it is, and who signed it with what,
            // is for its issuer.
            RuleKind::Keys(taken) => self.owned(|_, entry| Some(key_taken(entry, taken))),
            RuleKind::KeysAreSound => self.each(|_, entry| Some(soundness(entry))),
            RuleKind::Current { days } => self.each(|judge, entry| judge.current(entry, days)),
            RuleKind::LongestValidity(longest) => self.owned(|judge, entry| judge.longest(entry, longest)),
            RuleKind::SignatureDigest => self.owned(|_, entry| entry.chain.first().map(signature_digest)),
            RuleKind::ChainMatchesKey if is_store => self.each(Self::chain_matches),
            RuleKind::KeyIsPkcs8 if is(&[FileKind::Jks]) => self.each(|judge, entry| judge.key_is_pkcs8(entry)),
            RuleKind::OnePassword if is_java => self.each(|judge, entry| judge.one_password(entry)),
            RuleKind::AliasIsDeveloperName if is_store => self.aliases(|alias| !is_developer_name(alias)),
            RuleKind::AliasIsLowerCase if is_java => self.aliases(|alias| java_alias(alias) != alias),
            RuleKind::AliasIsThere if is_store => self.aliases(str::is_empty),
            _ => Vec::new(),
        }
    }

    /// The verdict on each entry; one that nothing can be said about has none.
    fn each(&mut self, mut verdict: impl FnMut(&mut Self, &'a Entry) -> Option<Verdict>) -> Verdicts<'a> {
        let facts = self.facts;
        if facts.entries.is_empty() && facts.locked.is_some() {
            return vec![(None, self.locked())];
        }
        facts.entries.iter().filter_map(|entry| Some((Some(entry), verdict(self, entry)?))).collect()
    }

    /// The verdict on each entry with a private key, and on what stands in no keystore.
    fn owned(&mut self, mut verdict: impl FnMut(&mut Self, &'a Entry) -> Option<Verdict>) -> Verdicts<'a> {
        self.each(|judge, entry| if entry.is_trusted() { None } else { verdict(judge, entry) })
    }

    fn aliases(&mut self, is_broken: impl Fn(&str) -> bool) -> Verdicts<'a> {
        self.each(|_, entry| {
            let alias = entry.alias.as_deref()?;
            Some(broken_if(is_broken(alias), || match alias {
                "" => "the alias is empty".to_owned(),
                alias => format!("the alias is `{alias}`"),
            }))
        })
    }

    fn locked(&self) -> Verdict {
        Unknown("its content is not open".to_owned())
    }

    fn plain_pem(&self, marked: bool) -> Verdict {
        let facts = self.facts;
        let mut met: Vec<String> = facts.repairs.iter().map(ToString::to_string).collect();
        if facts.is_marked && !marked {
            met.push("PEM behind a byte-order mark".to_owned());
        }
        broken_if(!met.is_empty(), || format!("it is {}", met.join(" and ")))
    }

    fn one_bare_block(&self) -> Verdict {
        let facts = self.facts;
        let certificates = facts.entries.first().map_or(0, |entry| entry.chain.len());
        let mut met = Vec::new();
        if certificates > 1 {
            met.push(format!("{certificates} certificates"));
        }
        let others = facts.labels.len().saturating_sub(certificates);
        if others > 0 {
            met.push(if others == 1 { "another block".to_owned() } else { format!("{others} other blocks") });
        }
        if facts.has_text {
            met.push("text outside its blocks".to_owned());
        }
        met.extend(facts.repairs.iter().map(|repair| format!("a form that few read ({repair})")));
        broken_if(!met.is_empty(), || format!("it has {}", met.join(" and ")))
    }

    fn private_key_entry(&self, or_trusted: bool) -> Verdict {
        let facts = self.facts;
        if facts.kind == FileKind::Pkcs12 && facts.locked.is_some() {
            return self.locked();
        }
        let with_key = |entry: &Entry| !matches!(entry.key, Key::None) && !entry.chain.is_empty();
        let is_kept = |entry| with_key(entry) || or_trusted && entry.is_trusted();
        broken_if(!facts.entries.iter().any(is_kept), || match facts.entries.len() {
            0 => "it holds no entries".to_owned(),
            1 => "its one entry has no private key with a certificate".to_owned(),
            more => format!("none of its {more} entries has a private key with a certificate"),
        })
    }

    fn current(&self, entry: &Entry, days: i64) -> Option<Verdict> {
        let validity = match entry.chain.first()?.validity() {
            Ok(validity) => validity,
            Err(fault) => return Some(Unknown(fault.to_string())),
        };
        let left = validity.not_after.days_since(self.now);
        Some(if self.now < validity.not_before {
            Broken(format!("the certificate is valid from {} only", validity.not_before))
        } else if self.now > validity.not_after {
            Broken(format!("the certificate expired at {}", validity.not_after))
        } else if left < days {
            Broken(format!("the certificate expires at {}, in {left} days", validity.not_after))
        } else {
            Kept
        })
    }

    fn longest(&self, entry: &Entry, longest: i64) -> Option<Verdict> {
        let validity = entry.chain.first()?.validity().ok()?;
        let days = validity.not_after.days_since(validity.not_before);
        Some(broken_if(days > longest, || format!("the certificate is valid for {days} days")))
    }

    fn chain_matches(&mut self, entry: &Entry) -> Option<Verdict> {
        let key = match &entry.key {
            Key::None | Key::Public(_) | Key::Unreadable(_) => return None,
            Key::Unknown(why) => return Some(Unknown(why.clone())),
            Key::Locked => return Some(self.locked()),
            Key::OtherPassword => return Some(Unknown("the key has a password of its own".to_owned())),
            Key::Open(key) => key,
        };
        let Some(leaf) = entry.chain.first() else {
            return Some(Broken("the private key has no certificate".to_owned()));
        };
        let public = match leaf.public_key() {
            Ok(public) => public,
            Err(fault) => return Some(Unknown(fault.to_string())),
        };
        let fits = public == key.public_key() && prove::signs_for(key, &public, self.rng).unwrap_or(false);
        Some(broken_if(!fits, || {
            let (ours, theirs) = (prove::describe(&key.public_key()), prove::describe(&public));
            format!("the key is {ours}, the certificate holds {theirs}")
        }))
    }

    fn key_is_pkcs8(&self, entry: &Entry) -> Option<Verdict> {
        match &entry.key {
            Key::None | Key::Public(_) => None,
            Key::Locked => Some(self.locked()),
            Key::OtherPassword => Some(Unknown("the key has a password of its own".to_owned())),
            Key::Open(_) | Key::Unknown(_) => Some(Kept),
            Key::Unreadable(what) => Some(Broken(format!("the private key is no PKCS#8: {what}"))),
        }
    }

    fn one_password(&self, entry: &Entry) -> Option<Verdict> {
        match &entry.key {
            Key::None | Key::Public(_) => None,
            Key::Locked => Some(self.locked()),
            Key::Open(_) | Key::Unknown(_) | Key::Unreadable(_) => Some(Kept),
            Key::OtherPassword => Some(Broken("its key has another password than the keystore".to_owned())),
        }
    }
}

fn broken_if(is_broken: bool, met: impl FnOnce() -> String) -> Verdict {
    if is_broken { Broken(met()) } else { Kept }
}

fn unread(names: &[String], readable: Readable) -> Verdict {
    let unread: Vec<&str> = names.iter().map(String::as_str).filter(|name| !readable.reads(name)).collect();
    broken_if(!unread.is_empty(), || format!("it is protected with {}", unread.join(", ")))
}

/// The kind of an entry's key: its certificate says it without a password. Where no such key can be used here, it is told
/// in words.
fn algorithm(entry: &Entry) -> Result<Result<KeyAlgorithm, String>, String> {
    match (entry.public_half(), &entry.key) {
        (Some(public), _) => {
            let described = public.and_then(|der| spki::describe(&der)).map_err(|fault| fault.to_string())?;
            Ok(match (described.key, described.rsa) {
                (Some(key), _) => Ok(key.algorithm()),
                (None, Some(numbers)) => Ok(KeyAlgorithm::Rsa { bits: numbers.bits() }),
                (None, None) => Err(described.algorithm),
            })
        }
        (None, Key::Open(key)) => Ok(Ok(key.algorithm())),
        (None, Key::OtherPassword) => Err("the key has a password of its own".to_owned()),
        (None, Key::Unknown(why) | Key::Unreadable(why)) => Err(why.clone()),
        (None, Key::None | Key::Public(_) | Key::Locked) => Err("its content is not open".to_owned()),
    }
}

fn key_taken(entry: &Entry, taken: KeysTaken) -> Verdict {
    match algorithm(entry) {
        Ok(Ok(algorithm)) => broken_if(!taken.take(algorithm), || format!("the key is {algorithm}")),
        // A rule that takes every kind is about sizes alone.
        Ok(Err(other)) => broken_if(!(taken.ec && taken.ed25519), || format!("the key is {other}")),
        Err(why) => Unknown(why),
    }
}

fn soundness(entry: &Entry) -> Verdict {
    match weaknesses(entry) {
        Ok(found) => match found.into_iter().find(|weakness| weakness.severity() != Severity::Unusual) {
            Some(weakness) => Broken(format!("the key {weakness}")),
            None => Kept,
        },
        Err(fault) => Unknown(fault.to_string()),
    }
}

fn weaknesses(entry: &Entry) -> Result<Vec<Weakness>, formats::Error> {
    let public = match entry.public_half() {
        Some(public) => spki::rsa_numbers(&public?)?,
        None => None,
    };
    let mut found = public.as_ref().map(key_health::examine).unwrap_or_default();
    if let Key::Open(key) = &entry.key {
        // The private key shows more, and need not be that of the certificate.
        found.extend(key_health::examine_private(key));
        found.sort_by_key(|weakness| std::cmp::Reverse(weakness.severity()));
    }
    Ok(found)
}

fn signature_digest(certificate: &Certificate) -> Verdict {
    match certificate.signature_algorithm() {
        Ok(
            algorithm @ (SignatureAlgorithm::RsaPkcs1v15(DigestAlgorithm::Sha1)
            | SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha1)),
        ) => Broken(format!("the certificate is signed with {algorithm}")),
        Ok(_) => Kept,
        Err(fault) => Unknown(fault.to_string()),
    }
}
