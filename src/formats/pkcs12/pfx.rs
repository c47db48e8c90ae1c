//! A PFX taken apart into safes and bags, edited by alias, and put together again.

use der::Tag;
use rand_core::CryptoRng;

use super::FORMAT;
use super::bag::{Bag, safe_contents, sequence};
use super::content_info::{content_type, data, data_of, encrypted_data, encrypted_parts, seal};
use super::mac::Mac;
use crate::crypto::PrivateKey;
use crate::formats::der::{Element, wrap};
use crate::formats::keystore::{Content, Entry, Kind, Summary};
use crate::formats::pkcs5::Scheme;
use crate::formats::x509::{Certificate, chain};
use crate::formats::{Error, Place, Reason, oid, pkcs8};
use crate::limits::{Budget, Limits};
use crate::secret::{Password, SecretBytes};
use crate::workers::{Job, Workers};

/// An opened PKCS#12 file.
#[derive(Clone, Debug)]
pub struct Pfx {
    safes: Vec<Safe>,
    mac: Mac,
    /// What opening the file has cost so far; opening its keys goes on from there.
    budget: Budget,
}

/// One `ContentInfo` of the authenticated safe.
#[derive(Clone, Debug)]
struct Safe {
    /// The octets it was read from, which stand as long as nothing in it changed.
    raw: Vec<u8>,
    protection: Protection,
    bags: Vec<Bag>,
    changed: bool,
}

