//! `/dev/tty`, with the echo taken away for passwords and put back whatever happens.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use certwright::process::{self, Registered};
use rpassword::ConfigBuilder;
use rustix::termios::{self, LocalModes, OptionalActions, SpecialCodeIndex, Termios};

use super::{fault, write};
use crate::prompt::{PromptError, Terminal};

const PATH: &str = "/dev/tty";
const CTRL_C: u8 = 0x03;

/// Whether a standard stream still leads to the person at the terminal.
pub(super) fn is_watched() -> bool {
    io::stdin().is_terminal() || io::stderr().is_terminal()
}

pub(super) struct Device {
    tty: File,
    erase: bool,
}

impl Device {
    pub(super) fn open(erase: bool) -> io::Result<Self> {
        Ok(Self { tty: OpenOptions::new().read(true).write(true).open(PATH)?, erase })
    }
}

impl Terminal for Device {
    fn show(&mut self, text: &str) -> Result<(), PromptError> {
        write(&mut self.tty, text)
    }

    fn line(&mut self) -> Result<String, PromptError> {
        // The terminal hands out one line at a time, so the buffer never takes more than this answer.
        let mut line = String::new();
        BufReader::new(&self.tty).read_line(&mut line).map_err(fault)?;
        match line.strip_suffix('\n') {
            Some(answer) => Ok(answer.to_owned()),
            None => Err(PromptError::Closed),
        }
    }

    fn hidden_line(&mut self) -> Result<String, PromptError> {
        let _quiet = Quiet::begin(&self.tty).map_err(PromptError::Terminal)?;
        let ended = Arc::new(AtomicBool::new(false));
        let keys = Keys { tty: self.tty.try_clone().map_err(PromptError::Terminal)?, ended: Arc::clone(&ended) };
        // rpassword edits the line (Backspace, Ctrl-U, Ctrl-W, arrows); it is not given the terminal itself, because
        // at Ctrl-C it would raise SIGINT before it puts the echo back.
        let config = ConfigBuilder::new().input_reader(keys).output_discard().build();
        let answer = rpassword::read_password_with_config(config).map_err(fault)?;
        if ended.load(Ordering::Relaxed) { Err(PromptError::Closed) } else { Ok(answer) }
    }

    fn erase(&mut self, _: &str) -> Result<(), PromptError> {
        write(&mut self.tty, if self.erase { "\r\u{1b}[K" } else { "\n" })
    }
}

/// The time in which the terminal neither echoes nor edits, and hands out Ctrl-C as a key. However it ends, also by a
/// signal that ends the process, the terminal is then as before.
struct Quiet<'a> {
    tty: &'a File,
    before: Termios,
    _on_interruption: Registered,
}

impl<'a> Quiet<'a> {
    fn begin(tty: &'a File) -> io::Result<Self> {
        let before = termios::tcgetattr(tty)?;
        let mut quiet = before.clone();
        quiet.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
        quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
        let (device, restored) = (tty.try_clone()?, before.clone());
        let on_interruption = process::register(move || restore(&device, &restored));
        let guard = Self { tty, before, _on_interruption: on_interruption };
        termios::tcsetattr(tty, OptionalActions::Now, &quiet)?;
        Ok(guard)
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        restore(self.tty, &self.before);
    }
}

fn restore(tty: &File, before: &Termios) {
    // A terminal that refuses has hung up.
    let _ = termios::tcsetattr(tty, OptionalActions::Now, before);
}

/// The keys as they are pressed; Ctrl-C is an error here, and the end of the terminal is remembered.
struct Keys {
    tty: File,
    ended: Arc<AtomicBool>,
}

impl Read for Keys {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.tty.read(octets) {
                // A signal that does not end the process does not end the question either.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(count) if octets.iter().take(count).any(|octet| *octet == CTRL_C) => {
                    return Err(io::ErrorKind::Interrupted.into());
                }
                Ok(0) => {
                    self.ended.store(true, Ordering::Relaxed);
                    return Ok(0);
                }
                other => return other,
            }
        }
    }
}
