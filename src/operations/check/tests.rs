//! What is judged how, what is repeated of `inspect`, and in which order it is told.

use std::path::PathBuf;

use super::judge::{Judge, REPEATED, repeated};
use super::report::in_order;
use super::*;
use crate::crypto::key_health::{Severity, Weakness};
use crate::files::Input;
use crate::formats::x509::Validity;
use crate::operations::inspect::Finding;
use crate::secret::{Passwords, SecretBytes};

const DAY: i64 = 86_400;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn judge(now: i64) -> Judge {
    Judge {
        now: at(now),
        warning: Threshold::USUAL_WARNING,
        critical: Threshold::USUAL_CRITICAL,
        only: None,
        faults_alone: false,
    }
}

#[test]
fn dates_are_judged_in_order() {
    let of = |now: i64, from: i64, to: i64| {
        let validity = Validity { not_before: at(from), not_after: at(to) };
        judge(now).dates(Some(validity)).map(|finding| (finding.kind, finding.status))
    };
    let end = 1_000 * DAY;
    assert_eq!(of(0, 0, end), None);
    assert_eq!(of(-1, 0, end), Some(("not_yet_valid", CheckStatus::Critical)));
    assert_eq!(of(end - 30 * DAY - 1, 0, end), None);
    assert_eq!(of(end - 30 * DAY, 0, end), Some(("expires_soon", CheckStatus::Warning)));
    assert_eq!(of(end - 7 * DAY - 1, 0, end), Some(("expires_soon", CheckStatus::Warning)));
    assert_eq!(of(end - 7 * DAY, 0, end), Some(("expires_soon", CheckStatus::Critical)));
    assert_eq!(of(end, 0, end), Some(("expires_soon", CheckStatus::Critical)));
    assert_eq!(of(end + 1, 0, end), Some(("expired", CheckStatus::Critical)));
    // What never was valid has ended all the same, and what is not yet valid is no mere warning.
    assert_eq!(of(end + 1, end + 2, end), Some(("expired", CheckStatus::Critical)));
    assert_eq!(of(end - 20 * DAY, end - 10 * DAY, end), Some(("not_yet_valid", CheckStatus::Critical)));
    assert_eq!(judge(0).dates(None).map(|it| it.status), Some(CheckStatus::Unknown));
}

#[test]
fn what_makes_a_key_weak_is_repeated_and_what_is_unusual_is_not() {
    let all = [
        Weakness::ClosePrimes,
        Weakness::EvenExponent,
        Weakness::EvenModulus,
        Weakness::ExponentIsOne,
        Weakness::LargeExponent { bits: 33 },
        Weakness::NotExamined { bits: 20_000 },
        Weakness::OddLength { bits: 2047 },
        Weakness::PrimesAlike,
        Weakness::Roca,
        Weakness::SharedPrime,
        Weakness::ShortModulus { bits: 1023 },
        Weakness::ShortModulus { bits: 1024 },
        Weakness::ShortPrivateExponent { bits: 512 },
        Weakness::SmallExponent { exponent: 3 },
        Weakness::SmallFactor { factor: 3 },
    ];
    for weakness in all {
        let status = repeated(&Finding::from(weakness)).map(|finding| finding.status);
        let wanted = match weakness.severity() {
            Severity::Unusual => None,
            Severity::Weak => Some(CheckStatus::Warning),
            Severity::Broken => Some(CheckStatus::Critical),
        };
        assert_eq!(status, wanted, "{weakness:?}");
    }
    let findings = concat!(
        include_str!("../inspect/finding.rs"),
        include_str!("../inspect/certificate.rs"),
        include_str!("../../crypto/key_health/weakness.rs")
    );
    let page = include_str!("../../../docs/reference/exit-codes.md");
    for kind in REPEATED {
        assert!(findings.contains(&format!("\"{kind}\"")), "nothing is ever found of the kind {kind}");
        assert!(kind == "shared_prime" || page.contains(&format!("`{kind}`")), "{kind} is not documented");
    }
}

#[test]
fn the_worst_comes_first_then_what_ends_first_then_by_name() {
    let item = |file: &str, status, end: Option<i64>| {
        let certificate = end.map(|end| CertificateFacts {
            subject: String::new(),
            common_name: None,
            issuer: String::new(),
            serial: String::new(),
            validity: Some(Validity { not_before: at(0), not_after: at(end) }),
            fingerprint: crate::crypto::Fingerprint::of(crate::crypto::DigestAlgorithm::Sha256, b""),
        });
        let finding = CheckFinding::new("x", status, "");
        CheckItem { certificate, ..item::of_whole(file, vec![finding]) }
    };
    use CheckStatus::{Critical, Ok, Unknown, Warning};
    let wanted = [
        item("z", Critical, Some(1)),
        item("a", Critical, Some(2)),
        item("b", Critical, Some(2)),
        item("a", Critical, None),
        item("a", Unknown, None),
        item("a", Warning, Some(0)),
        item("a", Ok, Some(-5)),
    ];
    for pair in wanted.windows(2) {
        assert!(in_order(&pair[0], &pair[1]).is_lt() && in_order(&pair[1], &pair[0]).is_gt(), "{pair:?}");
    }
}

