//! Versions whose certificate is not valid at the moment of the change.

use std::fs;

use certwright::clock::Timestamp;
use certwright::crypto::{KeyAlgorithm, SystemRandom};
use certwright::formats::x509::DistinguishedName;
use certwright::limits::Limits;
use certwright::operations::rotate::{
    Activate, Activated, CertificateEnd, NewPassword, Prepare, RotateError, Store, activate, prepare, rollback,
};
use certwright::operations::{Actor, Part};
use certwright::secret::NoPasswords;

const BEGIN: &str = "2026-11-21T12:00:00Z";
const DAY: i64 = 86_400;

fn at(seconds: i64) -> Timestamp {
    BEGIN.parse::<Timestamp>().unwrap().plus_seconds(seconds).unwrap()
}

/// Makes the next version at `BEGIN` plus `seconds`, for `days`.
fn make(store: &Store, seconds: i64, days: u32) {
    let options = Prepare {
        algorithm: Some(KeyAlgorithm::P256),
        subject: Some(DistinguishedName::parse("CN=app").unwrap()),
        parts: Some(vec![Part::Key, Part::Certificate]),
        end: Some(CertificateEnd::After(days)),
        password: NewPassword::AsCurrent,
        allow_weaker: true,
        ..Prepare::default()
    };
    let (limits, mut rng) = (Limits::default(), SystemRandom::new());
    prepare(store, &options, at(seconds), &Actor::default(), &NoPasswords, &limits, &mut rng).unwrap();
}

type Change = fn(
    &Store,
    &Activate,
    Timestamp,
    &Actor,
    &dyn certwright::secret::PasswordProvider,
    &Limits,
    &mut dyn certwright::crypto::CryptoRng,
) -> Result<Activated, RotateError>;

fn change(verb: Change, store: &Store, seconds: i64, force: bool) -> Result<Activated, RotateError> {
    let options = Activate { force, ..Activate::default() };
    verb(store, &options, at(seconds), &Actor::default(), &NoPasswords, &Limits::default(), &mut SystemRandom::new())
}

#[test]
fn a_version_that_has_ended_or_not_begun_is_not_brought_into_use() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    make(&store, 0, 365);
    change(activate, &store, 0, false).unwrap();
    make(&store, 0, 30);
    let before = fs::read(store.root().join("state.json")).unwrap();
    for (seconds, kind) in [(31 * DAY, "expired_version"), (-2 * DAY, "version_not_yet_valid")] {
        // Nobody forces a service to take a certificate that it refuses.
        for force in [false, true] {
            let refused = change(activate, &store, seconds, force).unwrap_err();
            assert_eq!(refused.kind(), kind, "{refused}");
            assert!(refused.to_string().contains("version 2"), "{refused}");
        }
        assert_eq!(fs::read(store.root().join("state.json")).unwrap(), before);
    }
    assert_eq!(change(activate, &store, DAY, false).unwrap().state.current, Some(2));
}

#[test]
fn a_rollback_to_a_version_that_has_ended_takes_force() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    make(&store, 0, 30);
    change(activate, &store, 0, false).unwrap();
    make(&store, 20 * DAY, 365);
    change(activate, &store, 20 * DAY, false).unwrap();
    let refused = change(rollback, &store, 31 * DAY, false).unwrap_err();
    assert_eq!(refused.kind(), "expired_version");
    assert_eq!(store.state().unwrap().current, Some(2));
    assert_eq!(change(rollback, &store, 31 * DAY, true).unwrap().state.current, Some(1));
}

#[test]
fn a_next_version_that_has_ended_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    make(&store, 0, 365);
    change(activate, &store, 0, false).unwrap();
    make(&store, 0, 30);
    make(&store, 29 * DAY, 30);
    assert_eq!(store.state().unwrap().next, Some(2), "it is valid still");
    make(&store, 31 * DAY, 30);
    let state = store.state().unwrap();
    assert_eq!((state.next, state.record(2)), (Some(3), None));
    assert!(!store.version_folder(2).exists());
}
