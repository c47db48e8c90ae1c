//! The names of key and signature algorithms: what people type and what the standards print.

use std::fmt;
use std::str::FromStr;

use super::{DigestAlgorithm, Error};

/// What kind of key, and for RSA how long.
///
/// ```
/// use certwright::crypto::KeyAlgorithm;
///
/// let algorithm: KeyAlgorithm = "rsa:3072".parse()?;
/// assert_eq!(algorithm, KeyAlgorithm::Rsa { bits: 3072 });
/// assert_eq!(algorithm.to_string(), "RSA 3072");
/// # Ok::<(), certwright::crypto::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// Ed25519, RFC 8032.
    Ed25519,
    /// NIST P-256, secp256r1.
    P256,
    /// NIST P-384, secp384r1.
    P384,
    /// NIST P-521, secp521r1.
    P521,
    /// RSA, with the modulus's length.
    Rsa {
        /// Length of the modulus in bits.
        bits: u32,
    },
}

impl KeyAlgorithm {
    /// The keys that [`PrivateKey::generate`](super::PrivateKey::generate) makes.
    pub const GENERATED: [Self; 7] = [
        Self::Rsa { bits: 2048 },
        Self::Rsa { bits: 3072 },
        Self::Rsa { bits: 4096 },
        Self::P256,
        Self::P384,
        Self::P521,
        Self::Ed25519,
    ];

    /// The signature algorithm that a certificate or CSR of such a key is signed with.
    #[must_use]
    pub fn default_signature(self) -> SignatureAlgorithm {
        match self {
            Self::Ed25519 => SignatureAlgorithm::Ed25519,
            Self::P256 => SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256),
            Self::P384 => SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384),
            Self::P521 => SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha512),
            Self::Rsa { .. } => SignatureAlgorithm::RsaPkcs1v15(DigestAlgorithm::Sha256),
        }
    }
}

impl FromStr for KeyAlgorithm {
    type Err = Error;

    /// Reads the names of the command line: `rsa:2048`, `rsa:3072`, `rsa:4096` (`rsa` alone is `rsa:2048`), `p256`,
    /// `p384`, `p521` and `ed25519`, in any case.
    fn from_str(name: &str) -> Result<Self, Error> {
        match name.to_ascii_lowercase().as_str() {
            "ed25519" => Ok(Self::Ed25519),
            "p256" => Ok(Self::P256),
            "p384" => Ok(Self::P384),
            "p521" => Ok(Self::P521),
            "rsa" | "rsa:2048" => Ok(Self::Rsa { bits: 2048 }),
            "rsa:3072" => Ok(Self::Rsa { bits: 3072 }),
            "rsa:4096" => Ok(Self::Rsa { bits: 4096 }),
            _ => Err(Error::UnknownKeyType(name.to_owned())),
        }
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::P256 => f.write_str("EC P-256"),
            Self::P384 => f.write_str("EC P-384"),
            Self::P521 => f.write_str("EC P-521"),
            Self::Rsa { bits } => write!(f, "RSA {bits}"),
        }
    }
}

/// How a message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// ECDSA, FIPS 186-5 section 6, over the digest named.
    Ecdsa(DigestAlgorithm),
    /// Ed25519, RFC 8032.
    Ed25519,
    /// RSASSA-PKCS1-v1_5, RFC 8017 section 8.2, over the digest named.
    RsaPkcs1v15(DigestAlgorithm),
    /// RSASSA-PSS, RFC 8017 section 8.1, over the digest named, which is also that of MGF1 and the salt's length: the
    /// parameters of RFC 7518 section 3.5.
    RsaPss(DigestAlgorithm),
}

impl fmt::Display for SignatureAlgorithm {
    /// The name that openssl and RFC 5912 print, such as `sha256WithRSAEncryption`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ecdsa(digest) => write!(f, "ecdsa-with-{}", digest.name().replace('-', "")),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::RsaPkcs1v15(digest) => {
                write!(f, "{}WithRSAEncryption", digest.name().replace('-', "").to_ascii_lowercase())
            }
            Self::RsaPss(digest) => write!(f, "RSASSA-PSS with {}", digest.name()),
        }
    }
}

/// How the two integers of an ECDSA signature are written; other algorithms have one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureForm {
    /// `Ecdsa-Sig-Value`, a DER SEQUENCE: X.509 and PKCS#10, RFC 5480 appendix A.
    Asn1,
    /// Both integers at the curve's full length, side by side: JWS, RFC 7518 section 3.4.
    Fixed,
}
