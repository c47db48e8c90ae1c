//! `SafeBag`, RFC 7292 section 4.2: one key, certificate or other thing with its attributes, octet for octet.

use der::asn1::ObjectIdentifier;
use der::{Encode, Tag, TagNumber};

use super::FORMAT;
use crate::formats::der::{Element, elements, malformed, wrap};
use crate::formats::x509::Certificate;
use crate::formats::{Error, oid};

/// The tag of a bag's value: `[0] EXPLICIT`.
const VALUE: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };

/// A bag and the octets it was read from or will be written as.
#[derive(Clone, Debug)]
pub(super) struct Bag {
    pub(super) raw: Vec<u8>,
    id: ObjectIdentifier,
    /// The element inside the `[0]`.
    pub(super) value: Vec<u8>,
    attributes: Vec<Attribute>,
}

/// One attribute: its identifier and its octets, which are kept when they are not understood.
#[derive(Clone, Debug)]
struct Attribute {
    id: ObjectIdentifier,
    raw: Vec<u8>,
}

impl Bag {
    /// All bags of a DER `SafeContents`.
    pub(super) fn all(safe_contents: &[u8], limit: usize) -> Result<Vec<Self>, Error> {
        let bags = Element::only(FORMAT, safe_contents)?.children(FORMAT, Tag::Sequence)?;
        if bags.len() > limit {
            let (asked, limit) = (bags.len() as u64, limit as u64);
            return Err(Error::new(FORMAT, crate::formats::Reason::LimitExceeded { what: "bags", asked, limit }));
        }
        bags.iter().map(Self::parse).collect()
    }

    fn parse(element: &Element<'_>) -> Result<Self, Error> {
        let parts = element.children(FORMAT, Tag::Sequence)?;
        let (id, value, attributes) = match parts.as_slice() {
            [id, value] => (id, value, Vec::new()),
            [id, value, attributes] => (id, value, attributes.children(FORMAT, Tag::Set)?),
            _ => return Err(Error::malformed(FORMAT, "a bag has two or three parts")),
        };
        let attributes = attributes
            .iter()
            .map(|attribute| {
                let parts = attribute.children(FORMAT, Tag::Sequence)?;
                let id = parts.first().ok_or_else(|| Error::malformed(FORMAT, "an attribute is empty"))?.oid(FORMAT)?;
                Ok(Attribute { id, raw: attribute.raw.to_vec() })
            })
            .collect::<Result<_, Error>>()?;
        let value = value.expect(FORMAT, VALUE)?.to_vec();
        Ok(Self { raw: element.raw.to_vec(), id: id.oid(FORMAT)?, value, attributes })
    }

    /// A protected private key: `pkcs8ShroudedKeyBag`.
    pub(super) fn shrouded_key(encrypted: Vec<u8>, alias: &str, local_key_id: &[u8]) -> Result<Self, Error> {
        let attributes = vec![Attribute::friendly_name(alias)?, Attribute::local_key_id(local_key_id)?];
        Self::build(oid::SHROUDED_KEY_BAG, encrypted, attributes)
    }

    /// A certificate with its key's alias and identifier, or none of both for an issuer in a chain.
    pub(super) fn certificate(certificate: &Certificate, link: Option<(&str, &[u8])>) -> Result<Self, Error> {
        let attributes = match link {
            Some((alias, key)) => vec![Attribute::friendly_name(alias)?, Attribute::local_key_id(key)?],
            None => Vec::new(),
        };
        Self::build(oid::CERT_BAG, Self::certificate_value(certificate)?, attributes)
    }

    /// A certificate that Java shows as a trustedCertEntry.
    pub(super) fn trusted_certificate(certificate: &Certificate, alias: &str) -> Result<Self, Error> {
        let usage = oid::ANY_EXTENDED_KEY_USAGE.to_der().map_err(|fault| malformed(FORMAT, &fault))?;
        let attributes = vec![Attribute::friendly_name(alias)?, Attribute::build(oid::JAVA_TRUSTED_KEY_USAGE, &usage)?];
        Self::build(oid::CERT_BAG, Self::certificate_value(certificate)?, attributes)
    }

    fn certificate_value(certificate: &Certificate) -> Result<Vec<u8>, Error> {
        let id = oid::X509_CERTIFICATE.to_der().map_err(|fault| malformed(FORMAT, &fault))?;
        let octets = wrap(FORMAT, Tag::OctetString, &[certificate.der()])?;
        wrap(FORMAT, Tag::Sequence, &[&id, &wrap(FORMAT, VALUE, &[&octets])?])
    }

    fn build(id: ObjectIdentifier, value: Vec<u8>, attributes: Vec<Attribute>) -> Result<Self, Error> {
        let mut bag = Self { raw: Vec::new(), id, value, attributes };
        bag.write()?;
        Ok(bag)
    }

    /// Whether it holds a private key, protected or not.
    pub(super) fn is_key(&self) -> bool {
        self.is_shrouded_key() || self.id == oid::KEY_BAG
    }

    /// Whether it holds a protected private key.
    pub(super) fn is_shrouded_key(&self) -> bool {
        self.id == oid::SHROUDED_KEY_BAG
    }

