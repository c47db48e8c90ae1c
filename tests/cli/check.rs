//! `check`: what is said of every kind of input, and what a monitor is told by the exit code.

use serde_json::Value;

use crate::support::{Outcome, Sandbox};

/// The moment from which on all certificates here are made.
const NOW: &str = "2030-01-01T00:00:00Z";

/// A check that ends with `code`; nothing is said of an error unless wrong usage ends it.
#[track_caller]
fn checked(sandbox: &Sandbox, code: i32, line: &str) -> Outcome {
    let outcome = sandbox.certwright(&format!("check {line}")).run();
    assert_eq!(outcome.code, Some(code), "check {line}\n{outcome}");
    outcome
}

/// The items of a check, each as its status, file and first finding.
#[track_caller]
fn items(sandbox: &Sandbox, code: i32, line: &str) -> Vec<(String, String, String)> {
    let document = checked(sandbox, code, &format!("{line} --json")).json();
    assert_eq!(document["schema"], "certwright/check/1");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = document["items"].as_array().unwrap();
    items.iter().map(|it| (text(&it["status"]), text(&it["file"]), text(&it["findings"][0]["kind"]))).collect()
}

#[track_caller]
fn only(sandbox: &Sandbox, code: i32, line: &str) -> (String, String) {
    let mut items = items(sandbox, code, line);
    assert_eq!(items.len(), 1, "{line}: {items:?}");
    let (status, _, kind) = items.remove(0);
    (status, kind)
}

/// A certificate for each status, seen at [`NOW`]: `ok.crt`, `warning.crt`, `critical.crt`, and a keystore that is
/// locked, `unknown.p12`.
fn one_of_each() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --name unknown --only key,p12 --days 2000 --alias x --cn x -t p256 --passout generate --iterations 1000");
    for (name, end) in
        [("ok", "2030-06-01T00:00:00Z"), ("warning", "2030-01-20T00:00:00Z"), ("critical", "2030-01-05T00:00:00Z")]
    {
        sandbox.done(&format!("selfsign --key unknown.key --cn {name} --not-after {end} -o {name}.crt"));
    }
    sandbox
}

#[test]
fn the_worst_of_all_is_the_exit_code() {
    let sandbox = one_of_each();
    // From the best to the worst.
    let all = [("ok.crt", 0), ("warning.crt", 1), ("unknown.p12", 3), ("critical.crt", 2)];
    for subset in 1_usize..16 {
        let chosen: Vec<_> =
            all.iter().enumerate().filter(|(bit, _)| subset & (1 << bit) != 0).map(|it| it.1).collect();
        let names: Vec<&str> = chosen.iter().map(|(name, _)| *name).collect();
        let (_, code) = chosen.last().unwrap();
        for format in ["text", "nagios", "json"] {
            let line = format!("{} --now {NOW} --format {format}", names.join(" "));
            let words = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];
            drop(checked(&sandbox, *code, &line).shows(words[usize::try_from(*code).unwrap()]));
        }
    }
}

#[test]
fn what_cannot_be_done_is_unknown() {
    let sandbox = one_of_each();
    std::fs::create_dir(sandbox.path("empty")).unwrap();
    for line in [
        "",
        "ok.crt --nonsense",
        "ok.crt --format yaml",
        "ok.crt -w 1y",
        "ok.crt -w 7d -c 8d",
        "ok.crt -w 10% -c 11%",
        "ok.crt --now yesterday",
        "ok.crt --for nobody",
        "ok.crt --passin secret",
        "ok.crt --json --format nagios",
        "ok.crt --find-partner ok.crt --format nagios",
        "ok.crt --find-partner missing.key",
        "ok.crt -o warning.crt",
        "ok.crt -o ok.crt --force",
        ". -o ok.crt --force",
        "ok.crt -o missing/report.txt",
    ] {
        drop(sandbox.refused(3, &format!("check {line}")));
    }
    for line in ["missing.crt", "empty", "empty --recursive", "ok.crt empty", "unknown.pass"] {
        checked(&sandbox, 3, &format!("{line} --now {NOW}"));
    }
    checked(&sandbox, 0, "empty --allow-empty");
    checked(&sandbox, 0, &format!("ok.crt empty --allow-empty --now {NOW}"));
    // Help is asked for, and is no state of anything.
    checked(&sandbox, 0, "--help");
}

