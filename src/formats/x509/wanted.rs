//! Extensions as they are asked for, each with its criticality: what a request may hold, RFC 2985 section 5.4.2.

use der::asn1::OctetString;
use x509_cert::ext::pkix::{
    BasicConstraints, ExtendedKeyUsage, SubjectAltName as SubjectAltNameExtension, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};

use super::{DistinguishedName, ExtendedKeyUse, FORMAT, KeyUse, SubjectAltName};
use crate::crypto::PublicKey;
use crate::formats::der::malformed;
use crate::formats::{Error, spki as spki_room};

/// One extension that is asked for.
///
/// ```
/// use certwright::formats::x509::{KeyUse, WantedExtension, WantedValue};
///
/// let usage = WantedValue::KeyUsage(vec![KeyUse::DigitalSignature]);
/// let wanted = WantedExtension { critical: true, value: usage };
/// assert_eq!(wanted.name(), "keyUsage");
/// # assert_eq!(WantedExtension::from(wanted.value.clone()).critical, false);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedExtension {
    /// Whether a reader that does not know it must refuse the certificate. A subjectAltName beside an empty subject is
    /// critical whatever stands here (RFC 5280 section 4.2.1.6).
    pub critical: bool,
    /// What it says.
    pub value: WantedValue,
}

/// What a wanted extension says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WantedValue {
    /// basicConstraints, RFC 5280 section 4.2.1.9.
    BasicConstraints {
        /// Whether the key may sign certificates.
        ca: bool,
        /// How many CAs may stand below it; none for any number.
        path_length: Option<u8>,
    },
    /// extKeyUsage, section 4.2.1.12.
    ExtendedKeyUsage(Vec<ExtendedKeyUse>),
    /// keyUsage, section 4.2.1.3.
    KeyUsage(Vec<KeyUse>),
    /// subjectAltName, section 4.2.1.6.
    SubjectAltName(Vec<SubjectAltName>),
    /// subjectKeyIdentifier, section 4.2.1.2: of the key itself.
    SubjectKeyIdentifier,
}

impl From<WantedValue> for WantedExtension {
    /// An extension that is not critical.
    fn from(value: WantedValue) -> Self {
        Self { critical: false, value }
    }
}

impl WantedExtension {
    /// The names as a subjectAltName, or nothing where there are none.
    #[must_use]
    pub fn names(names: Vec<SubjectAltName>) -> Vec<Self> {
        if names.is_empty() { Vec::new() } else { vec![WantedValue::SubjectAltName(names).into()] }
    }

    /// The standard's name of the extension, such as `keyUsage`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.value {
            WantedValue::BasicConstraints { .. } => "basicConstraints",
            WantedValue::ExtendedKeyUsage(_) => "extKeyUsage",
            WantedValue::KeyUsage(_) => "keyUsage",
            WantedValue::SubjectAltName(_) => "subjectAltName",
            WantedValue::SubjectKeyIdentifier => "subjectKeyIdentifier",
        }
    }

    /// The extension for `subject` and its `key`.
    pub(crate) fn encode(&self, subject: &DistinguishedName, key: &PublicKey) -> Result<Extension, Error> {
        let broken = |fault| malformed(FORMAT, &fault);
        let name = subject.as_x509();
        let critical = self.critical;
        match &self.value {
            WantedValue::BasicConstraints { ca, path_length } => {
                let constraints = BasicConstraints { ca: *ca, path_len_constraint: path_length.filter(|_| *ca) };
                (critical, &constraints).to_extension(name, &[]).map_err(broken)
            }
            WantedValue::ExtendedKeyUsage(uses) => {
                let uses = ExtendedKeyUsage(uses.iter().map(|it| it.oid()).collect());
                (critical, &uses).to_extension(name, &[]).map_err(broken)
            }
            WantedValue::KeyUsage(uses) => {
                let usage = KeyUse::together(uses)
                    .ok_or_else(|| Error::malformed(FORMAT, "a keyUsage without a single use says nothing"))?;
                (critical, &usage).to_extension(name, &[]).map_err(broken)
            }
            WantedValue::SubjectAltName(names) => {
                let names = super::extensions::general_names(names)?;
                let critical = critical || subject.is_empty();
                (critical, &SubjectAltNameExtension(names)).to_extension(name, &[]).map_err(broken)
            }
            WantedValue::SubjectKeyIdentifier => {
                let identifier = OctetString::new(spki_room::key_identifier(key)?).map_err(broken)?;
                (critical, &SubjectKeyIdentifier(identifier)).to_extension(name, &[]).map_err(broken)
            }
        }
    }
}

/// The extensions in their order.
///
/// # Errors
/// When one stands there twice (RFC 5280 section 4.2), or cannot be encoded.
pub(crate) fn encode(
    wanted: &[WantedExtension],
    subject: &DistinguishedName,
    key: &PublicKey,
) -> Result<Vec<Extension>, Error> {
    for (index, extension) in wanted.iter().enumerate() {
        if wanted[..index].iter().any(|before| before.name() == extension.name()) {
            return Err(Error::malformed(FORMAT, format!("{} is asked for twice", extension.name())));
        }
    }
    wanted.iter().map(|extension| extension.encode(subject, key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};

    #[test]
    fn order_and_criticality_are_kept_and_nothing_stands_twice() {
        let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut SystemRandom::new()).unwrap().public_key();
        let subject = DistinguishedName::parse("CN=x").unwrap();
        let names = vec![SubjectAltName::Dns("example.com".to_owned())];
        let wanted = vec![
            WantedExtension {
                critical: true,
                value: WantedValue::ExtendedKeyUsage(vec![ExtendedKeyUse::parse("codeSigning").unwrap()]),
            },
            WantedValue::SubjectAltName(names.clone()).into(),
            WantedValue::BasicConstraints { ca: false, path_length: Some(3) }.into(),
            WantedValue::SubjectKeyIdentifier.into(),
        ];
        let encoded = encode(&wanted, &subject, &key).unwrap();
        let seen: Vec<_> = encoded.iter().map(|it| (it.extn_id.to_string(), it.critical)).collect();
        let expected = [("2.5.29.37", true), ("2.5.29.17", false), ("2.5.29.19", false), ("2.5.29.14", false)];
        assert_eq!(seen, expected.map(|(oid, critical)| (oid.to_owned(), critical)));
        assert_eq!(encoded[2].extn_value.as_bytes(), [0x30, 0], "a pathLen without CA is not written");
        let twice = [wanted[1].clone(), WantedValue::SubjectAltName(names).into()];
        assert!(encode(&twice, &subject, &key).unwrap_err().to_string().contains("subjectAltName is asked for twice"));
        assert!(encode(&[WantedValue::KeyUsage(Vec::new()).into()], &subject, &key).is_err());
        assert!(encode(&twice[..1], &DistinguishedName::default(), &key).unwrap()[0].critical);
    }
}
