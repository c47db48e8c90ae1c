//! `extract`: key, certificate and chain out of a keystore.

use std::path::{Path, PathBuf};

use certwright::crypto::SystemRandom;
use certwright::files::Sensitivity;
use certwright::formats::Reason;
use certwright::formats::pkcs5::Kdf;
use certwright::operations::{Error, KeyEncoding, KeyForm, Unpack, unpack_keystore};
use clap::Args;
use serde_json::json;

use super::{Example, PasswordFile, pages, wrote};
use crate::args::{PassinArgs, PassoutArgs};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::render::json::document;
use crate::report::{Failure, word};

const EXAMPLES: &[Example] = &[
    Example {
        what: "Take key and certificate out of a keystore",
        command: "certwright extract keystore.p12 --key app.key --cert app.crt",
    },
    Example {
        what: "Take the key out, encrypted with a password that is made for it",
        command: "certwright extract servercert.jks --key app.key --encrypt-key --passout generate",
    },
    Example { what: "Print the certificate", command: "certwright extract keystore.p12 --cert -" },
];

/// Take key, certificate and chain out of a keystore
///
/// The key is proved against its certificate before it is written. A PEM file that holds both is taken apart as
/// well, and a PKCS#7 (`.p7b`), whose certificates may stand in any order.
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Extract {
    /// Look into this PKCS#12, JKS, PEM or PKCS#7 file
    #[arg(value_name = "STORE")]
    store: PathBuf,
    /// Take the entry of this alias; needed when there are several
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
    /// Write the private key to FILE, in PKCS#8; `-` is standard output
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Write the entry's certificate to FILE
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    /// Write the certificates of its issuers to FILE, in their order
    #[arg(long, value_name = "FILE")]
    chain: Option<PathBuf>,
    /// Encrypt the key with a password: PKCS#8, AES-256
    #[arg(long, requires = "key")]
    encrypt_key: bool,
    #[command(flatten)]
    passin: PassinArgs,
    #[command(flatten)]
    passout: PassoutArgs,
}

impl Extract {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        if self.key.is_none() && self.cert.is_none() && self.chain.is_none() {
            return Err(Failure::usage("it is not said what to take out").hint(format!(
                "name what you want, as in `certwright extract {} --key server.key --cert server.crt`; there is `--chain` too",
                word(&self.store.display().to_string())
            )));
        }
        if !self.encrypt_key && self.passout.passout.is_some() {
            return Err(Failure::usage("`--passout` gives a password, and the key is not to be encrypted")
                .hint("add `--encrypt-key`, or leave `--passout` out"));
        }
        let passwords = context.passwords(&self.passin)?;
        let mut outputs = context.outputs();
        outputs.declare_passin(&self.passin)?;
        outputs.declare_passout(&self.passout)?;
        let input = context.input(&self.store)?;
        outputs.declare_input(&input)?;
        let mut declare = |path: &Option<PathBuf>, sensitivity| {
            path.as_deref()
                .map(|path| outputs.declare(path, sensitivity).map(|slot| (path.to_owned(), slot)))
                .transpose()
        };
        let key_slot = declare(&self.key, Sensitivity::Secret)?;
        let certificate_slot = declare(&self.cert, Sensitivity::Public)?;
        let chain_slot = declare(&self.chain, Sensitivity::Public)?;
        let mut password_file = None;
        let encoding = match &self.key {
            Some(path) if self.encrypt_key => {
                let new = context.new_password(&self.passout, &format!("protect `{}`", path.display()))?;
                password_file = PasswordFile::declare(&new, path, &mut outputs, false)?;
                Some(KeyEncoding::Encrypted { kdf: Kdf::STRONG, password: new.password, der: false })
            }
            Some(_) => Some(KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false }),
            None => None,
        };
        let options = Unpack {
            alias: self.alias.clone(),
            key: encoding,
            certificate: self.cert.is_some(),
            chain: self.chain.is_some(),
        };
        let taken = unpack_keystore(&options, &input, &passwords, &context.limits, &mut SystemRandom::new())
            .map_err(|error| self.failure(context, &error))?;
        if taken.algorithm.is_some() {
            context.check_exposure(&input);
        }
        context.check_unused(&passwords);
        context.notices(&taken.notices);
        let mut told: Vec<(PathBuf, String)> = Vec::new();
        if let (Some((path, slot)), Some(key)) = (key_slot, &taken.key) {
            outputs.fill(slot, key.expose());
            let kind = taken.algorithm.map(|it| it.to_string()).unwrap_or_default();
            let readable = if self.encrypt_key { "encrypted" } else { "not encrypted, readable by you only" };
            told.push((path, format!("{kind} private key, {readable}")));
        }
        if let (Some((path, slot)), Some(certificate)) = (certificate_slot, &taken.certificate) {
            outputs.fill(slot, certificate);
            told.push((path, format!("certificate of {}", taken.subject.as_deref().unwrap_or("nobody"))));
        }
        if let (Some((path, slot)), Some(chain)) = (chain_slot, &taken.chain) {
            outputs.fill(slot, chain);
            let count = if taken.issuers == 1 {
                "one certificate".to_owned()
            } else {
                format!("{} certificates", taken.issuers)
            };
            told.push((path, format!("{count} of its issuers")));
        }
        let password_path = password_file.map(|file| file.fill(&mut outputs));
        outputs.commit()?;
        for (path, what) in &told {
            wrote(context, path, what);
        }
        if let Some(path) = &password_path {
            wrote(context, path, "its password");
        }
        if context.json {
            let shown = |path: &Option<PathBuf>| path.as_deref().map(|path| path.display().to_string());
            let members = json!({
                "store": input.name(),
                "alias": taken.alias,
                "key": shown(&self.key),
                "key_encrypted": self.encrypt_key,
                "certificate": shown(&self.cert),
                "chain": shown(&self.chain),
                "algorithm": taken.algorithm.map(|it| it.to_string()),
                "subject": taken.subject,
                "password_file": password_path.map(|path| path.display().to_string()),
            });
            context.printer.data(&document("extract", members));
        }
        Ok(ExitStatus::Done)
    }

    /// The failure with the command that mends it, filled in.
    fn failure(&self, context: &Context, error: &Error) -> Failure {
        let mut failure = context.failure(error);
        match error {
            Error::AliasNeeded { source, .. } => {
                if let Some(alias) = source.0.first() {
                    failure.hints = vec![format!("nothing was written; choose one, as in `{}`", self.line(alias))];
                }
            }
            Error::CannotEdit { source, .. } if matches!(source.reason, Reason::UnknownAlias(..)) => {
                failure.hints = vec![
                    "nothing was written; choose one of these, or leave `--alias` out if there is one only".to_owned(),
                ];
            }
            Error::NotWhatIsNeeded { wanted: "an issuer's certificate", .. } => {
                failure.hints = vec!["nothing was written; leave `--chain` out".to_owned()];
            }
            _ => {}
        }
        failure
    }

    /// This command with the entry `alias`.
    fn line(&self, alias: &str) -> String {
        let shown = |path: &Path| word(&path.display().to_string());
        let mut line = format!("certwright extract {} --alias {}", shown(&self.store), word(alias));
        for (option, path) in [("--key", &self.key), ("--cert", &self.cert), ("--chain", &self.chain)] {
            if let Some(path) = path {
                line.push_str(&format!(" {option} {}", shown(path)));
            }
        }
        if self.encrypt_key {
            line.push_str(" --encrypt-key");
        }
        line
    }
}
