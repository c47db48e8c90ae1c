//! JSON Web Tokens in compact form: RFC 7519 over JWS, RFC 7515 section 7.1, with the algorithms of RFC 7518 and RFC 8037.
//!
//! Signed and verified: RS256 to RS512, PS256 to PS512, ES256 to ES512 and EdDSA. What verifies a token is a key that is
//! bound to one algorithm; the header must name just that one, and chooses nothing. Refused: `none` and HMAC, which have
//! no name here; critical header members (`crit`); members that stand twice; a JWE, which is only looked at.

mod algorithm;
mod header;
mod read;
mod sign;
mod verify;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use header::Header;
pub use read::{Unchecked, looks_like_token, read_unchecked, text_of};
pub use sign::sign;
pub use verify::{Verified, VerifyingKey, verify};

/// The standard's name in messages.
const FORMAT: &str = "JWT";

#[cfg(test)]
mod tests;
