//! Days and moments as people in an English page read them, in UTC.

use certwright::clock::Timestamp;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) year: usize,
    /// From 1 to 12.
    pub(super) month: usize,
    pub(super) day: usize,
}

impl Day {
    /// The day in UTC.
    pub(super) fn of(moment: Timestamp) -> Self {
        let text = moment.to_string();
        let mut numbers = text.split(['-', 'T']).map(|part| part.parse().unwrap_or_default());
        let mut next = || numbers.next().unwrap_or_default();
        Self { year: next(), month: next(), day: next() }
    }

    /// Months since the beginning of the year 0.
    pub(super) fn months(self) -> usize {
        self.year * 12 + self.month - 1
    }

    /// The name of its month.
    pub(super) fn month_name(self) -> &'static str {
        month_name(self.months())
    }
}

/// The name of a month, counted from any January.
pub(super) fn month_name(months: usize) -> &'static str {
    MONTHS[months % 12]
}

/// A day as a `time` element, such as 24 Nov 2026; the moment itself is its machine form and its tooltip.
pub(super) fn time(moment: Timestamp) -> String {
    let Day { year, day, .. } = Day::of(moment);
    let month = &Day::of(moment).month_name()[..3];
    format!("<time datetime=\"{moment}\" title=\"{moment}\">{day} {month} {year:04}</time>")
}

/// The time of day, such as `07:00 UTC`.
pub(super) fn time_of_day(moment: Timestamp) -> String {
    let text = moment.to_string();
    let clock = text.split(['T', 'Z']).nth(1).unwrap_or_default();
    format!("{} UTC", clock.get(..5).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_from_the_moment() {
        let moment: Timestamp = "2026-11-24T23:59:59Z".parse().unwrap();
        assert_eq!(Day::of(moment), Day { year: 2026, month: 11, day: 24 });
        assert_eq!(
            time(moment),
            "<time datetime=\"2026-11-24T23:59:59Z\" title=\"2026-11-24T23:59:59Z\">24 Nov 2026</time>"
        );
        assert_eq!(time_of_day(moment), "23:59 UTC");
        let first: Timestamp = "0000-01-01T00:00:00Z".parse().unwrap();
        assert!(time(first).contains("1 Jan 0000"));
    }
}
