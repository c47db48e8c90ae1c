//! What `create --batch` made and what it did not, one set a line, what failed last.

use std::fmt::Write as _;

use certwright::clock::Timestamp;
use certwright::untrusted::Untrusted;
use serde_json::{Map, Value, json};

use super::{BAD, DIM, GOOD};
use crate::printer::Message;

/// The sets of a list, in its order.
pub(crate) struct Batch {
    pub(crate) entries: Vec<Entry>,
}

/// One set and what became of it.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) result: Result<MadeSet, FailedSet>,
}

/// A set that was written.
pub(crate) struct MadeSet {
    /// What `create` alone would say of it.
    pub(crate) value: Value,
    pub(crate) until: Option<Timestamp>,
    pub(crate) algorithm: String,
}

/// A set of which nothing was written.
pub(crate) struct FailedSet {
    pub(crate) message: Message,
    /// The same for programs.
    pub(crate) value: Value,
}

impl Batch {
    /// How many sets were not made.
    pub(crate) fn failed(&self) -> usize {
        self.entries.iter().filter(|entry| entry.result.is_err()).count()
    }
}

/// The report for people.
pub(crate) fn text(batch: &Batch) -> String {
    let width = batch.entries.iter().map(|entry| entry.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for Entry { name, result } in &batch.entries {
        if let Ok(MadeSet { until, algorithm, .. }) = result {
            let until = until.map(|until| format!(", valid until {until}")).unwrap_or_default();
            let _ = writeln!(text, "{:<width$}  {GOOD}made{GOOD:#}: {algorithm}{until}", Untrusted(name).to_string());
        }
    }
    for Entry { name, result } in &batch.entries {
        if let Err(FailedSet { message, .. }) = result {
            let _ = write!(text, "{:<width$}  {BAD}failed{BAD:#}: ", Untrusted(name).to_string());
            let _ = writeln!(text, "{}", Untrusted(&message.text));
            for line in message.causes.iter().chain(&message.hints) {
                let _ = writeln!(text, "{:<width$}  {DIM}{}{DIM:#}", "", Untrusted(line));
            }
        }
    }
    let (failed, all) = (batch.failed(), batch.entries.len());
    let _ = writeln!(text, "\n{} of {all} sets made, each proved; {failed} failed", all - failed);
    text
}

/// The report for programs.
pub(crate) fn json(batch: &Batch) -> Value {
    let set = |entry: &Entry| {
        let mut members = Map::new();
        members.insert("name".to_owned(), json!(entry.name));
        members.insert("outcome".to_owned(), json!(if entry.result.is_ok() { "made" } else { "failed" }));
        match &entry.result {
            Ok(made) => members.extend(made.value.as_object().cloned().unwrap_or_default()),
            Err(failed) => drop(members.insert("error".to_owned(), failed.value.clone())),
        }
        Value::Object(members)
    };
    let failed = batch.failed();
    json!({
        "made": batch.entries.len() - failed,
        "failed": failed,
        "sets": batch.entries.iter().map(set).collect::<Vec<_>>(),
    })
}
