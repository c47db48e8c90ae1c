//! `openssl` and `keytool`: lines of other programs, which have their own way of writing options.

use std::ffi::OsString;

use clap::{ArgMatches, Args, FromArgMatches};

use super::{Command, CommandLine, Example, pages_with};
use crate::compat::{self, Tool};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

const OPENSSL: &[Example] =
    &[Example { what: "Make a key as a tutorial does", command: "certwright openssl genrsa -out server.key 2048" }];

const KEYTOOL: &[Example] = &[Example {
    what: "List a keystore as a tutorial does",
    command: "certwright keytool -list -keystore servercert.jks",
}];

const CODES: &[(u8, &str)] =
    &[(0, "done"), (1, "failed or refused, as the original"), (130, "broken off, with Ctrl-C or at a question")];
const OPENSSL_CODES: &[(u8, &str)] =
    &[CODES[0], CODES[1], (2, "`openssl verify`: a certificate does not verify"), CODES[2]];

/// Run a tutorial's `openssl` line, word for word
///
/// The options are openssl's own. Those of certwright that mean the same everywhere, such as `--force` and `--quiet`,
/// may stand anywhere in the line.
#[derive(Args, Debug)]
#[command(after_help = page(Tool::Openssl, OPENSSL, OPENSSL_CODES), override_usage = "certwright openssl SUBCOMMAND [WORDS]...")]
pub(crate) struct Openssl {
    #[arg(skip)]
    words: Vec<OsString>,
}

/// Run a tutorial's `keytool` line, word for word
///
/// The options are keytool's own. Those of certwright that mean the same everywhere, such as `--force` and `--quiet`,
/// may stand anywhere in the line.
#[derive(Args, Debug)]
#[command(after_help = page(Tool::Keytool, KEYTOOL, CODES), override_usage = "certwright keytool -COMMAND [WORDS]...")]
pub(crate) struct Keytool {
    #[arg(skip)]
    words: Vec<OsString>,
}

/// What of the tool is offered, and then what every page ends with.
fn page(tool: Tool, examples: &[Example], codes: &[(u8, &str)]) -> String {
    let offered = match tool {
        Tool::Keytool => "COMMANDS",
        Tool::Openssl => "SUBCOMMANDS",
    };
    let page = compat::page(tool).trim_end().replace('\n', "\n  ");
    format!("{offered}:\n  {page}\n\n{}", pages_with(examples, codes))
}

impl Openssl {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        compat::run(Tool::Openssl, &self.words, context)
    }
}

impl Keytool {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        compat::run(Tool::Keytool, &self.words, context)
    }
}

/// Reads a line of openssl or keytool, whether the program is started by such a name or the name is its first word;
/// `None` for every other line.
pub(super) fn parse(command: &mut clap::Command, arguments: &[OsString]) -> Option<Result<CommandLine, clap::Error>> {
    let (own, words) = match arguments.split_first()? {
        (program, words) if Tool::named(program).is_some() => {
            let name = Tool::named(program).map(|tool| OsString::from(tool.name()));
            (vec![program.clone(), name?], words)
        }
        _ => {
            let at = arguments.iter().skip(1).position(|word| word == "openssl" || word == "keytool")? + 1;
            (arguments[..=at].to_vec(), &arguments[at + 1..])
        }
    };
    // `certwright openssl --help` is the native page; openssl's own word for it is `help`.
    if let [word] = words
        && word == "--help"
    {
        return None;
    }
    let (shared, words) = apart(command, words);
    let matches = command.try_get_matches_from_mut([own, shared].concat());
    let line = match matches.as_ref().map(ArgMatches::subcommand_name) {
        Ok(Some("openssl" | "keytool")) => CommandLine::from_arg_matches(matches.as_ref().ok()?),
        // The word stands elsewhere, as in `create --cn openssl`.
        Ok(_) => return None,
        Err(_) => Err(matches.err()?),
    };
    Some(line.map(|mut line| {
        match &mut line.command {
            Command::Openssl(openssl) => openssl.words = words,
            Command::Keytool(keytool) => keytool.words = words,
            _ => {}
        }
        line
    }))
}

/// The options that mean the same everywhere, wherever they stand, and the original's own words.
fn apart(command: &clap::Command, words: &[OsString]) -> (Vec<OsString>, Vec<OsString>) {
    let takes_value = |name: &str| {
        let mut shared = command.get_arguments().filter(|argument| argument.is_global_set());
        shared.find(|argument| argument.get_long() == Some(name)).map(|argument| argument.get_action().takes_values())
    };
    let (mut shared, mut own) = (Vec::new(), Vec::new());
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let long = word.to_str().and_then(|word| word.strip_prefix("--")).unwrap_or_default();
        let (name, has_value) = long.split_once('=').map_or((long, false), |(name, _)| (name, true));
        match takes_value(name) {
            Some(takes) => {
                shared.push(word.clone());
                if takes && !has_value {
                    shared.extend(rest.next().cloned());
                }
            }
            None => own.push(word.clone()),
        }
    }
    (shared, own)
}
