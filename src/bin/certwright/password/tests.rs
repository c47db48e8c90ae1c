//! Tests of the password grammar, and of what is tried, asked and refused.

use std::cell::Cell;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::rc::Rc;

use certwright::crypto::SystemRandom;
use certwright::secret::{PasswordProvider, PasswordPurpose, ProviderError};

use super::*;
use crate::prompt::tests::{Script, nobody};

/// Files `a` and `b` hold `secret-a` and `secret-b`; standard input has one line, and reads are counted.
#[derive(Default)]
struct Inputs(Rc<Cell<usize>>);

impl SecretInput for Inputs {
    fn first_line(&self, path: &Path) -> Result<Password, String> {
        match path.to_str() {
            Some(name @ ("a" | "b")) => Ok(Password::new(format!("secret-{name}"))),
            Some("short") => Ok(Password::new("12345")),
            _ => Err(format!("cannot read `{}`", path.display())),
        }
    }

    fn stdin_line(&self) -> Result<Password, String> {
        self.0.set(self.0.get() + 1);
        if self.0.get() == 1 { Ok(Password::new("pässword")) } else { Err("standard input is at its end".to_owned()) }
    }

    fn descriptor_line(&self, number: u32) -> Result<Password, String> {
        Ok(Password::new(format!("secret-{number}")))
    }
}

fn sources(prompt: Prompt) -> Sources {
    Sources::new(Box::new(Inputs::default()), prompt)
}

fn open(file: &str) -> PasswordPurpose {
    PasswordPurpose::Open { file: file.to_owned() }
}

/// Every password that is tried on `file`.
fn tried(passwords: &Passwords<'_>, file: &str) -> Vec<String> {
    (0..)
        .map_while(|attempt| passwords.candidate(&open(file), attempt).unwrap())
        .map(|password| password.expose().to_owned())
        .collect()
}

fn values(values: &[&str]) -> Vec<OsString> {
    values.iter().map(OsString::from).collect()
}

#[test]
fn passin_is_a_source_or_a_file_and_a_source() {
    let env = |name: &str| Source::Environment(name.to_owned());
    let file = |path: &str| Source::File(PathBuf::from(path));
    let table = [
        ("prompt", None, Source::Prompt),
        ("stdin", None, Source::Stdin),
        ("fd:3", None, Source::Descriptor(3)),
        ("env:STORE_PASS", None, env("STORE_PASS")),
        ("file:/run/secrets/p", None, file("/run/secrets/p")),
        ("file:C:\\x", None, file("C:\\x")),
        ("file:a=env:X", None, file("a=env:X")),
        ("a.p12=prompt", Some("a.p12"), Source::Prompt),
        ("C:\\a=b.p12=env:X", Some("C:\\a=b.p12"), env("X")),
        ("C:\\a.p12=file:C:\\p.txt", Some("C:\\a.p12"), file("C:\\p.txt")),
        ("a.p12=file:x=y", Some("a.p12"), file("x=y")),
        ("prompt=stdin", Some("prompt"), Source::Stdin),
        ("stdin.p12=fd:0", Some("stdin.p12"), Source::Descriptor(0)),
        ("a=env:X=env:Y", Some("a=env:X"), env("Y")),
    ];
    for (text, bound, source) in table {
        let expected = PassinSource { file: bound.map(str::to_owned), source };
        assert_eq!(PassinSource::parse(OsStr::new(text), "--passin").unwrap(), expected, "{text}");
    }
}

#[test]
fn what_may_be_a_password_is_refused_and_never_repeated() {
    let texts = [
        "hunter2",
        "pass:hunter2",
        "a.p12=hunter2",
        "a.p12=pass:hunter2",
        "=env:X",
        "env:",
        "env:hunter2!",
        "file:",
        "fd:",
        "fd:-1",
        "fd:+1",
        "fd:x",
        "generate",
        "PROMPT",
        "",
        "stdin:",
    ];
    for text in texts {
        let fault = PassinSource::parse(OsStr::new(text), "--passin").unwrap_err();
        assert_eq!(fault.to_string(), "`--passin` takes the place where the password is, not the password", "{text}");
        assert!(!format!("{fault:?}").contains("hunter2"));
    }
    assert!(PassoutSource::parse(OsStr::new("a.p12=env:X"), "--passout").is_err());
}

#[test]
fn passout_can_be_generated() {
    let parse = |text: &str| PassoutSource::parse(OsStr::new(text), "--passout").unwrap();
    assert_eq!(parse("generate"), PassoutSource::Generate(None));
    assert_eq!(parse("generate:C:\\p"), PassoutSource::Generate(Some("C:\\p".into())));
    assert_eq!(parse("stdin"), PassoutSource::Given(Source::Stdin));
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_utf_8_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    assert!(PassinSource::parse(OsStr::from_bytes(b"file:\xff"), "--passin").is_err());
}

