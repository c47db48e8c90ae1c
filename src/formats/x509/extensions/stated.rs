//! An extension as a certificate or request states it, taken apart for people to look at.

use std::fmt;

use der::asn1::{Any, BitStringRef, ObjectIdentifier};
use der::{Decode, Encode, Tag, TagNumber};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityInfoAccessSyntax, BasicConstraints, CertificatePolicies, CrlDistributionPoints, ExtendedKeyUsage,
    NameConstraints, SubjectAltName as SubjectAltNameExtension, SubjectKeyIdentifier,
};

use crate::formats::der::{Element, malformed};
use crate::formats::x509::{FORMAT, SubjectAltName};
use crate::formats::{Error, oid};

/// One extension, RFC 5280 section 4.1.2.9.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedExtension {
    /// Its object identifier, dotted.
    pub oid: String,
    /// Its name, such as `keyUsage`, or the dotted identifier where it is not known here.
    pub name: String,
    /// Whether a reader that does not know it must refuse the certificate.
    pub critical: bool,
    /// What it says, or why that cannot be read.
    pub value: Result<ExtensionValue, Error>,
    /// The DER of what it says.
    pub octets: Vec<u8>,
}

/// What an extension says. Nothing of it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExtensionValue {
    /// Where more is to be had, with what that is: authorityInfoAccess, section 4.2.2.1.
    AccessDescriptions(Vec<(String, SubjectAltName)>),
    /// authorityKeyIdentifier, section 4.2.1.1.
    AuthorityKeyIdentifier {
        /// The identifier of the key that signed.
        key: Option<Vec<u8>>,
        /// The serial number of that key's certificate.
        serial_number: Option<Vec<u8>>,
    },
    /// basicConstraints, section 4.2.1.9.
    BasicConstraints {
        /// Whether the key may sign certificates.
        ca: bool,
        /// How many further CAs may stand below it.
        path_length: Option<u8>,
    },
    /// nameConstraints, section 4.2.1.10.
    NameConstraints {
        /// Names that may be certified.
        permitted: Vec<SubjectAltName>,
        /// Names that may not.
        excluded: Vec<SubjectAltName>,
    },
    /// subjectAltName and its like, and places of revocation lists.
    Names(Vec<SubjectAltName>),
    /// Anything that is not taken apart here: how many octets it has.
    Other(usize),
    /// subjectKeyIdentifier, section 4.2.1.2.
    SubjectKeyIdentifier(Vec<u8>),
    /// Words of the standard or names of object identifiers: keyUsage, extKeyUsage, certificatePolicies.
    Words(Vec<String>),
}

/// The names of keyUsage's bits in their order, section 4.2.1.3.
const KEY_USAGES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

impl From<&Extension> for StatedExtension {
    fn from(extension: &Extension) -> Self {
        let value = extension.extn_value.as_bytes();
        let id = extension.extn_id.to_string();
        let stated = stated(&id, value).map_err(|fault| malformed(FORMAT, &fault)).and_then(|stated| match stated {
            Some(value) => Ok(value),
            // The library's reader refuses serial numbers that are met all the same.
            None if id == "2.5.29.35" => authority_key_identifier(value),
            None => Ok(ExtensionValue::Other(value.len())),
        });
        Self {
            oid: id,
            name: oid::name(extension.extn_id),
            critical: extension.critical,
            value: stated,
            octets: value.to_vec(),
        }
    }
}

