//! What a JSON Web Token says; nothing of it is believed.

use serde_json::Value;

use crate::clock::Timestamp;
use crate::formats::{Error, jwt};

use super::finding::Finding;
use super::report::TokenReport;

/// Describes the token that these octets are.
pub(super) fn describe(token: &str, now: Timestamp) -> Result<TokenReport, Error> {
    let jwt::Unchecked { header, claims, is_encrypted, signature_length } = jwt::read_unchecked(token)?;
    let mut findings = Vec::new();
    let algorithm = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    if algorithm.eq_ignore_ascii_case("none") || (signature_length == 0 && !is_encrypted) {
        findings.push(Finding::problem(
            "unsigned_token",
            "it carries no signature",
            "Anybody can write such a token, and every careful receiver refuses it.",
        ));
    }
    if !is_encrypted && claims.is_none() {
        findings.push(Finding::problem(
            "unreadable_claims",
            "its second part is no JSON object",
            "It is a JWS with other content, or damaged; as a JWT it is refused.",
        ));
    }
    let moment = |name: &str| claims.as_ref().and_then(|claims| time_of(claims.get(name)?));
    if moment("exp").is_some_and(|end| end <= now) {
        findings.push(Finding::note(
            "expired",
            "its time is over",
            "Receivers refuse it now; a fresh one is made for every use.",
        ));
    }
    if moment("nbf").is_some_and(|begin| begin > now) {
        findings.push(Finding::note(
            "not_yet_valid",
            "its time has not begun",
            "Receivers refuse it until then; or else this machine's clock is wrong.",
        ));
    }
    Ok(TokenReport { header, claims, is_encrypted, signature_length, findings })
}

/// The moment that a claim such as `exp` states: `NumericDate`, RFC 7519 section 2, without its fraction.
#[must_use]
pub fn time_of(claim: &Value) -> Option<Timestamp> {
    let seconds = claim.as_i64().or_else(|| {
        // A fraction is allowed; what lies outside the calendar is refused below.
        #[expect(clippy::cast_possible_truncation, reason = "a float as a whole number of seconds, saturating")]
        claim.as_f64().map(|seconds| seconds.floor() as i64)
    })?;
    Timestamp::from_unix(seconds).ok()
}
