//! What is wrong with a list of sets, all of it at once.

use std::path::Path;

use serde_json::json;

use super::{Failure, word};
use crate::args::Faults;
use crate::exit::ExitStatus;

/// As many faults are shown at once; programs get all of them.
const SHOWN: usize = 20;

/// How hints name what a list has members for.
const MEMBERS: &[(&str, &str)] = &[
    (" with `--passin file:PATH`, or leave `--passin` out to be asked", " with `passin = \"file:PATH\"`"),
    ("`--passin SOURCE`", "`passin = \"file:PATH\"`"),
    ("one more `--passin file:PATH`", "one more `\"file:PATH\"` in `passin`"),
    ("`--passin file:PATH` or `--passin env:NAME`", "`passin = \"file:PATH\"` or `passin = \"env:NAME\"`"),
    ("`--passout file:PATH` or `--passout env:NAME`", "`passout = \"file:PATH\"` or `passout = \"env:NAME\"`"),
    ("`--passout SOURCE`", "`passout = \"file:PATH\"`"),
    ("`--allow-weaker`", "`allow_weaker = true`"),
    ("`--alias`", "`alias`"),
    ("a later moment with `--not-after`, or a number of days with `--days`", "another number of `days`"),
    ("`--days`", "`days`"),
    ("`--cn NAME`", "`cn`"),
];

/// What a list has no member for, and `rotate prepare` has an option.
const OF_PREPARE: &[&str] = &["`--ca-cert ", "`--cert", "`--csr", "`--jks", "`--p12", "`--self-signed`"];

impl Failure {
    /// The failure of one set of a list: its hints name the list's members in place of options. The list itself is read
    /// and understood, so nobody asked wrongly.
    pub(crate) fn of_set(mut self) -> Self {
        if self.exit == ExitStatus::Usage {
            self.exit = ExitStatus::Failed;
        }
        for hint in &mut self.hints {
            for (option, member) in MEMBERS {
                *hint = hint.replace(option, member);
            }
        }
        self
    }

    /// The same of a rotation whose store or key is at `path`.
    pub(crate) fn of_rotated_set(self, path: &Path) -> Self {
        let mut failure = self.of_set();
        let path = word(&path.display().to_string());
        for hint in failure.hints.iter_mut().filter(|hint| OF_PREPARE.iter().any(|option| hint.contains(option))) {
            // What is prepared by hand, the list's next run finds and goes on with.
            *hint = format!("{hint} (no member of a list, but an option of `certwright rotate prepare {path}`)");
        }
        failure
    }

    /// A list that cannot be used.
    pub(crate) fn from_list(path: &Path, faults: &Faults) -> Self {
        let count = faults.iter().count();
        let many = if count == 1 { "a fault".to_owned() } else { format!("{count} faults") };
        let message = format!("`{}` cannot be used: it has {many}", path.display());
        let mut failure = Self::new("list", ExitStatus::Usage, message);
        for (line, what) in faults.iter().take(SHOWN) {
            failure = failure.cause(format!("line {line}: {what}"));
        }
        if count > SHOWN {
            failure = failure.cause(format!("and {} more", count - SHOWN));
        }
        let all = faults.iter().map(|(line, what)| json!({ "line": line, "message": what })).collect();
        failure.members.insert("faults".to_owned(), all);
        failure.hint("nothing was changed; mend the list and run this again")
    }
}
