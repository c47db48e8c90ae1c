//! A new file from entries: every derivation is independent of the others, so all run side by side.

use std::collections::HashSet;

use der::Tag;
use rand_core::CryptoRng;

use super::bag::{Bag, safe_contents, wrap_secret};
use super::content_info::{data, encrypted_data, seal};
use super::mac::Mac;
use super::{FORMAT, Profile};
use crate::crypto::{DigestAlgorithm, PrivateKey};
use crate::formats::keystore::{Content, Entry};
use crate::formats::pkcs5::Scheme;
use crate::formats::x509::Certificate;
use crate::formats::{Error, Place, Reason, pkcs8};
use crate::secret::{Password, SecretBytes};
use crate::workers::{Job, Workers};

/// A file that was made, and how.
#[derive(Clone, Debug)]
pub struct Written {
    /// The file's octets.
    pub der: Vec<u8>,
    /// The iterations of each derivation in it.
    pub iterations: u32,
    /// Whether there are fewer than the password asks for, because the file has so many entries.
    pub lowered: bool,
}

/// A PFX of `entries` in their order, under `password`.
///
/// Each key and its certificate get the alias as friendlyName and the certificate's SHA-1 as localKeyId; issuers in a
/// chain are written once. `iterations` overrules what the [`Profile`] would choose.
///
/// # Errors
/// [`Reason::AliasTaken`] for two entries of one alias in any case of its letters; [`Reason::CannotHold`] for a key
/// without a certificate.
pub fn create(
    entries: &[Entry],
    profile: Profile,
    iterations: Option<u32>,
    password: &Password,
    rng: &mut dyn CryptoRng,
    workers: Workers,
) -> Result<Written, Error> {
    check_aliases(entries)?;
    let mut keys = Vec::new();
    for entry in entries {
        if let Content::PrivateKey { key, chain } = &entry.content {
            let leaf = chain.first().ok_or_else(|| no_certificate(&entry.alias))?;
            keys.push(NewKey { key, name: Some(&entry.alias), id: local_key_id(leaf) });
        }
    }
    write(&keys, &certificate_bags(entries)?, profile, iterations, password, rng, workers)
}

/// What a file holds that is written certificate by certificate, and not as entries with an alias each.
#[derive(Clone, Debug)]
pub struct Loose {
    /// The private key with its certificate, where there is one.
    pub key: Option<(PrivateKey, Certificate)>,
    /// The name of the key and its certificate; Java calls them `1` where there is none.
    pub name: Option<String>,
    /// Other certificates in their order, each with a name where it has one. Java takes none of them for an entry.
    pub others: Vec<(Certificate, Option<String>)>,
}

/// A PFX as OpenSSL writes it: names are written where they are given, and nothing is said of trust.
///
/// # Errors
/// Only for a part that is longer than DER can state, or when randomness fails.
pub fn create_loose(
    loose: &Loose,
    profile: Profile,
    iterations: Option<u32>,
    password: &Password,
    rng: &mut dyn CryptoRng,
    workers: Workers,
) -> Result<Written, Error> {
    let name = loose.name.as_deref();
    let mut keys = Vec::new();
    let mut bags = Vec::new();
    if let Some((key, leaf)) = &loose.key {
        let id = local_key_id(leaf);
        bags.push(Bag::certificate(leaf, name, Some(&id))?);
        keys.push(NewKey { key, name, id });
    }
    for (certificate, name) in &loose.others {
        bags.push(Bag::certificate(certificate, name.as_deref(), None)?);
    }
    write(&keys, &bags, profile, iterations, password, rng, workers)
}

/// A key that is to be written.
struct NewKey<'a> {
    key: &'a PrivateKey,
    name: Option<&'a str>,
    id: Vec<u8>,
}

