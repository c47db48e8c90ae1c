//! What a PFX says before any password: how it is protected, and what of it lies open.

use der::Tag;

use super::FORMAT;
use super::bag::Bag;
use super::content_info::{EncryptedContent, content_type, data_of, encrypted_content};
use super::mac::Mac;
use crate::formats::der::{Element, Room};
use crate::formats::pkcs5::{Description, Tally};
use crate::formats::x509::Certificate;
use crate::formats::{Error, ber, oid, pkcs8};
use crate::limits::{Budget, Limits};
use crate::secret::SecretBytes;

/// What a PKCS#12 file says of itself before a password is known. Nothing of it has been checked against the MAC.
///
/// ```no_run
/// use certwright::{formats::pkcs12::Scan, limits::Limits};
///
/// # let octets = Vec::new();
/// let scan = Scan::of(&octets, &Limits::default())?;
/// match &scan.mac {
///     Some(mac) => println!("{mac}"), // PKCS#12 MAC, HMAC-SHA-256, 2_048 iterations
///     None => println!("anybody may have changed its content"),
/// }
/// # Ok::<(), certwright::formats::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Scan {
    /// How its integrity is protected: `PKCS#12 MAC` or `PBMAC1`; `None` for a file without MAC.
    pub mac: Option<Description>,
    /// Its safes in the order of the file.
    pub safes: Vec<ScannedSafe>,
    /// The iterations that all it states adds up to: MAC, safes, and the keys that lie outside encrypted safes. A scrypt
    /// derivation counts as its memory in KiB.
    pub iterations: u64,
    /// What a raised limit would be needed for, or what cannot be read, as [`check`](Self::check) tells it.
    refusal: Option<Error>,
    /// The same for the MAC and the safes alone.
    refusal_without_keys: Option<Error>,
}

/// One `ContentInfo` of the authenticated safe.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ScannedSafe {
    /// Readable without a password; keys in it may be protected by themselves.
    Plain(Vec<ScannedBag>),
    /// Encrypted as a whole.
    Encrypted(Description),
    /// Of a kind that is kept and not looked into, such as `envelopedData`.
    Kept(String),
}

/// A bag of a plain safe.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScannedBag {
    /// `keyBag`, `pkcs8ShroudedKeyBag`, `certBag`, `crlBag`, `secretBag`, `safeContentsBag`, or another's identifier.
    pub kind: String,
    /// Its friendlyName.
    pub friendly_name: Option<String>,
    /// Its localKeyId, as the DER of the attribute's value.
    pub local_key_id: Option<Vec<u8>>,
    /// The X.509 certificate in it, if it is one that can be read.
    pub certificate: Option<Certificate>,
    /// How the key in it is protected; `None` for other bags, and for a key in the clear.
    pub encryption: Option<Description>,
}

impl Scan {
    /// Reads what lies open, at most [`Limits::entries`] safes and bags of it. No work is done and no key looked at.
    ///
    /// # Errors
    /// [`Reason::Malformed`](crate::formats::Reason::Malformed) for what is no PFX,
    /// [`Reason::LimitExceeded`](crate::formats::Reason::LimitExceeded) for too many parts, and
    /// [`Reason::Unsupported`](crate::formats::Reason::Unsupported) for another version or a signed file; what is only
    /// protected by unknown means is described.
    pub fn of(octets: &[u8], limits: &Limits) -> Result<Self, Error> {
        let parts = Parts::of(octets, limits)?;
        let refusal = parts.charge(&mut Budget::new(limits), true).err();
        let refusal_without_keys = parts.charge(&mut Budget::new(limits), false).err();
        let safes: Vec<ScannedSafe> = parts
            .safes
            .iter()
            .map(|safe| match &safe.kind {
                PartKind::Encrypted(content) => ScannedSafe::Encrypted(content.scheme.describe()),
                PartKind::Plain(bags) => ScannedSafe::Plain(bags.iter().map(ScannedBag::of).collect()),
                PartKind::Kept(name) => ScannedSafe::Kept(name.clone()),
            })
            .collect();
        let mac = parts.mac.as_ref().map(|(mac, _)| mac.describe());
        let stated = mac.iter().chain(safes.iter().flat_map(ScannedSafe::protections)).map(Description::work);
        let iterations = stated.fold(0, u64::saturating_add);
        Ok(Self { mac, safes, iterations, refusal, refusal_without_keys })
    }

    /// What [`check`](Self::check) refuses, before anything is kept of the file: a file of many small bags takes more
    /// memory to describe than it has octets.
    ///
    /// # Errors
    /// As [`of`](Self::of) and [`check`](Self::check).
    pub fn afford(octets: &[u8], limits: &Limits, keys: bool) -> Result<(), Error> {
        Parts::of(octets, limits)?.charge(&mut Budget::new(limits), keys)
    }

    /// Refuses, before any password is asked for, what no password would open: an algorithm that is not read, or more
    /// work than the limits allow, in the MAC, the safes and, with `keys`, the keys that lie open.
    ///
    /// # Errors
    /// [`Reason::Unsupported`](crate::formats::Reason::Unsupported) with the algorithm's name, or
    /// [`Reason::LimitExceeded`](crate::formats::Reason::LimitExceeded).
    pub fn check(&self, keys: bool) -> Result<(), Error> {
        let refusal = if keys { &self.refusal } else { &self.refusal_without_keys };
        refusal.clone().map_or(Ok(()), Err)
    }

