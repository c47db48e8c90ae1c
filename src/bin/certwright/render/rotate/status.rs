//! Where rotations stand: text for people, one document for programs.

use std::fmt::Write as _;
use std::path::Path;

use anstyle::Style;
use certwright::clock::Timestamp;
use certwright::formats::x509::Validity;
use certwright::operations::rotate::{
    Auto, CertificateFacts, Doing, DoingStep, DoingVerb, LiveCondition, LiveLink, NextStep, Phase, StatusReport,
    VersionProof, VersionStatus,
};
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use super::as_operand;
use crate::args::Shell;
use crate::printer::Message;
use crate::render::{BAD, DIM, GOOD, WARN, days_left};

/// One rotation for people.
pub(crate) fn text(path: &Path, report: &StatusReport, now: Timestamp) -> String {
    let mut text = String::new();
    let (style, what) = phase(report.phase);
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{style}{}{style:#}  `{}`: {what}", report.phase.word(), Untrusted(&report.name));
    if let Some(doing) = report.doing() {
        let _ = writeln!(text, "  {}", began(doing));
    }
    for version in &report.versions {
        one_version(&mut text, version, report, now);
    }
    for (_, path, condition) in &report.live {
        let (style, what) = held(*condition, report);
        let path = path.display().to_string();
        let _ = writeln!(text, "  `{}` {style}{what}{style:#}", Untrusted(&path));
    }
    if let Some(link) = report.link {
        let what = match link {
            LiveLink::To(number) => format!("leads to version {number}"),
            LiveLink::Elsewhere => "leads to no version".to_owned(),
            LiveLink::Missing => "is not there yet: the first activation makes it".to_owned(),
        };
        let _ = writeln!(text, "  the link `live` {what}");
    }
    for number in &report.strays {
        let _ = writeln!(
            text,
            "  {DIM}version {number} was left by a run that was killed; `rotate prepare` removes it{DIM:#}"
        );
    }
    for (index, step) in report.todo.iter().enumerate() {
        let heading = match (index, report.phase, step) {
            (0, Phase::HalfDone, _) => "to go on with it, run:".to_owned(),
            (_, Phase::HalfDone, NextStep::Rollback) => "or, to go back, run:".to_owned(),
            (0, ..) => match due(report).filter(|due| *due > now) {
                Some(due) => format!("nothing is due before {due}; to prepare the next version all the same, run:"),
                None => "next, run:".to_owned(),
            },
            _ => "or:".to_owned(),
        };
        let _ = writeln!(text, "{heading}\n  {}", Untrusted(&Shell::usual().line(&command(*step, path))));
    }
    if report.todo.is_empty() && report.phase == Phase::Broken {
        text.push_str("there is no version to go to: restore the files of the version in use from a backup\n");
    }
    text
}

/// From when on `rotate auto` prepares the next version, while there is none.
fn due(report: &StatusReport) -> Option<Timestamp> {
    let current = report.state.as_ref()?.current.filter(|_| report.phase == Phase::Idle)?;
    let facts = report.versions.iter().find(|it| it.record.number == current)?.certificate.as_ref()?;
    let validity = Validity { not_before: facts.not_before, not_after: facts.not_after };
    Some(Auto::BEFORE.moment(validity))
}

/// One of several rotations, which cannot be looked at.
pub(crate) struct Unknown {
    pub(crate) message: Message,
    /// The same for programs.
    pub(crate) value: Value,
}

/// One that cannot be looked at, for people.
pub(crate) fn unknown_text(path: &Path, unknown: &Unknown) -> String {
    let message = &unknown.message;
    let (path, what) = (path.display().to_string(), Untrusted(&message.text));
    let mut text = format!("{BAD}unknown{BAD:#}  `{}`: {what}\n", Untrusted(&path));
    for line in message.causes.iter().chain(&message.hints) {
        let _ = writeln!(text, "  {DIM}{}{DIM:#}", Untrusted(line));
    }
    text
}

fn phase(phase: Phase) -> (Style, &'static str) {
    match phase {
        Phase::Broken => (BAD, "the version in use does not load"),
        Phase::Empty => (DIM, "there is no version"),
        Phase::HalfDone => (BAD, "a change of the version in use was begun and not ended"),
        Phase::Idle => (GOOD, "nothing is prepared"),
        Phase::Prepared => (GOOD, "the next version is ready"),
    }
}

fn began(doing: Doing) -> String {
    let what = match doing.verb {
        DoingVerb::Activate => "the activation of",
        DoingVerb::Rollback => "the rollback to",
    };
    let step = match doing.step {
        DoingStep::Swap => "what is in use may be old, new or mixed",
        DoingStep::Hook => "all is swapped, and the hook has not ended",
    };
    format!("{what} version {} began at {}; {step}", doing.to, doing.since)
}

fn one_version(text: &mut String, version: &VersionStatus, report: &StatusReport, now: Timestamp) {
    let record = version.record;
    let role = role(record.number, report);
    let _ = writeln!(text, "  version {}  {role}", record.number);
    match &version.certificate {
        Some(facts) => certificate(text, facts, now),
        None => text.push_str("    its certificate cannot be read\n"),
    }
    let play = record.play.map(|play| format!(", play {play}")).unwrap_or_default();
    let from = record.live_from.map(|from| format!(", in use from {from}")).unwrap_or_default();
    let until = record.live_until.map(|until| format!(" until {until}")).unwrap_or_default();
    let _ = writeln!(text, "    {DIM}made {}{play}{from}{until}{DIM:#}", record.made);
    let _ = match &version.proof {
        VersionProof::Proved => writeln!(text, "    {GOOD}proved{GOOD:#}: its files belong together"),
        VersionProof::Locked => writeln!(text, "    {DIM}not proved: locked; give its password with `--passin`{DIM:#}"),
        VersionProof::Failed(error) => writeln!(text, "    {BAD}broken{BAD:#}: {}", Untrusted(&error.to_string())),
    };
}

fn certificate(text: &mut String, facts: &CertificateFacts, now: Timestamp) {
    let style = if facts.days_left < 0 { BAD } else { Style::new() };
    let _ = writeln!(text, "    {} for {}", Untrusted(&facts.algorithm), Untrusted(&facts.subject));
    let left = days_left(now, facts.not_after);
    let _ = writeln!(text, "    valid until {}, {style}{left}{style:#}", facts.not_after);
    let _ = writeln!(text, "    {DIM}certificate sha256:{}{DIM:#}", facts.certificate_sha256);
    let _ = writeln!(text, "    {DIM}key         sha256:{}{DIM:#}", facts.key_sha256);
}

/// What a version is to the rotation.
fn role(number: u32, report: &StatusReport) -> &'static str {
    let Some(state) = &report.state else { return "kept" };
    let is = |held: Option<u32>| held == Some(number);
    match (is(state.current), is(state.next), is(state.previous)) {
        (true, ..) => "in use",
        (_, true, _) => "next",
        (_, _, true) => "previous",
        _ => "kept",
    }
}

