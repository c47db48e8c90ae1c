//! What `rotate prepare` made, or would make, and what is to be done with it.

use std::fmt::Write as _;
use std::path::Path;

use certwright::clock::Timestamp;
use certwright::crypto::DigestAlgorithm;
use certwright::operations::Part;
use certwright::operations::rotate::{
    PasswordKept, PlayRow, PreparePlan, Prepared, Proved, Rotation, StepValues, Store, VersionFile,
};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::{as_operand, steps};
use crate::args::Shell;
use crate::render::create::purpose;
use crate::render::{DIM, GOOD, WARN, days_left};

/// A version that was prepared, with what the operation itself does not know.
pub(crate) struct Shown<'a> {
    pub(crate) prepared: &'a Prepared,
    pub(crate) store: &'a Store,
    /// The store or the key, as the user named it.
    pub(crate) path: &'a Path,
}

impl Shown<'_> {
    fn values(&self) -> StepValues {
        let prepared = self.prepared;
        StepValues::of(self.store, &prepared.state, prepared.current.as_ref(), &prepared.next)
    }

    fn file(&self, file: VersionFile) -> String {
        self.store.version_file(&self.prepared.state, self.prepared.next.number, file).display().to_string()
    }

    fn password_file(&self) -> Option<String> {
        let is_kept = self.prepared.state.form.password == PasswordKept::InVersion;
        is_kept.then(|| self.file(VersionFile::Password))
    }

    fn rotation(&self) -> &'static Rotation {
        Rotation::of(self.prepared.state.form.target)
    }

    fn row(&self) -> Option<&'static PlayRow> {
        self.prepared.play.and_then(|play| self.rotation().play(play))
    }
}

/// The report for people.
pub(crate) fn text(shown: &Shown<'_>, now: Timestamp) -> String {
    let prepared = shown.prepared;
    let (name, number) = (Untrusted(&prepared.state.name), prepared.next.number);
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = if prepared.changed {
        writeln!(text, "{GOOD}prepared{GOOD:#}  `{name}` version {number}")
    } else {
        writeln!(
            text,
            "{DIM}nothing to do{DIM:#}  `{name}` version {number} is prepared, and still proves; options were not used"
        )
    };
    if prepared.adopted
        && let Some(current) = &prepared.current
    {
        let _ =
            writeln!(text, "{GOOD}adopted{GOOD:#}   the files in use are version {}, octet for octet", current.number);
    }
    text.push('\n');
    files(&mut text, shown);
    let next = &prepared.next;
    let subject = next.subject().to_string();
    let _ = writeln!(text, "\n{} for {}", Untrusted(&next.algorithm), Untrusted(&subject));
    let _ = writeln!(text, "valid until {}, {}", next.validity.not_after, days_left(now, next.validity.not_after));
    if let Some(current) = &prepared.current {
        let end = current.validity.not_after;
        let _ = writeln!(text, "version {}, in use, is valid until {end}, {}", current.number, days_left(now, end));
    }
    if let Some(alias) = &prepared.state.form.alias {
        let _ = writeln!(text, "alias {}", Untrusted(alias));
    }
    let fingerprint = next.certificate.fingerprint(DigestAlgorithm::Sha256);
    let _ = writeln!(text, "SHA-256 of the certificate:\n  {DIM}{fingerprint}{DIM:#}");
    let _ = writeln!(
        text,
        "{GOOD}proved{GOOD:#}: every file was read back from the disk, and holds the same key{}",
        match &prepared.current {
            Some(current) if current.key == next.key => ", which is the one in use",
            Some(_) => ", which is not the one in use",
            None => "",
        }
    );
    match shown.row() {
        Some(row) => text.push_str(&play(row, shown.rotation(), &shown.values())),
        None => uploads(&mut text, shown),
    }
    let _ = writeln!(text, "\nthen run:\n  {}", activate(shown.path));
    text
}

