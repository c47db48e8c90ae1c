//! The only standard output and standard error: data on the one, talk on the other.

mod message;
mod passing;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anstream::adapter::strip_str;
use anstream::stream::{AsLockedWrite, RawStream};
use anstream::{AutoStream, ColorChoice};
use certwright::untrusted::Untrusted;

pub(crate) use message::{Level, Message, Warning};

use passing::Talk;

/// When the program colours what it prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ColorWhen {
    /// on a terminal, unless NO_COLOR, CLICOLOR=0 or TERM=dumb say otherwise
    #[default]
    Auto,
    /// always, also into files and pipes
    Always,
    /// never
    Never,
}

/// How a [`Printer`] speaks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    /// Leave out progress talk; warnings and errors stay.
    pub(crate) quiet: bool,
    /// Report failures as a JSON document on standard output.
    pub(crate) json: bool,
    /// When to colour.
    pub(crate) color: ColorWhen,
}

/// Prints data and talk. Every method may be called from any thread.
///
/// A reader that closes the pipe early (`certwright inspect x | head -1`) has seen enough: the rest is dropped and the
/// run still succeeds. Any other fault of standard output is kept and reported once, by [`Printer::finish`].
pub(crate) struct Printer {
    manner: Manner,
    out: Mutex<Output>,
    err: Arc<Mutex<Talk>>,
}

/// Standard output with what became of it.
struct Output {
    stream: Stream,
    state: State,
    written: bool,
    /// Whether files stand beside it that were written.
    with_files: bool,
}

enum State {
    Open,
    /// The reader closed its end.
    Closed,
    Faulty(io::Error),
}

/// One stream in two views: bytes as they are, and text whose colours are kept only where they are wanted.
struct Stream {
    plain: Box<dyn Write + Send>,
    /// Nothing where colours are not wanted.
    coloured: Option<Box<dyn Write + Send>>,
}

