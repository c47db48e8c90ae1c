//! Password-based encryption: PBES2 and PBES1 of RFC 8018, and the schemes of RFC 7292 appendix C.
//!
//! Read: PBES2 with PBKDF2 (HMAC-SHA-1 and SHA-2) or scrypt and AES, triple DES, DES or RC2 in CBC mode; PBES1 with MD5
//! or SHA-1 and DES or RC2; all six schemes of PKCS#12, with RC2, RC4 and triple DES.
//! Written: PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA-256 or scrypt; pbeWithSHAAnd3-KeyTripleDES-CBC for old readers.
//! Everything else is refused by name, before a password is asked for: see [`Description`].
//!
//! <div class="warning">pbeWithSHAAnd3-KeyTripleDES-CBC is weak. It is written only for a named old reader.</div>

mod description;
mod pbes1;
mod pbes2;
mod scheme;
mod tally;
#[cfg(test)]
mod vectors;

pub use description::Description;
pub(crate) use pbes2::{Derivation, PseudoRandom};
pub use scheme::{Encryption, Kdf};
pub(crate) use scheme::{Scheme, feasible, refuse};
pub(crate) use tally::Tally;

/// The standard's name in messages.
const FORMAT: &str = "PKCS#5";

/// The longest salt that is taken, in octets; OpenSSL has 16, and RFC 8018 asks for no more than the hash's length.
const LONGEST_SALT: usize = 1024;

/// The salts that are written, in octets.
pub(crate) const SALT_LENGTH: usize = 16;
