//! How near an end must be to be told: a time, or a part of the whole validity.

use std::fmt;
use std::str::FromStr;

use crate::clock::Timestamp;
use crate::formats::x509::Validity;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// A hundred years: more than any certificate here lives, and far from any overflow.
const LONGEST: i64 = 36_525 * DAY;

/// When the time that a certificate has left is too short.
///
/// ```
/// use certwright::operations::Threshold;
///
/// assert_eq!("30d".parse(), Ok(Threshold::Seconds(30 * 86_400)));
/// assert_eq!("33%".parse(), Ok(Threshold::Percent(33)));
/// # Ok::<(), certwright::operations::ThresholdError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// As much of the whole validity, from notBefore to notAfter, in percent from 0 to 100.
    Percent(u8),
    /// As many seconds.
    Seconds(i64),
}

/// Why a text is no threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is neither a time such as 30d, 12h or 2w nor a share such as 33%")]
pub struct ThresholdError;

impl Threshold {
    /// When an end becomes a warning, where nothing else is asked for.
    pub const USUAL_WARNING: Self = Self::days(30);

    /// When an end becomes critical, where nothing else is asked for.
    pub const USUAL_CRITICAL: Self = Self::days(7);

    /// As many days of 86,400 seconds.
    #[must_use]
    pub const fn days(days: u16) -> Self {
        Self::Seconds(days as i64 * DAY)
    }

    /// Whether this is reached before `other` for every certificate; `None` where that depends on how long it is valid.
    #[must_use]
    pub fn is_longer_than(self, other: Self) -> Option<bool> {
        match (self, other) {
            (Self::Percent(own), Self::Percent(other)) => Some(own > other),
            (Self::Seconds(own), Self::Seconds(other)) => Some(own > other),
            _ => None,
        }
    }

    /// Whether a certificate of this validity has no more than this left at `now`: the bound itself counts as reached.
    /// What has ended has reached every threshold.
    #[must_use]
    pub fn is_reached(self, validity: Validity, now: Timestamp) -> bool {
        now >= self.moment(validity)
    }

    /// The moment from which on it is reached.
    #[must_use]
    pub fn moment(self, validity: Validity) -> Timestamp {
        let Validity { not_before, not_after } = validity;
        let before_end = match self {
            Self::Seconds(seconds) => seconds,
            // The longest validity that can be stated is under 2^39 seconds.
            Self::Percent(percent) => {
                not_after.unix().saturating_sub(not_before.unix()).max(0) * i64::from(percent) / 100
            }
        };
        Timestamp::from_unix(not_after.unix() - before_end).unwrap_or(not_before)
    }
}

impl FromStr for Threshold {
    type Err = ThresholdError;

    /// Reads `30d`, `12h`, `90m`, `2w`, a bare number of days, or `33%`.
    fn from_str(text: &str) -> Result<Self, ThresholdError> {
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = text.strip_prefix(digits).unwrap_or_default();
        if digits.is_empty() || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
            return Err(ThresholdError);
        }
        let number: i64 = digits.parse().map_err(|_| ThresholdError)?;
        let seconds = match unit {
            "%" => {
                let percent = u8::try_from(number).ok().filter(|percent| *percent <= 100);
                return percent.map(Self::Percent).ok_or(ThresholdError);
            }
            "m" => MINUTE,
            "h" => HOUR,
            "" | "d" => DAY,
            "w" => WEEK,
            _ => return Err(ThresholdError),
        };
        let seconds = number.checked_mul(seconds).filter(|seconds| *seconds <= LONGEST);
        seconds.map(Self::Seconds).ok_or(ThresholdError)
    }
}

impl fmt::Display for Threshold {
    /// In the largest unit that says it whole, such as `30d`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::Seconds(seconds) if seconds % DAY == 0 => write!(f, "{}d", seconds / DAY),
            Self::Seconds(seconds) if seconds % HOUR == 0 => write!(f, "{}h", seconds / HOUR),
            Self::Seconds(seconds) => write!(f, "{}m", seconds / MINUTE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_is_read_and_said_again() {
        for (text, said) in
            [("30d", "30d"), ("30", "30d"), ("2w", "14d"), ("12h", "12h"), ("90m", "90m"), ("33%", "33%")]
        {
            assert_eq!(text.parse::<Threshold>().unwrap().to_string(), said);
        }
        for text in ["", "d", "-1d", "1.5d", "30 d", "101%", "1y", "99999999999999999999d", "40000000d", "3d4", "٣d"] {
            assert_eq!(text.parse::<Threshold>(), Err(ThresholdError), "{text}");
        }
    }

    #[test]
    fn the_bound_itself_is_reached() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let validity = Validity { not_before: at(0), not_after: at(1000 * DAY) };
        let cases = [(Threshold::Seconds(30 * DAY), 970 * DAY), (Threshold::Percent(33), 670 * DAY)];
        for (threshold, moment) in cases {
            assert_eq!(threshold.moment(validity), at(moment));
            assert!(!threshold.is_reached(validity, at(moment - 1)));
            assert!(threshold.is_reached(validity, at(moment)));
            assert!(threshold.is_reached(validity, at(1001 * DAY)));
        }
        assert!(!Threshold::Seconds(0).is_reached(validity, at(1000 * DAY - 1)));
    }
}
