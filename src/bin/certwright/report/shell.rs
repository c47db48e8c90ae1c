//! Words of a command line that a hint shows, in quotes where a shell would take them apart.

/// `text`, such as a path, as one word for the shells of this system: cmd and PowerShell on Windows, else the POSIX shell.
pub(crate) fn word(text: &str) -> String {
    let is_plain = |character: char| {
        character.is_alphanumeric() || "_-./:+=@%,".contains(character) || (cfg!(windows) && character == '\\')
    };
    // A path that begins with `-` would be taken for an option.
    if text.starts_with('-') && text != "-" {
        return word(&format!("./{text}"));
    }
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else if cfg!(windows) {
        // No file's name there has a quote in it.
        format!("\"{text}\"")
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
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
}
