//! How the program speaks: data on standard output, talk on standard error, colours only where they are wanted.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::Sandbox;

#[test]
fn quiet_leaves_out_the_talk() {
    let sandbox = Sandbox::new();
    assert!(!sandbox.done("genkey -t p256").stderr.is_empty(), "what was written is said");
    for line in ["genkey -t p256 -q -o q.key", "genkey -t p256 --quiet -o quiet.key"] {
        let outcome = sandbox.done(line);
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""), "{line}");
    }
    // Errors and warnings stay.
    sandbox.refused(1, "genkey -q");
}

#[test]
fn colours_only_where_they_are_wanted() {
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256");
    let coloured = |line: &str, variable: Option<&str>| {
        let invocation = sandbox.certwright(line);
        let invocation = variable.into_iter().fold(invocation, |invocation, name| invocation.env(name, "1"));
        invocation.run().stderr.contains('\u{1b}')
    };
    assert!(!coloured("genkey", None));
    assert!(coloured("genkey --color always", None));
    assert!(coloured("genkey --color=always", Some("NO_COLOR")), "an option stands above the environment");
    assert!(!coloured("genkey --color never", Some("CLICOLOR_FORCE")));
}

#[test]
fn instructions_that_are_none_are_passed_over() {
    let sandbox = Sandbox::new();
    let with = |name: &str| sandbox.certwright("genkey --force").env("CERTWRIGHT_SIMD", name).done().stderr;
    for name in ["none", "AVX2", ""] {
        assert!(!with(name).contains("CERTWRIGHT_SIMD"), "{name}");
    }
    let told = with("sse\u{1b}[31m");
    assert!(
        told.contains("warning: the variable `CERTWRIGHT_SIMD` was passed over") && !told.contains('\u{1b}'),
        "{told}"
    );
}

#[test]
fn version_and_help_succeed() {
    let sandbox = Sandbox::new();
    let version = sandbox.done("--version");
    assert_eq!(version.stdout, format!("certwright {}\n", env!("CARGO_PKG_VERSION")));
    for line in ["--help", "-h", "create --help", "alias rename -h"] {
        let help = sandbox.done(line);
        assert!(help.stdout.contains("Usage:") && help.stderr.is_empty(), "{line}\n{help}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let sandbox = Sandbox::new();
    let mut child = sandbox.certwright("--help").command().stdout(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(!first.is_empty());
    assert!(child.wait().unwrap().success());
}

#[test]
fn an_option_ends_the_options() {
    let sandbox = Sandbox::new();
    sandbox.done("genkey -t p256 -o ./--odd.key");
    sandbox.done("selfsign --key=--odd.key --cn x -o odd.crt");
    sandbox.done("verify odd.crt -- --odd.key");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_leaves_no_files_behind() {
    let sandbox = Sandbox::new();
    let onto_full = |line: &str| {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = sandbox.certwright(line).command().stdout(full).stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{line}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(onto_full("genkey -t p256 --encrypt --passout generate -o -").contains("cannot write to standard output"));
    assert!(!sandbox.path("server.pass").exists());
    // A report comes after the files.
    let said = onto_full("create --cn a -t p256 --only key,crt");
    assert!(said.starts_with("error: the files were written, but"), "{said}");
    assert!(sandbox.path("server.crt").exists());
}
