//! `openssl pkey`: a key of any kind in another form, its public half, or what it is made of.

use std::ffi::OsString;

use certwright::crypto::SystemRandom;
use certwright::operations::KeyForm;
use certwright::secret::SecretBytes;

use super::key_input::{self, FileForm, Key, Read};
use super::key_job::{Job, Texts, Written};
use super::key_output::{self, CIPHERS, Questions, Wanted};
use super::pass::{Pass, key_question};
use super::rsa::unsound;
use crate::compat::line::{Grammar, Line, Takes};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl pkey",
    options: &[
        ("in", Takes::Value),
        ("out", Takes::Value),
        ("inform", Takes::Value),
        ("outform", Takes::Value),
        ("passin", Takes::Value),
        ("passout", Takes::Value),
        ("pubin", Takes::Nothing),
        ("pubout", Takes::Nothing),
        ("noout", Takes::Nothing),
        ("text", Takes::Nothing),
        ("text_pub", Takes::Nothing),
        ("check", Takes::Nothing),
        ("pubcheck", Takes::Nothing),
        ("traditional", Takes::Nothing),
        ("ec_conv_form", Takes::Value),
        ("ec_param_enc", Takes::Value),
    ],
    flags: CIPHERS,
    refused: &[("engine", ""), ("provider", ""), ("provider-path", ""), ("propquery", "")],
    operands: 0,
    any_case: false,
    native: "certwright convert",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    only(&line, "ec_conv_form", "uncompressed")?;
    only(&line, "ec_param_enc", "named_curve")?;
    let der = key_input::file_form(&line, "outform")? == Some(FileForm::Der);
    if der && line.last_of(CIPHERS).is_some() {
        return Err(Failure::usage("`openssl pkey` encrypts keys in PEM only, and `-outform DER` was given")
            .hint("nothing was written; for an encrypted key in DER, use `openssl pkcs8 -topk8 -outform DER`"));
    }
    let pass = Pass::parse(session, ("-passin", "-passout"), line.value("passin"), line.value("passout"))?;
    let read = key_input::read(&line, &pass, session, key_question)?;
    let texts = texts(&line, &read)?;
    let written = if line.has("noout") {
        Written::Nothing
    } else if is_public(&line) {
        Written::Public { der }
    } else {
        let algorithm = read.key.public().algorithm();
        let form = match key_output::traditional_form(algorithm) {
            // In DER, openssl writes the structure that the key had before PKCS#8.
            Some(form) if der => form,
            None if der => KeyForm::Pkcs8,
            _ => key_output::form(line.has("traditional"), algorithm)?,
        };
        let encrypted = key_output::encrypted(&line, session);
        Written::Private(Wanted { form, der, encrypted, questions: Questions::PEM })
    };
    Job { line: &line, session, pass: &pass, read: &read }.deliver(&texts, written)?;
    Ok(ExitStatus::Done)
}

fn is_public(line: &Line) -> bool {
    line.has("pubin") || line.has("pubout")
}

fn texts(line: &Line, read: &Read) -> Result<Texts, Failure> {
    let mut texts = Texts::default();
    if line.has("check") || line.has("pubcheck") {
        // That a public key is a point on its curve, or an odd modulus of sound length, is known since it was read.
        if let Key::Private(key) = &read.key {
            key.check(&mut SystemRandom::new()).map_err(|fault| unsound(read.input.name(), &fault))?;
        }
        texts.are_shown = true;
        texts.before.push(SecretBytes::from(b"Key is valid\n".to_vec()));
    }
    if line.has("text") || line.has("text_pub") {
        let text = texts.of_key(&read.key, line.has("text_pub") || is_public(line))?;
        texts.after.push(text);
    }
    Ok(texts)
}

/// Refuses all values of an option but the one that is what is written anyway.
pub(super) fn only(line: &Line, option: &str, offered: &str) -> Result<(), Failure> {
    match line.text(option)? {
        Some(value) if value != offered => {
            Err(Failure::usage(format!("`-{option}` is offered here with `{offered}` only"))
                .hint(format!("nothing was written; leave `-{option}` out")))
        }
        _ => Ok(()),
    }
}
