//! `check --only expiry`: dates and nothing else, and what of it is counted.

use std::fs;

use super::{NOW, checked, items, one_of_each, testdata};
use crate::support::Sandbox;

#[test]
fn only_dates_decide_and_every_format_has_them() {
    let sandbox = one_of_each();
    for (file, code) in [("ok.crt", 0), ("warning.crt", 1), ("critical.crt", 2), ("unknown.p12", 3)] {
        for format in ["text", "json", "nagios", "prometheus", "csv", "ics", "html"] {
            checked(&sandbox, code, &format!("{file} --only expiry --now {NOW} --format {format}"));
        }
    }
    drop(checked(&sandbox, 0, &format!("ok.crt --only expiry --now {NOW}")).shows("only dates were looked at"));
    for (file, code) in [("ok.crt", 0), ("critical.crt", 2)] {
        let line = format!("{file} --now {NOW} --format nagios");
        drop(checked(&sandbox, code, &format!("{line} --only expiry")).shows("; only dates | days="));
        assert!(!checked(&sandbox, code, &line).stdout.contains("only dates"));
    }
    let document = checked(&sandbox, 0, &format!("ok.crt --only expiry --now {NOW} --json")).json();
    let item = &document["items"][0];
    assert_eq!((&document["only"], &item["certificate"]["subject"]), (&"expiry".into(), &"CN=ok".into()));
    assert!(item["algorithm"].is_null() && item["spki_sha256"].is_null(), "{item}");
    assert!(checked(&sandbox, 0, &format!("ok.crt --now {NOW} --json")).json()["only"].is_null());
    // A keystore is opened as always.
    checked(&sandbox, 0, &format!("unknown.p12 --only expiry --passin file:unknown.pass --now {NOW}"));
}

#[test]
fn quietly_the_exit_code_is_the_same_and_a_report_is_whole() {
    let sandbox = one_of_each();
    for only in ["", "--only expiry"] {
        for (file, code) in [("ok.crt", 0), ("warning.crt", 1), ("critical.crt", 2), ("unknown.p12", 3), (".", 2)] {
            let line = format!("{file} --now {NOW} {only}");
            let quiet = checked(&sandbox, code, &format!("{line} --quiet"));
            assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""), "{line}");
            for format in ["json", "nagios", "csv"] {
                let whole = checked(&sandbox, code, &format!("{line} --format {format}")).stdout;
                assert_eq!(checked(&sandbox, code, &format!("{line} --format {format} --quiet")).stdout, whole);
            }
            checked(&sandbox, code, &format!("{line} --quiet -o quiet.txt --force"));
            checked(&sandbox, code, &format!("{line} -o whole.txt --force"));
            assert_eq!(sandbox.text("quiet.txt"), sandbox.text("whole.txt"));
        }
    }
}

#[test]
fn what_is_wrong_with_keys_and_signatures_is_left_alone() {
    let sandbox = Sandbox::new();
    for (file, kind) in
        [("x509/rsa-md5.crt", "weak_signature"), ("weak/near-primes.crt", "close_primes"), ("weak/roca.pub", "roca")]
    {
        let line = format!("{} --now 2026-12-01T00:00:00Z -w 0d -c 0d", testdata(file));
        assert!(items(&sandbox, 2, &line).iter().any(|it| it.2 == kind), "{file}");
        let found = items(&sandbox, if file.ends_with(".pub") { 3 } else { 0 }, &format!("{line} --only expiry"));
        assert!(found.iter().all(|it| it.2 != kind), "{file}: {found:?}");
    }
    // A pair that is none, and a key that everybody can read.
    sandbox.done("genkey -t p256 -o a.key");
    sandbox.done("genkey -t p256 -o b.key");
    sandbox.done("selfsign --key b.key --cn a --days 100 -o a.crt");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(sandbox.path("a.key"), fs::Permissions::from_mode(0o644)).unwrap();
    }
    checked(&sandbox, 2, ".");
    let found = items(&sandbox, 0, ". --only expiry");
    assert_eq!(found, [("OK".to_owned(), "./a.crt".to_owned(), String::new())]);
}

