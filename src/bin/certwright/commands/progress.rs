//! How far a long run is, on a terminal, and gone when it is over.

use std::cell::Cell;
use std::time::{Duration, Instant};

use certwright::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError};

use crate::context::Context;
use crate::printer::Printer;

/// How long a run may take before anything is said of it.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long what was said stands.
const PAUSE: Duration = Duration::from_millis(200);

/// Takes the line back that it has written: carriage return, and erase to the end of the line (ECMA-48, EL).
const ERASE: &str = "\r\x1b[K";

/// One line on standard error that counts what is done.
pub(super) struct Progress<'a> {
    /// Where it is shown; nowhere where nobody looks.
    printer: Option<&'a Printer>,
    /// What is counted and what is done to it, such as "files checked".
    what: &'static str,
    next: Cell<Instant>,
    is_shown: Cell<bool>,
}

impl<'a> Progress<'a> {
    pub(super) fn new(context: &'a Context, what: &'static str) -> Self {
        let printer = context.shows_progress().then_some(&context.printer);
        Self { printer, what, next: Cell::new(Instant::now() + PATIENCE), is_shown: Cell::new(false) }
    }

    /// Tells how many are done, now and then.
    pub(super) fn tell(&self, count: usize) {
        let Some(printer) = self.printer else { return };
        let now = Instant::now();
        if now >= self.next.get() {
            printer.say(&format!("{ERASE}{count} {} …", self.what));
            self.is_shown.set(true);
            self.next.set(now + PAUSE);
        }
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        if let Some(printer) = self.printer.filter(|_| self.is_shown.replace(false)) {
            printer.say(ERASE);
        }
    }
}

/// Takes the line away before a question is asked.
pub(super) struct Quietly<'a> {
    passwords: &'a dyn PasswordProvider,
    progress: &'a Progress<'a>,
}

impl<'a> Quietly<'a> {
    pub(super) fn new(passwords: &'a dyn PasswordProvider, progress: &'a Progress<'a>) -> Self {
        Self { passwords, progress }
    }
}

impl PasswordProvider for Quietly<'_> {
    fn candidate(&self, purpose: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        self.progress.end();
        self.passwords.candidate(purpose, attempt)
    }
}