fn write(
    keys: &[NewKey<'_>],
    certificates: &[Bag],
    profile: Profile,
    iterations: Option<u32>,
    password: &Password,
    rng: &mut dyn CryptoRng,
    workers: Workers,
) -> Result<Written, Error> {
    // One derivation a key, one for the certificates and one for the MAC.
    let (chosen, lowered) = profile.iterations(password.origin(), keys.len() + 2);
    let (iterations, lowered) = iterations.map_or((chosen, lowered), |asked| (asked, false));
    let mut scheme = || Scheme::new(profile.encryption(iterations), rng);

    let certificates_scheme = scheme();
    let mut jobs: Vec<Job<'_, Result<SecretBytes, Error>>> = Vec::with_capacity(keys.len() + 2);
    for NewKey { key, .. } in keys {
        let (scheme, key) = (scheme(), pkcs8::encode(key)?);
        jobs.push(Box::new(move || pkcs8::shroud(&key, &scheme, password).map(SecretBytes::from)));
    }
    let certificates = safe_contents(certificates)?;
    let certificates_scheme_of_job = certificates_scheme.clone();
    jobs.push(Box::new(move || {
        certificates_scheme_of_job.encrypt(password, certificates.expose()).map(SecretBytes::from)
    }));
    let mac = Mac::new(profile.mac_digest(), iterations, rng);
    let mac_of_job = mac.clone();
    jobs.push(Box::new(move || mac_of_job.derive(password)));

    let mut done = workers.run(jobs).into_iter().collect::<Result<Vec<_>, _>>()?.into_iter();
    let key_bags = keys
        .iter()
        .zip(done.by_ref())
        .map(|(NewKey { name, id, .. }, shrouded)| Bag::shrouded_key(shrouded.expose().to_vec(), *name, id))
        .collect::<Result<Vec<_>, _>>()?;
    let (Some(ciphertext), Some(mac_key)) = (done.next(), done.next()) else {
        return Err(Error::malformed(FORMAT, "a derivation gave no result"));
    };
    let certificates = encrypted_data(&certificates_scheme, ciphertext.expose())?;
    let keys = data(safe_contents(&key_bags)?.expose())?;
    let safes = wrap_secret(Tag::Sequence, &[&certificates, keys.expose()])?;
    let der = seal(safes.expose(), Some((&mac, &mac_key)))?;
    Ok(Written { der, iterations, lowered })
}

/// The certificates of all entries: each leaf with its key's alias, issuers once and bare.
fn certificate_bags(entries: &[Entry]) -> Result<Vec<Bag>, Error> {
    let mut bags = Vec::new();
    let mut written: HashSet<&[u8]> = HashSet::new();
    for entry in entries {
        match &entry.content {
            Content::PrivateKey { chain, .. } => {
                let leaf = chain.first().ok_or_else(|| no_certificate(&entry.alias))?;
                bags.push(Bag::certificate(leaf, Some(&entry.alias), Some(&local_key_id(leaf)))?);
                written.insert(leaf.der());
            }
            Content::TrustedCertificate(certificate) => bags.push(Bag::trusted_certificate(certificate, &entry.alias)?),
        }
    }
    for entry in entries {
        if let Content::PrivateKey { chain, .. } = &entry.content {
            for issuer in chain.iter().skip(1) {
                if written.insert(issuer.der()) {
                    bags.push(Bag::certificate(issuer, None, None)?);
                }
            }
        }
    }
    Ok(bags)
}

/// What links a key to its certificate: SHA-1 of the certificate, as OpenSSL has it.
fn local_key_id(leaf: &Certificate) -> Vec<u8> {
    leaf.fingerprint(DigestAlgorithm::Sha1).as_bytes().to_vec()
}

fn no_certificate(alias: &str) -> Error {
    let why = "a key is written only with its certificate".to_owned();
    Error::new(FORMAT, Reason::CannotHold(why)).at(Place::Entry(alias.to_owned()))
}

fn check_aliases(entries: &[Entry]) -> Result<(), Error> {
    let mut taken: HashSet<String> = HashSet::with_capacity(entries.len());
    for entry in entries {
        if !taken.insert(entry.alias.to_lowercase()) {
            return Err(Error::new(FORMAT, Reason::AliasTaken(entry.alias.clone())));
        }
    }
    Ok(())
}
