//! Text from outside in HTML: the same escapes hold between tags and in quoted attributes.

use crate::render::check::shown::shown;

/// `text` in at most `limit` characters, harmless to look at and without markup.
pub(super) fn outside(text: &str, limit: usize) -> String {
    markup_free(&shown(text, limit))
}

/// A path, which may be broken after each of its folders.
pub(super) fn path(text: &str, limit: usize) -> String {
    outside(text, limit).replace('/', "/<wbr>")
}

/// HTML Standard, section 13.1.1 and following: these five characters are all that can end a text or a quoted value,
/// or begin a reference.
fn markup_free(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_opens_a_tag_a_value_or_a_reference() {
        assert_eq!(outside("<a href='x'>&\"\u{202e}", 99), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;\\u{202e}");
        assert_eq!(path("<a/b", 99), "&lt;a/<wbr>b");
        assert_eq!(outside("&&&&", 3), "&amp;&amp;…");
    }
}
