//! `keytool -importcert`: a certificate that is trusted, or a CA's reply for a key.

use std::ffi::OsString;

use certwright::crypto::SystemRandom;
use certwright::formats::keystore::{Content, Entry, Kind};
use certwright::formats::x509::Certificate;
use certwright::operations::{
    Acquaintance, Import, ImportEntries, acquaintance, install_reply, open_certificates, read_reply,
};
use certwright::secret::NoPasswords;
use certwright::untrusted::Untrusted;

use super::entries::{Entries, Target, alias};
use super::passwords::Passwords;
use super::{question, store, weak};
use crate::compat::line::{Grammar, Line, Takes};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::keytool::certificate;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "keytool -importcert",
    options: &[
        ("alias", Takes::Value),
        ("file", Takes::Value),
        ("keypass", Takes::Password),
        ("keystore", Takes::Value),
        ("noprompt", Takes::Nothing),
        ("storepass", Takes::Password),
        ("storetype", Takes::Value),
        ("trustcacerts", Takes::Nothing),
        ("v", Takes::Nothing),
    ],
    flags: &[],
    refused: store::REFUSED,
    operands: 0,
    any_case: true,
    native: "certwright convert",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let passwords = Passwords::of(&line, session);
    let name = alias(&line)?;
    let target = Target::open(&line, &passwords, session)?;
    if line.has("trustcacerts") {
        session
            .notice("there is no list of CAs here for `-trustcacerts`: what the keystore holds counts, and your word");
    }
    match target.entries().and_then(|entries| Some((entries, entries.get(name)?.kind))) {
        Some((entries, Kind::PrivateKey)) => reply(&line, name, entries, &target, &passwords, session),
        Some((entries, _)) => Err(Failure::new(
            "alias_taken",
            ExitStatus::Failed,
            format!("alias `{}` already exists in `{}`", Untrusted(name), Untrusted(entries.input.name())),
        )
        .hint("nothing was written; choose another with `-alias NAME`")),
        None => trusted(&line, name, &target, &passwords, session),
    }
}

/// A certificate that is to be trusted.
fn trusted(
    line: &Line,
    name: &str,
    target: &Target,
    passwords: &Passwords<'_>,
    session: &Session<'_>,
) -> Result<ExitStatus, Failure> {
    let certificates = read(line, session)?;
    let Some(first) = certificates.first() else { return Ok(ExitStatus::Failed) };
    if certificates.len() > 1 {
        session
            .notice(&format!("only the first of {} certificates is imported, as keytool does it", certificates.len()));
    }
    let known = target.entries().map_or(Acquaintance::Unknown, |entries| acquaintance(&entries.list, first));
    let (before, asked) = match known {
        Acquaintance::Issued => (String::new(), ""),
        Acquaintance::Held(alias) => (
            format!("Certificate already exists in keystore under alias <{}>\n", Untrusted(&alias)),
            "Do you still want to add it? [no]:  ",
        ),
        Acquaintance::Unknown => (String::new(), "Trust this certificate? [no]:  "),
    };
    if !asked.is_empty() && !line.has("noprompt") {
        if before.is_empty() {
            session.context.printer.data(&certificate::text(first));
        }
        if !question::agrees(session, &before, asked, "-noprompt")? {
            session.context.printer.note("Certificate was not added to keystore");
            return Ok(ExitStatus::Done);
        }
    }
    let content = Content::TrustedCertificate(Box::new(first.clone()));
    let entry = Entry { alias: name.to_owned(), content };
    let options = ImportEntries {
        entries: vec![Import { entry, replaces: false }],
        entry_password: None,
        created: session.context.now,
    };
    let mut results = session.results();
    let place = target.declare(&mut results)?;
    let made = target.import(&options, passwords, session)?;
    results.fill(place, made.octets.expose());
    results.commit()?;
    session.context.printer.note("Certificate was added to keystore");
    weak::warn([first], session);
    if let (Target::New { path, kind, .. }, Some(file)) = (target, line.path("file")) {
        let native = Native::new("convert").word(&file.to_string_lossy()).option("--to", kind.native());
        let native = passwords.natively(native.option("--alias", name), "--passout", "storepass");
        // The native command refuses a file of several certificates, of which this one takes the first.
        if certificates.len() == 1 {
            session.natively(&native.file("-o", path));
        }
    }
    Ok(ExitStatus::Done)
}

/// The certificates that came for a key.
fn reply(
    line: &Line,
    name: &str,
    entries: &Entries,
    target: &Target,
    passwords: &Passwords<'_>,
    session: &Session<'_>,
) -> Result<ExitStatus, Failure> {
    let context = session.context;
    let input = session.input(line.path("file"))?;
    let mut rng = SystemRandom::new();
    let opening = passwords.opening(Some(target.password().clone()), "keypass");
    let reply = read_reply(name, &entries.input, &input, &opening, &context.limits, &mut rng)
        .map_err(|error| opening.failure(&error))?;
    if let (false, false, Some(top)) = (reply.is_known, line.has("noprompt"), reply.chain.last()) {
        context.printer.say("\nTop-level certificate in reply:\n\n");
        context.printer.data(&certificate::text(top));
        if !question::agrees(session, "\n", "... is not trusted. Install reply anyway? [no]:  ", "-noprompt")? {
            context.printer.note("Certificate reply was not installed in keystore");
            return Ok(ExitStatus::Done);
        }
    }
    let mut results = session.results();
    let place = results.declare_in_place(&entries.input)?;
    let edited = install_reply(&reply, &entries.input, &opening, &context.limits, &mut rng)
        .map_err(|error| opening.failure(&error))?;
    context.notices(&edited.notices);
    results.fill(place, &edited.octets);
    results.commit()?;
    context.printer.note("Certificate reply was installed in keystore");
    weak::warn(&reply.chain, session);
    Ok(ExitStatus::Done)
}

fn read(line: &Line, session: &Session<'_>) -> Result<Vec<Certificate>, Failure> {
    let input = session.input(line.path("file"))?;
    open_certificates(&input, &NoPasswords, &session.context.limits).map_err(|error| session.context.failure(&error))
}
