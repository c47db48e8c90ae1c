//! `SafeBag`, RFC 7292 section 4.2: one key, certificate or other thing with its attributes, octet for octet.

use std::fmt;

use der::asn1::ObjectIdentifier;
use der::{Encode, Header, Length, Tag, TagNumber};

use super::{FORMAT, StatedAttribute};
use crate::formats::der::{Element, Room, malformed, wrap};
use crate::formats::x509::Certificate;
use crate::formats::{Error, Place, ber, oid};
use crate::secret::SecretBytes;

/// The tag of a bag's value: `[0] EXPLICIT`.
const VALUE: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };

/// A bag and the octets it was read from or will be written as, which are a private key's in the clear for a keyBag.
#[derive(Clone)]
pub(super) struct Bag {
    pub(super) raw: SecretBytes,
    id: ObjectIdentifier,
    /// The element inside the `[0]`.
    pub(super) value: SecretBytes,
    attributes: Vec<Attribute>,
    /// The X.509 certificate in it, read once.
    certificate: Option<Certificate>,
}

/// One attribute: its identifier and its octets, which are kept when they are not understood.
#[derive(Clone)]
struct Attribute {
    id: ObjectIdentifier,
    raw: Vec<u8>,
}

impl Bag {
    /// All bags of a `SafeContents`, BER or DER, of which at most `limit` are in the whole file; `before` were met already.
    pub(super) fn all(safe_contents: &[u8], before: usize, limit: usize) -> Result<Vec<Self>, Error> {
        let der = ber::to_der(FORMAT, safe_contents)?;
        let room = Room { what: "bags", before, limit };
        let bags = Element::only(FORMAT, der.expose())?.many(FORMAT, Tag::Sequence, &room)?;
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
        let (id, value) = (id.oid(FORMAT)?, SecretBytes::concat(&[value.expect(FORMAT, VALUE)?]));
        let certificate = if id == oid::CERT_BAG { x509(value.expose()) } else { None };
        Ok(Self { raw: SecretBytes::concat(&[element.raw]), id, value, attributes, certificate })
    }

    /// A protected private key: `pkcs8ShroudedKeyBag`.
    pub(super) fn shrouded_key(encrypted: Vec<u8>, name: Option<&str>, local_key_id: &[u8]) -> Result<Self, Error> {
        Self::build(oid::SHROUDED_KEY_BAG, encrypted, Self::labels(name, Some(local_key_id))?, None)
    }

    /// A certificate with its name and the identifier of its key, as far as it has them.
    pub(super) fn certificate(
        certificate: &Certificate,
        name: Option<&str>,
        local_key_id: Option<&[u8]>,
    ) -> Result<Self, Error> {
        let attributes = Self::labels(name, local_key_id)?;
        Self::build(oid::CERT_BAG, Self::certificate_value(certificate)?, attributes, Some(certificate.clone()))
    }

    fn labels(name: Option<&str>, local_key_id: Option<&[u8]>) -> Result<Vec<Attribute>, Error> {
        let name = name.map(Attribute::friendly_name).transpose()?;
        let id = local_key_id.map(Attribute::local_key_id).transpose()?;
        Ok(name.into_iter().chain(id).collect())
    }

    /// A certificate that Java shows as a trustedCertEntry.
    pub(super) fn trusted_certificate(certificate: &Certificate, alias: &str) -> Result<Self, Error> {
        let usage = oid::ANY_EXTENDED_KEY_USAGE.to_der().map_err(|fault| malformed(FORMAT, &fault))?;
        let attributes = vec![Attribute::friendly_name(alias)?, Attribute::build(oid::JAVA_TRUSTED_KEY_USAGE, &usage)?];
        Self::build(oid::CERT_BAG, Self::certificate_value(certificate)?, attributes, Some(certificate.clone()))
    }

    fn certificate_value(certificate: &Certificate) -> Result<Vec<u8>, Error> {
        let id = oid::X509_CERTIFICATE.to_der().map_err(|fault| malformed(FORMAT, &fault))?;
        let octets = wrap(FORMAT, Tag::OctetString, &[certificate.der()])?;
        wrap(FORMAT, Tag::Sequence, &[&id, &wrap(FORMAT, VALUE, &[&octets])?])
    }

    fn build(
        id: ObjectIdentifier,
        value: Vec<u8>,
        attributes: Vec<Attribute>,
        certificate: Option<Certificate>,
    ) -> Result<Self, Error> {
        let mut bag =
            Self { raw: SecretBytes::zeroed(0), id, value: SecretBytes::from(value), attributes, certificate };
        bag.write()?;
        Ok(bag)
    }

    /// What kind of bag it is, by the standard's name.
    pub(super) fn kind(&self) -> String {
        oid::name(self.id)
    }

