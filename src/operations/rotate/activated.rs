//! What `activate` and `rollback` are to do, and what came of it.

use std::path::PathBuf;

use crate::operations::audit::AuditedPair;
use crate::process::{Hook, HookRun};

use super::error::RotateError;
use super::play::Play;
use super::state::State;
use super::steps::StepValues;

/// What `activate` or `rollback` is to do.
#[derive(Clone, Debug, Default)]
pub struct Activate {
    /// The program that tells the service; without its success nothing changes.
    pub hook: Option<Hook>,
    /// Whether the new version stays in use when the hook fails.
    pub keep: bool,
    /// Whether files in use that somebody else wrote are replaced, and whether to go back to a certificate that has ended.
    pub force: bool,
    /// Whether only to say what would be done: then nothing is written, the lock's file included.
    pub dry_run: bool,
}

/// What `activate` or `rollback` brought into use, or would.
#[derive(Debug)]
pub struct Activated {
    /// What the rotation is called.
    pub name: String,
    /// Whether anything was changed.
    pub changed: bool,
    /// Whether a run that was broken off was brought to its end, forward or back.
    pub resumed: bool,
    /// The pair that was in use; `None` at the first activation, and where its files could not be proved.
    pub old: Option<AuditedPair>,
    /// The pair in use; `None` only where a first activation was taken back.
    pub new: Option<AuditedPair>,
    /// How the service came to trust the newer of both versions.
    pub play: Option<Play>,
    /// The files, or the link, that were replaced, in this order.
    pub replaced: Vec<PathBuf>,
    /// How the hook ended.
    pub hook: Option<HookRun>,
    /// Whether a hook of the run that was broken off may not have succeeded, and none was given now.
    pub hook_missing: bool,
    /// What stands in the places of the play's steps; where a version cannot be proved, or none was left, there are none.
    pub values: Option<StepValues>,
    /// Why the audit log lacks its line about the end. The change stands all the same.
    pub unlogged: Option<RotateError>,
    /// The state afterwards.
    pub state: State,
}

/// Nothing to do, or only to be told.
pub(super) fn unchanged(state: State, old: Option<AuditedPair>, new: Option<AuditedPair>) -> Activated {
    Activated {
        name: state.name.clone(),
        changed: false,
        resumed: false,
        old,
        new,
        play: None,
        replaced: Vec::new(),
        hook: None,
        hook_missing: false,
        values: None,
        unlogged: None,
        state,
    }
}
