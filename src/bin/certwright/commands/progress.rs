//! How far a long run is, or that it goes on: on a terminal, and gone when it is over.

use std::cell::Cell;
use std::convert::Infallible;
use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use certwright::process::{self, Registered};
use certwright::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError};
use certwright::workers::with_company;

use crate::context::Context;
use crate::printer::Printer;
use crate::report::Failure;

/// How long a run may take before it is said how far it is.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long what was said stands.
const PAUSE: Duration = Duration::from_millis(200);

/// How long one step may take before a sign is given that it goes on.
const MOMENT: Duration = Duration::from_millis(500);

/// What goes round while it does.
const FRAMES: [char; 4] = ['|', '/', '-', '\\'];

/// How long each of them stands.
const FRAME: Duration = Duration::from_millis(120);

/// Does `work`, and shows on the terminal that it goes on when it takes longer than a moment, such as
/// `making the key /`. Nothing of that stays, and `work` must not ask.
pub(super) fn waiting<T>(context: &Context, what: &str, work: impl FnOnce() -> T) -> T {
    turning(context, what, &Mutex::new(()), work)
}

/// The same for `work` that opens files: while somebody is asked for a password, nothing is shown.
pub(super) fn waiting_with<T>(
    context: &Context,
    what: &str,
    passwords: &dyn PasswordProvider,
    work: impl FnOnce(&dyn PasswordProvider) -> T,
) -> T {
    let asking = Mutex::new(());
    let asked = Asked { passwords, printer: &context.printer, asking: &asking };
    turning(context, what, &asking, || work(&asked))
}

/// Whoever holds `asking` is not to be disturbed.
fn turning<T>(context: &Context, what: &str, asking: &Mutex<()>, work: impl FnOnce() -> T) -> T {
    if !context.shows_progress() {
        return work();
    }
    let printer = &context.printer;
    let _cleared = process::register(printer.cleared_at_end());
    // Nothing is sent: the end is that the sender is gone, also when `work` panics.
    let (working, ended) = mpsc::channel::<Infallible>();
    let turn = move || {
        let mut moment = MOMENT;
        for frame in FRAMES.iter().cycle() {
            if ended.recv_timeout(moment) != Err(RecvTimeoutError::Timeout) {
                break;
            }
            if let Ok(_nobody_is_asked) = asking.try_lock() {
                printer.pass(&format!("{what} {frame}"));
            }
            moment = FRAME;
        }
        printer.end_pass();
    };
    let work = || {
        let _working = working;
        work()
    };
    with_company(turn, work)
}

/// Asks while nothing is shown.
struct Asked<'a> {
    passwords: &'a dyn PasswordProvider,
    printer: &'a Printer,
    asking: &'a Mutex<()>,
}

impl PasswordProvider for Asked<'_> {
    fn candidate(&self, purpose: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        let _asking = self.asking.lock();
        self.printer.end_pass();
        self.passwords.candidate(purpose, attempt)
    }
}

/// One line on standard error that counts what is done.
pub(super) struct Progress<'a> {
    /// Where it is shown; nowhere where nobody looks.
    printer: Option<&'a Printer>,
    /// What is counted and what is done to it, such as "files checked".
    what: &'static str,
    next: Cell<Instant>,
    _cleared: Option<Registered>,
}

impl<'a> Progress<'a> {
    pub(super) fn new(context: &'a Context, what: &'static str) -> Self {
        let printer = context.shows_progress().then_some(&context.printer);
        let cleared = printer.map(|printer| process::register(printer.cleared_at_end()));
        Self { printer, what, next: Cell::new(Instant::now() + PATIENCE), _cleared: cleared }
    }

    /// Tells how many are done, now and then.
    pub(super) fn tell(&self, count: usize) {
        let Some(printer) = self.printer else { return };
        let now = Instant::now();
        if now >= self.next.get() {
            printer.pass(&format!("{count} {} …", self.what));
            self.next.set(now + PAUSE);
        }
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        if let Some(printer) = self.printer {
            printer.end_pass();
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
