//! Reports as text for people and as JSON for programs. Pure: values in, text out.

pub(crate) mod alias;
pub(crate) mod audit;
pub(crate) mod batch;
pub(crate) mod check;
pub(crate) mod create;
pub(crate) mod explain;
pub(crate) mod inspect;
pub(crate) mod json;
pub(crate) mod jwt;
pub(crate) mod keytool;
pub(crate) mod lint;
#[cfg(feature = "login")]
pub(crate) mod login;
pub(crate) mod openssl;
pub(crate) mod receipt;
#[cfg(feature = "login")]
pub(crate) mod rehearse;
pub(crate) mod rotate;
pub(crate) mod verify;

use anstyle::{AnsiColor, Style};
use certwright::clock::Timestamp;

/// What went well.
const GOOD: Style = AnsiColor::Green.on_default();

/// What did not.
const BAD: Style = AnsiColor::Red.on_default().bold();

/// What is doubtful.
const WARN: Style = AnsiColor::Yellow.on_default();

/// What is less important.
const DIM: Style = Style::new().dimmed();

/// How long there is until `end`, in words, to the nearest day.
fn days_left(now: Timestamp, end: Timestamp) -> String {
    const DAY: i64 = 86_400;
    let seconds = end.unix() - now.unix();
    match (seconds + DAY / 2).div_euclid(DAY) {
        _ if (-DAY..0).contains(&seconds) => "expired".to_owned(),
        days if days < 0 => format!("expired {} days ago", -days),
        _ if (0..DAY).contains(&seconds) => "less than a day left".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_as_people_count_them() {
        let now = Timestamp::from_unix(1_800_000_000).unwrap();
        let told = |seconds: i64| days_left(now, now.plus_seconds(seconds).unwrap());
        assert_eq!(told(365 * 86_400 - 5), "365 days left");
        assert_eq!(told(86_400), "1 day left");
        assert_eq!(told(86_399), "less than a day left");
        assert_eq!(told(-1), "expired");
        assert_eq!(told(-2 * 86_400), "expired 2 days ago");
    }
}
