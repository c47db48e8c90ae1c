//! The page that an original's command shows of itself: what is offered here, and what is refused.

use std::ffi::OsString;

use super::{Grammar, Takes, option_name};

/// Characters in a line of the page.
const WIDTH: usize = 100;

impl Grammar {
    /// Whether the line asks for the page: nothing else on it counts then, as in the originals.
    pub(in crate::compat) fn asks_for_help(&self, words: &[OsString]) -> bool {
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            let Some(name) = option_name(word) else { continue };
            if self.is_it("help", name) || (self.is_of_keytool() && matches!(name, "h" | "?")) {
                return true;
            }
            match self.find_held(name) {
                Some((_, Takes::Nothing, _)) => {}
                Some(_) => {
                    rest.next();
                }
                // What is refused or unknown is named before anything else.
                None => return false,
            }
        }
        false
    }

    /// The option that shows the page.
    pub(super) const fn help_option(&self) -> &'static str {
        if self.is_of_keytool() { "--help" } else { "-help" }
    }

    /// The page, with a line break at its end.
    pub(in crate::compat) fn help(&self) -> String {
        let options = self.options.iter().map(|(name, takes)| match takes {
            Takes::Nothing => format!("-{name}"),
            Takes::Password => format!("-{name}[:env|:file] PASSWORD"),
            Takes::Value => format!("-{name} VALUE"),
        });
        let options: Vec<String> = options.chain(self.flags.iter().map(|flag| format!("-{flag}"))).collect();
        let plain = self.refused.iter().filter(|(_, instead)| instead.is_empty());
        let plain: Vec<String> = plain.map(|(name, _)| format!("-{name}")).collect();
        let mut page = format!("certwright {} takes these options:\n{}", self.command, wrapped(&options));
        if !self.refused.is_empty() {
            page.push_str("\nand refuses these:\n");
            page.push_str(&wrapped(&plain));
        }
        for (name, instead) in self.refused.iter().filter(|(_, instead)| !instead.is_empty()) {
            page.push_str(&format!("  -{name}: {instead}\n"));
        }
        if !self.native.is_empty() {
            page.push_str(&format!("\nThe native command is `{0}`: see `{0} --help`.\n", self.native));
        }
        page
    }

    const fn is_of_keytool(&self) -> bool {
        self.any_case
    }
}

/// The words in lines of at most [`WIDTH`] characters, indented.
fn wrapped(words: &[String]) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in words {
        if column > 0 && column + 2 + word.len() <= WIDTH {
            text.push_str(", ");
            column += 2 + word.len();
        } else {
            text.push_str(if column == 0 { "  " } else { ",\n  " });
            column = 2 + word.len();
        }
        text.push_str(word);
    }
    if !words.is_empty() {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAMMAR: Grammar = Grammar {
        command: "openssl some",
        options: &[("in", Takes::Value), ("noout", Takes::Nothing), ("pass", Takes::Password)],
        flags: &["aes256"],
        refused: &[("engine", ""), ("text", "run `certwright inspect FILE`")],
        operands: 1,
        any_case: false,
        native: "certwright inspect",
    };

    fn asks(grammar: &Grammar, line: &str) -> bool {
        grammar.asks_for_help(&line.split_whitespace().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn a_page_is_asked_for_by_an_option_and_not_by_a_value() {
        for (line, openssl, keytool) in [
            ("-help", true, true),
            ("-noout --help", true, true),
            ("word -help", true, true),
            ("-in -help", false, false),
            ("-engine -help", false, false),
            ("-h", false, true),
            ("-?", false, true),
            ("-HELP", false, true),
            ("-pass:env -help", false, false),
            ("", false, false),
        ] {
            assert_eq!(asks(&GRAMMAR, line), openssl, "openssl {line}");
            assert_eq!(asks(&Grammar { any_case: true, ..GRAMMAR }, line), keytool, "keytool {line}");
        }
    }

    #[test]
    fn a_page_has_every_option_and_every_refusal() {
        assert_eq!(
            GRAMMAR.help(),
            "certwright openssl some takes these options:\n  -in VALUE, -noout, -pass[:env|:file] PASSWORD, -aes256\n\n\
             and refuses these:\n  -engine\n  -text: run `certwright inspect FILE`\n\n\
             The native command is `certwright inspect`: see `certwright inspect --help`.\n"
        );
    }

    #[test]
    fn lines_are_broken_between_words() {
        let words = vec!["-abcdefgh".to_owned(); 20];
        let text = wrapped(&words);
        assert!(text.lines().count() == 3 && text.lines().all(|line| line.len() <= WIDTH + 1), "{text}");
        assert_eq!(text.matches("-abcdefgh").count(), 20);
    }
}
