//! What a line that its grammar accepts was given: options with their values, passwords, and other words.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::{Held, Line, safe};
use crate::report::Failure;

impl Line {
    /// Whether the option was given.
    pub(in crate::compat) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(given, _)| *given == name)
    }

    /// The last value that the option was given.
    pub(in crate::compat) fn value(&self, name: &str) -> Option<&OsStr> {
        self.values(name).last()
    }

    /// All values that the option was given, in turn.
    pub(in crate::compat) fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a OsStr> {
        self.options.iter().filter(move |(given, _)| *given == name).map(|(_, value)| value.as_os_str())
    }

    /// The last password that the option was given, or where it is.
    pub(in crate::compat) fn password(&self, name: &str) -> Option<(Held, &OsStr)> {
        self.passwords
            .iter()
            .rev()
            .find(|(given, ..)| *given == name)
            .map(|(_, held, value)| (*held, value.as_os_str()))
    }

    /// Whether a password stands in the line itself.
    pub(in crate::compat) fn has_literal_password(&self) -> bool {
        self.passwords.iter().any(|(_, held, _)| *held == Held::Line)
    }

    /// The last value as a path.
    pub(in crate::compat) fn path(&self, name: &str) -> Option<&Path> {
        self.value(name).map(Path::new)
    }

    /// The last value as text.
    ///
    /// # Errors
    /// A usage failure when it is not UTF-8.
    pub(in crate::compat) fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        self.value(name)
            .map(|value| {
                value.to_str().ok_or_else(|| Failure::usage(format!("the value of `-{name}` is not UTF-8 text")))
            })
            .transpose()
    }

    /// The last value as a number.
    ///
    /// # Errors
    /// A usage failure when it is none that fits.
    pub(in crate::compat) fn number<N: std::str::FromStr>(&self, name: &str) -> Result<Option<N>, Failure> {
        let parse = |text: &str| {
            text.parse().map_err(|_| Failure::usage(format!("`-{name}` takes a number, and `{}` is none", safe(text))))
        };
        self.text(name)?.map(parse).transpose()
    }

    /// That one of `names` which was given last.
    pub(in crate::compat) fn last_of(&self, names: &[&str]) -> Option<&'static str> {
        self.options.iter().rev().map(|(given, _)| *given).find(|given| names.contains(given))
    }

    /// The options in the order in which they were given, with their values.
    pub(in crate::compat) fn options(&self) -> impl Iterator<Item = (&'static str, &OsStr)> {
        self.options.iter().map(|(name, value)| (*name, value.as_os_str()))
    }

    /// The words that are no options.
    pub(in crate::compat) fn operands(&self) -> &[OsString] {
        &self.operands
    }
}
