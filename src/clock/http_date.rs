//! HTTP-date, RFC 9110 section 5.6.7: the preferred form, and the two obsolete ones that a recipient must still read.

use jiff::SignedDuration;
use jiff::civil::{Date, Weekday};

use super::{EPOCH, Timestamp};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The names of the days of the week, whole; the short forms are their first three letters.
const DAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
    ("Sunday", Weekday::Sunday),
];

/// The moment that `text` states, letter for letter as the standard wants it.
pub(super) fn parse(text: &str, now: Timestamp) -> Option<Timestamp> {
    match text.split_once(", ") {
        // Sun, 06 Nov 1994 08:49:37 GMT
        Some((day_name, rest)) if day_name.len() == 3 => {
            let [day, month, year, time, "GMT"] = pieces(rest, ' ')? else { return None };
            moment(number(year, 4)?, month, number(day, 2)?, time, day_name)
        }
        // Sunday, 06-Nov-94 08:49:37 GMT
        Some((day_name, rest)) => {
            let [date, time, "GMT"] = pieces(rest, ' ')? else { return None };
            let [day, month, year] = pieces(date, '-')?;
            let (year, day) = (number(year, 2)?, number(day, 2)?);
            let this_year = now.civil().year();
            // The last year of these two digits that is at most 50 away.
            let latest = this_year + 50;
            let year = latest - (latest - year).rem_euclid(100);
            whole_name(day_name)?;
            moment(year, month, day, time, day_name)
        }
        // Sun Nov  6 08:49:37 1994
        None => {
            let (head, rest) = text.split_at_checked(8)?;
            let [day_name, month, ""] = pieces(head, ' ')? else { return None };
            let (day, rest) = rest.split_at_checked(2)?;
            let ["", time, year] = pieces(rest, ' ')? else { return None };
            let day = day.strip_prefix(' ').map_or_else(|| number(day, 2), |digit| number(digit, 1))?;
            moment(number(year, 4)?, month, day, time, day_name)
        }
    }
}

/// Exactly `N` pieces between `separator`s.
fn pieces<const N: usize>(text: &str, separator: char) -> Option<[&str; N]> {
    text.split(separator).collect::<Vec<_>>().try_into().ok()
}

/// A number of exactly `digits` digits.
fn number(text: &str, digits: usize) -> Option<i16> {
    let is_number = text.len() == digits && text.bytes().all(|octet| octet.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

fn whole_name(day_name: &str) -> Option<Weekday> {
    DAYS.iter().find(|(name, _)| *name == day_name).map(|(_, day)| *day)
}

/// A moment whose parts fit together, its day of the week included.
fn moment(year: i16, month: &str, day: i16, time: &str, day_name: &str) -> Option<Timestamp> {
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let (_, weekday) = DAYS.iter().find(|(name, _)| *name == day_name || name[..3] == *day_name)?;
    let [hour, minute, second] = pieces(time, ':')?;
    let (hour, minute, second) = (number(hour, 2)?, number(minute, 2)?, number(second, 2)?);
    // A leap second counts as the first second of the next minute, as in Unix time.
    if date.weekday() != *weekday || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
    let moment = date.at(0, 0, 0, 0).duration_since(EPOCH) + SignedDuration::from_secs(seconds);
    Timestamp::from_unix(moment.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        parse(text, "2026-11-21T07:00:00Z".parse().unwrap()).map(|moment| moment.to_string())
    }

    #[test]
    fn the_three_forms_say_the_same_moment() {
        // RFC 9110 section 5.6.7.
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(read(text).as_deref(), Some("1994-11-06T08:49:37Z"), "{text}");
        }
        assert_eq!(read("Sat, 21 Nov 2026 23:59:60 GMT").as_deref(), Some("2026-11-22T00:00:00Z"));
        assert_eq!(read("Wed Nov 16 08:49:37 1994").as_deref(), Some("1994-11-16T08:49:37Z"));
    }

    #[test]
    fn a_year_of_two_digits_lies_at_most_fifty_years_ahead() {
        assert_eq!(read("Saturday, 21-Nov-26 00:00:00 GMT").as_deref(), Some("2026-11-21T00:00:00Z"));
        assert_eq!(read("Saturday, 21-Nov-76 00:00:00 GMT").as_deref(), Some("2076-11-21T00:00:00Z"));
        assert_eq!(read("Monday, 21-Nov-77 00:00:00 GMT").as_deref(), Some("1977-11-21T00:00:00Z"));
    }

    #[test]
    fn anything_else_is_no_http_date() {
        for text in [
            "",
            "1994-11-06T08:49:37Z",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 94 08:49:37 GMT",
            "Sun,  06 Nov 1994 08:49:37 GMT",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "sun, 06 Nov 1994 08:49:37 GMT",
            "Son, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Wed, 31 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 06 Nov 1994 +8:49:37 GMT",
            "Sund, 06-Nov-94 08:49:37 GMT",
            "Sunday, 06-Nov-1994 08:49:37 GMT",
            "Sun Nov 6 08:49:37 1994",
            "Sun Nov  6 08:49:37 1994 GMT",
            "Sün Nov  6 08:49:37 1994",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
