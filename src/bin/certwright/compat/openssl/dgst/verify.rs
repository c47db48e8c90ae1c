//! `openssl dgst -verify` and `-prverify`: whether a signature is that of a message.

use std::path::Path;

use certwright::crypto::{DigestAlgorithm, PublicKey, SignatureAlgorithm, SignatureForm};
use certwright::files::{Input, Sensitivity};
use certwright::formats::asn1::{Item, tag};

use crate::compat::line::Line;
use crate::compat::openssl::key_input;
use crate::compat::openssl::pass::{Pass, key_question};
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

/// Checks the signature of `-signature` with the key that `option` names, and says what came of it.
///
/// # Errors
/// A [`Failure`] when key, signature or message cannot be read.
pub(super) fn run(
    line: &Line,
    option: &'static str,
    digest: DigestAlgorithm,
    session: &Session<'_>,
) -> Result<ExitStatus, Failure> {
    let Some(signature_path) = line.path("signature") else {
        return Err(Failure::usage(format!("`-{option}` needs the signature, and no file of it is named"))
            .hint("name it with `-signature FILE`"));
    };
    let (_, message) = super::message(line, session)?;
    let key = verifying_key(line, option, session)?;
    let algorithm = super::signature(key.algorithm(), digest)?;
    let signature = Input::read(signature_path, &session.context.limits)?;
    if matches!(algorithm, SignatureAlgorithm::Ecdsa(_)) && !is_sequence(signature.bytes()) {
        let message = format!("`{}` holds no ECDSA signature in DER", signature.name());
        return Err(Failure::new("wrong_content", ExitStatus::Failed, message)
            .hint("check that the key is the one that signed: a signature of an RSA key has no such form"));
    }
    let mut results = session.results();
    let place = results.declare(line.path("out"), Sensitivity::Public, &[], &[])?;
    let is_right = key.verify(algorithm, SignatureForm::Asn1, message.bytes(), signature.bytes()).is_ok();
    results.fill(place, if is_right { b"Verified OK\n" } else { b"Verification failure\n" });
    results.commit()?;
    Ok(if is_right { ExitStatus::Done } else { ExitStatus::Failed })
}

/// Whether the octets are one DER SEQUENCE, as the two integers of an ECDSA signature make it.
fn is_sequence(octets: &[u8]) -> bool {
    Item::only(octets).is_ok_and(|item| item.identifier == tag::SEQUENCE)
}

fn verifying_key(line: &Line, option: &'static str, session: &Session<'_>) -> Result<PublicKey, Failure> {
    let file = session.context.input(line.path(option).unwrap_or(Path::new("-")))?;
    key_input::check_form(&file, line, "keyform")?;
    if option == "verify" {
        return key_input::public(&file, session);
    }
    let pass = Pass::parse(session, ("-passin", "-passout"), line.value("passin"), None)?;
    Ok(key_input::private(&file, &pass, session, key_question)?.public_key())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_has_the_length_that_it_says() {
        assert!(is_sequence(&[0x30, 2, 5, 0]) && is_sequence(&[&[0x30, 0x81, 0x80][..], &[0; 128]].concat()));
        for octets in [&[][..], &[0x30], &[0x30, 3, 5, 0], &[0x31, 2, 5, 0], &[0x30, 0x82, 0, 0]] {
            assert!(!is_sequence(octets), "{octets:?}");
        }
    }
}
