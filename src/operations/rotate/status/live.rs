//! Whether what is in use is the current version: the files that activation replaces, or the link.

use std::path::PathBuf;

use crate::files::{self, Input};
use crate::limits::Limits;
use crate::operations::create::Part;
use crate::operations::rotate::error::RotateError;
use crate::operations::rotate::form::Live;
use crate::operations::rotate::state::State;
use crate::operations::rotate::store::Store;
use crate::operations::rotate::version::VersionFile;

/// What a file in use holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveCondition {
    /// What the current version's copy holds.
    Current,
    /// What another version's copy holds.
    Other(u32),
    /// What no version holds: somebody changed it.
    Changed,
    /// Nothing: it is gone.
    Missing,
}

/// Where the link to the current version leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveLink {
    /// To this version.
    To(u32),
    /// To no version.
    Elsewhere,
    /// There is none.
    Missing,
}

/// The files in use, each with what it holds.
pub(super) fn files(
    store: &Store,
    state: &State,
    limits: &Limits,
) -> Result<Vec<(Part, PathBuf, LiveCondition)>, RotateError> {
    let mut live = Vec::new();
    for (part, path) in store.live_files(state) {
        let condition = match Input::read(&path, limits) {
            Ok(input) => condition(store, state, part, &input, limits),
            Err(files::Error::NotFound { .. }) => LiveCondition::Missing,
            Err(error) => return Err(error.into()),
        };
        live.push((part, path, condition));
    }
    Ok(live)
}

fn condition(store: &Store, state: &State, part: Part, input: &Input, limits: &Limits) -> LiveCondition {
    let holds = |number: &u32| {
        let path = store.version_file(state, *number, VersionFile::Part(part));
        Input::read(&path, limits).is_ok_and(|copy| copy.bytes() == input.bytes())
    };
    if state.current.as_ref().is_some_and(holds) {
        return LiveCondition::Current;
    }
    let newest_first = state.versions.iter().rev().map(|record| record.number);
    newest_first.into_iter().find(holds).map_or(LiveCondition::Changed, LiveCondition::Other)
}

/// Where the link leads, where the store has one.
pub(super) fn link(store: &Store, state: &State) -> Option<LiveLink> {
    if state.form.live != Live::Link {
        return None;
    }
    let Some(target) = files::link_target(&store.live_link()) else { return Some(LiveLink::Missing) };
    let number = target.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
    let known = number.filter(|number| state.record(*number).is_some());
    Some(known.map_or(LiveLink::Elsewhere, LiveLink::To))
}
