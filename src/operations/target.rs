//! Who is to take a key, certificate or keystore: their rules as data, one row each.

use std::str::FromStr;

use crate::clock::Timestamp;
use crate::crypto::KeyAlgorithm;
use crate::formats::pkcs12::Profile;

use super::Error;
use super::create::Part;
use super::error::{Refused, Rule};

/// A service that takes a key or certificate, or a program that opens a keystore.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    /// The name on the command line.
    pub name: &'static str,
    /// The name in sentences.
    pub title: &'static str,
    /// The keys it takes; empty for any.
    keys: &'static [KeyAlgorithm],
    /// Its rule on keys, in words.
    key_rule: &'static str,
    /// Its rule that a key in a keystore has the keystore's password, in words, where it has one.
    password_rule: Option<&'static str>,
    /// Whether an alias must be such a name as Salesforce takes.
    strict_alias: bool,
    /// The most days a certificate may be valid.
    longest_days: Option<i64>,
    /// How a PKCS#12 file must be protected.
    pub profile: Profile,
    /// Where each file is to go.
    pub uploads: &'static [(Part, &'static str)],
}

const RSA_2048: KeyAlgorithm = KeyAlgorithm::Rsa { bits: 2048 };
const RSA_3072: KeyAlgorithm = KeyAlgorithm::Rsa { bits: 3072 };
const RSA_4096: KeyAlgorithm = KeyAlgorithm::Rsa { bits: 4096 };
const RSA: &[KeyAlgorithm] = &[RSA_2048, RSA_3072, RSA_4096];
const RSA_AND_EC: &[KeyAlgorithm] =
    &[RSA_2048, RSA_3072, RSA_4096, KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::P521];

/// A row with no rules of its own, which each target changes where it has some.
const ROW: Target = Target {
    name: "",
    title: "",
    keys: &[],
    key_rule: "",
    password_rule: None,
    strict_alias: false,
    longest_days: None,
    profile: Profile::Modern,
    uploads: &[],
};

