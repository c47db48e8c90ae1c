//! Reading a token, verified or not.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::FORMAT;
use crate::formats::Error;

/// What a token says, of which nothing was checked: anybody may have written it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unchecked {
    /// The header, RFC 7515 section 4 or RFC 7516 section 4.
    pub header: Map<String, Value>,
    /// The claims; `None` where they are encrypted or are no JSON object.
    pub claims: Option<Map<String, Value>>,
    /// Whether the token is encrypted: a JWE of five parts rather than a JWS of three.
    pub is_encrypted: bool,
    /// The octets of the signature; none for `"alg": "none"`.
    pub signature_length: usize,
}

/// Whether these octets are a compact token and nothing else, white space around it aside.
#[must_use]
pub fn looks_like_token(octets: &[u8]) -> bool {
    text_of(octets).is_some_and(|token| read_unchecked(token).is_ok())
}

/// The token that a file's octets are, without the white space around it.
#[must_use]
pub fn text_of(octets: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(octets).ok()?.trim();
    let fits = |octet: u8| octet.is_ascii_alphanumeric() || b"-_.".contains(&octet);
    (!text.is_empty() && text.bytes().all(fits)).then_some(text)
}

/// What a compact JWS or JWE says, without checking it.
///
/// # Errors
/// When it has neither three nor five parts, or its header is no JSON object with an `alg`.
pub fn read_unchecked(token: &str) -> Result<Unchecked, Error> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, .., last] = parts.as_slice() else {
        return Err(Error::malformed(FORMAT, "a compact token has three parts with dots between them"));
    };
    if ![3, 5].contains(&parts.len()) {
        return Err(Error::malformed(FORMAT, format!("a compact token has three parts, and this has {}", parts.len())));
    }
    let header = object(header)?;
    if !header.get("alg").is_some_and(Value::is_string) {
        return Err(Error::malformed(FORMAT, "its header names no algorithm"));
    }
    let is_encrypted = parts.len() == 5;
    let claims = if is_encrypted { None } else { object(parts[1]).ok() };
    Ok(Unchecked { header, claims, is_encrypted, signature_length: octets(last)?.len() })
}

pub(super) fn object(part: &str) -> Result<Map<String, Value>, Error> {
    serde_json::from_slice(&octets(part)?).map_err(|_| Error::malformed(FORMAT, "a part is no JSON object"))
}

pub(super) fn octets(part: &str) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Error::malformed(FORMAT, "a part is not base64url without padding"))
}
