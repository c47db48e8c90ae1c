//! Tests of the shared options.

use clap::{CommandFactory, Parser};

use certwright::limits::Limits;

use super::*;

#[derive(Debug, Parser)]
struct Everything {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(flatten)]
    passin: PassinArgs,
    #[command(flatten)]
    passout: PassoutArgs,
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    san: SanArgs,
    #[command(flatten)]
    key_type: KeyTypeArg,
    #[command(flatten)]
    validity: ValidityArgs,
    #[command(flatten)]
    out: OutArg,
    #[command(flatten)]
    target: TargetArg,
}

fn parse(line: &str) -> Result<Everything, clap::Error> {
    Everything::try_parse_from(std::iter::once("x").chain(line.split_whitespace()))
}

#[test]
fn the_options_do_not_contradict_each_other() {
    Everything::command().debug_assert();
}

#[test]
fn short_help_is_one_sentence_without_a_full_stop() {
    for argument in Everything::command().get_arguments() {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        assert!(!help.is_empty() && !help.ends_with('.') && !help.contains(". "), "{}: {help:?}", argument.get_id());
        assert!(help.starts_with(char::is_uppercase), "{}: {help:?}", argument.get_id());
    }
}

#[test]
fn single_options_make_a_subject_in_the_order_of_openssl() {
    let typed = parse("--cn x --org-unit a --email e@x --org-unit b --org o --country DE").unwrap();
    let SubjectInput::Fields(fields) = typed.subject.input().unwrap() else { panic!("no fields") };
    let shown: Vec<String> = fields.iter().map(|(field, value)| format!("{} {value}", field.option())).collect();
    assert_eq!(shown.join(" "), "--country DE --org o --org-unit a --org-unit b --cn x --email e@x");
    assert_eq!(parse("").unwrap().subject.input(), Ok(SubjectInput::Missing));
    assert!(parse("--cn x --subject CN=x").is_err());
}

#[test]
fn what_git_bash_makes_of_a_subject_is_recognised() {
    let input = |subject: &str| SubjectArgs { subject: Some(subject.to_owned()), ..SubjectArgs::default() }.input();
    for text in ["C:/Program Files/Git/CN=x", "D:/tools/msys64/C=DE/CN=x", "C:\\Program Files\\Git\\CN=x"] {
        assert_eq!(input(text), Err(SubjectFault::ChangedByGitBash), "{text}");
    }
    assert_eq!(input("//CN=x\\O=y"), Err(SubjectFault::WrittenForGitBash));
    for text in ["/CN=x/O=y", "CN=x,O=y", "C=DE", "O=C:/x"] {
        assert_eq!(input(text), Ok(SubjectInput::Text(text.to_owned())));
    }
}

#[test]
fn validity_is_days_or_a_moment() {
    let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let end = |line: &str| parse(line).unwrap().validity.end(now).unwrap().to_string();
    assert_eq!(end(""), "2027-01-01T00:00:00Z");
    assert_eq!(end("--days 30"), "2026-01-31T00:00:00Z");
    assert_eq!(end("--not-after 2030-05-06T08:00:00+01:00"), "2030-05-06T07:00:00Z");
    assert!(parse("--days 0").is_err());
    assert!(parse("--days 3 --not-after 2030-05-06T08:00:00Z").is_err());
}

#[test]
fn limits_are_raised_by_name() {
    assert_eq!(parse("").unwrap().global.limits.limits(), Limits::default());
    let raised = parse("--max-iterations 20000000").unwrap().global.limits.limits();
    assert_eq!((raised.kdf_iterations, raised.kdf_total_iterations), (20_000_000, 40_000_000));
}
