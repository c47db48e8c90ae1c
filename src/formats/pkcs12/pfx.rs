//! A PFX taken apart into safes and bags, edited by alias, and put together again.

mod bags;
mod links;
mod open;
mod password;
#[cfg(test)]
mod tests;

use std::fmt;

use der::Tag;
use rand_core::CryptoRng;

use super::FORMAT;
use super::bag::{Bag, safe_contents, wrap_secret};
use super::content_info::{data, encrypted_data, seal};
use super::mac::Mac;
use super::scan::{Part, PartKind, Parts};
use crate::formats::keystore::{Kind, Summary};
use crate::formats::pkcs5::Scheme;
use crate::formats::{Error, Reason, ber};
use crate::limits::{Budget, Limits};
use crate::secret::{Password, SecretBytes};
use crate::workers::{Job, Workers};

use links::{Change, Links};

pub use bags::{AttributeValue, BagContent, OpenBag, OpenSafe, StatedAttribute};
pub use open::{LockedKey, Opened};
pub use password::Rewritten;

/// An opened PKCS#12 file.
#[derive(Clone)]
pub struct Pfx {
    safes: Vec<Safe>,
    /// How its MAC is made; none for a file that was read without.
    mac: Option<Mac>,
    /// Whether its empty password is no octets at all, as its MAC tells.
    is_bare: bool,
    /// What opening the file has cost so far; opening its keys goes on from there.
    budget: Budget,
}

/// One `ContentInfo` of the authenticated safe.
#[derive(Clone)]
struct Safe {
    /// The octets it was read from, which stand as long as nothing in it changed. A plain safe may hold a plain key.
    raw: SecretBytes,
    protection: Protection,
    bags: Vec<Bag>,
    changed: bool,
}

#[derive(Clone)]
enum Protection {
    Encrypted(Scheme),
    /// A kind that is kept and not looked into.
    Kept,
    Plain,
}

impl Pfx {
    /// Opens a file: checks its MAC, then decrypts its safes. Keys stay protected until [`open`](Self::open).
    ///
    /// All the work that the file asks for here is counted before the first derivation.
    ///
    /// # Errors
    /// [`Reason::IntegrityMismatch`] for a wrong password or a changed file, which cannot be told apart;
    /// [`Reason::LimitExceeded`] before any work; [`Reason::Unsupported`] names an algorithm that is not read;
    /// [`Reason::Malformed`] for anything that is no PFX.
    pub fn decode(octets: &[u8], password: &Password, limits: &Limits) -> Result<Self, Error> {
        let parts = Parts::of(octets, limits)?;
        if parts.mac.is_none() && !limits.allow_unauthenticated {
            return Err(Error::new(FORMAT, Reason::Unauthenticated));
        }
        let mut budget = Budget::new(limits);
        // The empty password is tried in both forms that writers have, so all of it may have to be derived twice.
        for _ in 0..=usize::from(password.is_empty()) {
            parts.charge(&mut budget, false)?;
        }
        let bare = parts.check_mac(password)?;
        let password = bare.as_ref().unwrap_or(password);
        let mut bags = parts.open_bags();
        let is_verified = parts.mac.is_some();
        let mut safes: Vec<Safe> = Vec::with_capacity(parts.safes.len());
        for part in parts.safes {
            let is_encrypted = matches!(part.kind, PartKind::Encrypted(_));
            let safe = Safe::decode(part, password, is_verified, bags, limits.entries)?;
            bags += if is_encrypted { safe.bags.len() } else { 0 };
            safes.push(safe);
        }
        Ok(Self { safes, mac: parts.mac.map(|(mac, _)| mac), is_bare: bare.is_some(), budget })
    }

    /// The entries in the order of the file, without opening their keys.
    ///
    /// An entry without friendlyName is called `1`, `2` and so on, as Java calls it; numbers that are another entry's
    /// name are passed over. Such a number is good for this state of the file only, since it is not written down.
    #[must_use]
    pub fn entries(&self) -> Vec<Summary> {
        let Links { entries, bags, pool, .. } = Links::of(&self.safes);
        entries
            .into_iter()
            .map(|entry| {
                let kind = match bags[entry.bag].1 {
                    bag if bag.is_key() => Kind::PrivateKey,
                    bag if bag.is_other() => Kind::Other,
                    _ => Kind::TrustedCertificate,
                };
                let chain = entry.chain.iter().map(|number| pool.get(*number).clone()).collect();
                Summary { alias: entry.alias, kind, chain }
            })
            .collect()
    }

    /// Gives the entry `old` the alias `new`: its key's bag and its certificate's. Nothing is decrypted or re-encrypted
    /// but the safe that holds the certificate.
    ///
    /// # Errors
    /// [`Reason::UnknownAlias`]; [`Reason::AmbiguousAlias`] when two entries are called exactly `old`;
    /// [`Reason::AliasTaken`] when another entry has the alias, in any case of its letters, since Java does not tell
    /// them apart.
    pub fn rename(&mut self, old: &str, new: &str) -> Result<(), Error> {
        let links = Links::of(&self.safes);
        for (safe, bag) in links.renaming(links.find(old)?, new)? {
            self.safes[safe].bags[bag].rename(new)?;
            self.safes[safe].changed = true;
        }
        Ok(())
    }

