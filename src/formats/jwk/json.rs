//! JSON as strictly as a key needs it: no member twice, and no copy of a secret that is not wiped.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

/// A JSON value, as far as a JWK is made of it.
pub(super) enum Json<'a> {
    List(Vec<Json<'a>>),
    Object(Vec<(String, Json<'a>)>),
    /// A number, `true`, `false` or `null`.
    Other,
    Text(Text<'a>),
}

/// A string; with escapes in it, it is no part of the file any more.
pub(super) enum Text<'a> {
    Plain(&'a str),
    Unescaped(Zeroizing<String>),
}

impl<'a> Json<'a> {
    /// The one value that `octets` are; the fault is a phrase without what stands in the file.
    pub(super) fn parse(octets: &'a [u8]) -> Result<Self, String> {
        let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
        serde_json::from_slice(octets).map_err(|fault| {
            let (line, column) = (fault.line(), fault.column());
            match fault.classify() {
                // The text is our own: serde_json appends the place.
                serde_json::error::Category::Data => fault.to_string(),
                serde_json::error::Category::Eof => "it is JSON that was cut short".to_owned(),
                _ => format!("it is no JSON at line {line}, column {column}"),
            }
        })
    }

    /// The member `name` of an object.
    pub(super) fn member(&self, name: &str) -> Option<&Json<'a>> {
        match self {
            Self::Object(members) => members.iter().find(|(named, _)| named == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text that this value is.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(Text::Plain(text)) => Some(text),
            Self::Text(Text::Unescaped(text)) => Some(text),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Json::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Json::Other)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Text::Plain(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Text::Unescaped(Zeroizing::new(text.to_owned()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Json::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<(String, Json<'de>)> = Vec::new();
        while let Some(name) = object.next_key::<String>()? {
            // RFC 7517 section 4: member names must be unique. A second one would be read by some and not by others.
            if members.iter().any(|(known, _)| *known == name) {
                object.next_value::<IgnoredAny>()?;
                return Err(A::Error::custom(format!("the member `{name}` stands twice")));
            }
            members.push((name, object.next_value()?));
            // A key has a dozen members; looking through thousands for each new one would be slow.
            if members.len() > MOST_MEMBERS {
                return Err(A::Error::custom(format!("an object has more than {MOST_MEMBERS} members")));
            }
        }
        Ok(Json::Object(members))
    }
}

/// The most members that an object may have.
const MOST_MEMBERS: usize = 200;
