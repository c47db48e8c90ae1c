//! The lines of keytool (JDK 17): each command in a file of its own.

mod algorithms;
mod cert_req;
mod change_alias;
mod delete;
mod edit;
mod entries;
mod export_cert;
mod extension;
mod gen_key_pair;
mod import_cert;
mod import_keystore;
mod key_passwd;
mod list;
mod passwords;
mod print_cert;
mod question;
mod store;
mod store_passwd;
mod weak;

use std::ffi::OsString;

use super::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

type Run = fn(&[OsString], &Session<'_>) -> Result<ExitStatus, Failure>;

/// The commands that are offered, with the older names that keytool knows some of them by.
const OFFERED: &[(&str, &[&str], Run)] = &[
    ("certreq", &[], cert_req::run),
    ("changealias", &[], change_alias::run),
    ("delete", &[], delete::run),
    ("exportcert", &["export"], export_cert::run),
    ("genkeypair", &["genkey"], gen_key_pair::run),
    ("importcert", &["import"], import_cert::run),
    ("importkeystore", &[], import_keystore::run),
    ("keypasswd", &[], key_passwd::run),
    ("list", &[], list::run),
    ("printcert", &[], print_cert::run),
    ("storepasswd", &[], store_passwd::run),
];

/// Runs the line after the word `keytool`. The command may stand anywhere among the options.
///
/// # Errors
/// A [`Failure`] of the command, or one that names a command that is not offered.
pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    for (at, word) in words.iter().enumerate() {
        let Some(name) = word.to_str().and_then(|word| word.strip_prefix('-')) else { continue };
        let is_it = |known: &str| known.eq_ignore_ascii_case(name);
        if let Some((_, _, run)) =
            OFFERED.iter().find(|(known, old, _)| is_it(known) || old.iter().any(|old| is_it(old)))
        {
            let rest: Vec<OsString> =
                words.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, word)| word.clone()).collect();
            return run(&rest, session);
        }
    }
    Err(Failure::usage("`keytool` needs one of its commands").hint(offered()))
}

fn offered() -> String {
    let names: Vec<String> = OFFERED.iter().map(|(name, _, _)| format!("-{name}")).collect();
    format!("of keytool there are {}", names.join(", "))
}
