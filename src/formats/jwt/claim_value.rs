//! The value of one claim, as somebody writes it in JSON for a token that is to be signed.

use serde_json::Value;

use crate::formats::json::{self, Fault};

/// The value of a claim that is written in JSON: read as strictly as a token's claims are, so that what is signed is what
/// was written, and every reader understands it.
///
/// ```
/// use certwright::formats::jwt::claim_value;
///
/// assert_eq!(claim_value(r#"["a", 1]"#)?, serde_json::json!(["a", 1]));
/// assert!(claim_value(r#"{"role": "user", "role": "admin"}"#).is_err());
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// A clause such as "it has the member `role` twice".
pub fn claim_value(text: &str) -> Result<Value, String> {
    // It will stand in the object of the claims.
    match json::value_at(text.as_bytes(), 1) {
        Ok(value) if is_exact(&value) => Ok(value),
        Ok(_) => Err("it has a number too long to be written exactly, which a text could hold".to_owned()),
        Err(Fault::Unfit(words)) => Err(format!("it {words}")),
        Err(Fault::CutShort | Fault::NoJson) => Err("it is no JSON".to_owned()),
    }
}

/// Whether no whole number was rounded: beyond 2^53 a floating-point number has lost digits (RFC 8259 section 6).
fn is_exact(value: &Value) -> bool {
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Array(values) => values.iter().all(is_exact),
        Value::Object(members) => members.values().all(is_exact),
        Value::Number(number) => !number.is_f64() || number.as_f64().is_some_and(|number| number.abs() < WHOLE),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::json::DEEPEST;

    #[test]
    fn a_claim_is_signed_as_it_was_written() {
        for text in ["1", "-1", "1.5", "18446744073709551615", "null", r#""a""#, r#"[{"a":1},{"a":2}]"#] {
            assert_eq!(claim_value(text).unwrap().to_string(), text);
        }
        let fault = |text: &str| claim_value(text).unwrap_err();
        assert_eq!(fault(r#"{"b":1,"\u0062":2}"#), "it has the member `b` twice");
        for text in ["18446744073709551616", "[-123456789012345678901]", r#"{"a":1e16}"#] {
            assert!(fault(text).starts_with("it has a number too long"), "{text}");
        }
        for text in ["", "admin", "1 2", "1e400", "'a'"] {
            assert_eq!(fault(text), "it is no JSON", "{text}");
        }
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(claim_value(&nested(DEEPEST - 1)).is_ok());
        assert!(fault(&nested(DEEPEST)).contains("nested"), "a verifier would refuse it");
    }
}
