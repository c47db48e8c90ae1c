//! What the next version will be: what the options say, else what the current version says.

use std::collections::BTreeSet;

use crate::crypto::KeyAlgorithm;
use crate::files::location;
use crate::formats::x509::{Certificate, DistinguishedName, SubjectAltName, Validity};
use crate::operations::Error;
use crate::operations::create::{Part, default_alias};
use crate::operations::rotate::error::RotateError;
use crate::operations::rotate::form::{Live, PasswordKept, SetForm};
use crate::operations::rotate::play::Play;
use crate::operations::rotate::version::Proved;
use crate::operations::self_sign::validity;
use crate::operations::target::{Rotation, Target};

use super::adopt::is_encrypted_key;
use super::base::{Base, Surroundings};
use super::options::{CertificateEnd, NewPassword, PreparePlan, Signer};
use super::weaker;

/// How long a first certificate is valid.
const FIRST_DAYS: u32 = 365;

/// Settles all that is not random, and refuses what must not be made.
pub(super) fn plan(base: &Base, with: &Surroundings<'_>) -> Result<PreparePlan, RotateError> {
    let options = with.options;
    let form = form(base, with)?;
    let play = match &base.current {
        Some(_) => Some(play(options.play, form.target)?),
        None => None,
    };
    let strays = with.store.stray_versions(base.state.as_ref())?;
    let first_free = with.store.free_number(base.state.as_ref())?;
    let number = first_free.saturating_add(u32::from(!base.adopts.is_empty()));
    let current =
        if base.adopts.is_empty() { base.state.as_ref().and_then(|state| state.current) } else { Some(first_free) };
    let removes = strays.into_iter().chain(base.discards).collect();
    let mut plan = PreparePlan {
        name: base.name.clone(),
        exists: None,
        adopts: base.adopts.clone(),
        current,
        number,
        play,
        algorithm: algorithm(base, with, play, form.target)?,
        subject: subject(base, with)?,
        subject_alt_names: subject_alt_names(base, with)?,
        not_after: end(base, with)?,
        authority: if base.next.is_some() { None } else { authority(base, with)? },
        form,
        removes,
        left_out: base.left_out.clone(),
    };
    if let Some(next) = &base.next {
        let record = base.state.as_ref().and_then(|state| state.record(next.number));
        plan.exists = Some(next.number);
        plan.number = next.number;
        plan.play = record.and_then(|record| record.play);
        plan.algorithm = of_certificate(next, Certificate::public_key)?.algorithm();
        plan.subject = next.subject();
        plan.subject_alt_names = of_certificate(next, Certificate::subject_alt_names)?;
        plan.not_after = next.validity.not_after;
        return Ok(plan);
    }
    if let Some(target) = plan.form.target {
        target.check_key(plan.algorithm)?;
        target.check_validity(with.now, plan.not_after)?;
        if let (None, Some(alias)) = (&base.form, &plan.form.alias) {
            target.check_alias(alias)?;
        }
    }
    if let (Some(current), false) = (&base.current, options.allow_weaker) {
        weaker::check(current, &plan, is_encrypted(current, with))?;
    }
    Ok(plan)
}

/// What a certificate says, or why it cannot be read.
pub(super) fn of_certificate<T>(
    proved: &Proved,
    read: impl Fn(&Certificate) -> Result<T, crate::formats::Error>,
) -> Result<T, Error> {
    read(&proved.certificate).map_err(|source| Error::CannotRead { input: "the certificate".to_owned(), source })
}

/// The play that was asked for, if the target has it; else its usual one, which is never the same key again.
fn play(asked: Option<Play>, target: Option<&'static Target>) -> Result<Play, RotateError> {
    let rotation = Rotation::of(target);
    match (asked, target) {
        (Some(play), Some(target)) if rotation.play(play).is_none() => Err(RotateError::NoSuchPlay {
            target: target.title,
            play,
            plays: rotation.plays.iter().map(|row| row.play).collect(),
        }),
        (asked, _) => Ok(asked.unwrap_or_else(|| rotation.usual())),
    }
}

fn is_encrypted(current: &Proved, with: &Surroundings<'_>) -> bool {
    current.files.iter().any(|(part, input)| *part == Part::Key && is_encrypted_key(input, with.limits))
}

/// What all versions have in common, this one included.
fn form(base: &Base, with: &Surroundings<'_>) -> Result<SetForm, RotateError> {
    let options = with.options;
    let fixed = |what| RotateError::FormFixed { store: with.store.root().display().to_string(), what };
    let mut form = match &base.form {
        Some(form) => {
            let same_parts =
                |parts: &Vec<Part>| parts.iter().collect::<BTreeSet<_>>() == form.parts.iter().collect::<BTreeSet<_>>();
            if options.parts.as_ref().is_some_and(|parts| !same_parts(parts)) {
                return Err(fixed("their files"));
            }
            if options.alias.is_some() && options.alias != form.alias {
                return Err(fixed("the alias"));
            }
            if options.link && form.live != Live::Link {
                return Err(fixed("the place where they are used"));
            }
            if let (Some(state), false) = (&base.state, options.in_use.is_empty()) {
                let live = with.store.live_files(state);
                if options
                    .in_use
                    .iter()
                    .any(|(part, path)| !live.iter().any(|(it, at)| it == part && location(path) == location(at)))
                {
                    return Err(fixed("the files in use"));
                }
            }
            form.clone()
        }
        None => first_form(base, with)?,
    };
    form.target = options.target.or(form.target);
    if form.parts.contains(&Part::Key) {
        let as_now = base.current.as_ref().map_or(form.key_is_encrypted, |current| is_encrypted(current, with));
        form.key_is_encrypted = options.encrypt_key.unwrap_or(as_now);
    }
    let is_protected = form.key_is_encrypted || form.parts.iter().any(|part| part.is_keystore());
    form.password = match (&base.form, form.password, &options.password) {
        (Some(_), PasswordKept::Given | PasswordKept::None, NewPassword::Generated) => {
            return Err(fixed("a password that is not kept in the store"));
        }
        (Some(_), PasswordKept::None, _) if is_protected => PasswordKept::Given,
        (Some(_), kept, _) => kept,
        (None, ..) if !is_protected => PasswordKept::None,
        (None, _, NewPassword::Generated) => PasswordKept::InVersion,
        (None, ..) => PasswordKept::Given,
    };
    Ok(form)
}

