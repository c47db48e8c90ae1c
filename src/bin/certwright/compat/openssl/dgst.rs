//! `openssl dgst`: digests of files, signatures over them, and whether signatures verify.

mod digests;
mod verify;

use std::ffi::OsString;
use std::path::Path;

use certwright::crypto::{DigestAlgorithm, KeyAlgorithm, SignatureAlgorithm, SignatureForm, SystemRandom};
use certwright::files::{Input, Sensitivity};

use super::key_input;
use super::pass::{Pass, key_question};
use crate::compat::line::{Grammar, Line, Takes};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl dgst",
    options: &[
        ("sign", Takes::Value),
        ("verify", Takes::Value),
        ("prverify", Takes::Value),
        ("signature", Takes::Value),
        ("keyform", Takes::Value),
        ("passin", Takes::Value),
        ("sigopt", Takes::Value),
        ("out", Takes::Value),
        ("hex", Takes::Nothing),
        ("binary", Takes::Nothing),
        ("r", Takes::Nothing),
        ("c", Takes::Nothing),
        ("rand", Takes::Value),
    ],
    flags: &["sha1", "sha256", "sha384", "sha512", "SHA1", "SHA256", "SHA384", "SHA512"],
    refused: &[
        ("d", ""),
        ("debug", ""),
        ("engine", ""),
        ("engine_impl", ""),
        ("fips-fingerprint", ""),
        ("hmac", ""),
        ("list", "there are `-sha1`, `-sha256`, `-sha384` and `-sha512`"),
        ("mac", ""),
        ("macopt", ""),
        ("md4", "it is broken: use `-sha256`"),
        ("md5", "it is broken: use `-sha256`"),
        ("provider", ""),
        ("provider-path", ""),
        ("propquery", ""),
        ("sha224", "use `-sha256`"),
        ("sha3-256", "use `-sha256`"),
        ("sha3-384", "use `-sha384`"),
        ("sha3-512", "use `-sha512`"),
        ("sha512-224", "use `-sha256`"),
        ("sha512-256", "use `-sha256`"),
        ("writerand", ""),
        ("xoflen", ""),
    ],
    operands: usize::MAX,
    any_case: false,
    native: "",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    run_with(None, words, session)
}

pub(super) fn run_sha1(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    run_with(Some(DigestAlgorithm::Sha1), words, session)
}

pub(super) fn run_sha256(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    run_with(Some(DigestAlgorithm::Sha256), words, session)
}

pub(super) fn run_sha384(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    run_with(Some(DigestAlgorithm::Sha384), words, session)
}

pub(super) fn run_sha512(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    run_with(Some(DigestAlgorithm::Sha512), words, session)
}

/// `named` is the digest that the subcommand's own name gives.
fn run_with(named: Option<DigestAlgorithm>, words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let chosen = line.last_of(GRAMMAR.flags).and_then(digest_named).or(named);
    check_padding(&line)?;
    match line.last_of(&["sign", "verify", "prverify"]) {
        None => digests::print(&line, chosen, session),
        Some("sign") => sign(&line, chosen.unwrap_or(DEFAULT), session),
        Some(option) => verify::run(&line, option, chosen.unwrap_or(DEFAULT), session),
    }
}

/// The digest where none is named.
const DEFAULT: DigestAlgorithm = DigestAlgorithm::Sha256;

fn digest_named(flag: &str) -> Option<DigestAlgorithm> {
    match flag.to_ascii_lowercase().as_str() {
        "sha1" => Some(DigestAlgorithm::Sha1),
        "sha256" => Some(DigestAlgorithm::Sha256),
        "sha384" => Some(DigestAlgorithm::Sha384),
        "sha512" => Some(DigestAlgorithm::Sha512),
        _ => None,
    }
}

/// Refuses what is not RSASSA-PKCS1-v1_5.
fn check_padding(line: &Line) -> Result<(), Failure> {
    match line.values("sigopt").find(|value| *value != "rsa_padding_mode:pkcs1") {
        None => Ok(()),
        Some(_) => Err(Failure::usage("`-sigopt` is offered here with `rsa_padding_mode:pkcs1` only")
            .hint("leave `-sigopt` out: PKCS#1 v1.5 is what openssl takes by itself")),
    }
}

fn sign(line: &Line, digest: DigestAlgorithm, session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let pass = Pass::parse(session, ("-passin", "-passout"), line.value("passin"), None)?;
    let (name, message) = message(line, session)?;
    let key_file = session.context.input(line.path("sign").unwrap_or(Path::new("-")))?;
    key_input::check_form(&key_file, line, "keyform")?;
    let key = key_input::private(&key_file, &pass, session, key_question)?;
    let algorithm = signature(key.algorithm(), digest)?;
    let mut results = session.results();
    let place = results.declare(line.path("out"), Sensitivity::Public, &[], &[])?;
    let signature = key
        .sign(algorithm, SignatureForm::Asn1, message.bytes(), &mut SystemRandom::new())
        .map_err(|fault| Failure::from_error(&fault, "unsupported", ExitStatus::Failed))?;
    // A signature is written as it is, unless digits are asked for.
    let written = match line.last_of(&["hex", "binary"]) {
        Some("hex") => {
            let kind = if matches!(algorithm, SignatureAlgorithm::Ecdsa(_)) { "EC" } else { "RSA" };
            digests::shown(line, &format!("{kind}-{}", digests::label(digest)), &name, &signature).into_bytes()
        }
        _ => signature,
    };
    results.fill(place, &written);
    results.commit()?;
    Ok(ExitStatus::Done)
}

/// The one file that is signed, or standard input.
fn message(line: &Line, session: &Session<'_>) -> Result<(String, Input), Failure> {
    match line.operands() {
        [] => Ok(("stdin".to_owned(), digests::standard_input(session)?)),
        [path] => Ok((path.to_string_lossy().into_owned(), digests::message(Path::new(path), session)?)),
        _ => Err(Failure::usage("only one file can be signed or verified at a time")),
    }
}

fn signature(key: KeyAlgorithm, digest: DigestAlgorithm) -> Result<SignatureAlgorithm, Failure> {
    match key {
        KeyAlgorithm::Rsa { .. } => Ok(SignatureAlgorithm::RsaPkcs1v15(digest)),
        KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::P521 => Ok(SignatureAlgorithm::Ecdsa(digest)),
        _ => Err(Failure::usage(format!("a key of type {key} signs messages and not digests"))
            .hint("`openssl dgst` takes RSA and EC keys")),
    }
}

#[cfg(test)]
mod tests;