/// The files with what each is for.
fn files(text: &mut String, shown: &Shown<'_>) {
    let form = &shown.prepared.state.form;
    let of_part = |part: &Part| (shown.file(VersionFile::Part(*part)), purpose(*part, form.key_is_encrypted));
    let mut files: Vec<(String, &str)> = form.parts.iter().map(of_part).collect();
    files.extend(shown.password_file().map(|path| (path, "the password, made for these files: keep it secret")));
    let width = files.iter().map(|(path, _)| path.chars().count()).max().unwrap_or(0);
    for (path, purpose) in files {
        let _ = writeln!(text, "{:<width$}  {purpose}", Untrusted(&path).to_string());
    }
}

/// Where a first version's files go.
fn uploads(text: &mut String, shown: &Shown<'_>) {
    let form = &shown.prepared.state.form;
    let Some(target) = form.target.filter(|target| !target.uploads.is_empty()) else { return };
    let _ = writeln!(text, "\nFor {}:", target.title);
    for (part, place) in target.uploads.iter().filter(|(part, _)| form.parts.contains(part)) {
        let _ = writeln!(text, "  {}  {place}", Untrusted(&shown.file(VersionFile::Part(*part))));
    }
}

/// The play with its steps, up to the activation.
fn play(row: &PlayRow, rotation: &Rotation, values: &StepValues) -> String {
    let title = if rotation.target.is_empty() { "a service that is not known here" } else { rotation.target };
    let mut text = format!("\nplay {} for {title}\n", row.play);
    steps::paragraph(&mut text, "  ", row.when);
    let others = rotation.plays.iter().filter(|other| other.play != row.play);
    for (index, other) in others.enumerate() {
        if index == 0 {
            text.push_str("\nother plays, which `--play` chooses; `--force` prepares anew:\n");
        }
        steps::paragraph(&mut text, "  ", &format!("{}: {}", other.play, other.when));
    }
    for (heading, steps) in [("before the activation:", row.before), ("to know that it was taken:", row.proof)] {
        let shown = steps::text(heading, steps, values);
        if !shown.is_empty() {
            text.push('\n');
            text.push_str(&shown);
        }
    }
    text.push('\n');
    text.push_str(&steps::changes(row));
    text
}

/// The command that brings the version into use.
fn activate(path: &Path) -> String {
    let words = ["certwright", "rotate", "activate"].map(str::to_owned).into_iter().chain([as_operand(path)]);
    Untrusted(&Shell::usual().line(&words.collect::<Vec<_>>())).to_string()
}

/// The report for programs.
pub(crate) fn json(shown: &Shown<'_>) -> Value {
    let prepared = shown.prepared;
    let form = &prepared.state.form;
    let kinds = form.parts.iter().map(|part| (part.word(), shown.file(VersionFile::Part(*part))));
    let left: Vec<Value> =
        prepared.left_out.iter().map(|left| json!({ "path": left.file, "holds": left.holds })).collect();
    json!({
        "store": shown.store.root().display().to_string(),
        "name": prepared.state.name,
        "changed": prepared.changed,
        "dry_run": false,
        "adopted": prepared.adopted,
        "version": prepared.next.number,
        "files": kinds.map(|(kind, path)| json!({ "kind": kind, "path": path })).collect::<Vec<_>>(),
        "password_file": shown.password_file(),
        "manifest": shown.file(VersionFile::Manifest),
        "alias": form.alias,
        "key_encrypted": form.key_is_encrypted,
        "target": form.target.map(|target| target.name),
        "next": facts(&prepared.next),
        "current": prepared.current.as_ref().map(facts),
        "play": shown.row().map(|row| steps::json(shown.rotation(), row, &shown.values())),
        "removed": prepared.removed,
        "left_out": left,
        "warnings": prepared.warnings,
        "notices": prepared.notices.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "then": ["certwright", "rotate", "activate", as_operand(shown.path)],
    })
}

fn facts(version: &Proved) -> Value {
    let pair = version.audited();
    let names = version.certificate.subject_alt_names().unwrap_or_default();
    json!({
        "version": version.number,
        "algorithm": version.algorithm,
        "subject": version.subject().to_string(),
        "subject_alt_names": names.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "issuer": version.certificate.issuer().to_string(),
        "serial_number": pair.serial,
        "not_before": version.validity.not_before.to_string(),
        "not_after": version.validity.not_after.to_string(),
        "certificate_sha256": pair.certificate.to_string(),
        "spki_sha256": pair.key.to_string(),
    })
}