    /// Whether anything in it needs a password: a MAC, an encrypted safe or a protected key.
    #[must_use]
    pub fn needs_password(&self) -> bool {
        self.mac.is_some() || self.safes.iter().any(|safe| safe.protections().next().is_some())
    }
}

impl ScannedSafe {
    /// The encryption of the safe, or of the keys that lie open in it.
    pub fn protections(&self) -> impl Iterator<Item = &Description> {
        let (own, bags) = match self {
            Self::Plain(bags) => (None, bags.as_slice()),
            Self::Encrypted(own) => (Some(own), [].as_slice()),
            Self::Kept(_) => (None, [].as_slice()),
        };
        own.into_iter().chain(bags.iter().filter_map(|bag| bag.encryption.as_ref()))
    }
}

impl ScannedBag {
    fn of(bag: &Bag) -> Self {
        let parts = if bag.is_shrouded_key() { pkcs8::encrypted_parts(bag.value.expose()).ok() } else { None };
        Self {
            kind: bag.kind(),
            friendly_name: bag.friendly_name(),
            local_key_id: bag.local_key_id(),
            certificate: bag.x509().cloned(),
            encryption: parts.map(|(scheme, _)| scheme.describe()),
        }
    }
}

/// A PFX taken apart as far as it goes without a password.
pub(super) struct Parts {
    /// The octets that the MAC covers: the authenticated safe as it stands in the file, DER or not.
    pub(super) authenticated_safe: SecretBytes,
    /// The MAC and its expected value.
    pub(super) mac: Option<(Mac, Vec<u8>)>,
    pub(super) safes: Vec<Part>,
}

/// One `ContentInfo`.
pub(super) struct Part {
    /// Its octets, as DER.
    pub(super) raw: SecretBytes,
    pub(super) kind: PartKind,
}

pub(super) enum PartKind {
    Encrypted(EncryptedContent),
    Plain(Vec<Bag>),
    /// The name of a kind that is not looked into.
    Kept(String),
}

impl Parts {
    pub(super) fn of(octets: &[u8], limits: &Limits) -> Result<Self, Error> {
        let der = ber::to_der(FORMAT, octets)?;
        let parts = Element::only(FORMAT, der.expose())?.children(FORMAT, Tag::Sequence)?;
        let (version, content, mac_data) = match parts.as_slice() {
            [version, content] => (version, content, None),
            [version, content, mac_data] => (version, content, Some(mac_data)),
            _ => return Err(Error::malformed(FORMAT, "a PFX has two or three parts")),
        };
        if version.expect(FORMAT, Tag::Integer)? != [3] {
            return Err(Error::unsupported(FORMAT, "a PFX of another version than 3"));
        }
        let authenticated_safe = SecretBytes::concat(&[data_of(content)?]);
        let mac = mac_data.map(Mac::parse).transpose()?;
        let der = ber::to_der(FORMAT, authenticated_safe.expose())?;
        let room = Room { what: "safes", before: 0, limit: limits.entries };
        let elements = Element::only(FORMAT, der.expose())?.many(FORMAT, Tag::Sequence, &room)?;
        let mut bags = 0;
        let mut safes = Vec::with_capacity(elements.len());
        for element in &elements {
            let safe = Part::of(element, bags, limits.entries)?;
            if let PartKind::Plain(met) = &safe.kind {
                bags += met.len();
            }
            safes.push(safe);
        }
        Ok(Self { authenticated_safe, mac, safes })
    }

    /// How many bags lie open.
    pub(super) fn open_bags(&self) -> usize {
        self.safes.iter().map(|safe| if let PartKind::Plain(bags) = &safe.kind { bags.len() } else { 0 }).sum()
    }

    /// Charges the work of the MAC and the safes, and with `keys` that of the keys that lie open; refuses what is not
    /// read.
    pub(super) fn charge(&self, budget: &mut Budget, keys: bool) -> Result<(), Error> {
        let mut tally = Tally::default();
        if let Some((mac, _)) = &self.mac {
            tally.add(mac.charge(budget))?;
        }
        for safe in &self.safes {
            match &safe.kind {
                PartKind::Encrypted(content) => tally.add(content.scheme.charge(budget, "EncryptedData"))?,
                PartKind::Plain(bags) if keys => {
                    for bag in bags.iter().filter(|bag| bag.is_shrouded_key()) {
                        let (scheme, _) =
                            pkcs8::encrypted_parts(bag.value.expose()).map_err(|it| it.at(bag.place()))?;
                        tally.add(scheme.charge(budget, "EncryptedPrivateKeyInfo"))?;
                    }
                }
                PartKind::Plain(_) | PartKind::Kept(_) => {}
            }
        }
        tally.finish(budget)
    }
}

impl Part {
    /// `before` bags were met in other safes; with them there may be `limit`.
    fn of(element: &Element<'_>, before: usize, limit: usize) -> Result<Self, Error> {
        let kind = match content_type(element)? {
            oid::DATA => PartKind::Plain(Bag::all(data_of(element)?, before, limit)?),
            oid::ENCRYPTED_DATA => {
                let content = encrypted_content(element)?;
                let raw = content.to_der(element)?;
                return Ok(Self { raw, kind: PartKind::Encrypted(content) });
            }
            other => PartKind::Kept(oid::name(other)),
        };
        Ok(Self { raw: SecretBytes::concat(&[element.raw]), kind })
    }
}

#[cfg(test)]
mod tests;
