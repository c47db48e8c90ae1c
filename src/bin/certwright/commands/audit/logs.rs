//! Which logs are meant: files, stores, keys that have a store beside them, and folders of stores.

use std::path::{Path, PathBuf};

use certwright::files::{find_in_folders, folders_in, is_file, is_folder};
use certwright::operations::AUDIT_FILE;
use certwright::operations::rotate::Store;
use certwright::untrusted::Untrusted;
use clap::Args;

use crate::exit::ExitStatus;
use crate::report::Failure;

/// Where the logs are.
#[derive(Args, Debug)]
pub(super) struct LogArgs {
    /// Read the log of this rotation: its folder, its key or the log itself; or those of all rotations in a folder
    #[arg(value_name = "STORE", required = true)]
    paths: Vec<PathBuf>,
}

impl LogArgs {
    /// The logs, or for a path that has none, why.
    pub(super) fn find(&self) -> Vec<Result<PathBuf, Failure>> {
        self.paths.iter().flat_map(|path| find(path)).collect()
    }
}

fn find(path: &Path) -> Vec<Result<PathBuf, Failure>> {
    if is_folder(path) {
        return match (find_in_folders(path, AUDIT_FILE), folders_in(path)) {
            (Ok(logs), Ok(folders)) => {
                let stores = folders.iter().map(|name| path.join(name)).filter(|store| has_lost_its_log(store));
                let lost: Vec<PathBuf> = stores.collect();
                if logs.is_empty() && lost.is_empty() {
                    return vec![Err(no_log(path))];
                }
                logs.into_iter().map(Ok).chain(lost.iter().map(|store| Err(no_log(store)))).collect()
            }
            (Err(error), _) | (_, Err(error)) => vec![Err(error.into())],
        };
    }
    let beside = Store::at(path).audit_log();
    vec![Ok(if is_file(path) && is_file(&beside) { beside } else { path.to_owned() })]
}

/// Whether a rotation is kept there without a log. It writes a line before it notes its first version, so the log was
/// removed.
fn has_lost_its_log(folder: &Path) -> bool {
    let store = Store::at(folder);
    store.exists() && store.has_versions() && !is_file(&store.audit_log())
}

fn no_log(path: &Path) -> Failure {
    let shown = path.display().to_string();
    let message = format!("there is no audit log in `{}`, nor in a folder in it", Untrusted(&shown));
    Failure::new("no_audit_log", ExitStatus::Failed, message)
        .hint(format!("a rotation keeps it as `{AUDIT_FILE}` in its folder: name that folder, or the log itself"))
}
