//! A change of the current version: the order of its writes, and the way back from each of them.
//!
//! | write | `current` | the place where the set is used | a run that is killed after it |
//! |---|---|---|---|
//! | audit: begun | from | from | has changed nothing |
//! | state: doing, step swap | from | from, then mixed, then to | `activate` goes on, `rollback` goes back |
//! | state: doing, step hook (only with a hook) | to | to | the same |
//! | state: nothing doing | to | to | has done all but its line in the audit log |
//!
//! `current` changes in one write: the first after the place where the set is used is all of the new version. Who reads
//! `state.json` at any moment therefore finds a version whose folder was published whole, was proved by this run, and is
//! never changed afterwards; `retire` removes no version that the state names, and refuses to run while a change is
//! half-done. While the step is `swap`, a link is the old or the new version's, and of several files in use some may be
//! old and some new; [`in_use`](super::in_use) says why that harms nobody who signs. Where the set is used in the version's
//! own folder, or behind the link, there is no such window.
//!
//! Going back ends as it began: `next` and `previous` stay what they were until the last write, so that an activation that
//! was undone left its version prepared, and a rollback that was undone left its version the previous one.

use std::path::PathBuf;

use crate::clock::Timestamp;
use crate::crypto::CryptoRng;
use crate::files::Input;
use crate::limits::Limits;
use crate::operations::audit::{Actor, AuditOutcome, AuditRecord, AuditVerb, AuditedPair, append_audit};
use crate::operations::create::Part;
use crate::process::{Hook, HookRun};
use crate::secret::PasswordProvider;

use super::activated::{Activate, Activated, unchanged};
use super::change_error::ChangeError;
use super::error::RotateError;
use super::form::Live;
use super::hook::{Told, run as run_hook};
use super::in_use::{InUse, Way, put_in_use};
use super::play::Play;
use super::state::{Doing, DoingStep, DoingVerb, State};
use super::steps::StepValues;
use super::store::{LockedStore, Store};
use super::version::Proved;

/// What every step needs and none decides.
pub(super) struct Means<'a> {
    pub(super) now: Timestamp,
    pub(super) actor: &'a Actor,
    pub(super) passwords: &'a dyn PasswordProvider,
    pub(super) limits: &'a Limits,
    pub(super) rng: &'a mut dyn CryptoRng,
}

/// From which version to which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Course {
    pub(super) verb: DoingVerb,
    pub(super) from: Option<u32>,
    pub(super) to: u32,
    /// How far a run that was broken off came.
    pub(super) resumed: Option<DoingStep>,
}

/// A change that is under way.
struct Change<'a, 'b> {
    store: &'a LockedStore<'a>,
    options: &'a Activate,
    means: &'a mut Means<'b>,
    /// As it was before this run.
    before: State,
    state: State,
    course: Course,
    /// The version that is left, if it can be proved.
    left: Option<Proved>,
    old: Option<AuditedPair>,
    from: Vec<(Part, Input)>,
    to: Proved,
    replaced: Vec<PathBuf>,
}

/// What the version on which a course ends has to be: proved anew from the disk, valid now, and not in the place of what
/// somebody else wrote. Nothing is written.
pub(super) fn look_ahead(
    store: &Store,
    state: &State,
    course: Course,
    force: bool,
    means: &mut Means<'_>,
) -> Result<(Proved, Vec<(Part, Input)>), RotateError> {
    let to = store.prove(state, course.to, means.passwords, means.limits, means.rng)?;
    check_dates(&to, means.now, force && course.verb == DoingVerb::Rollback)?;
    let in_use = InUse::look(store, state, means.limits)?;
    // Elsewhere the way back takes no files, and one leaves a version that is damaged just as well.
    let from = match (course.from, &state.form.live) {
        (Some(number), Live::Files(_)) => match store.read_version(state, number, means.limits) {
            Err(error) if !force => return Err(error),
            read => read.unwrap_or_default(),
        },
        _ => Vec::new(),
    };
    let foreign = in_use.foreign(&[&from, &to.files]);
    match (foreign.is_empty(), force) {
        (true, _) => Ok((to, from)),
        (false, false) => Err(ChangeError::ChangedByHand { files: foreign }.into()),
        // What somebody else wrote was in use, so that is where the way back leads.
        (false, true) if course.resumed.is_none() => Ok((to, in_use.or(&from))),
        (false, true) => Ok((to, from)),
    }
}

