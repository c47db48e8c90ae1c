//! Each claim is held against the moment and the expectation, at the second where the answer changes.

use serde_json::json;

use super::*;

const NOW: i64 = 1_795_226_191;

fn outcome(claims: Value, claim: &str, expected: &Expected<'_>) -> Outcome {
    let now = Timestamp::from_unix(NOW).unwrap();
    let checks = check_claims(claims.as_object().unwrap(), expected, now);
    checks.into_iter().find(|check| check.claim == claim).unwrap().outcome
}

fn kind(claims: Value, claim: &str, expected: &Expected<'_>) -> &'static str {
    match outcome(claims, claim, expected) {
        Outcome::Absent => "absent",
        Outcome::Failed(fault) => fault.kind(),
        Outcome::NotCompared => "not compared",
        Outcome::Passed => "passed",
    }
}

fn strict() -> Expected<'static> {
    Expected { leeway: 0, ..Expected::default() }
}

#[test]
fn a_token_ends_at_the_second_of_exp() {
    for (exp, wanted) in [(NOW + 1, "passed"), (NOW, "token_expired"), (NOW - 1, "token_expired")] {
        assert_eq!(kind(json!({ "exp": exp }), "exp", &strict()), wanted, "{exp}");
        assert_eq!(kind(json!({ "exp": exp - 60 }), "exp", &Expected::default()), wanted, "{exp} with the leeway");
    }
    assert_eq!(kind(json!({}), "exp", &strict()), "claim_missing");
    assert_eq!(kind(json!({}), "exp", &Expected { may_last_for_ever: true, ..strict() }), "absent");
}

#[test]
fn a_token_begins_at_the_second_of_nbf_and_is_issued_by_then() {
    for (claim, late) in [("nbf", "not_yet_valid"), ("iat", "issued_in_the_future")] {
        for (at, wanted) in [(NOW, "passed"), (NOW + 1, late)] {
            assert_eq!(kind(json!({ claim: at }), claim, &strict()), wanted, "{claim} {at}");
            assert_eq!(kind(json!({ claim: at + 60 }), claim, &Expected::default()), wanted, "{claim} {at}");
        }
        assert_eq!(kind(json!({}), claim, &strict()), "absent");
    }
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "the moment is far below 2^53")]
fn fractions_decide_as_they_are() {
    let now = NOW as f64;
    assert_eq!(kind(json!({ "exp": now + 0.5 }), "exp", &strict()), "passed");
    assert_eq!(kind(json!({ "exp": now - 0.5 }), "exp", &strict()), "token_expired");
    assert_eq!(kind(json!({ "nbf": now + 0.5 }), "nbf", &strict()), "not_yet_valid");
    assert_eq!(kind(json!({ "nbf": now - 0.5 }), "nbf", &strict()), "passed");
    assert_eq!(kind(json!({ "exp": 1.795_226_192e9 }), "exp", &strict()), "passed");
}

#[test]
fn what_is_no_moment_in_seconds_is_named() {
    for (value, wanted) in [
        (json!(1_795_226_191_153_u64), "time_in_wrong_unit"),
        (json!(1_795_226_191_153_000_u64), "time_in_wrong_unit"),
        (json!(1_795_226_191_153_000_000_u64), "time_in_wrong_unit"),
        (json!(u64::MAX), "malformed_claim"),
        (json!(i64::MIN), "malformed_claim"),
        (json!(1e300), "malformed_claim"),
        (json!("1795226191"), "malformed_claim"),
        (json!(null), "malformed_claim"),
        (json!([NOW]), "malformed_claim"),
        (json!(true), "malformed_claim"),
    ] {
        for claim in ["exp", "nbf", "iat"] {
            assert_eq!(kind(json!({ claim: value }), claim, &Expected::default()), wanted, "{claim} {value}");
        }
    }
    let Outcome::Failed(fault) = outcome(json!({ "exp": 1_795_226_191_153_u64 }), "exp", &strict()) else { panic!() };
    assert!(fault.to_string().starts_with("`exp` is 1795226191153: that is in milliseconds"), "{fault}");
    // The last second of the calendar, which stands for "never".
    assert_eq!(kind(json!({ "exp": 253_402_300_799_u64 }), "exp", &strict()), "passed");
    assert_eq!(kind(json!({ "exp": 253_402_300_800_u64 }), "exp", &strict()), "malformed_claim");
    assert_eq!(kind(json!({ "exp": 0 }), "exp", &Expected { leeway: u32::MAX, ..strict() }), "passed");
}

#[test]
fn the_audience_is_one_or_a_list_and_compared_as_it_is() {
    let expected = Expected { audience: Some("https://a.example"), ..strict() };
    for (value, wanted) in [
        (json!("https://a.example"), "passed"),
        (json!(["urn:b", "https://a.example"]), "passed"),
        (json!("https://a.example/"), "wrong_audience"),
        (json!("https://A.example"), "wrong_audience"),
        (json!(["https://a.example/token"]), "wrong_audience"),
        (json!([]), "wrong_audience"),
        (json!(["https://a.example", 1]), "malformed_claim"),
        (json!({ "https://a.example": 1 }), "malformed_claim"),
    ] {
        assert_eq!(kind(json!({ "aud": value }), "aud", &expected), wanted, "{value}");
    }
    assert_eq!(kind(json!({}), "aud", &expected), "claim_missing");
    assert_eq!(kind(json!({}), "aud", &strict()), "absent");
    assert_eq!(kind(json!({ "aud": "urn:b" }), "aud", &strict()), "not compared");
    assert_eq!(kind(json!({ "aud": 7 }), "aud", &strict()), "malformed_claim");
}

#[test]
fn issuer_and_subject_are_texts() {
    let expected = Expected { issuer: Some("a"), subject: Some("b"), ..strict() };
    assert_eq!(kind(json!({ "iss": "a" }), "iss", &expected), "passed");
    assert_eq!(kind(json!({ "iss": "A" }), "iss", &expected), "wrong_issuer");
    assert_eq!(kind(json!({ "iss": ["a"] }), "iss", &expected), "malformed_claim");
    assert_eq!(kind(json!({}), "iss", &expected), "claim_missing");
    assert_eq!(kind(json!({ "sub": "b" }), "sub", &expected), "passed");
    assert_eq!(kind(json!({ "sub": "c" }), "sub", &expected), "wrong_subject");
    assert_eq!(kind(json!({ "sub": 12 }), "sub", &strict()), "malformed_claim");
    assert_eq!(kind(json!({ "jti": 12 }), "jti", &strict()), "malformed_claim");
    assert_eq!(kind(json!({ "jti": "12" }), "jti", &strict()), "not compared");
}
