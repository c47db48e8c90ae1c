//! Where a command's results go: files, all or none, and standard output.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use certwright::files::{Input, OutputId, OutputSet, Overwrite, Sensitivity};
use certwright::secret::SecretBytes;

use super::Context;
use crate::args::{PassinArgs, PassoutArgs};
use crate::exit::ExitStatus;
use crate::password::{PassinSource, PassoutSource};
use crate::printer::Printer;
use crate::report::Failure;

/// Everything a run will write. All is declared before anything is made, and written together at the end.
pub(crate) struct Outputs<'a> {
    printer: &'a Printer,
    set: OutputSet,
    standard_output: Option<SecretBytes>,
    wants_standard_output: bool,
}

/// One declared output.
#[derive(Clone, Copy)]
pub(crate) enum Slot {
    File(OutputId),
    StandardOutput,
}

impl Context {
    /// The outputs of this run; `--force` decides whether they may replace files.
    pub(crate) fn outputs(&self) -> Outputs<'_> {
        self.outputs_over(if self.force { Overwrite::Replace } else { Overwrite::Refuse })
    }

    /// The outputs of a run that replaces files unasked, as openssl and keytool do.
    pub(crate) fn replacing_outputs(&self) -> Outputs<'_> {
        self.outputs_over(Overwrite::Replace)
    }

    fn outputs_over(&self, overwrite: Overwrite) -> Outputs<'_> {
        Outputs {
            printer: &self.printer,
            set: OutputSet::new(overwrite),
            standard_output: None,
            wants_standard_output: false,
        }
    }
}

impl Outputs<'_> {
    /// Declares a file, or standard output if `path` is `-`.
    ///
    /// # Errors
    /// A [`Failure`] when the file exists, cannot be written, or clashes with another output or an input.
    pub(crate) fn declare(&mut self, path: &Path, sensitivity: Sensitivity) -> Result<Slot, Failure> {
        if path != Path::new("-") {
            return Ok(Slot::File(self.set.declare(path, sensitivity)?));
        }
        if self.printer.is_json() {
            return Err(Failure::usage("`--json` and `--out -` both want standard output")
                .hint("write to a file with `--out FILE`, or leave `--json` out"));
        }
        if std::mem::replace(&mut self.wants_standard_output, true) {
            return Err(Failure::usage("two outputs want standard output"));
        }
        Ok(Slot::StandardOutput)
    }

    /// Declares a file that must not exist, even under `--force`.
    ///
    /// # Errors
    /// As [`declare`](Self::declare).
    pub(crate) fn declare_new(&mut self, path: &Path, sensitivity: Sensitivity) -> Result<Slot, Failure> {
        Ok(Slot::File(self.set.declare_new(path, sensitivity)?))
    }

    /// Declares that the file of `input` will be replaced by its changed content.
    ///
    /// # Errors
    /// A usage failure when the input is no file; otherwise as [`declare`](Self::declare).
    pub(crate) fn declare_in_place(&mut self, input: &Input) -> Result<Slot, Failure> {
        let path = input.path().ok_or_else(|| {
            Failure::usage("standard input cannot be changed in place").hint("name the keystore's file")
        })?;
        Ok(Slot::File(self.set.declare_in_place(path, Sensitivity::Secret, input.bytes())?))
    }

    /// Declares a folder that is made if it does not exist.
    ///
    /// # Errors
    /// A [`Failure`] when something else stands there.
    pub(crate) fn declare_folder(&mut self, path: &Path) -> Result<(), Failure> {
        Ok(self.set.declare_folder(path)?)
    }

    /// Declares a file that is read and so must not be written.
    ///
    /// # Errors
    /// A [`Failure`] when it is an output too.
    pub(crate) fn declare_input(&mut self, input: &Input) -> Result<(), Failure> {
        match input.path() {
            Some(path) => Ok(self.set.declare_input(path)?),
            None => Ok(()),
        }
    }

    /// The same for a path that is read by other means, if a file is there.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn declare_read(&mut self, path: &Path) -> Result<(), Failure> {
        Ok(self.set.declare_input(path)?)
    }

    /// Declares the files that `--passin` takes passwords from as read, so that no output may be one of them.
    ///
    /// # Errors
    /// A [`Failure`] when one is an output too, or a value is no SOURCE.
    pub(crate) fn declare_passin(&mut self, args: &PassinArgs) -> Result<(), Failure> {
        for value in &args.passin {
            self.declare_password_file(PassinSource::parse(value, "--passin")?.source.file())?;
        }
        Ok(())
    }

    /// The same for `--passout`.
    ///
    /// # Errors
    /// As [`declare_passin`](Self::declare_passin).
    pub(crate) fn declare_passout(&mut self, args: &PassoutArgs) -> Result<(), Failure> {
        self.declare_new_password(args.passout.as_ref(), "--passout")
    }

    /// The same for the value of an `option` that gives a new password.
    ///
    /// # Errors
    /// As [`declare_passin`](Self::declare_passin).
    pub(crate) fn declare_new_password(
        &mut self,
        value: Option<&OsString>,
        option: &'static str,
    ) -> Result<(), Failure> {
        match value.map(|value| PassoutSource::parse(value, option)).transpose()? {
            Some(PassoutSource::Given(source)) => self.declare_password_file(source.file()),
            Some(PassoutSource::Generate(_)) | None => Ok(()),
        }
    }

    fn declare_password_file(&mut self, file: Option<&Path>) -> Result<(), Failure> {
        file.map_or(Ok(()), |path| Ok(self.set.declare_input(path)?))
    }

    /// Gives an output its content.
    pub(crate) fn fill(&mut self, slot: Slot, octets: &[u8]) {
        match slot {
            Slot::File(id) => self.set.fill(id, octets),
            Slot::StandardOutput => self.standard_output = Some(SecretBytes::concat(&[octets])),
        }
    }

    /// Writes everything: standard output, then all files or none.
    ///
    /// Standard output goes first because it cannot be undone, and files can: when it takes nothing, no file is left
    /// behind, such as a password for a keystore that nobody has.
    ///
    /// # Errors
    /// A [`Failure`]; no file was changed then.
    pub(crate) fn commit(self) -> Result<Vec<PathBuf>, Failure> {
        if let Some(octets) = self.standard_output {
            self.printer.deliver(octets.expose()).map_err(|fault| {
                Failure::new("standard_output", ExitStatus::Failed, "cannot write to standard output")
                    .cause(fault.to_string())
                    .hint("no file was written; name one with `--out FILE`")
            })?;
        }
        let written = self.set.commit()?;
        if !written.is_empty() {
            self.printer.files_are_written();
        }
        Ok(written)
    }
}
