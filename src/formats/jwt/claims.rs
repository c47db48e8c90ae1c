//! The registered claims of RFC 7519 section 4.1, held against a moment and against what the receiver expects.

use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::untrusted::Untrusted;

/// What the receiver of a token expects. What is `None` is not checked, and the report says so.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who must be among `aud`.
    pub audience: Option<&'a str>,
    /// Who `iss` must be.
    pub issuer: Option<&'a str>,
    /// Who `sub` must be.
    pub subject: Option<&'a str>,
    /// Seconds that two clocks may differ; RFC 7519 section 4.1.4 allows "a few minutes".
    pub leeway: u32,
    /// Whether a token without `exp` passes: it is good for ever.
    pub may_last_for_ever: bool,
}

impl Expected<'_> {
    /// The leeway unless another is asked for, in seconds.
    pub const LEEWAY: u32 = 60;
}

impl Default for Expected<'_> {
    /// Nobody in particular is expected, clocks differ by at most a minute, and the token must end.
    fn default() -> Self {
        Self { audience: None, issuer: None, subject: None, leeway: Self::LEEWAY, may_last_for_ever: false }
    }
}

/// One claim and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The claim's name, such as `exp`.
    pub claim: &'static str,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a claim.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is not there, and need not be.
    Absent,
    /// It is not as it must be.
    Failed(ClaimFault),
    /// It is there and well-formed, and nobody said what it must be.
    NotCompared,
    /// It is as it must be.
    Passed,
}

/// Why a claim does not pass. `Display` is a phrase that begins with the claim's name.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimFault {
    /// The token's time is over.
    #[error("`exp` is {end}: it expired {} before {now}", span(*.seconds))]
    Expired {
        /// When it ended.
        end: Timestamp,
        /// The moment of the check.
        now: Timestamp,
        /// Seconds between the two.
        seconds: i64,
    },
    /// The token was made in the future.
    #[error("`iat` is {at}: it was issued {} after {now}, by another clock than this", span(*.seconds))]
    IssuedLater {
        /// When it says that it was issued.
        at: Timestamp,
        /// The moment of the check.
        now: Timestamp,
        /// Seconds between the two.
        seconds: i64,
    },
    /// A claim that must be there is not.
    #[error("`{claim}` is missing{}", .wanted.as_deref().map(|it| format!(", and must be `{}`", Untrusted(it))).unwrap_or_default())]
    Missing {
        /// The claim.
        claim: &'static str,
        /// What it must be, if something was asked for.
        wanted: Option<String>,
    },
    /// The token is for somebody else, or by somebody else.
    #[error("`{claim}` is {}, and must be `{}`", listed(.met), Untrusted(.wanted))]
    Other {
        /// The claim.
        claim: &'static str,
        /// What it must be.
        wanted: String,
        /// What it is; of `aud` all that are named.
        met: Vec<String>,
    },
    /// The token's time has not begun.
    #[error("`nbf` is {begin}: it begins {} after {now}", span(*.seconds))]
    NotYetValid {
        /// When it begins.
        begin: Timestamp,
        /// The moment of the check.
        now: Timestamp,
        /// Seconds between the two.
        seconds: i64,
    },
    /// A moment that the calendar does not have.
    #[error("`{claim}` is {value}, which is no moment in the years 0 to 9999")]
    OutOfRange {
        /// The claim.
        claim: &'static str,
        /// The number as it is written.
        value: String,
    },
    /// A time in thousandths of a second or less: RFC 7519 section 2 counts seconds.
    #[error("`{claim}` is {value}: that is in {unit}, and a NumericDate counts seconds (RFC 7519 section 2)")]
    WrongUnit {
        /// The claim.
        claim: &'static str,
        /// The number as it is written.
        value: String,
        /// The unit that it seems to be in.
        unit: &'static str,
    },
    /// A value of another type than RFC 7519 gives the claim.
    #[error("`{claim}` is {met}, and must be {wanted} (RFC 7519 section 4.1)")]
    WrongType {
        /// The claim.
        claim: &'static str,
        /// What it is.
        met: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
}

