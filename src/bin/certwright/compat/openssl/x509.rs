//! `openssl x509`: shows a certificate and its single facts, writes it in another encoding, and issues one for a request.

mod display;
mod issue;
mod serial;
#[cfg(test)]
mod tests;

use std::ffi::OsString;

use certwright::crypto::DigestAlgorithm;
use certwright::files::{Input, Sensitivity};
use certwright::formats::x509::Certificate;
use certwright::operations::{certificate_pem, open_certificates};

use super::pass::{Pass, key_question};
use crate::compat::line::{Grammar, Line, Takes};
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

use display::Display;

pub(super) const GRAMMAR: Grammar = Grammar {
    command: "openssl x509",
    options: &[
        ("CA", Takes::Value),
        ("CAcreateserial", Takes::Nothing),
        ("CAform", Takes::Value),
        ("CAkey", Takes::Value),
        ("CAkeyform", Takes::Value),
        ("CAserial", Takes::Value),
        ("certopt", Takes::Value),
        ("checkend", Takes::Value),
        ("clrext", Takes::Nothing),
        ("copy_extensions", Takes::Value),
        ("dateopt", Takes::Value),
        ("dates", Takes::Nothing),
        ("days", Takes::Value),
        ("email", Takes::Nothing),
        ("enddate", Takes::Nothing),
        ("ext", Takes::Value),
        ("extensions", Takes::Value),
        ("extfile", Takes::Value),
        ("fingerprint", Takes::Nothing),
        ("hash", Takes::Nothing),
        ("in", Takes::Value),
        ("inform", Takes::Value),
        ("issuer", Takes::Nothing),
        ("issuer_hash", Takes::Nothing),
        ("key", Takes::Value),
        ("keyform", Takes::Value),
        ("modulus", Takes::Nothing),
        ("nameopt", Takes::Value),
        ("nocert", Takes::Nothing),
        ("noout", Takes::Nothing),
        ("ocsp_uri", Takes::Nothing),
        ("out", Takes::Value),
        ("outform", Takes::Value),
        ("passin", Takes::Value),
        ("pubkey", Takes::Nothing),
        ("rand", Takes::Value),
        ("req", Takes::Nothing),
        ("serial", Takes::Nothing),
        ("set_serial", Takes::Value),
        ("signkey", Takes::Value),
        ("startdate", Takes::Nothing),
        ("subject", Takes::Nothing),
        ("subject_hash", Takes::Nothing),
        ("text", Takes::Nothing),
    ],
    flags: DIGESTS,
    refused: &[
        ("addreject", ""),
        ("addtrust", ""),
        ("alias", ""),
        ("badsig", ""),
        ("checkemail", ""),
        ("checkhost", "the names of a certificate are shown by `-ext subjectAltName`"),
        ("checkip", "the names of a certificate are shown by `-ext subjectAltName`"),
        ("clrreject", ""),
        ("clrtrust", ""),
        ("engine", ""),
        ("force_pubkey", "a certificate is made for the key that signed its request: leave `-force_pubkey` out"),
        ("issuer_hash_old", ""),
        ("md5", "MD5 proves nothing any more: use `-sha256`"),
        ("new", "to make a certificate without a request, run `certwright selfsign --key FILE --cn NAME`"),
        ("next_serial", ""),
        ("ocspid", ""),
        ("preserve_dates", ""),
        ("propquery", ""),
        ("provider", ""),
        ("provider-path", ""),
        ("purpose", "what a certificate may be used for is shown by `-ext keyUsage,extendedKeyUsage,basicConstraints`"),
        ("setalias", ""),
        ("sha224", "use `-sha256`"),
        ("sigopt", ""),
        ("subj", "the subject is that of the request: make the request anew"),
        ("subject_hash_old", ""),
        ("trustout", ""),
        ("vfyopt", ""),
        ("writerand", ""),
        ("x509toreq", "to make a request for a key, run `certwright csr --key FILE`"),
    ],
    operands: 0,
    any_case: false,
    native: "certwright inspect",
};

/// The digests, for fingerprints and signatures, in both cases as openssl takes them.
const DIGESTS: &[&str] = &["sha1", "sha256", "sha384", "sha512", "SHA1", "SHA256", "SHA384", "SHA512"];

pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    let line = GRAMMAR.parse(words)?;
    let display = Display::parse(&line)?;
    let encoding = Encoding::parse(&line, "outform")?.unwrap_or(Encoding::Pem);
    let informed = Encoding::parse(&line, "inform")?;
    if line.has("req") {
        return issue::run(&line, &display, encoding, session);
    }
    if let Some(option) = line.last_of(&["CA", "CAkey", "signkey", "key", "set_serial", "extfile", "days"]) {
        return Err(Failure::usage(format!("`-{option}` of `openssl x509` is offered with `-req` only"))
            .hint("to make the certificate of a key anew, run `certwright selfsign --key FILE --cn NAME`"));
    }
    let input = session.input(line.path("in"))?;
    check_encoding(&input, informed)?;
    let pass = Pass::parse(session, ("-passin", "-passout"), line.value("passin"), None)?;
    let opening = pass.opening(key_question);
    let found =
        open_certificates(&input, &opening, &session.context.limits).map_err(|error| opening.failure(&error))?;
    let Some(certificate) = found.first() else {
        return Err(Failure::usage(format!("`{}` holds no certificate", input.name())));
    };
    let mut results = session.results();
    let place = results.declare(line.path("out"), Sensitivity::Public, &[], &[])?;
    let (octets, status) = shown(certificate, &display, encoding, session)?;
    results.fill(place, &octets);
    results.commit()?;
    if let (ExitStatus::Done, Some(native)) = (status, natively(&line, &display, encoding, &pass)) {
        session.natively(&native);
    }
    Ok(status)
}

/// What was asked for of the certificate, and the certificate itself unless it was not.
fn shown(
    certificate: &Certificate,
    display: &Display,
    encoding: Encoding,
    session: &Session<'_>,
) -> Result<(Vec<u8>, ExitStatus), Failure> {
    let mut octets = display.facts(certificate, session)?.into_bytes();
    if let Some((text, is_valid)) = display.validity(certificate, session.context.now) {
        octets.extend_from_slice(text.as_bytes());
        return Ok((octets, if is_valid { ExitStatus::Done } else { ExitStatus::Failed }));
    }
    if display.certificate {
        octets.extend(encoding.encode(certificate, session)?);
    }
    Ok((octets, ExitStatus::Done))
}

/// PEM or DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Der,
    Pem,
}

impl Encoding {
    fn parse(line: &Line, option: &str) -> Result<Option<Self>, Failure> {
        let Some(text) = line.text(option)? else { return Ok(None) };
        match text.to_ascii_lowercase().as_str() {
            "der" | "d" => Ok(Some(Self::Der)),
            "pem" | "p" => Ok(Some(Self::Pem)),
            _ => Err(Failure::usage(format!("`-{option}` of `openssl x509` is PEM or DER"))),
        }
    }

    fn encode(self, certificate: &Certificate, session: &Session<'_>) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Der => Ok(certificate.der().to_vec()),
            Self::Pem => certificate_pem(certificate).map_err(|error| session.context.failure(&error)),
        }
    }
}

/// That the input has the encoding which the line says it has.
fn check_encoding(input: &Input, informed: Option<Encoding>) -> Result<(), Failure> {
    let is_der = input.bytes().first() == Some(&0x30);
    let (stated, other) = match informed {
        Some(Encoding::Der) if !is_der => ("DER", "PEM"),
        Some(Encoding::Pem) if is_der => ("PEM", "DER"),
        _ => return Ok(()),
    };
    Err(Failure::new(
        "wrong_content",
        ExitStatus::Failed,
        format!("`{}` is not {stated}, as `-inform` says", input.name()),
    )
    .hint(format!("write `-inform {other}`, or leave it out: what a file is, is seen")))
}

/// The digest that the line names, as it was typed.
fn digest(line: &Line) -> Option<(&'static str, DigestAlgorithm)> {
    let typed = line.last_of(DIGESTS)?;
    let digest = match typed.to_ascii_lowercase().as_str() {
        "sha1" => DigestAlgorithm::Sha1,
        "sha384" => DigestAlgorithm::Sha384,
        "sha512" => DigestAlgorithm::Sha512,
        _ => DigestAlgorithm::Sha256,
    };
    Some((typed, digest))
}

/// Showing is `inspect`, which writes no file; writing a certificate or its key alone is `convert`.
fn natively(line: &Line, display: &Display, encoding: Encoding, pass: &Pass<'_>) -> Option<Native> {
    let input = line.path("in").unwrap_or("-".as_ref()).to_string_lossy().into_owned();
    let native = match (display.shows_nothing(), display.shows_key_alone(), encoding) {
        (true, _, Encoding::Der) => Native::new("convert").word(&input).flag("--to der"),
        (true, _, Encoding::Pem) => Native::new("convert").word(&input).flag("--to pem"),
        (_, true, _) => Native::new("convert").word(&input).flag("--to public"),
        _ if line.has("out") => return None,
        _ => return Some(pass.natively(Native::new("inspect").word(&input))),
    };
    Some(pass.natively(native.file("-o", line.path("out").unwrap_or("-".as_ref()))))
}
