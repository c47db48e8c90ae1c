//! `openssl pkcs8`: a key into PKCS#8, encrypted unless told otherwise, or out of it.

use std::ffi::OsString;

use certwright::files::Input;
use certwright::formats::detect::{Format, detect};
use certwright::formats::pkcs5::Kdf;
use certwright::formats::{pem, pkcs8};
use certwright::limits::Grouped;
use certwright::operations::KeyForm;
use certwright::secret::PasswordPurpose;

use super::key_input::{self, FileForm, Key, Read};
use super::key_job::{Job, Texts, Written};
use super::key_output::{self, CIPHERS, Questions, Wanted};
use super::pass::{Pass, key_question};
use crate::compat::line::{Grammar, Line, Takes};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl pkcs8",
    options: &[
        ("in", Takes::Value),
        ("out", Takes::Value),
        ("inform", Takes::Value),
        ("outform", Takes::Value),
        ("passin", Takes::Value),
        ("passout", Takes::Value),
        ("topk8", Takes::Nothing),
        ("nocrypt", Takes::Nothing),
        ("traditional", Takes::Nothing),
        ("v2", Takes::Value),
        ("v2prf", Takes::Value),
        ("iter", Takes::Value),
        ("noiter", Takes::Nothing),
        ("scrypt", Takes::Nothing),
        ("rand", Takes::Value),
    ],
    flags: &[],
    refused: &[
        ("engine", ""),
        ("provider", ""),
        ("provider-path", ""),
        ("propquery", ""),
        ("scrypt_N", "scrypt is offered here with N = 16384 only: leave `-scrypt_N` out"),
        ("scrypt_p", "scrypt is offered here with p = 1 only: leave `-scrypt_p` out"),
        ("scrypt_r", "scrypt is offered here with r = 8 only: leave `-scrypt_r` out"),
        ("v1", "the schemes of PKCS#5 version 1.5 are broken: leave `-v1` out for AES-256, or use `-v2 aes256`"),
        ("writerand", ""),
    ],
    operands: 0,
    any_case: false,
    native: "certwright convert",
};

/// The most iterations that this program's own readers take unasked.
const MOST_ITERATIONS: u32 = 5_000_000;

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let der = key_input::file_form(&line, "outform")? == Some(FileForm::Der);
    let pass = Pass::parse(session, ("-passin", "-passout"), line.value("passin"), line.value("passout"))?;
    let kdf = kdf(&line, session)?;
    let (read, wanted) = if line.has("topk8") {
        let read = key_input::read(&line, &pass, session, key_question)?;
        let encrypted = (!line.has("nocrypt")).then_some(kdf);
        (read, Wanted { form: KeyForm::Pkcs8, der, encrypted, questions: Questions::ENCRYPTION })
    } else {
        let read = open(&line, &pass, session)?;
        let algorithm = read.key.public().algorithm();
        // In DER, openssl writes the structure that the key had before PKCS#8.
        let form = match key_output::traditional_form(algorithm) {
            Some(form) if der => form,
            None if der => KeyForm::Pkcs8,
            _ => key_output::form(line.has("traditional"), algorithm)?,
        };
        (read, Wanted { form, der, encrypted: None, questions: Questions::ENCRYPTION })
    };
    Job { line: &line, session, pass: &pass, read: &read }.deliver(&Texts::default(), Written::Private(wanted))?;
    Ok(ExitStatus::Done)
}

/// How the password becomes a key. Fewer iterations than are sound are raised; all readers take what they find.
fn kdf(line: &Line, session: &Session<'_>) -> Result<Kdf, Failure> {
    if let Some(cipher) = line.text("v2")? {
        let known = CIPHERS
            .iter()
            .find(|known| **known == cipher)
            .ok_or_else(|| Failure::usage("`-v2` names a cipher that is not offered here").hint("use `-v2 aes256`"))?;
        if line.has("topk8") && !line.has("nocrypt") {
            key_output::notice_cipher(session, known);
        }
    }
    match line.text("v2prf")? {
        None | Some("hmacWithSHA256") => {}
        Some("hmacWithSHA1") => session.notice("the password goes through HMAC-SHA-256, and not through SHA-1"),
        Some(_) => {
            return Err(Failure::usage("`-v2prf` is offered here with hmacWithSHA256 only")
                .hint("leave `-v2prf` out: hmacWithSHA256 is what openssl takes by itself"));
        }
    }
    let asked = match line.number::<u32>("iter")? {
        Some(0) => return Err(Failure::usage("`-iter` takes a number above 0")),
        None if line.has("noiter") => Some(1),
        asked => asked,
    };
    let Kdf::Pbkdf2 { iterations: sound } = Kdf::STRONG else { return Ok(Kdf::STRONG) };
    match asked {
        _ if line.has("scrypt") => Ok(Kdf::Scrypt),
        Some(asked) if asked > MOST_ITERATIONS => {
            Err(Failure::usage(format!("`-iter` is offered here up to {MOST_ITERATIONS}")))
        }
        Some(asked) if asked > sound => Ok(Kdf::Pbkdf2 { iterations: asked }),
        Some(asked) if asked < sound && line.has("topk8") && !line.has("nocrypt") => {
            let (ours, theirs) = (Grouped(sound.into()), Grouped(asked.into()));
            session.notice(&format!("{ours} iterations guard the password, in place of {theirs}"));
            Ok(Kdf::STRONG)
        }
        _ => Ok(Kdf::STRONG),
    }
}

/// Opens what is PKCS#8 already: encrypted, or with `-nocrypt` not.
fn open(line: &Line, pass: &Pass<'_>, session: &Session<'_>) -> Result<Read, Failure> {
    let form = key_input::file_form(line, "inform")?.unwrap_or(FileForm::Pem);
    let input = session.input(line.path("in"))?;
    let wants_open = line.has("nocrypt");
    let is = |wanted: bool| holds(&input, form, wanted, session);
    if !is(wants_open) {
        let (wanted, instead) = match wants_open {
            true => ("a PKCS#8 key that is not encrypted", "it is encrypted: leave `-nocrypt` out"),
            false => ("an encrypted PKCS#8 key", "it is not encrypted: add `-nocrypt`, or `-topk8` to encrypt it"),
        };
        let failure = Failure::new(
            "wrong_content",
            ExitStatus::Failed,
            format!("`{}` is not {wanted} in {}", input.name(), if form == FileForm::Pem { "PEM" } else { "DER" }),
        );
        return Err(match is(!wants_open) {
            true => failure.hint(instead),
            false => failure.hint("to bring any other key into PKCS#8, add `-topk8`"),
        });
    }
    let key =
        Key::Private(key_input::private(&input, pass, session, |_: &PasswordPurpose| "Enter Password:".to_owned())?);
    Ok(Read { input, key })
}

/// Whether a PKCS#8 key, open or encrypted, is in the input in this form.
fn holds(input: &Input, form: FileForm, is_open: bool, session: &Session<'_>) -> bool {
    let (label, format) = match is_open {
        true => (pkcs8::LABEL, Format::PrivateKey),
        false => (pkcs8::ENCRYPTED_LABEL, Format::EncryptedPrivateKey),
    };
    match form {
        FileForm::Der => detect(input.bytes()) == Some(format),
        FileForm::Pem => pem::decode(input.bytes(), &session.context.limits)
            .is_ok_and(|document| document.blocks.iter().any(|block| block.label == label)),
    }
}
