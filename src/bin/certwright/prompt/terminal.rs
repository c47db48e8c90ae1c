//! The controlling terminal: opened, read with and without echo, and left as it was found.

#![expect(clippy::disallowed_types, reason = "the terminal is a device; no file of the user's is touched here")]

use std::fs::File;
use std::io::{self, Write};

use super::{PromptError, Terminal, Unattended};

#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix as platform;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as platform;

/// Opens the terminal when somebody sits at it.
pub(super) fn open(erase: bool) -> Result<Box<dyn Terminal>, PromptError> {
    if !platform::is_watched() {
        return Err(PromptError::Unattended(Unattended::NoTerminal));
    }
    match platform::Device::open(erase) {
        Ok(device) => Ok(Box::new(device)),
        Err(_) => Err(PromptError::Unattended(Unattended::NoTerminal)),
    }
}

/// Writes text to an open terminal.
fn write(device: &mut File, text: &str) -> Result<(), PromptError> {
    device.write_all(text.as_bytes()).and_then(|()| device.flush()).map_err(PromptError::Terminal)
}

/// What an answer that could not be read means.
fn fault(error: io::Error) -> PromptError {
    match error.kind() {
        io::ErrorKind::Interrupted => PromptError::Interrupted,
        io::ErrorKind::UnexpectedEof => PromptError::Closed,
        _ => PromptError::Terminal(error),
    }
}
