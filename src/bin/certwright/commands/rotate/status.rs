//! `rotate status`: where a rotation stands, and what to run next.

use std::path::PathBuf;

use certwright::crypto::SystemRandom;
use certwright::operations::rotate::{Phase, Store, status};
use clap::Args;

use super::rotate_pages;
use crate::args::PassinArgs;
use crate::commands::Example;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::json::document;
use crate::render::rotate::status as render;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example { what: "Say where a rotation stands, and what to run next", command: "certwright rotate status app" },
    Example {
        what: "Prove the keystores too, with the password that opens them",
        command: "certwright rotate status server.key --passin file:server.pass",
    },
];

/// Say where rotations stand, and what to run next
///
/// No password is asked for: what only a password can prove is reported as locked, unless `--passin` gives one. Ends with 5
/// where a change is half-done, and with 1 where the version in use is broken, or a rotation cannot be looked at.
#[derive(Args, Debug)]
#[command(after_help = rotate_pages(EXAMPLES))]
pub(crate) struct Status {
    /// Look at these rotations: folders of `rotate prepare`, or the keys in use
    #[arg(value_name = "STORE|KEY", required = true)]
    stores: Vec<PathBuf>,
    #[command(flatten)]
    passin: PassinArgs,
}

impl Status {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let passwords = context.given_passwords(&self.passin)?;
        let mut rng = SystemRandom::new();
        let mut reports = Vec::with_capacity(self.stores.len());
        for path in &self.stores {
            let report = status(&Store::at(path), context.now, &passwords, &context.limits, &mut rng)
                .map_err(|error| Failure::from_rotation(&error, context.unattended()));
            match report {
                // Whoever watches many must learn of the others.
                Err(failure) if self.stores.len() == 1 || failure.exit == ExitStatus::Interrupted => {
                    return Err(failure);
                }
                Err(failure) => {
                    let (message, value) = (failure.to_message(), failure.to_value());
                    reports.push((path.as_path(), Err(render::Unknown { message, value })));
                }
                Ok(report) => reports.push((path.as_path(), Ok(report))),
            }
        }
        let ends = |is: fn(Phase) -> bool| reports.iter().any(|(_, it)| it.as_ref().is_ok_and(|it| is(it.phase)));
        let exit = if ends(|phase| phase == Phase::HalfDone) {
            ExitStatus::NeedsPerson
        } else if ends(|phase| phase == Phase::Broken) || reports.iter().any(|(_, report)| report.is_err()) {
            ExitStatus::Failed
        } else {
            ExitStatus::Done
        };
        let texts: Vec<String> = reports
            .iter()
            .map(|(path, report)| match report {
                Ok(report) => render::text(path, report, context.now),
                Err(unknown) => render::unknown_text(path, unknown),
            })
            .collect();
        context.printer.report(&texts.join("\n"));
        if context.json {
            context.printer.data(&document("rotate-status", render::json(&reports)));
        }
        Ok(exit)
    }
}
