//! A moment in time, and the only place that asks the system what time it is.

use std::fmt;
use std::str::FromStr;

/// Seconds in a day.
const DAY: i64 = 86_400;

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
pub struct Timestamp(jiff::Timestamp);

/// Why a text or number is no moment that can be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClockError {
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
        let seconds = now.duration_since(std::time::UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        i64::try_from(seconds)
            .ok()
            .and_then(|seconds| Self::from_unix(seconds).ok())
            .unwrap_or(Self(jiff::Timestamp::UNIX_EPOCH))
    }

    /// The moment `seconds` after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`ClockError::OutOfRange`] outside the years 0 to 9999.
    pub fn from_unix(seconds: i64) -> Result<Self, ClockError> {
        let moment = jiff::Timestamp::from_second(seconds).map_err(|_| ClockError::OutOfRange)?;
        if moment.to_zoned(jiff::tz::TimeZone::UTC).year() < 0 { Err(ClockError::OutOfRange) } else { Ok(Self(moment)) }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0.as_second()
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

    /// The calendar year in UTC.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.to_zoned(jiff::tz::TimeZone::UTC).year()
    }
}

impl FromStr for Timestamp {
    type Err = ClockError;

    /// Reads RFC 3339 with any offset; fractions of a second are dropped.
    fn from_str(text: &str) -> Result<Self, ClockError> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| ClockError::NotRfc3339)?;
        Self::from_unix(moment.as_second())
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, such as `2026-11-21T07:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
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
        let last: Timestamp = "9999-12-30T00:00:00Z".parse().unwrap();
        assert_eq!(last.plus_days(3), Err(ClockError::OutOfRange));
        assert_eq!("tomorrow".parse::<Timestamp>(), Err(ClockError::NotRfc3339));
    }
}
