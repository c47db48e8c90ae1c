//! `inspect`: what is in a file?

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use certwright::files::{Collected, Input, Origin};
use certwright::operations::{FileReport, InspectReport, Lock, UnopenedReason, inspect};
use clap::Args;

use super::{Example, pages};
use crate::args::PassinArgs;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::{inspect as render, json::document};
use crate::report::{Failure, how_to_open};

const EXAMPLES: &[Example] = &[
    Example { what: "See what is in a certificate", command: "certwright inspect server.crt" },
    Example {
        what: "See what lies open in keystores, without a password",
        command: "certwright inspect keystore.p12 servercert.jks",
    },
    Example {
        what: "Open a keystore to see its keys and chains",
        command: "certwright inspect keystore.p12 --passin file:server.pass",
    },
    Example { what: "Have everything as JSON", command: "certwright inspect server.crt --json" },
];

/// Show what is in any file: keys, certificates, requests, keystores, tokens
///
/// A file is recognised by its content. What lies open is shown without a password: the certificates of a JKS, and how a
/// PKCS#12 or a key is protected. No password is asked for, so that scripts never wait, unless `--passin prompt` says so.
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Inspect {
    /// Show these files; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Open what is protected with a password from SOURCE
    ///
    /// SOURCE is `prompt`, `env:NAME`, `file:PATH` (its first line), `stdin` or `fd:N`. Several are tried in turn;
    /// `FILE=SOURCE` serves that file only. Without any, nothing is asked, and what is protected stays locked.
    #[arg(long, value_name = "[FILE=]SOURCE")]
    passin: Vec<OsString>,
}

impl Inspect {
    /// Whether no password can be asked for.
    pub(super) fn asks_nothing(&self) -> bool {
        self.passin.is_empty()
    }

    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let some_given = !self.passin.is_empty();
        let passwords = context.given_passwords(&PassinArgs { passin: self.passin })?;
        let inputs = self.files.iter().map(|path| read(context, path));
        let report = inspect(inputs, context.now, &passwords, &context.limits);
        context.check_unused(&passwords);
        let problems = problems(context, &report);
        if context.json {
            let mut members = render::json(&report, context.now);
            members["problems"] = problems.iter().map(Failure::to_value).collect();
            context.printer.data(&document("inspect", members));
        } else {
            context.printer.styled(&render::text(&report, context.now));
            problems.iter().for_each(|problem| context.printer.error(&problem.to_message()));
            if let Some(advice) = how_to_open(&locked(&report), some_given) {
                context.printer.note(&advice);
            }
        }
        let status = problems.iter().map(|problem| problem.exit).max_by_key(|exit| exit.number());
        Ok(status.unwrap_or(ExitStatus::Done))
    }
}

/// The content of a file, or what stopped it from being read.
fn read(context: &Context, path: &Path) -> Collected {
    match Input::read(path, &context.limits) {
        Ok(input) => Collected::from(input),
        Err(error) => Collected {
            name: path.display().to_string(),
            path: path.to_owned(),
            origin: Origin::Named,
            content: Err(error),
        },
    }
}

/// What could not be read or opened.
fn problems(context: &Context, report: &InspectReport) -> Vec<Failure> {
    let failures = report.files.iter().flat_map(|file| &file.failures);
    failures
        .map(|reason| match reason {
            UnopenedReason::Content(error) => context.failure(error).while_looking(),
            UnopenedReason::File(error) => Failure::from(error).while_looking(),
        })
        .collect()
}

/// The files in which something stayed locked for want of a password.
fn locked(report: &InspectReport) -> Vec<&str> {
    let is_locked = |file: &&FileReport| {
        if !file.failures.is_empty() {
            return false;
        }
        file.store.as_ref().is_some_and(|store| store.lock == Lock::Locked)
            || file.private_keys().any(|key| key.lock == Lock::Locked)
    };
    report.files.iter().filter(is_locked).map(|file| file.name.as_str()).collect()
}
