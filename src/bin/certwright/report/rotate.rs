//! A rotation's errors as failures, with the advice that only the program can give.

use std::path::Path;

use certwright::operations::Part;
use certwright::operations::rotate::{ChangeError, RotateError, Store};
use certwright::untrusted::Untrusted;

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
            RotateError::OtherFiles { store, .. } => failure
                .hint(format!("to see whose it is, run `certwright rotate status {}`", word(store)))
                .hint("give the key another name, so that it gets a rotation of its own"),
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

    /// The failure that stopped a change of the store that the user calls `path`. Whether something is half-done is read
    /// from the store: a run that met a half-done change and could not end it leaves it so.
    pub(crate) fn from_change(error: &RotateError, store: &Store, path: &Path, why: Unattended) -> Self {
        let is_half_done = || store.state().is_ok_and(|state| state.doing.is_some());
        let name = word(&path.display().to_string());
        let mut failure = Self::from_rotation(error, why);
        if let RotateError::Change(error) = error {
            failure.add_hook(error);
            failure.hints.extend(advice(error, &name));
        }
        match error {
            RotateError::Busy { .. } | RotateError::HalfDone { .. } => {}
            RotateError::Change(ChangeError::Undone { .. }) => failure.exit = ExitStatus::RolledBack,
            // Perhaps not even the state can be read any more.
            RotateError::Change(ChangeError::NotUndone { .. }) => {
                failure.exit = ExitStatus::NeedsPerson;
                failure = failure.hint(format!("a change is half-done: see `certwright rotate status {name}`"));
            }
            _ if is_half_done() => {
                failure.exit = ExitStatus::NeedsPerson;
                failure.hints.truncate(1);
                failure = failure.hint(format!("a change is half-done: see `certwright rotate status {name}`"));
            }
            _ => {}
        }
        failure
    }

    /// What the hook said last, and how it ended when it was told of the way back.
    fn add_hook(&mut self, error: &ChangeError) {
        let source = match error {
            ChangeError::Undone { source, hook_again, .. } => {
                if let Some(end) = hook_again {
                    self.causes.push(format!("the hook was run again for the way back, and failed too: {end}"));
                }
                Some(source)
            }
            ChangeError::KeptWithoutHook { source, .. } | ChangeError::NotUndone { source, .. } => Some(source),
            _ => None,
        };
        let inner = match source.map(|source| &**source) {
            Some(RotateError::Change(inner)) => inner,
            _ => error,
        };
        if let ChangeError::HookFailed { said, .. } = inner {
            let text = String::from_utf8_lossy(said);
            if let Some(last) = text.lines().rev().find(|line| !line.trim().is_empty()) {
                self.causes.push(format!("the hook said last: {}", Untrusted(last)));
            }
        }
    }
}

/// What to do about a change that did not come to its end.
fn advice(error: &ChangeError, store: &str) -> Option<String> {
    Some(match error {
        ChangeError::ChangedByHand { .. } => {
            "nothing was changed; keep a copy if it matters, and replace the files with `--force`".to_owned()
        }
        ChangeError::Expired { .. } => {
            format!("nothing was changed; see what there is with `certwright rotate status {store}`")
        }
        ChangeError::NotYetValid { .. } => "nothing was changed; run this again then".to_owned(),
        ChangeError::KeptWithoutHook { .. } => {
            format!(
                "mend the hook and run `rotate activate` again, or go back with `certwright rotate rollback {store}`"
            )
        }
        ChangeError::NothingPrepared { .. } => {
            format!("to prepare one, run `certwright rotate prepare {store}`")
        }
        ChangeError::Link(_) => "nothing was changed; name the file that the link points to".to_owned(),
        ChangeError::Undone { .. } => "everything is as before; once the cause is gone, run this again".to_owned(),
        _ => return None,
    })
}
