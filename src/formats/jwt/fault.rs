//! Why a token is not read, or does not verify: each reason with a stable word for programs.

use super::Algorithm;
use super::algorithm::SHORTEST_RSA;
use crate::crypto::KeyAlgorithm;
use crate::formats::{Error, Reason};
use crate::untrusted::Untrusted;

/// What is wrong with a token. It displays as one phrase, which never repeats a part of the token that is a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The header names another algorithm than the one that the key is bound to.
    #[error("its header names {named}, and the key is bound to {bound}")]
    AlgorithmMismatch {
        /// What the header names.
        named: Algorithm,
        /// What the key verifies.
        bound: Algorithm,
    },
    /// The claims are another token, RFC 7519 section 5.2.
    #[error("its content is another token (`cty` is `JWT`), which would have to be verified by itself")]
    ContentIsToken,
    /// The header has critical members, none of which is understood here: RFC 7515 section 4.1.11.
    #[error("its header has members that must be understood (`crit`), and these are not: {}", quoted(.0))]
    Critical(Vec<String>),
    /// A signature of ECDSA in the form of X.509.
    #[error(
        "its signature is in DER, as openssl and Java write it; {0} wants the two numbers side by side, {length} bytes (RFC 7518 section 3.4)",
        length = .0.fixed_length().unwrap_or_default()
    )]
    DerSignature(Algorithm),
    /// A JWE, whose claims nobody reads without the private key of its recipient.
    #[error("it is encrypted (JWE, five parts): it carries no signature, and its claims are not readable")]
    Encrypted,
    /// A part is not what the standard asks for.
    #[error("its {part} {}", Untrusted(.fault))]
    Malformed {
        /// Which part: `header`, `payload`, `signature` or `tag`.
        part: &'static str,
        /// What is wrong with it, as the rest of a sentence.
        fault: String,
    },
    /// It is no token in compact form.
    #[error("{}", Untrusted(.0))]
    NotCompact(String),
    /// Signed with a secret that sender and receiver share.
    #[error("it is signed with {}, a shared secret: not verified here, where a public key is the judge", Untrusted(.0))]
    SharedSecret(String),
    /// The key is too short for the algorithm, RFC 7518 sections 3.3 and 3.5.
    #[error("{algorithm} wants an RSA key of {SHORTEST_RSA} bits or more (RFC 7518 section 3.3), and this has {bits}")]
    ShortKey {
        /// The algorithm.
        algorithm: Algorithm,
        /// The key's bits.
        bits: u32,
    },
    /// A signature of another length than the algorithm and the key have.
    #[error("its signature has {length} bytes, and {algorithm} with this key has {wanted}")]
    SignatureLength {
        /// The algorithm.
        algorithm: Algorithm,
        /// The bytes that are there.
        length: usize,
        /// The bytes that there must be.
        wanted: usize,
    },
    /// The signature was not made by the key's private half over just these octets.
    #[error("its signature does not verify: another key made it, or the token was changed")]
    SignatureMismatch,
    /// The payload is not base64url, RFC 7797.
    #[error("its header says that the payload is not encoded (`b64`, RFC 7797), which no JWT may say")]
    Unencoded,
    /// An algorithm that is not used here.
    #[error("its header names `{}`, and there are {}", Untrusted(.0), Algorithm::ALL.map(Algorithm::name).join(", "))]
    UnknownAlgorithm(String),
    /// Anybody can have written it.
    #[error("it carries no signature ({}): anybody can have written it", .0)]
    Unsigned(&'static str),
}

impl Fault {
    /// A stable word for the kind of fault, for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AlgorithmMismatch { .. } => "algorithm_mismatch",
            Self::ContentIsToken => "nested_token",
            Self::Critical(_) => "critical_header",
            Self::DerSignature(_) => "der_signature",
            Self::Encrypted => "encrypted_token",
            Self::Malformed { .. } => "malformed_token",
            Self::NotCompact(_) => "not_a_token",
            Self::SharedSecret(_) => "shared_secret",
            Self::ShortKey { .. } => "short_key",
            Self::SignatureLength { .. } => "signature_length",
            Self::SignatureMismatch => "signature_mismatch",
            Self::Unencoded => "unencoded_payload",
            Self::UnknownAlgorithm(_) => "unknown_algorithm",
            Self::Unsigned(_) => "unsigned_token",
        }
    }

    pub(super) fn malformed(part: &'static str, fault: impl Into<String>) -> Self {
        Self::Malformed { part, fault: fault.into() }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        let reason = match &fault {
            Fault::SignatureMismatch => Reason::IntegrityMismatch("the signature".to_owned()),
            _ => Reason::Malformed(fault.to_string()),
        };
        Self::new(super::FORMAT, reason)
    }
}

impl Algorithm {
    /// Whether a key of this kind is long enough: RFC 7518 sections 3.3 and 3.5 ask 2048 bits of an RSA key. Keys on
    /// curves have one length.
    ///
    /// # Errors
    /// [`Fault::ShortKey`].
    pub fn check_length(self, key: KeyAlgorithm) -> Result<(), Fault> {
        match key {
            KeyAlgorithm::Rsa { bits } if bits < SHORTEST_RSA => Err(Fault::ShortKey { algorithm: self, bits }),
            _ => Ok(()),
        }
    }
}

/// Names from outside, in backticks with commas between.
fn quoted(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let names: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{}`", Untrusted(name))).collect();
    names.join(", ")
}
