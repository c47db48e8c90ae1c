//! The program: parses what was typed, runs it, reports, and exits.

mod args;
mod commands;
mod compat;
mod context;
mod exit;
mod password;
mod printer;
mod prompt;
mod render;
mod report;

use std::ffi::OsString;
use std::process::ExitCode;

use certwright::process;
use clap::error::ErrorKind;
use context::{Context, Files};
use exit::ExitStatus;
use printer::{ColorWhen, Manner, Printer, Warning};
use report::Failure;

fn main() -> ExitCode {
    process::forbid_core_dumps();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    run(&arguments).into()
}

fn run(arguments: &[OsString]) -> ExitStatus {
    let line = match commands::parse(arguments) {
        Ok(line) => line,
        Err(error) => return without_command(&error, arguments, &Printer::new(raw_manner(arguments))),
    };
    let failed = line.command.failed();
    let context = Context::new(&line.global, Printer::new(line.global.manner()), Box::new(Files));
    if !line.command.may_just_end()
        && let Err(fault) = process::install()
    {
        context.printer.warning(&Warning::new(fault.to_string()));
    }
    context.choose_simd();
    let status = commands::run(line.command, &context).unwrap_or_else(|failure| failure.report(&context.printer));
    finish(&context.printer, status, failed)
}

/// Help and version, which were asked for, or a command line that is wrong.
fn without_command(error: &clap::Error, arguments: &[OsString], printer: &Printer) -> ExitStatus {
    let status = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            printer.styled(&error.render().ansi().to_string());
            ExitStatus::Done
        }
        // Somebody who types only the program's name wants to know what there is.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !printer.is_json() => {
            printer.say(&error.render().ansi().to_string());
            ExitStatus::Usage
        }
        _ => {
            let named = commands::named_in(arguments);
            Failure { exit: commands::misused(&named), ..Failure::from_usage(error, &named) }.report(printer)
        }
    };
    finish(printer, status, ExitStatus::Failed)
}

/// Whether all data was written decides last how the run ended: else as `failed`.
fn finish(printer: &Printer, status: ExitStatus, failed: ExitStatus) -> ExitStatus {
    match printer.finish() {
        Ok(()) => status,
        Err(fault) => {
            let message = if printer.has_files() {
                "the files were written, but their report cannot be written to standard output"
            } else {
                "cannot write to standard output"
            };
            let failure = Failure::new("standard_output", failed, message);
            failure.cause(fault.to_string()).report(printer)
        }
    }
}

/// How to speak of a command line that clap does not accept: what can be seen without parsing it.
fn raw_manner(arguments: &[OsString]) -> Manner {
    let options: Vec<&str> =
        arguments.iter().skip(1).filter_map(|argument| argument.to_str()).take_while(|text| *text != "--").collect();
    let color = if options.contains(&"--color=never") || options.windows(2).any(|pair| pair == ["--color", "never"]) {
        ColorWhen::Never
    } else {
        ColorWhen::Auto
    };
    Manner { json: options.contains(&"--json"), quiet: false, color }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::tests::captured;

    fn answer(line: &str) -> (ExitStatus, String, String) {
        let arguments: Vec<OsString> =
            std::iter::once("certwright").chain(line.split_whitespace()).map(OsString::from).collect();
        let (printer, out, err) = captured(raw_manner(&arguments));
        let status = without_command(&commands::parse(&arguments).unwrap_err(), &arguments, &printer);
        (status, out.text(), err.text())
    }

    #[test]
    fn help_and_version_are_data_and_wrong_usage_is_talk() {
        let (status, out, err) = answer("--help");
        assert_eq!((status, err.as_str()), (ExitStatus::Done, ""));
        for part in ["Usage: certwright", "EXAMPLES:", "EXIT CODES:", "Options:"] {
            assert!(out.contains(part), "{part} is not in {out}");
        }
        assert_eq!(answer("--version").1, format!("certwright {}\n", env!("CARGO_PKG_VERSION")));

        let (status, out, err) = answer("--nonsense");
        assert_eq!((status, out.as_str()), (ExitStatus::Usage, ""));
        assert!(err.starts_with("error: `--nonsense` is not an option of `certwright`\nhint: "), "{err}");
        let (status, out, err) = answer("");
        assert_eq!((status, out.as_str()), (ExitStatus::Usage, ""));
        assert!(err.contains("Usage: certwright"), "{err}");
    }

    #[test]
    fn wrong_usage_is_json_when_json_is_among_the_words() {
        let (status, out, err) = answer("--nonsense --json");
        assert_eq!((status, err.as_str()), (ExitStatus::Usage, ""));
        assert!(out.starts_with("{\"error\":{\"kind\":\"usage\",\"message\":\"`--nonsense`"), "{out}");
    }

    #[cfg(unix)]
    #[test]
    fn words_that_are_not_utf_8_are_no_fault_of_ours() {
        use std::os::unix::ffi::OsStringExt;
        let arguments = [OsString::from("certwright"), OsString::from_vec(vec![0xff, b'-'])];
        let (printer, _, err) = captured(raw_manner(&arguments));
        assert_eq!(without_command(&commands::parse(&arguments).unwrap_err(), &arguments, &printer), ExitStatus::Usage);
        assert!(err.text().starts_with("error: "), "{}", err.text());
    }
}
