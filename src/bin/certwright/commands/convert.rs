//! `convert`: any key, certificate, request or keystore in another form.

mod choices;

use std::path::{Path, PathBuf};

use certwright::crypto::SystemRandom;
use certwright::files::Sensitivity;
use certwright::formats::Reason;
use certwright::operations::{Alias, Convert as Options, Error, Target, convert};
use clap::Args;
use serde_json::json;

use super::{Example, ITERATIONS, PasswordFile, check_new_alias, pages, wrote};
use crate::args::{PassinArgs, PassoutArgs, TargetArg};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::json::document;
use crate::report::{Failure, word};

use choices::{Chosen, FormName};

const EXAMPLES: &[Example] = &[
    Example {
        what: "Make a Java keystore of a PKCS#12 file, entries and chains included",
        command: "certwright convert keystore.p12 --to jks --passout generate -o store.jks",
    },
    Example {
        what: "Encrypt a PKCS#12 file anew, so that OpenSSL 3 opens it without its legacy provider",
        command: "certwright convert keystore.p12 --to p12 --for openssl3 --passout generate -o modern.p12",
    },
    Example {
        what: "Give an entry another alias on the way",
        command: "certwright convert servercert.jks --to p12 --alias jwt_example=app --passout generate -o a.p12",
    },
    Example {
        what: "Publish the public key as a JWK set",
        command: "certwright convert server.crt --to jwks -o jwks.json",
    },
    Example {
        what: "Write a key as one line for an environment variable",
        command: "certwright convert server.key --to env -o key.env",
    },
];

/// Give a key, certificate, request or keystore another form
///
/// What is in the input is recognised by content. What the form cannot hold is refused by name, never left out unsaid.
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Convert {
    /// Convert this file; `-` is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Give it this form: pem, der, pkcs8, pkcs1, sec1, public, p12, jks, jwk, jwks or env
    #[arg(long, value_name = "FORM", value_enum, hide_possible_values = true)]
    to: FormName,
    /// Take the entry of this alias only
    #[arg(long, value_name = "ALIAS")]
    entry: Option<String>,
    /// Rename an entry on the way, split at the first `=`; NEW alone names the only entry. May be repeated
    #[arg(long, value_name = "OLD=NEW")]
    alias: Vec<String>,
    /// Encrypt private keys with a password: PKCS#8, AES-256
    #[arg(long)]
    encrypt: bool,
    /// Write DER instead of PEM (pkcs8, pkcs1, sec1, public)
    #[arg(long)]
    der: bool,
    /// Leave the private half out (jwk)
    #[arg(long)]
    public: bool,
    /// Iterate each key derivation this many times
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(ITERATIONS))]
    iterations: Option<u32>,
    /// Write to FILE; `-` is standard output
    #[arg(short, long, value_name = "OUT")]
    out: PathBuf,
    #[command(flatten)]
    target: TargetArg,
    #[command(flatten)]
    passin: PassinArgs,
    #[command(flatten)]
    passout: PassoutArgs,
}

