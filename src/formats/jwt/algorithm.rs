//! The algorithms of a JWS by their names in RFC 7518 section 3.1 and RFC 8037 section 3.1.

use std::fmt;
use std::str::FromStr;

use crate::crypto::{DigestAlgorithm, KeyAlgorithm, SignatureAlgorithm};
use crate::untrusted::Untrusted;

/// The shortest RSA key in bits, RFC 7518 sections 3.3 and 3.5.
pub(super) const SHORTEST_RSA: u32 = 2048;

/// How a token is signed.
///
/// There is no `none` and no `HS256` here, so that neither a token without a signature nor a public key taken for a
/// shared secret can ever verify (RFC 8725 section 3.2).
///
/// ```
/// use certwright::crypto::KeyAlgorithm;
/// use certwright::formats::jwt::Algorithm;
///
/// let algorithm: Algorithm = "PS256".parse()?;
/// assert!(algorithm.fits(KeyAlgorithm::Rsa { bits: 2048 }) && !algorithm.fits(KeyAlgorithm::P256));
/// assert!("none".parse::<Algorithm>().is_err() && "HS256".parse::<Algorithm>().is_err());
/// # Ok::<(), certwright::formats::jwt::UnknownAlgorithm>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// Ed25519, RFC 8037.
    EdDsa,
    /// ECDSA on P-256 over SHA-256.
    Es256,
    /// ECDSA on P-384 over SHA-384.
    Es384,
    /// ECDSA on P-521 over SHA-512.
    Es512,
    /// RSASSA-PSS over SHA-256.
    Ps256,
    /// RSASSA-PSS over SHA-384.
    Ps384,
    /// RSASSA-PSS over SHA-512.
    Ps512,
    /// RSASSA-PKCS1-v1_5 over SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 over SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 over SHA-512.
    Rs512,
}

/// No algorithm that is used here has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no signature algorithm that is used here; there are {}", Untrusted(.0), Algorithm::ALL.map(Algorithm::name).join(", "))]
pub struct UnknownAlgorithm(String);

impl Algorithm {
    /// All of them, those for RSA first.
    pub const ALL: [Self; 10] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
    ];

    /// Another name for [`EdDsa`](Self::EdDsa) with an Ed25519 key, RFC 9864 section 2.2: verified, and not written.
    pub const ED25519: &'static str = "Ed25519";

    /// The algorithm that a key of this kind usually signs with: its only one, and RS256 for RSA.
    #[must_use]
    pub fn usual(key: KeyAlgorithm) -> Self {
        match key {
            KeyAlgorithm::Ed25519 => Self::EdDsa,
            KeyAlgorithm::P256 => Self::Es256,
            KeyAlgorithm::P384 => Self::Es384,
            KeyAlgorithm::P521 => Self::Es512,
            KeyAlgorithm::Rsa { .. } => Self::Rs256,
        }
    }

    /// Whether a key of this kind can sign so.
    #[must_use]
    pub fn fits(self, key: KeyAlgorithm) -> bool {
        let is_for_rsa = matches!(self.signature(), SignatureAlgorithm::RsaPkcs1v15(_) | SignatureAlgorithm::RsaPss(_));
        match key {
            KeyAlgorithm::Rsa { .. } => is_for_rsa,
            // On a curve there is one algorithm for each kind of key (RFC 7518 section 3.4).
            other => Self::usual(other) == self,
        }
    }

    /// The standard's name, as it stands in `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }

    /// Whether `name` in a header is this algorithm: its own name letter by letter, and for Ed25519 also the name that RFC
    /// 9864 gives it.
    #[must_use]
    pub fn is_called(self, name: &str) -> bool {
        name == self.name() || (self == Self::EdDsa && name == Self::ED25519)
    }

    /// The octets of every such signature, where the algorithm alone says how many: RFC 7518 section 3.4 and RFC 8037
    /// section 3.1. A signature of RSA is as long as its key.
    #[must_use]
    pub fn fixed_length(self) -> Option<usize> {
        match self {
            Self::EdDsa | Self::Es256 => Some(64),
            Self::Es384 => Some(96),
            Self::Es512 => Some(132),
            _ => None,
        }
    }

    /// How the octets are signed.
    #[must_use]
    pub fn signature(self) -> SignatureAlgorithm {
        match self {
            Self::EdDsa => SignatureAlgorithm::Ed25519,
            Self::Es256 => SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256),
            Self::Es384 => SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384),
            Self::Es512 => SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha512),
            Self::Ps256 => SignatureAlgorithm::RsaPss(DigestAlgorithm::Sha256),
            Self::Ps384 => SignatureAlgorithm::RsaPss(DigestAlgorithm::Sha384),
            Self::Ps512 => SignatureAlgorithm::RsaPss(DigestAlgorithm::Sha512),
            Self::Rs256 => SignatureAlgorithm::RsaPkcs1v15(DigestAlgorithm::Sha256),
            Self::Rs384 => SignatureAlgorithm::RsaPkcs1v15(DigestAlgorithm::Sha384),
            Self::Rs512 => SignatureAlgorithm::RsaPkcs1v15(DigestAlgorithm::Sha512),
        }
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Reads the standard's name, exactly as it is: `alg` is case-sensitive (RFC 7515 section 4.1.1).
    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        let named = Self::ALL.into_iter().find(|algorithm| algorithm.name() == name);
        named.ok_or_else(|| UnknownAlgorithm(name.to_owned()))
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