#[test]
fn many_files_come_in_one_order_whoever_is_done_first() {
    let files = || {
        (0..300).map(|number| {
            let text =
                if number % 3 == 0 { "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" } else { "x" };
            Found::from(Input::new(format!("{number}"), SecretBytes::from(text.as_bytes().to_vec())))
        })
    };
    let count = std::cell::Cell::new(0);
    let options = CheckFiles {
        now: at(0),
        warning: Threshold::USUAL_WARNING,
        critical: Threshold::USUAL_CRITICAL,
        only: None,
        faults_alone: false,
        may_be_empty: false,
        given: &Passwords::default(),
        asked: None,
        limits: &Limits::default(),
        progress: &|files| count.set(count.get().max(files)),
    };
    let names = |workers| {
        let mut items = look::into_all(files(), &options, workers).told.items;
        items.sort_by(in_order);
        items.into_iter().map(|item| (item.file, item.findings)).collect::<Vec<_>>()
    };
    let one = names(Workers::ONE);
    assert_eq!((one.len(), count.get()), (300, 300));
    assert_eq!(names(Workers::available()), one);
}

#[test]
fn a_pair_that_is_none_is_told_the_same_whichever_file_was_done_first() {
    let key = |seed: &[u8]| Some(crate::crypto::Fingerprint::of(crate::crypto::DigestAlgorithm::Sha256, seed));
    let item = |file: &str, kind, seed| CheckItem { kind, key: key(seed), ..item::of_whole(file, Vec::new()) };
    let told = |files: [&str; 2]| {
        let mut items = Vec::from(files.map(|file| item(file, CheckedKind::PrivateKey, b"key")));
        items.push(item("app.crt", CheckedKind::Certificate, b"another"));
        pairs::compare(&mut items);
        items[2].findings.iter().map(|finding| finding.what.clone()).collect::<Vec<_>>()
    };
    assert_eq!(told(["app.key", "app.der"]), ["the private key in `app.der` belongs to another certificate"]);
    assert_eq!(told(["app.der", "app.key"]), told(["app.key", "app.der"]));
}

/// Each file of `testdata/`, as if it had been named.
fn all_of_testdata() -> Vec<Found> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let read = |mut found: Found| found.read(&Limits::default(), |_, _| true).unwrap().map(Found::from);
    crate::files::walk(&[root], true, &|_| None).filter_map(read).collect()
}

/// What a check tells of them all.
fn check_of_testdata(only: Option<CheckOnly>, faults_alone: bool) -> CheckReport {
    let options = CheckFiles {
        now: "2027-06-01T00:00:00Z".parse().unwrap(),
        warning: Threshold::USUAL_WARNING,
        critical: Threshold::USUAL_CRITICAL,
        only,
        faults_alone,
        may_be_empty: false,
        given: &Passwords::default(),
        asked: None,
        limits: &Limits::default(),
        progress: &|_| (),
    };
    check(all_of_testdata().into_iter(), &options)
}

/// A report of faults alone tells of each what the whole one tells, and counts the rest.
#[test]
fn faults_alone_are_those_of_a_whole_report() {
    for only in [None, Some(CheckOnly::Expiry)] {
        let (whole, faults) = (check_of_testdata(only, false), check_of_testdata(only, true));
        let counts = |report: &CheckReport| CheckStatus::ALL.map(|status| report.count(status));
        assert_eq!(counts(&faults), counts(&whole));
        assert_eq!((faults.files, faults.passed_over), (whole.files, whole.passed_over));
        assert_eq!((whole.left_out, faults.left_out), (0, whole.count(CheckStatus::Ok)));
        let told = |report: &CheckReport| -> Vec<String> {
            let items = report.items.iter().filter(|item| item.status != CheckStatus::Ok);
            items.map(|item| format!("{item:?}")).collect()
        };
        assert!(faults.left_out > 10 && told(&faults).len() > 10, "{} and {}", faults.left_out, told(&faults).len());
        assert_eq!((told(&faults).len(), told(&faults)), (faults.items.len(), told(&whole)));
    }
}

#[test]
fn what_is_well_and_left_out_is_no_lack_of_things_to_judge() {
    let report = |left_out| CheckReport {
        now: at(0),
        warning: Threshold::USUAL_WARNING,
        critical: Threshold::USUAL_CRITICAL,
        only: None,
        items: Vec::new(),
        left_out,
        files: 1,
        passed_over: 0,
        may_be_empty: false,
    };
    assert_eq!((report(0).status(), report(1).status()), (CheckStatus::Unknown, CheckStatus::Ok));
}

/// What is looked at for its dates alone is told as it is among all else, and nothing besides.
#[test]
fn dates_alone_are_those_that_a_whole_check_tells() {
    const DATES: [&str; 4] = ["expired", "expires_soon", "not_yet_valid", "unreadable_dates"];
    let told = |only| {
        let items = check_of_testdata(only, false).items;
        let (certificates, others): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.certificate.is_some());
        let certificates = certificates.into_iter().map(|mut item| {
            item.findings.retain(|finding| DATES.contains(&finding.kind));
            item.judge();
            // Without its key, which is not read.
            let whole = CheckItem { key: None, algorithm: None, ..item };
            format!("{whole:?}")
        });
        let mut certificates: Vec<String> = certificates.collect();
        certificates.sort();
        (certificates, others)
    };
    let ((whole, all), (dates, others)) = (told(None), told(Some(CheckOnly::Expiry)));
    assert!(whole.len() > 50, "{} certificates", whole.len());
    assert_eq!(dates, whole);
    for item in others {
        assert_eq!(item.kind, CheckedKind::File, "{item:?}");
        let is_empty = item.findings[0].kind == "nothing_found";
        let is_told = |other: &CheckItem| {
            other.file == item.file && item.findings.iter().all(|finding| other.findings.contains(finding))
        };
        assert!(is_empty || all.iter().any(is_told), "{item:?}");
    }
}
