//! Who is to take a key, certificate or keystore: their rules as data, one row each.

mod openers;
mod rotation;
mod rows;
mod rule;
mod shared;
mod token;
mod tokens;

use std::str::FromStr;

use crate::clock::Timestamp;
use crate::crypto::key_health::{RsaNumbers, Severity, Weakness, examine};
use crate::crypto::{KeyAlgorithm, PublicKey};
use crate::formats::pkcs12::Profile;

use super::Error;
use super::check::Threshold;
use super::create::Part;
use super::error::{Refused, Rule};
use rows::TARGETS;

pub use rotation::{Change, Expiry, Mark, Piece, PlayRow, Rotation, Step, Way, Which};
pub(super) use rule::NO_MAC;
pub use rule::{FileKind, KeysTaken, Level, Readable, RsaSizes, RuleKind, TargetRule, Told};
pub use token::{
    Accounts, Audience, Claim, Demand, Exchange, FormField, Grant, KeyName, Lifetime, LoginAddress, Party, ScopeForm,
    TokenRules,
};

/// A service that takes a key or certificate, or a program that opens a keystore.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    /// The name on the command line.
    pub name: &'static str,
    /// The name in sentences.
    pub title: &'static str,
    /// What it takes and refuses.
    pub rules: &'static [TargetRule],
    /// How a PKCS#12 file must be protected.
    pub profile: Profile,
    /// Where each file is to go.
    pub uploads: &'static [(Part, &'static str)],
    /// How it wants the token that a client signs; `None` for what only opens keystores.
    pub token: Option<&'static TokenRules>,
    /// How long before its end a certificate there is a warning, and how long before it is critical.
    pub watch: (Threshold, Threshold),
}

/// A row with no rules of its own, which each target changes where it has some.
const ROW: Target = Target {
    name: "",
    title: "",
    rules: &[],
    profile: Profile::Modern,
    uploads: &[],
    token: None,
    watch: (Threshold::USUAL_WARNING, Threshold::USUAL_CRITICAL),
};

/// There is no target of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no target; there are {}", crate::untrusted::Untrusted(.0), Target::names().join(", "))]
pub struct UnknownTarget(String);

impl Target {
    /// The names of all targets.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        TARGETS.iter().map(|target| target.name).collect()
    }

    /// Every target, in alphabetical order.
    #[must_use]
    pub fn all() -> &'static [Self] {
        TARGETS
    }

    /// Checks that the target takes such a key.
    ///
    /// # Errors
    /// [`Error::TargetRefuses`] with the target's rule.
    pub fn check_key(&self, algorithm: KeyAlgorithm) -> Result<(), Error> {
        self.check(|| Refused::Key(algorithm), |kind| matches!(kind, RuleKind::Keys(taken) if !taken.take(algorithm)))
    }

    /// Checks that the target takes this key: its kind, and that it is sound.
    ///
    /// # Errors
    /// [`Error::TargetRefuses`] with the target's rule.
    pub fn check_public_key(&self, key: &PublicKey) -> Result<(), Error> {
        self.check_key(key.algorithm())?;
        match RsaNumbers::of(key).and_then(|numbers| worst(&numbers)) {
            Some(weakness) => self.check(|| Refused::WeakKey(weakness), |kind| kind == RuleKind::KeysAreSound),
            None => Ok(()),
        }
    }

    /// Checks that the target takes a keystore entry of this alias.
    ///
    /// # Errors
    /// [`Error::TargetRefuses`] with the target's rule.
    pub fn check_alias(&self, alias: &str) -> Result<(), Error> {
        let refuses = |kind| kind == RuleKind::AliasIsDeveloperName && !is_developer_name(alias);
        self.check(|| Refused::Alias(alias.to_owned()), refuses)
    }

    /// Checks that the target takes a keystore whose entry has a password of its own.
    ///
    /// # Errors
    /// [`Error::TargetRefuses`] with the target's rule.
    pub fn check_entry_password(&self) -> Result<(), Error> {
        self.check(|| Refused::EntryPassword, |kind| kind == RuleKind::OnePassword)
    }

    /// Checks that the target takes a certificate that ends then.
    ///
    /// # Errors
    /// [`Error::TargetRefuses`] with the target's rule.
    pub fn check_validity(&self, now: Timestamp, not_after: Timestamp) -> Result<(), Error> {
        let days = not_after.days_since(now);
        self.check(
            || Refused::Validity(days),
            |kind| matches!(kind, RuleKind::LongestValidity(longest) if days > longest),
        )
    }

    /// Whether the target imports keystores, and those of type JKS only.
    #[must_use]
    pub fn imports_jks_only(&self) -> bool {
        self.takes(FileKind::Jks) && !self.takes(FileKind::Pkcs12)
    }

    /// Whether the target takes files of this kind.
    #[must_use]
    pub fn takes(&self, wanted: FileKind) -> bool {
        self.rules.iter().any(|rule| matches!(rule.kind, RuleKind::Files(kinds) if kinds.contains(&wanted)))
    }

    /// Whether the target reads in the token what the access token is to be good for.
    #[must_use]
    pub fn reads_scope_in_token(&self) -> bool {
        self.token.is_some_and(|rules| rules.claims.iter().any(|claim| matches!(claim, Claim::Scope { .. })))
    }

    /// Whether the target's tokens name nobody whom they are for, so that no address stands in them.
    #[must_use]
    pub fn token_names_no_address(&self) -> bool {
        self.token.is_some_and(|rules| rules.audience == Audience::None)
    }

    /// A kind of key that the target takes: RSA of 2048 bits where it can be.
    #[must_use]
    pub fn usual_key(&self) -> KeyAlgorithm {
        let takes = |algorithm: &KeyAlgorithm| self.check_key(*algorithm).is_ok();
        KeyAlgorithm::GENERATED.into_iter().find(takes).unwrap_or(KeyAlgorithm::Rsa { bits: 2048 })
    }

    fn check(&self, what: impl Fn() -> Refused, refuses: impl Fn(RuleKind) -> bool) -> Result<(), Error> {
        match self.rules.iter().find(|rule| refuses(rule.kind)) {
            Some(rule) => {
                let source = Rule { text: rule.text.into(), known_from: "" };
                Err(Error::TargetRefuses { target: self.title, what: what(), source })
            }
            None => Ok(()),
        }
    }
}

