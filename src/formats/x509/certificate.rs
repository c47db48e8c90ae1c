//! A certificate as it was read: its octets, what it says, and whether a key signed it.

use std::fmt;
use std::sync::Arc;

use der::{Decode, Encode, Tag};
use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, SubjectAltName as SubjectAltNameExtension, SubjectKeyIdentifier,
};

use super::{DistinguishedName, FORMAT, Requested, StatedExtension, SubjectAltName, Validity, signature, validity};
use crate::crypto::key_health::RsaNumbers;
use crate::crypto::{self, DigestAlgorithm, Fingerprint, PublicKey, SignatureForm};
use crate::formats::der::{Element, elements, malformed};
use crate::formats::{Error, Reason, spki};

/// An X.509 certificate of any version, with the exact octets it was read from. Copies share them.
#[derive(Clone)]
pub struct Certificate {
    der: Arc<[u8]>,
    inner: Arc<CertificateInner<Raw>>,
}

impl Certificate {
    /// The PEM label of a certificate.
    pub const LABEL: &'static str = "CERTIFICATE";

    /// The PEM label of a certificate with OpenSSL's trust settings.
    pub const TRUSTED_LABEL: &'static str = "TRUSTED CERTIFICATE";

    /// Reads one certificate in DER.
    ///
    /// # Errors
    /// When the octets are no certificate or something follows it.
    pub fn from_der(octets: &[u8]) -> Result<Self, Error> {
        let inner = CertificateInner::from_der(octets).map_err(|fault| malformed(FORMAT, &fault))?;
        Ok(Self { der: octets.into(), inner: Arc::new(inner) })
    }

    /// Reads OpenSSL's `TRUSTED CERTIFICATE`: a certificate in DER, after which trust settings may stand that are
    /// passed over.
    ///
    /// # Errors
    /// When the octets do not begin with a certificate.
    pub fn from_trusted_der(octets: &[u8]) -> Result<Self, Error> {
        Self::from_der(Self::without_trust(octets)?)
    }

    /// The certificate at the beginning of OpenSSL's `TRUSTED CERTIFICATE`.
    pub(super) fn without_trust(octets: &[u8]) -> Result<&[u8], Error> {
        let parts = elements(FORMAT, octets)?;
        parts.first().map(|certificate| certificate.raw).ok_or_else(|| Error::malformed(FORMAT, "it is empty"))
    }

    /// The octets as they were read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whether its subject is its issuer.
    pub(crate) fn is_self_issued(&self) -> bool {
        self.tbs().subject() == self.tbs().issuer()
    }

    /// Whose certificate it is.
    #[must_use]
    pub fn subject(&self) -> DistinguishedName {
        self.inner.tbs_certificate().subject().clone().into()
    }

    /// Who signed it.
    #[must_use]
    pub fn issuer(&self) -> DistinguishedName {
        self.inner.tbs_certificate().issuer().clone().into()
    }

    /// The serial number's octets, big-endian.
    #[must_use]
    pub fn serial_number(&self) -> &[u8] {
        self.inner.tbs_certificate().serial_number().as_bytes()
    }

    /// The serial number's octets as they stand in the DER: two's complement, so that a first octet of 0x80 or more makes
    /// it negative, which RFC 5280 section 4.1.2.2 forbids.
    ///
    /// # Errors
    /// Only when the octets are no certificate after all.
    pub fn serial_number_der(&self) -> Result<&[u8], Error> {
        let parts = Element::only(FORMAT, &self.der)?.children(FORMAT, Tag::Sequence)?;
        let empty = || Error::malformed(FORMAT, "it is empty");
        let fields = parts.first().ok_or_else(empty)?.children(FORMAT, Tag::Sequence)?;
        // Version 1 leaves the field before it out.
        fields.iter().take(2).find(|field| field.tag == Tag::Integer).map(|field| field.value).ok_or_else(empty)
    }

    /// What it says of how it was signed: an algorithm's name, such as `sha256WithRSAEncryption`.
    #[must_use]
    pub fn signature_name(&self) -> String {
        signature::name(self.inner.signature_algorithm())
    }

    /// The digest under its signature, such as `SHA-256`, where the algorithm tells.
    #[must_use]
    pub fn signature_digest(&self) -> Option<String> {
        signature::digest(self.inner.signature_algorithm())
    }

    /// Its extensions in the order of the file.
    #[must_use]
    pub fn extensions(&self) -> Vec<StatedExtension> {
        self.inner.tbs_certificate().extensions().into_iter().flatten().map(StatedExtension::from).collect()
    }

    /// What its extensions say of its key's uses, as a request for one like it would ask for them.
    ///
    /// # Errors
    /// When an extension is not what its name says.
    pub fn requested(&self) -> Result<Requested, Error> {
        Requested::of(self.inner.tbs_certificate().extensions().map(Vec::as_slice).unwrap_or_default())
    }

    /// What can be said of the key it vouches for, whatever its kind.
    ///
    /// # Errors
    /// When it is no `SubjectPublicKeyInfo`.
    pub fn key_description(&self) -> Result<spki::Description, Error> {
        spki::describe(&self.subject_public_key_info()?)
    }

    /// X.509's version, 1 to 3.
    #[must_use]
    pub fn version(&self) -> u8 {
        self.inner.tbs_certificate().version() as u8 + 1
    }

    /// From when to when it is valid.
    ///
    /// # Errors
    /// When its dates lie outside the calendar.
    pub fn validity(&self) -> Result<Validity, Error> {
        validity::from_stated(self.inner.tbs_certificate().validity())
    }