fn first_form(base: &Base, with: &Surroundings<'_>) -> Result<SetForm, RotateError> {
    let options = with.options;
    let asked = |part: &Part| options.parts.as_ref().is_none_or(|parts| parts.contains(part));
    let parts: Vec<Part> = Part::ALL.into_iter().filter(asked).collect();
    let lacks = |found: &str, wanted| Error::NotWhatIsNeeded {
        input: "the options".to_owned(),
        found: found.to_owned(),
        wanted,
    };
    if !parts.iter().any(|part| part.holds_key()) {
        return Err(lacks("no file for the private key", "one that holds it").into());
    }
    // What a rotation is about is the certificate, and a version without one could not be proved.
    if !parts.iter().any(|part| *part == Part::Certificate || part.is_keystore()) {
        return Err(lacks("no file for the certificate", "one that holds it").into());
    }
    let alias = if parts.iter().any(|part| part.is_keystore()) {
        let common_name = subject(base, with)?.common_name();
        let usual = common_name.as_deref().and_then(default_alias);
        Some(options.alias.clone().or(usual).ok_or_else(|| lacks("no alias", "the alias of the keystores' entry"))?)
    } else {
        None
    };
    Ok(SetForm {
        parts,
        alias,
        key_is_encrypted: false,
        password: PasswordKept::None,
        target: options.target,
        live: if options.link { Live::Link } else { Live::State },
    })
}

fn algorithm(
    base: &Base,
    with: &Surroundings<'_>,
    play: Option<Play>,
    target: Option<&'static Target>,
) -> Result<KeyAlgorithm, RotateError> {
    let Some(current) = &base.current else {
        let usual = target.map_or(KeyAlgorithm::Rsa { bits: 2048 }, Target::usual_key);
        return Ok(with.options.algorithm.unwrap_or(usual));
    };
    let held = of_certificate(current, Certificate::public_key)?.algorithm();
    Ok(match (play, with.options.algorithm) {
        (Some(Play::SameKey), _) => held,
        (_, Some(asked)) => asked,
        (_, None) => made_like(held),
    })
}

/// The kind of key that is made in the place of one of `held`: of that kind, or of the next length that is made here.
fn made_like(held: KeyAlgorithm) -> KeyAlgorithm {
    let KeyAlgorithm::Rsa { bits } = held else { return held };
    let longest = KeyAlgorithm::Rsa { bits: 4096 };
    let reaches = |made: &KeyAlgorithm| matches!(made, KeyAlgorithm::Rsa { bits: made } if *made >= bits);
    KeyAlgorithm::GENERATED.into_iter().find(reaches).unwrap_or(longest)
}

fn subject(base: &Base, with: &Surroundings<'_>) -> Result<DistinguishedName, RotateError> {
    let asked = with.options.subject.clone();
    let usual = asked.or_else(|| base.current.as_ref().or(base.next.as_ref()).map(Proved::subject));
    usual.ok_or_else(|| Error::NoSubject { what: "the first certificate of a rotation" }.into())
}

fn subject_alt_names(base: &Base, with: &Surroundings<'_>) -> Result<Vec<SubjectAltName>, RotateError> {
    match (&with.options.subject_alt_names, &base.current) {
        (Some(asked), _) => Ok(asked.clone()),
        (None, Some(current)) => Ok(of_certificate(current, Certificate::subject_alt_names)?),
        (None, None) => Ok(Vec::new()),
    }
}

/// As long a life as the current certificate's, unless the options say when it ends.
fn end(base: &Base, with: &Surroundings<'_>) -> Result<crate::clock::Timestamp, RotateError> {
    let (now, usual) = (with.now, CertificateEnd::After(FIRST_DAYS));
    let beyond = |_| Error::Dates { not_before: now, not_after: now };
    match (with.options.end, &base.current) {
        (Some(CertificateEnd::At(end)), _) => Ok(end),
        (None, Some(current)) => {
            let Validity { not_before, not_after } = current.validity;
            let begin = validity(now, now.plus_days(1).map_err(beyond)?)?.not_before;
            Ok(begin.plus_seconds(not_after.unix() - not_before.unix()).map_err(beyond)?)
        }
        (asked, _) => {
            let CertificateEnd::After(days) = asked.unwrap_or(usual) else { return Ok(now) };
            Ok(now.plus_days(days).map_err(beyond)?)
        }
    }
}

/// The file of the CA that is to sign. A certificate that signs itself does not take the place of a CA's unasked.
fn authority(base: &Base, with: &Surroundings<'_>) -> Result<Option<String>, RotateError> {
    match (&with.options.signer, &base.current) {
        (Signer::Authority { certificate, .. }, _) => Ok(Some(certificate.name().to_owned())),
        (Signer::AsCurrent, Some(current)) if !current.certificate.is_issued_by(&current.certificate) => {
            Err(RotateError::IssuedByOther { issuer: current.certificate.issuer().to_string() })
        }
        _ => Ok(None),
    }
}
