//! Machine output: one document a run, with a schema that states its version.

use serde_json::{Map, Value};

/// The document of `members` under the schema `certwright/NAME/1`, indented, with a line end.
pub(crate) fn document(name: &str, members: Value) -> String {
    let mut document = Map::new();
    document.insert("schema".to_owned(), Value::from(format!("certwright/{name}/1")));
    if let Value::Object(members) = members {
        document.extend(members);
    }
    // A map of strings and numbers always has a JSON form.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
