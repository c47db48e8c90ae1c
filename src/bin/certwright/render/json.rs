//! Machine output: one document a run, with a schema that states its version.

use certwright::untrusted::json_escaped;
use serde_json::{Map, Value};

/// The document of `members` under the schema `certwright/NAME/1`, indented, with a line end.
pub(crate) fn document(name: &str, members: Value) -> String {
    let mut document = Map::new();
    document.insert("schema".to_owned(), Value::from(format!("certwright/{name}/1")));
    if let Value::Object(members) = members {
        document.extend(members);
    }
    // A map of strings and numbers always has a JSON form.
    escaped(&serde_json::to_string_pretty(&document).unwrap_or_default())
}

/// A value by itself, such as a server's own object: indented, with a line end.
#[cfg(feature = "login")]
pub(crate) fn pretty(value: &impl serde::Serialize) -> String {
    escaped(&serde_json::to_string_pretty(value).unwrap_or_default())
}

/// The document of a failure, on one line, with a line end.
pub(crate) fn line(value: &Value) -> String {
    escaped(&value.to_string())
}

/// The text with its line end, and nothing in it that steers a terminal.
fn escaped(json: &str) -> String {
    let mut text = json_escaped(json);
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_means_the_same() {
        let name = "a\u{9b}31m\u{7f}\u{202e}\u{e0041}\n\"Zoë";
        let members = serde_json::json!({ "alias": name });
        let text = document("alias", members.clone());
        assert!(text.contains(r#""a\u009b31m\u007f\u202e\udb40\udc41\n\"Zoë""#), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["alias"], name);
        assert_eq!(line(&members).lines().count(), 1);
        assert_eq!(serde_json::from_str::<Value>(&line(&members)).unwrap(), members);
    }
}
