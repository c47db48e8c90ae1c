//! The writes of `prepare`, in an order of which every beginning leaves a store that can be used: versions are published
//! whole, read back and proved, recorded in the audit log, and noted in the state last.

use crate::crypto::CryptoRng;
use crate::files::Input;
use crate::formats::x509::Certificate;
use crate::operations::audit::{Actor, AuditOutcome, AuditRecord, AuditVerb, AuditedPair, append_audit};
use crate::operations::create::Part;
use crate::operations::lint::lint;
use crate::operations::rotate::error::RotateError;
use crate::operations::rotate::manifest::Manifest;
use crate::operations::rotate::play::Play;
use crate::operations::rotate::state::{State, VersionRecord};
use crate::operations::rotate::store::LockedStore;
use crate::operations::rotate::version::{Proved, VersionFile};
use crate::operations::target::Level;
use crate::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError, SecretBytes};

use super::base::{Base, Surroundings, state_of};
use super::make::{Made, make};
use super::options::{PreparePlan, Prepared};

/// Does what `plan` says, or finds that it is done.
pub(super) fn publish(
    locked: &LockedStore<'_>,
    base: Base,
    plan: &PreparePlan,
    with: &Surroundings<'_>,
    actor: &Actor,
    rng: &mut dyn CryptoRng,
) -> Result<Prepared, RotateError> {
    if let (Some(state), true) = (&base.state, base.next.is_some()) {
        let removed = locked.stray_versions(Some(state))?;
        remove(locked, &removed);
        let (state, left_out) = (state.clone(), base.left_out);
        let Base { current, next: Some(next), .. } = base else {
            return Err(RotateError::NoStore { path: with.store.root().display().to_string() });
        };
        return Ok(Prepared {
            changed: false,
            adopted: false,
            play: plan.play,
            state,
            current,
            next,
            removed,
            left_out,
            notices: Vec::new(),
            warnings: Vec::new(),
        });
    }
    let made = make(&base, plan, with, rng)?;
    let steps = Steps { locked, plan, with, actor };
    let adopted = (!plan.adopts.is_empty()).then(|| plan.number.saturating_sub(1));
    let done = steps.publish(base, made, adopted, rng);
    // Where even the undoing of a write of the state failed, it may refer to them: the disk is asked.
    if done.is_err()
        && let Ok(state) = state_of(locked)
    {
        let made = [adopted, Some(plan.number)].into_iter().flatten();
        let is_noted = |number: &u32| state.as_ref().is_some_and(|state| state.record(*number).is_some());
        remove(locked, &made.filter(|number| !is_noted(number)).collect::<Vec<_>>());
    }
    done
}

/// Removes versions that nothing refers to. What cannot be removed now is removed by a later run.
fn remove(locked: &LockedStore<'_>, numbers: &[u32]) {
    for number in numbers {
        let _ = locked.remove_version(*number);
    }
}

struct Steps<'a> {
    locked: &'a LockedStore<'a>,
    plan: &'a PreparePlan,
    with: &'a Surroundings<'a>,
    actor: &'a Actor,
}

