//! Where passwords come from and go to.

use std::fs;

use crate::support::Sandbox;

const PASSWORD: &str = "a password of tests";

/// A key, its certificate, and nothing else.
fn pair() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn x -t p256 --only key,crt");
    sandbox.write("right.pass", format!("{}\nanother line\n", sandbox.secret(PASSWORD)));
    sandbox
}

const EXPORT: &str = "export jks --key server.key --cert server.crt --alias x -o new.jks";

/// That `new.jks` is protected by [`PASSWORD`].
#[track_caller]
fn opens(sandbox: &Sandbox) {
    drop(sandbox.done("alias list new.jks --passin file:right.pass").shows("x"));
    fs::remove_file(sandbox.path("new.jks")).unwrap();
}

#[test]
fn every_source_for_an_output() {
    let sandbox = pair();
    sandbox.done(&format!("{EXPORT} --passout file:right.pass"));
    opens(&sandbox);
    sandbox
        .certwright(&format!("{EXPORT} --passout env:STORE_PASSWORD"))
        .password_env("STORE_PASSWORD", PASSWORD)
        .done();
    opens(&sandbox);
    for input in [format!("{PASSWORD}\n"), format!("{PASSWORD}\r\nmore"), PASSWORD.to_owned()] {
        sandbox.certwright(&format!("{EXPORT} --passout stdin")).stdin(input).done();
        opens(&sandbox);
    }
    sandbox.certwright(&format!("{EXPORT} --passout fd:0")).stdin(PASSWORD).done();
    opens(&sandbox);
}

#[test]
fn every_source_for_an_input() {
    let sandbox = pair();
    sandbox.done(&format!("{EXPORT} --passout file:right.pass"));
    let list = "alias list new.jks --passin";
    drop(sandbox.certwright(&format!("{list} stdin")).stdin(PASSWORD).done().shows("x"));
    drop(sandbox.certwright(&format!("{list} env:P")).password_env("P", PASSWORD).done().shows("x"));
    drop(sandbox.done(&format!("{list} file:right.pass")).shows("x"));
    drop(sandbox.done(&format!("{list} new.jks=file:right.pass")).shows("x"));
    drop(sandbox.done(&format!("{list} ./new.jks=file:right.pass")).shows("x"));
}

#[test]
fn several_sources_are_tried_in_turn() {
    let sandbox = pair();
    sandbox.write("wrong.pass", sandbox.secret("some other password"));
    sandbox.done(&format!("{EXPORT} --passout file:right.pass"));
    let list = "alias list new.jks --passin file:wrong.pass";
    drop(sandbox.done(&format!("{list} --passin file:right.pass")).shows("x"));
    sandbox.refused(1, &format!("{list} --passin file:wrong.pass"));
    // Bound to another file, the right one is not tried.
    sandbox.refused(1, &format!("{list} --passin other.jks=file:right.pass"));
}

#[test]
fn each_file_with_its_own() {
    let sandbox = Sandbox::new();
    for name in ["a", "b"] {
        sandbox.done(&format!("create --name {name} --cn {name} -t p256 --only key,crt,p12 --passout generate"));
    }
    sandbox.done("verify a.p12 b.p12 --passin a.p12=file:a.pass --passin b.p12=file:b.pass");
    sandbox.done("verify a.p12 b.p12 --passin file:a.pass --passin file:b.pass");
    let swapped = "verify a.p12 b.p12 --passin a.p12=file:b.pass --passin b.p12=file:a.pass";
    assert_eq!(sandbox.certwright(swapped).run().code, Some(1));
}

#[test]
fn sources_that_hold_nothing() {
    let sandbox = pair();
    sandbox.write("empty.pass", "");
    for source in ["env:NOT_SET", "file:missing.pass", "file:empty.pass", "stdin", "fd:97", "file:."] {
        sandbox.refused(1, &format!("{EXPORT} --passout {source}"));
    }
}

#[test]
fn a_new_password_is_long_enough_for_java() {
    let sandbox = pair();
    for short in ["", "x", "12345"] {
        let invocation = sandbox.certwright(&format!("{EXPORT} --passout env:P")).env("P", short);
        drop(invocation.refused(1).says("6"));
    }
    sandbox.certwright(&format!("{EXPORT} --passout env:P")).password_env("P", "123456").done();
}

#[test]
fn a_password_that_java_cannot_type_is_warned_about() {
    let sandbox = pair();
    let line = "export p12 --key server.key --cert server.crt --alias x -o new.p12 --passout env:P";
    let outcome = sandbox.certwright(line).password_env("P", "pässwörter").done();
    drop(outcome.says("warning: ").says("ASCII"));
    drop(sandbox.certwright("alias list new.p12 --passin env:P").password_env("P", "pässwörter").done().shows("x"));
}

#[test]
fn a_generated_password_is_strong_and_its_owners_alone() {
    let sandbox = pair();
    sandbox.done(&format!("{EXPORT} --passout generate"));
    let first = sandbox.password("new.pass");
    // 128 bits in any alphabet that can be typed are 20 characters or more.
    assert!(first.len() >= 20 && first.is_ascii() && !first.contains(' '), "{first}");
    sandbox.done(&format!("{EXPORT} --passout generate:elsewhere.pass --force"));
    assert_ne!(first, sandbox.password("elsewhere.pass"));
    drop(sandbox.done("alias list new.jks --passin file:elsewhere.pass").shows("x"));
    assert!(sandbox.text("elsewhere.pass").ends_with('\n'));
}

#[test]
fn standard_input_serves_one_purpose() {
    let sandbox = pair();
    let key = sandbox.text("server.key");
    let line = "export jks --key - --cert server.crt --alias x -o new.jks --passout";
    sandbox.certwright(&format!("{line} file:right.pass")).stdin(&key).done();
    opens(&sandbox);
    let both = sandbox.certwright(&format!("{line} stdin")).stdin(&key).refused(1);
    drop(both.says("standard input"));
}
