//! What `rotate activate` and `rotate rollback` brought into use.

use std::fmt::Write as _;

use certwright::operations::AuditedPair;
use certwright::operations::rotate::{Activated, Play, PlayRow, Rotation};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::steps;
use crate::render::{DIM, GOOD, WARN};

/// The report for people.
pub(crate) fn text(done: &Activated, dry_run: bool) -> String {
    let mut text = String::new();
    let name = Untrusted(&done.name);
    match (&done.new, done.changed || dry_run && done.old != done.new) {
        (Some(new), true) => {
            let (style, what) = if dry_run { (WARN, "would be in use") } else { (GOOD, "in use") };
            let _ = writeln!(text, "{style}{what}{style:#}  `{name}` version {}", new.version);
        }
        (Some(new), false) => {
            let _ = writeln!(text, "{DIM}nothing to do{DIM:#}  `{name}` uses version {}", new.version);
        }
        (None, true) => {
            let _ = writeln!(text, "{GOOD}taken back{GOOD:#}  `{name}` uses no version");
        }
        (None, false) => {
            let _ = writeln!(text, "{DIM}nothing to do{DIM:#}  `{name}`");
        }
    }
    if let Some(new) = &done.new {
        pair(&mut text, "now", new);
    }
    if let Some(old) = done.old.as_ref().filter(|old| Some(*old) != done.new.as_ref()) {
        pair(&mut text, "before", old);
    }
    for path in &done.replaced {
        let _ = writeln!(text, "  replaced     `{}`", Untrusted(&path.display().to_string()));
    }
    if let Some(run) = &done.hook {
        let _ = writeln!(text, "  hook         {}", run.end);
    }
    text.push_str(&remaining(done));
    text
}

/// What is left to do at the service.
fn remaining(done: &Activated) -> String {
    let (Some(values), Some(row)) = (&done.values, row(done)) else { return String::new() };
    match is_back(done) {
        true => steps::text("at the service, so that the version is taken again:", row.back, values),
        false => steps::text("when the new version has proved itself at the service:", row.after, values),
    }
}

fn row(done: &Activated) -> Option<&'static PlayRow> {
    Rotation::of(done.state.form.target).play(done.play?)
}

/// Whether an older version came into use.
fn is_back(done: &Activated) -> bool {
    done.new.as_ref().map(|new| new.version) < done.old.as_ref().map(|old| old.version)
}

fn pair(text: &mut String, title: &str, pair: &AuditedPair) {
    let certificate: String = pair.certificate.to_string().chars().take(16).collect();
    let key: String = pair.key.to_string().chars().take(16).collect();
    let _ = writeln!(
        text,
        "  {title:<11}  version {} {DIM}certificate sha256:{certificate}…, key sha256:{key}…, ends {}{DIM:#}",
        pair.version, pair.not_after
    );
}

/// The report for programs.
pub(crate) fn json(done: &Activated, dry_run: bool) -> Value {
    let remaining = match (&done.values, row(done)) {
        (Some(values), Some(row)) => {
            let steps = if is_back(done) { row.back } else { row.after };
            steps.iter().map(|step| steps::step_json(step, values)).collect()
        }
        _ => Vec::new(),
    };
    json!({
        "name": done.name,
        "changed": done.changed,
        "dry_run": dry_run,
        "resumed": done.resumed,
        "current": done.state.current,
        "next": done.state.next,
        "previous": done.state.previous,
        "play": done.play.map(Play::word),
        "old": done.old.as_ref().map(pair_json),
        "new": done.new.as_ref().map(pair_json),
        "replaced": done.replaced.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
        "hook": done.hook.as_ref().map(|run| run.end.to_string()),
        "hook_missing": done.hook_missing,
        "steps": remaining,
    })
}

/// What tells a pair from all others.
pub(crate) fn pair_json(pair: &AuditedPair) -> Value {
    json!({
        "version": pair.version,
        "serial": pair.serial,
        "certificate_sha256": pair.certificate.to_string(),
        "spki_sha256": pair.key.to_string(),
        "not_after": pair.not_after.to_string(),
    })
}
