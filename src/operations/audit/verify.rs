//! Whether a log still is what was written: each line unchanged, and each after the one that it was written after.

use std::fmt;

use crate::clock::Timestamp;
use crate::files::{Error, Line};
use crate::untrusted::Untrusted;

use super::line::{self, LineDigest, Link};
use super::record::AuditRecord;

/// The longest line in octets; those that are written here have a few thousand at most.
pub const LONGEST_LINE: usize = 64 << 10;

/// As many faults as a report names; the others are counted.
const MOST_BREAKS: usize = 100;

/// As many gaps as are remembered to tell lines that changed places from lines that are gone.
const MOST_GAPS: usize = 1_000;

/// What somebody who kept a digest elsewhere expects of the log. Lines that were cut off at the end cannot be missed
/// otherwise: the rest is a whole log.
#[derive(Clone, Debug, Default)]
pub struct AuditExpectation {
    /// The log holds the line with this digest.
    pub holds: Option<LineDigest>,
    /// The log has so many records or more.
    pub at_least: Option<u64>,
}

/// What a log is found to be.
#[derive(Clone, Debug, Default)]
pub struct AuditReport {
    /// How many lines it has, those with faults included.
    pub lines: u64,
    /// How many of them are records that are as they were written.
    pub records: u64,
    /// The first faults, in the order of the lines.
    pub breaks: Vec<AuditBreak>,
    /// How many faults there are.
    pub break_count: u64,
    /// How many lines a killed run left unfinished, which the next line names, so that they are no faults.
    pub unfinished: u64,
    /// When the first record was written, and the last.
    pub times: Option<(Timestamp, Timestamp)>,
    /// The number and the digest of the last record: keep the digest elsewhere.
    pub last: Option<(u64, LineDigest)>,
    /// In which line the digest was found that was to be there.
    pub holds_at: Option<u64>,
    /// What was expected and is not so.
    pub unmet: Vec<Unmet>,
}

/// What was expected of a log and is not so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unmet {
    /// No line has the digest.
    Holds(LineDigest),
    /// There are fewer records.
    AtLeast {
        /// How many there should be.
        expected: u64,
        /// How many there are.
        met: u64,
    },
}

/// A fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditBreak {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong there.
    pub fault: AuditFault,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditFault {
    /// It is not what it was when it was written.
    Edited,
    /// It names an unfinished line before it that is not there.
    NoUnfinished,
    /// It is no record, for the reason in this clause: it was edited, or somebody else wrote it.
    NotARecord(String),
    /// Lines are missing before it.
    Removed {
        /// The number of the first.
        first: u64,
        /// The number of the last.
        last: u64,
    },
    /// It stands in another place than it was written in.
    Reordered,
    /// Its number was there already: it was put in, or it stands twice.
    Repeated,
    /// It was not written after the line above it, although their numbers follow: one of the two was written anew.
    Rewritten,
    /// It is too long for a record.
    TooLong,
    /// It has no end: a run was killed, or lines were cut off. The next line that is written ends it and names it.
    Unfinished,
}

impl AuditFault {
    /// A stable word for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::NoUnfinished => "no_unfinished",
            Self::NotARecord(_) => "not_a_record",
            Self::Removed { .. } => "removed",
            Self::Reordered => "reordered",
            Self::Repeated => "repeated",
            Self::Rewritten => "rewritten",
            Self::TooLong => "too_long",
            Self::Unfinished => "unfinished",
        }
    }
}

impl fmt::Display for AuditFault {
    /// A clause such as "it was edited".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited => f.write_str("it was edited after it was written"),
            Self::NoUnfinished => f.write_str("the unfinished line that it names before it is not there"),
            Self::NotARecord(why) => write!(f, "it was edited or put in: {}", Untrusted(why)),
            Self::Removed { first, last } if first == last => write!(f, "record {first} is missing before it"),
            Self::Removed { first, last } => write!(f, "records {first} to {last} are missing before it"),
            Self::Reordered => f.write_str("it stands in another place than it was written in"),
            Self::Repeated => f.write_str("its number was there already: it stands twice or was put in"),
            Self::Rewritten => f.write_str("it was not written after the line above: one of the two was written anew"),
            Self::TooLong => write!(f, "it is longer than {LONGEST_LINE} bytes, and no record is"),
            Self::Unfinished => f.write_str("it is unfinished: a run was killed, or the end was cut off"),
        }
    }
}

impl AuditReport {
    /// Whether nothing is wrong and everything is as expected.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.break_count == 0 && self.unmet.is_empty()
    }
}

/// A record with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// The number, counted from 1.
    pub number: u64,
    /// What it says.
    pub record: AuditRecord,
}

/// The record in one line of a log. That the line is as it was written is checked; that it stands in its place is for
/// [`verify_audit`] to say.
///
/// # Errors
/// The [`AuditFault`] of a line that is no record.
pub fn read_audit_line(line: &Line) -> Result<AuditEntry, AuditFault> {
    if line.is_too_long {
        return Err(AuditFault::TooLong);
    }
    let link = line::read(&line.octets).map_err(|fault| if line.is_ended { fault } else { AuditFault::Unfinished })?;
    let record = link.record().map_err(AuditFault::NotARecord)?;
    Ok(AuditEntry { number: link.number, record })
}

