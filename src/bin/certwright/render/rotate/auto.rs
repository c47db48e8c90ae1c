//! What `rotate auto` did for each rotation, what needs somebody last.

use std::fmt::Write as _;

use certwright::clock::Timestamp;
use certwright::operations::AuditedPair;
use certwright::operations::rotate::{AutoOutcome, AutoReport, Play};
use certwright::untrusted::Untrusted;
use serde_json::{Map, Value, json};

use super::change::pair_json;
use crate::exit::ExitStatus;
use crate::printer::Message;
use crate::render::{BAD, DIM, GOOD, WARN, days_left};

/// What became of all rotations, in the order in which they were named.
pub(crate) struct Run {
    pub(crate) rows: Vec<Row>,
    pub(crate) now: Timestamp,
    pub(crate) dry_run: bool,
}

/// What became of one rotation.
pub(crate) struct Row {
    /// What it is called here.
    pub(crate) name: String,
    /// Where it is, as a command takes it.
    pub(crate) store: String,
    pub(crate) end: End,
}

/// How it ended.
pub(crate) enum End {
    Done(Done),
    Stopped {
        exit: ExitStatus,
        message: Message,
        /// The same for programs.
        value: Value,
    },
}

/// A rotation for which everything that was due was done.
pub(crate) struct Done {
    outcome: AutoOutcome,
    changed: bool,
    current: Option<AuditedPair>,
    next: Option<AuditedPair>,
    play: Option<Play>,
    retired: Vec<u32>,
    /// What its user should know.
    pub(crate) notes: Vec<String>,
}

impl From<AutoReport> for Done {
    fn from(report: AutoReport) -> Self {
        let mut notes = Vec::new();
        if let Some(prepared) = &report.prepared {
            notes.extend(prepared.notices.iter().map(ToString::to_string));
            notes.extend(prepared.warnings.iter().cloned());
        }
        if let Some(activated) = &report.activated {
            if activated.hook_missing {
                notes.push("the hook of the run that was broken off may not have told the service".to_owned());
            }
            notes.extend(
                activated.unlogged.as_ref().map(|error| format!("the audit log lacks the end of this change: {error}")),
            );
        }
        notes.extend(report.unretired.as_ref().map(|error| format!("old versions were not removed: {error}")));
        let activated = report.activated.as_ref().and_then(|activated| activated.play);
        let play = activated.or(report.prepared.as_ref().and_then(|prepared| prepared.play));
        let (outcome, changed) = (report.outcome, report.changed);
        Self { outcome, changed, current: report.current, next: report.next, play, retired: report.retired, notes }
    }
}

impl Row {
    /// The word for programs.
    fn word(&self) -> &'static str {
        match &self.end {
            End::Done(done) => match done.outcome {
                AutoOutcome::NothingToDo => "nothing-to-do",
                AutoOutcome::Activated => "activated",
                AutoOutcome::Prepared => "prepared",
            },
            End::Stopped { exit: ExitStatus::RolledBack, .. } => "rolled-back",
            End::Stopped { exit: ExitStatus::NeedsPerson, .. } => "needs-person",
            End::Stopped { .. } => "failed",
        }
    }

    /// What to do next, as a command.
    fn next_step(&self) -> Option<String> {
        match &self.end {
            End::Done(Done { outcome: AutoOutcome::Prepared, .. }) => {
                Some(format!("certwright rotate activate {}", self.store))
            }
            _ => None,
        }
    }

    /// Whether the service has to be given something before the next version can be used.
    fn is_upload(&self) -> bool {
        matches!(&self.end, End::Done(Done { play: Some(play), .. }) if *play != Play::SameKey)
    }

    /// How much of a person's eye it wants: the most stands last.
    fn rank(&self) -> u8 {
        match &self.end {
            End::Done(done) => match done.outcome {
                AutoOutcome::NothingToDo => 0,
                AutoOutcome::Activated => 1,
                AutoOutcome::Prepared => 2,
            },
            End::Stopped { exit, .. } => 3 + exit.number().min(100),
        }
    }
}

impl Run {
    /// The worst of all ends: a person is needed, was rolled back, failed, asked wrongly, done.
    pub(crate) fn status(&self) -> ExitStatus {
        let ends = self.rows.iter().filter_map(|row| match &row.end {
            End::Stopped { exit, .. } => Some(*exit),
            End::Done(_) => None,
        });
        let worth = |exit: &ExitStatus| match exit {
            ExitStatus::Usage => 1,
            ExitStatus::Failed => 2,
            ExitStatus::RolledBack => 3,
            ExitStatus::NeedsPerson => 4,
            _ => 0,
        };
        ends.max_by_key(worth).unwrap_or(ExitStatus::Done)
    }

