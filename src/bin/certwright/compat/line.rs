//! Command lines of single-dash options, as openssl and keytool read them: by a table of what is known.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::report::Failure;

/// Whether an option is followed by a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    /// A password, or with `:env` and `:file` behind the option's name, as in keytool, the place where it is.
    Password,
    Value,
}

/// Where the password stands that an option gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// `-storepass PASSWORD`
    Line,
    /// `-storepass:env NAME`
    Environment,
    /// `-storepass:file PATH`
    File,
}

/// What one original command takes.
#[derive(Debug)]
pub(super) struct Grammar {
    /// The command as it is typed, such as `openssl req`.
    pub(super) command: &'static str,
    /// The options that are offered, without dashes.
    pub(super) options: &'static [(&'static str, Takes)],
    /// Further options that take nothing, such as the names of ciphers.
    pub(super) flags: &'static [&'static str],
    /// Options of the original that are not, each with one thing to do instead, or nothing.
    pub(super) refused: &'static [(&'static str, &'static str)],
    /// How many words that are no options it takes at most.
    pub(super) operands: usize,
    /// Whether `-Out` is `-out`: so it is for keytool.
    pub(super) any_case: bool,
    /// The native command that does the job.
    pub(super) native: &'static str,
}

/// A line that its grammar accepts.
#[derive(Debug, Default)]
pub(super) struct Line {
    options: Vec<(&'static str, OsString)>,
    operands: Vec<OsString>,
    passwords: Vec<(&'static str, Held, OsString)>,
}

impl Grammar {
    /// Reads the words after the command's name.
    ///
    /// # Errors
    /// A usage failure that names the first option or word that is not taken.
    pub(super) fn parse(&self, words: &[OsString]) -> Result<Line, Failure> {
        let mut line = Line::default();
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            let Some(name) = option_name(word) else {
                if line.operands.len() == self.operands {
                    return Err(self.extra(word));
                }
                line.operands.push(word.clone());
                continue;
            };
            let Some((name, takes, held)) = self.find_held(name) else { return Err(self.unknown(name)) };
            let value = match takes {
                Takes::Nothing => OsString::new(),
                Takes::Password | Takes::Value => match rest.next() {
                    Some(value) => value.clone(),
                    None => return Err(Failure::usage(format!("`-{name}` of `{}` needs a value", self.command))),
                },
            };
            match takes {
                Takes::Password => line.passwords.push((name, held, value)),
                Takes::Nothing | Takes::Value => line.options.push((name, value)),
            }
        }
        Ok(line)
    }

    /// The option of this name; one that takes a password may have `:env` or `:file` behind it.
    fn find_held(&self, name: &str) -> Option<(&'static str, Takes, Held)> {
        let (base, held) = match name.split_once(':') {
            Some((base, held)) if self.is_it("env", held) => (base, Held::Environment),
            Some((base, held)) if self.is_it("file", held) => (base, Held::File),
            _ => (name, Held::Line),
        };
        let (known, takes) = self.find(base)?;
        (held == Held::Line || takes == Takes::Password).then_some((known, takes, held))
    }

    fn find(&self, name: &str) -> Option<(&'static str, Takes)> {
        let flags = self.flags.iter().map(|flag| (*flag, Takes::Nothing));
        self.options.iter().copied().chain(flags).find(|(known, _)| self.is_it(known, name))
    }

    fn is_it(&self, known: &str, name: &str) -> bool {
        known == name || (self.any_case && known.eq_ignore_ascii_case(name))
    }

    fn unknown(&self, name: &str) -> Failure {
        let command = self.command;
        let help = self.help();
        if let Some((base, _)) = name.split_once(':')
            && let Some((known, Takes::Password)) = self.find(base)
        {
            return Failure::usage(format!("`-{known}` of `{command}` has only `:env` or `:file` behind its name"))
                .hint(format!("write `-{known}:env NAME` or `-{known}:file PATH`"));
        }
        match self.refused.iter().find(|(known, _)| self.is_it(known, name)) {
            Some((known, "")) => Failure::usage(format!("`-{known}` of `{command}` is not offered here")).hint(help),
            Some((known, instead)) => {
                Failure::usage(format!("`-{known}` of `{command}` is not offered here")).hint(*instead)
            }
            None => Failure::usage(format!("`-{}` is not an option of `{command}`", safe(name))).hint(help),
        }
    }

    /// Where the native command is described.
    fn help(&self) -> String {
        match self.native.contains(" --") {
            true => format!("natively: `{}`", self.native),
            false => format!("natively: `{} --help`", self.native),
        }
    }

    /// The options that are offered, a line each, as `-help` shows them.
    pub(super) fn summary(&self) -> String {
        let mut text = format!("`{}` takes here, as the original does:\n", self.command);
        for (name, takes) in self.options {
            let value = if *takes == Takes::Nothing { "" } else { " VALUE" };
            text.push_str(&format!("  -{name}{value}\n"));
        }
        for flag in self.flags {
            text.push_str(&format!("  -{flag}\n"));
        }
        text.push_str(&format!("{}\n", self.help()));
        text
    }

    fn extra(&self, word: &OsStr) -> Failure {
        let word = word.to_string_lossy();
        Failure::usage(format!("`{}` is one word too many for `{}`", safe(&word), self.command)).hint(self.help())
    }
}

/// What is shown of a word that was not expected: it may hold a password.
fn safe(word: &str) -> &str {
    word.split_once("pass:").map_or(word, |(before, _)| before)
}

/// The name of an option: openssl and keytool take `-x`, and openssl also `--x`. A lone `-` is a word.
fn option_name(word: &OsStr) -> Option<&str> {
    let name = word.to_str()?.strip_prefix('-')?;
    let name = name.strip_prefix('-').unwrap_or(name);
    (!name.is_empty()).then_some(name)
}

impl Line {
    /// Whether the option was given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(given, _)| *given == name)
    }

