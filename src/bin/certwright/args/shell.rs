//! The shells for which lines are written, and how a text stands in them as it is.

/// A shell for which a line is written, whatever the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Shell {
    /// bash, and every other POSIX shell
    Bash,
    /// Windows PowerShell and PowerShell
    #[value(name = "powershell")]
    PowerShell,
}

impl Shell {
    /// The one that most people on this system have before them.
    pub(crate) const fn usual() -> Self {
        if cfg!(windows) { Self::PowerShell } else { Self::Bash }
    }

    /// `text` in single quotes, in which neither shell puts anything in. PowerShell takes the typographic marks for
    /// single quotes too.
    pub(crate) fn quoted(self, text: &str) -> String {
        if self == Self::Bash {
            return format!("'{}'", text.replace('\'', r"'\''"));
        }
        let mut quoted = String::from("'");
        for character in text.chars() {
            if matches!(character, '\'' | '\u{2018}'..='\u{201b}') {
                quoted.push(character);
            }
            quoted.push(character);
        }
        quoted.push('\'');
        quoted
    }

    /// `text` as one word, in quotes where the shell would take it apart.
    pub(crate) fn word(self, text: &str) -> String {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./:+=".contains(letter);
        if !text.is_empty() && text.chars().all(is_plain) { text.to_owned() } else { self.quoted(text) }
    }

    /// The words as one line.
    pub(crate) fn line(self, words: &[String]) -> String {
        words.iter().map(|word| self.word(word)).collect::<Vec<_>>().join(" ")
    }

    /// The line that sets a variable of the environment.
    #[cfg(feature = "login")]
    pub(crate) fn assignment(self, name: &str, value: &str) -> String {
        let value = self.quoted(value);
        match self {
            Self::Bash => format!("export {name}={value}\n"),
            Self::PowerShell => format!("$env:{name} = {value}\n"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_take_it_apart() {
        for plain in ["--key", "certs/a=b.p12", "https://a.example:8443/x"] {
            assert_eq!([Shell::Bash, Shell::PowerShell].map(|shell| shell.word(plain)), [plain; 2]);
        }
        for (text, bash, powershell) in [
            ("", "''", "''"),
            ("a b", "'a b'", "'a b'"),
            ("it's", r"'it'\''s'", "'it''s'"),
            ("$(id)`x`", "'$(id)`x`'", "'$(id)`x`'"),
            ("~x", "'~x'", "'~x'"),
            ("a,b@c", "'a,b@c'", "'a,b@c'"),
            ("\u{2019};x", "'\u{2019};x'", "'\u{2019}\u{2019};x'"),
            (r"C:\keys", r"'C:\keys'", r"'C:\keys'"),
        ] {
            assert_eq!((Shell::Bash.word(text).as_str(), Shell::PowerShell.word(text).as_str()), (bash, powershell));
        }
        #[cfg(feature = "login")]
        assert_eq!(Shell::PowerShell.assignment("A", "x'y"), "$env:A = 'x''y'\n");
        #[cfg(feature = "login")]
        assert_eq!(Shell::Bash.assignment("A", "00D!x"), "export A='00D!x'\n");
    }
}
