//! How far a long run is, on a terminal, and gone when it is over.

use std::cell::Cell;
use std::time::{Duration, Instant};

use certwright::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError};

use crate::context::Context;
use crate::printer::Printer;
use crate::report::Failure;

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

/// Takes the line away before a question is asked, and asks no other once one was broken off.
pub(super) struct Quietly<'a> {
    passwords: &'a dyn PasswordProvider,
    progress: &'a Progress<'a>,
    is_broken_off: Cell<bool>,
}

impl<'a> Quietly<'a> {
    pub(super) fn new(passwords: &'a dyn PasswordProvider, progress: &'a Progress<'a>) -> Self {
        Self { passwords, progress, is_broken_off: Cell::new(false) }
    }

    /// # Errors
    /// A question was broken off, and with it the run: a report would say of files what nobody knows.
    pub(super) fn end(&self) -> Result<(), Failure> {
        if self.is_broken_off.get() { Err(Failure::interrupted("the question was broken off")) } else { Ok(()) }
    }
}

impl PasswordProvider for Quietly<'_> {
    fn candidate(&self, purpose: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        if self.is_broken_off.get() {
            return Err(ProviderError::Interrupted);
        }
        self.progress.end();
        let answer = self.passwords.candidate(purpose, attempt);
        self.is_broken_off.set(matches!(answer, Err(ProviderError::Interrupted)));
        answer
    }
}
