//! A rotation's errors as failures, with the advice that only the program can give.

use certwright::operations::Part;
use certwright::operations::rotate::RotateError;

use super::{Failure, word};
use crate::exit::ExitStatus;
use crate::prompt::Unattended;

impl Failure {
    /// The failure that a rotation's error is; `why` says why nobody can be asked for a password.
    pub(crate) fn from_rotation(error: &RotateError, why: Unattended) -> Self {
        match error {
            RotateError::Operation(error) => return Self::from_operation(error, why),
            RotateError::Files(error) => return Self::from(error),
            _ => {}
        }
        let failure = Self::from_error(error, error.kind(), ExitStatus::Failed);
        match error {
            RotateError::NoStore { path } => {
                failure.hint(format!("to begin one, run `certwright rotate prepare {}`", word(path)))
            }
            RotateError::Ambiguous { part, .. } => {
                let option = match part {
                    Part::Request => "--csr",
                    Part::Pkcs12 => "--p12",
                    Part::Jks => "--jks",
                    _ => "--cert",
                };
                failure.hint(format!("nothing was made; name each file in use, this one with `{option} FILE`"))
            }
            RotateError::FormFixed { .. } => {
                failure.hint("nothing was made; to change it, begin another rotation in a folder of its own")
            }
            RotateError::HalfDone { store, .. } => {
                Self { exit: ExitStatus::NeedsPerson, ..failure }
                    .hint(format!("to see what to run, run `certwright rotate status {}`", word(store)))
            }
            RotateError::IssuedByOther { .. } => failure
                .hint("to have that CA sign it, add `--ca-cert FILE --ca-key FILE`")
                .hint("if a self-signed one will do, add `--self-signed`"),
            RotateError::Locked { .. } => failure
                .hint("give its password with `--passin SOURCE`")
                .hint("or name the files in use, with `--cert`, `--csr`, `--p12` and `--jks`, so that no others are looked at"),
            RotateError::NoCertificate { .. } => failure.hint("name it with `--cert FILE`"),
            RotateError::NotAStore { .. } => {
                failure.hint("nothing was made; name a folder that does not exist yet, or the key in use")
            }
            RotateError::PasswordsDiffer { .. } => {
                failure.hint("nothing was made; give the next version one password with `--passout SOURCE`")
            }
            RotateError::Weaker { .. } => {
                failure.hint("nothing was made; if that is meant, add `--allow-weaker`")
            }
            RotateError::Busy { .. } => failure.hint("nothing was changed; run this again when that run is done"),
            _ => failure,
        }
    }
}
