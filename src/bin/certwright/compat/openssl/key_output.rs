//! How a private key is written: the ciphers and forms that openssl's key commands share.

use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use certwright::formats::pkcs5::Kdf;
use certwright::operations::{KeyEncoding, KeyForm};
use certwright::secret::SecretBytes;

use super::pass::Pass;
use crate::compat::line::Line;
use crate::compat::native::Native;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
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
    "AES128",
    "AES-128-CBC",
    "AES192",
    "AES-192-CBC",
    "AES256",
    "AES-256-CBC",
    "des",
    "des-cbc",
    "des3",
    "des-ede3",
    "des-ede3-cbc",
    "DES3",
    "DES-EDE3-CBC",
];

/// What a command asks for where `-passout` does not give the password of a new key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Questions {
    pub(super) first: &'static str,
    pub(super) again: &'static str,
    /// As few characters as are taken.
    pub(super) least: usize,
}

impl Questions {
    /// Those of `genrsa`, `genpkey` and `pkey`.
    pub(super) const PEM: Self =
        Self { first: "Enter PEM pass phrase:", again: "Verifying - Enter PEM pass phrase:", least: 4 };
    /// Those of `rsa`.
    pub(super) const PLAIN: Self =
        Self { first: "Enter pass phrase:", again: "Verifying - Enter pass phrase:", least: 4 };
    /// Those of `ec`, and of `rsa -traditional`.
    pub(super) const FOR_PEM: Self =
        Self { first: "Enter pass phrase for PEM:", again: "Verifying - Enter pass phrase for PEM:", least: 4 };
    /// Those of `pkcs8 -topk8`.
    pub(super) const ENCRYPTION: Self =
        Self { first: "Enter Encryption Password:", again: "Verifying - Enter Encryption Password:", least: 1 };
}

/// How a command wants a private key to be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// The structure where it is not encrypted, or encrypted in the traditional way.
    pub(super) form: KeyForm,
    pub(super) der: bool,
    /// How a password becomes a key, where it is encrypted.
    pub(super) encrypted: Option<Kdf>,
    pub(super) questions: Questions,
}

/// The structure that keys of this kind had before PKCS#8.
pub(super) fn traditional_form(algorithm: KeyAlgorithm) -> Option<KeyForm> {
    match algorithm {
        KeyAlgorithm::Rsa { .. } => Some(KeyForm::Pkcs1),
        KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::P521 => Some(KeyForm::Sec1),
        _ => None,
    }
}

/// The traditional structure where `-traditional` asks for one, else PKCS#8.
///
/// # Errors
/// A [`Failure`] for a kind of key that has none.
pub(super) fn form(is_traditional: bool, algorithm: KeyAlgorithm) -> Result<KeyForm, Failure> {
    if !is_traditional {
        return Ok(KeyForm::Pkcs8);
    }
    traditional_form(algorithm).ok_or_else(|| {
        let message = format!("there is no traditional form for a key of type {algorithm}");
        Failure::new("cannot_convert", ExitStatus::Failed, message)
            .hint("nothing was written; PKCS#8 holds it: use `openssl pkey`, without `-traditional`")
    })
}

/// How the key is encrypted where `line` names a cipher; says so where that is a weaker one than the key gets.
pub(super) fn encrypted(line: &Line, session: &Session<'_>) -> Option<Kdf> {
    line.last_of(CIPHERS).map(|cipher| {
        notice_cipher(session, cipher);
        Kdf::STRONG
    })
}

/// Says that the key gets a stronger cipher than `cipher`, if it does.
pub(super) fn notice_cipher(session: &Session<'_>, cipher: &str) {
    let name = cipher.to_ascii_lowercase();
    if !name.starts_with("aes256") && !name.starts_with("aes-256") {
        session.notice(&format!("the key is encrypted with AES-256-CBC, which is stronger than `{cipher}`"));
    }
}

/// The encoding that is wanted, with its password.
///
/// # Errors
/// A [`Failure`] when a password is wanted and there is none.
pub(super) fn encoding(pass: &Pass<'_>, session: &Session<'_>, wanted: Wanted) -> Result<KeyEncoding, Failure> {
    let Wanted { form, der, encrypted, questions } = wanted;
    let Some(kdf) = encrypted else {
        if pass.gives_new() {
            session.notice(
                "the key is not encrypted: a password encrypts it only together with a cipher, as in `-aes256`",
            );
        }
        return Ok(KeyEncoding::Plain { form, der });
    };
    let password = pass.new_password(questions.first, questions.again, questions.least)?;
    Ok(match form {
        KeyForm::Pkcs1 | KeyForm::Sec1 if !der => KeyEncoding::LegacyPem { password },
        _ => KeyEncoding::Encrypted { kdf, password, der },
    })
}

