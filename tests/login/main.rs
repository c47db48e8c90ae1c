//! `login` before a real authorization server: Authlib answers, over TLS with an authority of its own, on loopback.
//!
//! What every run here may not do, whatever its outcome: show a password, a private key, an assertion or a token that
//! was not asked for. The server tells the harness which assertions and tokens went to and fro.
#![cfg(all(feature = "cli", feature = "login"))]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout, clippy::unwrap_used)]

#[allow(dead_code, reason = "each test binary uses a part of it")]
#[path = "../support/support.rs"]
mod support;

mod answers;
mod clients;
mod forms;
mod keys;
mod org;
mod peer;
mod proxy;
mod refusals;
mod secrets;
mod transport;
