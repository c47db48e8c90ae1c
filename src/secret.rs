//! Values that must not leak: passwords, private keys, derived keys and tokens.
//!
//! Each type here is wiped when it is dropped, prints as `[redacted]`, and gives its content only through a method
//! whose name begins with `expose`, so that every place where a secret leaves its wrapper can be found by searching
//! for that word.

mod bytes;
mod password;
mod provider;
mod token;

pub use bytes::SecretBytes;
pub use password::{Password, PasswordError, PasswordOrigin};
pub use provider::{NoPasswords, PasswordProvider, PasswordPurpose, Passwords, ProviderError};
pub use token::Token;
