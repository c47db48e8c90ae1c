//! Algorithms without file formats: keys, signatures, digests, key derivations and ciphers.

mod random;

pub use rand_core::CryptoRng;
pub use random::SystemRandom;