#[derive(Clone, Debug)]
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
        let mut budget = Budget::new(limits);
        mac.charge(&mut budget)?;
        for safe in &encoded_safes {
            if let Some((scheme, _)) = encrypted_parts(safe)? {
                scheme.charge(&mut budget, "EncryptedData")?;
            }
        }
        mac.verify(&mac.derive(password), authenticated_safe, &expected)?;
        let safes = encoded_safes.iter().map(|safe| Safe::decode(safe, password, limits)).collect::<Result<_, _>>()?;
        Ok(Self { safes, mac, budget })
    }

    /// The entries in the order of the file, without opening their keys.
    ///
    /// A key without friendlyName is called `1`, `2` and so on, as Java calls it.
    #[must_use]
    pub fn entries(&self) -> Vec<Summary> {
        self.named()
            .into_iter()
            .map(|(alias, bag)| {
                let chain = match self.leaf_of(bag) {
                    Some((_, leaf)) => chain::order(&leaf, &self.certificates()),
                    None => bag.x509().into_iter().collect(),
                };
                let kind = match bag {
                    bag if bag.is_key() => Kind::PrivateKey,
                    bag if bag.is_other() => Kind::Other,
                    _ => Kind::TrustedCertificate,
                };
                Summary { alias, kind, chain }
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
        let named = self.named();
        let mut budget = self.budget.clone();
        for (alias, bag) in named.iter().filter(|(_, bag)| bag.is_shrouded_key()) {
            let (scheme, _) =
                pkcs8::encrypted_parts(&bag.value).map_err(|fault| fault.at(Place::Entry(alias.clone())))?;
            scheme.charge(&mut budget, "EncryptedPrivateKeyInfo")?;
        }
        let jobs = named.iter().filter(|(_, bag)| bag.is_key()).map(|(alias, bag)| {
            let open = move || open_key(bag, password).map_err(|fault| fault.at(Place::Entry(alias.clone())));
            Box::new(open) as Job<'_, _>
        });
        let mut keys = workers.run(jobs.collect()).into_iter();
        let mut entries = Vec::new();
        for (alias, bag) in named {
            if bag.is_key() {
                let Some(key) = keys.next().transpose()? else { break };
                let chain = self.chain_of(bag, &key);
                entries.push(Entry { alias, content: Content::PrivateKey { key, chain } });
            } else if let Some(certificate) = bag.x509() {
                entries.push(Entry { alias, content: Content::TrustedCertificate(Box::new(certificate)) });
            }
        }
        Ok(entries)
    }

    /// Gives the entry `old` the alias `new`: its key's bag and its certificate's. Nothing is decrypted or re-encrypted
    /// but the safe that holds the certificate.
    ///
    /// # Errors
    /// [`Reason::UnknownAlias`]; [`Reason::AliasTaken`] when another entry has the alias, in any case of its letters,
    /// since Java does not tell them apart.
    pub fn rename(&mut self, old: &str, new: &str) -> Result<(), Error> {
        let old = self.find(old)?;
        let others = self.named().into_iter().map(|(alias, _)| alias).filter(|alias| *alias != old);
        if let Some(taken) = others.into_iter().find(|alias| alias.to_lowercase() == new.to_lowercase()) {
            return Err(Error::new(FORMAT, Reason::AliasTaken(taken)));
        }
        for (safe, bag) in self.bags_of(&old) {
            self.safes[safe].bags[bag].rename(new)?;
            self.safes[safe].changed = true;
        }
        Ok(())
    }

    /// Removes the entry `alias`: its key, its certificate, and those issuers that no other entry needs.
    ///
    /// # Errors
    /// [`Reason::UnknownAlias`].
    pub fn delete(&mut self, alias: &str) -> Result<(), Error> {
        let alias = self.find(alias)?;
        let summaries = self.entries();
        let needed: Vec<&Certificate> =
            summaries.iter().filter(|it| it.alias != alias).flat_map(|it| &it.chain).collect();
        let mut doomed = self.bags_of(&alias);
        let issuers: Vec<&Certificate> =
            summaries.iter().filter(|it| it.alias == alias).flat_map(|it| it.chain.iter().skip(1)).collect();
        for (safe, bag) in self.places() {
            let held = self.safes[safe].bags[bag].x509();
            if held.is_some_and(|it| issuers.contains(&&it) && !needed.contains(&&it)) && !doomed.contains(&(safe, bag))
            {
                doomed.push((safe, bag));
            }
        }
        doomed.sort_unstable();
        for (safe, bag) in doomed.into_iter().rev() {
            self.safes[safe].bags.remove(bag);
            self.safes[safe].changed = true;
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
            jobs.push(Box::new(move || safe.encode(scheme, password).map(SecretBytes::from)));
        }
        let mac_of_file = &mac;
        jobs.push(Box::new(move || Ok(mac_of_file.derive(password))));
        let mut done = workers.run(jobs).into_iter().collect::<Result<Vec<_>, _>>()?;
        let key = done.pop().unwrap_or_else(|| SecretBytes::zeroed(0));
        let safes: Vec<&[u8]> = done.iter().map(SecretBytes::expose).collect();
        seal(&wrap(FORMAT, Tag::Sequence, &safes)?, &mac, &key)
    }

    /// Every entry's bag with its alias: keys, other kinds, and certificates that belong to no key.
    fn named(&self) -> Vec<(String, &Bag)> {
        let chains: Vec<Certificate> = self
            .bags()
            .filter(|bag| bag.is_key())
            .filter_map(|bag| self.leaf_of(bag))
            .flat_map(|(_, leaf)| chain::order(&leaf, &self.certificates()))
            .collect();
        let has_unlinked_key = self.bags().any(|bag| bag.is_key() && self.leaf_of(bag).is_none());
        let mut unnamed = 0_u32;
        self.bags()
            .filter(|bag| {
                let in_a_chain = bag.x509().is_some_and(|held| chains.contains(&held) || has_unlinked_key);
                bag.is_key() || bag.is_trusted() || !in_a_chain
            })
            .map(|bag| {
                let alias = bag.friendly_name().unwrap_or_else(|| {
                    unnamed += 1;
                    unnamed.to_string()
                });
                (alias, bag)
            })
            .collect()
    }

    /// The alias as the file has it: exactly `alias`, or the only one that differs in the case of its letters.
    fn find(&self, alias: &str) -> Result<String, Error> {
        let known: Vec<String> = self.named().into_iter().map(|(name, _)| name).collect();
        if known.iter().any(|name| name == alias) {
            return Ok(alias.to_owned());
        }
        let alike: Vec<&String> = known.iter().filter(|name| name.to_lowercase() == alias.to_lowercase()).collect();
        match alike.as_slice() {
            [only] => Ok((*only).clone()),
            _ => Err(Error::new(FORMAT, Reason::UnknownAlias(alias.to_owned(), known))),
        }
    }

    /// Where the bags of the entry `alias` stand: its own, and for a key its certificate's.
    fn bags_of(&self, alias: &str) -> Vec<(usize, usize)> {
        let own = self.named().into_iter().find(|(name, _)| name == alias).map(|(_, bag)| bag);
        let Some(own) = own else { return Vec::new() };
        let leaf = self.leaf_of(own).map(|(bag, _)| bag);
        let is_wanted = |bag: &Bag| std::ptr::eq(bag, own) || leaf.is_some_and(|leaf| std::ptr::eq(bag, leaf));
        self.places().filter(|(safe, bag)| is_wanted(&self.safes[*safe].bags[*bag])).collect()
    }

    /// The certificate bag that belongs to a key's bag by localKeyId, or else by friendlyName.
    fn leaf_of(&self, key: &Bag) -> Option<(&Bag, Certificate)> {
        if !key.is_key() {
            return None;
        }
        let shares = |attribute: fn(&Bag) -> Option<Vec<u8>>| {
            let wanted = attribute(key)?;
            self.bags().find_map(|bag| Some((bag, bag.x509()?)).filter(|_| attribute(bag).as_ref() == Some(&wanted)))
        };
        shares(Bag::local_key_id).or_else(|| shares(|bag| bag.friendly_name().map(String::into_bytes)))
    }

    /// The chain of an opened key: by its bag's link, or else by the public key itself.
    fn chain_of(&self, bag: &Bag, key: &PrivateKey) -> Vec<Certificate> {
        let pool = self.certificates();
        let linked = self.leaf_of(bag).map(|(_, leaf)| leaf);
        let leaf = linked
            .or_else(|| pool.iter().find(|it| it.public_key().is_ok_and(|public| public == key.public_key())).cloned());
        leaf.map(|leaf| chain::order(&leaf, &pool)).unwrap_or_default()
    }

    fn bags(&self) -> impl Iterator<Item = &Bag> {
        self.safes.iter().flat_map(|safe| &safe.bags)
    }

    fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        self.safes.iter().enumerate().flat_map(|(index, safe)| (0..safe.bags.len()).map(move |bag| (index, bag)))
    }

    fn certificates(&self) -> Vec<Certificate> {
        self.bags().filter_map(Bag::x509).collect()
    }
}

