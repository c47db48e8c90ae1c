//! A file under another password: every safe and key encrypted anew, and the content of every bag as it was.

use der::Tag;
use rand_core::CryptoRng;

use super::{Links, Pfx, Protection, Safe};
use crate::formats::der::Element;
use crate::formats::pkcs5::Scheme;
use crate::formats::pkcs12::bag::wrap_secret;
use crate::formats::pkcs12::content_info::seal;
use crate::formats::pkcs12::mac::Mac;
use crate::formats::pkcs12::{FORMAT, Profile};
use crate::formats::{Error, Place, Reason, pkcs8};
use crate::secret::{Password, SecretBytes};
use crate::workers::{Job, Workers};

/// A file that was given another password.
#[derive(Clone, Debug)]
pub struct Rewritten {
    /// The file's octets.
    pub der: Vec<u8>,
    /// How it is protected now.
    pub profile: Profile,
    /// The iterations of each derivation in it.
    pub iterations: u32,
    /// Whether there are fewer than the password asks for, because the file has so many entries.
    pub lowered: bool,
    /// The entries of kinds that are not known here: what is encrypted inside them keeps the old password.
    pub kept: Vec<String>,
}

impl Pfx {
    /// How the file is protected: [`Profile::Modern`] where all that is encrypted is so by PBES2.
    #[must_use]
    pub fn profile(&self) -> Profile {
        let of_safes = self.safes.iter().filter_map(|safe| match &safe.protection {
            Protection::Encrypted(scheme, _) => Some(scheme.is_pbes2()),
            _ => None,
        });
        let bags = self.safes.iter().flat_map(|safe| &safe.bags).filter(|bag| bag.is_shrouded_key());
        let of_keys = bags.map(|bag| pkcs8::encrypted_parts(bag.value.expose()).is_ok_and(|(it, _)| it.is_pbes2()));
        if of_safes.chain(of_keys).all(|is_pbes2| is_pbes2) { Profile::Modern } else { Profile::Legacy }
    }

    /// The file under `new` instead of `old`, as strongly as `profile` says; without one, as it is protected now.
    ///
    /// Keys are decrypted and encrypted, not understood, so that those of kinds that are not known here are kept as well.
    /// What is not encrypted stays so. `iterations` overrules what the profile would choose.
    ///
    /// # Errors
    /// [`Reason::IntegrityMismatch`] for a key that `old` does not open, and [`Reason::LimitExceeded`] before any work.
    pub fn change_password(
        &self,
        (old, new): (&Password, &Password),
        profile: Option<Profile>,
        iterations: Option<u32>,
        rng: &mut dyn CryptoRng,
        workers: Workers,
    ) -> Result<Rewritten, Error> {
        let profile = profile.unwrap_or_else(|| self.profile());
        let form = self.form(old);
        let old = form.as_ref().unwrap_or(old);
        let mut file = self.clone();
        let mut budget = self.budget.clone();
        let names = names_of_keys(self);
        let mut keys = Vec::new();
        for (safe, it) in file.safes.iter().enumerate() {
            for (bag, it) in it.bags.iter().enumerate().filter(|(_, bag)| bag.is_shrouded_key()) {
                let (scheme, _) = pkcs8::encrypted_parts(it.value.expose())?;
                scheme.charge(&mut budget, "EncryptedPrivateKeyInfo")?;
                keys.push((safe, bag));
            }
        }
        let encrypted = file.safes.iter().filter(|safe| matches!(safe.protection, Protection::Encrypted(..))).count();
        let (chosen, lowered) = profile.iterations(new.origin(), keys.len() + encrypted + 1);
        let (iterations, lowered) = iterations.map_or((chosen, lowered), |asked| (asked, false));

        let mut jobs: Vec<Job<'_, Result<SecretBytes, Error>>> = Vec::with_capacity(keys.len());
        for ((safe, bag), name) in keys.iter().zip(&names) {
            let scheme = Scheme::new(profile.encryption(iterations), rng);
            let value = &self.safes[*safe].bags[*bag].value;
            jobs.push(Box::new(move || {
                let plain = decrypted(value, old).map_err(|fault| fault.at(Place::Entry(name.clone())))?;
                pkcs8::shroud(&plain, &scheme, new).map(SecretBytes::from)
            }));
        }
        for ((safe, bag), value) in keys.iter().zip(workers.run(jobs)) {
            file.safes[*safe].bags[*bag].set_value(value?)?;
            file.safes[*safe].changed = true;
        }

        let mac = Mac::new(profile.mac_digest(), iterations, rng);
        let mut jobs: Vec<Job<'_, Result<SecretBytes, Error>>> = Vec::with_capacity(file.safes.len() + 1);
        for safe in &file.safes {
            let sealing = match &safe.protection {
                Protection::Encrypted(..) => Some((Scheme::new(profile.encryption(iterations), rng), None)),
                Protection::Kept | Protection::Plain => None,
            };
            jobs.push(Box::new(move || Safe::encode(safe, sealing, new)));
        }
        let mac_of_file = &mac;
        jobs.push(Box::new(move || mac_of_file.derive(new)));
        let mut done = workers.run(jobs).into_iter().collect::<Result<Vec<_>, _>>()?;
        let key = done.pop().ok_or_else(|| Error::malformed(FORMAT, "a derivation gave no result"))?;
        let safes: Vec<&[u8]> = done.iter().map(SecretBytes::expose).collect();
        let der = seal(wrap_secret(Tag::Sequence, &safes)?.expose(), Some((&mac, &key)))?;
        Ok(Rewritten { der, profile, iterations, lowered, kept: kept(self) })
    }

