//! `keytool -printcert`: certificates in a file or on standard input.

use std::ffi::OsString;
use std::path::Path;

use certwright::operations::open_certificates;
use certwright::secret::NoPasswords;

use super::weak;
use crate::compat::line::{Grammar, Takes};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::keytool::certificate;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "keytool -printcert",
    options: &[("file", Takes::Value), ("rfc", Takes::Nothing), ("v", Takes::Nothing)],
    flags: &[],
    refused: &[
        ("addprovider", ""),
        ("cacerts", ""),
        ("conf", "write the options into the line itself"),
        ("jarfile", "take the certificate out of the archive's META-INF folder and name it with `-file`"),
        ("keystore", "only what stands in the certificate is printed; whom Java trusts is not looked up"),
        ("protected", ""),
        ("providerarg", ""),
        ("providerclass", ""),
        ("providername", ""),
        ("providerpath", ""),
        (
            "sslserver",
            "nothing here opens a connection; save the server's certificate to a file and name it with `-file`",
        ),
        ("storepass", ""),
        ("storetype", ""),
        ("trustcacerts", "only what stands in the certificate is printed; whom Java trusts is not looked up"),
    ],
    operands: 0,
    any_case: true,
    native: "certwright inspect",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let input = session.input(line.path("file"))?;
    let certificates = open_certificates(&input, &NoPasswords, &session.context.limits)
        .map_err(|error| session.context.failure(&error))?;
    let shown = certificates.iter().enumerate().map(|(index, it)| {
        let heading = if certificates.len() > 1 { format!("Certificate[{}]:\n", index + 1) } else { String::new() };
        heading + &if line.has("rfc") { certificate::pem(it) } else { certificate::text(it) }
    });
    session.context.printer.data(&shown.collect::<Vec<_>>().join("\n"));
    weak::warn(&certificates, session);
    let name = line.path("file").unwrap_or(Path::new("-")).to_string_lossy();
    session.natively(&match line.has("rfc") {
        true => Native::new("convert").word(&name).flag("--to pem -o -"),
        false => Native::new("inspect").word(&name),
    });
    Ok(ExitStatus::Done)
}
