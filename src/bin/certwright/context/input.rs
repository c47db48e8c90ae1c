//! Reads password files, standard input and descriptors through the library's `files`.

use std::error::Error;
use std::path::Path;

use certwright::files;
use certwright::secret::Password;

use crate::password::SecretInput;

/// The file system and the streams this process was given.
pub(crate) struct Files;

impl SecretInput for Files {
    fn first_line(&self, path: &Path) -> Result<Password, String> {
        files::read_first_line(path).map_err(|error| whole(&error))
    }

    fn stdin_line(&self) -> Result<Password, String> {
        files::claim_standard_input("a password").and_then(|mut input| input.read_line()).map_err(|error| whole(&error))
    }

    fn descriptor_line(&self, number: u32) -> Result<Password, String> {
        files::read_descriptor_line(number).map_err(|error| whole(&error))
    }
}

/// The error with what the system said, on one line.
fn whole(error: &files::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
