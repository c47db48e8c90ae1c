//! What `inspect` found, as plain values: what each thing is, what it says, and what is to be said of it.

use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::files::Exposure;
use crate::formats::pem::Repair;
use crate::formats::pkcs5::Description as Protection;
use crate::formats::spki::Description;
use crate::formats::x509::{Certificate, DistinguishedName, StatedExtension, SubjectAltName, Validity};

use super::finding::Finding;
use crate::operations::UnopenedReason;

/// What was found in all files.
#[derive(Debug, Default)]
pub struct InspectReport {
    /// One for each file that was named, in that order.
    pub files: Vec<FileReport>,
}

impl InspectReport {
    /// Whether every file could be read, and every password that was given opened what it was for.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.files.iter().all(|file| file.failures.is_empty())
    }
}

/// What was found in one file.
#[derive(Debug)]
pub struct FileReport {
    /// The file, as the user named it.
    pub name: String,
    /// What kind of file it is; `None` where that could not be told.
    pub format: Option<FileFormat>,
    /// How a PEM differed from what the standard asks for.
    pub repairs: Vec<Repair>,
    /// What is in it, in the order of the file.
    pub things: Vec<Thing>,
    /// What a keystore says of itself.
    pub store: Option<StoreReport>,
    /// Who may read the file, where that is more than its owner and it holds a private key.
    pub exposure: Option<Exposure>,
    /// What is to be said of the file as a whole.
    pub findings: Vec<Finding>,
    /// What could not be read or opened.
    pub failures: Vec<UnopenedReason>,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileFormat {
    /// One thing in DER.
    Der,
    /// A Java keystore of type JCEKS.
    Jceks,
    /// A Java keystore of type JKS.
    Jks,
    /// A JSON Web Key, or a set of them.
    Jwk,
    /// A JSON Web Token in compact form.
    Jwt,
    /// PEM.
    Pem,
    /// PKCS#12.
    Pkcs12,
    /// PKCS#7 in DER.
    Pkcs7,
}

/// One thing in a file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Thing {
    /// A certificate.
    Certificate(Box<CertificateReport>),
    /// An entry of a keystore.
    Entry(Box<EntryReport>),
    /// A JSON Web Key.
    Jwk(Box<JwkReport>),
    /// Something that is named and left: a revocation list, parameters, a secret key.
    Other {
        /// What it is, such as `EC PARAMETERS`.
        label: String,
        /// The line of the file on which it begins.
        line: Option<usize>,
        /// Its octets.
        length: usize,
    },
    /// A private key.
    PrivateKey(Box<PrivateKeyReport>),
    /// A public key.
    PublicKey(Box<Description>, Vec<Finding>),
    /// A certificate signing request.
    Request(Box<RequestReport>),
    /// A JSON Web Token.
    Token(Box<TokenReport>),
    /// A block of a PEM that could not be read; the failure stands with the file.
    Unreadable {
        /// The block's label.
        label: String,
        /// The line of the file on which it begins.
        line: usize,
    },
}

/// A certificate and what is to be said of it.
#[derive(Debug)]
pub struct CertificateReport {
    /// The certificate: names, serial number, version and fingerprints are asked of it.
    pub certificate: Certificate,
    /// From when to when it is valid, where its dates can be read.
    pub validity: Option<Validity>,
    /// The key that it vouches for, where that can be told.
    pub key: Option<Description>,
    /// The names of its subjectAltName.
    pub names: Vec<SubjectAltName>,
    /// Its extensions in the order of the file.
    pub extensions: Vec<StatedExtension>,
    /// Whether basicConstraints say that it may sign certificates.
    pub is_ca: bool,
    /// Who issued it, as far as what was given tells.
    pub issuer: IssuerReport,
    /// What is to be said of it.
    pub findings: Vec<Finding>,
}

/// Who issued a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssuerReport {
    /// Another certificate among those given, whose key made the signature.
    Known {
        /// Whose certificate that is.
        subject: DistinguishedName,
        /// The file it stands in.
        file: String,
        /// Its position among the file's certificates, from 1.
        position: usize,
    },
    /// Nobody whose certificate was given.
    Missing,
    /// It names itself, and its own key did not make the signature.
    NotItself,
    /// It names itself, and its own key made the signature.
    Itself,
    /// It names itself, and the signature is of a kind that cannot be checked here.
    ItselfUnchecked,
}

/// Whether something protected was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// No password was given for it.
    Locked,
    /// It is not protected, or a password opened it.
    Open,
    /// The passwords that were given do not open it, or it is not read here.
    Refused,
}

/// A private key and what is to be said of it.
#[derive(Debug)]
pub struct PrivateKeyReport {
    /// The encoding, such as `PKCS#8`.
    pub encoding: &'static str,
    /// How it is protected; `None` where it lies open.
    pub protection: Option<Protection>,
    /// Whether it was opened.
    pub lock: Lock,
    /// Its public half, where it is open.
    pub key: Option<Description>,
    /// Where certificates of its public half were found.
    pub certificates: Vec<CertificatePlace>,
    /// What is to be said of it.
    pub findings: Vec<Finding>,
}

/// Where a certificate stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificatePlace {
    /// The file.
    pub file: String,
    /// Its position among the file's certificates, from 1.
    pub position: usize,
    /// Whose it is.
    pub subject: DistinguishedName,
}

