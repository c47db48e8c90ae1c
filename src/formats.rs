//! File formats: one room per standard, from octets to values and back.
//!
//! A format room never opens a file, asks, prints, or reads the clock. Two formats meet only in
//! [`operations`](crate::operations).

mod error;
pub mod jks;
pub mod x509;

pub use error::{Error, Place, Reason};
