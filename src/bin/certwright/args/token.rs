//! How a token's claims and its time are typed.

use std::str::FromStr;

use certwright::formats::jwt::claim_value;
use certwright::untrusted::Untrusted;
use serde_json::{Map, Value};

/// A time span such as `180s`, `3m`, `1h`, `2d` or `180`, which are seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Its length.
    pub(crate) seconds: u32,
}

/// One more claim: `NAME=TEXT`, or `NAME:=JSON` for what is no text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ClaimArg {
    name: String,
    value: Value,
}

/// Why a text is no span of time or no claim.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenArgFault {
    #[error("it is no claim: `NAME=TEXT` or `NAME:=JSON` is one")]
    NoClaim,
    #[error("what follows `:=` is read as JSON, and {}; a text is given with `=`", Untrusted(.0))]
    NoJson(String),
    #[error("it is no time such as 180s, 3m, 1h or 2d")]
    NoSpan,
    #[error("it is over as soon as it begins")]
    Nothing,
    #[error("the claim `{0}` is given twice")]
    Twice(String),
}

impl FromStr for Span {
    type Err = TokenArgFault;

    fn from_str(text: &str) -> Result<Self, TokenArgFault> {
        let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
        let unit = match text.strip_prefix(digits) {
            Some("" | "s") => 1,
            Some("m") => 60,
            Some("h") => 3600,
            Some("d") => 86_400,
            _ => return Err(TokenArgFault::NoSpan),
        };
        if digits.is_empty() || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
            return Err(TokenArgFault::NoSpan);
        }
        let number: u32 = digits.parse().map_err(|_| TokenArgFault::NoSpan)?;
        match number.checked_mul(unit) {
            Some(0) => Err(TokenArgFault::Nothing),
            Some(seconds) => Ok(Self { seconds }),
            None => Err(TokenArgFault::NoSpan),
        }
    }
}

impl FromStr for ClaimArg {
    type Err = TokenArgFault;

    fn from_str(text: &str) -> Result<Self, TokenArgFault> {
        // Names may be URIs, with colons in them; an equals sign ends them all the same.
        let (name, value) = text.split_once('=').ok_or(TokenArgFault::NoClaim)?;
        let (name, value) = match name.strip_suffix(':') {
            Some(name) => (name, claim_value(value).map_err(TokenArgFault::NoJson)?),
            None => (name, value.into()),
        };
        if name.is_empty() {
            return Err(TokenArgFault::NoClaim);
        }
        Ok(Self { name: name.to_owned(), value })
    }
}

impl ClaimArg {
    /// All of them together.
    ///
    /// # Errors
    /// [`TokenArgFault::Twice`].
    pub(crate) fn gather(claims: &[Self]) -> Result<Map<String, Value>, TokenArgFault> {
        let mut all = Map::new();
        for Self { name, value } in claims {
            if all.insert(name.clone(), value.clone()).is_some() {
                return Err(TokenArgFault::Twice(name.clone()));
            }
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn spans_are_read_in_every_unit() {
        let seconds = |text: &str| text.parse::<Span>().map(|span| span.seconds);
        for (text, wanted) in [("180", 180), ("180s", 180), ("3m", 180), ("1h", 3600), ("2d", 172_800)] {
            assert_eq!(seconds(text), Ok(wanted), "{text}");
        }
        for text in ["", "s", "3 m", "-3m", "+3m", "1.5h", "3M", "3min", "1h30m", "4294967296", "49711d", "٣m"] {
            assert_eq!(seconds(text), Err(TokenArgFault::NoSpan), "{text}");
        }
        assert_eq!(seconds("0s"), Err(TokenArgFault::Nothing));
    }

    #[test]
    fn a_claim_is_text_unless_json_is_asked_for() {
        let claim = |text: &str| text.parse::<ClaimArg>().map(|claim| (claim.name, claim.value));
        let of = |name: &str, value: Value| Ok((name.to_owned(), value));
        assert_eq!(claim("role=1"), of("role", json!("1")));
        assert_eq!(claim("role:=1"), of("role", json!(1)));
        assert_eq!(claim("role="), of("role", json!("")));
        assert_eq!(claim("a=b=c"), of("a", json!("b=c")));
        assert_eq!(claim("https://example.com/groups:=[\"a\"]"), of("https://example.com/groups", json!(["a"])));
        assert_eq!(claim("https://example.com/group=a:=b"), of("https://example.com/group", json!("a:=b")));
        for text in ["role", "=x", ":=1"] {
            assert_eq!(claim(text), Err(TokenArgFault::NoClaim), "{text}");
        }
        for text in ["role:=admin", r#"role:={"a":1,"a":2}"#, "id:=123456789012345678901"] {
            assert!(matches!(claim(text), Err(TokenArgFault::NoJson(_))), "{text}");
        }
        let twice: Vec<ClaimArg> = ["a=1", "b=2", "a=3"].map(|it| it.parse().unwrap()).into();
        assert_eq!(ClaimArg::gather(&twice), Err(TokenArgFault::Twice("a".to_owned())));
        assert_eq!(ClaimArg::gather(&twice[..2]).unwrap().len(), 2);
    }
}