/// `None` for what is not read here.
fn stated(id: &str, value: &[u8]) -> Result<Option<ExtensionValue>, der::Error> {
    let names = |names: &[GeneralName]| names.iter().map(SubjectAltName::from).collect::<Vec<_>>();
    Ok(Some(match id {
        "2.5.29.14" => {
            ExtensionValue::SubjectKeyIdentifier(SubjectKeyIdentifier::from_der(value)?.0.into_bytes().into())
        }
        "2.5.29.15" => {
            let bits = BitStringRef::from_der(value)?;
            let set = bits.bits().zip(KEY_USAGES).filter(|(is_set, _)| *is_set);
            ExtensionValue::Words(set.map(|(_, name)| name.to_owned()).collect())
        }
        "2.5.29.17" | "2.5.29.18" => ExtensionValue::Names(names(&SubjectAltNameExtension::from_der(value)?.0)),
        "2.5.29.19" => {
            let constraints = BasicConstraints::from_der(value)?;
            ExtensionValue::BasicConstraints { ca: constraints.ca, path_length: constraints.path_len_constraint }
        }
        "2.5.29.30" => {
            let NameConstraints { permitted_subtrees, excluded_subtrees } = NameConstraints::from_der(value)?;
            let bases = |trees: Option<Vec<_>>| {
                let trees: Vec<x509_cert::ext::pkix::constraints::name::GeneralSubtree> = trees.unwrap_or_default();
                trees.iter().map(|tree| SubjectAltName::from(&tree.base)).collect()
            };
            ExtensionValue::NameConstraints { permitted: bases(permitted_subtrees), excluded: bases(excluded_subtrees) }
        }
        "2.5.29.31" | "2.5.29.46" => {
            let points = CrlDistributionPoints::from_der(value)?.0.into_iter().filter_map(|it| it.distribution_point);
            let full = points.filter_map(|point| match point {
                DistributionPointName::FullName(full) => Some(names(&full)),
                DistributionPointName::NameRelativeToCRLIssuer(_) => None,
            });
            ExtensionValue::Names(full.flatten().collect())
        }
        "2.5.29.32" => {
            let policies = CertificatePolicies::from_der(value)?.0;
            ExtensionValue::Words(policies.iter().map(|policy| oid::name(policy.policy_identifier)).collect())
        }
        "2.5.29.37" => ExtensionValue::Words(words(&ExtendedKeyUsage::from_der(value)?.0)),
        "1.3.6.1.5.5.7.1.1" | "1.3.6.1.5.5.7.1.11" => {
            let descriptions = AuthorityInfoAccessSyntax::from_der(value)?.0;
            let each =
                descriptions.iter().map(|it| (method(it.access_method), SubjectAltName::from(&it.access_location)));
            ExtensionValue::AccessDescriptions(each.collect())
        }
        _ => return Ok(None),
    }))
}

fn words(oids: &[ObjectIdentifier]) -> Vec<String> {
    oids.iter().copied().map(oid::name).collect()
}

/// RFC 5280 section 4.2.2.1.
fn method(method: ObjectIdentifier) -> String {
    match method.to_string().as_str() {
        "1.3.6.1.5.5.7.48.1" => "OCSP".to_owned(),
        "1.3.6.1.5.5.7.48.2" => "issuer".to_owned(),
        other => other.to_owned(),
    }
}

fn authority_key_identifier(value: &[u8]) -> Result<ExtensionValue, Error> {
    const fn field(number: u32) -> Tag {
        Tag::ContextSpecific { constructed: false, number: TagNumber(number) }
    }
    let parts = Element::only(FORMAT, value)?.children(FORMAT, Tag::Sequence)?;
    let part = |tag| parts.iter().find(|part| part.tag == tag).map(|part| part.value.to_vec());
    Ok(ExtensionValue::AuthorityKeyIdentifier { key: part(field(0)), serial_number: part(field(2)) })
}

impl fmt::Display for StatedExtension {
    /// Its name; text from a file still goes through [`Untrusted`](crate::untrusted::Untrusted).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// The extensions that the attributes of a request ask for.
pub(crate) fn requested(values: &[Any]) -> Result<Vec<StatedExtension>, Error> {
    let mut stated = Vec::new();
    for value in values {
        let octets = value.to_der().map_err(|fault| malformed(FORMAT, &fault))?;
        let extensions = Vec::<Extension>::from_der(&octets).map_err(|fault| malformed(FORMAT, &fault))?;
        stated.extend(extensions.iter().map(StatedExtension::from));
    }
    Ok(stated)
}
