//! `create`: key, request, certificate, PKCS#12 and JKS in one run.

mod batch;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use certwright::crypto::SystemRandom;
use certwright::files::Sensitivity;
use certwright::operations::{Create as Options, Part, Protection, create, default_alias};
use clap::Args;

use super::{Example, ITERATIONS, PasswordFile, check_new_alias, pages, waiting};
use crate::args::{KeyTypeArg, PassoutArgs, SanArgs, SubjectArgs, TargetArg, ValidityArgs};
use crate::context::{Context, Outputs, Slot};
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::prompt::PromptError;
use crate::render::create::{Set, json, text};
use crate::render::json::document;
use crate::render::receipt;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example {
        what: "Make a set in the folder certs, under a password that is made for it",
        command: "certwright create --cn jwt.example.com --alias jwt_example --dir certs --passout generate",
    },
    Example {
        what: "Make what Salesforce takes, with a report for the change ticket",
        command: "certwright create --cn jwt.example.com --for salesforce --passout generate --receipt ticket.md",
    },
    Example {
        what: "Make only a key and a certificate, called app.key and app.crt",
        command: "certwright create --cn app --only key,crt --name app",
    },
    Example {
        what: "Make a set for each name of a list, each in a folder of its own below certs",
        command: "certwright create --batch names.csv --dir certs --passout generate",
    },
];

/// Make key, request, certificate, PKCS#12 and JKS in one run, and prove that they belong together
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Create {
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    san: SanArgs,
    /// Name the entry in both keystores [default: the common name in lower case, with `_`]
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
    #[command(flatten)]
    key_type: KeyTypeArg,
    #[command(flatten)]
    validity: ValidityArgs,
    #[command(flatten)]
    target: TargetArg,
    /// Write into this folder, which is made if it does not exist
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Call the files STEM.key, STEM.csr, STEM.crt, STEM.p12 and STEM.jks
    #[arg(long, value_name = "STEM")]
    name: Option<String>,
    /// Make only these files: key, csr, crt, p12, jks
    #[arg(long, value_enum, value_delimiter = ',', value_name = "LIST", hide_possible_values = true)]
    only: Vec<PartName>,
    /// Encrypt the key's own file too
    #[arg(long)]
    encrypt_key: bool,
    /// Iterate each key derivation this many times
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(ITERATIONS))]
    iterations: Option<u32>,
    #[command(flatten)]
    passout: PassoutArgs,
    /// Write a report without secrets to FILE, as .json or .md
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// Make a set for each entry of a list, a file that ends in .toml or .csv, each in a folder of its own below DIR
    ///
    /// What a set does not say is as the other options say. docs/reference/fleet.md describes the list.
    #[arg(
        long,
        value_name = "LIST",
        conflicts_with_all = ["cn", "subject", "alias", "name", "receipt"]
    )]
    batch: Option<PathBuf>,
    /// Make so many sets of the list at once [default: as many as there are processors]
    #[arg(long, value_name = "N", requires = "batch")]
    jobs: Option<NonZeroUsize>,
}

/// A part of the set, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum PartName {
    Key,
    Csr,
    Crt,
    P12,
    Jks,
}

impl PartName {
    pub(super) const fn part(self) -> Part {
        match self {
            Self::Key => Part::Key,
            Self::Csr => Part::Request,
            Self::Crt => Part::Certificate,
            Self::P12 => Part::Pkcs12,
            Self::Jks => Part::Jks,
        }
    }
}

/// The form of a receipt, by its file's name.
#[derive(Clone, Copy)]
enum ReceiptForm {
    Json,
    Markdown,
}

impl Create {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        if let Some(list) = &self.batch {
            return self.run_batch(list, context);
        }
        let algorithm = self.key_type.algorithm()?;
        let target = self.target.target()?;
        let subject_alt_names = self.san.names()?;
        let not_after = self
            .validity
            .end(context.now)
            .map_err(|fault| Failure::usage(format!("`--days` cannot be used: {fault}")))?;
        let parts = self.parts()?;
        let receipt = self.receipt.as_deref().map(|path| Ok::<_, Failure>((path, receipt_form(path)?))).transpose()?;

