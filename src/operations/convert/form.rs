//! The forms that there are, and which of them what was found can have.

use crate::clock::Timestamp;
use crate::crypto::KeyAlgorithm;
use crate::formats::pkcs12::Profile;
use crate::operations::contents::{Contents, Thing};
use crate::operations::error::NoSuchForm;
use crate::operations::{Error, KeyEncoding, KeyForm};
use crate::secret::Password;

use super::single::public_keys;

/// A form, with the choices that it leaves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Form {
    /// One thing in DER; a key in this encoding.
    Der(KeyEncoding),
    /// Everything in PEM on one line, for an environment variable; keys in this encoding.
    Env(KeyEncoding),
    /// A Sun JKS of version 2.
    Jks {
        /// The password of the store and of its entries.
        password: Password,
        /// The entries' creation date.
        created: Timestamp,
    },
    /// One JSON Web Key: a private key as the secret that it is, unless only its public half is wanted.
    Jwk {
        /// Only the public half.
        public: bool,
    },
    /// A set of JSON Web Keys, of public halves only.
    Jwks,
    /// One private key.
    Key(KeyEncoding),
    /// Everything in PEM, keys in this encoding; the aliases of a keystore stand before its entries.
    Pem(KeyEncoding),
    /// A PKCS#12 file.
    Pkcs12 {
        /// Its password.
        password: Password,
        /// Who must be able to open it.
        profile: Profile,
        /// How often each derivation iterates, if the profile is not to choose.
        iterations: Option<u32>,
    },
    /// One public key, as SubjectPublicKeyInfo.
    Public {
        /// DER instead of PEM.
        der: bool,
    },
}

/// The names of the forms, as people ask for them, each with its name in sentences.
const NAMES: [(&str, &str); 11] = [
    ("pem", "PEM"),
    ("der", "DER"),
    ("pkcs8", "PKCS#8"),
    ("pkcs1", "PKCS#1"),
    ("sec1", "SEC 1"),
    ("public", "a public key"),
    ("p12", "PKCS#12"),
    ("jks", "JKS"),
    ("jwk", "a JWK"),
    ("jwks", "a JWK set"),
    ("env", "a line for an environment variable"),
];

impl Form {
    /// The names by which people ask for the forms: `pem`, `der`, `pkcs8`, `pkcs1`, `sec1`, `public`, `p12`, `jks`, `jwk`,
    /// `jwks` and `env`.
    #[must_use]
    pub fn names() -> [&'static str; 11] {
        NAMES.map(|(name, _)| name)
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Der(_) => "der",
            Self::Env(_) => "env",
            Self::Jks { .. } => "jks",
            Self::Jwk { .. } => "jwk",
            Self::Jwks => "jwks",
            Self::Key(KeyEncoding::Plain { form: KeyForm::Pkcs1, .. }) => "pkcs1",
            Self::Key(KeyEncoding::Plain { form: KeyForm::Sec1, .. }) => "sec1",
            Self::Key(_) => "pkcs8",
            Self::Pem(_) => "pem",
            Self::Pkcs12 { .. } => "p12",
            Self::Public { .. } => "public",
        }
    }
}

/// Why something has no such form.
enum Fault {
    /// It never has.
    Never(String),
    /// One of several must be chosen.
    Choose,
}

/// Refuses a form that `contents` cannot have.
pub(super) fn check(form: &Form, contents: &Contents) -> Result<(), Error> {
    match fits(form.name(), contents) {
        Ok(()) => Ok(()),
        Err(Fault::Choose) if !contents.aliases(|it| has_alone(form.name(), it)).is_empty() => {
            Err(contents.several(|it| has_alone(form.name(), it)))
        }
        Err(fault) => {
            let why = match fault {
                Fault::Choose => "that form holds one thing only".to_owned(),
                Fault::Never(why) => why,
            };
            let entries = match contents.entries.as_slice() {
                [_] => Vec::new(),
                _ => contents.aliases(|it| has_alone(form.name(), it)),
            };
            let possible = Form::names().into_iter().filter(|name| fits(name, contents).is_ok()).collect();
            let named = NAMES.iter().find(|(name, _)| *name == form.name());
            Err(Error::CannotConvert {
                input: contents.name.clone(),
                form: named.map_or("", |(_, title)| title),
                found: contents.summary(),
                source: NoSuchForm { why, possible, entries },
            })
        }
    }
}

