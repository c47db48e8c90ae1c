//! JSON Web Tokens in compact form: RFC 7519 over JWS, RFC 7515 section 7.1, with the algorithms of RFC 7518 and RFC 8037.
//!
//! Signed and verified: RS256 to RS512, PS256 to PS512, ES256 to ES512 and EdDSA. What verifies a token is a key that is
//! bound to one algorithm; the header must name just that one, and chooses nothing (RFC 8725 section 3.1). Refused: `none`
//! and HMAC, which have no name here; critical header members (`crit`) and `b64`; members that stand twice, at any depth;
//! base64url that is padded or not in its one form; signatures of another length than the standard's; tokens over 1 MiB
//! or nested deeper than 32. A JWE is only looked at, and the JSON serialisation of RFC 7515 section 7.2 is named and
//! not read. `typ` is reported, and compared only for those who ask (RFC 8725 section 3.11).

mod algorithm;
mod claim_value;
mod claims;
mod fault;
mod header;
mod pasted;
mod read;
mod sign;
mod verify;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use claim_value::claim_value;
pub use claims::{Check, ClaimFault, Expected, Outcome, check_claims, numeric_date};
pub use fault::Fault;
pub use header::Header;

pub use pasted::{Mend, Pasted, pasted};
pub use read::{Unchecked, looks_like_token, read_unchecked, text_of};
pub use sign::sign;
pub use verify::{Signed, Verified, VerifyingKey, verify, verify_signature};

/// The standard's name in messages.
const FORMAT: &str = "JWT";

#[cfg(test)]
mod tests;
