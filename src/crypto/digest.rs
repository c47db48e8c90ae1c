//! Digests, and the fingerprints people compare.

use std::fmt;

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// A digest of FIPS 180-4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// SHA-1: broken for signatures; only to verify old certificates and in formats that fix it.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// The digest of `message`.
    #[must_use]
    pub fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }

    /// The standard's name, such as `SHA-256`; SHA-1 is `SHA-1`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }
}

/// A digest by which people recognise a key or certificate.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(Vec<u8>);

impl Fingerprint {
    /// The fingerprint of `octets`, for instance of a certificate's DER.
    #[must_use]
    pub fn of(algorithm: DigestAlgorithm, octets: &[u8]) -> Self {
        Self(algorithm.digest(octets))
    }

    /// The fingerprint of this hexadecimal form, in either case and with or without colons; nothing for another text.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.replace(':', "");
        let are_digits = !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_hexdigit());
        let octet = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
        (are_digits && rest.is_empty())
            .then(|| pairs.iter().map(|pair| octet(pair)).collect::<Option<Vec<u8>>>())?
            .map(Self)
    }

    /// The digest itself.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Pairs of upper-case hexadecimal digits with colons between, as openssl and keytool print it.
    #[must_use]
    pub fn colons(&self) -> String {
        self.0.iter().map(|octet| format!("{octet:02X}")).collect::<Vec<_>>().join(":")
    }
}

impl fmt::Display for Fingerprint {
    /// Lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}