/// `key` in an encoding.
///
/// # Errors
/// A [`Failure`] when the encoding does not know the key's kind.
pub(super) fn encode(key: &PrivateKey, encoding: &KeyEncoding) -> Result<SecretBytes, Failure> {
    encoding.encode(key, &mut SystemRandom::new()).map_err(unwritable)
}

/// The failure of a format that does not hold what it was given.
pub(super) fn unwritable(fault: certwright::formats::Error) -> Failure {
    Failure::new("cannot_hold", ExitStatus::Failed, "cannot write the key").cause(fault.to_string())
}

/// The native options of `genkey` for an encoding.
pub(super) fn of_genkey(native: Native, encoding: &KeyEncoding, pass: &Pass<'_>) -> Native {
    match encoding {
        KeyEncoding::Encrypted { der, .. } => pass.natively(native.flag("--encrypt").flag_if(*der, "--der")),
        KeyEncoding::LegacyPem { .. } => pass.natively(native.flag("--legacy-pem")),
        KeyEncoding::Plain { form, der } => {
            let native = match form {
                KeyForm::Pkcs1 => native.flag("--form pkcs1"),
                KeyForm::Pkcs8 => native,
                KeyForm::Sec1 => native.flag("--form sec1"),
            };
            native.flag_if(*der, "--der")
        }
        _ => native,
    }
}

/// The native options of `convert` for an encoding. It knows no traditional encryption; PKCS#8 takes its place.
pub(super) fn of_convert(native: Native, encoding: &KeyEncoding) -> Native {
    match encoding {
        KeyEncoding::Encrypted { kdf, der, .. } => {
            let native = native.flag("--to pkcs8 --encrypt").flag_if(*der, "--der");
            match kdf {
                Kdf::Pbkdf2 { iterations } if *kdf != Kdf::STRONG => {
                    native.option("--iterations", &iterations.to_string())
                }
                _ => native,
            }
        }
        KeyEncoding::Plain { form, der } => {
            let form = match form {
                KeyForm::Pkcs1 => "pkcs1",
                KeyForm::Pkcs8 => "pkcs8",
                KeyForm::Sec1 => "sec1",
            };
            native.option("--to", form).flag_if(*der, "--der")
        }
        _ => native.flag("--to pkcs8 --encrypt"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use certwright::secret::Password;

    const CURVE: KeyAlgorithm = KeyAlgorithm::P256;

    #[test]
    fn the_traditional_form_is_that_of_the_kind_of_key() {
        assert_eq!(form(true, KeyAlgorithm::Rsa { bits: 2048 }).unwrap(), KeyForm::Pkcs1);
        assert_eq!((form(true, CURVE).unwrap(), form(false, CURVE).unwrap()), (KeyForm::Sec1, KeyForm::Pkcs8));
        assert_eq!(form(false, KeyAlgorithm::Ed25519).unwrap(), KeyForm::Pkcs8);
        let failure = form(true, KeyAlgorithm::Ed25519).unwrap_err();
        assert_eq!(failure.message, "there is no traditional form for a key of type Ed25519");
    }

    #[test]
    fn the_native_options_are_those_of_the_encoding() {
        let of = |encoding| of_convert(Native::new("convert"), &encoding).text().to_owned();
        let plain = |form, der| KeyEncoding::Plain { form, der };
        let password = Password::new("secret");
        let encrypted = |kdf, der| KeyEncoding::Encrypted { kdf, password: password.clone(), der };
        assert_eq!(of(plain(KeyForm::Pkcs8, false)), "certwright convert --to pkcs8");
        assert_eq!(of(plain(KeyForm::Pkcs1, true)), "certwright convert --to pkcs1 --der");
        assert_eq!(of(plain(KeyForm::Sec1, false)), "certwright convert --to sec1");
        assert_eq!(of(encrypted(Kdf::STRONG, false)), "certwright convert --to pkcs8 --encrypt");
        assert_eq!(
            of(encrypted(Kdf::Pbkdf2 { iterations: 700_000 }, true)),
            "certwright convert --to pkcs8 --encrypt --der --iterations 700000"
        );
        assert_eq!(of(KeyEncoding::LegacyPem { password }), "certwright convert --to pkcs8 --encrypt");
    }
}
