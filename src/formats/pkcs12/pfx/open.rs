//! Opens the keys of a PFX, side by side, each with its chain.

use std::collections::HashMap;

use super::links::Links;
use super::{FORMAT, Pfx, unopened};
use crate::formats::der::Element;
use crate::formats::keystore::{Content, Entry};
use crate::formats::pkcs5::Tally;
use crate::formats::pkcs8::{self, Reading};
use crate::formats::pkcs12::bag::Bag;
use crate::formats::spki::{self, Description};
use crate::formats::x509::Certificate;
use crate::formats::x509::chain::Pool;
use crate::formats::{Error, Place, Reason};
use crate::secret::{Password, SecretBytes};
use crate::workers::{Job, Workers};

/// An entry of an opened file.
#[derive(Debug)]
pub enum Opened {
    /// Its key is of a kind that is not used here.
    Described {
        /// Its name.
        alias: String,
        /// What the key says of itself.
        description: Box<Description>,
        /// Its certificates, leaf first.
        chain: Vec<Certificate>,
        /// Why the key cannot be used.
        why: Error,
    },
    /// All of it can be used.
    Whole(Entry),
}

impl Opened {
    /// The entry, when its key can be used.
    ///
    /// # Errors
    /// Why the key cannot be used, with the entry's alias.
    pub fn whole(self) -> Result<Entry, Error> {
        match self {
            Self::Described { alias, why, .. } => Err(why.at(Place::Entry(alias))),
            Self::Whole(entry) => Ok(entry),
        }
    }
}

/// A key that the file's password does not open.
pub struct LockedKey<'a> {
    bag: &'a Bag,
    /// What opening it with the file's password came to.
    pub fault: Error,
}

impl LockedKey<'_> {
    /// Opens the key with a password of its own. The work was charged to the file.
    ///
    /// # Errors
    /// [`Reason::IntegrityMismatch`] for a wrong password, as far as one can be told.
    pub fn open(&self, password: &Password) -> Result<Reading, Error> {
        let place = || self.fault.place.clone();
        open_key(self.bag, password, false, None)
            .map_err(|fault| place().map_or(fault.clone(), |place| fault.at(place)))
    }
}

impl Pfx {
    /// Opens every key and gives the entries whole; other kinds than keys and certificates are left out.
    ///
    /// The derivations are counted before the first, on top of those of [`decode`](Self::decode), and run side by side.
    ///
    /// # Errors
    /// As [`decode`](Self::decode), with the entry's alias.
    pub fn open(&self, password: &Password, workers: Workers) -> Result<Vec<Entry>, Error> {
        let opened = self.open_each(password, workers, |_, key| Err(key.fault))?;
        opened.into_iter().map(Opened::whole).collect()
    }

