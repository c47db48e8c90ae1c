//! A certificate read for its dates and names alone: key, extensions and signature are passed by, and nothing is copied;
//! names and serial number are looked through, and taken apart when they are asked for.
//!
//! What is refused is what [`Certificate`] refuses, for its reasons: both have the same grammar, and a property test below
//! holds one to the other.

use der::asn1::{AnyRef, GeneralizedTime, UtcTime};
use der::oid::AssociatedOid;
use der::{Decode, Tag};
use x509_cert::certificate::Raw;
use x509_cert::ext::pkix::BasicConstraints;
use x509_cert::name::Name;
use x509_cert::time::Time;

use super::{Certificate, DistinguishedName, FORMAT, Validity, validity};
use crate::formats::Error;
use crate::formats::der::malformed;
use crate::formats::der::skim::{Skim, bits, tag};

/// Whose certificate it is, by whom, and from when to when it is valid.
#[derive(Debug)]
pub(crate) struct Outline<'a> {
    /// The octets of the certificate.
    pub(crate) der: &'a [u8],
    /// The serial number's octets, big-endian.
    pub(crate) serial_number: &'a [u8],
    /// From when to when it is valid; `None` when its dates lie outside the calendar.
    pub(crate) validity: Option<Validity>,
    subject: &'a [u8],
    issuer: &'a [u8],
    basic_constraints: BasicConstraintsFound<'a>,
}

/// What stands under the object identifier of basicConstraints.
#[derive(Clone, Copy, Debug)]
enum BasicConstraintsFound<'a> {
    Never,
    Once(&'a [u8]),
    /// Nobody can say which of them counts.
    Often,
}

impl<'a> Outline<'a> {
    /// Reads one certificate in DER.
    ///
    /// # Errors
    /// As [`Certificate::from_der`].
    pub(crate) fn from_der(der: &'a [u8]) -> Result<Self, Error> {
        Self::skim(der).ok_or_else(|| {
            let fault = Certificate::from_der(der).err();
            fault.unwrap_or_else(|| Error::malformed(FORMAT, "it is not the DER that the standard asks for"))
        })
    }

    /// Reads OpenSSL's `TRUSTED CERTIFICATE`.
    ///
    /// # Errors
    /// As [`Certificate::from_trusted_der`].
    pub(crate) fn from_trusted_der(octets: &'a [u8]) -> Result<Self, Error> {
        Self::from_der(Certificate::without_trust(octets)?)
    }

    /// Whose certificate it is.
    ///
    /// # Errors
    /// None for a name that was looked through.
    pub(crate) fn subject(&self) -> Result<DistinguishedName, Error> {
        name_of(self.subject)
    }

    /// Who signed it.
    ///
    /// # Errors
    /// None for a name that was looked through.
    pub(crate) fn issuer(&self) -> Result<DistinguishedName, Error> {
        name_of(self.issuer)
    }

    /// Whether basicConstraints say that its key may sign certificates.
    pub(crate) fn is_ca(&self) -> bool {
        match self.basic_constraints {
            BasicConstraintsFound::Once(value) => {
                BasicConstraints::from_der(value).is_ok_and(|constraints| constraints.ca)
            }
            BasicConstraintsFound::Never | BasicConstraintsFound::Often => false,
        }
    }

    /// ```text
    /// Certificate ::= SEQUENCE { tbsCertificate TBSCertificate, signatureAlgorithm AlgorithmIdentifier, signatureValue BIT STRING }
    /// ```
    fn skim(der: &'a [u8]) -> Option<Self> {
        let mut octets = Skim::new(der);
        let mut whole = octets.inside(tag::SEQUENCE)?;
        octets.end()?;
        let outline = Self::skim_signed(der, whole.inside(tag::SEQUENCE)?)?;
        algorithm(&mut whole)?;
        whole.bit_string()?;
        whole.end()?;
        Some(outline)
    }

    /// `TBSCertificate`, RFC 5280 section 4.1.2.
    fn skim_signed(der: &'a [u8], mut signed: Skim<'a>) -> Option<Self> {
        if let Some(version) = signed.optional(tag::constructed(0))? {
            let mut version = Skim::new(version);
            matches!(version.integer()?, [0..=2]).then_some(())?;
            version.end()?;
        }
        let serial_number = signed.integer()?;
        algorithm(&mut signed)?;
        let issuer = name(&mut signed)?;
        let validity = dates(&mut signed)?;
        let subject = name(&mut signed)?;
        let mut key = signed.inside(tag::SEQUENCE)?;
        algorithm(&mut key)?;
        key.bit_string()?;
        key.end()?;
        // issuerUniqueID and subjectUniqueID
        for number in [1, 2] {
            signed.optional(tag::primitive(number))?.map_or(Some(()), bits)?;
        }
        let basic_constraints = match signed.optional(tag::constructed(3))? {
            Some(octets) => extensions(octets)?,
            None => BasicConstraintsFound::Never,
        };
        signed.end()?;
        Some(Self { der, serial_number, validity, subject, issuer, basic_constraints })
    }
}

/// ```text
/// AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }
/// ```
fn algorithm(at: &mut Skim<'_>) -> Option<()> {
    let mut algorithm = at.inside(tag::SEQUENCE)?;
    algorithm.oid()?;
    if !algorithm.is_at_end() {
        algorithm.any()?;
    }
    algorithm.end()
}

/// ```text
/// Name ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value ANY }
/// ```
fn name<'a>(at: &mut Skim<'a>) -> Option<&'a [u8]> {
    let name = at.element(tag::SEQUENCE)?;
    let mut relatives = Skim::new(name);
    while !relatives.is_at_end() {
        let mut attributes = relatives.inside(tag::SET)?;
        while !attributes.is_at_end() {
            let mut attribute = attributes.inside(tag::SEQUENCE)?;
            attribute.oid()?;
            attribute.any()?;
            attribute.end()?;
        }
    }
    Some(name)
}

