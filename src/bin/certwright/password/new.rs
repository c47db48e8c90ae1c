//! The password that protects new files.

use std::path::{Path, PathBuf};

use certwright::crypto::CryptoRng;
use certwright::secret::Password;

use crate::printer::Warning;
use crate::prompt::PromptError;

use super::{PassoutSource, PasswordFault, Source, Sources};

/// A password for new files, fit for use. One may serve several outputs: resolve it once.
#[derive(Debug)]
pub(crate) struct NewPassword {
    /// The password.
    pub(crate) password: Password,
    /// How it came to be.
    pub(crate) made: Made,
    /// What the user should know about it.
    pub(crate) warning: Option<Warning>,
}

/// Whether a new password must still be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// It was made by us, and must be written to this path, else to the default path.
    Generated(Option<PathBuf>),
    /// The user has it.
    Given,
}

impl Made {
    /// The file to which the password must be written, if any.
    pub(crate) fn path<'a>(&'a self, default: &'a Path) -> Option<&'a Path> {
        match self {
            Self::Generated(path) => Some(path.as_deref().unwrap_or(default)),
            Self::Given => None,
        }
    }
}

impl NewPassword {
    /// The password from `source`, else from the terminal, to do `what`, such as "protect `x.p12`".
    /// `option` is the one that would have given it.
    ///
    /// # Errors
    /// [`PasswordFault`] when there is none, or when it is no good.
    pub(crate) fn resolve(
        sources: &Sources,
        source: Option<&PassoutSource>,
        what: &str,
        option: &'static str,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, PasswordFault> {
        let (password, made) = match source {
            Some(PassoutSource::Generate(path)) => (Password::generate(rng), Made::Generated(path.clone())),
            None | Some(PassoutSource::Given(Source::Prompt)) => (ask(sources, what, option)?, Made::Given),
            Some(PassoutSource::Given(source)) => {
                let password = sources.read(source).map_err(|reason| PasswordFault::Source { reason })?;
                if password.expose().is_empty() {
                    return Err(PasswordFault::Empty { option });
                }
                password.check_new().map_err(PasswordFault::Unfit)?;
                (password, Made::Given)
            }
        };
        let warning = (!password.is_ascii()).then(|| {
            Warning::new("the new password has characters outside ASCII, and Java cannot open a PKCS#12 file with it")
                .hint("choose a password of ASCII characters if the file goes to Java")
        });
        Ok(Self { password, made, warning })
    }
}

fn ask(sources: &Sources, what: &str, option: &'static str) -> Result<Password, PasswordFault> {
    let what = what.to_owned();
    sources.prompt.new_password(&format!("new password to {}: ", what.replace('`', ""))).map_err(|error| match error {
        PromptError::Unattended(why) => PasswordFault::NobodyToAsk { what, why, option },
        error => PasswordFault::Prompt { what, error },
    })
}
