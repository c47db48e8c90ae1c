//! What a check found, for people, programs, monitors, spreadsheets, calendars and browsers.

pub(crate) mod csv;
pub(crate) mod html;
pub(crate) mod icalendar;
pub(crate) mod json;
pub(crate) mod nagios;
pub(crate) mod partner;
pub(crate) mod prometheus;
#[cfg(test)]
mod sample;
mod shown;
pub(crate) mod text;
