//! The hashes that stand inside key derivations and MACs, among them some that sign nothing any more.

use hmac::{Hmac, KeyInit, Mac};
use md5::Digest;
use subtle::ConstantTimeEq;

use crate::secret::SecretBytes;

/// A hash function of RFC 1321 or FIPS 180-4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    /// MD5: broken; only to read old files.
    Md5,
    /// SHA-1: broken for signatures, not for HMAC.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA-512/224.
    Sha512_224,
    /// SHA-512/256.
    Sha512_256,
}

/// Runs `$body` with `$D` standing for the hash's type.
macro_rules! with_hash {
    ($hash:expr, $D:ident => $body:expr) => {
        match $hash {
            $crate::crypto::kdf::Hash::Md5 => {
                type $D = ::md5::Md5;
                $body
            }
            $crate::crypto::kdf::Hash::Sha1 => {
                type $D = ::sha1::Sha1;
                $body
            }
            $crate::crypto::kdf::Hash::Sha224 => {
                type $D = ::sha2::Sha224;
                $body
            }
            $crate::crypto::kdf::Hash::Sha256 => {
                type $D = ::sha2::Sha256;
                $body
            }
            $crate::crypto::kdf::Hash::Sha384 => {
                type $D = ::sha2::Sha384;
                $body
            }
            $crate::crypto::kdf::Hash::Sha512 => {
                type $D = ::sha2::Sha512;
                $body
            }
            $crate::crypto::kdf::Hash::Sha512_224 => {
                type $D = ::sha2::Sha512_224;
                $body
            }
            $crate::crypto::kdf::Hash::Sha512_256 => {
                type $D = ::sha2::Sha512_256;
                $body
            }
        }
    };
}
pub(super) use with_hash;

impl Hash {
    /// The standard's name, such as `SHA-512/256`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Sha512_224 => "SHA-512/224",
            Self::Sha512_256 => "SHA-512/256",
        }
    }

    /// Octets of a digest.
    pub(crate) fn output_length(self) -> usize {
        with_hash!(self, D => <D as Digest>::output_size())
    }

    /// The digest of `message`, which may be a derivation's state.
    pub(crate) fn digest(self, message: &[u8]) -> SecretBytes {
        with_hash!(self, D => SecretBytes::from(D::digest(message).to_vec()))
    }

    /// HMAC, RFC 2104.
    pub(crate) fn hmac(self, key: &SecretBytes, content: &[u8]) -> Vec<u8> {
        // A key of any length is good for HMAC, so the empty answer is never given.
        with_hash!(self, D => {
            let mac = <Hmac<D> as KeyInit>::new_from_slice(key.expose()).ok();
            mac.map(|mac| mac.chain_update(content).finalize().into_bytes().to_vec()).unwrap_or_default()
        })
    }

    /// Whether `expected` is the whole HMAC, compared in constant time.
    pub(crate) fn verifies(self, key: &SecretBytes, content: &[u8], expected: &[u8]) -> bool {
        let computed = self.hmac(key, content);
        !computed.is_empty() && bool::from(computed.ct_eq(expected))
    }
}
