//! A certificate read for its dates and names alone: key, extensions and signature are passed by, and copied nowhere.
//!
//! What is refused is what [`Certificate`] refuses: both have the same grammar, written in the same types of the ASN.1
//! libraries or in those that borrow where these own, and a property test below holds one to the other.

use der::asn1::{BitStringRef, ObjectIdentifier, OctetStringRef};
use der::oid::AssociatedOid;
use der::{Decode, Sequence};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use x509_cert::certificate::{Raw, Version};
use x509_cert::ext::pkix::BasicConstraints;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;

use super::{Certificate, DistinguishedName, FORMAT, Validity, validity};
use crate::formats::Error;
use crate::formats::der::malformed;

/// Whose certificate it is, by whom, and from when to when it is valid.
#[derive(Debug)]
pub(crate) struct Outline<'a> {
    /// The octets of the certificate.
    pub(crate) der: &'a [u8],
    /// Whose certificate it is.
    pub(crate) subject: DistinguishedName,
    /// Who signed it.
    pub(crate) issuer: DistinguishedName,
    /// From when to when it is valid; `None` when its dates lie outside the calendar.
    pub(crate) validity: Option<Validity>,
    serial_number: SerialNumber<Raw>,
    basic_constraints: BasicConstraintsFound<'a>,
}

/// What stands under the object identifier of basicConstraints.
#[derive(Clone, Copy, Debug)]
enum BasicConstraintsFound<'a> {
    Never,
    Once(&'a OctetStringRef),
    /// Nobody can say which of them counts.
    Often,
}

/// ```text
/// Certificate ::= SEQUENCE { tbsCertificate TBSCertificate, signatureAlgorithm AlgorithmIdentifier, signatureValue BIT STRING }
/// ```
#[derive(Sequence)]
struct Whole<'a> {
    tbs_certificate: Signed<'a>,
    signature_algorithm: AlgorithmIdentifierRef<'a>,
    signature: BitStringRef<'a>,
}

/// `TBSCertificate`, RFC 5280 section 4.1.2.
#[derive(Sequence)]
struct Signed<'a> {
    #[asn1(context_specific = "0", default = "Default::default")]
    version: Version,
    serial_number: SerialNumber<Raw>,
    signature: AlgorithmIdentifierRef<'a>,
    issuer: Name,
    validity: x509_cert::time::Validity<Raw>,
    subject: Name,
    subject_public_key_info: SubjectPublicKeyInfoRef<'a>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    issuer_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    subject_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension<'a>>>,
}

/// `Extension`, RFC 5280 section 4.1.
#[derive(Sequence)]
struct Extension<'a> {
    extn_id: ObjectIdentifier,
    #[asn1(default = "Default::default")]
    critical: bool,
    extn_value: &'a OctetStringRef,
}

impl<'a> Outline<'a> {
    /// Reads one certificate in DER.
    ///
    /// # Errors
    /// As [`Certificate::from_der`].
    pub(crate) fn from_der(der: &'a [u8]) -> Result<Self, Error> {
        let signed = Whole::from_der(der).map_err(|fault| malformed(FORMAT, &fault))?.tbs_certificate;
        let mut constraints = BasicConstraintsFound::Never;
        for extension in signed.extensions.iter().flatten().filter(|it| it.extn_id == BasicConstraints::OID) {
            constraints = match constraints {
                BasicConstraintsFound::Never => BasicConstraintsFound::Once(extension.extn_value),
                _ => BasicConstraintsFound::Often,
            };
        }
        Ok(Self {
            der,
            subject: signed.subject.into(),
            issuer: signed.issuer.into(),
            validity: validity::from_stated(&signed.validity).ok(),
            serial_number: signed.serial_number,
            basic_constraints: constraints,
        })
    }

    /// Reads OpenSSL's `TRUSTED CERTIFICATE`.
    ///
    /// # Errors
    /// As [`Certificate::from_trusted_der`].
    pub(crate) fn from_trusted_der(octets: &'a [u8]) -> Result<Self, Error> {
        Self::from_der(Certificate::without_trust(octets)?)
    }

    /// The serial number's octets, big-endian.
    pub(crate) fn serial_number(&self) -> &[u8] {
        self.serial_number.as_bytes()
    }

    /// Whether basicConstraints say that its key may sign certificates.
    pub(crate) fn is_ca(&self) -> bool {
        match self.basic_constraints {
            BasicConstraintsFound::Once(value) => {
                BasicConstraints::from_der(value.as_bytes()).is_ok_and(|constraints| constraints.ca)
            }
            BasicConstraintsFound::Never | BasicConstraintsFound::Often => false,
        }
    }
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
        prop_assert_eq!(&outline.subject, &whole.subject());
        prop_assert_eq!(&outline.issuer, &whole.issuer());
        prop_assert_eq!(outline.validity, whole.validity().ok());
        prop_assert_eq!(outline.serial_number(), whole.serial_number());
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
