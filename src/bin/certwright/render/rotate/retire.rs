//! What `rotate retire` removed.

use std::fmt::Write as _;

use certwright::operations::rotate::Retired;
use certwright::untrusted::Untrusted;
use serde_json::{Value, json};

use crate::render::{DIM, GOOD, WARN};

/// The report for people.
pub(crate) fn text(retired: &Retired, dry_run: bool) -> String {
    let name = Untrusted(&retired.name);
    if retired.removed.is_empty() {
        return format!("{DIM}nothing to do{DIM:#}  `{name}` has no version that is to go\n");
    }
    let (style, what) = if dry_run { (WARN, "would be removed") } else { (GOOD, "removed") };
    let mut text = String::new();
    for version in &retired.removed {
        let _ = write!(text, "{style}{what}{style:#}  `{name}` version {}", version.number);
        if let Some(until) = version.live_until {
            let _ = write!(text, " {DIM}in use until {until}{DIM:#}");
        }
        text.push('\n');
    }
    text
}

/// The report for programs.
pub(crate) fn json(retired: &Retired, dry_run: bool) -> Value {
    json!({
        "name": retired.name,
        "changed": retired.changed,
        "dry_run": dry_run,
        "removed": retired.removed.iter().map(|version| version.number).collect::<Vec<_>>(),
        "kept": retired.state.versions.iter().map(|version| version.number)
            .filter(|number| !retired.removed.iter().any(|removed| removed.number == *number))
            .collect::<Vec<_>>(),
    })
}
