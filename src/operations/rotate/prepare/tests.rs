//! Tests of `prepare`, on folders of their own.
#![expect(clippy::disallowed_methods, reason = "a test looks at what is on the disk")]

use std::fs;
use std::path::Path;

use super::*;
use crate::crypto::{DigestAlgorithm, KeyAlgorithm, SystemRandom};
use crate::files::read_lines;
use crate::formats::x509::DistinguishedName;
use crate::operations::audit::{AUDIT_LONGEST_LINE, AuditExpectation, verify_audit};
use crate::operations::rotate::{Live, PasswordKept, Play, State};
use crate::operations::{Create, Part, Protection, create};
use crate::secret::{NoPasswords, Password, Passwords};

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn first() -> Prepare {
    Prepare {
        algorithm: Some(KeyAlgorithm::P256),
        subject: Some(DistinguishedName::parse("CN=jwt.example.com,O=Example").unwrap()),
        subject_alt_names: Some(vec!["dns:jwt.example.com".parse().unwrap()]),
        password: NewPassword::Generated,
        iterations: Some(1_000),
        ..Prepare::default()
    }
}

fn quick() -> Prepare {
    Prepare { iterations: Some(1_000), ..Prepare::default() }
}

fn run_with(store: &Store, options: &Prepare, passwords: &dyn PasswordProvider) -> Result<Prepared, RotateError> {
    run_at(store, options, passwords, now())
}

fn run_at(
    store: &Store,
    options: &Prepare,
    passwords: &dyn PasswordProvider,
    now: Timestamp,
) -> Result<Prepared, RotateError> {
    prepare(store, options, now, &Actor::default(), passwords, &Limits::default(), &mut SystemRandom::new())
}

fn run(store: &Store, options: &Prepare) -> Result<Prepared, RotateError> {
    run_with(store, options, &NoPasswords)
}

/// Makes the next version the current one, as an activation leaves it.
fn activate(store: &Store) -> State {
    let mut state = store.state().unwrap();
    (state.previous, state.current, state.next) = (state.current, state.next, None);
    store.lock().unwrap().write_state(&state).unwrap();
    state
}

/// The files of a set in `folder`, as `create` leaves them.
fn plain_set(folder: &Path, parts: &[Part], protection: Protection, algorithm: KeyAlgorithm) {
    let options = Create {
        algorithm,
        subject: DistinguishedName::parse("CN=app").unwrap(),
        subject_alt_names: Vec::new(),
        not_after: now().plus_days(100).unwrap(),
        alias: "App".to_owned(),
        files: parts.iter().map(|part| (*part, format!("app.{}", part.word()))).collect(),
        protection,
        iterations: Some(1_000),
        target: None,
    };
    for file in create(&options, now(), &mut SystemRandom::new()).unwrap().files {
        fs::write(folder.join(file.name), file.octets.expose()).unwrap();
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_first_version_is_next_and_not_current() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    let prepared = run(&store, &first()).unwrap();
    assert!(prepared.changed && !prepared.adopted && prepared.play.is_none());
    let state = store.state().unwrap();
    assert_eq!((state.current, state.next, state.previous), (None, Some(1), None));
    assert_eq!((state.form.password, &state.form.live), (PasswordKept::InVersion, &Live::State));
    assert_eq!(
        names_in(&store.version_folder(1)),
        ["app.crt", "app.csr", "app.jks", "app.key", "app.p12", "app.pass", "manifest.json"]
    );
    assert_eq!(state.form.alias.as_deref(), Some("jwt_example_com"));
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(store.version_folder(1).join("manifest.json")).unwrap()).unwrap();
    let fingerprint = prepared.next.certificate.fingerprint(DigestAlgorithm::Sha256).to_string();
    assert_eq!(manifest["certificate_sha256"], fingerprint.as_str());
    assert_eq!(manifest["version"], 1);
}

#[test]
fn a_next_version_is_like_the_current_one_over_a_new_key() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    let options = Prepare { end: Some(CertificateEnd::After(90)), ..first() };
    run(&store, &options).unwrap();
    activate(&store);
    let later = now().plus_days(60).unwrap();
    let prepared = run_at(&store, &quick(), &NoPasswords, later).unwrap();
    let current = prepared.current.unwrap();
    let next = prepared.next;
    assert_eq!((current.number, next.number), (1, 2));
    assert_eq!(next.subject(), current.subject());
    assert_eq!(next.certificate.subject_alt_names().unwrap(), current.certificate.subject_alt_names().unwrap());
    assert_eq!(next.validity.not_after, later.plus_days(90).unwrap());
    assert_eq!(next.algorithm, current.algorithm);
    assert_ne!(next.key, current.key);
    assert_ne!(next.certificate.serial_number(), current.certificate.serial_number());
    let pass = |number| fs::read(store.version_folder(number).join("app.pass")).unwrap();
    assert_ne!(pass(1), pass(2), "each version has a password of its own");
    let lines = read_lines(&store.audit_log(), AUDIT_LONGEST_LINE).unwrap();
    assert!(verify_audit(lines, &AuditExpectation::default()).unwrap().is_whole());
}