#[test]
fn keys_and_requests_have_no_dates_and_are_not_counted() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("keys")).unwrap();
    sandbox.write("pass", sandbox.secret("long enough"));
    sandbox.done("genkey -t p256 -o keys/open.key");
    sandbox.done("genkey -t p256 -o keys/closed.key --encrypt --passout file:pass");
    sandbox.done("csr --key keys/open.key --cn x -o keys/it.csr");
    sandbox.write("keys/cut.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n");
    checked(&sandbox, 3, "keys --only expiry");
    drop(checked(&sandbox, 3, "keys --only expiry").shows("no certificate is in this folder"));
    drop(checked(&sandbox, 0, "keys --only expiry --allow-empty").shows("4 other files left alone"));
    for named in ["keys/open.key", "keys/closed.key", "keys/it.csr"] {
        let found = items(&sandbox, 3, &format!("{named} --only expiry --allow-empty"));
        assert_eq!(found, [("UNKNOWN".to_owned(), named.to_owned(), "nothing_found".to_owned())]);
        let told = checked(&sandbox, 3, &format!("{named} --only expiry")).to_string();
        assert!(told.contains("hint: name files that hold certificates, or the folder"), "{told}");
        assert!(!told.contains("--recursive") && !told.contains("--allow-empty"), "{told}");
    }
    assert!(checked(&sandbox, 3, "keys --only expiry").to_string().contains("`--allow-empty`"));
    // A certificate beside its key in one file is counted; the key is neither counted nor its password asked for.
    sandbox.done("selfsign --key keys/open.key --cn x --days 100 -o x.crt");
    sandbox.write("both.pem", sandbox.text("keys/closed.key") + &sandbox.text("x.crt"));
    // One whose content is damaged is passed over too, and one that is no PEM any more takes its file with it.
    sandbox.write(
        "damaged.pem",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_owned() + &sandbox.text("x.crt"),
    );
    checked(&sandbox, 3, "damaged.pem");
    checked(&sandbox, 0, "damaged.pem --only expiry");
    sandbox.write("damaged.pem", sandbox.text("keys/open.key").replace("\nM", "\n#") + &sandbox.text("x.crt"));
    checked(&sandbox, 3, "damaged.pem --only expiry");
    let document = checked(&sandbox, 0, "both.pem --only expiry --json").json();
    assert_eq!((&document["counts"]["ok"], &document["items"][0]["kind"]), (&1.into(), &"certificate".into()));
}

#[test]
fn what_cannot_be_read_is_no_less_unknown() {
    let sandbox = one_of_each();
    let line = format!("--only expiry --now {NOW}");
    sandbox.done("convert ok.crt --to der -o ok.der");
    let der = sandbox.read("ok.der");
    let date = der.windows(2).position(|it| it == [0x17, 0x0d]).unwrap();
    // A thirteenth month, a letter, and no `Z` at its end; and a certificate without its last octet.
    for (place, octet) in [(date + 4, b'3'), (date + 2, b'x'), (date + 14, b'0')] {
        let mut changed = der.clone();
        changed[place] = octet;
        sandbox.write("changed.der", changed);
        assert_eq!(items(&sandbox, 3, &format!("changed.der {line}"))[0].2, "malformed");
    }
    sandbox.write("changed.der", &der[..der.len() - 1]);
    assert_eq!(items(&sandbox, 3, &format!("changed.der {line}"))[0].2, "unknown_format");
    let pem = sandbox.text("ok.crt");
    fs::create_dir(sandbox.path("folder")).unwrap();
    sandbox.write("folder/cut", &pem.as_bytes()[..pem.len() / 2]);
    sandbox.write("folder/page.crt", "<!DOCTYPE html>");
    sandbox.write("folder/notes", "-----BEGIN is what a PEM begins with\n");
    let found: Vec<_> = items(&sandbox, 3, &format!("folder {line}")).into_iter().map(|it| (it.1, it.2)).collect();
    let wanted = [("folder/cut", "malformed"), ("folder/page.crt", "unknown_format")];
    assert_eq!(found, wanted.map(|(file, kind)| (file.to_owned(), kind.to_owned())));
    drop(sandbox.refused(3, "check ok.crt --only keys"));
    drop(sandbox.refused(3, "check ok.crt --only expiry --find-partner ok.crt"));
}
