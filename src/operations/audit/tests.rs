//! The chain finds every change but a cut at the end, and several writers keep one chain.
#![expect(clippy::disallowed_methods, reason = "a test makes files and damages them")]

use std::fs;
use std::path::Path;

use super::*;
use crate::crypto::{DigestAlgorithm, Fingerprint};
use crate::files::{Lines, read_lines};

fn record(index: u32) -> AuditRecord {
    let fingerprint = |text: &str| Fingerprint::of(DigestAlgorithm::Sha256, text.as_bytes());
    let pair = AuditedPair {
        version: index,
        serial: "0a1b2c".to_owned(),
        certificate: fingerprint(&format!("certificate {index}")),
        key: fingerprint(&format!("key {index}")),
        not_after: "2027-11-21T08:00:00Z".parse().unwrap(),
    };
    AuditRecord {
        time: "2026-11-21T08:00:00Z".parse::<crate::clock::Timestamp>().unwrap().plus_days(index).unwrap(),
        actor: Actor { host: "build-7".to_owned(), user: "1000".to_owned() },
        verb: AuditVerb::ALL[index as usize % AuditVerb::ALL.len()],
        outcome: AuditOutcome::ALL[index as usize % AuditOutcome::ALL.len()],
        name: "sërver \u{1b}[2J\u{202e}\"".to_owned(),
        old: (index > 1).then(|| pair.clone()),
        new: Some(pair),
        target: Some("salesforce".to_owned()),
        detail: None,
    }
}

/// A log of `count` lines in a folder that is gone with the first value.
fn log(count: u32) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(AUDIT_FILE);
    for index in 1..=count {
        assert_eq!(append_audit(&path, &record(index)).unwrap().number, u64::from(index));
    }
    (dir, path)
}

fn check(octets: &[u8]) -> AuditReport {
    check_for(octets, &AuditExpectation::default())
}

fn check_for(octets: &[u8], expectation: &AuditExpectation) -> AuditReport {
    verify_audit(Lines::new("log", octets, verify::LONGEST_LINE), expectation).unwrap()
}

fn faults(octets: &[u8]) -> Vec<(u64, &'static str)> {
    check(octets).breaks.iter().map(|one| (one.line, one.fault.word())).collect()
}

fn split(octets: &[u8]) -> Vec<Vec<u8>> {
    octets.split_inclusive(|octet| *octet == b'\n').map(<[u8]>::to_vec).collect()
}

fn lines_at(path: &Path) -> Vec<Vec<u8>> {
    split(&fs::read(path).unwrap())
}

#[test]
fn what_was_written_is_whole_and_reads_back() {
    let (_dir, path) = log(6);
    let report = verify_audit(read_lines(&path, AUDIT_LONGEST_LINE).unwrap(), &AuditExpectation::default()).unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.lines, report.records, report.last.as_ref().unwrap().0), (6, 6, 6));
    assert_eq!(report.times, Some((record(1).time, record(6).time)));
    for (line, index) in read_lines(&path, AUDIT_LONGEST_LINE).unwrap().zip(1..) {
        let line = line.unwrap();
        assert!(line.octets.is_ascii() || !String::from_utf8_lossy(&line.octets).contains('\u{202e}'));
        assert_eq!(read_audit_line(&line).unwrap(), AuditEntry { number: u64::from(index), record: record(index) });
    }
    assert!(check(b"").is_whole());
}

#[test]
fn every_changed_octet_is_found_in_its_line() {
    let (_dir, path) = log(4);
    let octets = fs::read(&path).unwrap();
    let mut line = 1;
    for at in 0..octets.len() {
        for change in [0x01, 0x20, 0x80] {
            let mut changed = octets.clone();
            changed[at] ^= change;
            let met = faults(&changed);
            assert!(met.iter().any(|(number, _)| *number == line), "octet {at} of line {line} xor {change}: {met:?}");
        }
        line += u64::from(octets[at] == b'\n');
    }
}

