//! A further entry for a file: its key goes among the keys, its certificates among the certificates.

use std::collections::HashSet;

use der::Tag;
use rand_core::CryptoRng;

use super::links::Links;
use super::{FORMAT, Pfx, Protection, Safe};
use crate::formats::der::wrap;
use crate::formats::keystore::{Content, Entry};
use crate::formats::pkcs5::Scheme;
use crate::formats::pkcs12::bag::Bag;
use crate::formats::pkcs12::create::{local_key_id, no_certificate};
use crate::formats::x509::Certificate;
use crate::formats::{Error, Reason, pkcs8};
use crate::secret::{Password, SecretBytes};

impl Pfx {
    /// Adds `entry` under the file's `password`, in the algorithms of the file's [`profile`](Self::profile). Every bag that
    /// is there keeps its octets; an issuer that is there is not written again.
    ///
    /// # Errors
    /// [`Reason::AliasTaken`] when an entry has the alias, in any case of its letters; [`Reason::CannotHold`] for a key
    /// without a certificate.
    pub fn insert(&mut self, entry: &Entry, password: &Password, rng: &mut dyn CryptoRng) -> Result<(), Error> {
        let Links { bags, entries, .. } = Links::of(&self.safes);
        let folded = entry.alias.to_lowercase();
        if let Some(taken) = entries.iter().find(|it| it.alias.to_lowercase() == folded) {
            return Err(Error::new(FORMAT, Reason::AliasTaken(taken.alias.clone())));
        }
        let mut certificates = Vec::new();
        match &entry.content {
            Content::PrivateKey { key, chain } => {
                let leaf = chain.first().ok_or_else(|| no_certificate(&entry.alias))?;
                let ids = bags.iter().filter_map(|(_, bag)| bag.local_key_id()).collect();
                let id = unused_id(leaf, &ids)?;
                certificates.push(Bag::certificate(leaf, Some(&entry.alias), Some(&id))?);
                let mut held: HashSet<&[u8]> =
                    bags.iter().filter_map(|(_, bag)| bag.x509()).chain([leaf]).map(Certificate::der).collect();
                for issuer in chain.iter().skip(1) {
                    if held.insert(issuer.der()) {
                        certificates.push(Bag::certificate(issuer, None, None)?);
                    }
                }
                let (scheme, form) = (self.scheme(password, rng), self.form(password));
                let shrouded = pkcs8::shroud(&pkcs8::encode(key)?, &scheme, form.as_ref().unwrap_or(password))?;
                self.plain_safe().bags.push(Bag::shrouded_key(shrouded, Some(&entry.alias), &id)?);
            }
            Content::TrustedCertificate(certificate) => {
                certificates.push(Bag::trusted_certificate(certificate, &entry.alias)?);
            }
        }
        let scheme = self.scheme(password, rng);
        self.encrypted_safe(scheme).bags.extend(certificates);
        Ok(())
    }

    /// How something new is encrypted in this file.
    fn scheme(&self, password: &Password, rng: &mut dyn CryptoRng) -> Scheme {
        let keys = self.safes.iter().flat_map(|safe| &safe.bags).filter(|bag| bag.is_shrouded_key()).count();
        let profile = self.profile();
        // One derivation a key, of which one is new, one for each safe and one for the MAC.
        let (iterations, _) = profile.iterations(password.origin(), keys + self.safes.len() + 2);
        Scheme::new(profile.encryption(iterations), rng)
    }

    /// The safe for a key that is encrypted by itself.
    fn plain_safe(&mut self) -> &mut Safe {
        self.safe(|safe| matches!(safe.protection, Protection::Plain), Protection::Plain)
    }

    /// The safe for certificates, encrypted with `scheme` if there is none yet.
    fn encrypted_safe(&mut self, scheme: Scheme) -> &mut Safe {
        self.safe(|safe| matches!(safe.protection, Protection::Encrypted(..)), Protection::Encrypted(scheme, None))
    }

    /// The safe that `is_meant`, or a new one; it counts as changed.
    fn safe(&mut self, is_meant: impl Fn(&Safe) -> bool, protection: Protection) -> &mut Safe {
        let index = self.safes.iter().position(is_meant).unwrap_or(self.safes.len());
        if index == self.safes.len() {
            self.safes.push(Safe { raw: SecretBytes::zeroed(0), protection, bags: Vec::new(), changed: true });
        }
        let safe = &mut self.safes[index];
        safe.changed = true;
        safe
    }
}

/// What links a key to `leaf` and to nothing else: another entry may have the same certificate.
fn unused_id(leaf: &Certificate, taken: &HashSet<Vec<u8>>) -> Result<Vec<u8>, Error> {
    let mut id = local_key_id(leaf);
    while taken.contains(&wrap(FORMAT, Tag::OctetString, &[&id])?) {
        id.push(0);
    }
    Ok(id)
}
