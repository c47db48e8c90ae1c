//! Reports as text for people and as JSON for programs. Pure: values in, text out.

pub(crate) mod alias;
pub(crate) mod create;
pub(crate) mod json;
pub(crate) mod receipt;
pub(crate) mod verify;

use anstyle::{AnsiColor, Style};
use certwright::clock::Timestamp;

/// What went well.
const GOOD: Style = AnsiColor::Green.on_default();

/// What did not.
const BAD: Style = AnsiColor::Red.on_default().bold();

/// What is less important.
const DIM: Style = Style::new().dimmed();

/// How long there is until `end`, in words.
fn days_left(now: Timestamp, end: Timestamp) -> String {
    match end.days_since(now) {
        days if days < -1 => format!("expired {} days ago", -days),
        days if days < 0 => "expired".to_owned(),
        0 => "less than a day left".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    }
}
