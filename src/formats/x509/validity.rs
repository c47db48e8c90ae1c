//! `Validity`, RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050.

use std::time::Duration;

use der::DateTime;
use der::asn1::{GeneralizedTime, UtcTime};
use x509_cert::certificate::Profile;
use x509_cert::time::Time;

use super::FORMAT;
use crate::clock::Timestamp;
use crate::formats::{Error, Place};

/// From when to when a certificate is valid, both moments included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first moment.
    pub not_before: Timestamp,
    /// The last moment.
    pub not_after: Timestamp,
}

/// The time as a certificate states it.
pub(super) fn to_x509(moment: Timestamp) -> Result<Time, Error> {
    let out_of_range =
        || Error::malformed(FORMAT, format!("{moment} cannot be stated in a certificate")).at(Place::Field("Validity"));
    let seconds = u64::try_from(moment.unix()).map_err(|_| out_of_range())?;
    let date = DateTime::from_unix_duration(Duration::from_secs(seconds)).map_err(|_| out_of_range())?;
    if date.year() <= UtcTime::MAX_YEAR {
        UtcTime::from_date_time(date).map(Time::UtcTime).map_err(|_| out_of_range())
    } else {
        Ok(Time::GeneralTime(GeneralizedTime::from_date_time(date)))
    }
}

/// A certificate's dates as moments.
///
/// # Errors
/// When they lie outside the calendar.
pub(super) fn from_stated<P: Profile>(stated: &x509_cert::time::Validity<P>) -> Result<Validity, Error> {
    Ok(Validity { not_before: from_x509(stated.not_before)?, not_after: from_x509(stated.not_after)? })
}

/// A certificate's time as a moment.
fn from_x509(time: Time) -> Result<Timestamp, Error> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok().and_then(|s| Timestamp::from_unix(s).ok());
    seconds.ok_or_else(|| Error::malformed(FORMAT, "its dates lie outside the calendar").at(Place::Field("Validity")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_changes_with_the_year_2050() {
        let time = |text: &str| to_x509(text.parse().unwrap()).unwrap();
        assert!(matches!(time("2049-12-31T23:59:59Z"), Time::UtcTime(_)));
        assert!(matches!(time("2050-01-01T00:00:00Z"), Time::GeneralTime(_)));
        for text in ["2028-02-29T12:00:00Z", "2126-11-21T00:00:00Z", "9999-12-31T23:59:59Z"] {
            assert_eq!(from_x509(time(text)).unwrap().to_string(), text);
        }
        assert!(to_x509(Timestamp::from_unix(-1).unwrap()).is_err());
    }
}
