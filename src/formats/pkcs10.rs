//! PKCS#10 `CertificationRequest`, RFC 2986: built, read, and held against its own signature.
//!
//! Written: version 0 with subject and, when extensions are asked for, one extensionRequest attribute (RFC 2985 section
//! 5.4.2) that holds them; without them there is no attribute at all.

use std::fmt;

use der::asn1::{Any, BitString, SetOfVec};
use der::{Decode, Encode, Tag};
use rand_core::CryptoRng;
use spki::SubjectPublicKeyInfoOwned;
use x509_cert::attr::Attribute;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::SubjectAltName as SubjectAltNameExtension;
use x509_cert::request::{CertReq, CertReqInfo, ExtensionReq, Version};

use crate::crypto::key_health::RsaNumbers;
use crate::crypto::{DigestAlgorithm, Fingerprint, PrivateKey, PublicKey, SignatureForm};
use crate::formats::der::{Element, malformed};
use crate::formats::x509::{DistinguishedName, Requested, StatedExtension, SubjectAltName, WantedExtension};
use crate::formats::x509::{details, extensions, signature, wanted as wanted_room};
use crate::formats::{Error, oid, spki as spki_room};

const FORMAT: &str = "PKCS#10";

/// A certificate signing request, with the exact octets it was read from.
#[derive(Clone)]
pub struct CertificationRequest {
    der: Vec<u8>,
    inner: Box<CertReq>,
}

impl CertificationRequest {
    /// The PEM label of a request.
    pub const LABEL: &'static str = "CERTIFICATE REQUEST";

    /// The label that old Microsoft and Netscape tools write.
    pub const OLD_LABEL: &'static str = "NEW CERTIFICATE REQUEST";

