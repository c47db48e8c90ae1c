//! The native form of an original's line, said once after success.

use std::path::Path;

use super::session::is_standard_output;
use crate::context::Context;
use crate::report::word;

/// A native command line that is put together word by word.
#[derive(Clone, Debug)]
pub(super) struct Native(String);

impl Native {
    /// The line that begins with this command, such as `genkey`.
    pub(super) fn new(command: &str) -> Self {
        Self(format!("certwright {command}"))
    }

    /// The same with a word that needs no quotes, such as `--encrypt`.
    pub(super) fn flag(mut self, flag: &str) -> Self {
        self.0.push(' ');
        self.0.push_str(flag);
        self
    }

    /// The same with a flag, if `is_so`.
    pub(super) fn flag_if(self, is_so: bool, flag: &str) -> Self {
        if is_so { self.flag(flag) } else { self }
    }

    /// The same with one argument.
    pub(super) fn word(self, text: &str) -> Self {
        let text = word(text);
        self.flag(&text)
    }

    /// The same with an option and its value; a value that could be taken for an option is joined by `=`.
    pub(super) fn option(self, name: &str, value: &str) -> Self {
        if value.starts_with('-') && value != "-" {
            // The value by itself would be taken for a path that needs `./` before it.
            let value = word(&format!("={value}"));
            return self.flag(&format!("{name}{value}"));
        }
        self.flag(name).word(value)
    }

    /// The same with an option and its value, if there is one.
    pub(super) fn option_if(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.option(name, value),
            None => self,
        }
    }

    /// The same with an option and a file; the names of the standard streams are `-` natively.
    pub(super) fn file(self, name: &str, path: &Path) -> Self {
        let is_standard = path == Path::new("/dev/stdin") || is_standard_output(path);
        self.option(name, &if is_standard { "-".into() } else { path.to_string_lossy() })
    }

    /// This line and `next`, which runs only when this one succeeds.
    pub(super) fn then(self, next: &Self) -> Self {
        Self(format!("{} && {}", self.0, next.0))
    }

    /// The text of the line.
    #[cfg(test)]
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Says the line on standard error, unless `--quiet` or the environment variable says not to.
    pub(super) fn say(&self, context: &Context) {
        if context.says_native_forms() {
            context.printer.note(&format!("in certwright: {}", self.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_take_them_apart() {
        let native = Native::new("csr").file("--key", Path::new("my keys/a.key")).option("--subject", "CN=x,O=R & D");
        let native = native.flag_if(true, "--force").flag_if(false, "--json").option_if("--san", None);
        let expected = if cfg!(windows) {
            "certwright csr --key \"my keys/a.key\" --subject \"CN=x,O=R & D\" --force"
        } else {
            "certwright csr --key 'my keys/a.key' --subject 'CN=x,O=R & D' --force"
        };
        assert_eq!(native.text(), expected);
        let native = Native::new("convert").file("-o", Path::new("/dev/stdout")).file("--key", Path::new("/dev/stdin"));
        assert_eq!(native.text(), "certwright convert -o - --key -");
        assert_eq!(Native::new("alias rename").option("--x", "-1").text(), "certwright alias rename --x=-1");
    }
}
