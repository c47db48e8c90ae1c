//! Moments as openssl shows them: `Nov 21 10:00:00 2026 GMT`.

use certwright::clock::Timestamp;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The forms of `-dateopt`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DateForm {
    /// `2026-11-21 10:00:00Z`
    Iso8601,
    /// `Nov 21 10:00:00 2026 GMT`
    #[default]
    Rfc822,
}

impl DateForm {
    /// The form that `-dateopt` calls `word`.
    pub(crate) fn named(word: &str) -> Option<Self> {
        match word {
            "iso_8601" => Some(Self::Iso8601),
            "rfc_822" => Some(Self::Rfc822),
            _ => None,
        }
    }

    /// The moment in this form.
    pub(crate) fn show(self, moment: Timestamp) -> String {
        match self {
            Self::Iso8601 => moment.to_string().replace('T', " "),
            Self::Rfc822 => date(moment),
        }
    }
}

/// The moment in the form of `ASN1_TIME_print`.
pub(crate) fn date(moment: Timestamp) -> String {
    // RFC 3339, such as 2026-11-21T10:00:00Z; its parts stand at fixed places between the years 0 and 9999.
    let text = moment.to_string();
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let number = |from, to| part(from, to).parse::<usize>().unwrap_or_default();
    let month = MONTHS.get(number(5, 7).wrapping_sub(1)).copied().unwrap_or("Bad");
    format!("{month} {:>2} {} {} GMT", number(8, 10), part(11, 19), number(0, 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_aligned_and_years_are_not() {
        for (moment, shown) in [
            ("2026-11-21T10:00:00Z", "Nov 21 10:00:00 2026 GMT"),
            ("2050-01-02T03:04:05Z", "Jan  2 03:04:05 2050 GMT"),
            ("9999-12-31T23:59:59Z", "Dec 31 23:59:59 9999 GMT"),
        ] {
            assert_eq!(date(moment.parse().unwrap()), shown);
        }
    }
}
