//! `keytool -exportcert`: an entry's certificate in DER or PEM.

use std::ffi::OsString;
use std::path::Path;

use certwright::files::Sensitivity;
use certwright::untrusted::Untrusted;

use super::entries::{Entries, alias};
use super::passwords::Passwords;
use super::store;
use crate::compat::line::{Grammar, Takes};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::keytool::certificate;
use crate::report::{Failure, word};

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "keytool -exportcert",
    options: &[
        ("alias", Takes::Value),
        ("file", Takes::Value),
        ("keystore", Takes::Value),
        ("rfc", Takes::Nothing),
        ("storepass", Takes::Password),
        ("storetype", Takes::Value),
        ("v", Takes::Nothing),
    ],
    flags: &[],
    refused: store::REFUSED,
    operands: 0,
    any_case: true,
    native: "certwright extract",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let passwords = Passwords::of(&line, session);
    let file = line.path("file");
    let entries = Entries::read(&line, &passwords, session)?;
    let name = alias(&line)?;
    let entry = entries.find(name)?;
    let certificate = entry.chain.first().ok_or_else(|| {
        let message = format!("alias `{}` has no certificate", Untrusted(name));
        Failure::new("wrong_content", ExitStatus::Failed, message)
    })?;
    let mut results = session.results();
    let place = results.declare(file, Sensitivity::Public, &[], &[])?;
    match line.has("rfc") {
        true => results.fill(place, certificate::pem(certificate).as_bytes()),
        false => results.fill(place, certificate.der()),
    }
    results.commit()?;
    if let Some(file) = file {
        let name = file.to_string_lossy();
        session.context.printer.note(&format!("Certificate stored in file <{}>", Untrusted(&name)));
    }
    let target = file.unwrap_or(Path::new("-")).to_string_lossy().into_owned();
    let native = entries.native("extract", &passwords).option("--alias", &entry.alias);
    session.natively(&if line.has("rfc") {
        native.option("--cert", &target)
    } else {
        // `extract` writes PEM.
        let pem = format!("{}.pem", if target == "-" { name } else { &target });
        native
            .option("--cert", &pem)
            .flag(&format!("&& certwright convert {} --to der", word(&pem)))
            .option("-o", &target)
    });
    Ok(ExitStatus::Done)
}
