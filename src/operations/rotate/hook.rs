//! What a hook is told: the version that is now in use and the one that was, in variables of its environment.
//!
//! | variable | value |
//! |---|---|
//! | `CERTWRIGHT_VERB` | `activate` or `rollback`; `rollback` also when a hook that failed is run again for the way back |
//! | `CERTWRIGHT_NAME` | what the rotation is called |
//! | `CERTWRIGHT_VERSION` | the number of the version that is now in use |
//! | `CERTWRIGHT_DIR` | the folder, as an absolute path, in which its files are used: the one of the key in use, the link `live`, or the version's own |
//! | `CERTWRIGHT_NEW_FP`, `CERTWRIGHT_OLD_FP` | SHA-256 of the certificate, in hexadecimal digits |
//! | `CERTWRIGHT_NEW_KEY_FP`, `CERTWRIGHT_OLD_KEY_FP` | SHA-256 of the SubjectPublicKeyInfo; the same for both where the key was kept |
//!
//! The old ones are unset where nothing was in use. Arguments are handed over as they are; no shell reads them. A hook may
//! run twice for one change, when a run was killed while it ran, so it must do no harm the second time.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::operations::audit::AuditedPair;
use crate::operations::create::Part;
use crate::process::{Hook, HookRun};

use super::form::Live;
use super::state::{DoingVerb, State};
use super::store::Store;

/// What a hook is told of a change.
pub(super) struct Told<'a> {
    pub(super) verb: DoingVerb,
    pub(super) new: &'a AuditedPair,
    pub(super) old: Option<&'a AuditedPair>,
}

/// Runs the hook to its end.
pub(super) fn run(store: &Store, state: &State, hook: &Hook, told: &Told<'_>) -> HookRun {
    let mut hook = hook.clone();
    let folder = folder(store, state, told.new.version);
    // The folder of a bare name such as `app.key` is the one that this process works in.
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
    let verb = match told.verb {
        DoingVerb::Activate => "activate",
        DoingVerb::Rollback => "rollback",
    };
    let mut tell = |name: &str, value: Option<OsString>| match value {
        Some(value) => hook.variables.push((name.into(), value)),
        // One that this process was given would be about something else.
        None => hook.without.push(name.into()),
    };
    tell("CERTWRIGHT_VERB", Some(verb.into()));
    tell("CERTWRIGHT_NAME", Some(state.name.clone().into()));
    tell("CERTWRIGHT_VERSION", Some(told.new.version.to_string().into()));
    tell("CERTWRIGHT_DIR", Some(std::path::absolute(&folder).unwrap_or(folder).into()));
    tell("CERTWRIGHT_NEW_FP", Some(told.new.certificate.to_string().into()));
    tell("CERTWRIGHT_NEW_KEY_FP", Some(told.new.key.to_string().into()));
    tell("CERTWRIGHT_OLD_FP", told.old.map(|old| old.certificate.to_string().into()));
    tell("CERTWRIGHT_OLD_KEY_FP", told.old.map(|old| old.key.to_string().into()));
    hook.run(|_| {})
}

/// The folder in which the files of the version are used.
fn folder(store: &Store, state: &State, version: u32) -> PathBuf {
    match &state.form.live {
        Live::State => store.version_folder(version),
        Live::Link => store.live_link(),
        Live::Files(_) => {
            let files = store.live_files(state);
            let key = files.iter().find(|(part, _)| *part == Part::Key).or(files.first());
            key.and_then(|(_, path)| path.parent()).map(PathBuf::from).unwrap_or_default()
        }
    }
}