        // Everything that can clash is found before the first question and the first prime.
        let mut outputs = context.outputs();
        outputs.declare_passout(&self.passout)?;
        outputs.declare_folder(&self.dir)?;
        let mut files = Vec::with_capacity(parts.len());
        let mut slots = Vec::with_capacity(parts.len());
        for part in &parts {
            let path = self.path(part_file(*part, self.name.as_deref()));
            let sensitivity = if part.holds_key() { Sensitivity::Secret } else { Sensitivity::Public };
            slots.push(outputs.declare(&path, sensitivity)?);
            files.push((*part, path.display().to_string()));
        }
        let receipt = match receipt {
            Some((path, form)) => Some((outputs.declare(path, Sensitivity::Public)?, form)),
            None => None,
        };
        let subject = context.subject(&self.subject)?;
        let alias = self.alias(context, &parts, subject.common_name().as_deref())?;
        let (protection, password_file) = self.protection(context, &parts, &mut outputs)?;
        let key_is_encrypted = matches!(protection, Protection::KeystoresAndKey(_));
        if key_is_encrypted && target.is_some_and(|target| target.name == "salesforce") {
            context.printer.warning(
                &Warning::new("the Salesforce CLI cannot read an encrypted key")
                    .hint("leave `--encrypt-key` out if `sf org login jwt` is to read the key's file"),
            );
        }

        let options = Options {
            algorithm,
            subject,
            subject_alt_names,
            not_after,
            alias,
            files,
            protection,
            iterations: self.iterations,
            target,
        };
        let make = || create(&options, context.now, &mut SystemRandom::new());
        let created =
            waiting(context, "making and proving the files", make).map_err(|error| context.failure(&error))?;
        for (slot, file) in slots.iter().zip(&created.files) {
            outputs.fill(*slot, file.octets.expose());
        }
        let password_file = password_file.map(|file| file.fill(&mut outputs).display().to_string());
        let paths = created.files.iter().map(|file| file.name.clone()).collect();
        let set = Set { created: &created, paths, password_file, target, key_is_encrypted };
        if let Some((slot, form)) = receipt {
            fill_receipt(slot, form, &set, context, &mut outputs);
        }
        outputs.commit()?;
        context.notices(&created.notices);
        if context.json {
            context.printer.data(&document("create", json(&set)));
        } else {
            context.printer.report(&text(&set, context.now));
        }
        Ok(ExitStatus::Done)
    }

    /// The files to make, in the order in which they are made.
    fn parts(&self) -> Result<Vec<Part>, Failure> {
        let asked = |part: &Part| self.only.is_empty() || self.only.iter().any(|name| name.part() == *part);
        let parts: Vec<Part> = Part::ALL.into_iter().filter(asked).collect();
        if !parts.iter().any(|part| part.holds_key()) {
            return Err(Failure::usage(
                "`--only` leaves out every file that holds the private key, so it would be lost",
            )
            .hint("add `key`, `p12` or `jks` to `--only`"));
        }
        let is_no_stem = |stem: &String| stem.is_empty() || stem == "." || stem == ".." || stem.contains(['/', '\\']);
        if self.name.as_ref().is_some_and(|stem| stem.starts_with('-')) {
            return Err(Failure::usage("`--name` begins with `-`, so other programs would take the files for options")
                .hint("choose a name that begins with a letter or digit"));
        }
        if self.name.as_ref().is_some_and(is_no_stem) {
            return Err(Failure::usage("`--name` is the beginning of file names, not a path")
                .hint("say where the files go with `--dir DIR`"));
        }
        if self.encrypt_key && !parts.contains(&Part::Key) {
            return Err(Failure::usage("`--encrypt-key` encrypts the key's file, and `--only` leaves it out"));
        }
        let has_store = parts.iter().any(|part| part.is_keystore());
        if self.alias.is_some() && !has_store {
            return Err(Failure::usage("`--alias` names an entry of the keystores, and `--only` leaves them out")
                .hint("add `p12` or `jks` to `--only`, or leave `--alias` out"));
        }
        if self.iterations.is_some() && !self.encrypt_key && !parts.contains(&Part::Pkcs12) {
            return Err(Failure::usage("`--iterations` is for PKCS#12 and `--encrypt-key`, and neither is asked for")
                .hint("leave `--iterations` out"));
        }
        if let Some(alias) = &self.alias {
            check_new_alias("`--alias`", alias)?;
        }
        Ok(parts)
    }

    fn path(&self, file: String) -> PathBuf {
        if self.dir == Path::new(".") { PathBuf::from(file) } else { self.dir.join(file) }
    }

    /// The alias that was typed, else that of the common name, else the answer of the person at the terminal.
    fn alias(&self, context: &Context, parts: &[Part], common_name: Option<&str>) -> Result<String, Failure> {
        /// What no file has, where there is no keystore.
        const NOWHERE: &str = "none";
        if let Some(alias) = self.alias.clone().or_else(|| common_name.and_then(default_alias)) {
            return Ok(alias);
        }
        if !parts.iter().any(|part| part.is_keystore()) {
            return Ok(NOWHERE.to_owned());
        }
        let check = |answer: &str| match check_new_alias("the alias", answer) {
            Ok(()) => Ok(answer.to_owned()),
            Err(failure) => Err(failure.message),
        };
        context.prompt().line("Alias of the entry in the keystores", None, check).map_err(|error| match error {
            PromptError::Unattended(_) => Failure::usage("the subject gives no alias for the keystores")
                .hint("name the entry with `--alias NAME`"),
            error => Failure::from_prompt(error, "no alias"),
        })
    }

    /// The password of what is protected, asked for only when something is.
    fn protection<'a>(
        &self,
        context: &Context,
        parts: &[Part],
        outputs: &mut Outputs<'a>,
    ) -> Result<(Protection, Option<PasswordFile>), Failure> {
        if !self.encrypt_key && !parts.iter().any(|part| part.is_keystore()) {
            return match &self.passout.passout {
                Some(_) => Err(Failure::usage("`--passout` gives a password, and nothing is to be protected")
                    .hint("add `--encrypt-key`, or leave `--passout` out")),
                None => Ok((Protection::None, None)),
            };
        }
        let what =
            if parts.iter().any(|part| part.is_keystore()) { "protect the keystores" } else { "protect the key" };
        let new = context.new_password(&self.passout, what)?;
        let beside = self.path(format!("{}.key", self.name.as_deref().unwrap_or("server")));
        let password_file = PasswordFile::declare(&new, &beside, outputs, self.only.is_empty())?;
        let protection = if self.encrypt_key { Protection::KeystoresAndKey } else { Protection::Keystores };
        Ok((protection(new.password), password_file))
    }
}

