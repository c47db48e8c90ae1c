//! What a path needs to know of each certificate, taken out of it once.

use der::asn1::ObjectIdentifier;
use der::{Decode, Tag, TagNumber, Tagged};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

use crate::clock::Timestamp;
use crate::crypto::{KeyAlgorithm, SignatureAlgorithm};
use crate::formats::der::{Element, elements, malformed};
use crate::formats::x509::name::canonical::{CanonicalRdn, canonical, is_readable};
use crate::formats::x509::{Certificate, FORMAT, Validity};
use crate::formats::{Error, oid};

use super::flaw::{NETSCAPE_CERTIFICATE_TYPE, flaw};

/// A certificate and what was read of it.
pub(super) struct Facts<'a> {
    pub(super) certificate: &'a Certificate,
    subject: Vec<CanonicalRdn>,
    issuer: Vec<CanonicalRdn>,
    authority: Authority,
    key_identifier: Option<Vec<u8>>,
    /// Its basicConstraints: whether it is a CA's, and the path length.
    pub(super) constraints: Option<(bool, Option<u8>)>,
    /// Whether its keyUsage has keyCertSign; `None` without keyUsage.
    signs_certificates: Option<bool>,
    pub(super) validity: Result<Validity, Error>,
    /// Whether subject and issuer are one.
    pub(super) is_self_issued: bool,
    /// Whether it names itself as its issuer in every way there is. Nothing of it is proved.
    pub(super) is_self_signed: bool,
    /// What is wrong with its extensions, so that it takes part in no path.
    pub(super) flaw: Option<String>,
}

/// Its authorityKeyIdentifier, section 4.2.1.1: what it says of its issuer's key and certificate.
#[derive(Default)]
struct Authority {
    key: Option<Vec<u8>>,
    issuer: Option<Vec<CanonicalRdn>>,
    serial: Option<Vec<u8>>,
}

const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");

/// Signatures by RSA keys that are not checked here, RFC 8017 appendices A.2.3 and A.2.4: with MD2, MD4 and MD5, with PSS,
/// with SHA-224 and with SHA-512 cut to 224 and 256 bits.
const OTHER_RSA_SIGNATURES: [ObjectIdentifier; 7] = [
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.2"),
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.3"),
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.4"),
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10"),
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.14"),
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.15"),
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.16"),
];

/// Extensions that may be critical: what they ask is done here, or they ask nothing of a path that is checked for no
/// purpose and under any policy.
const PROCESSED: [&str; 11] = [
    "2.5.29.15",
    "2.5.29.17",
    "2.5.29.19",
    "2.5.29.30",
    "2.5.29.31",
    "2.5.29.32",
    "2.5.29.33",
    "2.5.29.37",
    "2.5.29.54",
    "1.3.6.1.5.5.7.48.1.5",
    NETSCAPE_CERTIFICATE_TYPE,
];

/// Extensions that are not processed, and that ask something of a path even where they are not critical: addresses and
/// numbers of networks, RFC 3779, and proxies, RFC 3820.
const ALWAYS_UNHANDLED: [&str; 3] = ["1.3.6.1.5.5.7.1.7", "1.3.6.1.5.5.7.1.8", "1.3.6.1.5.5.7.1.14"];

impl<'a> Facts<'a> {
    pub(super) fn of(certificate: &'a Certificate) -> Self {
        let tbs = certificate.tbs();
        let (subject, issuer) = (canonical(tbs.subject()), canonical(tbs.issuer()));
        let authority = Authority::of(certificate);
        let flaw = flaw(certificate).or_else(|| authority.as_ref().err().map(ToString::to_string));
        let constraints = tbs.get_extension::<BasicConstraints>().ok().flatten();
        let usage = tbs.get_extension::<KeyUsage>().ok().flatten();
        let is_self_issued = subject == issuer;
        let mut facts = Self {
            certificate,
            subject,
            issuer,
            authority: authority.unwrap_or_default(),
            key_identifier: certificate.subject_key_identifier(),
            constraints: constraints.map(|(_, it)| (it.ca, it.path_len_constraint)),
            signs_certificates: usage.map(|(_, it)| it.key_cert_sign()),
            validity: certificate.validity(),
            is_self_issued,
            is_self_signed: false,
            flaw,
        };
        facts.is_self_signed = is_self_issued && facts.may_have_issued(&facts);
        facts
    }

    /// Whether it fits all that `other` says of its issuer. The signature is not looked at.
    pub(super) fn may_have_issued(&self, other: &Facts<'_>) -> bool {
        let fits = |named: &Option<Vec<u8>>, held: Option<&[u8]>| match (named, held) {
            (Some(named), Some(held)) => named == held,
            _ => true,
        };
        let serial = self.certificate.serial_number_der().ok();
        self.subject == other.issuer
            && fits(&other.authority.key, self.key_identifier.as_deref())
            && fits(&other.authority.serial, serial)
            && other.authority.issuer.as_ref().is_none_or(|issuer| *issuer == self.issuer)
            && self.could_sign_like(other)
    }

    /// Whether its key is of the kind that made the other's signature; also where the key is not known here.
    fn could_sign_like(&self, other: &Facts<'_>) -> bool {
        let Ok(key) = self.certificate.public_key() else { return true };
        let is_rsa = matches!(key.algorithm(), KeyAlgorithm::Rsa { .. });
        match other.certificate.signature_algorithm() {
            Ok(SignatureAlgorithm::Ecdsa(_)) => !is_rsa && key.algorithm() != KeyAlgorithm::Ed25519,
            Ok(SignatureAlgorithm::Ed25519) => key.algorithm() == KeyAlgorithm::Ed25519,
            Ok(SignatureAlgorithm::RsaPkcs1v15(_) | SignatureAlgorithm::RsaPss(_)) => is_rsa,
            // It is not checked here, and need not be on a trusted certificate; but it has to be one that exists.
            Err(_) => is_rsa && OTHER_RSA_SIGNATURES.contains(&other.certificate.tbs().signature().oid),
        }
    }