#[test]
fn preparing_again_changes_nothing_and_replacing_makes_another() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    run(&store, &first()).unwrap();
    activate(&store);
    let one = run(&store, &quick()).unwrap();
    let state = store.state().unwrap();
    let again = run(&store, &quick()).unwrap();
    assert!(!again.changed);
    assert_eq!(again.next.key, one.next.key);
    assert_eq!(store.state().unwrap(), state);
    let other = run(&store, &Prepare { replace: true, ..quick() }).unwrap();
    assert!(other.changed);
    assert_eq!((other.next.number, other.removed.as_slice()), (3, [2].as_slice()));
    assert_eq!(names_in(&store.root().join("versions")), ["0001", "0003"]);
}

#[test]
fn a_next_version_that_was_damaged_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    run(&store, &first()).unwrap();
    activate(&store);
    run(&store, &quick()).unwrap();
    fs::copy(store.version_folder(1).join("app.crt"), store.version_folder(2).join("app.crt")).unwrap();
    let prepared = run(&store, &quick()).unwrap();
    assert_eq!((prepared.changed, prepared.next.number, store.state().unwrap().next), (true, 3, Some(3)));
    // The current one is not made anew: what is in use is nobody's to guess.
    fs::remove_file(store.version_folder(1).join("app.crt")).unwrap();
    assert_eq!(run(&store, &quick()).unwrap_err().kind(), "not_found");
}

#[test]
fn the_same_key_gets_a_new_certificate_and_serial_number() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    run(&store, &first()).unwrap();
    activate(&store);
    let prepared = run(&store, &Prepare { play: Some(Play::SameKey), ..quick() }).unwrap();
    let current = prepared.current.unwrap();
    assert_eq!(prepared.next.key, current.key);
    assert_ne!(prepared.next.certificate.serial_number(), current.certificate.serial_number());
    assert_eq!(store.state().unwrap().record(2).unwrap().play, Some(Play::SameKey));
}

#[test]
fn what_is_weaker_is_refused_unless_that_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    let options = Prepare { algorithm: Some(KeyAlgorithm::P384), encrypt_key: Some(true), ..first() };
    run(&store, &options).unwrap();
    activate(&store);
    let weaker = [
        Prepare { algorithm: Some(KeyAlgorithm::P256), ..quick() },
        Prepare { end: Some(CertificateEnd::After(30)), ..quick() },
        Prepare { encrypt_key: Some(false), ..quick() },
    ];
    for options in weaker {
        let refused = run(&store, &options).unwrap_err();
        assert_eq!(refused.kind(), "weaker", "{options:?}");
        assert_eq!(store.state().unwrap().next, None);
        let allowed = run(&store, &Prepare { allow_weaker: true, replace: true, ..options }).unwrap();
        assert!(allowed.changed);
        let mut state = store.state().unwrap();
        state.versions.retain(|record| Some(record.number) != state.next);
        state.next = None;
        store.lock().unwrap().write_state(&state).unwrap();
    }
}

#[test]
fn files_in_use_become_the_first_version_octet_for_octet() {
    let folder = tempfile::tempdir().unwrap();
    let password = Password::new("correct horse battery");
    plain_set(folder.path(), &Part::ALL, Protection::Keystores(password.clone()), KeyAlgorithm::P256);
    // Others that stand there belong to another key.
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    plain_set(&other, &[Part::Key, Part::Certificate], Protection::None, KeyAlgorithm::P256);
    fs::copy(other.join("app.crt"), folder.path().join("other.crt")).unwrap();
    fs::copy(folder.path().join("app.key"), folder.path().join("copy.key")).unwrap();

    let store = Store::at(&folder.path().join("app.key"));
    let passwords = Passwords::from([password.clone()]);
    let prepared = run_with(&store, &quick(), &passwords).unwrap();
    assert!(prepared.adopted);
    assert_eq!(prepared.left_out.len(), 1);
    assert_eq!(prepared.left_out[0].holds, "the same private key");
    let state = store.state().unwrap();
    assert_eq!((state.current, state.next), (Some(1), Some(2)));
    assert_eq!(state.form.alias.as_deref(), Some("App"), "as the PKCS#12 spells it");
    assert_eq!(
        state.form.live,
        Live::Files(Part::ALL.map(|part| (part, format!("app.{}", part.word()).into())).into())
    );
    for part in Part::ALL {
        let name = format!("app.{}", part.word());
        let kept = fs::read(store.version_folder(1).join(&name)).unwrap();
        assert_eq!(kept, fs::read(folder.path().join(&name)).unwrap(), "{name}");
    }
    // The same password protects the next one.
    assert!(store.prove(&state, 2, &passwords, &Limits::default(), &mut SystemRandom::new()).is_ok());
}

