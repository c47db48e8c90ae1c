//! The question the library asks when a file turns out to need a password, and the answer its caller gives.

use std::fmt;

use super::Password;

/// What a password is wanted for; its `Display` completes "a password is needed to …".
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordPurpose {
    /// Open a protected file that exists.
    Open {
        /// The file's name as the user gave it.
        file: String,
    },
    /// Open one entry whose password is not the store's.
    OpenEntry {
        /// The keystore's name as the user gave it.
        file: String,
        /// The entry's alias.
        alias: String,
    },
}

impl PasswordPurpose {
    /// The file in question, as the user named it.
    #[must_use]
    pub fn file(&self) -> &str {
        match self {
            Self::Open { file } | Self::OpenEntry { file, .. } => file,
        }
    }
}

impl fmt::Display for PasswordPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::untrusted::Untrusted;
        match self {
            Self::Open { file } => write!(f, "open `{}`", Untrusted(file)),
            Self::OpenEntry { file, alias } => {
                write!(f, "open the entry `{}` of `{}`", Untrusted(alias), Untrusted(file))
            }
        }
    }
}

/// Why a provider could not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// The user broke off, for instance by closing the terminal.
    #[error("the question was broken off")]
    Interrupted,
    /// No password was given, and there is nobody to ask.
    #[error("no password was given, and there is nobody to ask")]
    NobodyToAsk,
    /// A source that was named, such as a file or an environment variable, could not be read.
    #[error("{reason}")]
    Source {
        /// The whole reason, with the source's name and never its content.
        reason: String,
    },
}

/// Who answers when a protected file turns up. The library asks only when a file needs it.
pub trait PasswordProvider {
    /// The password to try next for `purpose`.
    ///
    /// `attempt` counts from zero; `Ok(None)` says that there are no more passwords to try.
    ///
    /// # Errors
    /// [`ProviderError`] when a source cannot be read, or when none was given and nobody can be asked.
    fn candidate(&self, purpose: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError>;
}

/// A provider that knows no password: a protected file is then an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPasswords;

impl PasswordProvider for NoPasswords {
    fn candidate(&self, _: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        if attempt == 0 { Err(ProviderError::NobodyToAsk) } else { Ok(None) }
    }
}

/// A provider that tries a fixed list of passwords in turn.
///
/// ```
/// use certwright::secret::{Password, PasswordProvider, PasswordPurpose, Passwords};
///
/// let known = Passwords::from([Password::new("changeit")]);
/// let purpose = PasswordPurpose::Open { file: "app.p12".to_owned() };
/// assert_eq!(known.candidate(&purpose, 0)?, Some(Password::new("changeit")));
/// assert_eq!(known.candidate(&purpose, 1)?, None);
/// # Ok::<(), certwright::secret::ProviderError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Passwords(Vec<Password>);

impl<const N: usize> From<[Password; N]> for Passwords {
    fn from(passwords: [Password; N]) -> Self {
        Self(passwords.into())
    }
}

impl FromIterator<Password> for Passwords {
    fn from_iter<I: IntoIterator<Item = Password>>(passwords: I) -> Self {
        Self(passwords.into_iter().collect())
    }
}

impl PasswordProvider for Passwords {
    fn candidate(&self, _: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        Ok(self.0.get(attempt).cloned())
    }
}
