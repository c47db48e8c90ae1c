//! A rotation's errors as failures, with the advice that only the program can give.

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
            RotateError::Busy { .. } => failure.hint("nothing was changed; run this again when that run is done"),
            _ => failure,
        }
    }
}
