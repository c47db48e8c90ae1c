//! What a JSON Web Token says; nothing of it is believed.

use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::formats::jwt::{self, ClaimFault, Expected, Fault, Outcome};

use super::finding::Finding;
use super::report::TokenReport;

/// Describes the token that these octets are.
///
/// # Errors
/// When it is none.
pub(in crate::operations) fn describe(token: &str, now: Timestamp) -> Result<TokenReport, Fault> {
    let jwt::Unchecked { header, claims, claims_fault, is_encrypted, signature_length } = jwt::read_unchecked(token)?;
    let mut findings = Vec::new();
    let algorithm = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    if algorithm.eq_ignore_ascii_case("none") || (signature_length == 0 && !is_encrypted) {
        findings.push(Finding::problem(
            "unsigned_token",
            "it carries no signature",
            "Anybody can write such a token, and every careful receiver refuses it.",
        ));
    }
    if let Some(fault) = claims_fault {
        findings.push(match header.get("cty").and_then(Value::as_str) {
            Some(kind) if kind.eq_ignore_ascii_case("JWT") => Finding::note(
                "nested_token",
                "its content is another token",
                "The inner one is a token of its own, and is decoded and verified by itself.",
            ),
            _ => Finding::problem(
                "unreadable_claims",
                fault.to_string(),
                "It is a JWS with other content, or damaged; as a JWT it is refused.",
            ),
        });
    }
    if header.contains_key("crit") {
        findings.push(Finding::note(
            "critical_header",
            "its header has members that must be understood (`crit`)",
            "Receivers that do not know them refuse the token.",
        ));
    }
    findings.extend(claims.iter().flat_map(|claims| of_claims(claims, now)));
    Ok(TokenReport { header, claims, is_encrypted, signature_length, findings })
}

/// What is to be said of the registered claims; no other clock than this one is forgiven.
fn of_claims(claims: &Map<String, Value>, now: Timestamp) -> Vec<Finding> {
    let expected = Expected { leeway: 0, may_last_for_ever: true, ..Expected::default() };
    let mut findings = Vec::new();
    for check in jwt::check_claims(claims, &expected, now) {
        let Outcome::Failed(fault) = check.outcome else { continue };
        findings.push(match fault {
            ClaimFault::Expired { .. } => Finding::note(
                "expired",
                "its time is over",
                "Receivers refuse it now; a fresh one is made for every use.",
            ),
            ClaimFault::NotYetValid { .. } => Finding::note(
                "not_yet_valid",
                "its time has not begun",
                "Receivers refuse it until then; or else this machine's clock is wrong.",
            ),
            ClaimFault::IssuedLater { .. } => Finding::note(
                fault.kind(),
                "it was issued in the future",
                "The clock that dated it is ahead of this machine's.",
            ),
            _ => {
                Finding::problem(fault.kind(), fault.to_string(), "Receivers refuse it, or take it for something else.")
            }
        });
    }
    findings
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