fn check_dates(version: &Proved, now: Timestamp, may_be_over: bool) -> Result<(), ChangeError> {
    let (number, validity) = (version.number, version.validity);
    if validity.not_after < now && !may_be_over {
        return Err(ChangeError::Expired { version: number, not_after: validity.not_after });
    }
    if validity.not_before > now {
        return Err(ChangeError::NotYetValid { version: number, not_before: validity.not_before });
    }
    Ok(())
}

/// A version, if it can be proved.
pub(super) fn proved(store: &Store, state: &State, number: Option<u32>, means: &mut Means<'_>) -> Option<Proved> {
    store.prove(state, number?, means.passwords, means.limits, means.rng).ok()
}

/// The pair of a version, if it can be proved.
pub(super) fn pair(store: &Store, state: &State, number: Option<u32>, means: &mut Means<'_>) -> Option<AuditedPair> {
    let proved = store.prove(state, number?, means.passwords, means.limits, means.rng);
    proved.ok().map(|proved| proved.audited())
}

/// What `course` would do.
pub(super) fn plan(
    store: &Store,
    state: State,
    course: Course,
    options: &Activate,
    means: &mut Means<'_>,
) -> Result<Activated, RotateError> {
    let (to, _) = look_ahead(store, &state, course, options.force, means)?;
    let old = pair(store, &state, course.from, means);
    let mut replaced = InUse::look(store, &state, means.limits)?.differing(&to.files, Way::There);
    if state.form.live == Live::Link {
        replaced.push(store.live_link());
    }
    let play = play_of(&state, course);
    let resumed = course.resumed.is_some();
    Ok(Activated { play, replaced, resumed, ..unchanged(state, old, Some(to.audited())) })
}

fn play_of(state: &State, course: Course) -> Option<Play> {
    let newer = match course.verb {
        DoingVerb::Activate => Some(course.to),
        DoingVerb::Rollback => course.from,
    };
    newer.and_then(|number| state.record(number)).and_then(|record| record.play)
}

/// Goes `course` to its end, or back to its beginning.
pub(super) fn go(
    store: &LockedStore<'_>,
    state: State,
    course: Course,
    options: &Activate,
    means: &mut Means<'_>,
) -> Result<Activated, RotateError> {
    let (to, from) = look_ahead(store, &state, course, options.force, means)?;
    let left = proved(store, &state, course.from, means);
    let old = left.as_ref().map(Proved::audited);
    let before = state.clone();
    let mut change = Change { store, options, means, before, state, course, left, old, from, to, replaced: Vec::new() };
    change.audit(AuditOutcome::Begun, course.resumed.map(|_| "resumed".to_owned()))?;
    match change.forward() {
        Ok(hook) => Ok(change.done(hook)),
        Err(fault) => Err(change.fail(fault)),
    }
}

/// What stopped a change, and after what.
enum Fault {
    /// Nothing is in use that was not in use before.
    Before(RotateError),
    /// The new version is, or was, in use; whether a hook has been told so.
    After(RotateError, bool),
    /// It is to stay in use.
    Kept(RotateError),
}

