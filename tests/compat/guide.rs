//! The tables of the guide and the README: every line of the tutorials stands in them, and what it can be replaced by is a line of ours.

use crate::reader::Tutorial;
use crate::support::Sandbox;

const PAGES: [(&str, &str); 2] = [
    ("from-openssl.md", include_str!("../../docs/guides/from-openssl.md")),
    ("README.md", include_str!("../../README.md")),
];

/// The rows "you typed | you can type": the code of each column.
fn rows(page: &'static str) -> Vec<(Vec<&'static str>, Vec<&'static str>)> {
    let code = |cell: &'static str| cell.split('`').skip(1).step_by(2).collect::<Vec<_>>();
    let tables = page.split("| you typed | you can type |\n").skip(1);
    let lines = tables.flat_map(|table| table.lines().take_while(|line| line.starts_with('|')).skip(1));
    lines
        .map(|line| line.trim_matches('|').split_once(" | ").unwrap())
        .map(|(one, other)| (code(one), code(other)))
        .collect()
}

#[test]
fn every_line_of_the_tutorials_stands_on_each_page() {
    for (name, page) in PAGES {
        let rows = rows(page);
        for tutorial in Tutorial::all() {
            for line in tutorial.lines_as_printed() {
                let line = line.split("   ").next().unwrap();
                assert!(rows.iter().any(|(typed, _)| typed.contains(&line)), "{name}: {}: {line}", tutorial.name);
            }
        }
    }
}

/// A line whose files are not there fails for that reason, and not since it is wrong.
#[test]
fn what_the_pages_say_to_type_is_taken() {
    for ((name, page), least) in PAGES.into_iter().zip([30, 10]) {
        let commands: Vec<&str> = rows(page).into_iter().flat_map(|(_, instead)| instead).collect();
        for command in &commands {
            let sandbox = Sandbox::new();
            let words = command.strip_prefix("certwright ").unwrap_or_else(|| panic!("{name}: {command} is not ours"));
            let outcome = sandbox.certwright(words).run();
            let said = outcome.stderr.contains("there is no terminal to ask on");
            assert!(outcome.code != Some(2) || said, "{name}: {command}\n{outcome}");
        }
        assert!(commands.len() >= least, "{name}: only {} lines were found", commands.len());
    }
}
