//! What the program prints of hostile names: nothing that a terminal would obey or a reader would not see.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::cost::Meter;
use crate::manifest::{HERE, rows};

/// Whether a terminal, or the eye, would be led astray by this character.
fn misleads(character: char) -> bool {
    let is_control = character.is_control() && character != '\n';
    let is_bidi =
        matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
    is_control || is_bidi || matches!(character, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn run(arguments: &[&str], file: &str) -> Output {
    let file = Path::new(HERE).join(file);
    let mut command = Command::new(env!("CARGO_BIN_EXE_certwright"));
    command.args(arguments).arg(file).env_clear().stdin(Stdio::null());
    command.args(["--passin", "env:PASSWORD", "--no-input"]).env("PASSWORD", "changeit");
    command.output().unwrap()
}

#[test]
fn no_escape_code_of_a_file_reaches_the_terminal() {
    let _alone = Meter::new();
    let hostile: Vec<String> =
        rows().into_iter().map(|row| row.path).filter(|path| path.contains("escape-codes")).collect();
    assert!(hostile.len() >= 4, "{hostile:?}");
    let mut was_shown = false;
    for file in &hostile {
        for arguments in [&["verify"][..], &["verify", "--json"], &["alias", "list"], &["alias", "list", "--json"]] {
            let output = run(arguments, file);
            for printed in [output.stdout, output.stderr] {
                let text = String::from_utf8(printed).unwrap_or_else(|_| panic!("{file}: no UTF-8"));
                assert!(!text.contains("panicked"), "{file}: {text}");
                let found: Vec<char> = text.chars().filter(|character| misleads(*character)).collect();
                assert!(found.is_empty(), "{arguments:?} {file}: {found:?}");
                was_shown |= text.contains("owned");
            }
        }
    }
    assert!(was_shown, "no name was printed at all, so nothing was tested");
}