impl Convert {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let target = self.target.target()?;
        let chosen = self.chosen();
        chosen.check(target)?;
        if let (FormName::P12, Some(target)) = (self.to, target.filter(|target| target.imports_jks_only())) {
            let warning = Warning::new(format!("{} imports keystores of type JKS only", target.title));
            context.printer.warning(&warning.hint("to make one, use `--to jks`"));
        }
        let aliases = self.aliases()?;
        let passwords = context.passwords(&self.passin)?;
        let input = context.input(&self.input)?;
        // Whether the result is a secret is known when it is there; that it may be written is known before any question.
        self.outputs(context, &input, Sensitivity::Secret)?;
        let new = match chosen.needs_password() {
            true => Some(context.new_password(&self.passout, &format!("protect `{}`", self.out.display()))?),
            false => None,
        };
        let form = chosen.form(new.as_ref().map(|new| new.password.clone()), target, context.now)?;
        let options = Options { form, entry: self.entry.clone(), aliases, target };
        let made = convert(&options, &input, &passwords, &context.limits, &mut SystemRandom::new())
            .map_err(|error| self.failure(context, &error))?;
        if made.holds_key {
            context.check_exposure(&input);
        }
        context.check_unused(&passwords);
        context.notices(&made.notices);
        let sensitivity = if made.is_secret { Sensitivity::Secret } else { Sensitivity::Public };
        let (mut outputs, slot) = self.outputs(context, &input, sensitivity)?;
        let password_file = match &new {
            Some(new) => PasswordFile::declare(new, &self.out, &mut outputs, false)?,
            None => None,
        };
        outputs.fill(slot, made.octets.expose());
        let password_path = password_file.map(|file| file.fill(&mut outputs));
        outputs.commit()?;
        wrote(context, &self.out, &made.what);
        if let Some(path) = &password_path {
            wrote(context, path, "its password");
        }
        if context.json {
            let members = json!({
                "path": self.out.display().to_string(),
                "form": self.to.name(),
                "holds": made.what,
                "aliases": made.aliases,
                "secret": made.is_secret,
                "password_file": password_path.map(|path| path.display().to_string()),
            });
            context.printer.data(&document("convert", members));
        }
        Ok(ExitStatus::Done)
    }

    fn outputs<'a>(
        &self,
        context: &'a Context,
        input: &certwright::files::Input,
        sensitivity: Sensitivity,
    ) -> Result<(crate::context::Outputs<'a>, crate::context::Slot), Failure> {
        let mut outputs = context.outputs();
        outputs.declare_passin(&self.passin)?;
        outputs.declare_passout(&self.passout)?;
        outputs.declare_input(input)?;
        let slot = outputs.declare(&self.out, sensitivity)?;
        Ok((outputs, slot))
    }

    fn chosen(&self) -> Chosen {
        Chosen {
            to: self.to,
            encrypt: self.encrypt,
            der: self.der,
            public: self.public,
            iterations: self.iterations,
            has_aliases: !self.alias.is_empty(),
            has_passout: self.passout.passout.is_some(),
        }
    }

    fn aliases(&self) -> Result<Vec<Alias>, Failure> {
        let of = |text: &String| {
            let alias = match text.split_once('=') {
                Some((from, to)) => Alias::Rename { from: from.to_owned(), to: to.to_owned() },
                None => Alias::Only(text.clone()),
            };
            let (Alias::Rename { to, .. } | Alias::Only(to)) = &alias;
            check_new_alias("the new alias", to)?;
            Ok(alias)
        };
        self.alias.iter().map(of).collect()
    }

    /// The failure with the command that mends it, filled in.
    fn failure(&self, context: &Context, error: &Error) -> Failure {
        let mut failure = context.failure(error);
        let shown = |path: &Path| word(&path.display().to_string());
        let line = |to: &str, more: &str| {
            let named = if to == "jwks" && more.is_empty() { "" } else { more };
            format!("certwright convert {}{named} --to {to} -o {}", shown(&self.input), shown(&self.out))
        };
        match error {
            Error::AliasNeeded { source, .. } if self.alias.is_empty() => {
                if let Some(alias) = source.0.first() {
                    let line = line(self.to.name(), &format!(" --entry {}", word(alias)));
                    failure.hints = vec![format!("nothing was written; choose one, as in `{line}`")];
                }
            }
            Error::AliasNeeded { source, .. } => {
                if let Some(alias) = source.0.first() {
                    failure.hints = vec![format!(
                        "nothing was written; say which one is meant, as in `--alias {}=NEW`",
                        word(alias)
                    )];
                }
            }
            Error::CannotConvert { source, .. }
                if self.to.is_store() && source.why.ends_with("which a keystore needs") =>
            {
                failure.hints = vec![format!(
                    "nothing was written; to put it together with its certificate, run `certwright export {} --key {} --cert server.crt --alias NAME`",
                    self.to.name(),
                    shown(&self.input)
                )];
            }
            Error::CannotConvert { source, .. } if !source.entries.is_empty() => {
                let line = line(self.to.name(), &format!(" --entry {}", word(&source.entries[0])));
                failure.hints = vec![match source.entries.as_slice() {
                    [_] => format!("nothing was written; to take the entry that can become that, run `{line}`"),
                    _ => format!("nothing was written; to take one of the entries that can become that, run `{line}`"),
                }];
            }
            Error::CannotConvert { source, .. } => {
                let names: Vec<String> = source.possible.iter().map(|name| format!("`{name}`")).collect();
                failure.hints = match source.possible.first() {
                    Some(first) => vec![
                        format!("nothing was written; it can become {}", names.join(", ")),
                        format!("for instance, run `{}`", line(first, "")),
                    ],
                    None => vec!["nothing was written; check that this is the file that you mean".to_owned()],
                };
            }
            Error::CannotEdit { source, .. } => {
                failure.hints = vec![match &source.reason {
                    Reason::UnknownAlias(_, known) if known.is_empty() => {
                        "nothing was written; nothing in this file has a name: the only entry is named with `--alias NEW`"
                    }
                    Reason::UnknownAlias(..) => "nothing was written; choose one of these",
                    _ => "nothing was written; choose another name",
                }
                .to_owned()];
            }
            Error::CannotMake { source, .. } => {
                if let Reason::AliasesAlike(one, other) = &source.reason {
                    failure.hints = vec![match one == other {
                        // Neither can be named without the other.
                        true => {
                            "nothing was written; rename one of them with the program that made the file".to_owned()
                        }
                        false => format!(
                            "nothing was written; capital and small letters are the same here: rename one with `--alias {}=NEW`",
                            word(other)
                        ),
                    }];
                }
            }
            Error::TargetRefuses { .. } if !self.alias.is_empty() || self.to.is_store() => {
                failure.hints = vec![refused_hint(error, target_name(self.target.target().ok().flatten()))];
            }
            _ => {}
        }
        failure
    }
}

fn target_name(target: Option<&'static Target>) -> &'static str {
    target.map_or("", |target| target.name)
}

fn refused_hint(error: &Error, target: &str) -> String {
    match error {
        Error::TargetRefuses { what: certwright::operations::Refused::Alias(_), .. } => {
            "nothing was written; give it a name such as `jwt_example` with `--alias OLD=jwt_example`".to_owned()
        }
        _ => format!("nothing was written; leave `--for {target}` out if the file is for another reader"),
    }
}
