//! The lines of openssl 3.0: each subcommand in a file of its own.

mod config;
mod dgst;
mod ec;
mod extensions;
mod genpkey;
mod genrsa;
mod key_input;
mod key_job;
mod key_output;
mod pass;
mod pkcs12;
mod pkcs8;
mod pkey;
mod rand;
mod req;
mod rsa;
mod subject;
mod verify;
mod version;
mod x509;

use std::ffi::OsString;

use super::line::Grammar;
use super::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

type Run = fn(&[OsString], &Session<'_>) -> Result<ExitStatus, Failure>;

/// The subcommands that are offered.
const OFFERED: &[(&str, &Grammar, Run)] = &[
    ("dgst", &dgst::GRAMMAR, dgst::run),
    ("ec", &ec::GRAMMAR, ec::run),
    ("genpkey", &genpkey::GRAMMAR, genpkey::run),
    ("genrsa", &genrsa::GRAMMAR, genrsa::run),
    ("pkcs12", &pkcs12::GRAMMAR, pkcs12::run),
    ("pkcs8", &pkcs8::GRAMMAR, pkcs8::run),
    ("pkey", &pkey::GRAMMAR, pkey::run),
    ("rand", &rand::GRAMMAR, rand::run),
    ("req", &req::GRAMMAR, req::run),
    ("rsa", &rsa::GRAMMAR, rsa::run),
    ("sha1", &dgst::GRAMMAR, dgst::run_sha1),
    ("sha256", &dgst::GRAMMAR, dgst::run_sha256),
    ("sha384", &dgst::GRAMMAR, dgst::run_sha384),
    ("sha512", &dgst::GRAMMAR, dgst::run_sha512),
    ("verify", &verify::GRAMMAR, verify::run),
    ("version", &version::GRAMMAR, version::run),
    ("x509", &x509::GRAMMAR, x509::run),
];

/// Subcommands of openssl 3.0 that are not, each with what to use instead.
const REFUSED: &[(&str, &str)] = &[
    ("asn1parse", "to see what a file holds, run `certwright inspect FILE`"),
    ("crl2pkcs7", "to put certificates into one file, run `certwright convert FILE --to pem`"),
    ("ecparam", "for a key, run `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out FILE`"),
    ("md5", "MD5 is broken: use `openssl sha256`, on both sides where two are compared"),
    ("pkcs7", "to take certificates out of a PKCS#7 file, run `certwright convert FILE --to pem`"),
    ("storeutl", "to see what a file holds, run `certwright inspect FILE`"),
];

/// Runs the line after the word `openssl`.
///
/// # Errors
/// A [`Failure`] of the subcommand, or one that names a subcommand that is not offered.
pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let Some((first, rest)) = words.split_first() else {
        return Err(Failure::usage("`openssl` needs a subcommand").hint(offered()));
    };
    let name = first.to_string_lossy();
    let name = name.trim_start_matches('-');
    if matches!(name, "help" | "h") {
        session.context.printer.data(&format!("{}\n", offered()));
        return Ok(ExitStatus::Done);
    }
    if let Some((_, grammar, run)) = OFFERED.iter().find(|(offered, ..)| *offered == name) {
        if rest.first().is_some_and(|word| word == "-help" || word == "--help") {
            session.context.printer.say(&grammar.summary());
            return Ok(ExitStatus::Done);
        }
        return run(rest, session);
    }
    let failure = Failure::usage(format!("`openssl {name}` is not offered here"));
    Err(match REFUSED.iter().find(|(refused, _)| *refused == name) {
        Some((_, instead)) => failure.hint(*instead),
        None => failure.hint(offered()),
    })
}

fn offered() -> String {
    let names: Vec<&str> = OFFERED.iter().map(|(name, ..)| *name).collect();
    format!("of openssl there are {}", names.join(", "))
}