impl Steps<'_> {
    fn publish(
        &self,
        base: Base,
        made: Made,
        adopted: Option<u32>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Prepared, RotateError> {
        let (plan, with, locked) = (self.plan, self.with, self.locked);
        let state = self.state(&base, adopted);
        let opened = base.current.iter().flat_map(|current| with.passwords.opened(&current.files));
        let known = Known { known: made.password.iter().cloned().chain(opened).collect(), given: with.passwords };
        let current = match (adopted, base.current) {
            (Some(number), Some(in_use)) => Some(self.adopt(&state, number, &in_use, &known, rng)?),
            (_, current) => current,
        };
        let files: Vec<VersionFile> = made.files.iter().map(|(file, _)| *file).collect();
        let mut contents = made.files;
        contents.push((VersionFile::Manifest, self.manifest(plan.number, false, &made.certificate, files)));
        locked.add_version(&plan.name, plan.number, &contents)?;
        let next = locked.prove(&state, plan.number, &known, with.limits, rng)?;
        self.check(current.as_ref(), &next)?;
        let warnings = self.lint(&state, &next, &known, rng)?;

        let before = current.as_ref().map(Proved::audited);
        if let (Some(_), Some(adopted)) = (adopted, &current) {
            self.record(AuditVerb::Adopt, AuditOutcome::Done, None, adopted.audited(), None)?;
        }
        let detail = plan.play.map(|play| format!("play {play}"));
        self.record(AuditVerb::Prepare, AuditOutcome::Done, before.clone(), next.audited(), detail)?;
        if let Err(error) = locked.write_state(&state) {
            // The log says that there is a version, and there will be none.
            let why = Some("the state could not be written".to_owned());
            let _ = self.record(AuditVerb::Prepare, AuditOutcome::Failed, before, next.audited(), why);
            return Err(error);
        }
        remove(locked, &plan.removes);
        Ok(Prepared {
            changed: true,
            adopted: adopted.is_some(),
            play: plan.play,
            current,
            state,
            next,
            removed: plan.removes.clone(),
            left_out: plan.left_out.clone(),
            notices: made.notices,
            warnings,
        })
    }

    /// The files in use as the first version, octet for octet.
    fn adopt(
        &self,
        state: &State,
        number: u32,
        in_use: &Proved,
        known: &Known<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Proved, RotateError> {
        let file = |(part, input): &(Part, Input)| (VersionFile::Part(*part), SecretBytes::concat(&[input.bytes()]));
        let mut contents: Vec<(VersionFile, SecretBytes)> = in_use.files.iter().map(file).collect();
        let files = contents.iter().map(|(file, _)| *file).collect();
        contents.push((VersionFile::Manifest, self.manifest(number, true, &in_use.certificate, files)));
        self.locked.add_version(&self.plan.name, number, &contents)?;
        let proved = self.locked.prove(state, number, known, self.with.limits, rng)?;
        let same = |((_, was), (_, is)): (&(Part, Input), &(Part, Input))| was.bytes() == is.bytes();
        if !in_use.files.iter().zip(&proved.files).all(same) {
            return Err(self.unproved(number, "it is no exact copy of the files in use"));
        }
        Ok(proved)
    }

    /// The state once all is done.
    fn state(&self, base: &Base, adopted: Option<u32>) -> State {
        let (plan, now) = (self.plan, self.with.now);
        let mut versions = base.state.as_ref().map(|state| state.versions.clone()).unwrap_or_default();
        versions.retain(|record| !plan.removes.contains(&record.number));
        let record = |number, play, live_from| VersionRecord { number, made: now, play, live_from, live_until: None };
        if let Some(number) = adopted {
            // Since when the files were in use before, nobody can tell.
            versions.push(record(number, None, Some(now)));
        }
        versions.push(record(plan.number, plan.play, None));
        State {
            name: plan.name.clone(),
            form: plan.form.clone(),
            current: adopted.or(base.state.as_ref().and_then(|state| state.current)),
            next: Some(plan.number),
            previous: base.state.as_ref().and_then(|state| state.previous),
            versions,
            doing: None,
        }
    }

    /// What makes the new version another than the current one.
    fn check(&self, current: Option<&Proved>, next: &Proved) -> Result<(), RotateError> {
        let Some(current) = current else { return Ok(()) };
        let has_same_key = current.key == next.key;
        if current.certificate.serial_number() == next.certificate.serial_number() {
            return Err(self.unproved(next.number, "its certificate has the serial number of the current one"));
        }
        match (self.plan.play, has_same_key) {
            (Some(Play::SameKey), false) => Err(self.unproved(next.number, "it does not have the current key")),
            (Some(Play::SameKey), true) | (_, false) => Ok(()),
            (_, true) => Err(self.unproved(next.number, "it has the current key")),
        }
    }

    /// Holds each file that is uploaded to the target's rules. The certificate must keep them; of the others it is said.
    fn lint(
        &self,
        state: &State,
        next: &Proved,
        known: &Known<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<String>, RotateError> {
        let Some(target) = self.plan.form.target else { return Ok(Vec::new()) };
        let passwords = self.locked.version_passwords(state, next.number, known)?;
        let mut warnings = Vec::new();
        for (part, input) in &next.files {
            let goes_there = target.uploads.iter().any(|(upload, _)| upload == part);
            if !goes_there || *part == Part::Key {
                continue;
            }
            let file = VersionFile::Part(*part).name(&self.plan.name);
            let linted = lint(input, target, &passwords, self.with.limits, self.with.now, rng);
            for finding in linted.findings {
                if finding.rule.level == Level::Refused && *part == Part::Certificate {
                    let finding = format!("{} ({})", finding.met, finding.rule.text);
                    return Err(RotateError::TargetRefuses { target: target.title, file, finding });
                }
                warnings.push(format!("{} may mind `{file}`: {} ({})", target.title, finding.met, finding.rule.text));
            }
        }
        Ok(warnings)
    }

    fn record(
        &self,
        verb: AuditVerb,
        outcome: AuditOutcome,
        old: Option<AuditedPair>,
        new: AuditedPair,
        detail: Option<String>,
    ) -> Result<(), RotateError> {
        let record = AuditRecord {
            time: self.with.now,
            actor: self.actor.clone(),
            verb,
            outcome,
            name: self.plan.name.clone(),
            old,
            new: Some(new),
            target: self.plan.form.target.map(|target| target.name.to_owned()),
            detail,
        };
        append_audit(&self.with.store.audit_log(), &record)?;
        Ok(())
    }
}

impl Steps<'_> {
    fn manifest(&self, number: u32, adopted: bool, certificate: &Certificate, files: Vec<VersionFile>) -> SecretBytes {
        let manifest = Manifest {
            name: &self.plan.name,
            number,
            made: self.with.now,
            adopted,
            play: self.plan.play.filter(|_| !adopted),
            target: self.plan.form.target,
            certificate,
            files,
        };
        SecretBytes::from(manifest.to_json())
    }

    fn unproved(&self, version: u32, finding: &str) -> RotateError {
        let store = self.with.store.root().display().to_string();
        RotateError::Unproved { store, version, finding: finding.to_owned() }
    }
}

/// The passwords that this run knows already, then what the caller gives.
struct Known<'a> {
    known: Vec<Password>,
    given: &'a dyn PasswordProvider,
}

impl PasswordProvider for Known<'_> {
    fn candidate(&self, purpose: &PasswordPurpose, attempt: usize) -> Result<Option<Password>, ProviderError> {
        match self.known.get(attempt) {
            Some(password) => Ok(Some(password.clone())),
            None => self.given.candidate(purpose, attempt - self.known.len()),
        }
    }
}
