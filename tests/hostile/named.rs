//! Files that were made to do harm: what each costs until it is refused.

use certwright::limits::Limits;
use certwright::secret::Password;

use crate::cost::Meter;
use crate::manifest::{Passwords, octets, rows};
use crate::{open, refusal};

/// Messages and the report's own structures, which are larger than the smallest files, and the few octets by which the
/// DER of a file may be longer than its BER.
const BOOKKEEPING: usize = 4096;

/// Opens a file with the default limits, and holds its refusal and its cost against what is wanted: no derivation, and
/// no allocation larger than the file.
fn refused_at_once(path: &str, kind: &str, words: &[&str]) {
    let meter = Meter::new();
    let file = octets(path);
    let passwords = Passwords::of([Password::new("changeit")]);
    let (report, cost) = meter.run(path, || open(&file, &passwords, &Limits::default())).unwrap();
    let (met, text) = refusal(&report).unwrap_or_else(|| panic!("{path} was opened"));
    assert_eq!(met, kind, "{path}: {text}");
    for word in words {
        assert!(text.contains(word), "{path}: {word} is not in {text}");
    }
    assert_eq!(cost.work, 0, "{path}: {cost:?}");
    assert!(cost.largest <= file.len() + BOOKKEEPING, "{path}, {} octets: {cost:?}", file.len());
}

#[test]
fn a_jks_of_35_octets_that_claims_4294967295_certificates() {
    assert_eq!(octets("jks/chain-count-4294967295.jks").len(), 35);
    refused_at_once("jks/chain-count-4294967295.jks", "limit_exceeded", &["4_294_967_295", "certificates"]);
}

#[test]
fn a_pkcs8_of_2_to_the_31_iterations() {
    let words = ["2_147_483_648", "key-derivation iterations", "the limit is 5_000_000"];
    refused_at_once("hostile/pkcs8-iterations-2147483648.der", "limit_exceeded", &words);
}

#[test]
fn a_p12_of_450_keys_of_1000000_iterations_each() {
    let words = ["key-derivation iterations in all", "the limit is 10_000_000"];
    refused_at_once("hostile/pkcs12-450-keys-of-1000000-iterations.p12", "limit_exceeded", &words);
}

/// A file that asks for more than a limit allows, or for what is no number of iterations, gets no work done.
#[test]
fn nothing_is_derived_for_a_file_that_asks_for_too_much() {
    let meter = Meter::new();
    let mut count = 0;
    for row in rows() {
        let asks = row.expect == "reject:limit_exceeded"
            || (row.expect == "reject:malformed" && row.path.starts_with("hostile/pkcs8"));
        if !asks {
            continue;
        }
        let file = octets(&row.path);
        let (report, cost) = meter.run(&row.path, || open(&file, &row.passwords(), &Limits::default())).unwrap();
        let (kind, text) = refusal(&report).unwrap_or_else(|| panic!("{} was opened", row.path));
        assert_eq!(format!("reject:{kind}"), row.expect, "{}: {text}", row.path);
        assert!(kind != "limit_exceeded" || text.contains("the limit is"), "{}: {text}", row.path);
        assert_eq!(cost.work, 0, "{}: {text}", row.path);
        count += 1;
    }
    assert!(count >= 20, "only {count} files ask for too much");
}

/// Every file of the corpus stays within the default limits, whatever becomes of it.
#[test]
fn no_file_of_the_corpus_costs_more_than_the_limits() {
    let (meter, limits) = (Meter::new(), Limits::default());
    for row in rows() {
        let file = octets(&row.path);
        let (_, cost) = meter.run(&row.path, || open(&file, &row.passwords(), &limits)).unwrap();
        assert!(cost.is_within(&limits), "{}: {cost:?}", row.path);
    }
}

/// More entries than the limit, by the smallest that there are of each kind.
#[test]
fn more_entries_than_the_limit_are_refused_before_they_are_kept() {
    let _alone = Meter::new();
    let limits = Limits { entries: 100, ..Limits::default() };
    let block = "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n";
    let entry = [0_u32.to_be_bytes().as_slice()].concat();
    let trusted = [&[0, 0, 0, 2, 0, 1, b'a'], &[0; 8][..], &[0, 5], b"X.509", &entry].concat();
    let jks = [&[0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2][..], &101_u32.to_be_bytes(), &trusted.repeat(101)].concat();
    for (name, file) in [("PEM", block.repeat(101).into_bytes()), ("JKS", jks)] {
        let report = open(&file, &Passwords::of([Password::new("changeit")]), &limits);
        let (kind, text) = refusal(&report).unwrap_or_else(|| panic!("{name} was opened"));
        assert!(kind == "limit_exceeded" && text.contains("100"), "{name}: {text}");
    }
}