#[test]
fn every_octet_that_is_put_in_or_taken_out_is_found() {
    let (_dir, path) = log(3);
    let octets = fs::read(&path).unwrap();
    for at in 0..octets.len() {
        let without = [&octets[..at], &octets[at + 1..]].concat();
        assert!(!check(&without).is_whole(), "octet {at} taken out");
        for put in [b'\n', b'\r', b' ', b'0', b'"', 0] {
            let with = [&octets[..at], &[put], &octets[at..]].concat();
            assert!(!check(&with).is_whole(), "{put} put in before octet {at}");
        }
    }
    for end in ["\n", " ", "\r\n", "{}\n", "x"] {
        assert!(!check(&[&octets, end.as_bytes()].concat()).is_whole(), "{end:?} at the end");
    }
}

#[test]
fn every_line_that_is_removed_moved_doubled_or_put_in_is_found_for_what_it_is() {
    let (_dir, path) = log(7);
    let lines = lines_at(&path);
    let (_other, other) = log(9);
    let foreign = lines_at(&other);
    for at in 0..lines.len() {
        let number = at as u64 + 1;
        let mut removed = lines.clone();
        removed.remove(at);
        let found = faults(&removed.concat());
        let is_last = at + 1 == lines.len();
        // Of a log alone nobody can tell that its end is missing.
        assert_eq!(found, if is_last { vec![] } else { vec![(number, "removed")] });

        let mut doubled = lines.clone();
        doubled.insert(at, lines[at].clone());
        assert_eq!(faults(&doubled.concat()), [(number + 1, "repeated")]);

        for to in 0..=lines.len() {
            let mut copied = lines.clone();
            copied.insert(to, lines[at].clone());
            assert!(!check(&copied.concat()).is_whole(), "line {number} also at {to}");
        }
        for with in at + 1..lines.len() {
            let mut swapped = lines.clone();
            swapped.swap(at, with);
            let found = faults(&swapped.concat());
            assert!(
                !found.is_empty() && found.iter().all(|(_, word)| *word == "reordered"),
                "{number} {with}: {found:?}"
            );
        }
        // As long as the log is, every line of the other has the same octets but where it says when; so it is no copy.
        let mut put_in = lines.clone();
        put_in.insert(at, b"{\"schema\":\"certwright/audit/1\"}\n".to_vec());
        assert_eq!(faults(&put_in.concat()), [(number, "not_a_record")]);
        let mut put_in = lines.clone();
        put_in.insert(at, foreign[8].clone());
        assert!(!check(&put_in.concat()).is_whole());
    }
}

#[test]
fn a_line_written_anew_with_its_own_digest_does_not_fit_the_next() {
    let (_dir, path) = log(5);
    let lines = lines_at(&path);
    for at in 0..4 {
        let link = line::read(lines[at].strip_suffix(b"\n").unwrap()).unwrap();
        let mut forged = lines.clone();
        let other = AuditRecord { name: "other".to_owned(), ..link.record().unwrap() };
        forged[at] = [line::encode(&other, link.number, &link.previous, None), b"\n".to_vec()].concat();
        assert_eq!(faults(&forged.concat()), [(at as u64 + 2, "rewritten")]);
        // Put in rather than put in its place.
        let mut forged_beside = lines.clone();
        forged_beside.insert(at, forged[at].clone());
        assert!(faults(&forged_beside.concat()).contains(&(at as u64 + 2, "repeated")));
    }
}

#[test]
fn a_digest_or_a_number_kept_elsewhere_tells_that_the_end_is_gone() {
    let (_dir, path) = log(5);
    let lines = lines_at(&path);
    let kept = check(&lines[..4].concat()).last.unwrap();
    let held = AuditExpectation { holds: Some(kept.1.clone()), at_least: Some(kept.0) };
    let report = check_for(&lines.concat(), &held);
    assert!(report.is_whole());
    assert_eq!(report.holds_at, Some(4));
    assert!(check_for(&lines[..4].concat(), &held).is_whole());
    let cut = check_for(&lines[..3].concat(), &held);
    assert_eq!(cut.unmet, [Unmet::Holds(kept.1), Unmet::AtLeast { expected: 4, met: 3 }]);
    assert!(!cut.is_whole() && cut.break_count == 0);
}