/// Every target, in alphabetical order.
static TARGETS: &[Target] = &[
    Target {
        name: "box",
        title: "Box",
        keys: RSA,
        key_rule: "Box takes RSA keys of 2048 bits or more",
        uploads: &[(Part::Key, "into the app's config, with its password")],
        ..ROW
    },
    Target {
        name: "docusign",
        title: "DocuSign",
        keys: RSA,
        key_rule: "DocuSign takes RSA keys",
        uploads: &[(Part::Key, "stays with your client; its public half goes under Apps and Keys > RSA Keypairs")],
        ..ROW
    },
    Target {
        name: "entra",
        title: "Microsoft Entra",
        keys: RSA,
        key_rule: "Microsoft Entra takes RSA certificates",
        uploads: &[(Part::Certificate, "App registrations > your app > Certificates & secrets > Upload certificate")],
        ..ROW
    },
    Target {
        name: "google",
        title: "Google Cloud",
        keys: RSA,
        key_rule: "a Google service account takes RSA keys in an X.509 certificate",
        uploads: &[(Part::Certificate, "IAM > Service accounts > Keys > Upload existing key")],
        ..ROW
    },
    Target {
        name: "java8",
        title: "Java 8 before 8u301",
        keys: RSA_AND_EC,
        key_rule: "Java 8 takes RSA keys, and EC keys of P-256, P-384 and P-521",
        profile: Profile::Legacy,
        ..ROW
    },
    Target {
        name: "macos",
        title: "the Keychain of older macOS",
        keys: RSA_AND_EC,
        key_rule: "the Keychain takes RSA keys, and EC keys of P-256, P-384 and P-521",
        profile: Profile::Legacy,
        ..ROW
    },
    Target {
        name: "netsuite",
        title: "NetSuite",
        keys: &[RSA_3072, RSA_4096, KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::P521],
        key_rule: "NetSuite takes RSA keys of 3072 or 4096 bits, and EC keys",
        longest_days: Some(730),
        uploads: &[(Part::Certificate, "Setup > Integration > OAuth 2.0 Client Credentials Setup > Create New")],
        ..ROW
    },
    Target {
        name: "okta",
        title: "Okta",
        keys: RSA_AND_EC,
        key_rule: "Okta takes RSA and EC keys",
        uploads: &[(Part::Key, "stays with your client; its public half goes to the app as a JWK")],
        ..ROW
    },
    Target { name: "openssl3", title: "OpenSSL 3", ..ROW },
    Target {
        name: "salesforce",
        title: "Salesforce",
        keys: RSA,
        key_rule: "Salesforce takes RSA keys of 2048, 3072 or 4096 bits, and checks RS256 only",
        password_rule: Some("the key's password in a keystore must be the keystore's own"),
        strict_alias: true,
        uploads: &[
            (Part::Certificate, "your External Client App > OAuth settings > JWT Bearer Flow > upload certificate"),
            (Part::Jks, "Setup > Certificate and Key Management > Import from Keystore"),
        ],
        ..ROW
    },
    Target {
        name: "snowflake",
        title: "Snowflake",
        keys: RSA,
        key_rule: "Snowflake takes RSA keys of 2048 bits or more",
        uploads: &[(Part::Key, "stays with your client; its public half goes to ALTER USER … SET RSA_PUBLIC_KEY")],
        ..ROW
    },
    Target {
        name: "windows2016",
        title: "Windows Server 2016",
        keys: RSA_AND_EC,
        key_rule: "Windows Server 2016 takes RSA keys, and EC keys of P-256, P-384 and P-521",
        profile: Profile::Legacy,
        ..ROW
    },
];

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

    /// Checks that the target takes such a key.
    ///
    /// # Errors
    /// [`Error::TargetRefuses`] with the target's rule.
    pub fn check_key(&self, algorithm: KeyAlgorithm) -> Result<(), Error> {
        if self.keys.is_empty() || self.keys.contains(&algorithm) {
            return Ok(());
        }
        Err(self.refuses(Refused::Key(algorithm), self.key_rule))
    }

    /// Checks that the target takes a keystore entry of this alias.
    ///
    /// # Errors
    /// [`Error::TargetRefuses`] with the target's rule.
    pub fn check_alias(&self, alias: &str) -> Result<(), Error> {
        if !self.strict_alias || is_developer_name(alias) {
            return Ok(());
        }
        let rule = "an alias begins with a letter, has letters, digits and single `_` only, does not end with `_`, and \
                    has 64 characters at most";
        Err(self.refuses(Refused::Alias(alias.to_owned()), rule))
    }

    /// Checks that the target takes a keystore whose entry has a password of its own.
    ///
    /// # Errors
    /// [`Error::TargetRefuses`] with the target's rule.
    pub fn check_entry_password(&self) -> Result<(), Error> {
        self.password_rule.map_or(Ok(()), |rule| Err(self.refuses(Refused::EntryPassword, rule)))
    }

    /// Whether the target imports keystores, and those of type JKS only.
    #[must_use]
    pub fn imports_jks_only(&self) -> bool {
        let imports = |wanted| self.uploads.iter().any(|(part, _)| *part == wanted);
        imports(Part::Jks) && !imports(Part::Pkcs12)
    }

    /// Checks that the target takes a certificate that ends then.
    ///
    /// # Errors
    /// [`Error::TargetRefuses`] with the target's rule.
    pub fn check_validity(&self, now: Timestamp, not_after: Timestamp) -> Result<(), Error> {
        let days = not_after.days_since(now);
        match self.longest_days {
            Some(longest) if days > longest => Err(self.refuses(Refused::Validity(days), "it takes 730 days at most")),
            _ => Ok(()),
        }
    }

    fn refuses(&self, what: Refused, rule: &'static str) -> Error {
        Error::TargetRefuses { target: self.title, what, source: Rule(rule) }
    }
}

/// Whether the alias can become the DeveloperName of a Salesforce certificate (Tooling API, `Certificate`).
fn is_developer_name(alias: &str) -> bool {
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
        salesforce.check_key(RSA_4096).unwrap();
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
}