    /// A request for `subject` and the extensions that are `wanted`, signed by the `key` it is for: over `digest`, or
    /// over the one that fits the key.
    ///
    /// # Errors
    /// When an extension is wanted twice, the key cannot sign, or a part is longer than DER can state.
    pub fn build(
        subject: &DistinguishedName,
        wanted: &[WantedExtension],
        digest: Option<DigestAlgorithm>,
        key: &PrivateKey,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, Error> {
        let broken = |fault| malformed(FORMAT, &fault);
        let spki = spki_room::encode(&key.public_key())?;
        let mut attributes = SetOfVec::new();
        if !wanted.is_empty() {
            let extensions = wanted_room::encode(wanted, subject, &key.public_key())?;
            let extensions = Any::encode_from(&extensions).map_err(broken)?;
            let values = SetOfVec::try_from(vec![extensions]).map_err(broken)?;
            attributes.insert(Attribute { oid: oid::EXTENSION_REQUEST, values }).map_err(broken)?;
        }
        let info = CertReqInfo {
            version: Version::V1,
            subject: subject.as_x509().clone(),
            public_key: SubjectPublicKeyInfoOwned::from_der(&spki).map_err(broken)?,
            attributes,
        };
        let algorithm = details::signature(FORMAT, key.algorithm(), digest)?;
        let signed = key
            .sign(algorithm, SignatureForm::Asn1, &info.to_der().map_err(broken)?, rng)
            .map_err(|fault| Error::malformed(FORMAT, format!("the request cannot be signed ({fault})")))?;
        let signature = BitString::from_bytes(&signed).map_err(broken)?;
        let request = CertReq { info, algorithm: signature::identifier(algorithm)?, signature };
        Self::from_der(&request.to_der().map_err(broken)?)
    }

    /// Reads one request in DER. Its signature is not checked here; see [`verify`](Self::verify).
    ///
    /// # Errors
    /// When the octets are no request or something follows it.
    pub fn from_der(octets: &[u8]) -> Result<Self, Error> {
        let inner = CertReq::from_der(octets).map_err(|fault| malformed(FORMAT, &fault))?;
        Ok(Self { der: octets.to_vec(), inner: Box::new(inner) })
    }

    /// The octets as they were read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whom the certificate is to name.
    #[must_use]
    pub fn subject(&self) -> DistinguishedName {
        self.inner.info.subject.clone().into()
    }

    /// The key that the certificate is to vouch for.
    ///
    /// # Errors
    /// When the key is of a kind that is not supported.
    pub fn public_key(&self) -> Result<PublicKey, Error> {
        spki_room::decode(&self.subject_public_key_info()?)
    }

    /// The numbers of its RSA key, also of one that cannot be used; `None` for a key of another kind.
    ///
    /// # Errors
    /// As [`spki::rsa_numbers`](spki_room::rsa_numbers).
    pub fn rsa_numbers(&self) -> Result<Option<RsaNumbers>, Error> {
        spki_room::rsa_numbers(&self.subject_public_key_info()?)
    }

    /// SHA-256 of the `SubjectPublicKeyInfo`, which names the key whatever its kind.
    ///
    /// # Errors
    /// Only when the key cannot be written in DER.
    pub fn key_fingerprint(&self) -> Result<Fingerprint, Error> {
        Ok(Fingerprint::of(DigestAlgorithm::Sha256, &self.subject_public_key_info()?))
    }

    /// The further names it asks for.
    ///
    /// # Errors
    /// When an extensionRequest is malformed.
    pub fn subject_alt_names(&self) -> Result<Vec<SubjectAltName>, Error> {
        let mut names = Vec::new();
        for extension in self.extensions()?.iter().filter(|extension| extension.extn_id == oid::SUBJECT_ALT_NAME) {
            let asked = SubjectAltNameExtension::from_der(extension.extn_value.as_bytes());
            names.extend(asked.map_err(|fault| malformed(FORMAT, &fault))?.0.iter().map(SubjectAltName::from));
        }
        Ok(names)
    }

    /// What can be said of the key that the certificate is to vouch for, whatever its kind.
    ///
    /// # Errors
    /// When it is no `SubjectPublicKeyInfo`.
    pub fn key_description(&self) -> Result<spki_room::Description, Error> {
        spki_room::describe(&self.subject_public_key_info()?)
    }

    /// What it says of how it was signed: an algorithm's name, such as `sha256WithRSAEncryption`.
    #[must_use]
    pub fn signature_name(&self) -> String {
        signature::name(&self.inner.algorithm)
    }

    /// The digest under its signature, such as `SHA-256`, where the algorithm tells.
    #[must_use]
    pub fn signature_digest(&self) -> Option<String> {
        signature::digest(&self.inner.algorithm)
    }

    /// The extensions it asks for.
    ///
    /// # Errors
    /// When an extensionRequest is malformed.
    pub fn requested_extensions(&self) -> Result<Vec<StatedExtension>, Error> {
        let requests = self.inner.info.attributes.iter().filter(|attribute| attribute.oid == oid::EXTENSION_REQUEST);
        let values: Vec<Any> = requests.flat_map(|attribute| attribute.values.iter().cloned()).collect();
        extensions::requested(&values)
    }

    /// The names of its other attributes. Their values stay unread: a challengePassword is one of them.
    #[must_use]
    pub fn other_attributes(&self) -> Vec<String> {
        let others = self.inner.info.attributes.iter().filter(|attribute| attribute.oid != oid::EXTENSION_REQUEST);
        others.map(|attribute| oid::name(attribute.oid)).collect()
    }

    /// What it asks for besides.
    ///
    /// # Errors
    /// When an extensionRequest is malformed.
    pub fn requested(&self) -> Result<Requested, Error> {
        Requested::of(&self.extensions()?)
    }

    fn extensions(&self) -> Result<Vec<Extension>, Error> {
        let requests = self.inner.info.attributes.iter().filter(|attribute| attribute.oid == oid::EXTENSION_REQUEST);
        let mut all = Vec::new();
        for value in requests.flat_map(|attribute| attribute.values.iter()) {
            let ExtensionReq(extensions) = value.decode_as().map_err(|fault| malformed(FORMAT, &fault))?;
            all.extend(extensions);
        }
        Ok(all)
    }

    /// Checks that the request was signed by the key it is for.
    ///
    /// # Errors
    /// When it was not, or key or algorithm are not supported.
    pub fn verify(&self) -> Result<(), Error> {
        let outer = Element::only(FORMAT, &self.der)?;
        let parts = outer.children(FORMAT, Tag::Sequence)?;
        let signed_part = parts.first().ok_or_else(|| Error::malformed(FORMAT, "it is empty"))?.raw;
        let algorithm = signature::algorithm(&self.inner.algorithm)?;
        let signature = self.inner.signature.as_bytes();
        let signature =
            signature.ok_or_else(|| Error::malformed(FORMAT, "its signature is no whole number of octets"))?;
        self.public_key()?
            .verify(algorithm, SignatureForm::Asn1, signed_part, signature)
            .map_err(|_| Error::malformed(FORMAT, "its signature was not made by the key it holds"))
    }

    /// The DER of the `SubjectPublicKeyInfo` that it asks a certificate for.
    ///
    /// # Errors
    /// Only when the key is longer than DER can state.
    pub fn subject_public_key_info(&self) -> Result<Vec<u8>, Error> {
        self.inner.info.public_key.to_der().map_err(|fault| malformed(FORMAT, &fault))
    }
}

impl fmt::Debug for CertificationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificationRequest({})", self.subject())
    }
}
