//! How a private key is written: the ciphers and forms that openssl's key commands share.

use certwright::crypto::KeyAlgorithm;
use certwright::formats::pkcs5::Kdf;
use certwright::operations::{KeyEncoding, KeyForm};

use super::pass::Pass;
use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::report::Failure;

/// The options that ask for an encrypted key. Whatever they name, the key is encrypted with AES-256: what reads the
/// others reads it too.
pub(super) const CIPHERS: &[&str] = &[
    "aes128",
    "aes-128-cbc",
    "aes192",
    "aes-192-cbc",
    "aes256",
    "aes-256-cbc",
    "des",
    "des3",
    "des-ede3",
    "des-ede3-cbc",
];

/// openssl's question for the password of a new key.
const QUESTION: &str = "Enter PEM pass phrase:";
const AGAIN: &str = "Verifying - Enter PEM pass phrase:";
/// As many characters as openssl wants where it asks.
const LEAST: usize = 4;

/// The encoding that `line` asks for: encrypted where a cipher is named, the traditional form with `-traditional`.
///
/// # Errors
/// A [`Failure`] when a password is wanted and there is none.
pub(super) fn encoding(
    line: &Line,
    pass: &Pass<'_>,
    session: &Session<'_>,
    algorithm: KeyAlgorithm,
) -> Result<KeyEncoding, Failure> {
    let der = line.text("outform")?.is_some_and(|form| form.eq_ignore_ascii_case("der"));
    let form = match algorithm {
        _ if !line.has("traditional") => KeyForm::Pkcs8,
        KeyAlgorithm::Rsa { .. } => KeyForm::Pkcs1,
        KeyAlgorithm::Ed25519 => KeyForm::Pkcs8,
        _ => KeyForm::Sec1,
    };
    let Some(cipher) = line.last_of(CIPHERS) else { return Ok(KeyEncoding::Plain { form, der }) };
    if !cipher.starts_with("aes256") && !cipher.starts_with("aes-256") {
        session.notice(&format!("the key is encrypted with AES-256-CBC, which is stronger than `-{cipher}`"));
    }
    let password = pass.new_password(QUESTION, AGAIN, LEAST)?;
    Ok(match form {
        KeyForm::Pkcs8 => KeyEncoding::Encrypted { kdf: Kdf::STRONG, password, der },
        KeyForm::Pkcs1 | KeyForm::Sec1 => KeyEncoding::LegacyPem { password },
    })
}

/// The native options for the same encoding, in the words of `genkey`.
pub(super) fn natively(native: Native, line: &Line, pass: &Pass<'_>) -> Native {
    let encrypted = line.last_of(CIPHERS).is_some();
    let native = match (encrypted, line.has("traditional")) {
        (true, false) => native.flag("--encrypt"),
        (true, true) => native.flag("--legacy-pem"),
        (false, true) => native.flag("--form pkcs1"),
        (false, false) => native,
    };
    if encrypted { pass.natively(native) } else { native }
}
