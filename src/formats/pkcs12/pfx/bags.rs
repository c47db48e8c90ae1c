//! A PFX bag by bag, with all attributes, for those who show a file as it is and not as a keystore.

use der::{Tag, TagNumber};

use super::open::open_info;
use super::{FORMAT, Pfx, Protection};
use crate::formats::Error;
use crate::formats::der::{Element, elements};
use crate::formats::pkcs5::{Description, Tally};
use crate::formats::pkcs8::{self, Reading};
use crate::formats::pkcs12::bag::Bag;
use crate::formats::x509::Certificate;
use crate::secret::Password;
use crate::workers::{Job, Workers};

/// One safe of an opened file.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenSafe {
    /// It was encrypted as a whole, as the description says.
    Encrypted(Box<Description>, Vec<OpenBag>),
    /// Of a kind that is not looked into.
    Kept,
    /// It was not encrypted; keys in it may be by themselves.
    Plain(Vec<OpenBag>),
}

/// One bag of an opened file.
#[derive(Debug)]
pub struct OpenBag {
    /// Its attributes in the order of the file; `None` where it has no set of attributes at all.
    pub attributes: Option<Vec<StatedAttribute>>,
    /// What it holds.
    pub content: BagContent,
}

/// What a bag holds.
#[derive(Debug)]
#[non_exhaustive]
pub enum BagContent {
    /// A certificate; `None` for one that is not X.509 or cannot be read.
    Certificate(Option<Certificate>),
    /// A private key.
    Key {
        /// How it was encrypted by itself.
        encryption: Option<Box<Description>>,
        /// The attributes beside the key, RFC 5958 section 2; `None` without them, and for a key that was not opened.
        attributes: Option<Vec<StatedAttribute>>,
        /// The key; `None` where keys were not asked for.
        key: Option<Box<Reading>>,
    },
    /// Another kind, by its name.
    Other(String),
}

/// An attribute as it stands in a file. Nothing of it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedAttribute {
    /// Its object identifier, dotted.
    pub oid: String,
    /// Its values.
    pub values: Vec<AttributeValue>,
}

/// A value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttributeValue {
    /// The octets of an OCTET STRING or BIT STRING.
    Octets(Vec<u8>),
    /// Anything else, by the number of its tag.
    Other(u8),
    /// A BMPString or UTF8String.
    Text(String),
}

impl Pfx {
    /// All safes and bags in the order of the file; with `keys`, every key opened.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_bags(&self, password: &Password, keys: bool, workers: Workers) -> Result<Vec<OpenSafe>, Error> {
        let form = self.form(password);
        let password = form.as_ref().unwrap_or(password);
        let is_opened = |bag: &&Bag| keys && bag.is_key();
        let all = || self.safes.iter().flat_map(|safe| &safe.bags).filter(is_opened);
        let (mut budget, mut tally) = (self.budget.clone(), Tally::default());
        for bag in all().filter(|bag| bag.is_shrouded_key()) {
            let (scheme, _) = pkcs8::encrypted_parts(bag.value.expose()).map_err(|fault| fault.at(bag.place()))?;
            tally.add(scheme.charge(&mut budget, "EncryptedPrivateKeyInfo"))?;
        }
        tally.finish(&budget)?;
        let jobs = all().map(|bag| {
            let open = move || {
                let (info, key) = open_info(bag, password, self.mac.is_some(), self.opened_before(bag, password))?;
                Ok((key, key_attributes(info.expose())?))
            };
            let open = move || open().map_err(|fault: Error| fault.at(bag.place()));
            Box::new(open) as Job<'_, _>
        });
        let mut opened = workers.run(jobs.collect()).into_iter();
        let mut safes = Vec::with_capacity(self.safes.len());
        for safe in &self.safes {
            let bags = safe.bags.iter().map(|bag| {
                let key = if is_opened(&bag) { opened.next().transpose()? } else { None };
                OpenBag::of(bag, key)
            });
            let bags = bags.collect::<Result<Vec<_>, Error>>()?;
            safes.push(match &safe.protection {
                Protection::Encrypted(scheme, _) => OpenSafe::Encrypted(Box::new(scheme.describe()), bags),
                Protection::Kept => OpenSafe::Kept,
                Protection::Plain => OpenSafe::Plain(bags),
            });
        }
        Ok(safes)
    }
}

impl OpenBag {
    fn of(bag: &Bag, key: Option<(Reading, Option<Vec<StatedAttribute>>)>) -> Result<Self, Error> {
        let content = if bag.is_key() {
            let parts = if bag.is_shrouded_key() { pkcs8::encrypted_parts(bag.value.expose()).ok() } else { None };
            let (key, attributes) = key.map_or((None, None), |(key, attributes)| (Some(Box::new(key)), attributes));
            BagContent::Key { encryption: parts.map(|(scheme, _)| Box::new(scheme.describe())), attributes, key }
        } else if bag.is_other() {
            BagContent::Other(bag.kind())
        } else {
            BagContent::Certificate(bag.x509().cloned())
        };
        Ok(Self { attributes: bag.stated_attributes()?, content })
    }
}

impl StatedAttribute {
    /// Reads an `Attribute`: its type and the set of its values.
    pub(in crate::formats::pkcs12) fn parse(element: &Element<'_>) -> Result<Self, Error> {
        let parts = element.children(FORMAT, Tag::Sequence)?;
        let [id, values] = parts.as_slice() else {
            return Err(Error::malformed(FORMAT, "an attribute has a type and values"));
        };
        let values = values.children(FORMAT, Tag::Set)?;
        Ok(Self { oid: id.oid(FORMAT)?.to_string(), values: values.iter().map(AttributeValue::of).collect() })
    }
}

impl AttributeValue {
    fn of(element: &Element<'_>) -> Self {
        match element.tag {
            Tag::BitString => Self::Octets(element.value.get(1..).unwrap_or_default().to_vec()),
            Tag::BmpString => {
                let units = element.value.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                Self::Text(String::from_utf16_lossy(&units.collect::<Vec<u16>>()))
            }
            Tag::OctetString => Self::Octets(element.value.to_vec()),
            Tag::Utf8String => Self::Text(String::from_utf8_lossy(element.value).into_owned()),
            other => Self::Other(u8::try_from(other.number().value()).unwrap_or(u8::MAX)),
        }
    }
}

/// The attributes beside the key in a `PrivateKeyInfo`, its `[0]`.
pub(super) fn key_attributes(info: &[u8]) -> Result<Option<Vec<StatedAttribute>>, Error> {
    const ATTRIBUTES: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
    let parts = Element::only(FORMAT, info)?.children(FORMAT, Tag::Sequence)?;
    let Some(attributes) = parts.iter().find(|part| part.tag == ATTRIBUTES) else { return Ok(None) };
    let attributes = elements(FORMAT, attributes.value)?;
    attributes.iter().map(StatedAttribute::parse).collect::<Result<Vec<_>, _>>().map(Some)
}
