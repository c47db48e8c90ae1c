//! `export`: key and certificate into a keystore.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use certwright::crypto::{KeyAlgorithm, SystemRandom};
use certwright::files::{Input, Sensitivity};
use certwright::formats::pem;
use certwright::formats::x509::Certificate;
use certwright::operations::{PackKeystore, StoreFormat, Target, pack_keystore};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{Example, ITERATIONS, PasswordFile, check_new_alias, pages, wrote};
use crate::args::{OutArg, PassinArgs, PassoutArgs, TargetArg};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::json::document;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example {
        what: "Put key and certificate into a PKCS#12 file",
        command: "certwright export p12 --key server.key --cert server.crt --alias jwt_example --passout generate",
    },
    Example {
        what: "Make a Java keystore for Salesforce",
        command: "certwright export jks --key server.key --cert server.crt --alias jwt_example --for salesforce --passout generate",
    },
];

/// Put a key and its certificate into a keystore
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Export {
    #[command(subcommand)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Format {
    /// Make a PKCS#12 file, also called .p12 or .pfx
    #[command(after_help = pages(&EXAMPLES[..1]))]
    P12(P12),
    /// Make a Java keystore of type JKS
    #[command(after_help = pages(&EXAMPLES[1..]))]
    Jks(Jks),
}

#[derive(Args, Debug)]
struct P12 {
    #[command(flatten)]
    common: Common,
    /// Iterate each key derivation this many times
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(ITERATIONS))]
    iterations: Option<u32>,
}

#[derive(Args, Debug)]
struct Jks {
    #[command(flatten)]
    common: Common,
    /// Give the entry a password of its own, from SOURCE, instead of the keystore's
    #[arg(long, value_name = "SOURCE")]
    entry_pass: Option<OsString>,
}

/// What both formats take.
#[derive(Args, Debug)]
struct Common {
    /// Take the private key from FILE
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Take the certificate from FILE; issuers in it are used too
    #[arg(long, value_name = "FILE")]
    cert: PathBuf,
    /// Take issuers' certificates from FILE; may be repeated
    #[arg(long, value_name = "FILE")]
    chain: Vec<PathBuf>,
    /// Name the entry
    #[arg(long, value_name = "NAME")]
    alias: String,
    #[command(flatten)]
    target: TargetArg,
    #[command(flatten)]
    passin: PassinArgs,
    #[command(flatten)]
    passout: PassoutArgs,
    #[command(flatten)]
    out: OutArg,
}

impl Export {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        match self.format {
            Format::Jks(jks) => {
                let entry_pass = jks.entry_pass;
                jks.common.run(context, "servercert.jks", entry_pass.as_ref(), |_, path| {
                    let what = format!("protect the entry in `{}`", path.display());
                    let entry_password = match &entry_pass {
                        Some(source) => Some(context.new_password_from(Some(source), &what, "--entry-pass")?),
                        None => None,
                    };
                    if entry_password.as_ref().is_some_and(|new| new.made.path(path).is_some()) {
                        return Err(Failure::usage(
                            "`--entry-pass generate` is not offered: nobody would know where it stands",
                        )
                        .hint("say where the entry's password is with `--entry-pass file:PATH`"));
                    }
                    let entry_password = entry_password.map(|new| new.password);
                    Ok(StoreFormat::Jks { entry_password, created: context.now })
                })
            }
            Format::P12(p12) => {
                let iterations = p12.iterations;
                p12.common.run(context, "keystore.p12", None, |target, _| {
                    if let Some(target) = target.filter(|target| target.imports_jks_only()) {
                        let warning = Warning::new(format!("{} imports keystores of type JKS only", target.title));
                        context.printer.warning(&warning.hint("to make one, use `certwright export jks`"));
                    }
                    let profile = target.map(|target| target.profile).unwrap_or_default();
                    Ok(StoreFormat::Pkcs12 { profile, iterations })
                })
            }
        }
    }
}

impl Common {
    fn run(
        self,
        context: &Context,
        default: &str,
        entry_pass: Option<&OsString>,
        format: impl FnOnce(Option<&'static Target>, &Path) -> Result<StoreFormat, Failure>,
    ) -> Result<ExitStatus, Failure> {
        check_new_alias("`--alias`", &self.alias)?;
        let target = self.target.target()?;
        if let Some(target) = target {
            target.check_alias(&self.alias).map_err(|error| context.failure(&error))?;
            if entry_pass.is_some() {
                target.check_entry_password().map_err(|error| context.failure(&error))?;
            }
        }
        let passwords = context.passwords(&self.passin)?;
        let mut outputs = context.outputs();
        outputs.declare_passin(&self.passin)?;
        outputs.declare_passout(&self.passout)?;
        outputs.declare_new_password(entry_pass, "--entry-pass")?;
        let key = context.input(&self.key)?;
        let certificate = if self.cert == self.key { key.clone() } else { context.input(&self.cert)? };
        let chain = self.chain.iter().map(|path| context.input(path)).collect::<Result<Vec<_>, _>>()?;
        for input in [&key, &certificate].into_iter().chain(&chain) {
            outputs.declare_input(input)?;
        }
        if let (Some(target), Some(algorithm)) = (target, early_key(&certificate, context)) {
            target.check_key(algorithm).map_err(|error| context.failure(&error))?;
        }
        let path = self.out.or(default);
        let slot = outputs.declare(path, Sensitivity::Secret)?;
        let new = context.new_password(&self.passout, &format!("protect `{}`", path.display()))?;
        let password_file = PasswordFile::declare(&new, path, &mut outputs, false)?;
        let options = PackKeystore { format: format(target, path)?, alias: self.alias, password: new.password };
        let packed =
            pack_keystore(&options, &key, &certificate, &chain, &passwords, &context.limits, &mut SystemRandom::new())
                .map_err(|error| context.failure(&error))?;
        if let (Some(target), Some(Ok(public))) = (target, packed.chain.first().map(|leaf| leaf.public_key())) {
            target.check_public_key(&public).map_err(|error| context.failure(&error))?;
        }
        context.check_exposure(&key);
        context.check_unused(&passwords);
        context.notices(&packed.notices);
        outputs.fill(slot, &packed.octets);
        let password_path = password_file.map(|file| file.fill(&mut outputs));
        outputs.commit()?;
        let certificates = match packed.chain.len() {
            1 => "its certificate".to_owned(),
            more => format!("a chain of {more} certificates"),
        };
        wrote(context, path, &format!("entry `{}` with the key and {certificates}", packed.alias));
        if let Some(path) = &password_path {
            wrote(context, path, "its password");
        }
        if context.json {
            let members = json!({
                "path": path.display().to_string(),
                "alias": packed.alias,
                "chain_length": packed.chain.len(),
                "password_file": password_path.map(|path| path.display().to_string()),
            });
            context.printer.data(&document("export", members));
        }
        Ok(ExitStatus::Done)
    }
}

/// The kind of key in a file of one certificate, which needs no password; where there are more, the operation knows
/// which of them is meant.
fn early_key(certificate: &Input, context: &Context) -> Option<KeyAlgorithm> {
    let octets = certificate.bytes();
    let parsed = if pem::looks_like_pem(octets) {
        let document = pem::decode(octets, &context.limits).ok()?;
        let [block] = document.blocks.as_slice() else { return None };
        Certificate::from_der(block.contents.expose())
    } else {
        Certificate::from_der(octets)
    };
    Some(parsed.ok()?.public_key().ok()?.algorithm())
}
