//! The header of a token that is to be signed, RFC 7515 section 4.

use serde_json::{Map, Value};

use super::Algorithm;

/// A header: the algorithm first, then `typ`, then what else was asked for.
///
/// ```
/// use certwright::formats::jwt::{Algorithm, Header};
///
/// let header = Header::new(Algorithm::Ps256).with("kid", "signing-2027");
/// assert_eq!(header.to_string(), r#"{"alg":"PS256","typ":"JWT","kid":"signing-2027"}"#);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    algorithm: Algorithm,
    members: Map<String, Value>,
}

impl Header {
    /// The header of a JWT that is signed with `algorithm`.
    #[must_use]
    pub fn new(algorithm: Algorithm) -> Self {
        let mut members = Map::new();
        members.insert("alg".to_owned(), algorithm.name().into());
        members.insert("typ".to_owned(), "JWT".into());
        Self { algorithm, members }
    }

    /// The same with one more member, or with another value of one that is there. `alg` stays what it is.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        if name != "alg" {
            self.members.insert(name.to_owned(), value.into());
        }
        self
    }

    /// The algorithm that the token is signed with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// All members, in the order in which they are written.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }
}

impl std::fmt::Display for Header {
    /// The JSON text that is signed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", serde_json::Value::Object(self.members.clone()))
    }
}