    /// Whether it is neither key nor certificate.
    pub(super) fn is_other(&self) -> bool {
        !self.is_key() && self.id != oid::CERT_BAG
    }

    /// Whether Java trusts the certificate in it by itself.
    pub(super) fn is_trusted(&self) -> bool {
        self.attribute(oid::JAVA_TRUSTED_KEY_USAGE).is_some()
    }

    /// The X.509 certificate in it, if it is a certificate bag and holds one that can be read.
    pub(super) fn x509(&self) -> Option<Certificate> {
        if self.id != oid::CERT_BAG {
            return None;
        }
        let parts = Element::only(FORMAT, &self.value).ok()?.children(FORMAT, Tag::Sequence).ok()?;
        let [id, value] = parts.as_slice() else { return None };
        let octets = Element::only(FORMAT, value.expect(FORMAT, VALUE).ok()?).ok()?;
        let is_x509 = id.oid(FORMAT).ok()? == oid::X509_CERTIFICATE;
        is_x509.then(|| Certificate::from_der(octets.expect(FORMAT, Tag::OctetString).ok()?).ok()).flatten()
    }

    /// The friendlyName, RFC 2985 section 5.5.1: a BMPString, in which unpaired surrogates are shown as U+FFFD.
    pub(super) fn friendly_name(&self) -> Option<String> {
        let value = self.attribute(oid::FRIENDLY_NAME)?;
        let octets = Element::only(FORMAT, &value).ok()?.expect(FORMAT, Tag::BmpString).ok()?.to_vec();
        let units: Vec<u16> = octets.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        octets.len().is_multiple_of(2).then(|| String::from_utf16_lossy(&units))
    }

    /// The localKeyId, RFC 2985 section 5.5.2, which a key shares with its certificate.
    pub(super) fn local_key_id(&self) -> Option<Vec<u8>> {
        self.attribute(oid::LOCAL_KEY_ID)
    }

    /// Gives the bag another friendlyName; every other attribute and the value stay as they are.
    pub(super) fn rename(&mut self, alias: &str) -> Result<(), Error> {
        let name = Attribute::friendly_name(alias)?;
        match self.attributes.iter_mut().find(|attribute| attribute.id == oid::FRIENDLY_NAME) {
            Some(attribute) => *attribute = name,
            None => self.attributes.push(name),
        }
        self.write()
    }

    /// The one value of the attribute `id`, as DER.
    fn attribute(&self, id: ObjectIdentifier) -> Option<Vec<u8>> {
        let attribute = self.attributes.iter().find(|attribute| attribute.id == id)?;
        let parts = Element::only(FORMAT, &attribute.raw).ok()?.children(FORMAT, Tag::Sequence).ok()?;
        let values = parts.get(1)?.children(FORMAT, Tag::Set).ok()?;
        values.first().map(|value| value.raw.to_vec())
    }

    fn write(&mut self) -> Result<(), Error> {
        let id = self.id.to_der().map_err(|fault| malformed(FORMAT, &fault))?;
        let value = wrap(FORMAT, VALUE, &[&self.value])?;
        // DER asks for a SET OF in ascending order of its octets, X.690 section 11.6.
        let mut attributes: Vec<&[u8]> = self.attributes.iter().map(|attribute| attribute.raw.as_slice()).collect();
        attributes.sort_unstable();
        self.raw = if attributes.is_empty() {
            wrap(FORMAT, Tag::Sequence, &[&id, &value])?
        } else {
            wrap(FORMAT, Tag::Sequence, &[&id, &value, &wrap(FORMAT, Tag::Set, &attributes)?])?
        };
        Ok(())
    }
}

impl Attribute {
    fn friendly_name(alias: &str) -> Result<Self, Error> {
        let octets: Vec<u8> = alias.encode_utf16().flat_map(u16::to_be_bytes).collect();
        Self::build(oid::FRIENDLY_NAME, &wrap(FORMAT, Tag::BmpString, &[&octets])?)
    }

    fn local_key_id(id: &[u8]) -> Result<Self, Error> {
        Self::build(oid::LOCAL_KEY_ID, &wrap(FORMAT, Tag::OctetString, &[id])?)
    }

    fn build(id: ObjectIdentifier, value: &[u8]) -> Result<Self, Error> {
        let oid = id.to_der().map_err(|fault| malformed(FORMAT, &fault))?;
        let raw = wrap(FORMAT, Tag::Sequence, &[&oid, &wrap(FORMAT, Tag::Set, &[value])?])?;
        Ok(Self { id, raw })
    }
}

/// The DER `SafeContents` of `bags`.
pub(super) fn safe_contents(bags: &[Bag]) -> Result<Vec<u8>, Error> {
    let bags: Vec<&[u8]> = bags.iter().map(|bag| bag.raw.as_slice()).collect();
    wrap(FORMAT, Tag::Sequence, &bags)
}

/// The elements of a DER SEQUENCE OF, for the authenticated safe.
pub(super) fn sequence(octets: &[u8]) -> Result<Vec<Element<'_>>, Error> {
    let outer = Element::only(FORMAT, octets)?;
    elements(FORMAT, outer.expect(FORMAT, Tag::Sequence)?)
}
