//! The next version: made like the current one, published beside it, read back and proved, and then noted.

mod adopt;
mod base;
mod forms;
mod make;
mod options;
mod plan;
mod publish;
#[cfg(test)]
mod tests;
mod weaker;

use crate::clock::Timestamp;
use crate::crypto::CryptoRng;
use crate::limits::Limits;
use crate::operations::audit::Actor;
use crate::secret::PasswordProvider;

use super::error::RotateError;
use super::store::Store;
use super::version::Proved;

use base::{Base, Remembering, Surroundings};

pub use options::{CertificateEnd, LeftOut, NewPassword, Prepare, PreparePlan, Prepared, Signer};

/// Makes the next version of what `store` keeps, and proves it. What is in use is not touched.
///
/// Of a plain key in use, the files that go with it become the first version, octet for octet. A next version that is
/// there already is proved and reported; with [`Prepare::replace`] it is made anew.
///
/// ```
/// use certwright::clock::Timestamp;
/// use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// use certwright::formats::x509::DistinguishedName;
/// use certwright::limits::Limits;
/// use certwright::operations::Actor;
/// use certwright::operations::rotate::{NewPassword, Prepare, Store, prepare};
/// use certwright::secret::NoPasswords;
///
/// # let folder = tempfile::tempdir()?;
/// # let (limits, mut rng) = (Limits::default(), SystemRandom::new());
/// let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// let options = Prepare {
///     algorithm: Some(KeyAlgorithm::P256),
///     subject: Some(DistinguishedName::parse("CN=jwt.example.com")?),
///     password: NewPassword::Generated,
///     ..Prepare::default()
/// };
/// let store = Store::at(&folder.path().join("app"));
/// let prepared = prepare(&store, &options, now, &Actor::default(), &NoPasswords, &limits, &mut rng)?;
/// assert_eq!(prepared.state.next, Some(1));
/// assert!(prepared.current.is_none(), "the first version is not in use before it is activated");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RotateError::Busy`] while another run works on the store, [`RotateError::HalfDone`] while a change is not ended,
/// [`RotateError::Weaker`], [`RotateError::IssuedByOther`], what a target refuses, and what a step refuses. Nothing refers
/// to a new version then.
pub fn prepare(
    store: &Store,
    options: &Prepare,
    now: Timestamp,
    actor: &Actor,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Prepared, RotateError> {
    let passwords = Remembering::new(passwords);
    let with = Surroundings { store, options, now, passwords: &passwords, limits };
    // What refuses comes before anything is made, the store's folder and its lock included.
    let mut base = Base::of(&with, rng)?;
    plan::plan(&base, &with)?;
    let locked = store.lock()?;
    if base::state_of(store)? != base.state {
        // Another run was faster.
        base = Base::of(&with, rng)?;
    }
    // Also a run that was killed before it noted anything may have taken a number meanwhile.
    let plan = plan::plan(&base, &with)?;
    publish::publish(&locked, base, &plan, &with, actor, rng)
}

/// What [`prepare`] would do, without doing any of it.
///
/// # Errors
/// As [`prepare`], but for what only writing meets.
pub fn plan_prepare(
    store: &Store,
    options: &Prepare,
    now: Timestamp,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<PreparePlan, RotateError> {
    let passwords = Remembering::new(passwords);
    let with = Surroundings { store, options, now, passwords: &passwords, limits };
    let base = Base::of(&with, rng)?;
    plan::plan(&base, &with)
}

/// The version in use and the one that is prepared, each proved, before anything is decided; of a plain key without a
/// store the files in use. A next version that does not prove any more, or has ended, is none.
///
/// # Errors
/// As [`prepare`], but for what making refuses.
pub(super) fn survey(
    store: &Store,
    options: &Prepare,
    now: Timestamp,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<(Option<Proved>, Option<Proved>), RotateError> {
    let passwords = Remembering::new(passwords);
    let base = Base::of(&Surroundings { store, options, now, passwords: &passwords, limits }, rng)?;
    Ok((base.current, base.next))
}