    /// The key it vouches for.
    ///
    /// # Errors
    /// When the key is of a kind that is not supported.
    pub fn public_key(&self) -> Result<PublicKey, Error> {
        spki::decode(&self.subject_public_key_info()?)
    }

    /// The numbers of its RSA key, also of one that cannot be used; `None` for a key of another kind.
    ///
    /// # Errors
    /// As [`spki::rsa_numbers`].
    pub fn rsa_numbers(&self) -> Result<Option<RsaNumbers>, Error> {
        spki::rsa_numbers(&self.subject_public_key_info()?)
    }

    /// SHA-256 of the `SubjectPublicKeyInfo`, which names the key whatever its kind.
    ///
    /// # Errors
    /// Only when the key cannot be written in DER.
    pub fn key_fingerprint(&self) -> Result<Fingerprint, Error> {
        Ok(Fingerprint::of(DigestAlgorithm::Sha256, &self.subject_public_key_info()?))
    }

    /// The certificate's fingerprint, as openssl and keytool print it.
    #[must_use]
    pub fn fingerprint(&self, algorithm: DigestAlgorithm) -> Fingerprint {
        Fingerprint::of(algorithm, &self.der)
    }

    /// The names of the subjectAltName extension; none when it has no such extension.
    ///
    /// # Errors
    /// When the extension is malformed.
    pub fn subject_alt_names(&self) -> Result<Vec<SubjectAltName>, Error> {
        let found = self.inner.tbs_certificate().get_extension::<SubjectAltNameExtension>();
        let names = found.map_err(|fault| malformed(FORMAT, &fault))?.map(|(_, names)| names.0).unwrap_or_default();
        Ok(names.iter().map(SubjectAltName::from).collect())
    }

    /// Whether basicConstraints say that its key may sign certificates.
    #[must_use]
    pub fn is_ca(&self) -> bool {
        let found = self.inner.tbs_certificate().get_extension::<BasicConstraints>();
        found.ok().flatten().is_some_and(|(_, constraints)| constraints.ca)
    }

    /// Whether `issuer`'s name and key fit this certificate's issuer and signature.
    #[must_use]
    pub fn is_issued_by(&self, issuer: &Self) -> bool {
        self.issuer() == issuer.subject() && issuer.public_key().is_ok_and(|key| self.verify_signature(&key).is_ok())
    }

    /// Whether this certificate says that the key of `issuer` signed it: by its authorityKeyIdentifier where both have
    /// key identifiers, else by the issuer's name alone if that is its own.
    #[must_use]
    pub(crate) fn names_key_of(&self, issuer: &Self) -> bool {
        let authority = self.inner.tbs_certificate().get_extension::<AuthorityKeyIdentifier>().ok().flatten();
        let subject = issuer.inner.tbs_certificate().get_extension::<SubjectKeyIdentifier>().ok().flatten();
        match (authority.and_then(|(_, it)| it.key_identifier), subject) {
            (Some(named), Some((_, held))) => named == held.0,
            _ => self == issuer,
        }
    }

    /// The subject's DER, to find a certificate by.
    pub(crate) fn subject_der(&self) -> Vec<u8> {
        self.inner.tbs_certificate().subject().to_der().unwrap_or_default()
    }

    /// The issuer's DER, to find a certificate by.
    pub(crate) fn issuer_der(&self) -> Vec<u8> {
        self.inner.tbs_certificate().issuer().to_der().unwrap_or_default()
    }

    /// Checks that `key` signed this certificate; over the octets as they were read.
    ///
    /// # Errors
    /// When the signature does not verify, or its algorithm is not supported.
    pub fn verify_signature(&self, key: &PublicKey) -> Result<(), Error> {
        let outer = Element::only(FORMAT, &self.der)?;
        let parts = outer.children(FORMAT, Tag::Sequence)?;
        let signed_part = parts.first().ok_or_else(|| Error::malformed(FORMAT, "it is empty"))?.raw;
        let algorithm = signature::algorithm(self.inner.signature_algorithm())?;
        let signature = self.inner.signature().as_bytes();
        let signature =
            signature.ok_or_else(|| Error::malformed(FORMAT, "its signature is no whole number of octets"))?;
        key.verify(algorithm, SignatureForm::Asn1, signed_part, signature).map_err(|fault| match fault {
            crypto::Error::VerificationFailed => {
                Error::new(FORMAT, Reason::IntegrityMismatch("the certificate's signature".to_owned()))
            }
            fault => Error::malformed(FORMAT, fault.to_string()),
        })
    }

    /// The signed part as the ASN.1 library holds it.
    pub(super) fn tbs(&self) -> &x509_cert::certificate::TbsCertificateInner<Raw> {
        self.inner.tbs_certificate()
    }

    /// Whether the signed part states the algorithm that the signature has, RFC 5280 section 4.1.1.2.
    pub(super) fn signature_identifiers_agree(&self) -> bool {
        self.tbs().signature() == self.inner.signature_algorithm()
    }

    /// The algorithm of the issuer's signature.
    ///
    /// # Errors
    /// When it is not supported; the text names it.
    pub fn signature_algorithm(&self) -> Result<crypto::SignatureAlgorithm, Error> {
        signature::algorithm(self.inner.signature_algorithm())
    }

    /// The DER of its `SubjectPublicKeyInfo`, whatever the kind of key.
    ///
    /// # Errors
    /// Only when the key cannot be written in DER.
    pub fn subject_public_key_info(&self) -> Result<Vec<u8>, Error> {
        self.inner.tbs_certificate().subject_public_key_info().to_der().map_err(|fault| malformed(FORMAT, &fault))
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.subject())
    }
}