fn held(condition: LiveCondition, report: &StatusReport) -> (Style, String) {
    let current = report.state.as_ref().and_then(|state| state.current);
    match (condition, current) {
        (LiveCondition::Current, Some(current)) => (DIM, format!("is version {current}'s")),
        (LiveCondition::Current, None) => (DIM, "is in use".to_owned()),
        (LiveCondition::Other(number), Some(current)) => {
            (WARN, format!("is version {number}'s, not version {current}'s"))
        }
        (LiveCondition::Other(number), None) => (WARN, format!("is version {number}'s")),
        (LiveCondition::Changed, _) => (WARN, "was changed by hand: no version has it".to_owned()),
        (LiveCondition::Missing, _) => (BAD, "is gone".to_owned()),
    }
}

fn command(step: NextStep, path: &Path) -> [String; 4] {
    let verb = match step {
        NextStep::Activate => "activate",
        NextStep::Prepare => "prepare",
        NextStep::Rollback => "rollback",
    };
    ["certwright".to_owned(), "rotate".to_owned(), verb.to_owned(), as_operand(path)]
}

/// All rotations for programs.
pub(crate) fn json(reports: &[(&Path, Result<StatusReport, Unknown>)]) -> Value {
    let one = |(path, report): &(&Path, Result<StatusReport, Unknown>)| match report {
        Ok(report) => one_json(path, report),
        Err(unknown) => json!({ "path": path.display().to_string(), "error": unknown.value }),
    };
    json!({ "rotations": reports.iter().map(one).collect::<Vec<_>>() })
}

