//! What was done to which key and when: one JSON object a line, each with the digest of the line before it.
//!
//! An attempt that was refused before anything was made or changed leaves no line: what has a line was done, or begun.
//!
//! | file | what stands in it |
//! |---|---|
//! | `record` | a record as plain values; no field can hold a secret |
//! | `line` | its octets: members, the digest of the line before (`prev`), and its own digest (`sha256`) as the last member |
//! | `append` | writing a record at the end, under the log's own lock |
//! | `verify` | whether every line is as it was written, where it was written |

mod append;
mod line;
mod record;
#[cfg(test)]
mod tests;
mod verify;

pub use append::{AuditPosition, append_audit};
pub use line::{LineDigest, NotADigest};
pub use record::{Actor, AuditOutcome, AuditRecord, AuditVerb, AuditedPair};
pub use verify::{
    AuditBreak, AuditEntry, AuditExpectation, AuditFault, AuditReport, LONGEST_LINE as AUDIT_LONGEST_LINE, Unmet,
    read_audit_line, verify_audit,
};

/// The name of a rotation's log in its folder.
pub const AUDIT_FILE: &str = "audit.jsonl";
