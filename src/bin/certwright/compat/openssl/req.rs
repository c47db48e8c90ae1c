//! `openssl req`: makes a request or a self-signed certificate, with a new key where there is none, and shows requests.

mod key;
mod make;
mod questions;
mod settings;
mod show;
#[cfg(test)]
mod tests;

use std::ffi::OsString;

use crate::compat::line::{Grammar, Takes};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

use settings::{DIGESTS, Settings};
use show::Shown;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl req",
    options: &[
        ("addext", Takes::Value),
        ("batch", Takes::Nothing),
        ("config", Takes::Value),
        ("days", Takes::Value),
        ("extensions", Takes::Value),
        ("in", Takes::Value),
        ("inform", Takes::Value),
        ("key", Takes::Value),
        ("keyform", Takes::Value),
        ("keyout", Takes::Value),
        ("modulus", Takes::Nothing),
        ("multivalue-rdn", Takes::Nothing),
        ("nameopt", Takes::Value),
        ("new", Takes::Nothing),
        ("newhdr", Takes::Nothing),
        ("newkey", Takes::Value),
        ("nodes", Takes::Nothing),
        ("noenc", Takes::Nothing),
        ("noout", Takes::Nothing),
        ("out", Takes::Value),
        ("outform", Takes::Value),
        ("passin", Takes::Value),
        ("passout", Takes::Value),
        ("pkeyopt", Takes::Value),
        ("pubkey", Takes::Nothing),
        ("rand", Takes::Value),
        ("reqexts", Takes::Value),
        ("reqopt", Takes::Value),
        ("section", Takes::Value),
        ("set_serial", Takes::Value),
        ("subj", Takes::Value),
        ("subject", Takes::Nothing),
        ("text", Takes::Nothing),
        ("utf8", Takes::Nothing),
        ("verbose", Takes::Nothing),
        ("verify", Takes::Nothing),
        ("x509", Takes::Nothing),
    ],
    flags: DIGESTS,
    refused: &[
        ("CA", "to have a CA sign a request, run `certwright sign FILE.csr --ca CA.crt --ca-key CA.key`"),
        ("CAkey", "to have a CA sign a request, run `certwright sign FILE.csr --ca CA.crt --ca-key CA.key`"),
        ("copy_extensions", "the alternative names of a request are kept: leave `-copy_extensions` out"),
        ("engine", ""),
        ("keygen_engine", ""),
        ("precert", ""),
        ("propquery", ""),
        ("provider", ""),
        ("provider-path", ""),
        ("sha3-256", "use `-sha256`"),
        ("sha3-384", "use `-sha384`"),
        ("sha3-512", "use `-sha512`"),
        ("sha512-256", "use `-sha256`"),
        ("sigopt", "RSA signs as in PKCS#1 version 1.5: leave `-sigopt` out"),
        ("vfyopt", ""),
        ("writerand", ""),
    ],
    operands: 0,
    any_case: false,
    native: "certwright csr",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let shown = Shown::parse(&line)?;
    if ["new", "newkey", "x509"].iter().any(|option| line.has(option)) {
        let settings = Settings::read(&line, session)?;
        return make::run(&line, &shown, &settings, session);
    }
    show::run(&line, &shown, session)
}
