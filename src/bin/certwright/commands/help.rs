//! Help pages: their fixed headings, and the commands in groups.

use std::fmt::Write as _;

use crate::exit::ExitStatus;

/// A command line that a help page shows. Each is run as a test.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Example {
    /// What it does, in one sentence without a full stop.
    pub(crate) what: &'static str,
    /// The complete line.
    pub(crate) command: &'static str,
}

/// The commands in the order and groups of the first help page.
const GROUPS: &[(&str, &[&str])] = &[
    ("Make", &["create", "genkey", "csr", "selfsign", "sign"]),
    ("Keystores and forms", &["export", "extract", "convert", "alias", "passwd"]),
    ("Look and prove", &["inspect", "verify", "lint", "check"]),
    ("Tokens", &["jwt", "login", "explain"]),
    ("Rotate", &["rotate", "audit"]),
    ("Tutorials", &["openssl", "keytool"]),
    ("Shell", &["completions", "man"]),
];

/// The headings that end every help page: EXAMPLES and EXIT CODES.
pub(crate) fn pages(examples: &[Example]) -> String {
    pages_with(examples, &ExitStatus::ALL.map(|(status, meaning)| (status.number(), meaning)))
}

/// The same for a command whose exit codes are its own.
pub(crate) fn pages_with(examples: &[Example], codes: &[(u8, &str)]) -> String {
    // Writing to a String cannot fail.
    let mut text = String::from("EXAMPLES:\n");
    for Example { what, command } in examples {
        let _ = writeln!(text, "  {what}:\n    {command}\n");
    }
    text.push_str("EXIT CODES:\n");
    for (number, meaning) in codes {
        let _ = writeln!(text, "  {number:<3}  {meaning}");
    }
    text
}

/// Lists the subcommands in their groups; clap itself knows only one list.
pub(super) fn grouped(command: clap::Command) -> clap::Command {
    let mut list = String::new();
    for (title, names) in GROUPS {
        let mut lines = String::new();
        for subcommand in names.iter().filter_map(|name| command.find_subcommand(name)) {
            let about = subcommand.get_about().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(lines, "  {:<12} {about}", subcommand.get_name());
        }
        if !lines.is_empty() {
            let _ = writeln!(list, "{title}:\n{lines}");
        }
    }
    command.help_template(format!(
        "{{about-with-newline}}
{{usage-heading}} {{usage}}

{list}Options:
{{options}}{{after-help}}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_with_its_examples_and_exit_codes() {
        let text = pages(&[Example { what: "Prove this folder", command: "certwright verify ." }]);
        assert!(
            text.starts_with("EXAMPLES:\n  Prove this folder:\n    certwright verify .\n\nEXIT CODES:\n  0    done\n")
        );
        assert!(text.contains("\n  130  broken off"));
    }

    #[test]
    fn every_command_stands_in_one_group() {
        for subcommand in crate::commands::command().get_subcommands().filter(|command| !command.is_hide_set()) {
            let name = subcommand.get_name();
            let places = GROUPS.iter().flat_map(|(_, names)| *names).filter(|listed| **listed == name).count();
            assert_eq!(places, 1, "{name}");
        }
    }
}