    fn count(&self, word: &str) -> usize {
        self.rows.iter().filter(|row| row.word() == word).count()
    }
}

const WORDS: [&str; 6] = ["nothing-to-do", "activated", "prepared", "failed", "rolled-back", "needs-person"];

/// The report for people.
pub(crate) fn text(run: &Run) -> String {
    let width = run.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    let mut rows: Vec<&Row> = run.rows.iter().collect();
    rows.sort_by_key(|row| row.rank());
    let mut text = String::new();
    for row in rows {
        let _ = write!(text, "{:<width$}  ", Untrusted(&row.name).to_string());
        match &row.end {
            End::Done(done) => done_text(&mut text, done, run),
            End::Stopped { exit, message, .. } => {
                let word = match exit {
                    ExitStatus::RolledBack => "rolled back",
                    ExitStatus::NeedsPerson => "needs a person",
                    _ => "failed",
                };
                let _ = writeln!(text, "{BAD}{word}{BAD:#}: {}", Untrusted(&message.text));
                for line in message.causes.iter().chain(&message.hints) {
                    let _ = writeln!(text, "{:<width$}  {DIM}{}{DIM:#}", "", Untrusted(line));
                }
            }
        }
        if let Some(step) = row.next_step().filter(|_| !run.dry_run) {
            if row.is_upload() {
                let _ = writeln!(
                    text,
                    "{:<width$}  {DIM}first: what to upload where, as `certwright rotate prepare {}` says{DIM:#}",
                    "",
                    Untrusted(&row.store)
                );
            }
            let _ = writeln!(text, "{:<width$}  {DIM}next: {}{DIM:#}", "", Untrusted(&step));
        }
    }
    if run.rows.len() > 1 {
        let counts = WORDS.iter().map(|word| (word, run.count(word))).filter(|(_, count)| *count > 0);
        let counts: Vec<String> = counts.map(|(word, count)| format!("{count} {}", word.replace('-', " "))).collect();
        let _ = writeln!(text, "\n{} rotations: {}", run.rows.len(), counts.join(", "));
    }
    if run.dry_run {
        text.push_str("nothing was changed\n");
    }
    text
}

fn done_text(text: &mut String, done: &Done, run: &Run) {
    let until = |pair: &Option<AuditedPair>| {
        let end = pair.as_ref().map(|pair| pair.not_after);
        end.map(|end| format!(" until {end}, {}", days_left(run.now, end))).unwrap_or_default()
    };
    let would = if run.dry_run { "would be " } else { "" };
    let play = done.play.map(|play| format!(" ({play})")).unwrap_or_default();
    let line = match done.outcome {
        AutoOutcome::NothingToDo => format!("{GOOD}nothing to do{GOOD:#}: it lasts{}", until(&done.current)),
        AutoOutcome::Activated => {
            format!(
                "{GOOD}{would}activated{GOOD:#}{play}{}",
                if run.dry_run { String::new() } else { until(&done.current) }
            )
        }
        AutoOutcome::Prepared => format!("{WARN}{would}prepared{WARN:#}{play}{}", until(&done.next)),
    };
    let _ = writeln!(text, "{line}");
}

/// The report for programs.
pub(crate) fn json(run: &Run) -> Value {
    let set = |row: &Row| {
        let mut members = Map::new();
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        put("name", json!(row.name));
        put("store", json!(row.store));
        put("outcome", json!(row.word()));
        match &row.end {
            End::Done(done) => {
                put("changed", json!(done.changed));
                put("current", done.current.as_ref().map_or(Value::Null, pair_json));
                put("next", done.next.as_ref().map_or(Value::Null, pair_json));
                put("play", json!(done.play.map(Play::word)));
                put("retired", json!(done.retired));
                put("notes", json!(done.notes));
                put("next_step", json!(row.next_step()));
            }
            End::Stopped { exit, value, .. } => {
                put("changed", json!(*exit == ExitStatus::NeedsPerson));
                put("error", value.clone());
            }
        }
        Value::Object(members)
    };
    let changed = run.rows.iter().any(|row| matches!(&row.end, End::Done(done) if done.changed));
    let counts: Map<String, Value> =
        WORDS.iter().map(|word| (word.replace('-', "_"), json!(run.count(word)))).collect();
    json!({
        "changed": changed,
        "dry_run": run.dry_run,
        "counts": counts,
        "sets": run.rows.iter().map(set).collect::<Vec<_>>(),
    })
}
