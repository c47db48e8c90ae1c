//! `alias`: the entries of a keystore, listed, renamed and deleted.

use std::path::{Path, PathBuf};

use certwright::crypto::SystemRandom;
use certwright::operations::{Edit, edit_keystore, list_aliases};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{Example, check_new_alias, pages};
use crate::args::PassinArgs;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::{alias as render, json::document};
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example { what: "List the entries of a keystore", command: "certwright alias list servercert.jks" },
    Example {
        what: "Rename the entry that openssl and keytool called 1",
        command: "certwright alias rename keystore.p12 1 jwt_example",
    },
    Example { what: "Delete an entry", command: "certwright alias delete servercert.jks old_entry" },
];

/// List, rename or delete the entries of a PKCS#12 or JKS file
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Alias {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the entries
    #[command(after_help = pages(&EXAMPLES[..1]))]
    List {
        /// Look into this PKCS#12, JKS or JCEKS file
        #[arg(value_name = "STORE")]
        store: PathBuf,
        #[command(flatten)]
        passin: PassinArgs,
    },
    /// Give an entry another alias, in place
    #[command(after_help = pages(&EXAMPLES[1..2]))]
    Rename {
        /// Change this PKCS#12 or JKS file
        #[arg(value_name = "STORE")]
        store: PathBuf,
        /// Rename the entry of this alias
        #[arg(value_name = "OLD")]
        old: String,
        /// Call it this
        #[arg(value_name = "NEW")]
        new: String,
        #[command(flatten)]
        passin: PassinArgs,
    },
    /// Delete an entry, in place
    #[command(after_help = pages(&EXAMPLES[2..]))]
    Delete {
        /// Change this PKCS#12 or JKS file
        #[arg(value_name = "STORE")]
        store: PathBuf,
        /// Delete the entry of this alias
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        passin: PassinArgs,
    },
}

impl Alias {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        match self.action {
            Action::List { store, passin } => list(context, &store, &passin),
            Action::Rename { store, old, new, passin } => {
                check_new_alias("the new alias", &new)?;
                edit(context, &store, &passin, &Edit::Rename { from: old, to: new })
            }
            Action::Delete { store, name, passin } => edit(context, &store, &passin, &Edit::Delete(name)),
        }
    }
}

fn list(context: &Context, store: &Path, passin: &PassinArgs) -> Result<ExitStatus, Failure> {
    let passwords = context.passwords(passin)?;
    let input = context.exact_input(store)?;
    let list = list_aliases(&input, &passwords, &context.limits).map_err(|error| context.failure(&error))?;
    context.check_unused(&passwords);
    context.notices(&list.notices);
    // Of a PKCS#12 file without MAC it was said when it was read.
    if !list.integrity_checked && list.format == "JKS" {
        let warning = Warning::new(format!(
            "`{}` was read without a password, so nobody knows whether it was changed",
            input.name()
        ));
        context.printer.warning(&warning.hint("to check it, say where the password is with `--passin file:PATH`"));
    }
    if context.json {
        context.printer.data(&document("alias", render::json(&list)));
    } else {
        context.printer.styled(&render::text(&list, context.now));
    }
    if list.entries.is_empty() {
        context.printer.note(&format!("`{}` holds no entries", input.name()));
    }
    Ok(ExitStatus::Done)
}

fn edit(context: &Context, store: &Path, passin: &PassinArgs, edit: &Edit) -> Result<ExitStatus, Failure> {
    let passwords = context.passwords(passin)?;
    let input = context.exact_input(store)?;
    let mut outputs = context.outputs();
    let slot = outputs.declare_in_place(&input)?;
    let edited = edit_keystore(edit, &input, &passwords, &context.limits, &mut SystemRandom::new())
        .map_err(|error| context.failure(&error))?;
    context.check_unused(&passwords);
    context.notices(&edited.notices);
    outputs.fill(slot, &edited.octets);
    outputs.commit()?;
    let done = match (edit, &edited.alias) {
        (Edit::Rename { from, .. }, Some(alias)) => format!("`{}`: `{from}` is now `{alias}`", input.name()),
        (Edit::Rename { from, .. } | Edit::Delete(from), _) => format!("`{}`: `{from}` is deleted", input.name()),
    };
    context.printer.note(&done);
    if context.json {
        let members = json!({ "store": input.name(), "alias": edited.alias });
        context.printer.data(&document("alias-edit", members));
    }
    Ok(ExitStatus::Done)
}