impl Stream {
    fn new<S: AsLockedWrite + RawStream + Send + 'static>(stream: fn() -> S, choice: ColorChoice) -> Self {
        let coloured = AutoStream::new(stream(), choice);
        let is_wanted = coloured.current_choice() != ColorChoice::Never;
        Self { plain: Box::new(stream()), coloured: is_wanted.then(|| Box::new(coloured) as _) }
    }

    /// Writes text with its colours or without them; without them in one piece, where `anstream` would write as many as
    /// there are between colours.
    fn write_styled(&mut self, text: &str) -> io::Result<()> {
        match &mut self.coloured {
            Some(coloured) => coloured.write_all(text.as_bytes()),
            None => self.plain.write_all(strip_str(text).to_string().as_bytes()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.coloured {
            Some(coloured) => coloured.flush().and_then(|()| self.plain.flush()),
            None => self.plain.flush(),
        }
    }
}

impl Printer {
    /// A printer on the process's standard output and standard error.
    pub(crate) fn new(manner: Manner) -> Self {
        let choice = match manner.color {
            ColorWhen::Auto => ColorChoice::Auto,
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        };
        Self::on(manner, Stream::new(io::stdout, choice), Stream::new(io::stderr, choice), passing::width)
    }

    fn on(manner: Manner, out: Stream, err: Stream, width: fn() -> Option<usize>) -> Self {
        let out = Output { stream: out, state: State::Open, written: false, with_files: false };
        Self { manner, out: Mutex::new(out), err: Arc::new(Mutex::new(Talk::new(err, width))) }
    }

    /// Whether talk is left out.
    pub(crate) fn is_quiet(&self) -> bool {
        self.manner.quiet
    }

    /// Whether failures are reported as JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.manner.json
    }

    /// Prints text on standard output exactly as it is. The caller ends its lines.
    pub(crate) fn data(&self, text: &str) {
        self.data_bytes(text.as_bytes());
    }

    /// Prints octets on standard output exactly as they are.
    pub(crate) fn data_bytes(&self, octets: &[u8]) {
        self.output(|stream| stream.plain.write_all(octets));
    }

    /// Prints octets on standard output and hands them on at once, before what depends on it is done.
    ///
    /// # Errors
    /// The first fault of standard output other than a reader that went away; [`finish`](Self::finish) is silent then.
    pub(crate) fn deliver(&self, octets: &[u8]) -> io::Result<()> {
        self.data_bytes(octets);
        self.output(Stream::flush);
        let mut out = lock(&self.out);
        match std::mem::replace(&mut out.state, State::Closed) {
            State::Faulty(fault) => Err(fault),
            state => {
                out.state = state;
                Ok(())
            }
        }
    }

    /// Notes that this run has written files, whatever becomes of its report.
    pub(crate) fn files_are_written(&self) {
        lock(&self.out).with_files = true;
    }

    /// Whether this run has written files.
    pub(crate) fn has_files(&self) -> bool {
        lock(&self.out).with_files
    }

    /// Prints a report for people on standard output; its colours are kept only where they are wanted.
    pub(crate) fn styled(&self, text: &str) {
        self.output(|stream| stream.write_styled(text));
    }

    /// Prints a report for people on standard output, unless `--quiet` was given or JSON stands there instead.
    pub(crate) fn report(&self, styled_text: &str) {
        if !self.manner.quiet && !self.manner.json {
            self.styled(styled_text);
        }
    }

    /// Says on standard error how things go, unless `--quiet` was given.
    pub(crate) fn note(&self, text: &str) {
        if !self.manner.quiet {
            self.say(&format!("{}\n", message::one_line(text)));
        }
    }

    /// Prints text for people on standard error as it is, also under `--quiet`.
    pub(crate) fn say(&self, styled_text: &str) {
        lock(&self.err).say(styled_text);
    }

    /// Shows `text` on a line of its own, in the place of what this showed before, until anything else is said.
    pub(crate) fn pass(&self, text: &str) {
        lock(&self.err).pass(text);
    }

    /// Takes away what [`pass`](Self::pass) showed.
    pub(crate) fn end_pass(&self) {
        lock(&self.err).end_pass();
    }

    /// What an interruption is to do about a line that [`pass`](Self::pass) shows: it goes, and none comes after it.
    pub(crate) fn cleared_at_end(&self) -> impl FnOnce() + Send + 'static {
        let err = Arc::clone(&self.err);
        move || passing::clear_for_good(&err)
    }

    /// Shows on standard error what another program said, line by line and without what could steer a terminal, unless
    /// `--quiet` was given.
    pub(crate) fn hook_output(&self, said: &[u8]) {
        let text = String::from_utf8_lossy(said);
        for line in text.lines().filter(|_| !self.manner.quiet) {
            self.say(&format!("hook: {}\n", Untrusted(line)));
        }
    }

    /// Prints a warning on standard error, also under `--quiet` and `--json`.
    pub(crate) fn warning(&self, warning: &Warning) {
        self.say(&warning.0.render(Level::Warning));
    }

    /// Prints an error on standard error.
    pub(crate) fn error(&self, message: &Message) {
        self.say(&message.render(Level::Error));
    }

    /// Whether anything has gone to standard output.
    pub(crate) fn has_data(&self) -> bool {
        lock(&self.out).written
    }

    /// Hands the last octets on, and says whether all data reached standard output.
    ///
    /// # Errors
    /// The first fault of standard output other than a reader that went away.
    pub(crate) fn finish(&self) -> io::Result<()> {
        self.output(Stream::flush);
        match std::mem::replace(&mut lock(&self.out).state, State::Closed) {
            State::Open | State::Closed => Ok(()),
            State::Faulty(fault) => Err(fault),
        }
    }

    fn output(&self, write: impl FnOnce(&mut Stream) -> io::Result<()>) {
        let mut out = lock(&self.out);
        if !matches!(out.state, State::Open) {
            return;
        }
        out.written = true;
        match write(&mut out.stream) {
            Ok(()) => {}
            Err(fault) if is_closed_pipe(&fault) => out.state = State::Closed,
            Err(fault) => out.state = State::Faulty(fault),
        }
    }
}

/// Whether the reader went away. Windows says so in two ways; 232 is `ERROR_NO_DATA`, "the pipe is being closed".
fn is_closed_pipe(fault: &io::Error) -> bool {
    fault.kind() == io::ErrorKind::BrokenPipe || (cfg!(windows) && fault.raw_os_error() == Some(232))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
pub(crate) mod tests;
