//! Standard error, with a line on it that goes as soon as anything else is said.

use std::io::{self, Write};
use std::sync::{Mutex, TryLockError};
use std::thread;

use super::Stream;

/// How often an interruption looks whether standard error is free: longer than a line takes to write, and not for ever,
/// because a terminal may be held.
const LOOKS: u32 = 1_000;

/// With less room than this a line says nothing, and none is shown.
const LEAST: usize = 10;

/// How many columns the terminal has that standard error leads to, where that can be told.
pub(super) fn width() -> Option<usize> {
    #[cfg(unix)]
    let columns = rustix::termios::tcgetwinsize(io::stderr()).ok().map(|size| size.ws_col);
    #[cfg(windows)]
    let columns = terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| width.0);
    // A serial line and some pseudo-terminals say 0: nobody told them.
    columns.filter(|columns| *columns > 0).map(usize::from)
}

/// Standard error.
pub(super) struct Talk {
    stream: Stream,
    /// Asked before each line: a window may be made narrower.
    width: fn() -> Option<usize>,
    /// How many columns the passing line takes.
    columns: usize,
    /// Whether the run is being broken off, so that no line may stay.
    is_over: bool,
}

impl Talk {
    pub(super) fn new(stream: Stream, width: fn() -> Option<usize>) -> Self {
        Self { stream, width, columns: 0, is_over: false }
    }

    /// Prints text that stays.
    pub(super) fn say(&mut self, styled_text: &str) {
        self.end_pass();
        // Nobody is left to hear that standard error cannot be written.
        let _ = self.stream.write_styled(styled_text).and_then(|()| self.stream.flush());
    }

    /// Shows `text`, all of it of one column for each character, in the place of what passed before; of a text that does
    /// not fit its beginning. What goes on on the next line could not be taken away.
    pub(super) fn pass(&mut self, text: &str) {
        if self.is_over {
            return;
        }
        let room = self.room();
        if room < LEAST {
            return self.end_pass();
        }
        let columns = text.chars().count().min(room);
        let rest = self.columns.min(room).saturating_sub(columns);
        self.write(&format!("{text:.columns$}{:rest$}", ""));
        self.columns = columns;
    }

    /// Takes the passing line away. Spaces do that on every terminal, also where there are to be no escape sequences.
    pub(super) fn end_pass(&mut self) {
        let columns = std::mem::take(&mut self.columns);
        if columns > 0 {
            self.write(&" ".repeat(columns.min(self.room())));
        }
    }

    /// How many columns a line may take. The last stays free: some terminals go on to the next line once it is filled.
    fn room(&self) -> usize {
        (self.width)().map_or(0, |width| width - 1)
    }

    /// Writes one line over the last, at once. The cursor stays at its beginning, so that it covers what somebody types.
    fn write(&mut self, line: &str) {
        let line = format!("\r{line}\r");
        let _ = self.stream.plain.write_all(line.as_bytes()).and_then(|()| self.stream.plain.flush());
    }
}

/// Takes the passing line away and lets none follow.
pub(super) fn clear_for_good(talk: &Mutex<Talk>) {
    for _ in 0..LOOKS {
        match talk.try_lock() {
            Ok(mut talk) => {
                talk.end_pass();
                talk.is_over = true;
                return;
            }
            Err(TryLockError::Poisoned(_)) => return,
            Err(TryLockError::WouldBlock) => thread::yield_now(),
        }
    }
}
