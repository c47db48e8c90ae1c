//! A PFX taken apart into safes and bags, edited by alias, and put together again.

mod links;
mod password;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use der::Tag;
use rand_core::CryptoRng;

use super::FORMAT;
use super::bag::{Bag, safe_contents, sequence, wrap_secret};
use super::content_info::{content_type, data, data_of, encrypted_data, encrypted_parts, seal};
use super::mac::Mac;
use crate::crypto::PrivateKey;
use crate::formats::der::Element;
use crate::formats::keystore::{Content, Entry, Kind, Summary};
use crate::formats::pkcs5::Scheme;
use crate::formats::x509::chain::Pool;
use crate::formats::{Error, Place, Reason, oid, pkcs8, spki};
use crate::limits::{Budget, Limits};
use crate::secret::{Password, SecretBytes};
use crate::workers::{Job, Workers};

use links::{Change, Links};

pub use password::Rewritten;

/// An opened PKCS#12 file.
#[derive(Clone)]
pub struct Pfx {
    safes: Vec<Safe>,
    mac: Mac,
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
        let parts = sequence(octets)?;
        let (version, content, mac_data) = match parts.as_slice() {
            [version, content, mac_data] => (version, content, mac_data),
            [_, _] => {
                return Err(Error::unsupported(FORMAT, "a file without MAC, whose content anybody may have changed,"));
            }
            _ => return Err(Error::malformed(FORMAT, "a PFX has two or three parts")),
        };
        if version.expect(FORMAT, Tag::Integer)? != [3] {
            return Err(Error::unsupported(FORMAT, "a PFX of another version than 3"));
        }
        let authenticated_safe = data_of(content)?;
        let (mac, expected) = Mac::parse(mac_data.raw)?;
        let encoded_safes = sequence(authenticated_safe)?;
        if encoded_safes.len() > limits.entries {
            let (asked, limit) = (encoded_safes.len() as u64, limits.entries as u64);
            return Err(Error::new(FORMAT, Reason::LimitExceeded { what: "safes", asked, limit }));
        }
        let mut budget = Budget::new(limits);
        mac.charge(&mut budget)?;
        for safe in &encoded_safes {
            if let Some((scheme, _)) = encrypted_parts(safe)? {
                scheme.charge(&mut budget, "EncryptedData")?;
            }
        }
        mac.verify(&mac.derive(password), authenticated_safe, &expected)?;
        let mut safes: Vec<Safe> = Vec::with_capacity(encoded_safes.len());
        let mut bags = 0;
        for element in &encoded_safes {
            let safe = Safe::decode(element, password, bags, limits.entries)?;
            bags += safe.bags.len();
            safes.push(safe);
        }
        Ok(Self { safes, mac, budget })
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

    /// Opens every key and gives the entries whole; other kinds than keys and certificates are left out.
    ///
    /// The derivations are counted before the first, on top of those of [`decode`](Self::decode), and run side by side.
    ///
    /// # Errors
    /// As [`decode`](Self::decode), with the entry's alias.
    pub fn open(&self, password: &Password, workers: Workers) -> Result<Vec<Entry>, Error> {
        let Links { entries, bags, mut pool, .. } = Links::of(&self.safes);
        let mut budget = self.budget.clone();
        let keys = || entries.iter().map(|it| (it, bags[it.bag].1)).filter(|(_, bag)| bag.is_key());
        let at = |alias: &str| Place::Entry(alias.to_owned());
        for (entry, bag) in keys().filter(|(_, bag)| bag.is_shrouded_key()) {
            let parts = pkcs8::encrypted_parts(bag.value.expose());
            parts.map_err(|fault| fault.at(at(&entry.alias)))?.0.charge(&mut budget, "EncryptedPrivateKeyInfo")?;
        }
        let jobs = keys().map(|(entry, bag)| {
            let open = move || open_key(bag, password).map_err(|fault| fault.at(at(&entry.alias)));
            Box::new(open) as Job<'_, _>
        });
        let opened: Vec<Result<PrivateKey, Error>> = workers.run(jobs.collect());
        let any_unlinked = keys().any(|(entry, _)| entry.is_unlinked());
        let by_key = if any_unlinked { by_public_key(&pool) } else { HashMap::new() };
        let mut opened = opened.into_iter();
        let mut contents = Vec::new();
        for entry in entries {
            if bags[entry.bag].1.is_key() {
                let Some(key) = opened.next().transpose()? else { break };
                let found = if entry.is_unlinked() { by_key.get(&spki::encode(&key.public_key())?) } else { None };
                let chain = found.map_or(entry.chain, |leaf| pool.chain(*leaf));
                let chain = chain.into_iter().map(|number| pool.get(number).clone()).collect();
                contents.push(Entry { alias: entry.alias, content: Content::PrivateKey { key, chain } });
            } else if let Some(certificate) = bags[entry.bag].1.x509() {
                let content = Content::TrustedCertificate(Box::new(certificate.clone()));
                contents.push(Entry { alias: entry.alias, content });
            }
        }
        Ok(contents)
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
        let mac = self.mac.renewed(rng);
        let mut jobs: Vec<Job<'_, Result<SecretBytes, Error>>> = Vec::new();
        for safe in &self.safes {
            let scheme = match &safe.protection {
                Protection::Encrypted(scheme) if safe.changed => Some(scheme.renewed(rng)?),
                _ => None,
            };
            jobs.push(Box::new(move || safe.encode(scheme, password)));
        }
        let mac_of_file = &mac;
        jobs.push(Box::new(move || Ok(mac_of_file.derive(password))));
        let mut done = workers.run(jobs).into_iter().collect::<Result<Vec<_>, _>>()?;
        let key = done.pop().unwrap_or_else(|| SecretBytes::zeroed(0));
        let safes: Vec<&[u8]> = done.iter().map(SecretBytes::expose).collect();
        seal(wrap_secret(Tag::Sequence, &safes)?.expose(), &mac, &key)
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
    fn decode(element: &Element<'_>, password: &Password, before: usize, limit: usize) -> Result<Self, Error> {
        let raw = SecretBytes::concat(&[element.raw]);
        if let Some((scheme, ciphertext)) = encrypted_parts(element)? {
            let contents = scheme.decrypt(password, ciphertext)?;
            let bags = Bag::all(contents.expose(), before, limit)?;
            return Ok(Self { raw, protection: Protection::Encrypted(scheme), bags, changed: false });
        }
        if content_type(element)? == oid::DATA {
            let bags = Bag::all(data_of(element)?, before, limit)?;
            return Ok(Self { raw, protection: Protection::Plain, bags, changed: false });
        }
        Ok(Self { raw, protection: Protection::Kept, bags: Vec::new(), changed: false })
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

fn open_key(bag: &Bag, password: &Password) -> Result<PrivateKey, Error> {
    if bag.is_shrouded_key() {
        let (scheme, ciphertext) = pkcs8::encrypted_parts(bag.value.expose())?;
        pkcs8::decode(scheme.decrypt(password, ciphertext)?.expose())
    } else {
        pkcs8::decode(bag.value.expose())
    }
}

/// The number of the first certificate of each public key, by the key's canonical SubjectPublicKeyInfo.
fn by_public_key(pool: &Pool<'_>) -> HashMap<Vec<u8>, usize> {
    let mut numbers = HashMap::new();
    for (number, certificate) in pool.certificates().iter().enumerate() {
        if let Ok(key) = certificate.public_key().and_then(|key| spki::encode(&key)) {
            numbers.entry(key).or_insert(number);
        }
    }
    numbers
}
