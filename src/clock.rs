//! A moment in time, and the only place that asks the system what time it is.

mod http_date;

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use jiff::fmt::temporal::Pieces;

/// Seconds in a day.
const DAY: i64 = 86_400;

/// Where counting begins.
const EPOCH: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);

/// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z, which RFC 5280 section 4.1.2.5 writes for "never".
const FIRST: i64 = -62_167_219_200;
const LAST: i64 = 253_402_300_799;

/// A moment in UTC, to the second, between the years 0 and 9999: the range of X.509 and RFC 3339.
///
/// ```
/// use certwright::clock::Timestamp;
///
/// let start: Timestamp = "2026-11-21T08:00:00+01:00".parse()?;
/// assert_eq!(start.to_string(), "2026-11-21T07:00:00Z");
/// assert_eq!(start.plus_days(365)?.days_since(start), 365);
/// # Ok::<(), certwright::clock::ClockError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Why a text or number is no moment that can be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClockError {
    /// The text is no HTTP-date.
    #[error("it is not an HTTP date such as Sun, 06 Nov 1994 08:49:37 GMT")]
    NotHttpDate,
    /// The text is not RFC 3339.
    #[error("it is not an RFC 3339 time such as 2027-11-21T00:00:00Z")]
    NotRfc3339,
    /// The moment lies outside the years that X.509 can state.
    #[error("it lies outside the years 0 to 9999")]
    OutOfRange,
}

impl Timestamp {
    /// What the system's clock says.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    pub fn now() -> Self {
        let now = std::time::SystemTime::now();
        // A clock before 1970 is wrong whatever it says.
        let seconds = now.duration_since(std::time::UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        Self(i64::try_from(seconds).unwrap_or(LAST).min(LAST))
    }

    /// The moment `seconds` after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`ClockError::OutOfRange`] outside the years 0 to 9999.
    pub fn from_unix(seconds: i64) -> Result<Self, ClockError> {
        if (FIRST..=LAST).contains(&seconds) { Ok(Self(seconds)) } else { Err(ClockError::OutOfRange) }
    }

    /// Reads the moment in the `Date` field of an HTTP answer, in any of the three forms of RFC 9110 section 5.6.7. The
    /// obsolete form with a year of two digits means the year that lies at most 50 after `now`.
    ///
    /// ```
    /// use certwright::clock::Timestamp;
    ///
    /// let now = "2026-11-21T07:00:00Z".parse()?;
    /// let date = Timestamp::from_http_date("Sun, 06 Nov 1994 08:49:37 GMT", now)?;
    /// assert_eq!(date.to_string(), "1994-11-06T08:49:37Z");
    /// # Ok::<(), certwright::clock::ClockError>(())
    /// ```
    ///
    /// # Errors
    /// [`ClockError::NotHttpDate`] for anything else.
    pub fn from_http_date(text: &str, now: Self) -> Result<Self, ClockError> {
        http_date::parse(text, now).ok_or(ClockError::NotHttpDate)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0
    }

    /// The moment `days` days of 86,400 seconds later.
    ///
    /// # Errors
    /// [`ClockError::OutOfRange`] past the year 9999.
    pub fn plus_days(self, days: u32) -> Result<Self, ClockError> {
        self.plus_seconds(i64::from(days) * DAY)
    }

    /// The moment `seconds` later, or earlier when negative.
    ///
    /// # Errors
    /// [`ClockError::OutOfRange`] outside the years 0 to 9999.
    pub fn plus_seconds(self, seconds: i64) -> Result<Self, ClockError> {
        Self::from_unix(self.unix().checked_add(seconds).ok_or(ClockError::OutOfRange)?)
    }

    /// Whole days from `earlier` to this moment, rounded down; negative when this moment comes first.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.unix() - earlier.unix()).div_euclid(DAY)
    }

    /// The date and time of day in UTC.
    fn civil(self) -> DateTime {
        EPOCH.saturating_add(SignedDuration::from_secs(self.0))
    }
}

impl FromStr for Timestamp {
    type Err = ClockError;

    /// Reads RFC 3339 with any offset; fractions of a second are dropped.
    fn from_str(text: &str) -> Result<Self, ClockError> {
        let pieces = Pieces::parse(text).map_err(|_| ClockError::NotRfc3339)?;
        let (Some(time), Some(offset)) = (pieces.time(), pieces.to_numeric_offset()) else {
            return Err(ClockError::NotRfc3339);
        };
        let local = pieces.date().to_datetime(time).duration_since(EPOCH).as_secs();
        Self::from_unix(local - i64::from(offset.seconds()))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, such as `2026-11-21T07:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", self.civil())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_round_down_on_both_sides_of_zero() {
        let now = Timestamp::from_unix(1_000_000).unwrap();
        assert_eq!(now.plus_seconds(DAY - 1).unwrap().days_since(now), 0);
        assert_eq!(now.plus_seconds(-1).unwrap().days_since(now), -1);
    }

    #[test]
    fn the_range_ends_with_the_year_9999() {
        let last: Timestamp = "9999-12-31T23:59:59Z".parse().unwrap();
        assert_eq!(last.to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(last.plus_seconds(1), Err(ClockError::OutOfRange));
        assert_eq!("9999-12-31T23:59:59-01:00".parse::<Timestamp>(), Err(ClockError::OutOfRange));
        assert_eq!(Timestamp::from_unix(FIRST).unwrap().to_string(), "0000-01-01T00:00:00Z");
        assert!(Timestamp::from_unix(FIRST - 1).is_err());
        assert_eq!("2026-11-21".parse::<Timestamp>(), Err(ClockError::NotRfc3339));
        assert_eq!("tomorrow".parse::<Timestamp>(), Err(ClockError::NotRfc3339));
    }
}
