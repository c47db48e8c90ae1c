//! What keytool (JDK 17, English) prints: certificates and listings in its words. Dates are those of UTC.

pub(crate) mod certificate;
mod extensions;
pub(crate) mod listing;
pub(crate) mod name;
#[cfg(test)]
mod tests;

use certwright::clock::Timestamp;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// A moment as Java's `Date` writes it: `Sat Nov 21 10:07:41 UTC 2026`.
fn moment(moment: Timestamp) -> String {
    let (year, month, day, time) = parts(moment);
    let weekday = usize::try_from(moment.unix().div_euclid(86_400).rem_euclid(7)).unwrap_or_default();
    format!("{} {month} {day:02} {time} UTC {year}", WEEKDAYS[weekday])
}

/// A day as Java's medium format has it: `Nov 21, 2026`.
fn day(moment: Timestamp) -> String {
    let (year, month, day, _) = parts(moment);
    format!("{month} {day}, {year}")
}

/// Year, month, day of the month and time of day in UTC.
fn parts(moment: Timestamp) -> (i64, &'static str, u8, String) {
    // RFC 3339 has fixed places: `2026-11-21T07:00:00Z`.
    let text = moment.to_string();
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u16>().ok());
    let month = MONTHS[usize::from(number(5, 7).unwrap_or(1).clamp(1, 12)) - 1];
    let day = u8::try_from(number(8, 10).unwrap_or(1)).unwrap_or(1);
    (number(0, 4).unwrap_or_default().into(), month, day, text.get(11..19).unwrap_or_default().to_owned())
}

/// Octets as Java's `HexDumpEncoder` writes them, sixteen on a line.
fn hex_dump(octets: &[u8]) -> String {
    let mut text = String::new();
    for (line, row) in octets.chunks(16).enumerate() {
        text.push_str(&format!("{:04X}: ", line * 16));
        for place in 0..16 {
            match row.get(place) {
                Some(octet) => text.push_str(&format!("{octet:02X} ")),
                None => text.push_str("   "),
            }
            if place == 7 {
                text.push_str("  ");
            }
        }
        text.push(' ');
        text.extend(row.iter().map(|octet| if (b' '..=b'z').contains(octet) { char::from(*octet) } else { '.' }));
        text.push('\n');
    }
    text
}
