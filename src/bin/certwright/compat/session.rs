//! What every original's command is handed: the surroundings of the run, answers, and what is said of the line.

use std::cell::Cell;
use std::ffi::OsStr;
use std::path::Path;

use certwright::files::Input;
use certwright::secret::Password;

use super::Tool;
use super::answers::Answers;
use super::native::Native;
use super::results::Results;
use crate::context::Context;
use crate::printer::Warning;
use crate::report::Failure;

/// One run of one original line.
pub(super) struct Session<'a> {
    pub(super) context: &'a Context,
    pub(super) answers: Answers<'a>,
    warned_of_literal: Cell<bool>,
    has_native_form: Cell<bool>,
}

impl<'a> Session<'a> {
    pub(super) fn new(tool: Tool, context: &'a Context) -> Self {
        Self {
            context,
            answers: Answers::new(tool, context),
            warned_of_literal: Cell::new(false),
            has_native_form: Cell::new(true),
        }
    }

    /// Reads an input file; without a path, or with `-`, standard input.
    ///
    /// # Errors
    /// A [`Failure`] that names the file and what stopped it.
    pub(super) fn input(&self, path: Option<&Path>) -> Result<Input, Failure> {
        let path = path.unwrap_or(Path::new("-"));
        let is_standard_input = path == Path::new("/dev/stdin");
        self.context.input(if is_standard_input { Path::new("-") } else { path })
    }

    /// The password on the line of standard input that is `line` lines after the next one.
    ///
    /// # Errors
    /// When it was used for something else, or cannot be read.
    pub(super) fn standard_input_password(&self, line: usize) -> Result<Option<Password>, Failure> {
        for _ in 0..line {
            self.answers.standard_input_line()?;
        }
        Ok(self.answers.standard_input_line()?)
    }

    /// The outputs of this run.
    pub(super) fn results(&self) -> Results<'_> {
        Results::new(self)
    }

    /// Says in one line where the result is not quite what the original gives.
    pub(super) fn notice(&self, text: &str) {
        self.context.printer.note(&format!("notice: {text}"));
    }

    /// Warns, once in a run, of a password that stands on the command line.
    pub(super) fn warn_of_literal_password(&self) {
        if !self.warned_of_literal.replace(true) {
            let text = "a password on a command line can be read in the list of processes and in the shell's history";
            self.context.printer.warning(&Warning::new(text));
        }
    }

    /// Notes that a result goes where everything vanishes, which no native command takes for an output.
    pub(super) fn goes_nowhere(&self) {
        self.has_native_form.set(false);
    }

    /// Says the native form of what was done, where there is one.
    pub(super) fn natively(&self, native: &Native) {
        if self.has_native_form.get() {
            native.say(self.context);
        }
    }
}

/// Whether a path names standard output, as a system with `/dev` names it.
pub(super) fn is_standard_output(path: &Path) -> bool {
    ["/dev/stdout", "/dev/fd/1"].iter().any(|name| path == Path::new(name))
}

/// Whether a path names the place where everything vanishes.
pub(super) fn is_null_device(path: &Path) -> bool {
    path == Path::new("/dev/null") || (cfg!(windows) && path.as_os_str().eq_ignore_ascii_case(OsStr::new("nul")))
}
