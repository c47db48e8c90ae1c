//! JSON as strictly as RFC 7515 section 4 and RFC 7519 section 4 let it be read: no member of an object stands twice.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// How deep lists and objects may lie in each other. A token has two or three levels.
const DEEPEST: usize = 32;

/// The JSON object that `octets` are; the fault is the rest of a sentence that begins with "its header".
///
/// Two members of one name are refused at any depth: some readers take the first and others the last, so that one checks
/// what another does not act upon (RFC 8259 section 4, RFC 7515 section 4). That is decided after escapes are read.
pub(super) fn object(octets: &[u8]) -> Result<Map<String, Value>, String> {
    let mut deserializer = serde_json::Deserializer::from_slice(octets);
    let value = Strict { depth: 0 }.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err("is JSON, but no object".to_owned()),
        Err(fault) if fault.is_data() => Err(without_place(&fault)),
        Err(_) => Err("is no JSON object".to_owned()),
    }
}

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
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // It will stand in the object of the claims.
    let value = Strict { depth: 1 }.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(value) if is_exact(&value) => Ok(value),
        Ok(_) => Err("it has a number too long to be written exactly, which a text could hold".to_owned()),
        Err(fault) if fault.is_data() => Err(format!("it {}", without_place(&fault))),
        Err(_) => Err("it is no JSON".to_owned()),
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

/// Our own words in a fault, to which `serde_json` appends the place.
fn without_place(fault: &serde_json::Error) -> String {
    let text = fault.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(words, _)| words.to_owned())
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        if depth > DEEPEST { Err(E::custom(format!("is nested more than {DEEPEST} deep"))) } else { Ok(Self { depth }) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            let value = object.next_value_seed(inner)?;
            if members.contains_key(&name) {
                return Err(A::Error::custom(format!("has the member `{name}` twice")));
            }
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_stands_once_at_any_depth() {
        assert_eq!(object(br#"{"a":{"b":[1,{"c":null}]}}"#).unwrap()["a"]["b"][0], 1);
        for twice in
            [r#"{"aud":1,"aud":2}"#, r#"{"a":{"b":1,"b":1}}"#, r#"{"a":[{"b":1,"b":1}]}"#, "{\"b\":1,\"\\u0062\":1}"]
        {
            let fault = object(twice.as_bytes()).unwrap_err();
            assert!(fault.starts_with("has the member `") && fault.ends_with("` twice"), "{fault}");
        }
    }

    #[test]
    fn only_one_object_and_nothing_else() {
        for other in
            ["", "[]", "1", "null", "{} {}", "{}x", "\u{feff}{}", r#"{"a":1e999}"#, r#"{"a":"\ud800"}"#, "{'a':1}"]
        {
            assert!(object(other.as_bytes()).is_err(), "{other}");
        }
        assert!(object(b"{\"a\":\"\xff\"}").is_err(), "JSON is UTF-8");
        assert!(object(b" {\r\n}\t").unwrap().is_empty());
    }

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

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(object(nested(DEEPEST - 1).as_bytes()).is_ok());
        assert_eq!(object(nested(DEEPEST).as_bytes()).unwrap_err(), "is nested more than 32 deep");
        assert!(object(nested(100_000).as_bytes()).is_err());
    }
}