impl ClaimFault {
    /// A stable word for the kind of fault, for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Expired { .. } => "token_expired",
            Self::IssuedLater { .. } => "issued_in_the_future",
            Self::Missing { .. } => "claim_missing",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::Other { claim: "aud", .. } => "wrong_audience",
            Self::Other { claim: "iss", .. } => "wrong_issuer",
            Self::Other { .. } => "wrong_subject",
            Self::OutOfRange { .. } | Self::WrongType { .. } => "malformed_claim",
            Self::WrongUnit { .. } => "time_in_wrong_unit",
        }
    }
}

/// Holds the registered claims against the moment `now` and against what is expected, each by itself.
///
/// ```
/// use certwright::clock::Timestamp;
/// use certwright::formats::jwt::{Expected, Outcome, check_claims};
///
/// let now = Timestamp::from_unix(1_795_226_191)?;
/// let claims = serde_json::json!({ "aud": ["urn:a", "urn:b"], "exp": 1_795_226_150 });
/// let claims = claims.as_object().cloned().unwrap_or_default();
/// let expected = Expected { audience: Some("urn:b"), ..Expected::default() };
/// let failed = |expected| check_claims(&claims, expected, now).iter().any(|it| matches!(it.outcome, Outcome::Failed(_)));
/// assert!(!failed(&expected), "41 seconds late, and 60 are forgiven");
/// assert!(failed(&Expected { leeway: 30, ..expected }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn check_claims(claims: &Map<String, Value>, expected: &Expected<'_>, now: Timestamp) -> Vec<Check> {
    let check =
        |claim, outcome: Result<Outcome, ClaimFault>| Check { claim, outcome: outcome.unwrap_or_else(Outcome::Failed) };
    let leeway = i64::from(expected.leeway);
    vec![
        check("exp", expiry(claims, expected, leeway, now)),
        check("nbf", begin(claims, leeway, now)),
        check("iat", issue(claims, leeway, now)),
        check("aud", audience(claims, expected.audience)),
        check("iss", party(claims, "iss", expected.issuer)),
        check("sub", party(claims, "sub", expected.subject)),
        check("jti", party(claims, "jti", None)),
    ]
}

/// RFC 7519 section 4.1.4: now must be before `exp`.
fn expiry(
    claims: &Map<String, Value>,
    expected: &Expected<'_>,
    leeway: i64,
    now: Timestamp,
) -> Result<Outcome, ClaimFault> {
    let Some(value) = claims.get("exp") else {
        return match expected.may_last_for_ever {
            true => Ok(Outcome::Absent),
            false => Err(ClaimFault::Missing { claim: "exp", wanted: None }),
        };
    };
    let end = moment("exp", value)?;
    let seconds = now.unix() - end.unix();
    if seconds < leeway { Ok(Outcome::Passed) } else { Err(ClaimFault::Expired { end, now, seconds }) }
}

/// RFC 7519 section 4.1.5: now must not be before `nbf`.
fn begin(claims: &Map<String, Value>, leeway: i64, now: Timestamp) -> Result<Outcome, ClaimFault> {
    let Some(value) = claims.get("nbf") else { return Ok(Outcome::Absent) };
    let begin = moment("nbf", value)?;
    let seconds = begin.unix() - now.unix();
    if seconds <= leeway { Ok(Outcome::Passed) } else { Err(ClaimFault::NotYetValid { begin, now, seconds }) }
}

/// RFC 7519 section 4.1.6 asks nothing of `iat`; what was issued in the future was dated by a clock that cannot be
/// trusted with `exp` either.
fn issue(claims: &Map<String, Value>, leeway: i64, now: Timestamp) -> Result<Outcome, ClaimFault> {
    let Some(value) = claims.get("iat") else { return Ok(Outcome::Absent) };
    let at = moment("iat", value)?;
    let seconds = at.unix() - now.unix();
    if seconds <= leeway { Ok(Outcome::Passed) } else { Err(ClaimFault::IssuedLater { at, now, seconds }) }
}

/// RFC 7519 section 4.1.3: one audience or a list of them, compared as they are.
fn audience(claims: &Map<String, Value>, wanted: Option<&str>) -> Result<Outcome, ClaimFault> {
    let wrong = |value| {
        let met = type_of(value);
        ClaimFault::WrongType { claim: "aud", met, wanted: "a text, or a list of texts" }
    };
    let met: Option<Vec<String>> = match claims.get("aud") {
        None => None,
        Some(Value::String(one)) => Some(vec![one.clone()]),
        Some(value @ Value::Array(list)) => {
            let texts: Option<Vec<String>> = list.iter().map(|it| it.as_str().map(str::to_owned)).collect();
            Some(texts.ok_or_else(|| wrong(value))?)
        }
        Some(value) => return Err(wrong(value)),
    };
    compared("aud", met, wanted)
}