fn part_file(part: Part, stem: Option<&str>) -> String {
    let extension = match part {
        Part::Key => "key",
        Part::Request => "csr",
        Part::Certificate => "crt",
        Part::Pkcs12 => "p12",
        Part::Jks => "jks",
    };
    match (stem, part) {
        (Some(stem), _) => format!("{stem}.{extension}"),
        // The names that the tutorials give them.
        (None, Part::Pkcs12) => "keystore.p12".to_owned(),
        (None, Part::Jks) => "servercert.jks".to_owned(),
        (None, _) => format!("server.{extension}"),
    }
}

fn receipt_form(path: &Path) -> Result<ReceiptForm, Failure> {
    let extension = path.extension().map(|it| it.to_ascii_lowercase());
    match extension.as_deref().and_then(|it| it.to_str()) {
        Some("json") => Ok(ReceiptForm::Json),
        Some("md") => Ok(ReceiptForm::Markdown),
        _ => Err(Failure::usage(format!("`--receipt {}` ends neither in .json nor in .md", path.display()))
            .hint("give the receipt's file a name such as `receipt.md`")),
    }
}

fn fill_receipt(slot: Slot, form: ReceiptForm, set: &Set<'_>, context: &Context, outputs: &mut Outputs<'_>) {
    let receipt = match form {
        ReceiptForm::Json => receipt::as_json(set, context.now),
        ReceiptForm::Markdown => receipt::as_markdown(set, context.now),
    };
    outputs.fill(slot, receipt.as_bytes());
}