#[test]
fn two_certificates_of_the_key_are_not_guessed_between() {
    let folder = tempfile::tempdir().unwrap();
    plain_set(folder.path(), &[Part::Key, Part::Certificate], Protection::None, KeyAlgorithm::P256);
    fs::copy(folder.path().join("app.crt"), folder.path().join("old.crt")).unwrap();
    let store = Store::at(&folder.path().join("app.key"));
    let refused = run(&store, &quick()).unwrap_err();
    assert_eq!(refused.kind(), "ambiguous_files");
    assert!(!store.root().exists(), "nothing is made when nothing was prepared");
    let named = Prepare { in_use: vec![(Part::Certificate, folder.path().join("app.crt"))], ..quick() };
    assert!(run(&store, &named).unwrap().adopted);
}

#[test]
fn a_key_without_a_certificate_and_a_foreign_certificate_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    plain_set(folder.path(), &[Part::Key], Protection::None, KeyAlgorithm::P256);
    let other = tempfile::tempdir().unwrap();
    plain_set(other.path(), &[Part::Key, Part::Certificate], Protection::None, KeyAlgorithm::P256);
    let store = Store::at(&folder.path().join("app.key"));
    assert_eq!(run(&store, &quick()).unwrap_err().kind(), "no_certificate");
    let named = Prepare { in_use: vec![(Part::Certificate, other.path().join("app.crt"))], ..quick() };
    assert_eq!(run(&store, &named).unwrap_err().kind(), "foreign_file");
    assert_eq!(names_in(folder.path()), ["app.key"]);
}

#[cfg(unix)]
#[test]
fn a_file_in_use_that_is_a_link_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    plain_set(folder.path(), &[Part::Key, Part::Certificate], Protection::None, KeyAlgorithm::P256);
    fs::rename(folder.path().join("app.crt"), folder.path().join("real")).unwrap();
    std::os::unix::fs::symlink("real", folder.path().join("app.crt")).unwrap();
    let store = Store::at(&folder.path().join("app.key"));
    let named = Prepare { in_use: vec![(Part::Certificate, folder.path().join("app.crt"))], ..quick() };
    assert_eq!(run(&store, &named).unwrap_err().kind(), "is_symlink");
    assert!(!store.root().exists());
}

#[test]
fn a_folder_of_other_things_becomes_no_store() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    assert_eq!(run(&Store::at(folder.path()), &first()).unwrap_err().kind(), "not_a_store");
    assert_eq!(names_in(folder.path()), ["notes.txt"]);
}

#[test]
fn strays_of_a_killed_run_go_and_their_numbers_are_not_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    run(&store, &first()).unwrap();
    fs::remove_file(store.root().join("state.json")).unwrap();
    let prepared = run(&store, &first()).unwrap();
    assert_eq!((prepared.next.number, prepared.removed.as_slice()), (2, [1].as_slice()));
    assert_eq!(names_in(&store.root().join("versions")), ["0002"]);
}

#[test]
fn what_all_versions_have_in_common_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    run(&store, &first()).unwrap();
    activate(&store);
    for options in [
        Prepare { alias: Some("other".to_owned()), ..quick() },
        Prepare { parts: Some(vec![Part::Key, Part::Certificate]), ..quick() },
        Prepare { link: true, ..quick() },
    ] {
        assert_eq!(run(&store, &options).unwrap_err().kind(), "form_fixed", "{options:?}");
    }
}

#[test]
fn a_store_that_is_busy_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    run(&store, &first()).unwrap();
    let held = store.lock().unwrap();
    assert_eq!(run(&store, &quick()).unwrap_err().kind(), "busy");
    drop(held);
    assert!(!run(&store, &quick()).unwrap().changed);
}

#[test]
fn a_hundred_rotations_have_a_hundred_serial_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join("app"));
    let parts = Some(vec![Part::Key, Part::Certificate]);
    run(&store, &Prepare { parts, password: NewPassword::AsCurrent, ..first() }).unwrap();
    let mut serials = std::collections::HashSet::new();
    for turn in 1..=100 {
        let state = activate(&store);
        let current = store
            .prove(&state, state.current.unwrap(), &NoPasswords, &Limits::default(), &mut SystemRandom::new())
            .unwrap();
        serials.insert(current.certificate.serial_number().to_vec());
        assert_eq!(serials.len(), turn);
        run(&store, &quick()).unwrap();
    }
}
