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

    /// The use with this name, also under its newer name `contentCommitment`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = if name == "contentCommitment" { "nonRepudiation" } else { name };
        Self::ALL.into_iter().find(|(_, _, known)| *known == name).map(|(it, ..)| it)
    }

    /// The extension with these uses; none where there are none.
    pub(super) fn together(uses: &[Self]) -> Option<KeyUsage> {
        let (first, others) = uses.split_first()?;
        let mut usage = KeyUsage(first.as_x509().into());
        for other in others {
            usage.0 |= other.as_x509();
        }
        Some(usage)
    }

    pub(super) fn as_x509(self) -> KeyUsages {
        Self::ALL[self as usize].1
    }

    pub(super) fn all_in(usage: KeyUsage) -> Vec<Self> {
        Self::ALL.into_iter().filter(|(_, bit, _)| usage.0.contains(*bit)).map(|(it, ..)| it).collect()
    }
}

/// Purposes by the names that openssl and keytool know them by: RFC 5280 section 4.2.1.12, RFC 4945, and Microsoft's.
const PURPOSES: [(&str, &str); 15] = [
    ("anyExtendedKeyUsage", "2.5.29.37.0"),
    ("clientAuth", "1.3.6.1.5.5.7.3.2"),
    ("codeSigning", "1.3.6.1.5.5.7.3.3"),
    ("emailProtection", "1.3.6.1.5.5.7.3.4"),
    ("ipsecEndSystem", "1.3.6.1.5.5.7.3.5"),
    ("ipsecIKE", "1.3.6.1.5.5.7.3.17"),
    ("ipsecTunnel", "1.3.6.1.5.5.7.3.6"),
    ("ipsecUser", "1.3.6.1.5.5.7.3.7"),
    ("msCodeCom", "1.3.6.1.4.1.311.2.1.22"),
    ("msCodeInd", "1.3.6.1.4.1.311.2.1.21"),
    ("msEFS", "1.3.6.1.4.1.311.10.3.4"),
    ("msSmartcardLogin", "1.3.6.1.4.1.311.20.2.2"),
    ("OCSPSigning", "1.3.6.1.5.5.7.3.9"),
    ("serverAuth", "1.3.6.1.5.5.7.3.1"),
    ("timeStamping", "1.3.6.1.5.5.7.3.8"),
];

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

    /// Reads a purpose's name, such as `serverAuth`, or the arcs of its OID.
    ///
    /// ```
    /// use certwright::formats::x509::ExtendedKeyUse;
    ///
    /// assert_eq!(ExtendedKeyUse::parse("1.3.6.1.5.5.7.3.1"), Some(ExtendedKeyUse::SERVER_AUTH));
    /// assert_eq!(ExtendedKeyUse::parse("serverauth"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let named = PURPOSES.iter().find(|(name, _)| *name == text).map(|(_, arcs)| *arcs);
        ObjectIdentifier::new(named.unwrap_or(text)).ok().map(Self)
    }

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
    /// Whether a reader that does not know extKeyUsage must refuse the certificate, as RFC 3161 asks for the
    /// certificate of a time stamper.
    pub extended_key_uses_are_critical: bool,
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