/// Whether an entry has the form when it is taken by itself.
fn has_alone(form: &str, thing: &Thing) -> bool {
    match (form, thing) {
        (_, Thing::Other) => false,
        ("pem" | "env", _) => true,
        ("der", thing) => thing.chain().is_empty(),
        ("pkcs8" | "pkcs1" | "sec1", Thing::Key { key, .. }) => holds(form, key.algorithm()).is_ok(),
        ("pkcs8" | "pkcs1" | "sec1", _) => false,
        ("p12" | "jks", Thing::Key { chain, .. }) => !chain.is_empty(),
        ("p12" | "jks", thing) => matches!(thing, Thing::Certificate(_)),
        (_, thing) => matches!(thing.public_key(), Ok(Some(_))),
    }
}

/// Whether the form of one key is made for this kind.
fn holds(form: &str, algorithm: KeyAlgorithm) -> Result<(), String> {
    let is_rsa = matches!(algorithm, KeyAlgorithm::Rsa { .. });
    match form {
        "sec1" if is_rsa => Err("SEC 1 holds EC keys, and this one is RSA".to_owned()),
        "sec1" if algorithm == KeyAlgorithm::Ed25519 => Err("SEC 1 holds EC keys, and this one is Ed25519".to_owned()),
        "pkcs1" if !is_rsa => Err(format!("PKCS#1 holds RSA keys, and this one is {algorithm}")),
        _ => Ok(()),
    }
}

fn fits(form: &str, contents: &Contents) -> Result<(), Fault> {
    let never = |why: &str| Err(Fault::Never(why.to_owned()));
    let things: Vec<&Thing> = contents.entries.iter().map(|it| &it.thing).collect();
    let keys: Vec<KeyAlgorithm> = things
        .iter()
        .filter_map(|thing| match thing {
            Thing::Key { key, .. } => Some(key.algorithm()),
            _ => None,
        })
        .collect();
    if let Some(other) = contents.entries.iter().find(|it| matches!(it.thing, Thing::Other)) {
        let alias = other.alias.clone().unwrap_or_default();
        return Err(Fault::Never(format!("the entry `{alias}` is of a kind that is not read here")));
    }
    if things.is_empty() {
        return never("there is nothing to convert");
    }
    match form {
        "pem" | "env" => Ok(()),
        "der" => match things.as_slice() {
            [thing] if thing.chain().is_empty() => Ok(()),
            [_] => never("DER holds one thing, and this is a key with its certificates"),
            _ => Err(Fault::Choose),
        },
        "pkcs8" | "pkcs1" | "sec1" => match keys.as_slice() {
            [] => never("there is no private key in it"),
            [algorithm] => holds(form, *algorithm).map_err(Fault::Never),
            _ => Err(Fault::Choose),
        },
        "public" | "jwk" => match public_keys(contents) {
            Ok(found) if found.len() == 1 => Ok(()),
            Ok(_) => Err(Fault::Choose),
            Err(fault) => Err(Fault::Never(fault.to_string())),
        },
        "jwks" => public_keys(contents).map(drop).map_err(|fault| Fault::Never(fault.to_string())),
        "p12" | "jks" => {
            for found in &contents.entries {
                let named = found.alias.as_ref().map(|alias| format!(" `{alias}`")).unwrap_or_default();
                match &found.thing {
                    Thing::Key { chain, .. } if chain.is_empty() => {
                        return Err(Fault::Never(format!("the key{named} has no certificate, which a keystore needs")));
                    }
                    Thing::Request(_) => return never("a keystore holds no certificate request"),
                    Thing::Public(_) => return never("a keystore holds no bare public key"),
                    _ => {}
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
