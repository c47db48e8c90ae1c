//! What every keystore holds, whatever its format: entries with an alias each.

use crate::clock::Timestamp;
use crate::crypto::PrivateKey;
use crate::formats::x509::Certificate;

/// An entry whose content lies open.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name; PKCS#12 calls it friendlyName.
    pub alias: String,
    /// What it holds.
    pub content: Content,
}

/// What an open entry holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Content {
    /// A private key with its certificates, leaf first.
    PrivateKey {
        /// The key.
        key: PrivateKey,
        /// Its certificate, then that one's issuer, and so on.
        chain: Vec<Certificate>,
    },
    /// A certificate that is trusted by itself.
    TrustedCertificate(Box<Certificate>),
}

/// What can be told of an entry without opening its key.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Its name.
    pub alias: String,
    /// What it holds.
    pub kind: Kind,
    /// When it was made, where the file says so: a JKS always, a PKCS#12 where Java made the entry.
    pub created: Option<Timestamp>,
    /// Whether Java has it for an entry too: in a PKCS#12, Java passes over a certificate without its own mark of trust.
    pub is_java_entry: bool,
    /// Its certificates, leaf first. Empty when the file does not say which belong to it.
    pub chain: Vec<Certificate>,
}

/// What kind of entry it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Something this program keeps and does not read, such as a secret key.
    Other,
    /// A private key with its certificates.
    PrivateKey,
    /// A certificate without a key.
    TrustedCertificate,
}