/// A name that was looked through, taken apart.
fn name_of(content: &[u8]) -> Result<DistinguishedName, Error> {
    let name = AnyRef::new(Tag::Sequence, content).and_then(|name| name.decode_as::<Name>());
    name.map(DistinguishedName::from).map_err(|fault| malformed(FORMAT, &fault))
}

/// ```text
/// Validity ::= SEQUENCE { notBefore Time, notAfter Time }
/// ```
fn dates(at: &mut Skim<'_>) -> Option<Option<Validity>> {
    let mut dates = at.inside(tag::SEQUENCE)?;
    let (not_before, not_after) = (time(&mut dates)?, time(&mut dates)?);
    dates.end()?;
    Some(validity::from_stated(&x509_cert::time::Validity::<Raw>::new(not_before, not_after)).ok())
}

fn time(at: &mut Skim<'_>) -> Option<Time> {
    match at.any()? {
        (tag::UTC_TIME, text) => AnyRef::new(Tag::UtcTime, text).ok()?.decode_as::<UtcTime>().ok().map(Time::UtcTime),
        (tag::GENERALIZED_TIME, text) => {
            AnyRef::new(Tag::GeneralizedTime, text).ok()?.decode_as::<GeneralizedTime>().ok().map(Time::GeneralTime)
        }
        _ => None,
    }
}

/// `Extensions`, RFC 5280 section 4.1, of which no other is kept.
fn extensions(octets: &[u8]) -> Option<BasicConstraintsFound<'_>> {
    let mut found = BasicConstraintsFound::Never;
    let mut explicit = Skim::new(octets);
    let mut extensions = explicit.inside(tag::SEQUENCE)?;
    explicit.end()?;
    while !extensions.is_at_end() {
        let mut extension = extensions.inside(tag::SEQUENCE)?;
        let oid = extension.oid()?;
        let critical = extension.optional(tag::BOOLEAN)?;
        matches!(critical, None | Some([0 | 0xff])).then_some(())?;
        let value = extension.element(tag::OCTET_STRING)?;
        extension.end()?;
        if oid == BasicConstraints::OID {
            found = match found {
                BasicConstraintsFound::Never => BasicConstraintsFound::Once(value),
                BasicConstraintsFound::Once(_) | BasicConstraintsFound::Often => BasicConstraintsFound::Often,
            };
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::formats::pem;
    use crate::limits::Limits;

    /// Both refuse it, or both read the same.
    fn agree(der: &[u8]) -> Result<bool, TestCaseError> {
        let (outline, whole) = match (Outline::from_der(der), Certificate::from_der(der)) {
            (Ok(outline), Ok(whole)) => (outline, whole),
            (Err(_), Err(_)) => return Ok(false),
            (one, other) => return Err(TestCaseError::fail(format!("{one:?} is not {other:?}: {der:02x?}"))),
        };
        prop_assert_eq!(outline.subject().unwrap(), whole.subject());
        prop_assert_eq!(outline.issuer().unwrap(), whole.issuer());
        prop_assert_eq!(outline.validity, whole.validity().ok());
        prop_assert_eq!(outline.serial_number, whole.serial_number());
        prop_assert_eq!(outline.is_ca(), whole.is_ca());
        prop_assert_eq!(outline.der, whole.der());
        Ok(true)
    }

    /// Every block of every PEM in `testdata/`, and every other file as it is.
    #[expect(clippy::disallowed_methods, reason = "a test reads its data")]
    fn all_of_testdata() -> Vec<Vec<u8>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
        let mut folders = vec![root];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let octets = std::fs::read(&path).unwrap();
                match pem::decode(&octets, &Limits::default()) {
                    Ok(document) => found.extend(document.blocks.iter().map(|it| it.contents.expose().to_vec())),
                    Err(_) => found.push(octets),
                }
            }
        }
        found
    }

    #[test]
    fn it_says_what_the_whole_reader_says_of_all_of_testdata() {
        let read = all_of_testdata().iter().filter(|der| agree(der).unwrap()).count();
        assert!(read > 20, "{read} certificates");
    }

    /// Small certificates: one whose octets are changed should be read again and again.
    fn certificates() -> Vec<Vec<u8>> {
        let mut all = all_of_testdata();
        all.retain(|der| der.len() < 2_000 && Certificate::from_der(der).is_ok());
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn it_refuses_what_the_whole_reader_refuses(
            which: prop::sample::Index,
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
            cut in prop::option::weighted(0.1, any::<prop::sample::Index>()),
        ) {
            static ALL: std::sync::LazyLock<Vec<Vec<u8>>> = std::sync::LazyLock::new(certificates);
            let mut der = which.get(&ALL).clone();
            for (place, octet) in changes {
                let place = place.index(der.len());
                der[place] = octet;
            }
            if let Some(cut) = cut {
                der.truncate(cut.index(der.len()));
            }
            agree(&der)?;
        }

        /// The dates stand in the first octets after the names; each of their octets is given each kind of value.
        #[test]
        fn no_change_to_the_dates_is_taken_by_one_alone(
            which: prop::sample::Index,
            place in 0_usize..34,
            octet in prop_oneof![b'0'..=b':', any::<u8>()],
        ) {
            static ALL: std::sync::LazyLock<Vec<Vec<u8>>> = std::sync::LazyLock::new(certificates);
            let mut der = which.get(&ALL).clone();
            let begin = der.windows(4).position(|it| matches!(it, [0x30, _, 0x17 | 0x18, 0x0d | 0x0f])).unwrap_or(0);
            der[begin + place] = octet;
            agree(&der)?;
        }
    }
}
