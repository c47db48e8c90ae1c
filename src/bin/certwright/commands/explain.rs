//! `explain`: what a server's refusal means.

use certwright::operations::{ServerWords, explain};
use clap::Args;

use super::{Example, pages};
use crate::args::TargetArg;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[Example {
    what: "What Salesforce means by it",
    command: "certwright explain invalid_grant \"invalid assertion\"",
}];

/// Say what a server's refusal means and what to do
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Explain {
    /// The value of `error` in the server's answer
    #[arg(value_name = "ERROR")]
    error: String,
    /// The value of `error_description`
    #[arg(value_name = "DESCRIPTION")]
    description: Option<String>,
    #[command(flatten)]
    target: TargetArg,
}

impl Explain {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let words = ServerWords::new(&self.error, self.description.as_deref());
        for (row, _) in explain(&words, self.target.target()?) {
            for cause in row.causes {
                context.printer.report(&format!("{}\n  tell: {}\n  do:   {}\n", cause.what, cause.tell, cause.mend));
            }
        }
        Ok(ExitStatus::Done)
    }
}