    /// The last value that the option was given.
    pub(super) fn value(&self, name: &str) -> Option<&OsStr> {
        self.values(name).last()
    }

    /// All values that the option was given, in turn.
    pub(super) fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a OsStr> {
        self.options.iter().filter(move |(given, _)| *given == name).map(|(_, value)| value.as_os_str())
    }

    /// The last password that the option was given, or where it is.
    pub(super) fn password(&self, name: &str) -> Option<(Held, &OsStr)> {
        self.passwords
            .iter()
            .rev()
            .find(|(given, ..)| *given == name)
            .map(|(_, held, value)| (*held, value.as_os_str()))
    }

    /// Whether a password stands in the line itself.
    pub(super) fn has_literal_password(&self) -> bool {
        self.passwords.iter().any(|(_, held, _)| *held == Held::Line)
    }

    /// The last value as a path.
    pub(super) fn path(&self, name: &str) -> Option<&Path> {
        self.value(name).map(Path::new)
    }

    /// The last value as text.
    ///
    /// # Errors
    /// A usage failure when it is not UTF-8.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
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
    pub(super) fn number<N: std::str::FromStr>(&self, name: &str) -> Result<Option<N>, Failure> {
        let parse = |text: &str| {
            text.parse().map_err(|_| Failure::usage(format!("`-{name}` takes a number, and `{}` is none", safe(text))))
        };
        self.text(name)?.map(parse).transpose()
    }

    /// That one of `names` which was given last.
    pub(super) fn last_of(&self, names: &[&str]) -> Option<&'static str> {
        self.options.iter().rev().map(|(given, _)| *given).find(|given| names.contains(given))
    }

    /// The options in the order in which they were given, with their values.
    pub(super) fn options(&self) -> impl Iterator<Item = (&'static str, &OsStr)> {
        self.options.iter().map(|(name, value)| (*name, value.as_os_str()))
    }

    /// The words that are no options.
    pub(super) fn operands(&self) -> &[OsString] {
        &self.operands
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAMMAR: Grammar = Grammar {
        command: "openssl some",
        options: &[("in", Takes::Value), ("noout", Takes::Nothing), ("days", Takes::Value)],
        flags: &["aes256"],
        refused: &[("engine", ""), ("text", "run `certwright inspect FILE`")],
        operands: 1,
        any_case: false,
        native: "certwright inspect",
    };

    const IN_ANY_CASE: Grammar =
        Grammar { options: &[("storepass", Takes::Password), ("alias", Takes::Value)], any_case: true, ..GRAMMAR };

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn options_and_words_are_told_apart_and_the_last_value_counts() {
        let line = GRAMMAR.parse(&words("-in a -noout 2048 --in b -days 30")).unwrap();
        assert_eq!((line.path("in"), line.has("noout"), line.has("days")), (Some(Path::new("b")), true, true));
        assert_eq!(line.values("in").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(line.number::<u32>("days").unwrap(), Some(30));
        assert_eq!((line.operands(), line.last_of(&["in", "noout"])), (&[OsString::from("2048")][..], Some("in")));
        assert!(GRAMMAR.parse(&words("-days x")).unwrap().number::<u32>("days").is_err());
    }

    #[test]
    fn a_password_stands_in_the_line_or_where_the_option_says() {
        for (line, held, is_literal) in [
            ("-storepass changeit", Held::Line, true),
            ("-storepass:env P", Held::Environment, false),
            ("-StorePass:FILE a -alias x", Held::File, false),
            ("-storepass changeit -storepass:env P", Held::Environment, true),
        ] {
            let line = IN_ANY_CASE.parse(&words(line)).unwrap();
            assert_eq!((line.password("storepass").unwrap().0, line.has_literal_password()), (held, is_literal));
            assert!(!line.has("storepass"), "a password is no ordinary value");
        }
        for (line, message) in [
            ("-storepass:fd 3", "`-storepass` of `openssl some` has only `:env` or `:file` behind its name"),
            ("-alias:env A", "`-alias:env` is not an option of `openssl some`"),
            ("-storepass:env", "`-storepass` of `openssl some` needs a value"),
        ] {
            assert_eq!(IN_ANY_CASE.parse(&words(line)).unwrap_err().message, message, "{line}");
        }
    }

    #[test]
    fn the_summary_names_every_option_and_the_native_help() {
        let expected = "`openssl some` takes here, as the original does:\n  -in VALUE\n  -noout\n  -days VALUE\n  \
                        -aes256\nnatively: `certwright inspect --help`\n";
        assert_eq!(GRAMMAR.summary(), expected);
        let general = Grammar { native: "certwright --help", ..GRAMMAR };
        assert!(general.summary().ends_with("\nnatively: `certwright --help`\n"));
    }

    #[test]
    fn what_is_not_taken_is_refused_by_name() {
        for (line, message) in [
            ("-engine x", "`-engine` of `openssl some` is not offered here"),
            ("-text", "`-text` of `openssl some` is not offered here"),
            ("-nonsense", "`-nonsense` is not an option of `openssl some`"),
            ("-NOOUT", "`-NOOUT` is not an option of `openssl some`"),
            ("-in", "`-in` of `openssl some` needs a value"),
            ("1 2", "`2` is one word too many for `openssl some`"),
            ("1 pass:secret", "`` is one word too many for `openssl some`"),
        ] {
            assert_eq!(GRAMMAR.parse(&words(line)).unwrap_err().message, message, "{line}");
        }
    }
}
