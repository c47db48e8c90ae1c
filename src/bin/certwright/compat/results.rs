//! Where an original's results go: as there, except that no private key is lost without a word.

use std::path::{Path, PathBuf};

use certwright::crypto::PublicKey;
use certwright::files::{self, Input, Sensitivity};
use certwright::operations::{KeysHeld, keys_held};
use certwright::secret::{NoPasswords, PasswordProvider};

use super::native::Native;
use super::session::{Session, is_null_device, is_standard_output};
use crate::context::{Outputs, Slot};
use crate::exit::ExitStatus;
use crate::report::{Failure, word};

/// The outputs of one line. Existing files are replaced, as the originals do, but for a file that holds another
/// private key than those that will be written: that needs `--force`, or a yes at the terminal.
pub(super) struct Results<'a> {
    session: &'a Session<'a>,
    outputs: Outputs<'a>,
    replaces: bool,
}

/// One declared result.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Slot(Slot),
    /// `/dev/null`
    Nowhere,
}

impl<'a> Results<'a> {
    pub(super) fn new(session: &'a Session<'a>) -> Self {
        Self { session, outputs: session.context.replacing_outputs(), replaces: false }
    }

    /// Declares a result: a file, or standard output without a path or with `-`. `kept` are the private keys that the
    /// result will hold, so that a file with one of them loses nothing; `inputs` are files that may be written over.
    ///
    /// # Errors
    /// A [`Failure`] when a private key would be lost, or the file cannot be written.
    pub(super) fn declare(
        &mut self,
        path: Option<&Path>,
        sensitivity: Sensitivity,
        kept: &[PublicKey],
        inputs: &[&Input],
    ) -> Result<Place, Failure> {
        self.declare_over(path, sensitivity, (kept, &NoPasswords), inputs)
    }

    /// The same, where `passwords` may open what is there, and so show that it holds no other key.
    ///
    /// # Errors
    /// As above.
    pub(super) fn declare_over(
        &mut self,
        path: Option<&Path>,
        sensitivity: Sensitivity,
        (kept, passwords): (&[PublicKey], &dyn PasswordProvider),
        inputs: &[&Input],
    ) -> Result<Place, Failure> {
        let path = match path {
            Some(path) if is_null_device(path) => {
                self.session.goes_nowhere();
                return Ok(Place::Nowhere);
            }
            Some(path) if !is_standard_output(path) => path,
            _ => Path::new("-"),
        };
        if path == Path::new("-") {
            return Ok(Place::Slot(self.outputs.declare(path, sensitivity)?));
        }
        let same = inputs.iter().find(|input| input.path() == Some(path));
        match Input::read_if_file(path, &self.session.context.limits) {
            Ok(None) => {}
            Ok(Some(there)) => {
                self.replaces = true;
                // What is locked was opened as an input, by whatever path, and its key is among those that are kept.
                let is_opened = inputs.iter().any(|input| input.bytes() == there.bytes()) && !kept.is_empty();
                self.spare_keys(path, &there, (kept, passwords), is_opened)?;
            }
            // No key's file is that large.
            Err(files::Error::TooLarge { .. }) => self.replaces = true,
            // A key may be in it that nobody sees. The originals cannot write over such a file either.
            Err(fault) if !self.session.context.force => return Err(fault.into()),
            Err(_) => self.replaces = true,
        }
        // An original that writes over what it read has read it whole before.
        if let Some(input) = same {
            return Ok(Place::Slot(self.outputs.declare_in_place(input)?));
        }
        Ok(Place::Slot(self.outputs.declare(path, sensitivity)?))
    }

    /// Declares that the file of `input`, such as a keystore, is replaced by its changed content.
    ///
    /// # Errors
    /// A [`Failure`] when it cannot be written.
    pub(super) fn declare_in_place(&mut self, input: &Input) -> Result<Place, Failure> {
        Ok(Place::Slot(self.outputs.declare_in_place(input)?))
    }

    /// The native line with `--force` where a file that exists is replaced, which natively needs it.
    pub(super) fn natively(&self, native: Native) -> Native {
        native.flag_if(self.replaces, "--force")
    }

    /// Gives a result its content.
    pub(super) fn fill(&mut self, place: Place, octets: &[u8]) {
        if let Place::Slot(slot) = place {
            self.outputs.fill(slot, octets);
        }
    }

    /// Writes everything, all or nothing.
    ///
    /// # Errors
    /// A [`Failure`]; no file was changed then.
    pub(super) fn commit(self) -> Result<Vec<PathBuf>, Failure> {
        self.outputs.commit()
    }

    fn spare_keys(
        &self,
        path: &Path,
        there: &Input,
        (kept, passwords): (&[PublicKey], &dyn PasswordProvider),
        is_opened: bool,
    ) -> Result<(), Failure> {
        let context = self.session.context;
        let is_lost = match keys_held(there, passwords, &context.limits) {
            KeysHeld::Open(keys) => keys.iter().any(|key| !kept.contains(key)),
            KeysHeld::Locked => !is_opened,
        };
        if !is_lost || context.force {
            return Ok(());
        }
        let name = path.to_string_lossy();
        // cmd and PowerShell both know `move`.
        let move_command = if cfg!(windows) { "move" } else { "mv" };
        if self.session.answers.confirms(&format!("`{name}` holds a private key. Replace it?")) {
            return Ok(());
        }
        Err(Failure::new(
            "key_would_be_lost",
            ExitStatus::Failed,
            format!("`{name}` holds a private key, which would be lost"),
        )
        .hint(format!(
            "nothing was written; choose another name, or move the old key away, as in `{move_command} {} {}`",
            word(&name),
            word(&format!("{name}.old"))
        ))
        .hint("to replace it all the same, add `--force`"))
    }
}
