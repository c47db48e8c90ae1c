//! What is due, and no more: the next version when the current one is near its end, and its activation where that was asked
//! for. A second run finds nothing to do.

use crate::clock::Timestamp;
use crate::crypto::CryptoRng;
use crate::limits::Limits;
use crate::operations::audit::{Actor, AuditedPair};
use crate::operations::check::Threshold;
use crate::secret::PasswordProvider;

use super::activated::{Activate, Activated};
use super::error::RotateError;
use super::prepare::{Prepare, Prepared, plan_prepare, prepare, survey};
use super::retire::{Retire, retire};
use super::state::{Doing, DoingVerb};
use super::store::Store;
use super::version::Proved;

/// What is to be done to a store when it is due.
#[derive(Clone, Debug)]
pub struct Auto {
    /// When the current certificate is too near its end.
    pub before: Threshold,
    /// What the next version is to be.
    pub prepare: Prepare,
    /// How it is brought into use; `None` leaves it prepared.
    pub activate: Option<Activate>,
    /// Which old versions go; `None` leaves all.
    pub retire: Option<Retire>,
    /// Whether only to say what would be done.
    pub dry_run: bool,
}

impl Auto {
    /// A third of the validity: what certbot and cert-manager wait for too.
    pub const BEFORE: Threshold = Threshold::Percent(33);
}

/// What became of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AutoOutcome {
    /// The current version lasts, and nothing is prepared.
    NothingToDo,
    /// The next version is in use.
    Activated,
    /// The next version is there and waits to be activated.
    Prepared,
}

/// What a run did, or would do.
#[derive(Debug)]
pub struct AutoReport {
    /// What the rotation is called.
    pub name: String,
    /// What became of it.
    pub outcome: AutoOutcome,
    /// Whether anything was changed.
    pub changed: bool,
    /// The pair in use now; `None` before the first activation.
    pub current: Option<AuditedPair>,
    /// The pair that waits.
    pub next: Option<AuditedPair>,
    /// What the run that prepared said; `None` where nothing was prepared.
    pub prepared: Option<Prepared>,
    /// What the run that activated said; `None` where nothing was activated.
    pub activated: Option<Activated>,
    /// Versions that were removed because they are old.
    pub retired: Vec<u32>,
    /// Why old versions are left, where the next version is in use all the same; the next run removes them.
    pub unretired: Option<RotateError>,
}

/// Whether a version is so near its end that the next one is due.
#[must_use]
pub fn is_due(current: &Proved, before: Threshold, now: Timestamp) -> bool {
    before.is_reached(current.validity, now)
}

/// Does for `store` what is due: nothing, or the next version, and its activation if that was asked for.
///
/// A next version that is there already is not made again, and an activation that was broken off is brought to its end if
/// activating was asked for. A version that somebody went back from is not brought into use again.
///
/// ```
/// use certwright::clock::Timestamp;
/// use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// use certwright::formats::x509::DistinguishedName;
/// use certwright::limits::Limits;
/// use certwright::operations::Actor;
/// use certwright::operations::rotate::{Activate, Auto, AutoOutcome, NewPassword, Prepare, Store, auto};
/// use certwright::secret::NoPasswords;
///
/// # let folder = tempfile::tempdir()?;
/// # let (limits, mut rng) = (Limits::default(), SystemRandom::new());
/// let store = Store::at(&folder.path().join("app"));
/// let options = Auto {
///     before: Auto::BEFORE,
///     prepare: Prepare {
///         algorithm: Some(KeyAlgorithm::P256),
///         subject: Some(DistinguishedName::parse("CN=app.example")?),
///         password: NewPassword::Generated,
///         ..Prepare::default()
///     },
///     activate: Some(Activate::default()),
///     retire: None,
///     dry_run: false,
/// };
/// let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// let mut run = |now| auto(&store, &options, now, &Actor::default(), &NoPasswords, &limits, &mut rng);
/// assert_eq!(run(now)?.outcome, AutoOutcome::Activated);
/// assert_eq!(run(now.plus_days(100)?)?.outcome, AutoOutcome::NothingToDo);
/// assert_eq!(run(now.plus_days(300)?)?.outcome, AutoOutcome::Activated);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RotateError::NoStore`] where there is nothing yet and the options name no subject, and as
/// [`prepare`](super::prepare()), [`activate`](super::activate()) and [`retire`](super::retire()).
pub fn auto(
    store: &Store,
    options: &Auto,
    now: Timestamp,
    actor: &Actor,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<AutoReport, RotateError> {
    let state = match store.state() {
        Ok(state) => Some(state),
        Err(RotateError::NoStore { .. }) if store.key().is_some() || options.prepare.subject.is_some() => None,
        Err(error) => return Err(error),
    };
    let broken_off = state.as_ref().and_then(|state| state.doing);
    let (current, next) = match broken_off {
        Some(Doing { verb: DoingVerb::Activate, .. }) if options.activate.is_some() => (None, None),
        Some(doing) => return Err(RotateError::HalfDone { store: store.root().display().to_string(), doing }),
        None => survey(store, &options.prepare, now, passwords, limits, rng)?,
    };
    let lasts = current.as_ref().is_some_and(|current| !is_due(current, options.before, now));
    let mut report = AutoReport {
        name: state.as_ref().map(|state| state.name.clone()).or(store.name().map(str::to_owned)).unwrap_or_default(),
        outcome: AutoOutcome::NothingToDo,
        changed: false,
        current: current.as_ref().map(Proved::audited),
        next: next.as_ref().map(Proved::audited),
        prepared: None,
        activated: None,
        retired: Vec::new(),
        unretired: None,
    };
    let is_prepared = broken_off.is_some() || next.is_some();
    if !is_prepared && lasts {
        report.retire(store, options, now, actor, passwords, limits, rng)?;
        return Ok(report);
    }
    if options.dry_run {
        if !is_prepared {
            // What would refuse, refuses here too.
            plan_prepare(store, &options.prepare, now, passwords, limits, rng)?;
        }
        let activates = options.activate.is_some();
        report.outcome = if activates { AutoOutcome::Activated } else { AutoOutcome::Prepared };
        return Ok(report);
    }
    if broken_off.is_none() {
        let prepared = prepare(store, &options.prepare, now, actor, passwords, limits, rng)?;
        report.outcome = AutoOutcome::Prepared;
        report.changed = prepared.changed;
        report.next = Some(prepared.next.audited());
        report.prepared = Some(prepared);
    }
    if let Some(activate) = &options.activate {
        let activated = super::activate(store, activate, now, actor, passwords, limits, rng)?;
        report.outcome = AutoOutcome::Activated;
        report.changed |= activated.changed;
        report.current.clone_from(&activated.new);
        report.next = None;
        report.activated = Some(activated);
        // To say that the run failed would say that nothing was changed.
        report.unretired = report.retire(store, options, now, actor, passwords, limits, rng).err();
    }
    Ok(report)
}

impl AutoReport {
    #[expect(clippy::too_many_arguments, reason = "as every verb of a rotation")]
    fn retire(
        &mut self,
        store: &Store,
        options: &Auto,
        now: Timestamp,
        actor: &Actor,
        passwords: &dyn PasswordProvider,
        limits: &Limits,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), RotateError> {
        let Some(retirement) = options.retire.filter(|_| store.exists()) else { return Ok(()) };
        let retirement = Retire { dry_run: options.dry_run || retirement.dry_run, ..retirement };
        let retired = retire(store, &retirement, now, actor, passwords, limits, rng)?;
        self.changed |= retired.changed;
        self.retired = retired.removed.iter().map(|record| record.number).collect();
        Ok(())
    }
}
