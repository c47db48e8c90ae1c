//! Keys that anybody can find out: no command issues anything with one, and every command that reads one says so.

use crate::support::{Outcome, Sandbox};

/// What a person is told of `weak/near-primes.*`.
const NEAR: &str = "has two primes so close together that Fermat's method finds them";

/// The weak CA key with its certificate and request, and a sound CA.
fn weak() -> Sandbox {
    let sandbox = Sandbox::new();
    for ending in ["key", "csr", "crt"] {
        let path = format!("testdata/weak/near-primes.{ending}");
        sandbox.write(&format!("weak.{ending}"), std::fs::read(path).unwrap());
    }
    sandbox.done("genkey -t p256 -o ca.key");
    sandbox.done("selfsign --key ca.key --ca --cn CA -o ca.crt");
    sandbox
}

#[track_caller]
fn refused(sandbox: &Sandbox, line: &str, kind: &str) -> Outcome {
    let json = sandbox.refused(1, &format!("{line} --json")).json();
    assert_eq!(json["error"]["kind"], kind, "{line}");
    sandbox.refused(1, line).says(NEAR).says("make a new key with `certwright genkey`")
}

#[test]
fn nothing_is_issued_for_a_weak_key_or_by_one() {
    let sandbox = weak();
    for line in ["csr --key weak.key --cn x -o new.csr", "selfsign --key weak.key --cn x -o new.crt"] {
        drop(refused(&sandbox, line, "weak_key").says("error: the key in `weak.key` "));
    }
    let line = "sign weak.csr --ca-cert ca.crt --ca-key ca.key -o new.crt";
    drop(refused(&sandbox, line, "cannot_issue").says("cause: the request's key "));
    // Neither does a weak CA sign for a sound key.
    sandbox.done("genkey -t p256 -o server.key");
    sandbox.done("csr --key server.key --cn x -o server.csr");
    let line = "sign server.csr --ca-cert weak.crt --ca-key weak.key -o new.crt";
    drop(refused(&sandbox, line, "cannot_issue").says("cause: the CA's key "));
    assert!(!sandbox.path("new.csr").exists() && !sandbox.path("new.crt").exists());
}

#[test]
fn lint_refuses_a_weak_key_in_every_kind_of_file() {
    let sandbox = weak();
    sandbox.done("export p12 --key weak.key --cert weak.crt --alias x --passout generate -o weak.p12");
    sandbox.done("convert weak.key --to public -o weak.pub");
    for line in [
        "weak.key --for docusign",
        "weak.crt --for salesforce",
        "weak.crt weak.key --for openssl3",
        "weak.csr --for openssl3",
        "weak.pub --for docusign",
        "weak.p12 --for openssl3 --passin file:weak.pass",
    ] {
        let json = sandbox.certwright(&format!("lint {line} --json")).run().json();
        let findings = json["files"][0]["findings"].as_array().unwrap();
        let found = findings.iter().find(|finding| finding["rule"] == "weak_key");
        let found = found.unwrap_or_else(|| panic!("{line}: {json}"));
        assert_eq!(found["met"], format!("the key {NEAR}"), "{line}");
    }
}

#[test]
fn inspect_and_verify_name_a_weak_key_and_go_on() {
    let sandbox = weak();
    for file in ["weak.key", "weak.csr", "weak.crt"] {
        let json = sandbox.done(&format!("inspect {file} --json")).json();
        let findings = json["files"][0]["contents"][0]["findings"].as_array().unwrap();
        assert!(findings.iter().any(|finding| finding["kind"] == "close_primes"), "{file}: {json}");
        drop(sandbox.done(&format!("inspect {file}")).shows("two primes so close together"));
    }
    let outcome = sandbox.done("verify weak.key weak.crt weak.csr").shows("proved").shows("broken");
    drop(outcome.says("warning: the key in `weak.key`, `weak.crt`, `weak.csr` has two primes so close together"));
}