fn one_json(path: &Path, report: &StatusReport) -> Value {
    let state = report.state.as_ref();
    let live: Vec<Value> = report
        .live
        .iter()
        .map(|(part, path, condition)| {
            let (holds, version) = match condition {
                LiveCondition::Current => ("current", state.and_then(|state| state.current)),
                LiveCondition::Other(number) => ("other", Some(*number)),
                LiveCondition::Changed => ("changed", None),
                LiveCondition::Missing => ("missing", None),
            };
            json!({ "kind": part.word(), "path": path.display().to_string(), "holds": holds, "version": version })
        })
        .collect();
    let link = report.link.map(|link| match link {
        LiveLink::To(number) => json!({ "holds": "version", "version": number }),
        LiveLink::Elsewhere => json!({ "holds": "other", "version": null }),
        LiveLink::Missing => json!({ "holds": "missing", "version": null }),
    });
    let doing = report.doing().map(|doing| {
        json!({
            "verb": match doing.verb { DoingVerb::Activate => "activate", DoingVerb::Rollback => "rollback" },
            "step": match doing.step { DoingStep::Swap => "swap", DoingStep::Hook => "hook" },
            "from": doing.from,
            "to": doing.to,
            "since": doing.since.to_string(),
        })
    });
    json!({
        "path": path.display().to_string(),
        "name": report.name,
        "phase": report.phase.word(),
        "current": state.and_then(|state| state.current),
        "next": state.and_then(|state| state.next),
        "previous": state.and_then(|state| state.previous),
        "doing": doing,
        "target": state.and_then(|state| state.form.target).map(|target| target.name),
        "versions": report.versions.iter().map(|version| version_json(version, report)).collect::<Vec<_>>(),
        "live": live,
        "link": link,
        "strays": report.strays,
        "then": report.todo.iter().map(|step| command(*step, path)).collect::<Vec<_>>(),
    })
}

fn version_json(version: &VersionStatus, report: &StatusReport) -> Value {
    let record = version.record;
    let (proof, fault) = match &version.proof {
        VersionProof::Proved => ("proved", None),
        VersionProof::Locked => ("locked", None),
        VersionProof::Failed(error) => ("failed", Some(error)),
    };
    let facts = version.certificate.as_ref();
    let role = role(record.number, report);
    json!({
        "version": record.number,
        "role": if role == "in use" { "current" } else { role },
        "made": record.made.to_string(),
        "play": record.play.map(|play| play.word()),
        "live_from": record.live_from.map(|it| it.to_string()),
        "live_until": record.live_until.map(|it| it.to_string()),
        "proof": proof,
        "fault": fault.map(|error| json!({ "kind": error.kind(), "message": error.to_string() })),
        "algorithm": facts.map(|it| it.algorithm.clone()),
        "subject": facts.map(|it| it.subject.clone()),
        "serial_number": facts.map(|it| it.serial.clone()),
        "not_before": facts.map(|it| it.not_before.to_string()),
        "not_after": facts.map(|it| it.not_after.to_string()),
        "days_left": facts.map(|it| it.days_left),
        "certificate_sha256": facts.map(|it| it.certificate_sha256.to_string()),
        "spki_sha256": facts.map(|it| it.key_sha256.to_string()),
        "x5t": facts.map(|it| it.x5t.clone()),
        "x5t#S256": facts.map(|it| it.x5t_s256.clone()),
    })
}
