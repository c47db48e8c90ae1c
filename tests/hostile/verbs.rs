//! The verbs that a hostile file may meet besides `verify`: each is held to the same limits.

use certwright::clock::Timestamp;
use certwright::crypto::SystemRandom;
use certwright::files::{Collected, Input};
use certwright::formats::pkcs12::Profile;
use certwright::limits::Limits;
use certwright::operations::{
    ChangePassword, Convert, Form, InspectReport, KeyEncoding, KeyForm, convert, inspect, open_protected,
};
use certwright::secret::{NoPasswords, Password, PasswordProvider, SecretBytes};

use crate::cost::{Cost, Meter};
use crate::manifest::Passwords;

fn input(octets: &[u8]) -> Input {
    Input::new("mutated", SecretBytes::concat(&[octets]))
}

fn look(octets: &[u8], passwords: &dyn PasswordProvider, limits: &Limits) -> InspectReport {
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    inspect([Collected::from(input(octets))], now, passwords, limits)
}

fn converted(octets: &[u8], form: Form, passwords: &Passwords, limits: &Limits) -> Option<SecretBytes> {
    let options = Convert { form, entry: None, aliases: Vec::new(), target: None };
    convert(&options, &input(octets), passwords, limits, &mut SystemRandom::new()).ok().map(|it| it.octets)
}

fn with_new_password(octets: &[u8], passwords: &Passwords, limits: &Limits) -> Option<SecretBytes> {
    let opened = open_protected(&input(octets), None, passwords, limits).ok()?;
    let options = ChangePassword { new: Password::new("changed"), profile: Some(Profile::Modern), iterations: Some(1) };
    opened.change(&options, &mut SystemRandom::new()).ok().map(|it| it.octets)
}

/// What is wrong with how a file is taken by each verb, and with what those that write have written of it.
pub(crate) fn faults(meter: &Meter, name: &str, octets: &[u8], passwords: &Passwords, limits: &Limits) -> Vec<String> {
    let mut faults = Vec::new();
    let mut held = |verb: &str, ran: Result<((), Cost), String>| match ran {
        Err(panic) => faults.push(format!("{verb}: {panic}")),
        Ok(((), cost)) if !cost.is_within(limits) => faults.push(format!("{name}: {verb}: {cost:?}")),
        Ok(_) => {}
    };
    held("inspect", meter.run(name, || drop(look(octets, &NoPasswords, limits))));
    // Whatever else is in the file stays as it is, so what is written of a damaged one is as damaged.
    let mut is_whole = false;
    let mut see = || is_whole = look(octets, passwords, limits).files.iter().all(|file| file.failures.is_empty());
    held("inspect with a password", meter.run(name, &mut see));
    let (mut pem, mut changed) = (None, None);
    let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
    held("convert", meter.run(name, || pem = converted(octets, Form::Pem(encoding), passwords, limits)));
    if pem.is_some() {
        let form =
            || Form::Pkcs12 { password: Password::new("changed"), profile: Profile::Modern, iterations: Some(1) };
        held("convert to PKCS#12", meter.run(name, || drop(converted(octets, form(), passwords, limits))));
    }
    held("passwd", meter.run(name, || changed = with_new_password(octets, passwords, limits)));
    let new = Passwords::of([Password::new("changed")]);
    for (verb, written) in [("convert", pem), ("passwd", changed)] {
        let Some(written) = written.filter(|_| is_whole) else { continue };
        let report = look(written.expose(), &new, limits);
        if !report.files.iter().all(|file| file.failures.is_empty()) {
            faults.push(format!("{name}: {verb}: what was written does not open: {:?}", report.files[0].failures));
        }
    }
    faults
}

/// The verbs do what they are run for on a file as it was: else nothing of them was tested.
#[test]
fn each_verb_gets_through_with_golden_files() {
    let meter = Meter::new();
    let passwords = || Passwords::of([Password::new("changeit")]);
    for path in ["pkcs12/one-iteration.p12", "jks/keytool-p256.jks", "pkcs8/one-iteration.key"] {
        let (octets, limits) = (crate::manifest::octets(path), crate::tight());
        let report = look(&octets, &passwords(), &limits);
        assert!(report.files[0].failures.is_empty() && !report.files[0].things.is_empty(), "{path}");
        let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
        assert!(converted(&octets, Form::Pem(encoding), &passwords(), &limits).is_some(), "{path}");
        assert!(with_new_password(&octets, &passwords(), &limits).is_some(), "{path}");
        assert!(faults(&meter, path, &octets, &passwords(), &limits).is_empty(), "{path}");
    }
}