#[test]
fn a_bound_is_reached_to_the_second_wherever_one_is() {
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256 -o it.key");
    // A summer's night when clocks are set back in Europe, and the last second of a leap year's February.
    for end in ["2030-10-27T01:00:00Z", "2032-02-29T23:59:59Z"] {
        sandbox.done(&format!("selfsign --key it.key --cn x --not-after {end} -o it.crt --force"));
        let end: certwright::clock::Timestamp = end.parse().unwrap();
        let day = 86_400;
        for (before_end, code, kind) in [
            (30 * day + 1, 0, ""),
            (30 * day, 1, "expires_soon"),
            (7 * day + 1, 1, "expires_soon"),
            (7 * day, 2, "expires_soon"),
            (0, 2, "expires_soon"),
            (-1, 2, "expired"),
        ] {
            let now = end.plus_seconds(-before_end).unwrap();
            let found = only(&sandbox, code, &format!("it.crt --now {now}"));
            assert_eq!(found.1, kind, "{before_end} seconds before {end}");
        }
        // Where no time is to be left, the end itself is still reached, and the second before it is not.
        for (before_end, code) in [(1, 0), (0, 2)] {
            let now = end.plus_seconds(-before_end).unwrap();
            checked(&sandbox, code, &format!("it.crt -w 0d -c 0d --now {now}"));
        }
    }
    let plain = checked(&sandbox, 1, "it.crt --now 2032-02-10T00:00:00Z");
    for (zone, locale) in [("Pacific/Kiritimati", "tr_TR.UTF-8"), ("America/St_Johns", "C"), (":/nowhere", "xx_XX")] {
        let line = "check it.crt --now 2032-02-10T00:00:00Z";
        let outcome = sandbox.certwright(line).env("TZ", zone).env("LC_ALL", locale).env("LANG", locale).run();
        assert_eq!((outcome.code, &outcome.stdout), (Some(1), &plain.stdout), "{zone} {locale}");
    }
    // The same moment, said with another offset.
    checked(&sandbox, 1, "it.crt --now 2032-02-10T14:00:00+14:00");
}

#[test]
fn a_target_has_its_own_days_and_what_is_typed_wins() {
    let sandbox = one_of_each();
    let cases = [
        ("ok.crt", "2030-04-02T00:00:00Z", "", 0),
        ("ok.crt", "2030-04-02T00:00:00Z", "--for salesforce", 1),
        ("ok.crt", "2030-05-23T00:00:00Z", "--for salesforce", 2),
        ("ok.crt", "2030-05-23T00:00:00Z", "--for entra", 1),
        ("ok.crt", "2030-05-23T00:00:00Z", "--for salesforce -c 2d", 1),
        ("ok.crt", "2030-05-23T00:00:00Z", "--for salesforce -w 2d -c 1d", 0),
        ("ok.crt", NOW, "-w 100%", 1),
        ("ok.crt", NOW, "-w 1% -c 1%", 0),
    ];
    for (file, now, options, code) in cases {
        checked(&sandbox, code, &format!("{file} --now {now} {options}"));
    }
}

#[test]
fn a_jks_says_the_same_without_its_password() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn x --alias x -t p256 --days 20 --passout generate --only key,crt,jks");
    let mut certificates = Vec::new();
    for (options, integrity) in [("", Value::from("unchecked")), ("--passin file:server.pass", Value::Null)] {
        let document = checked(&sandbox, 1, &format!("servercert.jks --json {options}")).json();
        let items = document["items"].as_array().unwrap();
        let item = items.iter().find(|it| it["kind"] == "certificate").unwrap();
        assert_eq!(item["integrity"], integrity, "{options}");
        certificates.push((item["certificate"].clone(), item["status"].clone(), item["findings"].clone()));
    }
    assert_eq!(certificates[0], certificates[1]);
    assert!(certificates[0].0["not_after"].is_string());
    // A password that is wrong is told of where it was named, and hides nothing.
    sandbox.write("wrong.pass", format!("{}\n", sandbox.secret("not this one")));
    let found = items(&sandbox, 3, "servercert.jks --passin file:wrong.pass");
    assert!(
        found.iter().any(|it| it.2 == "wrong_password") && found.iter().any(|it| it.2 == "expires_soon"),
        "{found:?}"
    );
    checked(&sandbox, 1, ". --passin file:wrong.pass");
}

