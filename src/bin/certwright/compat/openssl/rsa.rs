//! `openssl rsa`: an RSA key in another form, its public half, or what it is made of.

use std::ffi::OsString;

use certwright::crypto::key_health::RsaNumbers;
use certwright::crypto::{KeyAlgorithm, SystemRandom};
use certwright::secret::SecretBytes;

use super::key_input::{self, FileForm};
use super::key_job::{Job, Texts, Written};
use super::key_output::{self, CIPHERS, Questions, Wanted};
use super::pass::{Pass, key_question};
use crate::compat::line::{Grammar, Takes};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::render::openssl::key as render;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl rsa",
    options: &[
        ("in", Takes::Value),
        ("out", Takes::Value),
        ("inform", Takes::Value),
        ("outform", Takes::Value),
        ("passin", Takes::Value),
        ("passout", Takes::Value),
        ("pubin", Takes::Nothing),
        ("pubout", Takes::Nothing),
        ("RSAPublicKey_in", Takes::Nothing),
        ("RSAPublicKey_out", Takes::Nothing),
        ("noout", Takes::Nothing),
        ("text", Takes::Nothing),
        ("modulus", Takes::Nothing),
        ("check", Takes::Nothing),
        ("traditional", Takes::Nothing),
    ],
    flags: CIPHERS,
    refused: &[
        ("engine", ""),
        ("provider", ""),
        ("provider-path", ""),
        ("propquery", ""),
        ("pvk-none", "Microsoft's PVK is not written: leave `-pvk-none` out"),
        ("pvk-strong", "Microsoft's PVK is not written: leave `-pvk-strong` out"),
        ("pvk-weak", "Microsoft's PVK is not written: leave `-pvk-weak` out"),
    ],
    operands: 0,
    any_case: false,
    native: "certwright convert",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let der = key_input::file_form(&line, "outform")? == Some(FileForm::Der);
    let pass = Pass::parse(session, ("-passin", "-passout"), line.value("passin"), line.value("passout"))?;
    let read = key_input::read(&line, &pass, session, key_question)?;
    let public = read.key.public();
    let Some(numbers) = RsaNumbers::of(&public) else { return Err(not_rsa(read.input.name(), public.algorithm())) };

    let mut texts = Texts::default();
    if line.has("text") {
        let text = texts.of_key(&read.key, false)?;
        texts.before.push(text);
    }
    if line.has("modulus") {
        texts.are_shown = true;
        texts.before.push(SecretBytes::from(render::modulus(&numbers).into_bytes()));
    }
    if line.has("check") {
        let Some(key) = read.key.private() else {
            return Err(Failure::usage("`-check` is for private keys, and `-pubin` was given")
                .hint("nothing was written; leave `-check` out"));
        };
        key.check(&mut SystemRandom::new()).map_err(|fault| unsound(read.input.name(), &fault))?;
        texts.are_shown = true;
        texts.before.push(SecretBytes::from(b"RSA key ok\n".to_vec()));
    }
    let written = if line.has("noout") {
        Written::Nothing
    } else if line.last_of(&["RSAPublicKey_out", "pubout"]) == Some("RSAPublicKey_out") {
        Written::RsaPublic { der }
    } else if line.has("pubout") || read.key.private().is_none() {
        Written::Public { der }
    } else {
        let form = key_output::form(line.has("traditional"), public.algorithm())?;
        let questions = if line.has("traditional") { Questions::FOR_PEM } else { Questions::PLAIN };
        let encrypted = key_output::encrypted(&line, session);
        if encrypted.is_some() && der && line.has("traditional") {
            session
                .notice("the key is encrypted, in PKCS#8; openssl would write it open, since it encrypts no DER here");
        }
        Written::Private(Wanted { form, der, encrypted, questions })
    };
    if !matches!(written, Written::Nothing) {
        session.context.printer.note("writing RSA key");
    }
    Job { line: &line, session, pass: &pass, read: &read }.deliver(&texts, written)?;
    Ok(ExitStatus::Done)
}

fn not_rsa(name: &str, algorithm: KeyAlgorithm) -> Failure {
    Failure::new("wrong_content", ExitStatus::Failed, format!("`{name}` holds no RSA key"))
        .cause(format!("the key is of type {algorithm}"))
        .hint("nothing was written; `openssl pkey` takes keys of every type")
}

/// The failure of a key that did not pass its check.
pub(super) fn unsound(name: &str, fault: &certwright::crypto::Error) -> Failure {
    Failure::new("malformed", ExitStatus::Failed, format!("the key in `{name}` is not sound"))
        .cause(fault.to_string())
        .hint("nothing was written; make another one")
}