    /// Why its key cannot be read; `None` also for an RSA key that is merely of no use here.
    pub(super) fn unreadable_key(&self) -> Option<String> {
        let fault = self.certificate.public_key().err()?;
        let is_readable = matches!(self.certificate.rsa_numbers(), Ok(Some(_)));
        (!is_readable).then(|| fault.to_string())
    }

    /// Whether it is valid then; any date fits where none is asked.
    pub(super) fn is_valid_at(&self, at: Option<Timestamp>) -> bool {
        match (at, &self.validity) {
            (None, _) => true,
            (Some(at), Ok(validity)) => validity.not_before <= at && at <= validity.not_after,
            (Some(_), Err(_)) => false,
        }
    }

    pub(super) fn not_after(&self) -> Option<Timestamp> {
        self.validity.as_ref().ok().map(|it| it.not_after)
    }

    /// How far it can be taken for a CA's certificate.
    pub(super) fn standing(&self) -> Standing {
        match (self.signs_certificates, self.constraints) {
            (Some(false), _) => Standing::NoAuthority,
            (_, Some((true, _))) => Standing::Authority,
            (_, Some((false, _))) => Standing::NoAuthority,
            // A root of version 1, or one that says by its keyUsage alone that it signs certificates.
            (None, None) if self.certificate.version() == 1 && self.is_self_signed => Standing::OldRoot,
            (Some(true), None) => Standing::OldRoot,
            (None, None) => Standing::NoAuthority,
        }
    }

    pub(super) fn forbids_signing(&self) -> bool {
        self.signs_certificates == Some(false)
    }

    pub(super) fn path_length(&self) -> Option<u8> {
        self.constraints.and_then(|(_, length)| length)
    }

    /// The first extension that asks for what is not done here.
    pub(super) fn unhandled(&self) -> Option<String> {
        let is_unhandled =
            |id: &str, critical: bool| ALWAYS_UNHANDLED.contains(&id) || (critical && !PROCESSED.contains(&id));
        let extensions = self.certificate.extensions();
        extensions.into_iter().find(|it| is_unhandled(&it.oid, it.critical)).map(|it| it.name)
    }

    /// Whether its key is on a curve that is described by its numbers.
    pub(super) fn has_explicit_curve(&self) -> bool {
        let algorithm = self.certificate.tbs().subject_public_key_info().algorithm.clone();
        let is_named = algorithm.parameters.is_some_and(|it| it.tag() == Tag::ObjectIdentifier);
        algorithm.oid == oid::EC_PUBLIC_KEY && !is_named
    }

    /// Whether the signed part names the algorithm that the signature has, section 4.1.1.2.
    pub(super) fn algorithms_agree(&self) -> bool {
        self.certificate.signature_identifiers_agree()
    }
}

/// How far a certificate can be taken for a CA's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// basicConstraints say so.
    Authority,
    NoAuthority,
    /// It says so in a way that only the last of a path may.
    OldRoot,
}

impl Authority {
    fn of(certificate: &Certificate) -> Result<Self, Error> {
        const fn field(number: u32, constructed: bool) -> Tag {
            Tag::ContextSpecific { constructed, number: TagNumber(number) }
        }
        let mut extensions = certificate.tbs().extensions().into_iter().flatten();
        // The library's reader refuses serial numbers that are met all the same.
        let Some(extension) = extensions.find(|it| it.extn_id == AUTHORITY_KEY_IDENTIFIER) else {
            return Ok(Self::default());
        };
        let parts = Element::only(FORMAT, extension.extn_value.as_bytes())?.children(FORMAT, Tag::Sequence)?;
        let mut rest = parts.iter().peekable();
        let mut part = |tag| rest.next_if(|part| part.tag == tag).map(|part| part.value);
        let (key, issuers, serial) = (part(field(0, false)), part(field(1, true)), part(field(2, false)));
        if rest.next().is_some() {
            return Err(Error::malformed(FORMAT, "its authorityKeyIdentifier has a part that does not belong there"));
        }
        if serial.is_some_and(|serial| !is_integer(serial)) {
            return Err(Error::malformed(FORMAT, "its authorityKeyIdentifier has no serial number where one belongs"));
        }
        let mut issuer = None;
        for name in elements(FORMAT, issuers.unwrap_or_default())? {
            let name = GeneralName::from_der(name.raw).map_err(|fault| malformed(FORMAT, &fault))?;
            match name {
                GeneralName::DirectoryName(name) if !is_readable(&name) => {
                    return Err(Error::malformed(FORMAT, "its authorityKeyIdentifier has a name that cannot be read"));
                }
                GeneralName::DirectoryName(name) if issuer.is_none() => issuer = Some(canonical(&name)),
                _ => {}
            }
        }
        Ok(Self { key: key.map(<[u8]>::to_vec), issuer, serial: serial.map(<[u8]>::to_vec) })
    }
}

/// Whether the octets are an INTEGER's content in DER: there are some, and none too many.
fn is_integer(octets: &[u8]) -> bool {
    match octets {
        [] => false,
        [first, second, ..] => !matches!((first, second), (0, 0..0x80) | (0xff, 0x80..)),
        [_] => true,
    }
}
