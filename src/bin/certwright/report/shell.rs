//! Words of a command line that a hint shows, in quotes where a shell would take them apart.

/// `text`, such as a path, as one word for the shells of this system: cmd and PowerShell on Windows, else the POSIX shell.
pub(crate) fn word(text: &str) -> String {
    // A path that begins with `-` would be taken for an option.
    if text.starts_with('-') && text != "-" {
        return word(&format!("./{text}"));
    }
    if cfg!(windows) { for_windows(text) } else { for_posix(text) }
}

fn for_posix(text: &str) -> String {
    if is_plain(text, "_-./:+=@%,") { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Double quotes serve both shells. Without them PowerShell takes a word apart at a comma.
fn for_windows(text: &str) -> String {
    if is_plain(text, r"_-./:+=\") {
        return text.to_owned();
    }
    // A program's arguments are taken apart by rules that double the backslashes before a quote, and only those.
    let (mut quoted, mut backslashes) = (String::from("\""), 0);
    for character in text.chars() {
        match character {
            '\\' => backslashes += 1,
            '"' => {
                quoted.push_str(&r"\".repeat(backslashes + 1));
                backslashes = 0;
            }
            _ => backslashes = 0,
        }
        quoted.push(character);
    }
    quoted.push_str(&r"\".repeat(backslashes));
    quoted.push('"');
    quoted
}

fn is_plain(text: &str, marks: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_alphanumeric() || marks.contains(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_take_it_apart() {
        for plain in ["certs", "./a=b.p12", "Müller/日本.key"] {
            assert_eq!(word(plain), plain);
        }
        let quoted = if cfg!(windows) { ["\"a b\"", "\"\"", "\"R&D\""] } else { ["'a b'", "''", "'R&D'"] };
        assert_eq!(["a b", "", "R&D"].map(word), quoted);
        #[cfg(windows)]
        assert_eq!(word(r"C:\certs\a.key"), r"C:\certs\a.key");
        #[cfg(unix)]
        assert_eq!(["it's", r"a\b", "~x", "-f"].map(word), [r"'it'\''s'", r"'a\b'", "'~x'", "./-f"]);
    }

    #[test]
    fn on_windows_a_word_stays_one_word_in_both_shells() {
        for (text, expected) in [
            (r"C:\certs\a.key", r"C:\certs\a.key"),
            ("CN=a,O=b", r#""CN=a,O=b""#),
            ("%PATH%", r#""%PATH%""#),
            ("@a", r#""@a""#),
            (r"C:\my certs\", r#""C:\my certs\\""#),
            (r#"CN=x \"y"#, r#""CN=x \\\"y""#),
            ("", r#""""#),
        ] {
            assert_eq!(for_windows(text), expected, "{text}");
        }
    }
}
