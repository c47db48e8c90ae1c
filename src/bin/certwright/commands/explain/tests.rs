//! Tests that what the rows tell people to type can be typed.

use super::*;

/// The commands of this program in a text: what stands in backticks and begins with its name.
fn commands(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|quoted| quoted.starts_with("certwright "))
}

#[track_caller]
fn assert_can_be_typed(line: &str) {
    // The login is left out of some builds.
    if line.starts_with("certwright login") && !cfg!(feature = "login") {
        return;
    }
    let words: Vec<&str> = line
        .split('"')
        .enumerate()
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().collect(),
            _ => vec![part],
        })
        .collect();
    let names = words[1..].iter().take_while(|word| word.bytes().all(|octet| octet.is_ascii_lowercase()));
    let mut program = crate::commands::command();
    if names.clone().count() == words.len() - 1 {
        // Only a name, of a command that there is.
        let mut named = Some(&program);
        for name in names {
            named = named.and_then(|command| command.find_subcommand(name));
        }
        assert!(named.is_some(), "{line}");
    } else if let Err(fault) = program.try_get_matches_from_mut(&words) {
        panic!("{line}\n{fault}");
    }
}

#[test]
fn every_command_that_a_row_names_parses() {
    let mut count = 0;
    for row in Explanation::all() {
        for cause in row.causes {
            for line in [cause.what, cause.tell, cause.mend].into_iter().flat_map(commands) {
                assert_can_be_typed(line);
                count += 1;
            }
        }
    }
    assert!(count >= 80, "only {count} commands were found");
}

#[test]
fn every_command_that_a_hint_names_parses() {
    let target: &Target = "okta".parse().unwrap();
    let words = ServerWords::new("invalid_grant", Some("zz"));
    for failure in [unknown(&words, None, None, true), unknown(&words, Some("x"), Some(target), false)] {
        for line in failure.hints.iter().flat_map(|hint| commands(hint)) {
            assert_can_be_typed(line);
        }
    }
}

#[test]
fn what_cannot_be_typed_is_noticed() {
    for line in ["certwright explian", "certwright explain --lst", "certwright jwt unsign", "certwright verify --key"] {
        assert!(std::panic::catch_unwind(|| assert_can_be_typed(line)).is_err(), "{line}");
    }
}
