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

use certwright::untrusted::Untrusted;

use super::line::Grammar;
use super::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

type Run = fn(&[OsString], &Session<'_>) -> Result<ExitStatus, Failure>;

/// The commands that are offered, with the older names that keytool knows some of them by, and what each takes.
const OFFERED: &[(&str, &[&str], &Grammar, Run)] = &[
    ("certreq", &[], &cert_req::GRAMMAR, cert_req::run),
    ("changealias", &[], &change_alias::GRAMMAR, change_alias::run),
    ("delete", &[], &delete::GRAMMAR, delete::run),
    ("exportcert", &["export"], &export_cert::GRAMMAR, export_cert::run),
    ("genkeypair", &["genkey"], &gen_key_pair::GRAMMAR, gen_key_pair::run),
    ("importcert", &["import"], &import_cert::GRAMMAR, import_cert::run),
    ("importkeystore", &[], &import_keystore::GRAMMAR, import_keystore::run),
    ("keypasswd", &[], &key_passwd::GRAMMAR, key_passwd::run),
    ("list", &[], &list::GRAMMAR, list::run),
    ("printcert", &[], &print_cert::GRAMMAR, print_cert::run),
    ("storepasswd", &[], &store_passwd::GRAMMAR, store_passwd::run),
];

/// Commands of keytool that are not, each with what to use instead, or nothing.
const REFUSED: &[(&str, &str)] = &[
    ("gencert", "to sign a request with the key of a CA, run `certwright sign FILE --ca-cert FILE --ca-key FILE`"),
    ("gencrl", ""),
    ("genseckey", ""),
    ("identitydb", ""),
    ("importpass", ""),
    ("importpassword", ""),
    ("keyclone", ""),
    ("printcertreq", "to see what a request holds, run `certwright inspect FILE`"),
    ("printcrl", ""),
    ("selfcert", "to make a certificate for a key, run `certwright selfsign --key FILE --cn NAME`"),
    ("showinfo", ""),
];

/// Runs the line after the word `keytool`. The command may stand anywhere among the options.
///
/// # Errors
/// A [`Failure`] of the command, or one that names a command that is not offered.
pub(super) fn run(words: &[OsString], session: &Session<'_>) -> Result<ExitStatus, Failure> {
    for (at, word) in words.iter().enumerate() {
        let Some(name) = word.to_str().and_then(|word| word.strip_prefix('-')) else { continue };
        let is_it = |known: &str| known.eq_ignore_ascii_case(name);
        if let Some((_, _, grammar, run)) =
            OFFERED.iter().find(|(known, old, ..)| is_it(known) || old.iter().any(|old| is_it(old)))
        {
            let rest: Vec<OsString> =
                words.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, word)| word.clone()).collect();
            if grammar.asks_for_help(&rest) {
                session.context.printer.data(&grammar.help());
                return Ok(ExitStatus::Done);
            }
            return run(&rest, session);
        }
    }
    let Some(word) = words.first().map(|word| word.to_string_lossy()) else {
        return Err(Failure::usage("`keytool` needs one of its commands").hint(offered()));
    };
    let name = word.trim_start_matches('-');
    if ["help", "h", "?"].iter().any(|help| help.eq_ignore_ascii_case(name)) {
        session.context.printer.data(&page());
        return Ok(ExitStatus::Done);
    }
    let refused = words.iter().find_map(|word| {
        let name = word.to_str()?.strip_prefix('-')?;
        REFUSED.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
    });
    Err(match refused {
        Some((name, "")) => Failure::usage(format!("`keytool -{name}` is not offered here")).hint(offered()),
        Some((name, instead)) => Failure::usage(format!("`keytool -{name}` is not offered here")).hint(*instead),
        None if name.len() < word.len() && !names_an_option(name) => {
            Failure::usage(format!("`-{}` is not a command of `keytool`", Untrusted(name))).hint(offered())
        }
        None => Failure::usage("`keytool` needs one of its commands").hint(offered()),
    })
}

/// What `keytool -help` shows: the commands, and how to see what each takes.
pub(super) fn page() -> String {
    let mut page = format!("{}\n", offered());
    page.push_str("to see what one of them takes, run `certwright keytool -COMMAND --help`\n");
    for (name, instead) in REFUSED.iter().filter(|(_, instead)| !instead.is_empty()) {
        page.push_str(&format!("  -{name}: {instead}\n"));
    }
    page
}

/// Whether some command takes an option of this name, so that the line lacks its command.
fn names_an_option(name: &str) -> bool {
    let name = name.split_once(':').map_or(name, |(base, _)| base);
    OFFERED.iter().any(|(_, _, grammar, _)| grammar.options.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)))
}

fn offered() -> String {
    let names: Vec<String> = OFFERED.iter().map(|(name, ..)| format!("-{name}")).collect();
    format!("of keytool there are {}", names.join(", "))
}