    /// Whether `other`, whose password is `new`, holds what this file holds, whose password is `old`: every safe and bag in
    /// its order, with its attributes; keys are compared decrypted.
    ///
    /// # Errors
    /// [`Reason::IntegrityMismatch`] for a key that its password does not open, and [`Reason::LimitExceeded`] before any
    /// work.
    pub fn holds_same(
        &self,
        old: &Password,
        (other, new): (&Self, &Password),
        workers: Workers,
    ) -> Result<bool, Error> {
        let is_shaped_alike = |(one, two): (&Safe, &Safe)| match (&one.protection, &two.protection) {
            (Protection::Kept, Protection::Kept) => one.raw == two.raw,
            (Protection::Encrypted(..), Protection::Encrypted(..)) | (Protection::Plain, Protection::Plain) => {
                one.bags.len() == two.bags.len()
                    && one.bags.iter().zip(&two.bags).all(|(one, two)| {
                        one.is_labelled_like(two) && (one.is_shrouded_key() || one.value == two.value)
                    })
            }
            _ => false,
        };
        if self.safes.len() != other.safes.len() || !self.safes.iter().zip(&other.safes).all(is_shaped_alike) {
            return Ok(false);
        }
        let (old_form, new_form) = (self.form(old), other.form(new));
        let mut jobs: Vec<Job<'_, Result<SecretBytes, Error>>> = Vec::new();
        for (file, password) in [(self, old_form.as_ref().unwrap_or(old)), (other, new_form.as_ref().unwrap_or(new))] {
            let mut budget = file.budget.clone();
            for bag in file.safes.iter().flat_map(|safe| &safe.bags).filter(|bag| bag.is_shrouded_key()) {
                let (scheme, _) = pkcs8::encrypted_parts(bag.value.expose())?;
                scheme.charge(&mut budget, "EncryptedPrivateKeyInfo")?;
                jobs.push(Box::new(move || decrypted(&bag.value, password)));
            }
        }
        let keys = workers.run(jobs).into_iter().collect::<Result<Vec<_>, _>>()?;
        let (ours, theirs) = keys.split_at(keys.len() / 2);
        Ok(ours == theirs)
    }
}

/// The `PrivateKeyInfo` in a shrouded bag, of whatever kind the key is.
fn decrypted(value: &SecretBytes, password: &Password) -> Result<SecretBytes, Error> {
    let (scheme, ciphertext) = pkcs8::encrypted_parts(value.expose())?;
    let plain = scheme.decrypt(password, ciphertext)?;
    // Padding fits a wrong password once in 256 times; what comes out is then no PrivateKeyInfo.
    let parts = Element::only(FORMAT, plain.expose()).and_then(|outer| outer.children(FORMAT, Tag::Sequence));
    let tags: Vec<Tag> = parts.iter().flatten().take(3).map(|part| part.tag).collect();
    if tags == [Tag::Integer, Tag::Sequence, Tag::OctetString] {
        return Ok(plain);
    }
    Err(Error::new(FORMAT, Reason::IntegrityMismatch("the decrypted key".to_owned())))
}

/// The aliases of the protected keys, in the order of their bags.
fn names_of_keys(pfx: &Pfx) -> Vec<String> {
    let Links { entries, bags, .. } = Links::of(&pfx.safes);
    entries.into_iter().filter(|it| bags[it.bag].1.is_shrouded_key()).map(|it| it.alias).collect()
}

/// The aliases of the entries that are neither key nor certificate.
fn kept(pfx: &Pfx) -> Vec<String> {
    let Links { entries, bags, .. } = Links::of(&pfx.safes);
    entries.into_iter().filter(|it| bags[it.bag].1.is_other()).map(|it| it.alias).collect()
}
