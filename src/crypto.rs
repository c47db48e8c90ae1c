//! Algorithms without file formats: keys, signatures, digests, key derivations and ciphers.
//!
//! | file | standard |
//! |---|---|
//! | `rsa` | RSASSA-PKCS1-v1_5 and RSASSA-PSS, RFC 8017; key generation, FIPS 186-5 appendix A.1.3 |
//! | `prime_search` | probable primes, FIPS 186-5 appendices A.1.3, B.3 and C; several candidates at once |
//! | `ecdsa` | ECDSA on P-256, P-384 and P-521, FIPS 186-5 section 6 |
//! | `ed25519` | Ed25519, RFC 8032 |
//! | `digest` | SHA-1 and SHA-2, FIPS 180-4 |
//! | `key_health` | the weaknesses of RSA keys that their numbers show |
//! | `kdf` | PBKDF1, PBKDF2, scrypt, the derivations of RFC 7292 appendix B and of OpenSSL's traditional PEM |
//! | `cipher` | AES and triple DES in CBC mode, SP 800-38A; DES, RC2 and RC4, only to read |

mod algorithm;
pub(crate) mod cipher;
mod digest;
mod ecdsa;
mod ed25519;
mod error;
pub(crate) mod kdf;
pub mod key_health;
mod prime_search;
mod private_key;
mod public_key;
mod random;
mod rsa;

pub use algorithm::{KeyAlgorithm, SignatureAlgorithm, SignatureForm};
pub use digest::{DigestAlgorithm, Fingerprint};
pub use error::Error;
pub use prime_search::Simd;
pub use private_key::PrivateKey;
pub(crate) use private_key::PrivateKeyKind;
pub use public_key::PublicKey;
pub(crate) use public_key::PublicKeyKind;
pub use rand_core::CryptoRng;
pub use random::SystemRandom;
