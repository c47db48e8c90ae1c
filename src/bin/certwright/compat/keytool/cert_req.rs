//! `keytool -certreq`: a certificate signing request for a key in a keystore.

use std::ffi::OsString;
use std::path::Path;

use certwright::crypto::SystemRandom;
use certwright::files::{Input, Sensitivity};
use certwright::formats::keystore::Kind;
use certwright::formats::x509::{DistinguishedName, WantedExtension, WantedValue};
use certwright::operations::{CreateCsr, KeyEncoding, KeyForm, Unpack, create_csr, request_pem, unpack_keystore};
use certwright::secret::NoPasswords;
use certwright::untrusted::Untrusted;

use super::algorithms;
use super::entries::{Entries, alias};
use super::passwords::Passwords;
use super::{extension, store};
use crate::compat::line::{Grammar, Line, Takes};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "keytool -certreq",
    options: &[
        ("alias", Takes::Value),
        ("dname", Takes::Value),
        ("ext", Takes::Value),
        ("file", Takes::Value),
        ("keypass", Takes::Password),
        ("keystore", Takes::Value),
        ("sigalg", Takes::Value),
        ("storepass", Takes::Password),
        ("storetype", Takes::Value),
        ("v", Takes::Nothing),
    ],
    flags: &[],
    refused: store::REFUSED,
    operands: 0,
    any_case: true,
    native: "certwright csr",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let context = session.context;
    let passwords = Passwords::of(&line, session);
    let asked = extension::parse(line.values("ext"))?;
    let subject = dname(&line)?;
    let (name, file) = (alias(&line)?, line.path("file"));
    let (entries, password) = Entries::read_with_password(&line, &passwords, session)?;
    let entry = entries.find(name)?;
    let leaf = entry.chain.first().filter(|_| entry.kind == Kind::PrivateKey).ok_or_else(|| {
        let message = format!("alias `{}` holds no private key with a certificate", Untrusted(name));
        Failure::new("wrong_content", ExitStatus::Failed, message)
    })?;
    let subject = subject.unwrap_or_else(|| leaf.subject());
    let mut rng = SystemRandom::new();
    let mut results = session.results();
    let place = results.declare(file, Sensitivity::Public, &[], &[])?;

    let key = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: true };
    let unpack = Unpack { alias: Some(entry.alias.clone()), key: Some(key), certificate: false, chain: false };
    let opening = passwords.opening(Some(password), "keypass");
    let taken = unpack_keystore(&unpack, &entries.input, &opening, &context.limits, &mut rng)
        .map_err(|error| opening.failure(&error))?;
    context.check_exposure(&entries.input);
    let (Some(key), Some(algorithm)) = (taken.key, taken.algorithm) else {
        return Err(Failure::usage("the entry holds no private key"));
    };
    // As keytool does, the request names the key by its identifier.
    let identifier = WantedExtension::from(WantedValue::SubjectKeyIdentifier);
    let extensions: Vec<WantedExtension> = asked.iter().cloned().chain([identifier]).collect();
    let digest = algorithms::digest(&line, algorithm)?;
    let options = CreateCsr { subject, extensions, digest };
    let key = Input::new(entries.input.name(), key);
    let request = create_csr(&options, &key, &NoPasswords, &context.limits, &mut rng)
        .and_then(|request| request_pem(&request))
        .map_err(|error| context.failure(&error))?;
    results.fill(place, &request);
    results.commit()?;
    if let Some(file) = file {
        let file = file.to_string_lossy();
        context.printer.note(&format!("Certification request stored in file <{}>", Untrusted(&file)));
        context.printer.note("Submit this to your CA");
    }
    natively(&entries, &options, &asked, file, &passwords, session);
    Ok(ExitStatus::Done)
}

/// The name of `-dname`, if it is there.
///
/// # Errors
/// A usage failure when it is no name.
pub(super) fn dname(line: &Line) -> Result<Option<DistinguishedName>, Failure> {
    let parse = |text: &str| {
        DistinguishedName::parse(text).map_err(|fault| Failure::usage(format!("`-dname` cannot be used: {fault}")))
    };
    line.text("dname")?.map(parse).transpose()
}

/// `csr` takes a keystore with one key, and the names among the extensions.
fn natively(
    entries: &Entries,
    options: &CreateCsr,
    asked: &[WantedExtension],
    file: Option<&Path>,
    passwords: &Passwords<'_>,
    session: &Session<'_>,
) {
    let keys = entries.list.entries.iter().filter(|entry| entry.kind == Kind::PrivateKey).count();
    let mut native =
        passwords.natively(Native::new("csr").option("--key", entries.input.name()), "--passin", "storepass");
    native = native.option("--subject", &options.subject.to_string());
    for extension in asked {
        let WantedValue::SubjectAltName(names) = &extension.value else { return };
        for name in names {
            native = native.option("--san", &name.to_string());
        }
    }
    if keys == 1 && options.digest.is_none() {
        session.natively(&native.file("-o", file.unwrap_or(Path::new("-"))));
    }
}
