//! What is wrong with a list of sets, all of it at once.

use std::path::Path;

use serde_json::json;

use super::Failure;
use crate::args::Faults;
use crate::exit::ExitStatus;

/// As many faults are shown at once; programs get all of them.
const SHOWN: usize = 20;

impl Failure {
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
