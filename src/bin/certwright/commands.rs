//! The commands, and the one match that runs them.

mod alias;
mod audit;
mod check;
mod convert;
mod create;
mod csr;
mod explain;
mod export;
mod extract;
mod genkey;
mod help;
mod inspect;
mod jwt;
mod lint;
mod listed;
#[cfg(feature = "login")]
mod login;
mod passwd;
mod password_file;
mod progress;
mod rotate;
mod selfsign;
mod sign;
mod tree;
mod tutorials;
mod verify;

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::Path;

use certwright::operations::CheckStatus;
use certwright::untrusted::Untrusted;
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::args::GlobalArgs;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

use help::{Example, pages, pages_with};
use password_file::PasswordFile;
use progress::{Progress, Quietly, waiting, waiting_with};

/// The command line as it was typed.
#[derive(Debug, Parser)]
#[command(
    name = "certwright",
    bin_name = "certwright",
    version,
    about = "Make, look into and prove keys, CSRs, certificates, PKCS#12 and JKS, and log in with them, without OpenSSL or Java",
    after_help = pages(EXAMPLES),
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &[Example] = &[
    Example {
        what: "Make a key, a certificate and keystores that belong together",
        command: "certwright create --cn example --alias example --passout generate",
    },
    Example { what: "Prove that the files of this folder belong together", command: "certwright verify ." },
];

/// What the program can do: one variant, one file under `commands/`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Create(create::Create),
    Genkey(genkey::Genkey),
    Csr(csr::Csr),
    Selfsign(selfsign::Selfsign),
    Sign(sign::Sign),
    Export(export::Export),
    Extract(extract::Extract),
    Convert(convert::Convert),
    Alias(alias::Alias),
    Passwd(passwd::Passwd),
    Inspect(inspect::Inspect),
    Verify(verify::Verify),
    Lint(lint::Lint),
    Check(check::Check),
    Jwt(jwt::Jwt),
    #[cfg(feature = "login")]
    Login(login::Login),
    Explain(explain::Explain),
    Rotate(rotate::Rotate),
    Audit(audit::Audit),
    Openssl(tutorials::Openssl),
    Keytool(tutorials::Keytool),
    #[cfg(test)]
    Probe(tests::Probe),
}

impl Command {
    /// How a run of this command ends whose result could not be told.
    pub(crate) fn failed(&self) -> ExitStatus {
        if matches!(self, Self::Check(_)) { UNKNOWN } else { ExitStatus::Failed }
    }

    /// Whether an interruption may end this command as the system does it, because it writes nothing and asks nothing:
    /// then no thread has to watch for one. A shell reports 130 for Ctrl-C all the same, and for SIGTERM and SIGHUP 143 and
    /// 129, where the others exit with 130; Windows would report another code.
    pub(crate) fn may_just_end(&self) -> bool {
        cfg!(unix) && matches!(self, Self::Inspect(inspect) if inspect.asks_nothing())
    }
}

/// What a monitor is told of a run that came to nothing.
const UNKNOWN: ExitStatus = ExitStatus::Checked(CheckStatus::Unknown);

/// How a line ends that cannot be followed; `named` is the command in it.
pub(crate) fn misused(named: &str) -> ExitStatus {
    if named == "certwright check" { UNKNOWN } else { ExitStatus::Usage }
}

/// Runs what was asked for.
///
/// # Errors
/// The command's own [`Failure`].
pub(crate) fn run(command: Command, context: &Context) -> Result<ExitStatus, Failure> {
    match command {
        Command::Create(create) => create.run(context),
        Command::Genkey(genkey) => genkey.run(context),
        Command::Csr(csr) => csr.run(context),
        Command::Selfsign(selfsign) => selfsign.run(context),
        Command::Sign(sign) => sign.run(context),
        Command::Export(export) => export.run(context),
        Command::Extract(extract) => extract.run(context),
        Command::Convert(convert) => convert.run(context),
        Command::Alias(alias) => alias.run(context),
        Command::Passwd(passwd) => passwd.run(context),
        Command::Inspect(inspect) => inspect.run(context),
        Command::Verify(verify) => verify.run(context),
        Command::Lint(lint) => lint.run(context),
        Command::Check(check) => check.run(context),
        Command::Jwt(jwt) => jwt.run(context),
        #[cfg(feature = "login")]
        Command::Login(login) => login.run(context),
        Command::Explain(explain) => explain.run(context),
        Command::Rotate(rotate) => rotate.run(context),
        Command::Audit(audit) => audit.run(context),
        Command::Openssl(openssl) => openssl.run(context),
        Command::Keytool(keytool) => keytool.run(context),
        #[cfg(test)]
        Command::Probe(probe) => probe.run(context),
    }
}

/// The iterations that may be asked for: with more, the three derivations of a PKCS#12 file would go over what this
/// program itself opens without being told to.
const ITERATIONS: RangeInclusive<i64> = 1_000..=3_000_000;

/// Refuses an alias for a new entry that nobody could type or see as it is; `what` names where it was given.
fn check_new_alias(what: &str, alias: &str) -> Result<(), Failure> {
    /// As many octets as an alias has in a JKS at most.
    const LONGEST: usize = 65_535;
    let fault = if alias.is_empty() {
        "is empty".to_owned()
    } else if alias.len() > LONGEST {
        format!("has {} octets, and the limit is {LONGEST}", alias.len())
    } else if !Untrusted(alias).is_harmless() {
        "has characters that control a terminal or cannot be seen".to_owned()
    } else {
        return Ok(());
    };
    Err(Failure::usage(format!("{what} {fault}")).hint("name the entry, for instance `jwt_example`"))
}

/// Says that a file was written and what it is.
fn wrote(context: &Context, path: &Path, what: &str) {
    if path != Path::new("-") {
        context.printer.note(&format!("wrote `{}`: {what}", path.display()));
    }
}

/// Reads the command line, the program's name included.
///
/// # Errors
/// clap's error, which is also how help and version are asked for.
pub(crate) fn parse(arguments: &[OsString]) -> Result<CommandLine, clap::Error> {
    match parse_with(tree::lazy(arguments), arguments) {
        // What is said of a wrong line, and every page of help, needs all commands.
        Err(error) if error.kind() != ErrorKind::DisplayVersion => parse_with(command(), arguments),
        done => done,
    }
}

fn parse_with(mut command: clap::Command, arguments: &[OsString]) -> Result<CommandLine, clap::Error> {
    if let Some(line) = tutorials::parse(&mut command, arguments) {
        return line;
    }
    let matches = command.try_get_matches_from_mut(arguments)?;
    CommandLine::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// The command that the words name, such as `certwright jwt sign`, for advice on a line that clap refused.
pub(crate) fn named_in(arguments: &[OsString]) -> String {
    let (mut command, mut name) = (&CommandLine::command(), "certwright".to_owned());
    for word in arguments.iter().skip(1) {
        if let Some(subcommand) = command.find_subcommand(word) {
            name = format!("{name} {}", subcommand.get_name());
            command = subcommand;
        }
    }
    name
}

/// The whole command tree, its first help page grouped.
pub(crate) fn command() -> clap::Command {
    tree::whole()
}

#[cfg(test)]
mod tests;