impl Change<'_, '_> {
    fn forward(&mut self) -> Result<Option<HookRun>, Fault> {
        let Course { verb, from, to, resumed } = self.course;
        let since = self.state.doing.map_or(self.means.now, |doing| doing.since);
        let doing = Doing { verb, step: DoingStep::Swap, from, to, since };
        if resumed.is_none() {
            self.note(|state| state.doing = Some(doing)).map_err(Fault::Before)?;
        }
        let version = Some((to, self.to.files.as_slice()));
        self.replaced = put_in_use(self.store, &self.state, version, Way::There, self.means.limits)
            .map_err(if resumed.is_none() { Fault::Before } else { |error| Fault::After(error, false) })?;
        let mut run = None;
        if let Some(hook) = &self.options.hook {
            self.note(|state| {
                state.current = Some(to);
                state.doing = Some(Doing { step: DoingStep::Hook, ..doing });
            })
            .map_err(|error| Fault::After(error, false))?;
            run = Some(self.tell(hook)?);
        }
        let (course, now) = (self.course, self.means.now);
        self.note(|state| finish(state, course, now))
            .map_err(|error| Fault::After(error, self.options.hook.is_some()))?;
        Ok(run)
    }

    /// Runs the hook, and sees whether what is in use is still the version that it was told of.
    fn tell(&self, hook: &Hook) -> Result<HookRun, Fault> {
        let told = Told { verb: self.course.verb, new: &self.to.audited(), old: self.old.as_ref() };
        let run = run_hook(self.store, &self.state, hook, &told);
        if !run.end.is_success() {
            let has_run = run.end.has_run();
            let error = ChangeError::HookFailed {
                program: hook.program.display().to_string(),
                end: run.end.to_string(),
                said: run.said,
            };
            return Err(if self.options.keep {
                Fault::Kept(error.into())
            } else {
                Fault::After(error.into(), has_run)
            });
        }
        let left = InUse::look(self.store, &self.state, self.means.limits);
        let left = left.map_err(|error| Fault::After(error, true))?;
        let files = left.differing(&self.to.files, Way::There);
        if files.is_empty() {
            return Ok(run);
        }
        let files = files.iter().map(|path| path.display().to_string()).collect();
        Err(Fault::After(ChangeError::ChangedByHook { files }.into(), true))
    }

    /// Writes the state with a change; what is in memory is always what is on the disk.
    fn note(&mut self, change: impl FnOnce(&mut State)) -> Result<(), RotateError> {
        let mut state = self.state.clone();
        change(&mut state);
        self.store.write_state(&state)?;
        self.state = state;
        Ok(())
    }

    fn fail(mut self, fault: Fault) -> RotateError {
        let (error, told, is_after) = match fault {
            Fault::Before(error) => (error, false, false),
            Fault::After(error, told) => (error, told, true),
            Fault::Kept(error) => {
                let version = self.course.to;
                self.note_end(AuditOutcome::HalfDone, &error);
                return ChangeError::KeptWithoutHook { version, source: Box::new(error) }.into();
            }
        };
        let hook_again = match self.undo(told) {
            Ok(hook_again) => hook_again,
            Err(undoing) => {
                self.note_end(AuditOutcome::HalfDone, &error);
                return ChangeError::NotUndone { source: Box::new(error), undoing: Box::new(undoing) }.into();
            }
        };
        let outcome = if is_after { AuditOutcome::RolledBack } else { AuditOutcome::Failed };
        self.note_end(outcome, &error);
        if is_after {
            ChangeError::Undone { version: self.course.to, source: Box::new(error), hook_again }.into()
        } else {
            error
        }
    }

    /// Has everything be as before the change. A hook that was told of the new version is told of the old one.
    fn undo(&mut self, told: bool) -> Result<Option<String>, RotateError> {
        let Course { from, .. } = self.course;
        // The disk is asked: a write that failed may have come to its end all the same.
        self.state = self.store.state()?;
        if self.state == self.before && self.before.doing.is_none() {
            return Ok(None);
        }
        let since = self.means.now;
        let doing = Doing { verb: self.course.verb, step: DoingStep::Swap, from, to: self.course.to, since };
        let doing = self.state.doing.or(self.before.doing).unwrap_or(doing);
        let begun = State { doing: Some(doing), ..self.before.clone() };
        undo_swap(self.store, &mut self.state, begun, from, &self.from, self.means.limits)?;
        let mut hook_again = None;
        if told
            && let Some(hook) = &self.options.hook
            && let Some(old) = &self.old
        {
            let told = Told { verb: DoingVerb::Rollback, new: old, old: Some(&self.to.audited()) };
            let run = run_hook(self.store, &self.state, hook, &told);
            hook_again = (!run.end.is_success()).then(|| run.end.to_string());
            // It may have written into the files in use a second time.
            let version = from.map(|number| (number, self.from.as_slice()));
            put_in_use(self.store, &self.state, version, Way::Back, self.means.limits)?;
        }
        self.note(|state| state.doing = None)?;
        Ok(hook_again)
    }