/// Checks a log line by line, in memory that does not grow with it.
///
/// Found are lines that were edited, removed, put in, doubled or moved. Not found is what was cut off at the end, unless
/// `expectation` says what should be there; nor a log that somebody wrote anew from some line to its end, since there is
/// no key in it: against that, too, a digest kept elsewhere helps.
///
/// ```
/// use certwright::files::read_lines;
/// use certwright::operations::{AUDIT_LONGEST_LINE, AuditExpectation, verify_audit};
///
/// # let folder = tempfile::tempdir()?;
/// # let log = folder.path().join("audit.jsonl");
/// # std::fs::write(&log, "")?;
/// let report = verify_audit(read_lines(&log, AUDIT_LONGEST_LINE)?, &AuditExpectation::default())?;
/// assert!(report.is_whole());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// What stops the lines from being read.
pub fn verify_audit(
    lines: impl Iterator<Item = Result<Line, Error>>,
    expectation: &AuditExpectation,
) -> Result<AuditReport, Error> {
    let mut check = Check::new(expectation);
    for line in lines {
        check.take(&line?);
    }
    Ok(check.end())
}

struct Check<'a> {
    expectation: &'a AuditExpectation,
    report: AuditReport,
    /// The number and digest of the last line that stands in its place.
    head: (u64, LineDigest),
    /// How many lines that are no records stand after it.
    skipped: u64,
    /// A line that is no record, which the next line may name as unfinished.
    pending: Option<(AuditBreak, LineDigest)>,
    /// Numbers that are missing so far.
    gaps: Vec<(u64, u64)>,
}

impl<'a> Check<'a> {
    fn new(expectation: &'a AuditExpectation) -> Self {
        Self {
            expectation,
            report: AuditReport::default(),
            head: (0, LineDigest::none()),
            skipped: 0,
            pending: None,
            gaps: Vec::new(),
        }
    }

    fn take(&mut self, line: &Line) {
        self.report.lines += 1;
        let at = self.report.lines;
        let digest = LineDigest::of(&line.octets);
        let read = match line {
            Line { is_too_long: true, .. } => Err(AuditFault::TooLong),
            Line { is_ended: false, .. } => Err(AuditFault::Unfinished),
            Line { octets, .. } => line::read(octets),
        };
        match read {
            Ok(link) => {
                self.settle(at, &link);
                self.place(at, &link, &digest);
                self.remember(at, &link, digest);
            }
            Err(fault) => {
                self.give_up_pending();
                self.skipped += 1;
                self.pending = Some((AuditBreak { line: at, fault }, digest));
            }
        }
    }

    /// What the line says of an unfinished one before it.
    fn settle(&mut self, at: u64, link: &Link) {
        match (&link.unfinished, &self.pending) {
            (Some(named), Some((_, met))) if named == met => {
                self.pending = None;
                self.skipped -= 1;
                self.report.unfinished += 1;
            }
            (Some(_), _) => {
                self.give_up_pending();
                self.fault(at, AuditFault::NoUnfinished);
            }
            (None, _) => self.give_up_pending(),
        }
    }

    /// Whether the line stands where it was written.
    fn place(&mut self, at: u64, link: &Link, digest: &LineDigest) {
        let expected = self.head.0.saturating_add(1);
        let number = link.number;
        let follows = link.previous == self.head.1;
        if number < expected {
            let fault = if self.close_gap(number) { AuditFault::Reordered } else { AuditFault::Repeated };
            // The line after this one may still go on from where the log was.
            return self.fault(at, fault);
        }
        // A line that is no record any more took a number, and nobody knows its digest any more.
        let is_after_skipped = self.skipped > 0 && number > expected && number - expected <= self.skipped;
        if number > expected && !is_after_skipped {
            let (first, last) = (expected, number - 1);
            self.fault(at, AuditFault::Removed { first, last });
            if self.gaps.len() < MOST_GAPS {
                self.gaps.push((first, last));
            }
        } else if number == expected && !follows {
            self.fault(at, AuditFault::Rewritten);
        }
        self.head = (number, digest.clone());
        self.skipped = 0;
    }

    fn remember(&mut self, at: u64, link: &Link, digest: LineDigest) {
        let report = &mut self.report;
        report.records += 1;
        if self.expectation.holds.as_ref() == Some(&digest) {
            report.holds_at = Some(at);
        }
        if let Some(time) = link.time() {
            report.times = Some((report.times.map_or(time, |(first, _)| first), time));
        }
        report.last = Some((link.number, digest));
    }

    /// Takes `number` out of the numbers that are missing, if it is one of them.
    fn close_gap(&mut self, number: u64) -> bool {
        let Some(index) = self.gaps.iter().position(|(first, last)| (*first..=*last).contains(&number)) else {
            return false;
        };
        let (first, last) = self.gaps.swap_remove(index);
        let rest = [(first, number - 1), (number + 1, last)];
        self.gaps.extend(rest.into_iter().filter(|(first, last)| first <= last));
        true
    }

    fn give_up_pending(&mut self) {
        if let Some((AuditBreak { line, fault }, _)) = self.pending.take() {
            self.fault(line, fault);
        }
    }

    fn fault(&mut self, line: u64, fault: AuditFault) {
        self.report.break_count += 1;
        if self.report.breaks.len() < MOST_BREAKS {
            self.report.breaks.push(AuditBreak { line, fault });
        }
    }

    fn end(mut self) -> AuditReport {
        self.give_up_pending();
        let gaps = &self.gaps;
        for one in &mut self.report.breaks {
            // Lines that turned up further down are not missing: this one came before its turn.
            if let AuditFault::Removed { first, last } = one.fault
                && !gaps.iter().any(|(from, to)| *from <= last && *to >= first)
                && gaps.len() < MOST_GAPS
            {
                one.fault = AuditFault::Reordered;
            }
        }
        let report = &mut self.report;
        if let (Some(digest), None) = (&self.expectation.holds, report.holds_at) {
            report.unmet.push(Unmet::Holds(digest.clone()));
        }
        if let Some(expected) = self.expectation.at_least.filter(|expected| report.records < *expected) {
            report.unmet.push(Unmet::AtLeast { expected, met: report.records });
        }
        self.report
    }
}