impl Safe {
    fn decode(element: &Element<'_>, password: &Password, limits: &Limits) -> Result<Self, Error> {
        let raw = element.raw.to_vec();
        if let Some((scheme, ciphertext)) = encrypted_parts(element)? {
            let contents = scheme.decrypt(password, ciphertext)?;
            let bags = Bag::all(contents.expose(), limits.entries)?;
            return Ok(Self { raw, protection: Protection::Encrypted(scheme), bags, changed: false });
        }
        if content_type(element)? == oid::DATA {
            let bags = Bag::all(data_of(element)?, limits.entries)?;
            return Ok(Self { raw, protection: Protection::Plain, bags, changed: false });
        }
        Ok(Self { raw, protection: Protection::Kept, bags: Vec::new(), changed: false })
    }

    fn encode(&self, scheme: Option<Scheme>, password: &Password) -> Result<Vec<u8>, Error> {
        match scheme {
            Some(scheme) => encrypted_data(&scheme, &scheme.encrypt(password, &safe_contents(&self.bags)?)?),
            None if self.changed => data(&safe_contents(&self.bags)?),
            None => Ok(self.raw.clone()),
        }
    }
}

fn open_key(bag: &Bag, password: &Password) -> Result<PrivateKey, Error> {
    if bag.is_shrouded_key() {
        let (scheme, ciphertext) = pkcs8::encrypted_parts(&bag.value)?;
        pkcs8::decode(scheme.decrypt(password, ciphertext)?.expose())
    } else {
        pkcs8::decode(&bag.value)
    }
}

#[cfg(test)]
mod tests;
