//! Standard input, which one run can use for one thing only.

use std::io;
use std::io::Read;
use std::sync::Mutex;
use std::sync::PoisonError;

use super::Error;
use super::bounded;
use crate::limits::Limits;
use crate::secret::Password;
use crate::secret::SecretBytes;

/// What messages call it.
pub(super) const NAME: &str = "standard input";

/// What standard input was claimed for.
static USED_FOR: Mutex<Option<String>> = Mutex::new(None);

/// The right to read standard input, which [`claim_standard_input`] gives once in a process.
#[derive(Debug)]
pub struct StandardInput(());

/// Claims standard input for `purpose`, which completes "it was used for …", such as "the input `-`".
///
/// # Errors
/// [`Error::StandardInputUsed`] when it was claimed before.
pub fn claim_standard_input(purpose: &str) -> Result<StandardInput, Error> {
    let mut used_for = USED_FOR.lock().unwrap_or_else(PoisonError::into_inner);
    match &*used_for {
        Some(before) => Err(Error::StandardInputUsed { used_for: before.clone(), wanted_for: purpose.to_owned() }),
        None => {
            *used_for = Some(purpose.to_owned());
            Ok(StandardInput(()))
        }
    }
}

impl StandardInput {
    /// The next line as a password, without its line end. It may be called again for the line after it.
    ///
    /// # Errors
    /// [`Error::NotUtf8`], [`Error::TooLarge`] over 64 KiB, and [`Error::CannotRead`].
    pub fn read_line(&mut self) -> Result<Password, Error> {
        bounded::read_password_line(&mut *open()?, NAME)
    }

    /// The next line as above, or nothing at the end of the input.
    ///
    /// # Errors
    /// As [`read_line`](Self::read_line).
    pub fn next_line(&mut self) -> Result<Option<Password>, Error> {
        bounded::next_password_line(&mut *open()?, NAME)
    }

    /// All there is.
    pub(super) fn read_all(self, limits: &Limits) -> Result<SecretBytes, Error> {
        bounded::read_to_limit(&mut *open()?, NAME, 0, limits.input_size)
    }
}

/// Standard input without the standard library's own buffer, which would keep a copy of what was read.
fn open() -> Result<Box<dyn Read>, Error> {
    #[cfg(unix)]
    #[expect(clippy::disallowed_types, reason = "this room reads files")]
    {
        use std::os::fd::AsFd;
        let descriptor = io::stdin().as_fd().try_clone_to_owned();
        descriptor
            .map(|descriptor| Box::new(std::fs::File::from(descriptor)) as Box<dyn Read>)
            .map_err(|cause| Error::read(NAME.as_ref(), cause))
    }
    // A Windows console must be asked for UTF-16, which only the standard library's reader does.
    #[cfg(not(unix))]
    Ok(Box::new(io::stdin()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::files::Input;

    #[test]
    fn it_can_be_used_once() {
        // The only test that claims it: a second one would read this process's standard input.
        let first = claim_standard_input("a password");
        assert!(first.is_ok());
        let second = Input::read(Path::new("-"), &Limits::default()).unwrap_err();
        assert_eq!(second.kind(), "standard_input_used");
        assert_eq!(
            second.to_string(),
            "standard input can be read only once: it is wanted for the input `-` and was used for a password"
        );
    }
}
