//! What was done to which key and when: one JSON object a line, each with the digest of the line before it.

mod record;

pub use record::{Actor, AuditOutcome, AuditRecord, AuditVerb, AuditedPair};
