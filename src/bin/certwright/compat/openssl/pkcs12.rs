//! `openssl pkcs12`: makes a keystore with `-export`, and shows what is in one without.

mod export;
mod show;

use std::ffi::OsString;

use super::key_output::CIPHERS;
use crate::compat::line::{Grammar, Line, Takes};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl pkcs12",
    options: &[
        ("export", Takes::Nothing),
        ("in", Takes::Value),
        ("out", Takes::Value),
        ("passin", Takes::Value),
        ("passout", Takes::Value),
        ("password", Takes::Value),
        ("nokeys", Takes::Nothing),
        ("nocerts", Takes::Nothing),
        ("noout", Takes::Nothing),
        ("legacy", Takes::Nothing),
        ("rand", Takes::Value),
        ("info", Takes::Nothing),
        ("clcerts", Takes::Nothing),
        ("cacerts", Takes::Nothing),
        ("noenc", Takes::Nothing),
        ("nodes", Takes::Nothing),
        ("inkey", Takes::Value),
        ("certfile", Takes::Value),
        ("name", Takes::Value),
        ("caname", Takes::Value),
        ("keypbe", Takes::Value),
        ("certpbe", Takes::Value),
        ("descert", Takes::Nothing),
        ("macalg", Takes::Value),
        ("iter", Takes::Value),
        // Without effect in openssl 3.0 as well.
        ("maciter", Takes::Nothing),
    ],
    flags: CIPHERS,
    refused: &[
        ("twopass", "Java and openssl write one password, and certwright does too: leave `-twopass` out"),
        ("nomacver", "without its MAC nobody can tell whether the file was changed: leave `-nomacver` out"),
        ("nomac", "without a MAC anybody could change the file unseen: leave `-nomac` out"),
        ("noiter", "one iteration protects nothing: leave `-noiter` out"),
        ("nomaciter", "one iteration protects nothing: leave `-nomaciter` out"),
        ("chain", "put the issuers' certificates into one file, and name it with `-certfile`"),
        ("untrusted", "put the issuers' certificates into one file, and name it with `-certfile`"),
        ("CAfile", "put the issuers' certificates into one file, and name it with `-certfile`"),
        ("CApath", "put the issuers' certificates into one file, and name it with `-certfile`"),
        ("CAstore", "put the issuers' certificates into one file, and name it with `-certfile`"),
        ("no-CAfile", ""),
        ("no-CApath", ""),
        ("no-CAstore", ""),
        ("passcerts", "certificates need no password; put them into a PEM file"),
        ("CSP", "the attributes of Microsoft's providers are not written"),
        ("LMK", "the attributes of Microsoft's providers are not written"),
        ("keyex", "the attributes of Microsoft's providers are not written"),
        ("keysig", "the attributes of Microsoft's providers are not written"),
        ("engine", ""),
        ("provider", ""),
        ("provider-path", ""),
        ("propquery", ""),
        ("writerand", ""),
    ],
    operands: 0,
    any_case: false,
    native: "certwright export p12",
};

/// Options that openssl passes over where it does not export, and says so.
const OF_EXPORT: &[&str] =
    &["inkey", "certfile", "name", "caname", "keypbe", "certpbe", "descert", "macalg", "iter", "maciter"];

/// The same for those that it passes over where it does.
const OF_SHOWING: &[&str] = &["info", "clcerts", "cacerts", "noenc", "nodes"];

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let exports = line.has("export");
    let (without_effect, how) = if exports { (OF_SHOWING, "with") } else { (OF_EXPORT, "without") };
    let of_both = without_effect.iter().chain(CIPHERS.iter().filter(|_| exports));
    for option in of_both.filter(|option| line.has(option)) {
        session.notice(&format!("`-{option}` has no effect {how} `-export`"));
    }
    if exports { export::run(&line, session) } else { show::run(&line, session) }
}

/// The password argument that opens what is read, and the one that protects what is written: `-password` stands for the
/// keystore's, and overrules the other name that it has.
fn arguments(line: &Line) -> (Option<&std::ffi::OsStr>, Option<&std::ffi::OsStr>) {
    let (passin, passout, password) = (line.value("passin"), line.value("passout"), line.value("password"));
    if line.has("export") { (passin, password.or(passout)) } else { (password.or(passin), passout) }
}
