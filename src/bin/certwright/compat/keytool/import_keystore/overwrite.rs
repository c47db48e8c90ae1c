//! What becomes of an entry whose alias the other keystore has: asked in keytool's words, and no key is lost unasked.

use certwright::crypto::PublicKey;
use certwright::formats::jks::java_alias;
use certwright::formats::keystore::{Content, Entry, Kind, Summary};
use certwright::operations::Import;
use certwright::untrusted::Untrusted;

use crate::compat::session::Session;
use crate::exit::ExitStatus;
use crate::report::Failure;

use super::Into;

/// The entries that are imported, as far as it is decided.
pub(super) struct Overwriting<'a> {
    session: &'a Session<'a>,
    there: &'a [Summary],
    store: String,
    asks: bool,
    pub(super) imports: Vec<Import>,
    /// The aliases of the entries that somebody did not want.
    pub(super) left_out: Vec<String>,
}

impl<'a> Overwriting<'a> {
    pub(super) fn new(into: &'a Into, noprompt: bool, session: &'a Session<'a>) -> Self {
        let there = into.there.as_ref().map_or(&[][..], |(_, list)| &list.entries);
        let store = into.path.display().to_string();
        let asks = !noprompt && !session.context.force;
        Self { session, there, store, asks, imports: Vec::new(), left_out: Vec::new() }
    }

    /// Decides about one entry that is to be called `alias`.
    ///
    /// # Errors
    /// A [`Failure`] when a private key would be lost, or nobody answers.
    pub(super) fn take(&mut self, entry: &Entry, mut alias: String) -> Result<(), Failure> {
        let mut replaces = false;
        while let Some(there) = self.there.iter().find(|it| java_alias(&it.alias) == alias) {
            replaces = self.may_replace(there, entry)?;
            if replaces {
                break;
            }
            let question = "Enter new alias name (RETURN to cancel import for this entry):  ";
            alias = java_alias(&self.session.answers.line(question, "-destalias NAME")?);
            if alias.is_empty() {
                self.left_out.push(entry.alias.clone());
                return Ok(());
            }
        }
        let entry = Entry { alias, content: entry.content.clone() };
        self.imports.push(Import { entry, replaces });
        Ok(())
    }

    fn may_replace(&self, there: &Summary, entry: &Entry) -> Result<bool, Failure> {
        let alias = Untrusted(&there.alias).to_string();
        if self.asks {
            return self.says_yes(&format!("Existing entry alias {alias} exists, overwrite? [no]:  "));
        }
        if loses_key(there, entry) && !self.session.context.force {
            let question = format!("`{alias}` in `{}` holds a private key. Replace it?", self.store);
            if !self.session.answers.confirms(&question) {
                return Err(self.key_would_be_lost(&alias));
            }
        }
        let text = format!("Warning: Overwriting existing alias {alias} in destination keystore");
        self.session.context.printer.say(&format!("{text}\n"));
        Ok(true)
    }

    /// keytool's yes-or-no: an empty answer is a no.
    fn says_yes(&self, question: &str) -> Result<bool, Failure> {
        loop {
            let answer = self.session.answers.line(question, "-noprompt")?;
            match answer.trim().to_ascii_lowercase().as_str() {
                "" | "n" | "no" => return Ok(false),
                "y" | "yes" => return Ok(true),
                _ => self.session.context.printer.say("Wrong answer, try again\n"),
            }
        }
    }

    fn key_would_be_lost(&self, alias: &str) -> Failure {
        Failure::new(
            "key_would_be_lost",
            ExitStatus::Failed,
            format!("`{alias}` in `{}` holds another private key, which would be lost", Untrusted(&self.store)),
        )
        .hint("nothing was imported; choose another name with `-srcalias` and `-destalias`")
        .hint("to replace it all the same, add `--force`, or leave `-noprompt` out and answer yes")
    }
}

/// Whether replacing `there` by `entry` destroys a private key that the other one does not hold.
fn loses_key(there: &Summary, entry: &Entry) -> bool {
    if there.kind == Kind::TrustedCertificate {
        return false;
    }
    let Content::PrivateKey { key, .. } = &entry.content else { return true };
    let held: Option<PublicKey> = there.chain.first().and_then(|leaf| leaf.public_key().ok());
    held != Some(key.public_key())
}