/// A claim that is one text, RFC 7519 sections 4.1.1, 4.1.2 and 4.1.7.
fn party(claims: &Map<String, Value>, claim: &'static str, wanted: Option<&str>) -> Result<Outcome, ClaimFault> {
    let met = match claims.get(claim) {
        None => None,
        Some(Value::String(text)) => Some(vec![text.clone()]),
        Some(value) => return Err(ClaimFault::WrongType { claim, met: type_of(value), wanted: "a text" }),
    };
    compared(claim, met, wanted)
}

fn compared(claim: &'static str, met: Option<Vec<String>>, wanted: Option<&str>) -> Result<Outcome, ClaimFault> {
    match (met, wanted) {
        (None, None) => Ok(Outcome::Absent),
        (None, Some(wanted)) => Err(ClaimFault::Missing { claim, wanted: Some(wanted.to_owned()) }),
        (Some(_), None) => Ok(Outcome::NotCompared),
        (Some(met), Some(wanted)) if met.iter().any(|it| it == wanted) => Ok(Outcome::Passed),
        (Some(met), Some(wanted)) => Err(ClaimFault::Other { claim, wanted: wanted.to_owned(), met }),
    }
}

/// The moment that a claim states: `NumericDate`, RFC 7519 section 2. A fraction of a second is rounded up, so that a
/// comparison in whole seconds decides as one in fractions would.
///
/// # Errors
/// [`ClaimFault::WrongType`], [`ClaimFault::WrongUnit`] and [`ClaimFault::OutOfRange`].
pub fn numeric_date(claim: &'static str, value: &Value) -> Result<Timestamp, ClaimFault> {
    moment(claim, value)
}

fn moment(claim: &'static str, value: &Value) -> Result<Timestamp, ClaimFault> {
    let Value::Number(number) = value else {
        return Err(ClaimFault::WrongType { claim, met: type_of(value), wanted: "a number" });
    };
    let seconds = number.as_i64().or_else(|| {
        // A fraction is allowed; what lies outside the calendar is refused below, where the cast saturates.
        #[expect(clippy::cast_possible_truncation, reason = "a float as a whole number of seconds, saturating")]
        number.as_f64().map(|seconds| seconds.ceil() as i64)
    });
    if let Some(moment) = seconds.and_then(|seconds| Timestamp::from_unix(seconds).ok()) {
        return Ok(moment);
    }
    let value = number.to_string();
    // Between the years 2001 and 2286, in the units that other clocks count.
    let unit = match seconds.unwrap_or(i64::MAX) {
        1_000_000_000_000..10_000_000_000_000 => "milliseconds",
        1_000_000_000_000_000..10_000_000_000_000_000 => "microseconds",
        1_000_000_000_000_000_000..=9_000_000_000_000_000_000 => "nanoseconds",
        _ => return Err(ClaimFault::OutOfRange { claim, value }),
    };
    Err(ClaimFault::WrongUnit { claim, value, unit })
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "a list",
        Value::Bool(_) => "true or false",
        Value::Null => "null",
        Value::Number(_) => "a number",
        Value::Object(_) => "an object",
        Value::String(_) => "a text",
    }
}

/// Seconds as people say them: `41 seconds`, `3 minutes`, `2 days`.
fn span(seconds: i64) -> String {
    let (count, unit) = match seconds.unsigned_abs() {
        count @ 0..120 => (count, "second"),
        count @ 120..7_200 => (count / 60, "minute"),
        count @ 7_200..172_800 => (count / 3_600, "hour"),
        count => (count / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// Texts in backticks with commas between; of many the first.
fn listed(texts: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = texts.iter().take(SHOWN).map(|text| format!("`{}`", Untrusted(text))).collect();
    match texts.len().saturating_sub(SHOWN) {
        0 if shown.is_empty() => "an empty list".to_owned(),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests;
