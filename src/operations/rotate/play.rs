//! How a service comes to trust the next key while the current one still works.

use std::fmt;
use std::str::FromStr;

/// A way to change a key or certificate without a moment at which neither is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Play {
    /// A new key in the place of the old one: for some minutes the client tries the next key and falls back to the
    /// current one, because the service holds only one certificate.
    InPlace,
    /// The service holds both for a while.
    Overlap,
    /// A new certificate over the same key: what the key signs is taken all the time.
    SameKey,
    /// A second app beside the first, with an id and a certificate of its own.
    SecondApp,
}

impl Play {
    /// Every play.
    pub const ALL: [Self; 4] = [Self::InPlace, Self::Overlap, Self::SameKey, Self::SecondApp];

    /// The stable word, such as `same-key`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::InPlace => "in-place",
            Self::Overlap => "overlap",
            Self::SameKey => "same-key",
            Self::SecondApp => "second-app",
        }
    }
}

impl fmt::Display for Play {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// There is no such play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are same-key, in-place, overlap and second-app")]
pub struct UnknownPlay;

impl FromStr for Play {
    type Err = UnknownPlay;

    fn from_str(text: &str) -> Result<Self, UnknownPlay> {
        Self::ALL.into_iter().find(|play| play.word() == text).ok_or(UnknownPlay)
    }
}