#[test]
fn wherever_a_writer_was_killed_its_piece_stays_and_the_next_line_names_it() {
    let (_dir, path) = log(3);
    let whole = fs::read(&path).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|octet| *octet == b'\n').unwrap() + 1;
    for end in last + 1..whole.len() {
        fs::write(&path, &whole[..end]).unwrap();
        assert_eq!(faults(&whole[..end]), [(3, "unfinished")], "cut at {end}");
        let is_complete = end == whole.len() - 1;
        let position = append_audit(&path, &record(3)).unwrap();
        assert_eq!(position.number, if is_complete { 4 } else { 3 });
        append_audit(&path, &record(4)).unwrap();
        let after = fs::read(&path).unwrap();
        assert!(after.starts_with(&whole[..end]), "nothing was taken away");
        let report = check(&after);
        assert!(report.is_whole(), "cut at {end}: {report:?}");
        assert_eq!((report.unfinished, report.records), (u64::from(!is_complete), position.number + 1));
        if !is_complete {
            // The piece is in the chain as well: it can be neither changed nor taken away.
            let mut changed = after.clone();
            changed[last] ^= 1;
            assert!(!check(&changed).is_whole());
            let without = [&after[..last], &after[end + 1..]].concat();
            assert_eq!(faults(&without), [(3, "no_unfinished")]);
        }
    }
}

#[test]
fn a_damaged_log_gets_its_lines_and_stays_damaged() {
    let (_dir, path) = log(2);
    let whole = fs::read(&path).unwrap();
    for damage in [b"garbage\n".to_vec(), vec![b'x'; 200_000], [vec![b'x'; 200_000], b"\n".to_vec()].concat()] {
        fs::write(&path, [&whole, damage.as_slice()].concat()).unwrap();
        append_audit(&path, &record(3)).unwrap();
        append_audit(&path, &record(4)).unwrap();
        let report = check(&fs::read(&path).unwrap());
        assert_eq!(report.breaks[0].line, 3, "{report:?}");
        assert!(report.breaks.iter().all(|one| one.line <= 4), "the new lines hold together: {report:?}");
        assert_eq!(report.records, 4);
    }
}

#[test]
fn what_is_said_at_length_is_cut_and_the_line_still_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(AUDIT_FILE);
    let long = "\u{1b}ä".repeat(100_000);
    let actor = Actor { host: long.clone(), user: long.clone() };
    let loud = AuditRecord { name: long.clone(), actor, detail: Some(long.clone()), target: Some(long), ..record(1) };
    append_audit(&path, &loud).unwrap();
    append_audit(&path, &loud).unwrap();
    let octets = fs::read(&path).unwrap();
    assert!(check(&octets).is_whole() && split(&octets).iter().all(|line| line.len() < AUDIT_LONGEST_LINE));
}

#[test]
fn a_version_that_knows_more_is_verified_and_not_misread() {
    let (_dir, path) = log(1);
    let line = fs::read(&path).unwrap();
    let text = String::from_utf8(line).unwrap();
    let (body, _) = text.split_once(",\"sha256\":\"").unwrap();
    let body = body.replace("\"verb\":\"adopt\"", "\"verb\":\"distribute\"");
    let newer = format!("{body},\"sha256\":\"{}\"}}\n", LineDigest::of(body.as_bytes()));
    assert_ne!(newer, text);
    assert!(check(newer.as_bytes()).is_whole());
    let line = Lines::new("log", newer.as_bytes(), AUDIT_LONGEST_LINE).next().unwrap().unwrap();
    assert_eq!(read_audit_line(&line).unwrap_err().word(), "not_a_record");
}

#[test]
fn many_faults_are_counted_and_few_are_kept() {
    let report = check("x\n".repeat(100_000).as_bytes());
    assert_eq!((report.lines, report.break_count, report.breaks.len()), (100_000, 100_000, 100));
}

#[test]
fn writers_at_once_keep_one_chain() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(AUDIT_FILE);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                (0..20).for_each(|index| drop(append_audit(path, &record(writer * 100 + index)).unwrap()))
            });
        }
    });
    let report = check(&fs::read(&path).unwrap());
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.records, 80);
}