/// What a keystore says of itself.
#[derive(Debug)]
pub struct StoreReport {
    /// The version, of a Java keystore.
    pub version: Option<u32>,
    /// Whether the file was compared with its checksum.
    pub integrity: Integrity,
    /// What the checksum is, such as `HMAC-SHA-256` or `SHA-1`.
    pub mac: Option<Protection>,
    /// The parts of a PKCS#12, each protected on its own.
    pub safes: Vec<SafeReport>,
    /// Whether the file was opened.
    pub lock: Lock,
}

/// Whether a keystore's integrity was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integrity {
    /// A password was given, and the checksum fits it.
    Checked,
    /// The file has no checksum: nothing can be checked.
    Missing,
    /// No password was given, or none that fits: what is shown may have been changed by anyone.
    Unchecked,
}

/// One part of a PKCS#12.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafeReport {
    /// How it is protected; `None` where it lies open.
    pub protection: Option<Protection>,
    /// What it holds by kind, such as `certBag`, where that can be seen.
    pub bags: Vec<String>,
}

/// An entry of a keystore.
#[derive(Debug)]
pub struct EntryReport {
    /// The alias; PKCS#12 calls it friendlyName.
    pub alias: String,
    /// What kind of entry it is.
    pub kind: crate::formats::keystore::Kind,
    /// When it was made, where the format says so.
    pub created: Option<Timestamp>,
    /// Its private key.
    pub key: Option<PrivateKeyReport>,
    /// Its certificates, leaf first.
    pub chain: Vec<CertificateReport>,
    /// What is to be said of the entry as a whole.
    pub findings: Vec<Finding>,
}

/// A JSON Web Key.
#[derive(Debug)]
pub struct JwkReport {
    /// Its name, as it states it.
    pub kid: Option<String>,
    /// Its thumbprint of RFC 7638, where it was read.
    pub thumbprint: Option<String>,
    /// The key.
    pub key: JwkKey,
    /// The certificates of its `x5c`, leaf first.
    pub chain: Vec<CertificateReport>,
}

/// What a JSON Web Key holds.
#[derive(Debug)]
pub enum JwkKey {
    /// Something that is not used here; what, as a phrase.
    NotRead(String),
    /// A private key, which lies open.
    Private(Box<PrivateKeyReport>),
    /// A public key, and what is to be said of it.
    Public(Box<Description>, Vec<Finding>),
}

/// A certificate signing request and what is to be said of it.
#[derive(Debug)]
pub struct RequestReport {
    /// Whom the certificate is to name.
    pub subject: DistinguishedName,
    /// The key that it is to vouch for, where that can be told.
    pub key: Option<Description>,
    /// The signature algorithm's name.
    pub signature_algorithm: String,
    /// Whether the request was signed by its own key; the error says why not, or why that cannot be told.
    pub signature: Result<(), crate::formats::Error>,
    /// The further names it asks for.
    pub names: Vec<SubjectAltName>,
    /// The extensions it asks for.
    pub extensions: Vec<StatedExtension>,
    /// The names of its other attributes.
    pub attributes: Vec<String>,
    /// What is to be said of it.
    pub findings: Vec<Finding>,
}

/// A JSON Web Token, of which nothing was checked.
#[derive(Debug)]
pub struct TokenReport {
    /// The header.
    pub header: Map<String, Value>,
    /// The claims; `None` where they are encrypted.
    pub claims: Option<Map<String, Value>>,
    /// Whether it is encrypted (JWE).
    pub is_encrypted: bool,
    /// The octets of the signature, which is never shown.
    pub signature_length: usize,
    /// What is to be said of it.
    pub findings: Vec<Finding>,
}

impl FileReport {
    /// A file of which nothing is known yet.
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            format: None,
            repairs: Vec::new(),
            things: Vec::new(),
            store: None,
            exposure: None,
            findings: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// All certificates, those of entries included, in the order of the file.
    pub fn certificates(&self) -> impl Iterator<Item = &CertificateReport> {
        self.things.iter().flat_map(|thing| match thing {
            Thing::Certificate(certificate) => std::slice::from_ref(&**certificate).iter(),
            Thing::Entry(entry) => entry.chain.iter(),
            Thing::Jwk(jwk) => jwk.chain.iter(),
            _ => [].iter(),
        })
    }

    pub(super) fn certificates_mut(&mut self) -> impl Iterator<Item = &mut CertificateReport> {
        self.things.iter_mut().flat_map(|thing| match thing {
            Thing::Certificate(certificate) => std::slice::from_mut(&mut **certificate).iter_mut(),
            Thing::Entry(entry) => entry.chain.iter_mut(),
            Thing::Jwk(jwk) => jwk.chain.iter_mut(),
            _ => [].iter_mut(),
        })
    }

    /// All private keys, those of entries included.
    pub fn private_keys(&self) -> impl Iterator<Item = &PrivateKeyReport> {
        self.things.iter().filter_map(|thing| match thing {
            Thing::PrivateKey(key) => Some(&**key),
            Thing::Entry(entry) => entry.key.as_ref(),
            Thing::Jwk(jwk) => match &jwk.key {
                JwkKey::Private(key) => Some(key),
                _ => None,
            },
            _ => None,
        })
    }

    pub(super) fn private_keys_mut(&mut self) -> impl Iterator<Item = &mut PrivateKeyReport> {
        self.things.iter_mut().filter_map(|thing| match thing {
            Thing::PrivateKey(key) => Some(&mut **key),
            Thing::Entry(entry) => entry.key.as_mut(),
            Thing::Jwk(jwk) => match &mut jwk.key {
                JwkKey::Private(key) => Some(key),
                _ => None,
            },
            _ => None,
        })
    }
}
