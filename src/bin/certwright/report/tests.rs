//! Tests of the exact text and JSON of failures.

use std::io;

use super::*;
use crate::printer::Manner;
use crate::printer::tests::captured;

#[derive(Debug, thiserror::Error)]
#[error("cannot open `signing.p12`: {0}")]
struct Outer(#[source] Middle);

#[derive(Debug, thiserror::Error)]
#[error("wrong password, or the file was changed")]
struct Middle(#[source] io::Error);

fn sample() -> Failure {
    let error = Outer(Middle(io::Error::other("PKCS#12 MAC does not verify (HMAC-SHA-256, 2048 iterations)")));
    Failure::from_error(&error, "wrong_password", ExitStatus::Failed)
        .hint("nothing was written; to see what can be read without the password, run `certwright inspect signing.p12`")
}

#[test]
fn text_has_an_error_its_causes_and_its_hints() {
    let (printer, out, err) = captured(Manner::default());
    assert_eq!(sample().report(&printer), ExitStatus::Failed);
    assert_eq!(out.text(), "");
    assert_eq!(
        err.text(),
        "error: cannot open `signing.p12`: wrong password, or the file was changed\n\
         \u{20} cause: PKCS#12 MAC does not verify (HMAC-SHA-256, 2048 iterations)\n\
         hint: nothing was written; to see what can be read without the password, run `certwright inspect signing.p12`\n"
    );
}

#[test]
fn json_is_one_document_on_standard_output() {
    let (printer, out, err) = captured(Manner { json: true, ..Manner::default() });
    let failure = Failure::new("usage", ExitStatus::Usage, "a \"b\"\u{1b}").cause("c").hint("d").hint("e");
    assert_eq!(failure.clone().report(&printer), ExitStatus::Usage);
    assert_eq!(
        out.text(),
        "{\"error\":{\"kind\":\"usage\",\"message\":\"a \\\"b\\\"\\u001b\",\"causes\":[\"c\"],\"hints\":[\"d\",\"e\"]}}\n"
    );
    assert_eq!(err.text(), "");
    failure.report(&printer);
    assert!(err.text().starts_with("error: a \"b\"\\u{1b}\n"), "a second document would end the first: {}", err.text());
}

#[test]
fn a_needed_password_names_the_options_that_give_it() {
    let failure = Failure::password_needed("open `x.p12`", Unattended::NoTerminal, "--passin");
    assert_eq!(failure.exit, ExitStatus::Usage);
    assert_eq!(failure.message, "a password is needed to open `x.p12`, and there is no terminal to ask on");
    assert_eq!(failure.hints[0], "say where it is with `--passin file:PATH` or `--passin env:NAME`");

    let what = "protect `x.p12`".to_owned();
    let fault = PasswordFault::NobodyToAsk { what, why: Unattended::NoInput, option: "--passout" };
    let failure = Failure::from(fault);
    assert_eq!(failure.message, "a password is needed to protect `x.p12`, and `--no-input` forbids to ask");
    assert!(failure.hints[1].contains("--passout generate"));
}

#[test]
fn a_password_on_the_command_line_is_wrong_usage() {
    let failure = Failure::from(PasswordFault::NotASource { option: "--passin" });
    assert_eq!((failure.kind, failure.exit), ("password_not_a_source", ExitStatus::Usage));
}

#[test]
fn breaking_off_exits_as_ctrl_c_does() {
    let failure = Failure::from_prompt(PromptError::Interrupted, "no subject");
    assert_eq!(
        (failure.exit, failure.message.as_str()),
        (ExitStatus::Interrupted, "no subject: broken off with Ctrl-C")
    );
}

fn usage(line: &str) -> Failure {
    let genkey = clap::Command::new("genkey")
        .arg(clap::Arg::new("out").long("out").required(true))
        .arg(clap::Arg::new("days").long("days").value_parser(clap::value_parser!(u8)).conflicts_with("until"))
        .arg(clap::Arg::new("until").long("until"))
        .arg(clap::Arg::new("color").long("color").value_parser(["always", "never"]));
    // Not as near to `genkye` as `genkey` is.
    let gentle = clap::Command::new("gentle");
    let command = clap::Command::new("certwright").subcommand_required(true).subcommands([genkey, gentle]);
    let words = std::iter::once("certwright").chain(line.split_whitespace());
    let name = if line.starts_with("genkey") { "certwright genkey" } else { "certwright" };
    Failure::from_usage(&command.try_get_matches_from(words).unwrap_err(), name)
}

#[test]
fn wrong_command_lines_are_told_in_our_form() {
    let help = "to see what there is, run `certwright genkey --help`";
    let table = [
        ("", "a command is missing", "to see what there is, run `certwright --help`"),
        ("genkye", "`genkye` is not a command of `certwright`", "there is `genkey`"),
        ("genkey", "`--out <out>` is missing", help),
        ("genkey --out a --dayz 2", "`--dayz` is not an option of `certwright genkey`", "there is `--days`"),
        ("genkey --out a extra", "`extra` is one argument too many", help),
        ("genkey --out a pass:hunter2", "`pass:…` is one argument too many", help),
        ("genkey --out a --out b", "`--out <out>` was given more than once", help),
        ("genkey --out", "`--out <out>` needs a value", help),
        ("genkey --out a --days 1 --until 2", "`--days <days>` cannot stand together with `--until <until>`", help),
        ("genkey --out a --days x", "`--days <days>` cannot be `x`: invalid digit found in string", help),
        ("genkey --out a --color alwys", "`--color <color>` cannot be `alwys`", "there is `always`"),
        (
            "genkey --out a --password=hunter2",
            "`--password` is not an option of `certwright genkey`",
            "passwords never stand on the command line; say where they are, as in `--passin file:PATH`",
        ),
        (
            "genkey --out a -passin pass:hunter2",
            "`-p` is not an option of `certwright genkey`",
            "passwords never stand on the command line; say where they are, as in `--passin file:PATH`",
        ),
    ];
    for (line, message, hint) in table {
        let failure = usage(line);
        assert_eq!((failure.message.as_str(), failure.hints[0].as_str()), (message, hint), "{line}");
        assert_eq!(failure.exit, ExitStatus::Usage);
    }
    assert_eq!(usage("genkey --out a --color alwys").causes, ["it takes `always`, `never`"]);
}
