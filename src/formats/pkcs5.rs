//! Password-based encryption: PBES2 of RFC 8018, and the triple-DES scheme of RFC 7292 appendix C.
//!
//! Read: PBES2 with PBKDF2 (HMAC-SHA-1 and SHA-2) or scrypt and AES or triple DES; pbeWithSHAAnd3-KeyTripleDES-CBC.
//! Written: PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA-256 or scrypt; pbeWithSHAAnd3-KeyTripleDES-CBC for old readers.
//! Everything else is refused by name.
//!
//! <div class="warning">pbeWithSHAAnd3-KeyTripleDES-CBC is weak. It is written only for a named old reader.</div>

mod pbes1;
mod pbes2;
mod scheme;

pub use scheme::{Encryption, Kdf};
pub(crate) use scheme::{Scheme, refuse};

/// The standard's name in messages.
const FORMAT: &str = "PKCS#5";