/// What would be made, for people.
pub(crate) fn plan_text(plan: &PreparePlan, store: &Store, path: &Path, now: Timestamp) -> String {
    let name = Untrusted(&plan.name);
    let mut text = String::new();
    if let Some(number) = plan.exists {
        let _ = writeln!(text, "{DIM}nothing to do{DIM:#}  `{name}` version {number} is prepared, and still proves");
        let _ = writeln!(text, "\nthen run:\n  {}", activate(path));
        return text;
    }
    let _ = writeln!(text, "{WARN}would be prepared{WARN:#}  `{name}` version {}", plan.number);
    for (_, file) in &plan.adopts {
        let file = file.display().to_string();
        let _ = writeln!(text, "  `{}` would be copied, as version {}", Untrusted(&file), plan.current.unwrap_or(1));
    }
    for file in plan_files(plan, store) {
        let _ = writeln!(text, "  `{}` would be made", Untrusted(&file));
    }
    for number in &plan.removes {
        let _ = writeln!(text, "  version {number} would be removed: nothing refers to it");
    }
    for left in &plan.left_out {
        let _ = writeln!(text, "  `{}` would stay as it is: it holds {}", Untrusted(&left.file), left.holds);
    }
    let subject = plan.subject.to_string();
    let _ = writeln!(text, "\n{} for {}", plan.algorithm, Untrusted(&subject));
    let _ = writeln!(text, "valid until {}, {}", plan.not_after, days_left(now, plan.not_after));
    if let Some(authority) = &plan.authority {
        let _ = writeln!(text, "signed by the CA in `{}`", Untrusted(authority));
    }
    let rotation = Rotation::of(plan.form.target);
    if let Some(row) = plan.play.and_then(|chosen| rotation.play(chosen)) {
        text.push_str(&play(row, rotation, &StepValues::planned(store, plan)));
    }
    text.push_str("\nnothing was made\n");
    text
}

fn plan_files(plan: &PreparePlan, store: &Store) -> Vec<String> {
    let mut files: Vec<VersionFile> = plan.form.parts.iter().map(|part| VersionFile::Part(*part)).collect();
    if plan.form.password == PasswordKept::InVersion {
        files.push(VersionFile::Password);
    }
    files.push(VersionFile::Manifest);
    let folder = store.version_folder(plan.number);
    files.into_iter().map(|file| folder.join(file.name(&plan.name)).display().to_string()).collect()
}

/// What would be made, for programs.
pub(crate) fn plan_json(plan: &PreparePlan, store: &Store, path: &Path) -> Value {
    let rotation = Rotation::of(plan.form.target);
    let row = plan.play.and_then(|play| rotation.play(play));
    let adopts: Vec<Value> = plan
        .adopts
        .iter()
        .map(|(part, path)| json!({ "kind": part.word(), "path": path.display().to_string() }))
        .collect();
    let left: Vec<Value> = plan.left_out.iter().map(|left| json!({ "path": left.file, "holds": left.holds })).collect();
    json!({
        "store": store.root().display().to_string(),
        "name": plan.name,
        "changed": false,
        "dry_run": true,
        "would_change": plan.exists.is_none(),
        "adopts": adopts,
        "version": plan.number,
        "paths": if plan.exists.is_some() { Vec::new() } else { plan_files(plan, store) },
        "alias": plan.form.alias,
        "key_encrypted": plan.form.key_is_encrypted,
        "target": plan.form.target.map(|target| target.name),
        "algorithm": plan.algorithm.to_string(),
        "subject": plan.subject.to_string(),
        "subject_alt_names": plan.subject_alt_names.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "not_after": plan.not_after.to_string(),
        "authority": plan.authority,
        "play": row.map(|row| steps::json(rotation, row, &StepValues::planned(store, plan))),
        "removes": plan.removes,
        "left_out": left,
        "then": ["certwright", "rotate", "activate", as_operand(path)],
    })
}
