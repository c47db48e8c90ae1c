//! Writes a record at the end of a log.

use std::path::Path;

use crate::files::{Error, TailLine, append_line};

use super::line::{self, LineDigest};
use super::record::AuditRecord;
use super::verify::LONGEST_LINE;

/// Where a record stands in its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPosition {
    /// Its number, counted from 1.
    pub number: u64,
    /// The digest of its line. Who keeps it elsewhere can tell later whether the log still holds all until here.
    pub digest: LineDigest,
}

/// Adds `record` to the log at `path`, which is made when there is none, for its owner only. Several runs may write into
/// one log: each waits for the other.
///
/// What stands in the log stays. A line that a killed run left unfinished is ended, and the new line names its digest, so
/// that it is neither lost nor taken for the work of somebody else. A log with a fault gets its lines all the same,
/// each chained to the one before: [`verify_audit`](super::verify_audit) finds the fault, and a rotation does not wait
/// for it.
///
/// ```
/// use certwright::operations::{Actor, AuditOutcome, AuditRecord, AuditVerb, append_audit};
///
/// # let folder = tempfile::tempdir()?;
/// # let log = folder.path().join("audit.jsonl");
/// let record = AuditRecord {
///     time: "2026-11-21T08:00:00Z".parse()?,
///     actor: Actor::current(),
///     verb: AuditVerb::Prepare,
///     outcome: AuditOutcome::Done,
///     name: "server".to_owned(),
///     old: None,
///     new: None,
///     target: Some("salesforce".to_owned()),
///     detail: None,
/// };
/// assert_eq!(append_audit(&log, &record)?.number, 1);
/// assert_eq!(append_audit(&log, &record)?.number, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`append_line`].
pub fn append_audit(path: &Path, record: &AuditRecord) -> Result<AuditPosition, Error> {
    let mut position = None;
    append_line(path, LONGEST_LINE, |tail| {
        // A line that lacks nothing but its end is no less than one that has it.
        let (last, unfinished) = match &tail.unfinished {
            TailLine::Whole(octets) if line::read(octets).is_ok() => (tail.unfinished.clone(), TailLine::None),
            _ => (tail.last.clone(), tail.unfinished.clone()),
        };
        let (above, previous) = match &last {
            TailLine::None => (Some(0), LineDigest::none()),
            TailLine::TooLong => (None, LineDigest::none()),
            TailLine::Whole(octets) => (line::read(octets).ok().map(|link| link.number), LineDigest::of(octets)),
        };
        let above = match above {
            Some(number) => number,
            // The line above is no record: the lines say how many there were.
            None => tail.count_lines()?,
        };
        let unfinished = match &unfinished {
            TailLine::Whole(octets) => Some(LineDigest::of(octets)),
            _ => None,
        };
        let number = above.saturating_add(1);
        let line = line::encode(record, number, &previous, unfinished.as_ref());
        position = Some(AuditPosition { number, digest: LineDigest::of(&line) });
        Ok(line)
    })?;
    position.ok_or_else(|| Error::NotFound { path: path.display().to_string() })
}
