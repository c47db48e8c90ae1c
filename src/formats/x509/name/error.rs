//! Why a text is not a distinguished name.

use crate::untrusted::Untrusted;

/// What stands in the way of reading a name. Each message says how to write what was probably meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// A `\` before something that needs no escape and is no pair of hexadecimal digits.
    #[error(
        "`\\{}` is no escape: `\\` stands before a special character or two hexadecimal digits, and a `\\` itself is \
         written `\\\\`", Untrusted(.0)
    )]
    BadEscape(String),
    /// `#` and something that is not hexadecimal DER. The field is the attribute.
    #[error("the value of `{0}` begins with `#`, but no hexadecimal DER follows; to mean the character, write `\\#`")]
    BadHex(String),
    /// A character that the attribute's string type does not have.
    #[error("`{}` cannot stand in `{attribute}`, which takes {allowed}", Untrusted(&.character.to_string()))]
    Character {
        /// The attribute's keyword.
        attribute: String,
        /// The first such character.
        character: char,
        /// What the attribute takes, in words.
        allowed: &'static str,
    },
    /// A control character, NUL included.
    #[error("the value of `{attribute}` holds the control character `{}`", Untrusted(&.character.to_string()))]
    ControlCharacter {
        /// The attribute's keyword.
        attribute: String,
        /// The first such character.
        character: char,
    },
    /// A country that is not two letters.
    #[error("`{}` is no country: `{attribute}` takes the two letters of ISO 3166, such as `DE`", Untrusted(.value))]
    Country {
        /// The attribute's keyword.
        attribute: String,
        /// What was given.
        value: String,
    },
    /// A name too large for DER.
    #[error("the name is too long to be encoded")]
    Encoding,
    /// An attribute without a value.
    #[error("the value of `{0}` is empty")]
    Empty(String),
    /// Nothing before, between or after separators.
    #[error("an attribute such as `CN=example.com` is missing beside `{0}`")]
    Missing(char),
    /// A piece without `=`.
    #[error("`{}` is not an attribute such as `CN=example.com`{}", Untrusted(.piece), advice(.separator))]
    NotAnAttribute {
        /// The piece.
        piece: String,
        /// The separator before it, if it is not the first.
        separator: Option<char>,
    },
    /// Escaped octets that are not UTF-8. The field is the attribute.
    #[error("the `\\XX` octets in the value of `{0}` are not UTF-8")]
    NotUtf8(String),
    /// A `"` inside a value. The field is the attribute.
    #[error("a `\"` inside the value of `{0}` is written `\\\"`")]
    StrayQuote(String),
    /// More characters than RFC 5280 appendix A or X.520 allow.
    #[error("the value of `{attribute}` has {length} characters, and the limit is {limit}")]
    TooLong {
        /// The attribute's keyword.
        attribute: String,
        /// Its length in characters.
        length: usize,
        /// The most there may be.
        limit: usize,
    },
    /// A quoted value that does not end.
    #[error("the `\"` that opens a value is not closed")]
    UnclosedQuote,
    /// A keyword that is not known.
    #[error("`{}` is no attribute known by name; {}", Untrusted(.keyword), alternatives(.separator))]
    UnknownAttribute {
        /// What stands before the `=`.
        keyword: String,
        /// The separator before it, if it is not the first.
        separator: Option<char>,
    },
}

fn advice(separator: &Option<char>) -> String {
    match separator {
        Some(separator) => format!("; if the `{separator}` before it belongs to the value, write `\\{separator}`"),
        None => String::new(),
    }
}

fn alternatives(separator: &Option<char>) -> String {
    let names = "use CN, O, OU, C, ST, L, emailAddress or another of RFC 4519, or a dotted OID";
    format!("{names}{}", advice(separator))
}
