//! What a server said, out of whatever people have of it: two words, its JSON, a client's error line, a page.

use serde_json::{Map, Value};

use super::tokens::{beginning, tokens};
use super::{Explanation, standard_meaning};

/// How much of a text is read as JSON.
const LONGEST_JSON: usize = 1_048_576;

/// How many braces a JSON text is looked for behind.
const TRIES: usize = 16;

/// A refusal in the server's own words (RFC 6749 section 5.2). It may hold what was sent, so it is not for showing:
/// [`without_secrets`](super::without_secrets) is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerWords {
    /// The value of `error`, or what stands in its place.
    pub error: Option<String>,
    /// The value of `error_description`, where it can be told from what is around it.
    pub description: Option<String>,
    /// Whether a signed token (RFC 7515) stands among them.
    pub has_token: bool,
    /// All words there are.
    pub(super) tokens: Vec<String>,
}

impl ServerWords {
    /// The two members of an answer.
    #[must_use]
    pub fn new(error: &str, description: Option<&str>) -> Self {
        let mut all = tokens(error);
        all.extend(description.map(tokens).unwrap_or_default());
        let kept = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let error = error.trim_end_matches([':', ',']);
        let has_token = all.iter().any(|token| is_header(token));
        Self { error: kept(error), description: description.and_then(kept), has_token, tokens: all }
    }

    /// A text that has the words somewhere in it: an answer, a line of a log, a page.
    ///
    /// ```
    /// use certwright::operations::ServerWords;
    ///
    /// let words = ServerWords::read(r#"400 {"error":"invalid_grant","error_description":"invalid assertion"}"#);
    /// assert_eq!(words.error.as_deref(), Some("invalid_grant"));
    /// assert_eq!(words, ServerWords::new("invalid_grant", Some("invalid assertion")));
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Self {
        let has_token = tokens(text).iter().any(|token| is_header(token));
        if let Some(words) = object(beginning(text, LONGEST_JSON)).and_then(|object| Self::of_object(&object)) {
            return Self { has_token, ..words };
        }
        let tokens = tokens(text);
        let error = tokens.iter().find(|token| is_error(token)).cloned();
        Self { error, description: None, has_token, tokens }
    }

    /// The same of a file's content, which may be UTF-16, as PowerShell's `>` writes it, and is UTF-8 otherwise.
    #[must_use]
    pub fn read_octets(octets: &[u8]) -> Self {
        let utf16 = |units: &[u8], unit: fn([u8; 2]) -> u16| {
            let units: Vec<u16> = units.as_chunks().0.iter().map(|pair| unit(*pair)).collect();
            String::from_utf16_lossy(&units)
        };
        Self::read(&match octets {
            [0xff, 0xfe, units @ ..] => utf16(units, u16::from_le_bytes),
            [0xfe, 0xff, units @ ..] => utf16(units, u16::from_be_bytes),
            _ => String::from_utf8_lossy(octets).into_owned(),
        })
    }

    /// Whether there is nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The members of the answers of RFC 6749, and of what APIs send in its place.
    fn of_object(object: &Map<String, Value>) -> Option<Self> {
        let text = |names: &[&str]| {
            names.iter().find_map(|name| match object.get(*name)? {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
        };
        if let Some(inner) = object.get("error").and_then(Value::as_object) {
            return Self::of_object(inner);
        }
        let details = object.get("o:errorDetails").and_then(|details| details.get(0)).and_then(Value::as_object);
        if let Some(inner) = details {
            return Self::of_object(inner);
        }
        let error = text(&["error", "errorCode", "o:errorCode", "code", "name"]);
        let description = text(&["error_description", "errorSummary", "message", "detail"]);
        match (&error, &description) {
            (None, None) => None,
            // A client's own document has the server's words in its message.
            (error, Some(message))
                if !error.as_deref().is_some_and(|error| object.contains_key("error") || is_error(error)) =>
            {
                let inner = Self::read(message);
                Some(if inner.error.is_some() {
                    inner
                } else {
                    Self::new(error.as_deref().unwrap_or_default(), Some(message))
                })
            }
            (error, description) => Some(Self::new(error.as_deref().unwrap_or_default(), description.as_deref())),
        }
    }
}

/// Whether this is how the header of a token begins: `{"` in base64url, here in small letters.
fn is_header(token: &str) -> bool {
    token.starts_with("eyj") && token.len() > 16
}

/// Whether this is a value of `error` that somebody is known to use.
fn is_error(token: &str) -> bool {
    standard_meaning(token).is_some()
        || Explanation::all().any(|row| row.errors.iter().any(|error| error.eq_ignore_ascii_case(token)))
}

/// The first JSON object in a text, also as the first element of an array.
fn object(text: &str) -> Option<Map<String, Value>> {
    let starts = text.match_indices('{').map(|(at, _)| at).take(TRIES);
    starts
        .filter_map(|at| serde_json::Deserializer::from_str(&text[at..]).into_iter::<Map<String, Value>>().next())
        .find_map(Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &str) -> (Option<String>, Option<String>) {
        let words = ServerWords::read(text);
        (words.error, words.description)
    }

    #[test]
    fn the_words_are_found_in_every_form_of_answer() {
        let some = |text: &str| Some(text.to_owned());
        for (text, error, description) in [
            (r#"{"error":"invalid_grant","error_description":"a b"}"#, "invalid_grant", Some("a b")),
            (
                r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#,
                "INVALID_SESSION_ID",
                Some("Session expired or invalid"),
            ),
            (r#"{"error":{"code":401,"message":"m","status":"UNAUTHENTICATED"}}"#, "401", Some("m")),
            (r#"{"code":"390144","message":"JWT token is invalid. [U]"}"#, "390144", Some("JWT token is invalid. [U]")),
            (
                r#"{"title":"Unauthorized","o:errorDetails":[{"detail":"d","o:errorCode":"INVALID_LOGIN"}]}"#,
                "INVALID_LOGIN",
                Some("d"),
            ),
            (r#"{"name":"JwtAuthError","message":"invalid_grant: a b"}"#, "invalid_grant", None),
            ("Authentication failed: 400 response:{\"error\":\"invalid_client\"} {x", "invalid_client", None),
            ("{not} {json} invalid_grant: a b", "invalid_grant", None),
            ("error: unsupported_grant_type", "unsupported_grant_type", None),
        ] {
            assert_eq!(both(text), (some(error), description.map(str::to_owned)), "{text}");
        }
        assert_eq!(both("nothing of it"), (None, None));
        assert!(ServerWords::read(" \n").is_empty());
    }

    #[test]
    fn a_hostile_text_costs_little() {
        let started = std::time::Instant::now();
        for text in
            ["{".repeat(1 << 20), "[{\"error\":".repeat(100_000), "{\"error\":{".repeat(100_000), "\\u".repeat(1 << 19)]
        {
            assert!(!ServerWords::read(&text).has_token);
        }
        assert!(started.elapsed().as_secs() < 20);
    }
}
