//! The grammar of `[FILE=]SOURCE`.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::PasswordFault;

/// A place where a password is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// `fd:N`, the next line of an inherited descriptor.
    Descriptor(u32),
    /// `env:NAME`.
    Environment(String),
    /// `file:PATH`, its first line.
    File(PathBuf),
    /// `prompt`.
    Prompt,
    /// `stdin`, its next line.
    Stdin,
}

/// One value of `--passin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PassinSource {
    /// The only file it serves; any file when `None`.
    pub(crate) file: Option<String>,
    /// Where the password is.
    pub(crate) source: Source,
}

/// One value of `--passout`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PassoutSource {
    /// `generate[:PATH]`: made by us and written to a file.
    Generate(Option<PathBuf>),
    /// As for inputs.
    Given(Source),
}

impl Source {
    /// The file that the password is in, if it is in one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            _ => None,
        }
    }

    /// Reads one SOURCE that serves nothing but its option.
    ///
    /// # Errors
    /// [`PasswordFault::NotASource`] without the value, which may be a secret.
    pub(super) fn of(value: &OsStr, option: &'static str) -> Result<Self, PasswordFault> {
        value.to_str().and_then(Self::parse).ok_or(PasswordFault::NotASource { option })
    }

    /// Reads one SOURCE. What is none of them may be a password, so no error can hold it.
    fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text == "prompt" => Some(Self::Prompt),
            None if text == "stdin" => Some(Self::Stdin),
            Some(("env", name)) => is_variable_name(name).then(|| Self::Environment(name.to_owned())),
            Some(("fd", number)) => {
                let all_digits = number.bytes().all(|octet| octet.is_ascii_digit());
                number.parse().ok().filter(|_| all_digits).map(Self::Descriptor)
            }
            Some(("file", path)) => (!path.is_empty()).then(|| Self::File(path.into())),
            _ => None,
        }
    }
}

impl PassinSource {
    /// Reads one `[FILE=]SOURCE`: a bare source where the value is one, else split at the last `=` before one.
    ///
    /// # Errors
    /// [`PasswordFault::NotASource`] without the value, which may be a password.
    pub(crate) fn parse(value: &OsStr, option: &'static str) -> Result<Self, PasswordFault> {
        let refused = PasswordFault::NotASource { option };
        let Some(text) = value.to_str() else { return Err(refused) };
        if let Some(source) = Source::parse(text) {
            return Ok(Self { file: None, source });
        }
        let bound = text.rmatch_indices('=').find_map(|(at, _)| {
            let (file, source) = (&text[..at], Source::parse(&text[at + 1..])?);
            (!file.is_empty()).then(|| Self { file: Some(file.to_owned()), source })
        });
        bound.ok_or(refused)
    }

    /// Whether it is bound to `file`, spelled with or without `./`, and on Windows in capital or small letters.
    pub(super) fn is_bound_to(&self, file: &str) -> bool {
        let is_it = |bound: &str, file: &str| bound == file || plain(bound).eq(plain(file));
        self.file.as_deref().is_some_and(|bound| {
            is_it(bound, file) || (cfg!(windows) && is_it(&bound.to_lowercase(), &file.to_lowercase()))
        })
    }
}

impl PassoutSource {
    /// Reads one SOURCE for a new password.
    ///
    /// # Errors
    /// [`PasswordFault::NotASource`] without the value, which may be a password.
    pub(crate) fn parse(value: &OsStr, option: &'static str) -> Result<Self, PasswordFault> {
        let text = value.to_str().unwrap_or_default();
        let parsed = match text.split_once(':') {
            None if text == "generate" => Some(Self::Generate(None)),
            Some(("generate", path)) => (!path.is_empty()).then(|| Self::Generate(Some(path.into()))),
            _ => Source::parse(text).map(Self::Given),
        };
        parsed.ok_or(PasswordFault::NotASource { option })
    }
}

/// Letters, digits and `_`: a name like any other is more likely a password that the shell put there (`env:$PASS`).
fn is_variable_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_')
}

/// The parts of a path that name something.
fn plain(path: &str) -> impl Iterator<Item = Component<'_>> {
    Path::new(path).components().filter(|part| *part != Component::CurDir)
}
