//! `rotate status`: where a rotation stands, and what to run next.

use std::path::PathBuf;

use certwright::operations::rotate::Store;
use clap::Args;
use serde_json::json;

use super::{EXAMPLES, rotate_pages};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::json::document;
use crate::report::Failure;

/// Say where rotations stand, and what to run next
#[derive(Args, Debug)]
#[command(after_help = rotate_pages(EXAMPLES))]
pub(crate) struct Status {
    /// Look at these rotations: folders of `rotate prepare`, or the keys in use
    #[arg(value_name = "STORE|KEY", required = true)]
    stores: Vec<PathBuf>,
}

impl Status {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        for path in &self.stores {
            let store = Store::at(path);
            let state = store.state().map_err(|error| Failure::from_rotation(&error, context.unattended()))?;
            let members = json!({ "name": state.name, "current": state.current, "next": state.next });
            context.printer.data(&document("rotate-status", members));
        }
        Ok(ExitStatus::Done)
    }
}