    /// Removes the entry `alias`: its key, its certificate, and those issuers that no other entry needs. Where another
    /// entry's chain needs its certificate, that stays without a name, as a bare issuer.
    ///
    /// # Errors
    /// [`Reason::UnknownAlias`]; [`Reason::AmbiguousAlias`] when two entries are called exactly `alias`.
    pub fn delete(&mut self, alias: &str) -> Result<(), Error> {
        let links = Links::of(&self.safes);
        // From the end, so that what is removed moves nothing that is still to be changed.
        for ((safe, bag), change) in links.removal(links.find(alias)?).into_iter().rev() {
            self.safes[safe].changed = true;
            let bags = &mut self.safes[safe].bags;
            match change {
                Change::Distrust => bags[bag].distrust()?,
                Change::Remove => drop(bags.remove(bag)),
                Change::Strip => bags[bag].strip()?,
            }
        }
        Ok(())
    }

    /// The file under `password`: untouched safes as they were, changed ones encrypted anew with as much work as
    /// before, and a fresh MAC.
    ///
    /// # Errors
    /// Only when a part is longer than DER can state.
    pub fn encode(&self, password: &Password, rng: &mut dyn CryptoRng, workers: Workers) -> Result<Vec<u8>, Error> {
        let form = self.form(password);
        let password = form.as_ref().unwrap_or(password);
        let mac = self.mac.as_ref().map(|mac| mac.renewed(rng));
        let mut jobs: Vec<Job<'_, Result<SecretBytes, Error>>> = Vec::new();
        for safe in &self.safes {
            let scheme = match &safe.protection {
                Protection::Encrypted(scheme) if safe.changed => Some(scheme.renewed(rng)),
                _ => None,
            };
            jobs.push(Box::new(move || safe.encode(scheme, password)));
        }
        if let Some(mac) = &mac {
            jobs.push(Box::new(move || mac.derive(password)));
        }
        let mut done = workers.run(jobs).into_iter().collect::<Result<Vec<_>, _>>()?;
        let key = mac.as_ref().and_then(|_| done.pop());
        let safes: Vec<&[u8]> = done.iter().map(SecretBytes::expose).collect();
        seal(wrap_secret(Tag::Sequence, &safes)?.expose(), mac.as_ref().zip(key.as_ref()))
    }

    /// What [`encode`](Self::encode) would encrypt a changed part with whose own cipher is only read: triple DES for
    /// RC2, RC4 and DES, and AES-256 where they stand in PBES2. `None` when every cipher stays.
    #[must_use]
    pub fn replaced_cipher(&self) -> Option<&'static str> {
        self.safes.iter().filter(|safe| safe.changed).find_map(|safe| match &safe.protection {
            Protection::Encrypted(scheme) => scheme.replacement(),
            Protection::Kept | Protection::Plain => None,
        })
    }

    /// Whether the file has a MAC, which was checked.
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        self.mac.is_some()
    }

    /// The empty password as the file has it; `None` to take the password as it is.
    fn form(&self, password: &Password) -> Option<Password> {
        if self.is_bare { password.bare() } else { None }
    }

    #[cfg(test)]
    fn bags(&self) -> impl Iterator<Item = &Bag> {
        self.safes.iter().flat_map(|safe| &safe.bags)
    }
}

impl fmt::Debug for Pfx {
    /// How much it holds, and nothing of what: a bag may be a key in the clear.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bags: usize = self.safes.iter().map(|safe| safe.bags.len()).sum();
        write!(f, "Pfx({} safes with {bags} bags)", self.safes.len())
    }
}

impl Safe {
    /// `before` bags were met in other safes; with them there may be `limit`.
    fn decode(part: Part, password: &Password, is_verified: bool, before: usize, limit: usize) -> Result<Self, Error> {
        let (protection, bags) = match part.kind {
            PartKind::Encrypted(content) => {
                let refused = |fault| unopened("an EncryptedData", &content.scheme, is_verified, fault);
                let contents = content.scheme.decrypt(password, &content.ciphertext).map_err(refused)?;
                let is_whole = ber::to_der(FORMAT, contents.expose()).is_ok();
                let bags = Bag::all(contents.expose(), before, limit);
                let bags = bags.map_err(|fault| if is_whole { fault } else { refused(fault) })?;
                (Protection::Encrypted(content.scheme), bags)
            }
            PartKind::Plain(bags) => (Protection::Plain, bags),
            PartKind::Kept(_) => (Protection::Kept, Vec::new()),
        };
        Ok(Self { raw: part.raw, protection, bags, changed: false })
    }

    fn encode(&self, scheme: Option<Scheme>, password: &Password) -> Result<SecretBytes, Error> {
        match scheme {
            Some(scheme) => {
                let ciphertext = scheme.encrypt(password, safe_contents(&self.bags)?.expose())?;
                encrypted_data(&scheme, &ciphertext).map(SecretBytes::from)
            }
            None if self.changed => data(safe_contents(&self.bags)?.expose()),
            None => Ok(self.raw.clone()),
        }
    }
}

/// The fault of a part that did not decrypt, as far as it is known. With a MAC that verifies, the password is right and
/// the file unchanged, so that neither is to blame.
fn unopened(what: &str, scheme: &Scheme, is_verified: bool, fault: Error) -> Error {
    let described = format!("{what} ({})", scheme.describe());
    match fault.reason {
        Reason::IntegrityMismatch(_) | Reason::Malformed(_) if is_verified => {
            Error::new(FORMAT, Reason::PartUnreadable(described))
        }
        Reason::IntegrityMismatch(_) | Reason::Malformed(_) => {
            Error::new(FORMAT, Reason::IntegrityMismatch(format!("the decrypted content of {described}")))
        }
        _ => fault,
    }
}
