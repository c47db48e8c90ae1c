//! A token: an assertion or an access token, which whoever holds it can use.

use std::fmt;

use zeroize::Zeroizing;

/// The text of a bearer token, RFC 6750: a signed assertion or an access token. Wiped on drop, redacted in `Debug`,
/// without `Display`.
///
/// ```
/// use certwright::secret::Token;
///
/// let token = Token::new("header.claims.signature");
/// assert_eq!(token.expose(), "header.claims.signature");
/// assert_eq!(format!("{token:?}"), "Token([redacted])");
/// ```
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Takes the text over; it is wiped on drop.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The token's text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([redacted])")
    }
}
