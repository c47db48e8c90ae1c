//! The Windows console, `CONIN$` and `CONOUT$`.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal};

use rpassword::ConfigBuilder;

use super::{fault, write};
use crate::prompt::{PromptError, Terminal};

/// Whether a standard stream leads to a console.
///
/// `IsTerminal` does not answer this: it is also true in a Git Bash window (mintty), where `CONIN$` opens an invisible
/// console at which nobody can type (rpassword issue 49). Only a real console has a size.
pub(super) fn is_watched() -> bool {
    is_console_stderr() || terminal_size::terminal_size_of(io::stdout()).is_some()
}

fn is_console_stderr() -> bool {
    terminal_size::terminal_size_of(io::stderr()).is_some()
}

pub(super) struct Device {
    output: File,
    erase: bool,
}

impl Device {
    pub(super) fn open(erase: bool) -> io::Result<Self> {
        // Reading goes through rpassword; opening the input here only shows that there is one.
        OpenOptions::new().read(true).write(true).open("CONIN$")?;
        Ok(Self { output: OpenOptions::new().read(true).write(true).open("CONOUT$")?, erase })
    }
}

impl Terminal for Device {
    fn show(&mut self, text: &str) -> Result<(), PromptError> {
        if is_console_stderr() {
            // Standard error is this console, and unlike a file it takes more than the console's code page.
            return io::Write::write_all(&mut io::stderr(), text.as_bytes()).map_err(PromptError::Terminal);
        }
        write(&mut self.output, text)
    }

    fn line(&mut self) -> Result<String, PromptError> {
        let console = io::stdin();
        if console.is_terminal() {
            // The console shows the answer, lets it be edited, and hands out one line at a time.
            let mut line = String::new();
            console.read_line(&mut line).map_err(fault)?;
            return match line.strip_suffix('\n') {
                Some(answer) => Ok(answer.strip_suffix('\r').unwrap_or(answer).to_owned()),
                None => Err(PromptError::Closed),
            };
        }
        // Standard input is a file or a pipe, so the console is opened by its name. A mask that begins after every
        // character shows what is typed; a console read as a file would give names such as Müller in its code page.
        let config = ConfigBuilder::new().password_feedback_partial_mask('*', usize::MAX).build();
        rpassword::read_password_with_config(config).map_err(fault)
    }

    fn hidden_line(&mut self) -> Result<String, PromptError> {
        // Interrupted here, the console stays without echo for an instant: the shells of Windows set its mode anew.
        let config = ConfigBuilder::new().output_discard().build();
        rpassword::read_password_with_config(config).map_err(fault)
    }

    fn erase(&mut self, shown: &str) -> Result<(), PromptError> {
        // Two columns for each character, as East Asian ones take; a question that may fill its line stays.
        let columns = if shown.is_ascii() { shown.len() } else { shown.chars().count() * 2 };
        if self.erase && columns < 80 {
            return self.show(&format!("\r{:columns$}\r", ""));
        }
        self.show("\n")
    }
}
