//! JSON as strictly as what decides about trust needs it, RFC 8259: no member of an object stands twice, and the depth is
//! bounded.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};

/// How deep lists and objects may lie in each other. A token has two or three levels, and the answer of a token endpoint too.
pub(super) const DEEPEST: usize = 32;

/// The JSON object that `octets` are; the fault is the rest of a sentence that begins with "its header".
///
/// Two members of one name are refused at any depth: some readers take the first and others the last, so that one checks
/// what another does not act upon (RFC 8259 section 4, RFC 7515 section 4). That is decided after escapes are read.
pub(crate) fn object(octets: &[u8]) -> Result<Map<String, Value>, String> {
    match value(octets) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err("is JSON, but no object".to_owned()),
        Err(Fault::Unfit(words)) => Err(words),
        Err(Fault::CutShort | Fault::NoJson) => Err("is no JSON object".to_owned()),
    }
}

/// Why octets are no JSON that can be read in one way only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// They end in the middle.
    CutShort,
    /// They are something else.
    NoJson,
    /// It is JSON with a member twice or too deep; the words are the rest of a sentence that begins with "it". They may
    /// repeat the name of a member.
    Unfit(String),
}

/// The JSON value that `octets` are, held to the same.
pub(crate) fn value(octets: &[u8]) -> Result<Value, Fault> {
    value_at(octets, 0)
}

/// The value that `octets` are and that is to stand `depth` levels deep in another.
pub(super) fn value_at(octets: &[u8], depth: usize) -> Result<Value, Fault> {
    let mut deserializer = serde_json::Deserializer::from_slice(octets);
    let value = Strict { depth }.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|fault| match fault.classify() {
        Category::Data => Fault::Unfit(without_place(&fault)),
        Category::Eof => Fault::CutShort,
        Category::Io | Category::Syntax => Fault::NoJson,
    })
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
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(object(nested(DEEPEST - 1).as_bytes()).is_ok());
        assert_eq!(object(nested(DEEPEST).as_bytes()).unwrap_err(), "is nested more than 32 deep");
        assert!(object(nested(100_000).as_bytes()).is_err());
    }
}