#[test]
fn a_keystore_that_hides_its_certificates_is_unknown_and_opens() {
    let sandbox = one_of_each();
    assert_eq!(only(&sandbox, 3, "unknown.p12"), ("UNKNOWN".to_owned(), "locked".to_owned()));
    drop(checked(&sandbox, 3, "unknown.p12").says("add `--passin unknown.p12=file:PATH`"));
    checked(&sandbox, 0, "unknown.p12 --passin unknown.p12=file:unknown.pass");
    checked(&sandbox, 0, "unknown.p12 --passin file:unknown.pass --no-input");
    for opened in [". --passin file:unknown.pass", ". --passin ./unknown.p12=file:unknown.pass"] {
        checked(&sandbox, 1, &format!("{opened} --now 2029-12-31T00:00:00Z -c 1d"));
    }
    // Certificates that lie open are told of without it.
    let open = std::fs::read("testdata/pkcs12/certificate-open.p12").unwrap();
    sandbox.write("open.p12", open);
    let found = items(&sandbox, 0, "open.p12 --now 2027-06-01T00:00:00Z -w 0d -c 0d");
    assert!(found.iter().all(|it| it.0 == "OK") && !found.is_empty(), "{found:?}");
}

#[test]
fn every_kind_of_file_is_judged() {
    let sandbox = one_of_each();
    let pem = sandbox.text("warning.crt");
    let utf_16: Vec<u8> = "\u{feff}".chars().chain(pem.chars()).flat_map(|it| (it as u16).to_le_bytes()).collect();
    sandbox.write("utf16.crt", utf_16);
    sandbox.write("crlf.pem", pem.replace('\n', "\r\n"));
    sandbox.done("convert warning.crt --to der -o warning.der");
    sandbox.write("chain.pem", sandbox.text("ok.crt") + &pem);
    sandbox.done("csr --key unknown.key --cn x -o it.csr");
    sandbox.write("from-a-script.sh", "openssl x509 <<END\n# -----BEGIN x\nEND\n");
    let line = format!("--now {NOW} -c 1d");
    for file in ["utf16.crt", "crlf.pem", "warning.der", "chain.pem"] {
        checked(&sandbox, 1, &format!("{file} {line}"));
    }
    checked(&sandbox, 0, "it.csr unknown.key");
    let piped = sandbox.certwright(&format!("check - {line}")).stdin(&pem).run();
    assert_eq!(piped.code, Some(1), "{piped}");
    for (file, kind) in [
        ("pkcs7/chain.p7b", "expired"),
        ("x509/rsa-md5.crt", "weak_signature"),
        ("weak/roca.pub", "roca"),
        ("weak/near-primes.crt", "close_primes"),
        ("weak/near-primes.csr", "close_primes"),
        ("weak/near-primes.key", "close_primes"),
    ] {
        let document = checked(&sandbox, 2, &format!("{} --now 2200-01-01T00:00:00Z --json", testdata(file))).json();
        let findings = document["items"][0]["findings"].as_array().unwrap();
        assert!(findings.iter().any(|it| it["kind"] == kind), "{file}: {findings:?}");
    }
}

