//! The key that openssl's key commands read: private, or public with `-pubin`, from PEM or DER.

use certwright::crypto::{PrivateKey, PublicKey};
use certwright::files::Input;
use certwright::formats::detect::{Format, detect};
use certwright::operations::{open_private_key, open_public_key};
use certwright::secret::PasswordPurpose;

use super::pass::Pass;
use crate::compat::line::Line;
use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

/// The form of a file, as `-inform` and `-outform` name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileForm {
    Der,
    Pem,
}

/// A key that was read, with the file that it was in.
pub(super) struct Read {
    pub(super) input: Input,
    pub(super) key: Key,
}

/// A whole key, or its public half.
pub(super) enum Key {
    Private(PrivateKey),
    Public(PublicKey),
}

impl Key {
    /// The public half.
    pub(super) fn public(&self) -> PublicKey {
        match self {
            Self::Private(key) => key.public_key(),
            Self::Public(key) => key.clone(),
        }
    }

    /// The whole key, if it is one.
    pub(super) fn private(&self) -> Option<&PrivateKey> {
        match self {
            Self::Private(key) => Some(key),
            Self::Public(_) => None,
        }
    }
}

/// Options that say that the input is a public key.
const PUBLIC: [&str; 2] = ["pubin", "RSAPublicKey_in"];

/// Reads the key of `-in`, or of standard input; `question` asks for its password.
///
/// # Errors
/// A [`Failure`] when it cannot be read, or is not in the form that `-inform` says.
pub(super) fn read(
    line: &Line,
    pass: &Pass<'_>,
    session: &Session<'_>,
    question: fn(&PasswordPurpose) -> String,
) -> Result<Read, Failure> {
    file_form(line, "inform")?;
    let input = session.input(line.path("in"))?;
    check_form(&input, line, "inform")?;
    let key = match PUBLIC.iter().any(|option| line.has(option)) {
        true => Key::Public(public(&input, session)?),
        false => Key::Private(private(&input, pass, session, question)?),
    };
    Ok(Read { input, key })
}

/// The private key in `input`.
///
/// # Errors
/// A [`Failure`] when there is none, or it does not open.
pub(super) fn private(
    input: &Input,
    pass: &Pass<'_>,
    session: &Session<'_>,
    question: fn(&PasswordPurpose) -> String,
) -> Result<PrivateKey, Failure> {
    let opening = pass.opening(question);
    open_private_key(input, &opening, &session.context.limits).map_err(|error| opening.failure(&error))
}

/// The public key in `input`.
///
/// # Errors
/// A [`Failure`] when there is none.
pub(super) fn public(input: &Input, session: &Session<'_>) -> Result<PublicKey, Failure> {
    open_public_key(input, &session.context.limits).map_err(|error| session.context.failure(&error))
}

/// The form that `option` names, if it was given.
///
/// # Errors
/// A usage failure for a form that is neither PEM nor DER.
pub(super) fn file_form(line: &Line, option: &str) -> Result<Option<FileForm>, Failure> {
    let Some(name) = line.text(option)? else { return Ok(None) };
    match name.to_ascii_lowercase().as_str() {
        "der" => Ok(Some(FileForm::Der)),
        "pem" => Ok(Some(FileForm::Pem)),
        _ => Err(Failure::usage(format!("`-{option}` takes PEM or DER here, and something else was given"))),
    }
}

/// Refuses an input that is not in the form that `option` says. Where it says none, any is taken, as by openssl 3.0.
///
/// # Errors
/// A [`Failure`] for an input in another form, or a form that is neither PEM nor DER.
pub(super) fn check_form(input: &Input, line: &Line, option: &str) -> Result<(), Failure> {
    let is_pem = detect(input.bytes()) == Some(Format::Pem);
    let (said, found) = match file_form(line, option)? {
        Some(FileForm::Der) if is_pem => ("DER", "PEM"),
        Some(FileForm::Pem) if !is_pem => ("PEM", "none"),
        _ => return Ok(()),
    };
    let message = format!("`-{option}` says that `{}` is {said}, and it is {found}", input.name());
    Err(Failure::new("wrong_content", ExitStatus::Failed, message)
        .hint(format!("leave `-{option}` out: the form is told from the content")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compat::line::{Grammar, Takes};

    const GRAMMAR: Grammar = Grammar {
        command: "openssl some",
        options: &[("inform", Takes::Value)],
        flags: &[],
        refused: &[],
        operands: 0,
        any_case: false,
        native: "certwright convert",
    };

    fn form(words: &[&str]) -> Result<Option<FileForm>, Failure> {
        let words: Vec<_> = words.iter().map(Into::into).collect();
        file_form(&GRAMMAR.parse(&words)?, "inform")
    }

    #[test]
    fn forms_go_by_their_names_in_any_case() {
        assert_eq!((form(&[]), form(&["-inform", "der"])), (Ok(None), Ok(Some(FileForm::Der))));
        assert_eq!(form(&["-inform", "PEM"]), Ok(Some(FileForm::Pem)));
        let failure = form(&["-inform", "P12"]).unwrap_err();
        assert_eq!(failure.message, "`-inform` takes PEM or DER here, and something else was given");
    }

    #[test]
    fn the_input_is_in_the_form_that_was_said() {
        let input = |octets: &[u8]| Input::new("a.key", octets.to_vec().into());
        let (pem, der) = (input(b"-----BEGIN A-----\n-----END A-----\n"), input(&[0x30, 0]));
        for (input, words, is_right) in [
            (&pem, &[][..], true),
            (&pem, &["-inform", "PEM"], true),
            (&pem, &["-inform", "DER"], false),
            (&der, &[], true),
            (&der, &["-inform", "DER"], true),
            (&der, &["-inform", "PEM"], false),
            (&der, &["-inform", "P12"], false),
        ] {
            let line = GRAMMAR.parse(&words.iter().map(Into::into).collect::<Vec<_>>()).unwrap();
            assert_eq!(check_form(input, &line, "inform").is_ok(), is_right, "{words:?}");
        }
    }
}
