//! Parameters to signed certificate: X.509 version 3 with the extensions of RFC 5280 section 4.2.1.

use der::asn1::{BitString, OctetString};
use der::{Decode, Encode};
use rand_core::CryptoRng;
use spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use x509_cert::TbsCertificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder, Result as BuilderResult};
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;

use super::signature::Issuer;
use super::{Certificate, DistinguishedName, FORMAT, SubjectAltName, Validity, extensions, validity};
use crate::crypto::{PrivateKey, PublicKey, SignatureForm};
use crate::formats::der::malformed;
use crate::formats::{Error, spki as spki_room};

/// What a certificate is to say.
#[derive(Clone, Debug)]
pub struct CertificateParameters {
    /// Whose certificate it is.
    pub subject: DistinguishedName,
    /// Further names of the subject; none leaves the extension out.
    pub subject_alt_names: Vec<SubjectAltName>,
    /// From when to when it is valid.
    pub validity: Validity,
    /// The key that it vouches for.
    pub public_key: PublicKey,
    /// Whether its key may sign other certificates.
    pub is_ca: bool,
}

/// A certificate signed by its own subject's `key`.
///
/// It has a random serial number of 16 octets, basicConstraints (critical), keyUsage (critical: digitalSignature, and
/// for a CA keyCertSign and cRLSign instead), subjectKeyIdentifier, authorityKeyIdentifier, and subjectAltName when
/// names were given.
///
/// # Errors
/// When a date lies outside X.509's range, or the key cannot sign.
pub fn self_sign(
    parameters: &CertificateParameters,
    key: &PrivateKey,
    rng: &mut dyn CryptoRng,
) -> Result<Certificate, Error> {
    let spki_der = spki_room::encode(&parameters.public_key)?;
    let spki = SubjectPublicKeyInfoOwned::from_der(&spki_der).map_err(|fault| malformed(FORMAT, &fault))?;
    let validity = x509_cert::time::Validity::new(
        validity::to_x509(parameters.validity.not_before)?,
        validity::to_x509(parameters.validity.not_after)?,
    );
    let profile = Profile {
        subject: parameters.subject.as_x509().clone(),
        key_identifier: spki_room::key_identifier(&parameters.public_key)?,
        issuer_key_identifier: spki_room::key_identifier(&key.public_key())?,
        is_ca: parameters.is_ca,
    };
    let refused = |fault| Error::malformed(FORMAT, format!("the certificate cannot be built ({fault})"));
    let mut builder = CertificateBuilder::new(profile, serial_number(rng)?, validity, spki).map_err(refused)?;
    if let Some(names) = extensions::subject_alt_name(&parameters.subject, &parameters.subject_alt_names)? {
        builder.add_extension(names).map_err(|fault| malformed(FORMAT, &fault))?;
    }
    let issuer = Issuer(key);
    let signed_part = builder.finalize(&issuer).map_err(refused)?;
    let signature = key
        .sign(key.algorithm().default_signature(), SignatureForm::Asn1, &signed_part, rng)
        .map_err(|fault| Error::malformed(FORMAT, format!("the certificate cannot be signed ({fault})")))?;
    let signature = BitString::from_bytes(&signature).map_err(|fault| malformed(FORMAT, &fault))?;
    let certificate = builder.assemble(signature, &issuer).map_err(refused)?;
    Certificate::from_der(&certificate.to_der().map_err(|fault| malformed(FORMAT, &fault))?)
}

/// Sixteen random octets, positive and of full length (RFC 5280 section 4.1.2.2; at least 64 random bits, CA/Browser
/// Forum). Random, so that renewing with the same key repeats no pair of issuer and serial number.
fn serial_number(rng: &mut dyn CryptoRng) -> Result<SerialNumber, Error> {
    let mut octets = [0_u8; 16];
    rng.fill_bytes(&mut octets);
    octets[0] = octets[0] & 0x7f | 0x40;
    SerialNumber::new(&octets).map_err(|fault| malformed(FORMAT, &fault))
}

/// The extensions every certificate made here has.
struct Profile {
    subject: Name,
    key_identifier: Vec<u8>,
    issuer_key_identifier: Vec<u8>,
    is_ca: bool,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> BuilderResult<Vec<Extension>> {
        let usage = if self.is_ca {
            KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign)
        } else {
            KeyUsage(KeyUsages::DigitalSignature.into())
        };
        let issuer = OctetString::new(self.issuer_key_identifier.clone())?;
        let authority = AuthorityKeyIdentifier { key_identifier: Some(issuer), ..Default::default() };
        let subject = SubjectKeyIdentifier(OctetString::new(self.key_identifier.clone())?);
        let name = tbs.subject();
        Ok(vec![
            // Critical in a CA's certificate (section 4.2.1.9), and harmless so in others: every reader knows it.
            (true, &BasicConstraints { ca: self.is_ca, path_len_constraint: None }).to_extension(name, &[])?,
            (true, &usage).to_extension(name, &[])?,
            (&subject).to_extension(name, &[])?,
            (&authority).to_extension(name, &[])?,
        ])
    }
}
