//! `openssl rand`: random octets.

use std::ffi::OsString;

use certwright::crypto::{CryptoRng, SystemRandom};
use certwright::files::Sensitivity;
use certwright::secret::SecretBytes;

use crate::compat::line::{Grammar, Takes};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::openssl::{base64, hex};
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl rand",
    options: &[("out", Takes::Value), ("hex", Takes::Nothing), ("base64", Takes::Nothing), ("rand", Takes::Value)],
    flags: &[],
    refused: &[("engine", ""), ("provider", ""), ("provider-path", ""), ("propquery", ""), ("writerand", "")],
    operands: 1,
    any_case: false,
    native: "certwright --help",
};

/// As many octets as are made at once, 64 MiB.
const MOST: usize = 1 << 26;

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let count = match line.operands() {
        [] => 0,
        [word, ..] => word
            .to_str()
            .and_then(|text| text.parse().ok())
            .filter(|count| (1..=MOST).contains(count))
            .ok_or_else(|| {
                Failure::usage(format!("the word after the options of `openssl rand` is how many octets, 1 to {MOST}"))
            })?,
    };
    let mut results = session.results();
    let place = results.declare(line.path("out"), Sensitivity::Secret, &[], &[])?;
    let mut octets = SecretBytes::zeroed(count);
    let rng: &mut dyn CryptoRng = &mut SystemRandom::new();
    rng.fill_bytes(octets.expose_mut());
    let written = match line.last_of(&["hex", "base64"]) {
        Some("hex") => SecretBytes::concat(&[wiped(hex::digest(octets.expose(), false)).expose(), b"\n"]),
        Some(_) => wiped(base64::lines(octets.expose())),
        None => octets,
    };
    results.fill(place, written.expose());
    results.commit()?;
    Ok(ExitStatus::Done)
}

fn wiped(text: String) -> SecretBytes {
    SecretBytes::from(text.into_bytes())
}
