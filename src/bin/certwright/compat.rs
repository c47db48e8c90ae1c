//! The tutorials' own command lines: `openssl …` and `keytool …`, run by this program's operations.
//!
//! A line is taken as the original takes it: the same options, files, prompts, defaults and exit codes. What the
//! original offers and this program does not is refused by its name. Where the original's result is worse than it need
//! be, the result is safe and still what the reader's next line expects, and a notice says so. After success one line
//! on standard error gives the native form.

mod answers;
mod keytool;
mod line;
mod native;
mod openssl;
mod pasted;
mod results;
mod session;

use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

use session::Session;

/// A program whose command lines are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Keytool,
    Openssl,
}

impl Tool {
    /// The tool that `word`, a command or a program's path, names: `openssl`, `/usr/bin/openssl` or `C:\bin\OPENSSL.EXE`.
    pub(crate) fn named(word: &OsStr) -> Option<Self> {
        let name = Path::new(word).file_name()?.to_str()?.to_ascii_lowercase();
        match name.strip_suffix(".exe").unwrap_or(&name) {
            "keytool" => Some(Self::Keytool),
            "openssl" => Some(Self::Openssl),
            _ => None,
        }
    }

    /// Its name, as it is typed.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Keytool => "keytool",
            Self::Openssl => "openssl",
        }
    }
}

/// What of `tool` is offered, for those who ask for help.
pub(crate) fn page(tool: Tool) -> String {
    match tool {
        Tool::Keytool => keytool::page(),
        Tool::Openssl => openssl::page(),
    }
}

/// Runs the line of `tool` whose further words are `words`.
///
/// # Errors
/// A [`Failure`] whose exit status is that of the original.
pub(crate) fn run(tool: Tool, words: &[OsString], context: &Context) -> Result<ExitStatus, Failure> {
    let session = Session::new(tool, context);
    let done = pasted::check(tool, words).and_then(|()| match tool {
        Tool::Keytool => keytool::run(words, &session),
        Tool::Openssl => openssl::run(words, &session),
    });
    done.map_err(|failure| in_the_originals_words(tool, failure))
}

/// Neither original tells wrong usage from other failures by its exit status, and both spell their options otherwise.
fn in_the_originals_words(tool: Tool, mut failure: Failure) -> Failure {
    if failure.exit == ExitStatus::Usage {
        failure.exit = ExitStatus::Failed;
    }
    let (passin, out) = match tool {
        Tool::Keytool => ("-storepass:file PATH", "-keystore"),
        Tool::Openssl => ("-passin file:PATH", "-out"),
    };
    for hint in &mut failure.hints {
        *hint = hint
            .replace("`--passin file:PATH`", &format!("`{passin}`"))
            .replace("`--passin`", &format!("`{}`", first_word(passin)));
        *hint = hint.replace("`--out FILE`", &format!("`{out} FILE`")).replace("`--out`", &format!("`{out}`"));
    }
    failure
}

fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_originals_are_known_by_their_names() {
        for (word, tool) in [
            ("openssl", Some(Tool::Openssl)),
            ("/usr/local/bin/openssl", Some(Tool::Openssl)),
            ("OpenSSL.EXE", Some(Tool::Openssl)),
            ("keytool.exe", Some(Tool::Keytool)),
            ("certwright", None),
            ("openssl-3", None),
            ("", None),
        ] {
            assert_eq!(Tool::named(OsStr::new(word)), tool, "{word}");
        }
    }
}
