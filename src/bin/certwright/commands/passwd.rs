//! `passwd`: another password for a key or keystore, in place.

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::operations::{ChangePassword, Notice, open_protected};
use clap::Args;
use serde_json::json;

use super::{Example, ITERATIONS, PasswordFile, pages, wrote};
use crate::args::{PassinArgs, PassoutArgs, TargetArg};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::json::document;
use crate::report::{Failure, word};

const EXAMPLES: &[Example] = &[
    Example {
        what: "Give a keystore a password that is made for it",
        command: "certwright passwd keystore.p12 --passout generate:new.pass",
    },
    Example {
        what: "Encrypt a key that is not encrypted",
        command: "certwright passwd server.key --passout generate:key.pass",
    },
    Example {
        what: "Give one entry of a Java keystore a password of its own",
        command: "certwright passwd servercert.jks --entry jwt_example --passout generate:entry.pass",
    },
];

/// Change the password of a key or keystore, in place
///
/// `--passin` opens the file, `--passout` closes it. Everything but the protection stays as it is: every entry of a
/// keystore, and the certificates and notes beside a key in PEM.
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Passwd {
    /// Change this private key, PKCS#12 or JKS file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Change the password of this entry of a JKS, and leave the store's
    #[arg(long, value_name = "ALIAS")]
    entry: Option<String>,
    /// Iterate each key derivation this many times
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(ITERATIONS))]
    iterations: Option<u32>,
    #[command(flatten)]
    target: TargetArg,
    #[command(flatten)]
    passin: PassinArgs,
    #[command(flatten)]
    passout: PassoutArgs,
}

impl Passwd {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let target = self.target.target()?;
        if let (Some(target), Some(_)) = (target, &self.entry) {
            target.check_entry_password().map_err(|error| Failure {
                hints: vec!["nothing was changed; leave `--entry` out to change the store's password".to_owned()],
                ..context.failure(&error)
            })?;
        }
        let passwords = context.passwords(&self.passin)?;
        let input = context.exact_input(&self.file)?;
        let mut outputs = context.outputs();
        outputs.declare_passin(&self.passin)?;
        outputs.declare_passout(&self.passout)?;
        let slot = outputs.declare_in_place(&input)?;
        let opened = open_protected(&input, self.entry.as_deref(), &passwords, &context.limits)
            .map_err(|error| context.failure(&error))?;
        if opened.format() == "JKS" && self.iterations.is_some() {
            return Err(Failure::usage("`--iterations` is for PKCS#8 and PKCS#12, and a JKS has none")
                .hint("leave `--iterations` out; to protect the keys better, use `certwright convert --to p12`"));
        }
        let entry = opened.entry().map(ToOwned::to_owned);
        let thing = match &entry {
            Some(alias) => format!("the entry `{alias}` of `{}`", input.name()),
            None => format!("`{}`", input.name()),
        };
        let new = context.new_password(&self.passout, &format!("protect {thing}"))?;
        let password_file = PasswordFile::declare(&new, &self.file, &mut outputs, false)?;
        let profile = target.map(|target| target.profile);
        let options = ChangePassword { new: new.password, profile, iterations: self.iterations };
        let changed = opened.change(&options, &mut SystemRandom::new()).map_err(|error| context.failure(&error))?;
        context.check_unused(&passwords);
        for notice in &changed.notices {
            let warning = Warning::new(notice.to_string());
            let name = word(input.name());
            context.printer.warning(&match notice {
                Notice::EntryKeepsPassword(alias) => {
                    warning.hint(format!("to change it, run `certwright passwd {name} --entry {}`", word(alias)))
                }
                Notice::WeakProtectionKept => warning
                    .hint(format!("if every reader is newer than 2019, run `certwright passwd {name} --for openssl3`")),
                _ => warning,
            });
        }
        outputs.fill(slot, changed.octets.expose());
        let password_path = password_file.map(|file| file.fill(&mut outputs));
        outputs.commit()?;
        context.printer.note(&format!("{thing} has its new password"));
        if let Some(path) = &password_path {
            wrote(context, path, "the new password");
        }
        if context.json {
            let members = json!({
                "path": input.name(),
                "entry": entry,
                "iterations": changed.iterations,
                "password_file": password_path.map(|path| path.display().to_string()),
            });
            context.printer.data(&document("passwd", members));
        }
        Ok(ExitStatus::Done)
    }
}
