//! `openssl ec`: an EC key in the form of SEC 1, its public half, or what it is made of.

use std::ffi::OsString;

use certwright::crypto::SystemRandom;
use certwright::operations::KeyForm;

use super::key_input::{self, FileForm, Key};
use super::key_job::{Job, Texts, Written};
use super::key_output::{self, CIPHERS, Questions, Wanted};
use super::pass::{Pass, key_question};
use super::pkey::only;
use super::rsa::unsound;
use crate::compat::line::{Grammar, Line, Takes};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl ec",
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
        ("check", Takes::Nothing),
        ("conv_form", Takes::Value),
        ("param_enc", Takes::Value),
    ],
    flags: CIPHERS,
    refused: &[
        ("engine", ""),
        ("no_public", "the public half is always written with the key: leave `-no_public` out"),
        ("param_out", "a key names its curve itself: leave `-param_out` out"),
        ("provider", ""),
        ("provider-path", ""),
        ("propquery", ""),
    ],
    operands: 0,
    any_case: false,
    native: "certwright convert",
};

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    only(&line, "conv_form", "uncompressed")?;
    only(&line, "param_enc", "named_curve")?;
    let der = key_input::file_form(&line, "outform")? == Some(FileForm::Der);
    let pass = Pass::parse(session, ("-passin", "-passout"), line.value("passin"), line.value("passout"))?;
    let read = key_input::read(&line, &pass, session, key_question)?;
    let mut texts = Texts::default();
    if line.has("text") {
        let text = texts.of_key(&read.key, false)?;
        texts.before.push(text);
    }
    if line.has("check") {
        texts.are_shown = true;
        match &read.key {
            Key::Private(key) => {
                key.check(&mut SystemRandom::new()).map_err(|fault| unsound(read.input.name(), &fault))?;
                session.context.printer.say("EC Key valid.\n");
            }
            // openssl calls every public key invalid here, and goes on.
            Key::Public(_) => session.notice("`-check` is for private keys, and nothing was checked"),
        }
    }
    let written = if line.has("noout") {
        Written::Nothing
    } else if line.has("pubout") || read.key.private().is_none() {
        Written::Public { der }
    } else {
        Written::Private(wanted(&line, session, &read.key, der)?)
    };
    if !matches!(written, Written::Nothing) {
        session.context.printer.note("writing EC key");
    }
    Job { line: &line, session, pass: &pass, read: &read }.deliver(&texts, written)?;
    Ok(ExitStatus::Done)
}

/// SEC 1, or PKCS#8 where the key is to be encrypted: under the traditional encryption that openssl writes here, one MD5
/// stands before each guess of the password, and in DER it leaves the key open.
fn wanted(line: &Line, session: &Session<'_>, key: &Key, der: bool) -> Result<Wanted, Failure> {
    let form = key_output::form(true, key.public().algorithm())?;
    let encrypted = key_output::encrypted(line, session);
    if encrypted.is_none() {
        return Ok(Wanted { form, der, encrypted, questions: Questions::FOR_PEM });
    }
    session.notice(match der {
        true => "the key is encrypted, in PKCS#8; openssl would write it open, since it encrypts no DER here",
        false => "the encrypted key is in PKCS#8, since the traditional encryption protects it weakly",
    });
    Ok(Wanted { form: KeyForm::Pkcs8, der, encrypted, questions: Questions::FOR_PEM })
}
