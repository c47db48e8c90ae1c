//! What a key may be used for: keyUsage and extKeyUsage, RFC 5280 sections 4.2.1.3 and 4.2.1.12, as asked for and as given.

use der::Decode;
use der::asn1::ObjectIdentifier;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages};

use super::FORMAT;
use crate::formats::der::malformed;
use crate::formats::{Error, oid};

/// One bit of keyUsage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// Signatures other than those on certificates and CRLs.
    DigitalSignature,
    /// contentCommitment in newer texts.
    NonRepudiation,
    /// Encrypting other keys, as RSA key exchange does.
    KeyEncipherment,
    /// Encrypting data itself.
    DataEncipherment,
    /// Agreeing on keys, as Diffie-Hellman does.
    KeyAgreement,
    /// Signing certificates.
    KeyCertSign,
    /// Signing revocation lists.
    CrlSign,
    /// Only encrypting, after agreeing on a key.
    EncipherOnly,
    /// Only decrypting, after agreeing on a key.
    DecipherOnly,
}

impl KeyUse {
    const ALL: [(Self, KeyUsages, &'static str); 9] = [
        (Self::DigitalSignature, KeyUsages::DigitalSignature, "digitalSignature"),
        (Self::NonRepudiation, KeyUsages::NonRepudiation, "nonRepudiation"),
        (Self::KeyEncipherment, KeyUsages::KeyEncipherment, "keyEncipherment"),
        (Self::DataEncipherment, KeyUsages::DataEncipherment, "dataEncipherment"),
        (Self::KeyAgreement, KeyUsages::KeyAgreement, "keyAgreement"),
        (Self::KeyCertSign, KeyUsages::KeyCertSign, "keyCertSign"),
        (Self::CrlSign, KeyUsages::CRLSign, "cRLSign"),
        (Self::EncipherOnly, KeyUsages::EncipherOnly, "encipherOnly"),
        (Self::DecipherOnly, KeyUsages::DecipherOnly, "decipherOnly"),
    ];

    /// The standard's name, such as `digitalSignature`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].2
    }

    pub(super) fn as_x509(self) -> KeyUsages {
        Self::ALL[self as usize].1
    }

    pub(super) fn all_in(usage: KeyUsage) -> Vec<Self> {
        Self::ALL.into_iter().filter(|(_, bit, _)| usage.0.contains(*bit)).map(|(it, ..)| it).collect()
    }
}

/// One purpose of extKeyUsage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtendedKeyUse(ObjectIdentifier);

impl ExtendedKeyUse {
    /// A TLS server.
    pub const SERVER_AUTH: Self = Self(oid::SERVER_AUTH);
    /// A TLS client.
    pub const CLIENT_AUTH: Self = Self(oid::CLIENT_AUTH);
    /// Protected mail.
    pub const EMAIL_PROTECTION: Self = Self(oid::EMAIL_PROTECTION);

    /// The standard's name where it is known here, such as `serverAuth`, else the OID's arcs.
    #[must_use]
    pub fn name(self) -> String {
        oid::name(self.0)
    }

    pub(super) fn oid(self) -> ObjectIdentifier {
        self.0
    }
}

/// What a certificate's key may be used for, besides being a CA's or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purposes {
    /// How many CAs may stand between a CA and the last certificate of a path; none for any number. Without meaning in
    /// a certificate that is no CA's.
    pub path_length: Option<u8>,
    /// keyUsage beside a CA's keyCertSign and cRLSign; none is digitalSignature for what is no CA.
    pub key_uses: Vec<KeyUse>,
    /// extKeyUsage; none leaves the extension out.
    pub extended_key_uses: Vec<ExtendedKeyUse>,
}

/// What a request asks for beside its subject and names; nobody need grant it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requested {
    /// Whether it asks to be a CA.
    pub is_ca: bool,
    /// What its key is to be used for.
    pub purposes: Purposes,
    /// The names of further extensions; each certificate's own subjectKeyIdentifier is not counted.
    pub others: Vec<String>,
}

impl Requested {
    pub(crate) fn of(extensions: &[Extension]) -> Result<Self, Error> {
        let mut requested = Self::default();
        for extension in extensions {
            let value = extension.extn_value.as_bytes();
            let broken = |fault| malformed(FORMAT, &fault);
            match extension.extn_id {
                oid::SUBJECT_ALT_NAME | oid::SUBJECT_KEY_IDENTIFIER => {}
                oid::BASIC_CONSTRAINTS => {
                    let constraints = BasicConstraints::from_der(value).map_err(broken)?;
                    requested.is_ca = constraints.ca;
                    requested.purposes.path_length = constraints.path_len_constraint;
                }
                oid::KEY_USAGE => {
                    requested.purposes.key_uses = KeyUse::all_in(KeyUsage::from_der(value).map_err(broken)?);
                }
                oid::EXTENDED_KEY_USAGE => {
                    let uses = ExtendedKeyUsage::from_der(value).map_err(broken)?.0;
                    requested.purposes.extended_key_uses = uses.into_iter().map(ExtendedKeyUse).collect();
                }
                other => requested.others.push(oid::name(other)),
            }
        }
        Ok(requested)
    }
}
