//! `openssl version`: which program this is, and whose lines it takes. It does not call itself openssl.

use std::ffi::OsString;

use crate::compat::line::{Grammar, Takes};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl version",
    options: &[("a", Takes::Nothing), ("p", Takes::Nothing), ("r", Takes::Nothing), ("v", Takes::Nothing)],
    flags: &[],
    refused: &[
        ("b", "there is no OpenSSL here that was built: leave `-b` out"),
        ("c", "there is no OpenSSL here: leave `-c` out"),
        ("d", "there is no OpenSSL here that has a folder: leave `-d` out"),
        ("e", "there are no engines here: leave `-e` out"),
        ("f", "there is no OpenSSL here that was built: leave `-f` out"),
        ("m", "there are no modules here: leave `-m` out"),
        ("o", "there is no OpenSSL here: leave `-o` out"),
    ],
    operands: 0,
    any_case: false,
    native: "certwright --version",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let asks = |option: &str| line.has(option) || line.has("a");
    let mut text = String::new();
    if asks("v") || line.options().next().is_none() {
        text.push_str(&format!("certwright {} (takes lines of OpenSSL 3.0)\n", env!("CARGO_PKG_VERSION")));
    }
    if asks("p") {
        text.push_str(&format!("platform: {}-{}\n", std::env::consts::OS, std::env::consts::ARCH));
    }
    if asks("r") {
        text.push_str("Seeding source: os-specific\n");
    }
    session.context.printer.data(&text);
    Ok(ExitStatus::Done)
}
