//! The guide's tables: every line of the tutorials stands in them, and what it can be replaced by is a line of ours.

use crate::reader::Tutorial;
use crate::support::Sandbox;

const GUIDE: &str = include_str!("../../docs/guides/from-openssl.md");

/// The rows "you typed | you can type": the code of each column.
fn rows() -> Vec<(Vec<&'static str>, Vec<&'static str>)> {
    let code = |cell: &'static str| cell.split('`').skip(1).step_by(2).collect::<Vec<_>>();
    let tables = GUIDE.split("| you typed | you can type |\n").skip(1);
    let lines = tables.flat_map(|table| table.lines().take_while(|line| line.starts_with('|')).skip(1));
    lines
        .map(|line| line.trim_matches('|').split_once(" | ").unwrap())
        .map(|(one, other)| (code(one), code(other)))
        .collect()
}

#[test]
fn every_line_of_the_tutorials_stands_in_the_guide() {
    let rows = rows();
    for tutorial in Tutorial::all() {
        for line in tutorial.lines_as_printed() {
            let line = line.split("   ").next().unwrap();
            assert!(rows.iter().any(|(typed, _)| typed.contains(&line)), "{}: {line}", tutorial.name);
        }
    }
}

/// A line whose files are not there fails for that reason, and not since it is wrong.
#[test]
fn what_the_guide_says_to_type_is_taken() {
    let mut count = 0;
    for command in rows().into_iter().flat_map(|(_, instead)| instead) {
        let sandbox = Sandbox::new();
        let words = command.strip_prefix("certwright ").unwrap_or_else(|| panic!("{command} is not ours"));
        let outcome = sandbox.certwright(words).run();
        let said = outcome.stderr.contains("there is no terminal to ask on");
        assert!(outcome.code != Some(2) || said, "{command}\n{outcome}");
        count += 1;
    }
    assert!(count >= 30, "only {count} lines were found");
}
