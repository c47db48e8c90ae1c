//! The tree of commands: whole where something is to be said of it, and otherwise as much of it as a line names.

use std::ffi::OsString;

use clap::{Args, Command, CommandFactory};

use super::CommandLine;
use super::{alias, audit, check, convert, create, csr, explain, export, extract, genkey, help, inspect, jwt, lint};
use super::{passwd, rotate, selfsign, sign, tutorials, verify};
use crate::args::GlobalArgs;

/// Gives a command its options.
type Grow = fn(Command) -> Command;

/// Each command by its name, as the variants of [`Command`](super::Command) have them.
const COMMANDS: &[(&str, Grow)] = &[
    ("create", create::Create::augment_args),
    ("genkey", genkey::Genkey::augment_args),
    ("csr", csr::Csr::augment_args),
    ("selfsign", selfsign::Selfsign::augment_args),
    ("sign", sign::Sign::augment_args),
    ("export", export::Export::augment_args),
    ("extract", extract::Extract::augment_args),
    ("convert", convert::Convert::augment_args),
    ("alias", alias::Alias::augment_args),
    ("passwd", passwd::Passwd::augment_args),
    ("inspect", inspect::Inspect::augment_args),
    ("verify", verify::Verify::augment_args),
    ("lint", lint::Lint::augment_args),
    ("check", check::Check::augment_args),
    ("jwt", jwt::Jwt::augment_args),
    #[cfg(feature = "login")]
    ("login", super::login::Login::augment_args),
    ("explain", explain::Explain::augment_args),
    ("rotate", rotate::Rotate::augment_args),
    ("audit", audit::Audit::augment_args),
    ("openssl", tutorials::Openssl::augment_args),
    ("keytool", tutorials::Keytool::augment_args),
    #[cfg(test)]
    ("probe", super::tests::Probe::augment_args),
];

/// Every command with all its options and pages, the first help page grouped.
pub(super) fn whole() -> Command {
    help::grouped(CommandLine::command())
}

/// The same tree for a line that is right: a command is in it when one of the line's words names it, and gets its options
/// when that word stands in its place. Building all of them takes longer than most commands run. What it says of a line
/// that is wrong is not complete.
pub(super) fn lazy(words: &[OsString]) -> Command {
    let root = Command::new("certwright").bin_name("certwright").version(env!("CARGO_PKG_VERSION"));
    let named = COMMANDS.iter().filter(|(name, _)| words.iter().any(|word| word == name));
    let commands = named.map(|(name, grow)| Command::new(name).defer(*grow));
    GlobalArgs::augment_args(root).disable_help_subcommand(true).subcommands(commands)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_gets_the_commands_that_it_names_and_no_others() {
        let named = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            lazy(&words).get_subcommands().map(|it| it.get_name().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(named("certwright --color always inspect a.crt"), ["inspect"]);
        // A file may be named so too.
        assert_eq!(named("certwright inspect check"), ["inspect", "check"]);
        assert!(named("certwright inspection").is_empty());
    }

    #[test]
    fn both_trees_have_the_same_commands_and_each_is_grown_alike() {
        let names = |tree: &Command| tree.get_subcommands().map(|it| it.get_name().to_owned()).collect::<Vec<_>>();
        let mut whole = whole();
        let words: Vec<OsString> = names(&whole).into_iter().map(OsString::from).collect();
        let mut lazy = lazy(&words);
        assert_eq!(names(&lazy), names(&whole));
        [&mut whole, &mut lazy].into_iter().for_each(Command::build);
        // Only the order differs, in which options that are the same everywhere stand on the page.
        let lines = |tree: &mut Command, name: &str| {
            let page = tree.find_subcommand_mut(name).unwrap().render_long_help().to_string();
            let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
            lines.sort_unstable();
            lines
        };
        for name in names(&whole) {
            assert_eq!(lines(&mut lazy, &name), lines(&mut whole, &name), "{name}");
        }
    }
}