fn testdata(path: &str) -> String {
    format!("{}/testdata/{path}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn in_a_folder_what_may_be_a_certificate_is_not_passed_over() {
    let sandbox = one_of_each();
    let pem = sandbox.text("ok.crt");
    let der = {
        sandbox.done("convert ok.crt --to der -o ok.der");
        sandbox.read("ok.der")
    };
    let cases: [(&str, Vec<u8>, Option<&str>); 10] = [
        ("notes.txt", b"hello".to_vec(), None),
        ("0.txt", b"0123456789".to_vec(), None),
        ("script", b"grep -q -- '-----BEGIN' file\n".to_vec(), None),
        ("large.bin", vec![0x55; 20 << 20], None),
        ("empty", Vec::new(), None),
        ("empty.crt", Vec::new(), Some("unknown_format")),
        ("page.crt", b"<!DOCTYPE html>".to_vec(), Some("unknown_format")),
        ("page.p12", b"<!DOCTYPE html>".repeat(50_000), Some("unknown_format")),
        ("cut", der[..der.len() / 2].to_vec(), Some("unknown_format")),
        ("cut.txt", pem.as_bytes()[..pem.len() / 2].to_vec(), Some("malformed")),
    ];
    for (name, content, kind) in cases {
        std::fs::create_dir_all(sandbox.path("folder")).unwrap();
        sandbox.write(&format!("folder/{name}"), content);
        sandbox.write("folder/ok.crt", &pem);
        let found = items(&sandbox, if kind.is_some() { 3 } else { 0 }, &format!("folder --now {NOW}"));
        let wanted = kind.map(|kind| ("UNKNOWN".to_owned(), format!("folder/{name}"), kind.to_owned()));
        assert_eq!(found.iter().find(|it| it.0 != "OK"), wanted.as_ref(), "{name}");
        assert_eq!(found.len(), 1 + usize::from(kind.is_some()), "{name}: {found:?}");
        std::fs::remove_dir_all(sandbox.path("folder")).unwrap();
    }
}

#[test]
fn pairs_that_are_none_are_found() {
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256 -o a.key");
    sandbox.done("genkey -t p256 -o b.key");
    sandbox.done("selfsign --key a.key --cn a -o a.crt");
    checked(&sandbox, 0, ".");
    // The certificate of another key, under the name of this one; a request and a certificate elsewhere are no pair.
    sandbox.write("b.crt", sandbox.text("a.crt"));
    let found = items(&sandbox, 2, ".");
    assert_eq!(found[0], ("CRITICAL".to_owned(), "./b.crt".to_owned(), "key_mismatch".to_owned()));
    assert!(found[1..].iter().all(|it| it.0 == "OK"), "{found:?}");
    sandbox.write("both.pem", sandbox.text("b.key") + &sandbox.text("a.crt"));
    assert_eq!(items(&sandbox, 2, "both.pem")[0].2, "key_mismatch");
    sandbox.write("both.pem", sandbox.text("a.key") + &sandbox.text("a.crt"));
    if cfg!(unix) {
        sandbox.write("open.pem", sandbox.text("a.key"));
        for (mode, code) in [(0o600, 0), (0o640, 1), (0o604, 2)] {
            set_mode(&sandbox, "open.pem", mode);
            checked(&sandbox, code, "open.pem");
        }
    }
}

#[cfg(unix)]
fn set_mode(sandbox: &Sandbox, name: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(sandbox.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Sandbox, _: &str, _: u32) {}

#[test]
fn partners_are_found_in_a_tree_and_orphans_named() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("deep")).unwrap();
    sandbox.done("create --name a --alias a --cn a -t p256 --passout generate --iterations 1000");
    std::fs::rename(sandbox.path("a.crt"), sandbox.path("deep/renamed.pem")).unwrap();
    sandbox.done("genkey -t p256 -o lonely.key");
    sandbox.done("genkey -t p256 -o gone.key");
    sandbox.done("selfsign --key gone.key --cn gone -o gone.crt");
    std::fs::remove_file(sandbox.path("gone.key")).unwrap();
    let opened = "--recursive --passin file:a.pass";
    for of in ["a.key", "a.csr", "deep/renamed.pem", "a.p12"] {
        let document = checked(&sandbox, 0, &format!(". {opened} --find-partner {of} --json")).json();
        assert_eq!(document["schema"], "certwright/check-partner/1");
        assert_eq!(document["partner_found"], true, "{of}");
        let files = |member: &str| -> Vec<String> {
            let items = document[member].as_array().unwrap();
            let mut files: Vec<String> = items.iter().map(|it| it["file"].as_str().unwrap().to_owned()).collect();
            files.dedup();
            files
        };
        let wanted = ["./a.csr", "./a.jks", "./a.key", "./a.p12", "./deep/renamed.pem"];
        let mut belonging = files("belonging");
        belonging.sort();
        belonging.dedup();
        let own = format!("./{of}");
        assert_eq!(belonging, wanted.into_iter().filter(|it| *it != own).collect::<Vec<_>>(), "{of}");
        assert_eq!(
            (files("keys_without_certificate"), files("certificates_without_key")),
            (vec!["./lonely.key".to_owned()], vec!["./gone.crt".to_owned()])
        );
    }
    drop(checked(&sandbox, 1, &format!(". {opened} --find-partner lonely.key")).shows("nothing here belongs to it"));
    drop(checked(&sandbox, 1, &format!(". {opened} --find-partner gone.crt")).shows("nothing here"));
    // A keystore that stays closed may hold it.
    checked(&sandbox, 3, ". --recursive --find-partner lonely.key");
    checked(&sandbox, 0, ". --find-partner a.key --recursive");
}

#[test]
fn a_report_goes_to_a_file_whole() {
    let sandbox = one_of_each();
    let line = format!("warning.crt --now {NOW} -o report");
    let outcome = checked(&sandbox, 1, &format!("{line} --color always"));
    assert_eq!(outcome.stdout, "");
    assert_eq!(sandbox.text("report"), checked(&sandbox, 1, &format!("warning.crt --now {NOW}")).stdout);
    drop(sandbox.refused(3, &format!("check {line}")).says("already exists"));
    checked(&sandbox, 1, &format!("{line} --force --json"));
    assert!(sandbox.text("report").contains("certwright/check/1"));
    let quiet = checked(&sandbox, 1, &format!("warning.crt --now {NOW} --quiet"));
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

mod only;
mod stores;
#[cfg(unix)]
mod unix;
