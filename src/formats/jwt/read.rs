//! Reading a token: its parts, each strictly as the standard writes it, and what it says to anybody.

use base64::DecodeError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::Fault;
use crate::formats::json;
use crate::limits::Grouped;

/// The longest token that is read. Servers stop at some tens of thousands of octets, which is what a header of HTTP takes.
const LONGEST: usize = 1 << 20;

/// What a token says, of which nothing was checked: anybody may have written it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unchecked {
    /// The header, RFC 7515 section 4 or RFC 7516 section 4.
    pub header: Map<String, Value>,
    /// The claims; `None` where they are encrypted or are no JSON object.
    pub claims: Option<Map<String, Value>>,
    /// Why there are no claims in a token that is not encrypted.
    pub claims_fault: Option<Fault>,
    /// Whether the token is encrypted: a JWE of five parts rather than a JWS of three.
    pub is_encrypted: bool,
    /// The octets of the signature, or of the tag of a JWE; none for `"alg": "none"`.
    pub signature_length: usize,
}

/// The three parts of a compact JWS, RFC 7515 section 7.1.
pub(super) struct Compact<'a> {
    pub(super) header: &'a str,
    pub(super) payload: &'a str,
    pub(super) signature: &'a str,
    /// The first two parts with the dot between them: what is signed.
    pub(super) signed_part: &'a str,
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
/// ```
/// use certwright::formats::jwt;
///
/// // RFC 7519 section 6.1: a token that nobody signed.
/// let token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ.";
/// let said = jwt::read_unchecked(token)?;
/// assert_eq!((said.header["alg"].as_str(), said.signature_length), (Some("none"), 0));
/// assert_eq!(said.claims.unwrap_or_default()["iss"], "joe");
/// # Ok::<(), certwright::formats::jwt::Fault>(())
/// ```
///
/// # Errors
/// [`Fault::NotCompact`] when it has neither three nor five parts, [`Fault::Malformed`] when its header is no JSON object
/// with an `alg`, or signature or tag are not base64url.
pub fn read_unchecked(token: &str) -> Result<Unchecked, Fault> {
    let (header, last, claims) = match split(token) {
        Ok(parts) => (parts.header, parts.signature, Some(parts.payload)),
        Err(Fault::Encrypted) => {
            let end = |part: Option<&'_ str>| part.unwrap_or_default().to_owned();
            let (first, last) = (end(token.split('.').next()), end(token.rsplit('.').next()));
            let (header, tag) = (read_header(&first)?, octets("tag", &last)?);
            return Ok(Unchecked {
                header,
                claims: None,
                claims_fault: None,
                is_encrypted: true,
                signature_length: tag.len(),
            });
        }
        Err(fault) => return Err(fault),
    };
    let header = read_header(header)?;
    let claims = claims.map(read_claims).transpose();
    let (claims, claims_fault) = match claims {
        Ok(claims) => (claims, None),
        Err(fault) => (None, Some(fault)),
    };
    let signature_length = octets("signature", last)?.len();
    Ok(Unchecked { header, claims, claims_fault, is_encrypted: false, signature_length })
}

/// The parts of a compact JWS.
pub(super) fn split(token: &str) -> Result<Compact<'_>, Fault> {
    let other = |what: String| Err(Fault::NotCompact(what));
    if token.is_empty() {
        return other("it is empty".to_owned());
    }
    if token.len() > LONGEST {
        let (length, longest) = (Grouped(token.len() as u64), Grouped(LONGEST as u64));
        return other(format!("it has {length} bytes, and no token of more than {longest} is read"));
    }
    if let Some(what) = other_thing(token) {
        return other(format!(
            "{what}; a token is read in its compact form: header, claims and signature with dots between them"
        ));
    }
    let mut parts = token.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.count()) {
        (Some(header), Some(payload), Some(signature), 0) => {
            let signed_part = &token[..header.len() + 1 + payload.len()];
            Ok(Compact { header, payload, signature, signed_part })
        }
        (_, _, _, 2) => Err(Fault::Encrypted),
        (_, None, ..) => other(
            "there is no dot in it, and a token has three parts with dots between them; an access token need not be a JWT, \
             and then only its server can read it"
                .to_owned(),
        ),
        (_, _, None, _) => other("a token has three parts with dots between them, and this has two".to_owned()),
        (.., more) => {
            other(format!("a token has three parts with dots between them, and this has {}", Grouped(more as u64 + 3)))
        }
    }
}

/// What a text is that is certainly no compact token, as a clause.
fn other_thing(text: &str) -> Option<&'static str> {
    let begin = text.trim_start();
    let has = |member: &str| text.contains(member);
    if begin.starts_with("-----BEGIN ") {
        return Some("it is PEM, and no token");
    }
    if !begin.starts_with(['{', '[']) {
        return None;
    }
    Some(if has("\"signatures\"") || (has("\"payload\"") && has("\"signature\"")) {
        "it is a JWS in JSON serialization (RFC 7515 section 7.2)"
    } else if has("\"ciphertext\"") {
        "it is a JWE in JSON serialization (RFC 7516 section 7.2)"
    } else if has("\"access_token\"") {
        "it is a server's whole answer; the token in it is the value of `access_token`"
    } else if has("\"kty\"") {
        "it is a JSON Web Key, and no token"
    } else {
        "it is JSON, and no token"
    })
}

/// The header that the first part is; it names an algorithm.
pub(super) fn read_header(part: &str) -> Result<Map<String, Value>, Fault> {
    let header = json::object(&octets("header", part)?).map_err(|fault| Fault::malformed("header", fault))?;
    match header.get("alg") {
        Some(Value::String(_)) => Ok(header),
        Some(_) => Err(Fault::malformed("header", "has an `alg` that is no text")),
        None => Err(Fault::malformed("header", "names no algorithm (`alg`)")),
    }
}

fn read_claims(part: &str) -> Result<Map<String, Value>, Fault> {
    json::object(&octets("payload", part)?).map_err(|fault| Fault::malformed("payload", fault))
}

/// The octets of a part: base64url without padding, RFC 7515 section 2, each in its one form.
///
/// Bits that are left over must be zero (RFC 4648 section 3.5), or else several texts would be one token, and who keeps
/// used tokens by their text would take a changed one for new.
pub(super) fn octets(part: &'static str, text: &str) -> Result<Vec<u8>, Fault> {
    URL_SAFE_NO_PAD.decode(text).map_err(|fault| {
        let why = if text.contains('=') {
            "is padded with `=`, which RFC 7515 section 2 leaves out"
        } else if text.contains(['+', '/']) {
            "is base64, and not base64url with `-` and `_`"
        } else if text.contains(char::is_whitespace) {
            "has white space in it"
        } else {
            match fault {
                DecodeError::InvalidByte { .. } => "has characters that base64url has not",
                DecodeError::InvalidLastSymbol { .. } => "is not base64url in its one form: the last bits are not zero",
                _ => "is not base64url: it was cut short, or something was added",
            }
        };
        Fault::malformed(part, why)
    })
}
