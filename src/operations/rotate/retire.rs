//! Removes versions that were in use long ago.
//!
//! The audit log is written first, so that no key goes without its line. The state comes next, without the versions that
//! go, and their folders are removed last: the state never lists a folder that is not there. A run that is killed in
//! between leaves folders that no state lists; every run that takes the lock removes those. A folder is renamed out of
//! sight before its files go, so nobody meets half of one.
//!
//! Removing is not wiping: on a disk that copies on write, on flash, and in backups, the octets of a key live on. A key
//! whose certificate the service takes no more is worth nothing; so it is withdrawn there first.

use crate::clock::Timestamp;
use crate::crypto::CryptoRng;
use crate::limits::Limits;
use crate::operations::audit::{Actor, AuditOutcome, AuditRecord, AuditVerb, append_audit};
use crate::secret::PasswordProvider;

use super::change::{Means, pair};
use super::error::RotateError;
use super::in_use::tidy;
use super::state::{State, VersionRecord};
use super::store::Store;

/// Which versions go.
#[derive(Clone, Copy, Debug)]
pub struct Retire {
    /// How many stay of those that were in use before the previous one.
    pub keep: usize,
    /// How many seconds a version must have been out of use.
    pub grace: u32,
    /// Whether only to say what would be done.
    pub dry_run: bool,
}

/// What was removed, or would be.
#[derive(Debug)]
pub struct Retired {
    /// What the rotation is called.
    pub name: String,
    /// The versions, the oldest first.
    pub removed: Vec<VersionRecord>,
    /// Whether anything was removed.
    pub changed: bool,
    /// The state afterwards.
    pub state: State,
}

/// Removes the versions that are beyond the number to keep and were out of use for long enough, the oldest first. The
/// current, the next and the previous version stay, and so does a version that never was in use.
///
/// ```no_run
/// use certwright::crypto::SystemRandom;
/// use certwright::limits::Limits;
/// use certwright::operations::Actor;
/// use certwright::operations::rotate::{Retire, Store, retire};
/// use certwright::secret::Passwords;
///
/// let store = Store::at("keys/gateway".as_ref());
/// let options = Retire { keep: 5, grace: 7 * 86_400, dry_run: false };
/// let now = "2026-11-21T12:00:00Z".parse()?;
/// let (passwords, limits, mut rng) = (Passwords::default(), Limits::default(), SystemRandom::new());
/// retire(&store, &options, now, &Actor::current(), &passwords, &limits, &mut rng)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RotateError::Busy`], [`RotateError::NoStore`], [`RotateError::HalfDone`], and what reading and writing refuse.
pub fn retire(
    store: &Store,
    options: &Retire,
    now: Timestamp,
    actor: &Actor,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Retired, RotateError> {
    let check = |state: &State| match state.doing {
        Some(doing) => Err(RotateError::HalfDone { store: store.root().display().to_string(), doing }),
        None => Ok(()),
    };
    let state = store.state()?;
    if options.dry_run {
        check(&state)?;
        let removed = retirable(&state, options, now);
        return Ok(Retired { name: state.name.clone(), removed, changed: false, state });
    }
    let locked = store.lock()?;
    let state = locked.state()?;
    check(&state)?;
    tidy(&locked, &state);
    // A key that was to go and is still there is what this run is about.
    for number in locked.stray_versions(Some(&state))? {
        locked.remove_version(number)?;
    }
    let removed = retirable(&state, options, now);
    if removed.is_empty() {
        return Ok(Retired { name: state.name.clone(), removed, changed: false, state });
    }
    let mut means = Means { now, actor, passwords, limits, rng };
    // Read while they are there; a version that does not open any more is noted by its number.
    let pairs: Vec<_> = removed.iter().map(|it| pair(&locked, &state, Some(it.number), &mut means)).collect();
    let mut left = state.clone();
    left.versions.retain(|version| !removed.contains(version));
    let note = |outcome| {
        removed.iter().zip(&pairs).try_for_each(|(version, pair)| {
            let record = AuditRecord {
                time: now,
                actor: actor.clone(),
                verb: AuditVerb::Retire,
                outcome,
                name: state.name.clone(),
                old: None,
                new: pair.clone(),
                target: state.form.target.map(|target| target.name.to_owned()),
                detail: pair.is_none().then(|| format!("version {}", version.number)),
            };
            append_audit(&locked.audit_log(), &record).map(drop)
        })
    };
    if let Err(error) = note(AuditOutcome::Done).map_err(RotateError::from).and_then(|()| locked.write_state(&left)) {
        // The log says that they are gone, and they are not; the error says more than a missing line would.
        let _ = note(AuditOutcome::Failed);
        return Err(error);
    }
    for version in &removed {
        locked.remove_version(version.number)?;
    }
    Ok(Retired { name: left.name.clone(), removed, changed: true, state: left })
}

/// The versions that go, the oldest first.
fn retirable(state: &State, options: &Retire, now: Timestamp) -> Vec<VersionRecord> {
    let named = [state.current, state.next, state.previous];
    let old: Vec<&VersionRecord> = state
        .versions
        .iter()
        .filter(|version| !named.contains(&Some(version.number)) && version.live_until.is_some())
        .collect();
    let is_over = |version: &&&VersionRecord| {
        version.live_until.is_some_and(|until| now.unix().saturating_sub(until.unix()) >= i64::from(options.grace))
    };
    let beyond = old.len().saturating_sub(options.keep);
    old.iter().take(beyond).filter(is_over).map(|version| **version).collect()
}