    /// Where it stands, by its name.
    pub(super) fn place(&self) -> Place {
        self.friendly_name().map_or(Place::Field("EncryptedPrivateKeyInfo"), Place::Entry)
    }

    /// Whether it holds a private key, protected or not.
    pub(super) fn is_key(&self) -> bool {
        self.is_shrouded_key() || self.id == oid::KEY_BAG
    }

    /// Whether it holds a protected private key.
    pub(super) fn is_shrouded_key(&self) -> bool {
        self.id == oid::SHROUDED_KEY_BAG
    }

    /// Whether it is of the same kind as `other` and has the same attributes, in any order.
    pub(super) fn is_labelled_like(&self, other: &Self) -> bool {
        let sorted = |bag: &Self| {
            let mut octets: Vec<Vec<u8>> = bag.attributes.iter().map(|it| it.raw.clone()).collect();
            octets.sort();
            octets
        };
        self.id == other.id && sorted(self) == sorted(other)
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
    pub(super) fn x509(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
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

    /// Puts another value into the bag, such as its key under another password; every attribute stays as it is.
    pub(super) fn set_value(&mut self, value: SecretBytes) -> Result<(), Error> {
        self.value = value;
        self.write()
    }

    /// Takes away what makes the certificate in it an entry of its own; what links it to a key stays.
    pub(super) fn distrust(&mut self) -> Result<(), Error> {
        self.attributes.retain(|attribute| attribute.id != oid::JAVA_TRUSTED_KEY_USAGE);
        self.write()
    }

    /// Makes it a bare issuer of a chain: takes away its name, its link to a key and Java's trust.
    pub(super) fn strip(&mut self) -> Result<(), Error> {
        self.attributes.retain(|attribute| ![oid::FRIENDLY_NAME, oid::LOCAL_KEY_ID].contains(&attribute.id));
        self.distrust()
    }

    /// All its attributes in the order of the file; `None` where it has no set of them.
    pub(super) fn stated_attributes(&self) -> Result<Option<Vec<StatedAttribute>>, Error> {
        if self.attributes.is_empty() && !self.has_attributes()? {
            return Ok(None);
        }
        let all = self.attributes.iter().map(|it| StatedAttribute::parse(&Element::only(FORMAT, &it.raw)?));
        all.collect::<Result<Vec<_>, Error>>().map(Some)
    }

    fn has_attributes(&self) -> Result<bool, Error> {
        Ok(Element::only(FORMAT, self.raw.expose())?.children(FORMAT, Tag::Sequence)?.len() > 2)
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
        let value = wrap_secret(VALUE, &[self.value.expose()])?;
        // DER asks for a SET OF in ascending order of its octets, X.690 section 11.6.
        let mut attributes: Vec<&[u8]> = self.attributes.iter().map(|attribute| attribute.raw.as_slice()).collect();
        attributes.sort_unstable();
        self.raw = if attributes.is_empty() {
            wrap_secret(Tag::Sequence, &[&id, value.expose()])?
        } else {
            wrap_secret(Tag::Sequence, &[&id, value.expose(), &wrap(FORMAT, Tag::Set, &attributes)?])?
        };
        Ok(())
    }
}

impl fmt::Debug for Bag {
    /// What kind of bag it is, and nothing of what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bag({})", oid::name(self.id))
    }
}

/// The X.509 certificate that a `CertBag` holds, if it can be read.
fn x509(value: &[u8]) -> Option<Certificate> {
    let parts = Element::only(FORMAT, value).ok()?.children(FORMAT, Tag::Sequence).ok()?;
    let [id, value] = parts.as_slice() else { return None };
    let octets = Element::only(FORMAT, value.expect(FORMAT, VALUE).ok()?).ok()?;
    let is_x509 = id.oid(FORMAT).ok()? == oid::X509_CERTIFICATE;
    is_x509.then(|| Certificate::from_der(octets.expect(FORMAT, Tag::OctetString).ok()?).ok()).flatten()
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
pub(super) fn safe_contents(bags: &[Bag]) -> Result<SecretBytes, Error> {
    let bags: Vec<&[u8]> = bags.iter().map(|bag| bag.raw.expose()).collect();
    wrap_secret(Tag::Sequence, &bags)
}

/// An element with `tag` around the joined `parts`, in a buffer that is written once and wiped: a bag may hold a private
/// key in the clear.
pub(super) fn wrap_secret(tag: Tag, parts: &[&[u8]]) -> Result<SecretBytes, Error> {
    let length = Length::try_from(parts.iter().map(|part| part.len()).sum::<usize>());
    let header = length.and_then(|length| Header::new(tag, length).to_der());
    let header = header.map_err(|fault| malformed(FORMAT, &fault))?;
    let whole: Vec<&[u8]> = std::iter::once(header.as_slice()).chain(parts.iter().copied()).collect();
    Ok(SecretBytes::concat(&whole))
}
