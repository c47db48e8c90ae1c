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

use certwright::untrusted::Untrusted;

use super::line::Grammar;
use super::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

type Run = fn(&[OsString], &Session<'_>) -> Result<ExitStatus, Failure>;

/// The subcommands that are offered, each with what it takes.
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
    ("ca", "to sign a request with the key of a CA, run `certwright sign FILE --ca-cert FILE --ca-key FILE`"),
    ("crl2pkcs7", "to put certificates into one file, run `certwright convert FILE --to pem`"),
    ("ecparam", "to make a key on a curve, run `certwright genkey -t p256`; the key names its curve itself"),
    ("md5", "MD5 proves nothing any more: use `openssl sha256`"),
    ("pkcs7", "to take certificates out of a PKCS#7 file, run `certwright convert FILE --to pem`"),
    ("pkeyutl", "to sign a file, use `openssl dgst -sha256 -sign KEY`"),
    ("rsautl", "to sign a file, use `openssl dgst -sha256 -sign KEY`"),
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
    // `openssl help x509` is `openssl x509 -help`.
    let (name, asks_for_help) = match (name, rest.first()) {
        ("help", Some(subcommand)) => (subcommand.to_string_lossy(), true),
        _ => (name.into(), false),
    };
    if name == "help" {
        session.context.printer.data(&page());
        return Ok(ExitStatus::Done);
    }
    if let Some((_, grammar, run)) = OFFERED.iter().find(|(offered, ..)| *offered == name) {
        if asks_for_help || grammar.asks_for_help(rest) {
            session.context.printer.data(&grammar.help());
            return Ok(ExitStatus::Done);
        }
        return run(rest, session);
    }
    let failure = Failure::usage(format!("`openssl {}` is not offered here", Untrusted(&name)));
    Err(match REFUSED.iter().find(|(refused, _)| *refused == name) {
        Some((_, instead)) => failure.hint(*instead),
        None => failure.hint(offered()),
    })
}

/// What `openssl help` shows: the subcommands, and how to see what each takes.
pub(super) fn page() -> String {
    let mut page = format!("{}\n", offered());
    page.push_str("to see what one of them takes, run `certwright openssl SUBCOMMAND -help`\n");
    for (name, instead) in REFUSED {
        page.push_str(&format!("  {name}: {instead}\n"));
    }
    page
}

fn offered() -> String {
    let names: Vec<&str> = OFFERED.iter().map(|(name, ..)| *name).collect();
    format!("of openssl there are {}", names.join(", "))
}
