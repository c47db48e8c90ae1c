//! Parameters to signed certificate: X.509 version 3 with the extensions of RFC 5280 section 4.2.1.

use der::asn1::{BitString, OctetString};
use der::{AnyRef, Encode, Tag, TagNumber};
use rand_core::CryptoRng;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};

use super::{
    Certificate, Details, DistinguishedName, FORMAT, KeyUse, Purposes, SerialNumber, SubjectAltName, Validity,
};
use super::{details as details_room, extensions, signature, validity};
use crate::crypto::{PrivateKey, PublicKey, SignatureForm};
use crate::formats::der::{malformed, wrap};
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

/// Who signs a certificate: the name as DER, octet for octet, and the key's identifier.
struct Authority<'a> {
    name: &'a [u8],
    key_identifier: Vec<u8>,
}

/// A certificate signed by its own subject's `key`.
///
/// It has a random serial number of 16 octets, basicConstraints (critical), keyUsage (critical: digitalSignature, and
/// for a CA keyCertSign and cRLSign instead), subjectKeyIdentifier, authorityKeyIdentifier, and subjectAltName when
/// names were given; `details` may choose another serial number, and further uses.
///
/// # Errors
/// When a date lies outside X.509's range, or the key cannot sign.
pub fn self_sign(
    parameters: &CertificateParameters,
    details: &Details,
    key: &PrivateKey,
    rng: &mut dyn CryptoRng,
) -> Result<Certificate, Error> {
    let authority = Authority {
        name: &parameters.subject.to_der()?,
        key_identifier: spki_room::key_identifier(&key.public_key())?,
    };
    certify(parameters, details, &authority, key, rng)
}

/// A certificate signed by the `key` of the certificate `authority`, whose subject becomes the issuer octet for octet
/// and whose subjectKeyIdentifier becomes the authorityKeyIdentifier.
///
/// What is signed is not judged here; [`Certificate::cannot_sign`] and [`Certificate::forbids`] do that. The extensions
/// are those of [`self_sign`].
///
/// # Errors
/// As [`self_sign`].
pub fn issue(
    parameters: &CertificateParameters,
    details: &Details,
    authority: &Certificate,
    key: &PrivateKey,
    rng: &mut dyn CryptoRng,
) -> Result<Certificate, Error> {
    let key_identifier = match authority.subject_key_identifier() {
        Some(stated) => stated,
        None => spki_room::key_identifier(&authority.public_key()?)?,
    };
    let authority = Authority { name: authority.raw_subject()?, key_identifier };
    certify(parameters, details, &authority, key, rng)
}

/// The certificate that `authority` signs with `key`:
///
/// ```text
/// TBSCertificate ::= SEQUENCE { version [0], serialNumber, signature, issuer, validity, subject,
///                               subjectPublicKeyInfo, extensions [3] }
/// ```
fn certify(
    parameters: &CertificateParameters,
    details: &Details,
    authority: &Authority<'_>,
    key: &PrivateKey,
    rng: &mut dyn CryptoRng,
) -> Result<Certificate, Error> {
    let broken = |fault| malformed(FORMAT, &fault);
    let algorithm = details_room::signature(FORMAT, key.algorithm(), details.digest)?;
    let identifier = signature::identifier(algorithm)?.to_der().map_err(broken)?;
    let period = x509_cert::time::Validity::<x509_cert::certificate::Rfc5280>::new(
        validity::to_x509(parameters.validity.not_before)?,
        validity::to_x509(parameters.validity.not_after)?,
    );
    let version_3 = AnyRef::new(Tag::Integer, &[2]).and_then(|it| it.to_der()).map_err(broken)?;
    let extensions = extensions_of(parameters, &details.purposes, authority)?.to_der().map_err(broken)?;
    let serial_number = details.serial_number.clone().unwrap_or_else(|| SerialNumber::random(rng));
    let signed_part = wrap(
        FORMAT,
        Tag::Sequence,
        &[
            &explicit(0, &version_3)?,
            &serial_number.to_x509()?.to_der().map_err(broken)?,
            &identifier,
            authority.name,
            &period.to_der().map_err(broken)?,
            &parameters.subject.to_der()?,
            &spki_room::encode(&parameters.public_key)?,
            &explicit(3, &extensions)?,
        ],
    )?;
    let signature = key
        .sign(algorithm, SignatureForm::Asn1, &signed_part, rng)
        .map_err(|fault| Error::malformed(FORMAT, format!("the certificate cannot be signed ({fault})")))?;
    let signature = BitString::from_bytes(&signature).and_then(|it| it.to_der()).map_err(broken)?;
    Certificate::from_der(&wrap(FORMAT, Tag::Sequence, &[&signed_part, &identifier, &signature])?)
}

/// `[number] EXPLICIT` around one element.
fn explicit(number: u32, element: &[u8]) -> Result<Vec<u8>, Error> {
    wrap(FORMAT, Tag::ContextSpecific { constructed: true, number: TagNumber(number) }, &[element])
}

fn extensions_of(
    parameters: &CertificateParameters,
    purposes: &Purposes,
    authority: &Authority<'_>,
) -> Result<Vec<Extension>, Error> {
    let broken = |fault| malformed(FORMAT, &fault);
    let name = parameters.subject.as_x509();
    let identifier = |octets: Vec<u8>| OctetString::new(octets).map_err(broken);
    let constraints = BasicConstraints {
        ca: parameters.is_ca,
        path_len_constraint: purposes.path_length.filter(|_| parameters.is_ca),
    };
    let usage = key_usage(parameters.is_ca, &purposes.key_uses);
    let subject = SubjectKeyIdentifier(identifier(spki_room::key_identifier(&parameters.public_key)?)?);
    let issuer = identifier(authority.key_identifier.clone())?;
    let authority = AuthorityKeyIdentifier { key_identifier: Some(issuer), ..Default::default() };
    let mut extensions = vec![
        // Critical in a CA's certificate (section 4.2.1.9), and harmless so in others: every reader knows it.
        (true, &constraints).to_extension(name, &[]).map_err(broken)?,
        (true, &usage).to_extension(name, &[]).map_err(broken)?,
        (&subject).to_extension(name, &[]).map_err(broken)?,
        (&authority).to_extension(name, &[]).map_err(broken)?,
    ];
    if !purposes.extended_key_uses.is_empty() {
        let uses = ExtendedKeyUsage(purposes.extended_key_uses.iter().map(|it| it.oid()).collect());
        extensions.push((purposes.extended_key_uses_are_critical, &uses).to_extension(name, &[]).map_err(broken)?);
    }
    extensions.extend(extensions::subject_alt_name(&parameters.subject, &parameters.subject_alt_names)?);
    Ok(extensions)
}

fn key_usage(is_ca: bool, uses: &[KeyUse]) -> KeyUsage {
    let mut usage = match uses.first() {
        _ if is_ca => KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign),
        Some(first) => KeyUsage(first.as_x509().into()),
        None => KeyUsage(KeyUsages::DigitalSignature.into()),
    };
    for further in uses {
        usage.0 |= further.as_x509();
    }
    usage
}
