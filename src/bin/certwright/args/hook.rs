//! How a hook is typed: a program, its arguments, and how long it may take.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use certwright::process::Hook;
use clap::Args;

use super::Span;

/// The program that tells a service of a change.
#[derive(Args, Clone, Debug)]
pub(crate) struct HookArgs {
    /// Run PROGRAM when the files are in use; if it fails, everything is put back
    ///
    /// No shell is involved. It is told of the change in CERTWRIGHT_VERB, CERTWRIGHT_NAME, CERTWRIGHT_VERSION,
    /// CERTWRIGHT_DIR, CERTWRIGHT_NEW_FP, CERTWRIGHT_OLD_FP, CERTWRIGHT_NEW_KEY_FP and CERTWRIGHT_OLD_KEY_FP. After a
    /// failure it is run again with CERTWRIGHT_VERB=rollback, so that the service learns of the way back.
    #[arg(long, value_name = "PROGRAM")]
    hook: Option<PathBuf>,
    /// Hand ARG to the hook as it is; can be given several times
    #[arg(long, value_name = "ARG", requires = "hook", allow_hyphen_values = true)]
    hook_arg: Vec<OsString>,
    /// Let the hook take this long, such as 90s or 10m
    #[arg(long, value_name = "TIME", requires = "hook", default_value = "10m")]
    hook_timeout: Span,
}

impl HookArgs {
    /// The hook, which does not get the variables `without`: passwords were read from those.
    pub(crate) fn hook(&self, without: Vec<OsString>) -> Option<Hook> {
        self.hook.as_ref().map(|program| Hook {
            program: program.clone(),
            arguments: self.hook_arg.clone(),
            folder: None,
            variables: Vec::new(),
            without,
            timeout: Duration::from_secs(self.hook_timeout.seconds.into()),
        })
    }
}
