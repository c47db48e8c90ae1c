//! A PFX taken apart into safes and bags, edited by alias, and put together again.

mod bags;
mod insert;
mod links;
mod open;
mod password;
mod reply;
#[cfg(test)]
mod tests;
mod unlock;

use std::fmt;

use der::Tag;
use rand_core::CryptoRng;

use super::FORMAT;
use super::bag::{Bag, safe_contents, wrap_secret};
use super::content_info::{EncryptedContent, data, encrypted_data, seal};
use super::mac::Mac;
use super::scan::{Part, PartKind, Parts};
use crate::formats::keystore::{Kind, Summary};
use crate::formats::pkcs5::Scheme;
use crate::formats::{Error, Reason, ber};
use crate::limits::{Budget, Limits};
use crate::secret::{Password, SecretBytes};
use crate::workers::{Job, Workers};

use links::{Change, Links};
use unlock::Unlocked;

pub use bags::{AttributeValue, BagContent, OpenBag, OpenSafe, StatedAttribute};
pub use open::{LockedKey, Opened};
pub use password::Rewritten;

/// An opened PKCS#12 file.
#[derive(Clone)]
pub struct Pfx {
    safes: Vec<Safe>,
    /// How its MAC is made, and with which key; none for a file that was read without.
    mac: Option<(Mac, SecretBytes)>,
    /// What the keys here were derived from.
    password: Password,
    /// Whether its empty password is no octets at all, as its MAC tells.
    is_bare: bool,
    /// What opening the file has cost so far; opening its keys goes on from there.
    budget: Budget,
    /// A key that was opened on the way.
    key: Option<OpenedKey>,
}

/// What decrypting a key under the file's password came to.
#[derive(Clone)]
struct OpenedKey {
    /// Its EncryptedPrivateKeyInfo, by which it is found again.
    protected: SecretBytes,
    info: Result<SecretBytes, Error>,
}

/// A safe, decrypted.
struct OpenedSafe {
    contents: SecretBytes,
    /// The key, where changed contents may be encrypted with it.
    key: Option<SecretBytes>,
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
    /// With the key, where there is one that changed content may be encrypted with again.
    Encrypted(Scheme, Option<SecretBytes>),
    /// A kind that is kept and not looked into.
    Kept,
    Plain,
}

/// A scheme, and the key for it where there is one already.
type Sealing<'a> = (Scheme, Option<&'a SecretBytes>);

impl Pfx {
    /// Opens a file: checks its MAC and decrypts its safes, the first of them meanwhile. Keys stay protected until
    /// [`open`](Self::open).
    ///
    /// All the work that the file asks for here is counted before the first derivation.
    ///
    /// # Errors
    /// [`Reason::IntegrityMismatch`] for a wrong password or a changed file, which cannot be told apart;
    /// [`Reason::LimitExceeded`] before any work; [`Reason::Unsupported`] names an algorithm that is not read;
    /// [`Reason::Malformed`] for anything that is no PFX.
    pub fn decode(octets: &[u8], password: &Password, limits: &Limits, workers: Workers) -> Result<Self, Error> {
        Self::decode_with(octets, password, limits, workers, false)
    }

    /// The same for a file whose keys are to be opened next with the same password: where the file's one derivation leaves a
    /// thread idle, it opens the first key ahead, if that alone is within the limits.
    ///
    /// # Errors
    /// As [`decode`](Self::decode); a key that does not open is told by [`open`](Self::open).
    pub fn decode_to_open(
        octets: &[u8],
        password: &Password,
        limits: &Limits,
        workers: Workers,
    ) -> Result<Self, Error> {
        Self::decode_with(octets, password, limits, workers, true)
    }

