//! What can go wrong with a key or a signature.

use super::KeyAlgorithm;

/// A fault in a key, a signature or a choice of algorithm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The key and the signature algorithm are of different kinds.
    #[error("a key of type {key} cannot be used with {algorithm}")]
    AlgorithmMismatch {
        /// The key's algorithm.
        key: KeyAlgorithm,
        /// The signature algorithm's name.
        algorithm: String,
    },
    /// A fresh key failed its own test: the machine or the program is faulty.
    #[error("the new key failed its pairwise consistency test; this machine's arithmetic cannot be trusted")]
    InconsistentKey,
    /// Key components that make no key; the text says which.
    #[error("the key is malformed: {0}")]
    MalformedKey(&'static str),
    /// Signing failed.
    #[error("the key could not sign")]
    SigningFailed,
    /// No key type has this name.
    #[error("`{}` is no key type; there are rsa:2048, rsa:3072, rsa:4096, p256, p384, p521 and ed25519", crate::untrusted::Untrusted(.0))]
    UnknownKeyType(String),
    /// No instructions have this name.
    #[error("`{}` is no kind of instructions; known are `none`, `avx2`, `avx512f` and `avx512ifma`", crate::untrusted::Untrusted(.0))]
    UnknownSimd(String),
    /// A key of a kind or size that is not supported; the text names it.
    #[error("{0} is not supported")]
    UnsupportedKey(String),
    /// The signature was not made by this key over this message.
    #[error("the signature does not verify")]
    VerificationFailed,
}
