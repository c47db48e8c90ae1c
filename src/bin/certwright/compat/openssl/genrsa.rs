//! `openssl genrsa`: an RSA key, in PKCS#8 as openssl 3.0 writes it.

use std::ffi::OsString;

use certwright::crypto::SystemRandom;
use certwright::files::Sensitivity;
use certwright::operations::{GenerateKey, generate_key};

use super::genpkey;
use super::key_output::{self, CIPHERS, Questions, Wanted};
use super::pass::Pass;
use crate::compat::line::{Grammar, Takes};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl genrsa",
    options: &[
        ("out", Takes::Value),
        ("passout", Takes::Value),
        ("traditional", Takes::Nothing),
        ("verbose", Takes::Nothing),
        ("f4", Takes::Nothing),
        ("F4", Takes::Nothing),
        ("rand", Takes::Value),
    ],
    flags: CIPHERS,
    refused: &[
        ("3", "the exponent 3 is not offered: leave `-3` out for 65537"),
        ("engine", ""),
        ("primes", "keys of more than two primes are not offered: leave `-primes` out"),
        ("provider", ""),
        ("provider-path", ""),
        ("propquery", ""),
        ("writerand", ""),
    ],
    operands: 1,
    any_case: false,
    native: "certwright genkey",
};

/// The length where none is given, in bits.
const DEFAULT_BITS: u32 = 2048;

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let bits = match line.operands() {
        [] => DEFAULT_BITS,
        [word, ..] => word.to_str().and_then(|text| text.parse().ok()).ok_or_else(|| {
            Failure::usage("the word after the options of `openssl genrsa` is the length in bits, such as 2048")
        })?,
    };
    let algorithm = genpkey::of_length(bits)?;
    let pass = Pass::parse(session, ("-passin", "-passout"), None, line.value("passout"))?;
    let mut results = session.results();
    let place = results.declare(line.path("out"), Sensitivity::Secret, &[], &[])?;
    let form = key_output::form(line.has("traditional"), algorithm)?;
    let encrypted = key_output::encrypted(&line, session);
    let wanted = Wanted { form, der: false, encrypted, questions: Questions::PEM };
    let encoding = key_output::encoding(&pass, session, wanted)?;
    let native = Native::new("genkey").flag_if(bits != DEFAULT_BITS, &format!("-t rsa:{bits}"));
    let native = key_output::of_genkey(native, &encoding, &pass);
    let made = generate_key(&GenerateKey { algorithm, encoding }, &mut SystemRandom::new())
        .map_err(|error| session.context.failure(&error))?;
    results.fill(place, made.encoded.expose());
    let native = results.natively(native.file("-o", line.path("out").unwrap_or("-".as_ref())));
    results.commit()?;
    session.natively(&native);
    Ok(ExitStatus::Done)
}