#[test]
fn a_files_own_sources_come_first_and_serve_no_other() {
    let sources = sources(nobody());
    let passwords = Passwords::parse(&sources, &values(&["file:a", "./x.p12=file:b", "fd:7"])).unwrap();
    assert_eq!(tried(&passwords, "x.p12"), ["secret-b", "secret-a", "secret-7"]);
    assert_eq!(tried(&passwords, "y.p12"), ["secret-a", "secret-7"]);
    assert_eq!(tried(&passwords, "X.P12").len(), if cfg!(windows) { 3 } else { 2 });
}

#[test]
fn standard_input_is_read_once() {
    let sources = sources(nobody());
    let passwords = Passwords::parse(&sources, &values(&["stdin"])).unwrap();
    assert_eq!([tried(&passwords, "x"), tried(&passwords, "y")].concat(), ["pässword", "pässword"]);
}

#[test]
fn a_terminal_is_asked_three_times_and_never_again() {
    let (prompt, script) = Script::prompt(&["one", "two", "three"]);
    let sources = sources(prompt);
    let passwords = Passwords::parse(&sources, &[]).unwrap();
    assert_eq!(tried(&passwords, "x\u{7}.p12"), ["one", "two", "three"]);
    assert_eq!(tried(&passwords, "x\u{7}.p12"), ["one", "two", "three"], "answers are kept");
    let question = "password for x\\u{7}.p12: ⌫";
    assert_eq!(script.shown(), format!("{question}wrong; {question}wrong; {question}"));
}

#[test]
fn what_was_typed_for_one_file_is_tried_on_the_next() {
    let (prompt, script) = Script::prompt(&["one", "two", "three", "four"]);
    let sources = sources(prompt);
    let passwords = Passwords::parse(&sources, &[]).unwrap();
    assert_eq!(passwords.candidate(&open("x"), 0).unwrap(), Some(Password::new("one")));
    assert_eq!(tried(&passwords, "y"), ["one", "two", "three", "four"]);
    assert!(script.shown().starts_with("password for x: ⌫password for y: ⌫wrong; password for y: "));
}

#[test]
fn without_a_terminal_there_is_nobody_to_ask() {
    let sources = sources(nobody());
    let passwords = Passwords::parse(&sources, &values(&["other.p12=file:a"])).unwrap();
    assert!(matches!(passwords.candidate(&open("x.p12"), 0), Err(ProviderError::NobodyToAsk)));
}

#[test]
fn a_source_that_cannot_be_read_says_which() {
    let sources = sources(nobody());
    let passwords = Passwords::parse(&sources, &values(&["env:CERTWRIGHT_TEST_UNSET", "file:none"])).unwrap();
    let reason = |attempt| passwords.candidate(&open("x"), attempt).unwrap_err().to_string();
    assert_eq!(reason(0), "the environment variable `CERTWRIGHT_TEST_UNSET` is not set");
    assert_eq!(reason(1), "cannot read `none`");
}

fn resolve(sources: &Sources, source: Option<&str>) -> Result<NewPassword, PasswordFault> {
    let source = source.map(|text| PassoutSource::parse(OsStr::new(text), "--passout").unwrap());
    NewPassword::resolve(sources, source.as_ref(), "protect `x.p12`", "--passout", &mut SystemRandom::new())
}

#[test]
fn new_passwords_are_checked_asked_for_or_made() {
    let made = resolve(&sources(nobody()), Some("generate:p.txt")).unwrap();
    assert_eq!(made.made.path(Path::new("x.pass")), Some(Path::new("p.txt")));
    assert_eq!(made.password.expose().len(), 24);

    let given = resolve(&sources(nobody()), Some("stdin")).unwrap();
    assert_eq!(given.made.path(Path::new("x.pass")), None);
    assert!(given.warning.unwrap().0.text.contains("Java cannot open"));

    let (prompt, script) = Script::prompt(&["secret1", "secret1"]);
    assert!(resolve(&sources(prompt), None).unwrap().warning.is_none());
    assert!(script.shown().starts_with("new password to protect x.p12: "));

    let short = resolve(&sources(nobody()), Some("file:short")).unwrap_err();
    assert_eq!(short.to_string(), "the new password is shorter than 6 characters, the fewest that Java accepts");
    let fault = resolve(&sources(nobody()), None).unwrap_err();
    assert_eq!(fault.to_string(), "a password is needed to protect `x.p12`, and there is no terminal to ask on");
}
