//! The file that a generated password is written to.

use std::path::{Path, PathBuf};

use certwright::files::Sensitivity;
use certwright::secret::SecretBytes;

use crate::context::{Outputs, Slot};
use crate::password::NewPassword;
use crate::report::Failure;

/// A declared password file and what will stand in it.
pub(super) struct PasswordFile {
    path: PathBuf,
    slot: Slot,
    line: SecretBytes,
}

impl PasswordFile {
    /// Declares the file of a password that was generated: the one named with it, else `<stem>.pass` beside `output`,
    /// which replaces a file only if the whole set that it belongs to is made anew.
    ///
    /// # Errors
    /// A [`Failure`] as for every output.
    pub(super) fn declare(
        new: &NewPassword,
        output: &Path,
        outputs: &mut Outputs<'_>,
        replace: bool,
    ) -> Result<Option<Self>, Failure> {
        let beside =
            if output == Path::new("-") { PathBuf::from("server.pass") } else { output.with_extension("pass") };
        let Some(path) = new.made.path(&beside) else { return Ok(None) };
        if path == Path::new("-") {
            return Err(Failure::usage("`generate:-` would put the password among what standard output holds")
                .hint("name a file with `--passout generate:PATH`"));
        }
        // A file that was not named may hold the password of something else, which `--force` was not meant for.
        let slot = if path == beside && !replace {
            outputs.declare_new(path, Sensitivity::Secret).map_err(|mut failure| {
                failure.hints = vec![format!(
                    "nothing was written; it may hold another file's password, so name a new one with `--passout generate:PATH`"
                )];
                failure
            })?
        } else {
            outputs.declare(path, Sensitivity::Secret)?
        };
        let line = SecretBytes::concat(&[new.password.expose().as_bytes(), b"\n"]);
        Ok(Some(Self { path: path.to_owned(), slot, line }))
    }

    /// Gives the file its content, to be written with everything else.
    pub(super) fn fill(self, outputs: &mut Outputs<'_>) -> PathBuf {
        outputs.fill(self.slot, self.line.expose());
        self.path
    }
}
