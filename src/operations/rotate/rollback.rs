//! Goes back to the version that was in use before, or out of an activation that was broken off.

use crate::clock::Timestamp;
use crate::crypto::CryptoRng;
use crate::limits::Limits;
use crate::operations::audit::{Actor, AuditOutcome, AuditRecord, AuditVerb, append_audit};
use crate::secret::PasswordProvider;

use super::activated::{Activate, Activated, unchanged};
use super::change::{Course, Means, go, pair, plan, undo_swap};
use super::change_error::ChangeError;
use super::error::RotateError;
use super::hook::{Told, run as run_hook};
use super::in_use::tidy;
use super::state::{Doing, DoingStep, DoingVerb, State};
use super::store::{LockedStore, Store};

/// What there is to go back from.
enum Back {
    /// A change that was, or will be, done as a whole.
    To(Course),
    /// An activation that was broken off.
    OutOf(Doing),
    /// Gone back already.
    Nothing,
}

/// Goes back to the previous version; out of an activation that was broken off, back to the version that was in use before
/// it, and its version stays prepared. A rollback that was broken off is brought to its end. After a rollback, another one
/// changes nothing: the version that was left is newer, and `activate` brings it back.
///
/// The version is read from the disk and proved before anything changes.
///
/// ```no_run
/// use certwright::crypto::SystemRandom;
/// use certwright::limits::Limits;
/// use certwright::operations::Actor;
/// use certwright::operations::rotate::{Activate, Store, rollback};
/// use certwright::secret::Passwords;
///
/// let store = Store::at("keys/gateway".as_ref());
/// let now = "2026-11-21T12:00:00Z".parse()?;
/// let (passwords, limits, mut rng) = (Passwords::default(), Limits::default(), SystemRandom::new());
/// let done = rollback(&store, &Activate::default(), now, &Actor::current(), &passwords, &limits, &mut rng)?;
/// assert_eq!(done.state.doing, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`activate`](super::activate()), and [`ChangeError::NoPrevious`].
pub fn rollback(
    store: &Store,
    options: &Activate,
    now: Timestamp,
    actor: &Actor,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Activated, RotateError> {
    let mut means = Means { now, actor, passwords, limits, rng };
    let state = store.state()?;
    if options.dry_run {
        return match back(store, &state)? {
            Back::To(course) => plan(store, state, course, options, &mut means),
            Back::OutOf(doing) => {
                let old = pair(store, &state, Some(doing.to), &mut means);
                let new = pair(store, &state, doing.from, &mut means);
                Ok(Activated { resumed: true, ..unchanged(state, old, new) })
            }
            Back::Nothing => nothing(store, state, &mut means),
        };
    }
    let locked = store.lock()?;
    let state = locked.state()?;
    tidy(&locked, &state);
    match back(store, &state)? {
        Back::To(course) => go(&locked, state, course, options, &mut means),
        Back::OutOf(doing) => out_of(&locked, state, doing, options, &mut means),
        Back::Nothing => nothing(store, state, &mut means),
    }
}

fn nothing(store: &Store, state: State, means: &mut Means<'_>) -> Result<Activated, RotateError> {
    let current = pair(store, &state, state.current, means);
    Ok(unchanged(state, current.clone(), current))
}

fn back(store: &Store, state: &State) -> Result<Back, RotateError> {
    let verb = DoingVerb::Rollback;
    match (state.doing, state.previous) {
        (Some(Doing { verb: DoingVerb::Rollback, step, from, to, .. }), _) => {
            Ok(Back::To(Course { verb, from, to, resumed: Some(step) }))
        }
        (Some(doing), _) => Ok(Back::OutOf(doing)),
        (None, Some(to)) if Some(to) > state.current => Ok(Back::Nothing),
        (None, Some(to)) => Ok(Back::To(Course { verb, from: state.current, to, resumed: None })),
        (None, None) => Err(ChangeError::NoPrevious { store: store.root().display().to_string() }.into()),
    }
}

/// Takes an activation back that was broken off. What is half-done stays so if a step fails, and can be tried again.
fn out_of(
    store: &LockedStore<'_>,
    mut state: State,
    doing: Doing,
    options: &Activate,
    means: &mut Means<'_>,
) -> Result<Activated, RotateError> {
    // What was in use is proved as well as what is to be used; a certificate that has ended was in use all the same.
    let from = doing.from.map(|it| store.prove(&state, it, means.passwords, means.limits, means.rng)).transpose()?;
    let new = from.as_ref().map(super::version::Proved::audited);
    let old = pair(store, &state, Some(doing.to), means);
    let files = from.map(|proved| proved.files).unwrap_or_default();
    if !options.force {
        // What is left may be damaged: then its files in use are told as changed by hand.
        let to = store.read_version(&state, doing.to, means.limits).unwrap_or_default();
        let foreign = super::in_use::InUse::look(store, &state, means.limits)?.foreign(&[&files, &to]);
        if !foreign.is_empty() {
            return Err(ChangeError::ChangedByHand { files: foreign }.into());
        }
    }
    let record = AuditRecord {
        time: means.now,
        actor: means.actor.clone(),
        verb: AuditVerb::Rollback,
        outcome: AuditOutcome::Begun,
        name: state.name.clone(),
        old: old.clone(),
        new: new.clone(),
        target: state.form.target.map(|target| target.name.to_owned()),
        detail: Some("out of an activation that was broken off".to_owned()),
    };
    append_audit(&store.audit_log(), &record)?;
    let was_told = doing.step == DoingStep::Hook;
    let begun = state.clone();
    undo_swap(store, &mut state, begun, doing.from, &files, means.limits)?;
    let mut run = None;
    if let Some(hook) = &options.hook
        && let Some(new) = &new
    {
        let told = Told { verb: DoingVerb::Rollback, new, old: old.as_ref() };
        let ended = run_hook(store, &state, hook, &told);
        if !ended.end.is_success() && !options.keep {
            let half_done =
                AuditRecord { outcome: AuditOutcome::HalfDone, detail: Some("hook_failed".to_owned()), ..record };
            // The error says more than a missing line would.
            let _ = append_audit(&store.audit_log(), &half_done);
            let (program, end) = (hook.program.display().to_string(), ended.end.to_string());
            return Err(ChangeError::HookFailed { program, end, said: ended.said }.into());
        }
        run = Some(ended);
    }
    state.doing = None;
    store.write_state(&state)?;
    let unlogged = append_audit(&store.audit_log(), &AuditRecord { outcome: AuditOutcome::Done, ..record }).err();
    Ok(Activated {
        changed: true,
        resumed: true,
        hook_missing: was_told && run.is_none(),
        hook: run,
        unlogged: unlogged.map(RotateError::from),
        ..unchanged(state, old, new)
    })
}
