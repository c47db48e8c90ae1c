//! Brings the next version into use, after proving it again.

use crate::clock::Timestamp;
use crate::crypto::CryptoRng;
use crate::limits::Limits;
use crate::operations::audit::Actor;
use crate::secret::PasswordProvider;

use super::activated::{Activate, Activated, unchanged};
use super::change::{Course, Means, go, pair, plan};
use super::change_error::ChangeError;
use super::error::RotateError;
use super::in_use::tidy;
use super::state::{Doing, DoingVerb, State};
use super::store::Store;

/// Brings the next version into use; where a rollback left the newer version, that one again. An activation that was
/// broken off is brought to its end. Where nothing is prepared, nothing is changed.
///
/// The version is read from the disk and proved again before anything changes. If a step fails, or the hook, everything
/// is put back, and the version stays prepared.
///
/// ```no_run
/// use certwright::crypto::SystemRandom;
/// use certwright::limits::Limits;
/// use certwright::operations::Actor;
/// use certwright::operations::rotate::{Activate, Store, activate};
/// use certwright::secret::Passwords;
///
/// let store = Store::at("keys/gateway".as_ref());
/// let now = "2026-11-21T12:00:00Z".parse()?;
/// let (passwords, limits, mut rng) = (Passwords::default(), Limits::default(), SystemRandom::new());
/// let done = activate(&store, &Activate::default(), now, &Actor::current(), &passwords, &limits, &mut rng)?;
/// assert_eq!(done.state.doing, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RotateError::Busy`], [`RotateError::NoStore`], [`RotateError::HalfDone`] while a rollback is, [`RotateError::Unproved`],
/// each [`ChangeError`], and what reading and writing refuse. After [`ChangeError::Undone`] everything is as before; after
/// [`ChangeError::KeptWithoutHook`] and [`ChangeError::NotUndone`] the state says what was begun.
pub fn activate(
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
        return match course(store, &state)? {
            Some(course) => plan(store, state, course, options, &mut means),
            None => nothing(store, state, &mut means),
        };
    }
    let locked = store.lock()?;
    let state = locked.state()?;
    tidy(&locked, &state);
    match course(store, &state)? {
        Some(course) => go(&locked, state, course, options, &mut means),
        None => nothing(store, state, &mut means),
    }
}

fn nothing(store: &Store, state: State, means: &mut Means<'_>) -> Result<Activated, RotateError> {
    let current = pair(store, &state, state.current, means);
    Ok(unchanged(state, current.clone(), current))
}

/// Where an activation goes; `None` where it has nothing to do.
fn course(store: &Store, state: &State) -> Result<Option<Course>, RotateError> {
    let verb = DoingVerb::Activate;
    match state.doing {
        Some(Doing { verb: DoingVerb::Activate, step, from, to, .. }) => {
            return Ok(Some(Course { verb, from, to, resumed: Some(step) }));
        }
        Some(doing) => return Err(RotateError::HalfDone { store: store.root().display().to_string(), doing }),
        None => {}
    }
    let left = state.previous.filter(|previous| Some(*previous) > state.current);
    match (state.next.or(left), state.current) {
        (Some(to), from) => Ok(Some(Course { verb, from, to, resumed: None })),
        (None, Some(_)) => Ok(None),
        (None, None) => Err(ChangeError::NothingPrepared { store: store.root().display().to_string() }.into()),
    }
}