/// The worst that a key shows by itself, if that is worth refusing it.
fn worst(numbers: &RsaNumbers) -> Option<Weakness> {
    examine(numbers).into_iter().find(|weakness| weakness.severity() > Severity::Unusual)
}

/// Whether the alias can become the DeveloperName of a Salesforce certificate (Tooling API, `Certificate`).
pub(super) fn is_developer_name(alias: &str) -> bool {
    let words = alias.split('_');
    alias.starts_with(|first: char| first.is_ascii_alphabetic())
        && alias.len() <= 64
        && words.into_iter().all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric()))
}

impl FromStr for &'static Target {
    type Err = UnknownTarget;

    fn from_str(name: &str) -> Result<Self, UnknownTarget> {
        let named = TARGETS.iter().find(|target| target.name.eq_ignore_ascii_case(name));
        named.ok_or_else(|| UnknownTarget(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salesforce_takes_developer_names_and_rsa_only() {
        let salesforce: &Target = "Salesforce".parse().unwrap();
        for alias in ["jwt_example", "a", "a1_b2"] {
            salesforce.check_alias(alias).unwrap();
        }
        for alias in ["1", "", "a__b", "a_", "_a", "a b", "jwt-example", "ä", &"a".repeat(65)] {
            assert_eq!(salesforce.check_alias(alias).unwrap_err().kind(), "target_refuses", "{alias}");
        }
        salesforce.check_key(KeyAlgorithm::Rsa { bits: 4096 }).unwrap();
        let refused = salesforce.check_key(KeyAlgorithm::P256).unwrap_err();
        assert_eq!(refused.to_string(), "Salesforce would refuse a key of type EC P-256");
    }

    #[test]
    fn salesforce_takes_jks_of_one_password_only() {
        let salesforce: &Target = "salesforce".parse().unwrap();
        assert!(salesforce.imports_jks_only());
        let refused = salesforce.check_entry_password().unwrap_err();
        assert_eq!(refused.to_string(), "Salesforce would refuse an entry with a password of its own");
        let java8: &Target = "java8".parse().unwrap();
        assert!(!java8.imports_jks_only());
        java8.check_entry_password().unwrap();
    }

    #[test]
    fn what_opens_old_keystores_knows_no_ed25519() {
        for name in ["java8", "macos", "windows2016"] {
            let target: &Target = name.parse().unwrap();
            target.check_key(KeyAlgorithm::P521).unwrap();
            assert!(target.check_key(KeyAlgorithm::Ed25519).is_err(), "{name}");
        }
    }

    #[test]
    fn an_unknown_target_names_those_there_are() {
        let unknown = "acme".parse::<&Target>().unwrap_err().to_string();
        assert!(unknown.starts_with("`acme` is no target; there are box, docusign, entra"), "{unknown}");
        let mut sorted = Target::names();
        sorted.sort_unstable();
        assert_eq!(sorted, Target::names());
    }

    #[test]
    fn netsuite_takes_two_years_at_most() {
        let netsuite: &Target = "netsuite".parse().unwrap();
        let now: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
        netsuite.check_validity(now, now.plus_days(730).unwrap()).unwrap();
        assert!(netsuite.check_validity(now, now.plus_days(731).unwrap()).is_err());
    }

    #[test]
    fn every_rule_says_what_it_is_and_where_it_is_from() {
        for target in TARGETS {
            let files = target.rules.iter().filter(|rule| matches!(rule.kind, RuleKind::Files(_))).count();
            assert_eq!(files, 1, "{}", target.name);
            target.check_key(target.usual_key()).unwrap();
            for rule in target.rules {
                let is_word =
                    rule.id.bytes().all(|octet| octet.is_ascii_lowercase() || b"_0123456789".contains(&octet));
                assert!(is_word && !rule.id.is_empty(), "{}: {}", target.name, rule.id);
                assert!(!rule.text.is_empty() && !rule.text.ends_with('.'), "{}: {}", target.name, rule.id);
                assert!(!rule.source.is_empty(), "{}: {}", target.name, rule.id);
            }
            let ids: std::collections::HashSet<_> = target.rules.iter().map(|rule| rule.id).collect();
            assert_eq!(ids.len(), target.rules.len(), "{}", target.name);
        }
    }

    #[test]
    fn key_sizes_are_what_the_rows_say() {
        let table =
            [("netsuite", 2048, false), ("netsuite", 3072, true), ("snowflake", 8192, true), ("box", 1024, false)];
        for (name, bits, taken) in table {
            let target: &Target = name.parse().unwrap();
            assert_eq!(target.check_key(KeyAlgorithm::Rsa { bits }).is_ok(), taken, "{name} {bits}");
        }
        assert_eq!("netsuite".parse::<&Target>().unwrap().usual_key(), KeyAlgorithm::Rsa { bits: 3072 });
    }
}