    /// Notes how a change that failed ended. The error says more than a missing line would.
    fn note_end(&self, outcome: AuditOutcome, error: &RotateError) {
        let _ = self.audit(outcome, Some(error.kind().to_owned()));
    }

    fn audit(&self, outcome: AuditOutcome, detail: Option<String>) -> Result<(), RotateError> {
        let record = AuditRecord {
            time: self.means.now,
            actor: self.means.actor.clone(),
            verb: audit_verb(self.course.verb),
            outcome,
            name: self.state.name.clone(),
            old: self.old.clone(),
            new: Some(self.to.audited()),
            target: self.state.form.target.map(|target| target.name.to_owned()),
            detail,
        };
        append_audit(&self.store.audit_log(), &record)?;
        Ok(())
    }

    fn done(self, hook: Option<HookRun>) -> Activated {
        let unlogged = self.audit(AuditOutcome::Done, None).err();
        let new = Some(self.to.audited());
        // A play speaks of the version that was in use when the newer one was made, and of that newer one.
        let values = match self.course.verb {
            DoingVerb::Activate => Some(StepValues::of(self.store, &self.state, self.left.as_ref(), &self.to)),
            DoingVerb::Rollback => {
                self.left.as_ref().map(|left| StepValues::of(self.store, &self.state, Some(&self.to), left))
            }
        };
        Activated {
            changed: true,
            values,
            resumed: self.course.resumed.is_some(),
            play: play_of(&self.state, self.course),
            replaced: self.replaced,
            hook_missing: self.course.resumed == Some(DoingStep::Hook) && hook.is_none(),
            hook,
            unlogged,
            ..unchanged(self.state, self.old, new)
        }
    }
}

/// Takes the half-done change that `begun` tells of back as far as the place where the set is used; `doing` stays for the
/// caller to clear. `state` is what is on the disk.
pub(super) fn undo_swap(
    store: &LockedStore<'_>,
    state: &mut State,
    begun: State,
    from: Option<u32>,
    files: &[(Part, Input)],
    limits: &Limits,
) -> Result<(), RotateError> {
    let doing = begun.doing.map(|doing| Doing { step: DoingStep::Swap, ..doing });
    let back = State { current: from, doing, ..begun };
    if *state != back {
        store.write_state(&back)?;
        *state = back;
    }
    put_in_use(store, state, from.map(|number| (number, files)), Way::Back, limits)?;
    Ok(())
}

pub(super) fn audit_verb(verb: DoingVerb) -> AuditVerb {
    match verb {
        DoingVerb::Activate => AuditVerb::Activate,
        DoingVerb::Rollback => AuditVerb::Rollback,
    }
}

/// What the state is when a change is at its end.
///
/// A version that was rolled back from becomes the previous one and not the next: nothing brings it into use again but an
/// `activate` by somebody who knows why it was left.
fn finish(state: &mut State, course: Course, now: Timestamp) {
    state.current = Some(course.to);
    state.previous = course.from;
    state.next = state.next.filter(|next| *next != course.to);
    state.doing = None;
    for record in &mut state.versions {
        if record.number == course.to {
            (record.live_from, record.live_until) = (Some(now), None);
        } else if Some(record.number) == course.from {
            record.live_until = Some(now);
        }
    }
}
