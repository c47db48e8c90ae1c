//! A hidden command that answers through every room, and tests that parse and run it.

use std::path::Path;

use certwright::secret::{Password, PasswordProvider, PasswordPurpose};

use super::*;
use crate::args::{PassinArgs, PassoutArgs, SubjectArgs};
use crate::password::SecretInput;
use crate::printer::Manner;
use crate::printer::tests::captured;

/// Opens an input and protects an output, in words.
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub(crate) struct Probe {
    #[command(flatten)]
    passin: PassinArgs,
    #[command(flatten)]
    passout: PassoutArgs,
}

impl Probe {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let purpose = PasswordPurpose::Open { file: "x.p12".to_owned() };
        let opened = context.passwords(&self.passin)?.candidate(&purpose, 0);
        let opened =
            opened.map_err(|error| Failure::from_provider(&error, &purpose.to_string(), context.unattended()))?;
        let new = context.new_password(&self.passout, "protect `y.p12`")?;
        context.printer.data(&format!("{} {}\n", opened.is_some(), new.password.expose().len()));
        Ok(ExitStatus::Done)
    }
}

struct Nothing;

impl SecretInput for Nothing {
    fn first_line(&self, path: &Path) -> Result<Password, String> {
        Err(format!("cannot read `{}`", path.display()))
    }

    fn stdin_line(&self) -> Result<Password, String> {
        Ok(Password::new("from standard input"))
    }

    fn descriptor_line(&self, _: u32) -> Result<Password, String> {
        Err("none".to_owned())
    }
}

fn run_line(line: &str) -> (Result<ExitStatus, Failure>, String) {
    let words: Vec<OsString> =
        std::iter::once("certwright").chain(line.split_whitespace()).map(OsString::from).collect();
    let line = parse(&words).unwrap();
    let (printer, out, _) = captured(Manner::default());
    let context = Context::new(&line.global, printer, Box::new(Nothing));
    (run(line.command, &context), out.text())
}

#[test]
fn the_command_tree_is_sound() {
    command().debug_assert();
    let words = ["certwright", "--quiet", "probe", "--nonsense"].map(OsString::from);
    assert_eq!(named_in(&words), "certwright probe");
}

#[test]
fn a_command_reaches_its_passwords() {
    let (status, out) = run_line("probe --no-input --passin stdin --passout generate");
    assert_eq!((status, out.as_str()), (Ok(ExitStatus::Done), "true 24\n"));
    let failure = run_line("probe --no-input").0.unwrap_err();
    assert_eq!(failure.message, "a password is needed to open `x.p12`, and `--no-input` forbids to ask");
    let failure = run_line("probe --passin env:CERTWRIGHT_TEST_UNSET").0.unwrap_err();
    assert_eq!(
        failure.message,
        "no password to open `x.p12`: the environment variable `CERTWRIGHT_TEST_UNSET` is not set"
    );
    let (failure, out) = run_line("probe --passin=hunter2 --no-input");
    assert_eq!((failure.unwrap_err().exit, out.as_str()), (ExitStatus::Usage, ""));
    let failure = run_line("probe --passin stdin --no-input").0.unwrap_err();
    assert_eq!(failure.message, "a password is needed to protect `y.p12`, and `--no-input` forbids to ask");
}

#[test]
fn a_subject_is_typed_or_needed() {
    let line = parse(&["certwright", "--no-input", "probe"].map(OsString::from)).unwrap();
    let context = Context::new(&line.global, captured(Manner::default()).0, Box::new(Nothing));
    let typed = |args: SubjectArgs| context.subject(&args).map_err(|failure| failure.message);
    let country = |code: &str| SubjectArgs { country: Some(code.to_owned()), ..SubjectArgs::default() };
    let text = |text: &str| SubjectArgs { subject: Some(text.to_owned()), ..SubjectArgs::default() };
    assert_eq!(typed(country("DE")), typed(text("/C=DE")));
    assert!(typed(country("Germany")).unwrap_err().starts_with("`--country` cannot be used: `Germany` is no country"));
    assert!(typed(text("DE")).unwrap_err().starts_with("`--subject` cannot be used: "));
    assert_eq!(typed(SubjectArgs::default()).unwrap_err(), "a subject is needed, and `--no-input` forbids to ask");
}

#[test]
fn every_command_of_ours_in_a_rotations_steps_is_one_that_we_take() {
    use certwright::operations::rotate::{Rotation, StepValues, Way};

    use crate::render::rotate::steps::{words, words_of_extract};
    let values = StepValues::default();
    let plays = Rotation::all().flat_map(|rotation| rotation.plays);
    let steps = plays.flat_map(|row| [row.before, row.proof, row.after, row.back].into_iter().flatten());
    let commands = steps.flat_map(|step| step.ways).filter_map(|way| match way {
        Way::Command(pieces) => Some(words(pieces, &values)),
        _ => None,
    });
    let ours: Vec<Vec<String>> = commands.filter(|words| words[0] == "certwright").collect();
    assert!(ours.len() > 10);
    for mut line in ours.into_iter().chain([words_of_extract("a.p12", "a.crt")]) {
        // The file that a public half is written to has no name without a store.
        line.iter_mut().filter(|word| word.is_empty()).for_each(|word| "x".clone_into(word));
        let line: Vec<OsString> = line.into_iter().map(OsString::from).collect();
        // A build without the network has no login.
        if cfg!(feature = "login") || line[1] != "login" {
            let parsed = parse(&line);
            assert!(parsed.is_ok(), "{line:?}: {}", parsed.unwrap_err());
        }
    }
}
