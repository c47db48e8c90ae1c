//! What hostile and broken files may cost: no panic, no abort, and work and memory within the limits, all of it counted.
//!
//! `cargo test` takes a sample. `CERTWRIGHT_HOSTILE=all cargo test --release --test hostile` takes every truncation and
//! every value of every octet of each golden file, in as many processes as there are cores.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::unwrap_used)]

mod cost;
#[path = "../vectors/manifest.rs"]
#[allow(dead_code)]
mod manifest;
mod mutations;
mod named;
mod noise;
mod shards;
mod terminal;
mod tokens;
mod verbs;

use certwright::crypto::SystemRandom;
use certwright::files::{Collected, Input};
use certwright::limits::Limits;
use certwright::operations::{UnopenedReason, VerifyReport, verify};
use certwright::secret::SecretBytes;

use manifest::Passwords;

/// What a mutated file may ask for: a little more than the golden files do.
fn tight() -> Limits {
    Limits { kdf_iterations: 10_000, kdf_total_iterations: 10_000, scrypt_memory: 16 << 20, ..Limits::default() }
}

/// Opens `octets` as `certwright verify` does.
fn open(octets: &[u8], passwords: &Passwords, limits: &Limits) -> VerifyReport {
    let input = Input::new("mutated", SecretBytes::concat(&[octets]));
    verify([Collected::from(input)], passwords, limits, &mut SystemRandom::new())
}

/// The kind of fault and the whole of its text, of a file that did not open.
fn refusal(report: &VerifyReport) -> Option<(&'static str, String)> {
    report.unopened.first().map(|unopened| match &unopened.reason {
        UnopenedReason::Content(fault) => {
            let mut text = fault.to_string();
            let mut cause = std::error::Error::source(fault);
            while let Some(fault) = cause {
                text.push_str(&format!(": {fault}"));
                cause = fault.source();
            }
            (fault.kind(), text)
        }
        UnopenedReason::File(fault) => ("file", fault.to_string()),
    })
}