    fn decode_with(
        octets: &[u8],
        password: &Password,
        limits: &Limits,
        workers: Workers,
        keys: bool,
    ) -> Result<Self, Error> {
        let parts = Parts::of(octets, limits)?;
        if parts.mac.is_none() && !limits.allow_unauthenticated {
            return Err(Error::new(FORMAT, Reason::Unauthenticated));
        }
        let mut budget = Budget::new(limits);
        // The empty password is tried in both forms that writers have, so all of it may have to be derived twice.
        for _ in 0..=usize::from(password.is_empty()) {
            parts.charge(&mut budget, false)?;
        }
        let key = if keys { parts.first_key(&budget) } else { None };
        let Unlocked { bare, mac_key, mut safe, key } = parts.unlock(password, key, workers)?;
        let password = bare.as_ref().unwrap_or(password);
        let mut bags = parts.open_bags();
        let is_verified = parts.mac.is_some();
        let mut safes: Vec<Safe> = Vec::with_capacity(parts.safes.len());
        for part in parts.safes {
            let is_encrypted = matches!(part.kind, PartKind::Encrypted(_));
            let open = |content: &_| safe.take().unwrap_or_else(|| OpenedSafe::open(content, password));
            let safe = Safe::decode(part, open, is_verified, bags, limits.entries)?;
            bags += if is_encrypted { safe.bags.len() } else { 0 };
            safes.push(safe);
        }
        let mac = parts.mac.map(|(mac, _)| mac).zip(mac_key);
        Ok(Self { safes, mac, password: password.clone(), is_bare: bare.is_some(), budget, key })
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
                let created = bags[entry.bag].1.java_creation();
                let is_java_entry = bags[entry.bag].1.is_java_entry();
                Summary { alias: entry.alias, kind, created, is_java_entry, chain }
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
    /// before, and a MAC over all.
    ///
    /// Where the password is the one that opened it, the keys derived from it go on, each with its salt, unless a new one
    /// would be stronger: another salt for the same password would hide nothing more, and cost every edit two derivations.
    /// No initialisation vector is used twice.
    ///
    /// # Errors
    /// Only when a part is longer than DER can state.
    pub fn encode(&self, password: &Password, rng: &mut dyn CryptoRng, workers: Workers) -> Result<Vec<u8>, Error> {
        let form = self.form(password);
        let password = form.as_ref().unwrap_or(password);
        let is_same = self.password == *password;
        let mac = self.mac.as_ref().map(|(mac, key)| match is_same && mac.may_continue() {
            true => (mac.clone(), Some(key)),
            false => (mac.renewed(rng), None),
        });
        let sealings: Vec<_> = self.safes.iter().map(|safe| safe.sealing(is_same, rng)).collect();
        let keys = sealings.iter().flatten().map(|(_, key)| key).chain(mac.iter().map(|(_, key)| key));
        // Only derivations are worth a thread.
        let workers = if keys.filter(|key| key.is_none()).count() > 1 { workers } else { Workers::ONE };
        let mut jobs: Vec<Job<'_, Result<SecretBytes, Error>>> = Vec::with_capacity(sealings.len() + 1);
        for (safe, sealing) in self.safes.iter().zip(sealings) {
            jobs.push(Box::new(move || safe.encode(sealing, password)));
        }
        if let Some((mac, key)) = &mac {
            jobs.push(Box::new(move || key.map_or_else(|| mac.derive(password), |key| Ok(key.clone()))));
        }
        let mut done = workers.run(jobs).into_iter().collect::<Result<Vec<_>, _>>()?;
        let key = mac.as_ref().and_then(|_| done.pop());
        let safes: Vec<&[u8]> = done.iter().map(SecretBytes::expose).collect();
        seal(wrap_secret(Tag::Sequence, &safes)?.expose(), mac.as_ref().map(|(mac, _)| mac).zip(key.as_ref()))
    }

    /// What [`encode`](Self::encode) would encrypt a changed part with whose own cipher is only read: triple DES for
    /// RC2, RC4 and DES, and AES-256 where they stand in PBES2. `None` when every cipher stays.
    #[must_use]
    pub fn replaced_cipher(&self) -> Option<&'static str> {
        self.safes.iter().filter(|safe| safe.changed).find_map(|safe| match &safe.protection {
            Protection::Encrypted(scheme, _) => scheme.replacement(),
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
    fn decode(
        part: Part,
        open: impl FnOnce(&EncryptedContent) -> Result<OpenedSafe, Error>,
        is_verified: bool,
        before: usize,
        limit: usize,
    ) -> Result<Self, Error> {
        let (protection, bags) = match part.kind {
            PartKind::Encrypted(content) => {
                let refused = |fault| unopened("an EncryptedData", &content.scheme, is_verified, fault);
                let OpenedSafe { contents, key } = open(&content).map_err(refused)?;
                let is_whole = ber::to_der(FORMAT, contents.expose()).is_ok();
                let bags = Bag::all(contents.expose(), before, limit);
                let bags = bags.map_err(|fault| if is_whole { fault } else { refused(fault) })?;
                (Protection::Encrypted(content.scheme, key), bags)
            }
            PartKind::Plain(bags) => (Protection::Plain, bags),
            PartKind::Kept(_) => (Protection::Kept, Vec::new()),
        };
        Ok(Self { raw: part.raw, protection, bags, changed: false })
    }

    /// How it is to be encrypted; `None` for one that is not, and for one that stays as it was. Its own key serves again if
    /// the password `is_same`.
    fn sealing(&self, is_same: bool, rng: &mut dyn CryptoRng) -> Option<Sealing<'_>> {
        let Protection::Encrypted(scheme, key) = &self.protection else { return None };
        if !self.changed {
            return None;
        }
        let key = key.as_ref().filter(|_| is_same);
        let continued = key.and_then(|key| Some((scheme.continued(rng)?, Some(key))));
        Some(continued.unwrap_or_else(|| (scheme.renewed(rng), None)))
    }

    fn encode(&self, sealing: Option<Sealing<'_>>, password: &Password) -> Result<SecretBytes, Error> {
        match sealing {
            Some((scheme, key)) => {
                let contents = safe_contents(&self.bags)?;
                let ciphertext = match key {
                    Some(key) => scheme.encrypt_with(key, contents.expose())?,
                    None => scheme.encrypt(password, contents.expose())?,
                };
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
