//! The options that several commands share, as they are typed.

mod hook;
mod limits;
mod list;
mod shell;
mod subject;
mod token;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use certwright::clock::{ClockError, Timestamp};
use certwright::crypto::KeyAlgorithm;
use certwright::operations::{Target, UnknownTarget};
use clap::Args;

use crate::printer::{ColorWhen, Manner};

pub(crate) use hook::HookArgs;
pub(crate) use limits::{LimitArgs, raise};
pub(crate) use list::{Faults, List, ListFor, ListForm, ListedSet, check_name};
pub(crate) use shell::Shell;
pub(crate) use subject::{SanArgs, SubjectArgs, SubjectFault, SubjectField, SubjectInput};
pub(crate) use token::{ClaimArg, Span};

const GLOBAL: &str = "Options that mean the same everywhere";

/// What every command takes.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = GLOBAL)]
pub(crate) struct GlobalArgs {
    /// Print one JSON document on standard output, failures included
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print no report and no talk, only data, warnings and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Use colours: auto, always or never
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", hide_possible_values = true)]
    pub(crate) color: ColorWhen,
    /// Never ask: a missing answer is then an error that names its option
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Replace files that exist
    #[arg(long, global = true)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

impl GlobalArgs {
    /// How the printer is to speak.
    pub(crate) fn manner(&self) -> Manner {
        Manner { quiet: self.quiet, json: self.json, color: self.color }
    }
}

/// Where the passwords of protected inputs come from.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct PassinArgs {
    /// Take the password that opens an input from SOURCE
    ///
    /// SOURCE is `prompt`, `env:NAME`, `file:PATH` (its first line), `stdin` or `fd:N`. Several are tried in turn;
    /// `FILE=SOURCE` serves that file only. Without any, a terminal is asked.
    #[arg(long, value_name = "[FILE=]SOURCE")]
    pub(crate) passin: Vec<OsString>,
}

/// Where the password of protected outputs comes from.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct PassoutArgs {
    /// Take the password that protects the outputs from SOURCE
    ///
    /// SOURCE is `prompt` (asked twice), `env:NAME`, `file:PATH` (its first line), `stdin`, `fd:N`, or
    /// `generate[:PATH]`, which makes a password and writes it to PATH. Without it, a terminal is asked.
    #[arg(long, value_name = "SOURCE")]
    pub(crate) passout: Option<OsString>,
}

/// Which algorithm and size a new key has.
#[derive(Args, Clone, Debug)]
pub(crate) struct KeyTypeArg {
    /// Make a key of this type: rsa:2048, rsa:3072, rsa:4096, p256, p384, p521 or ed25519
    #[arg(short = 't', long = "type", value_name = "TYPE", default_value = "rsa:2048")]
    pub(crate) key_type: String,
}

impl KeyTypeArg {
    /// The algorithm that the name stands for.
    ///
    /// # Errors
    /// A [`crypto::Error`](certwright::crypto::Error) that names the types there are.
    pub(crate) fn algorithm(&self) -> Result<KeyAlgorithm, certwright::crypto::Error> {
        self.key_type.parse()
    }
}

/// How long a certificate is valid.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ValidityArgs {
    /// Let the certificate expire after this many days [default: 365]
    #[arg(long, value_name = "N", conflicts_with = "not_after", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) days: Option<u32>,
    /// Let the certificate expire at this moment, such as 2027-11-21T00:00:00Z
    #[arg(long, value_name = "RFC3339")]
    pub(crate) not_after: Option<Timestamp>,
}

impl ValidityArgs {
    const DEFAULT_DAYS: u32 = 365;

    /// When a certificate that is made `now` ends.
    ///
    /// # Errors
    /// [`ClockError::OutOfRange`] past the year 9999.
    pub(crate) fn end(&self, now: Timestamp) -> Result<Timestamp, ClockError> {
        match self.not_after {
            Some(end) => Ok(end),
            None => now.plus_days(self.days.unwrap_or(Self::DEFAULT_DAYS)),
        }
    }
}

/// Where the output goes.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct OutArg {
    /// Write to FILE; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

impl OutArg {
    /// The path that was given, else `default`.
    pub(crate) fn or<'a>(&'a self, default: &'a str) -> &'a Path {
        self.out.as_deref().unwrap_or(Path::new(default))
    }
}

/// Whose rules hold.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct TargetArg {
    /// Follow the rules of the one who takes the result, such as salesforce, snowflake or java8
    #[arg(long = "for", value_name = "TARGET")]
    pub(crate) target: Option<String>,
}

impl TargetArg {
    /// The target that the name stands for.
    ///
    /// # Errors
    /// [`UnknownTarget`], which names those there are.
    pub(crate) fn target(&self) -> Result<Option<&'static Target>, UnknownTarget> {
        self.target.as_deref().map(str::parse).transpose()
    }
}

#[cfg(test)]
mod tests;