    /// Opens like [`open`](Self::open), takes a key of a kind that is not used here for no reason to stop, and asks
    /// `otherwise` for each key that `password` does not open, by its alias: a key may have a password of its own, which
    /// Java and OpenSSL do not write and others do.
    ///
    /// # Errors
    /// As [`open`](Self::open) but for keys that are not used, and those of `otherwise`.
    pub fn open_each<E: From<Error>>(
        &self,
        password: &Password,
        workers: Workers,
        otherwise: impl Fn(&str, LockedKey<'_>) -> Result<Reading, E>,
    ) -> Result<Vec<Opened>, E> {
        let form = self.form(password);
        let password = form.as_ref().unwrap_or(password);
        let Links { entries, bags, mut pool, .. } = Links::of(&self.safes);
        let (mut budget, mut tally) = (self.budget.clone(), Tally::default());
        let keys = || entries.iter().map(|it| (it, bags[it.bag].1)).filter(|(_, bag)| bag.is_key());
        let at = |alias: &str| Place::Entry(alias.to_owned());
        for (entry, bag) in keys().filter(|(_, bag)| bag.is_shrouded_key()) {
            let parts = pkcs8::encrypted_parts(bag.value.expose());
            let scheme = parts.map_err(|fault| fault.at(at(&entry.alias)))?.0;
            for _ in 0..=usize::from(password.is_empty()) {
                tally.add(scheme.charge(&mut budget, "EncryptedPrivateKeyInfo"))?;
            }
        }
        tally.finish(&budget)?;
        let jobs = keys().map(|(entry, bag)| {
            let open = move || {
                let info = self.opened_before(bag, password);
                open_key(bag, password, self.mac.is_some(), info).map_err(|fault| fault.at(at(&entry.alias)))
            };
            Box::new(open) as Job<'_, _>
        });
        let opened: Vec<Result<Reading, Error>> = workers.run(jobs.collect());
        let any_unlinked = keys().any(|(entry, _)| entry.is_unlinked());
        let by_key = if any_unlinked { by_public_key(&pool) } else { HashMap::new() };
        let mut opened = opened.into_iter();
        let mut contents = Vec::new();
        for entry in entries {
            let bag = bags[entry.bag].1;
            if bag.is_key() {
                let Some(key) = opened.next() else { break };
                let key = key.or_else(|fault| match fault.reason {
                    Reason::PartUnreadable(_) | Reason::IntegrityMismatch(_) => {
                        otherwise(&entry.alias, LockedKey { bag, fault })
                    }
                    _ => Err(fault.into()),
                })?;
                let found = match &key {
                    Reading::Usable(key) if entry.is_unlinked() => by_key.get(&spki::encode(&key.public_key())?),
                    _ => None,
                };
                let chain = found.map_or(entry.chain, |leaf| pool.chain(*leaf));
                let chain = chain.into_iter().map(|number| pool.get(number).clone()).collect();
                let alias = entry.alias;
                contents.push(match key {
                    Reading::Described { description, why } => Opened::Described { alias, description, chain, why },
                    Reading::Usable(key) => Opened::Whole(Entry { alias, content: Content::PrivateKey { key, chain } }),
                });
            } else if let Some(certificate) = bag.x509() {
                let content = Content::TrustedCertificate(Box::new(certificate.clone()));
                contents.push(Opened::Whole(Entry { alias: entry.alias, content }));
            }
        }
        Ok(contents)
    }

    /// What opening a key with the file came to, if the password is the same.
    pub(super) fn opened_before(&self, bag: &Bag, password: &Password) -> Option<Result<SecretBytes, Error>> {
        let key = self.key.as_ref().filter(|key| key.protected == bag.value && self.password == *password)?;
        Some(key.info.clone())
    }
}

pub(super) fn open_key(
    bag: &Bag,
    password: &Password,
    is_verified: bool,
    opened: Option<Result<SecretBytes, Error>>,
) -> Result<Reading, Error> {
    open_info(bag, password, is_verified, opened).map(|(_, key)| key)
}

/// The `PrivateKeyInfo` of a key, which may be `opened` before, and the key in it.
pub(super) fn open_info(
    bag: &Bag,
    password: &Password,
    is_verified: bool,
    opened: Option<Result<SecretBytes, Error>>,
) -> Result<(SecretBytes, Reading), Error> {
    if !bag.is_shrouded_key() {
        return Ok((bag.value.clone(), pkcs8::read(bag.value.expose())?));
    }
    let (scheme, ciphertext) = pkcs8::encrypted_parts(bag.value.expose())?;
    let refused = |fault| unopened("a key", &scheme, is_verified, fault);
    let info = opened.unwrap_or_else(|| scheme.decrypt(password, ciphertext)).map_err(refused)?;
    match pkcs8::read(info.expose()) {
        Ok(key) => Ok((info, key)),
        // What comes out as a whole was decrypted well, and says itself what is wrong with it.
        Err(fault) if Element::only(FORMAT, info.expose()).is_ok() => Err(fault),
        Err(fault) => Err(refused(fault)),
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
