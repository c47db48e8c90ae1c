//! The program on its command line: what it makes, what it refuses, what it says, and what it asks.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout, clippy::unwrap_used)]

#[allow(dead_code, reason = "each test binary uses a part of it")]
#[path = "../support/support.rs"]
mod support;

mod alias;
mod audit;
mod batch;
mod check;
mod concurrency;
mod create;
mod examples;
mod explain;
mod forms;
mod input;
mod inspect;
#[cfg(unix)]
mod interrupt;
mod jwt;
mod jwt_sign;
mod limits;
mod lint;
#[cfg(feature = "login")]
mod login;
mod manner;
#[cfg(unix)]
mod originals;
mod passwords;
mod recognition;
mod refusals;
#[cfg(feature = "login")]
mod rehearse;
mod sessions;
#[cfg(unix)]
mod terminal;
mod usage;
mod verify;
#[cfg(unix)]
mod waiting;
mod weak;
