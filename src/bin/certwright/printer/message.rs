//! The shape of all advice: a first line, its causes, and what to do.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use certwright::untrusted::Untrusted;

const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const DIM: Style = Style::new().dimmed();
const CYAN: Style = AnsiColor::Cyan.on_default();

/// What a person is told: one sentence, the facts under it, and what to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// What was attempted, on which thing, and what stopped it.
    pub(crate) text: String,
    /// The facts below it, outermost first.
    pub(crate) causes: Vec<String>,
    /// At most two things to do.
    pub(crate) hints: Vec<String>,
}

/// How grave a [`Message`] is, which decides its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Nothing came of it.
    Error,
    /// It was done all the same.
    Warning,
}

/// Something that went well but should be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Warning(pub(crate) Message);

impl Warning {
    /// A warning without causes and hints.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Message { text: text.into(), ..Message::default() })
    }

    /// The same with one more fact below it.
    #[must_use]
    pub(crate) fn cause(mut self, cause: impl Into<String>) -> Self {
        self.0.causes.push(cause.into());
        self
    }

    /// The same with one more thing to do.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }
}

impl Message {
    /// The lines as a terminal shows them, labels coloured and each line ended.
    pub(crate) fn render(&self, level: Level) -> String {
        let (style, label) = match level {
            Level::Error => (RED, "error:"),
            Level::Warning => (YELLOW, "warning:"),
        };
        let mut lines = String::new();
        let mut line = |indent: &str, style: Style, label: &str, text: &str| {
            // Writing to a String cannot fail.
            let _ = writeln!(lines, "{indent}{style}{label}{style:#} {}", one_line(text));
        };
        line("", style, label, &self.text);
        for cause in &self.causes {
            line("  ", DIM, "cause:", cause);
        }
        for hint in &self.hints {
            line("", CYAN, "hint:", hint);
        }
        lines
    }
}

/// The text on one line that cannot steer the terminal, whoever wrote it.
pub(super) fn one_line(text: &str) -> Untrusted<'_> {
    Untrusted(text)
}
