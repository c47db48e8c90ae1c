//! What is wrong with a file: which standard it breaks, where, and why.

use std::fmt;

use crate::limits::Grouped;
use crate::untrusted::Untrusted;

/// A fault in an encoded value: the standard that was being read or written, the place, and the reason.
///
/// It displays as one lower-case phrase such as
/// `JKS, entry 2 at byte 35: the chain claims 4294967295 certificates, and 4 bytes are left`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The standard's name as people write it, such as `PKCS#12`.
    pub format: &'static str,
    /// Where the fault lies, as near as is known.
    pub place: Option<Place>,
    /// What is wrong.
    pub reason: Reason,
}

/// Where in a file a fault lies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The entry with this alias.
    Entry(String),
    /// A field, by the standard's name for it, such as `MacData.iterations`.
    Field(&'static str),
    /// A line of a text file, counted from 1.
    Line(usize),
    /// An offset in octets, counted from 0.
    Offset(usize),
}

/// What is wrong with an encoded value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// An entry has this alias already.
    AliasTaken(String),
    /// Two entries have these aliases, which the format does not tell apart.
    AliasesAlike(String, String),
    /// More than one entry has exactly this alias; the second field says how many.
    AmbiguousAlias(String, usize),
    /// What cannot be written in this format, and why.
    CannotHold(String),
    /// The file's own checksum, MAC or padding does not fit the password: the password is wrong or the file was
    /// changed, and the two cannot be told apart. The text names the check.
    IntegrityMismatch(String),
    /// The file asks for more than a limit allows.
    LimitExceeded {
        /// What there is too much of, such as `key-derivation iterations`.
        what: &'static str,
        /// How much the file asks for.
        asked: u64,
        /// How much is allowed.
        limit: u64,
    },
    /// The octets do not follow the standard; the text says what was met and what was wanted.
    Malformed(String),
    /// A part that does not decrypt although the file's MAC verifies, so that the password is right and the file was not
    /// changed since: the part has another password, or its cipher or content is wrong. The text names it.
    PartUnreadable(String),
    /// The value is protected and no password was given.
    PasswordNeeded,
    /// The file has no MAC, so that anybody may have changed its content.
    Unauthenticated,
    /// No entry has this alias; the second field lists those there are.
    UnknownAlias(String, Vec<String>),
    /// Well-formed, but an algorithm, version or kind that this program does not read; the text names it.
    Unsupported(String),
}

impl Error {
    /// A fault whose place is not known more closely than the file.
    #[must_use]
    pub fn new(format: &'static str, reason: Reason) -> Self {
        Self { format, place: None, reason }
    }

    /// Octets that do not follow the standard.
    #[must_use]
    pub fn malformed(format: &'static str, fault: impl Into<String>) -> Self {
        Self::new(format, Reason::Malformed(fault.into()))
    }

    /// Something well-formed that is not read.
    #[must_use]
    pub fn unsupported(format: &'static str, what: impl Into<String>) -> Self {
        Self::new(format, Reason::Unsupported(what.into()))
    }

    /// The same fault, with its place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place.get_or_insert(place);
        self
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.format)?;
        match &self.place {
            Some(Place::Entry(alias)) => write!(f, ", entry `{}`", Untrusted(alias))?,
            Some(Place::Field(field)) => write!(f, ", {field}")?,
            Some(Place::Line(line)) => write!(f, ", line {line}")?,
            Some(Place::Offset(offset)) => write!(f, ", byte {offset}")?,
            None => {}
        }
        write!(f, ": {}", self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AliasTaken(alias) => write!(f, "there is already an entry `{}`", Untrusted(alias)),
            Self::AliasesAlike(one, other) => {
                write!(f, "it does not tell the entries `{}` and `{}` apart", Untrusted(one), Untrusted(other))
            }
            Self::AmbiguousAlias(alias, count) => {
                write!(f, "{count} entries are called `{}`, and it is not known which is meant", Untrusted(alias))
            }
            Self::CannotHold(why) | Self::Malformed(why) => Untrusted(why).fmt(f),
            Self::IntegrityMismatch(check) => write!(f, "{} does not verify", Untrusted(check)),
            Self::LimitExceeded { what, asked, limit } => {
                write!(f, "it asks for {} {what}, and the limit is {}", Grouped(*asked), Grouped(*limit))
            }
            Self::PartUnreadable(part) => {
                write!(
                    f,
                    "the MAC verifies, and yet {} does not decrypt: it has another password, or it was written damaged",
                    Untrusted(part)
                )
            }
            Self::Unauthenticated => f.write_str("it has no MAC, so that anybody may have changed its content"),
            Self::PasswordNeeded => f.write_str("it is protected by a password, and none was given"),
            Self::UnknownAlias(alias, known) => {
                write!(f, "there is no entry `{}`", Untrusted(alias))?;
                match known.as_slice() {
                    [] => f.write_str("; it holds no entries"),
                    known => write!(f, "; it holds {}", List(known)),
                }
            }
            Self::Unsupported(what) => write!(f, "{} is not supported", Untrusted(what)),
        }
    }
}

/// Aliases in backticks with commas between them, and the count of those beyond the tenth.
pub(crate) struct List<'a>(pub(crate) &'a [String]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 10;
        for (index, alias) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}`{}`", if index == 0 { "" } else { ", " }, Untrusted(alias))?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_reads_as_one_phrase() {
        let limit = Reason::LimitExceeded { what: "key-derivation iterations", asked: 2_147_483_647, limit: 5_000_000 };
        let fault = Error::new("PKCS#12", limit).at(Place::Field("MacData.iterations"));
        assert_eq!(
            fault.to_string(),
            "PKCS#12, MacData.iterations: it asks for 2_147_483_647 key-derivation iterations, and the limit is 5_000_000"
        );
        let unknown = Reason::UnknownAlias("one".into(), vec!["two\u{1b}".into(), "three".into()]);
        assert_eq!(unknown.to_string(), "there is no entry `one`; it holds `two\\u{1b}`, `three`");
    }
}
