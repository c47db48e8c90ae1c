//! `rotate prepare`: the next version, proved beside the one in use.

use std::path::{Path, PathBuf};

use certwright::clock::Timestamp;
use certwright::crypto::SystemRandom;
use certwright::files::is_file;
use certwright::operations::rotate::{
    CertificateEnd, NewPassword, Play, Prepare as Options, Signer, Store, UnknownPlay, plan_prepare, prepare,
};
use certwright::operations::{Actor, Part};
use clap::Args;

use super::rotate_pages;
use crate::args::{PassinArgs, PassoutArgs, SanArgs, SubjectArgs, TargetArg};
use crate::commands::create::PartName;
use crate::commands::{Example, ITERATIONS, check_new_alias, waiting_with};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::password::Made;
use crate::printer::Warning;
use crate::render::json::document;
use crate::render::rotate::prepare as render;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example {
        what: "Begin a rotation in the folder app, with a first version",
        command: "certwright rotate prepare app --cn jwt.example.com --for salesforce --passout generate",
    },
    Example { what: "Prepare the next version, like the one in use", command: "certwright rotate prepare app" },
    Example {
        what: "Keep the key, and renew the certificate for a year",
        command: "certwright rotate prepare app --play same-key --days 365",
    },
    Example {
        what: "Prepare the next version of files in use, found by their key",
        command: "certwright rotate prepare server.key",
    },
];

/// Make the next key and certificate beside the ones in use, and prove them
///
/// Nothing in use is touched. Of a plain KEY, the files that go with it become the first version as they are, in the folder
/// STEM.rotate beside it. What no option says is as in the version in use; a first version takes the options of `create`.
/// A version that is prepared already is proved again and kept; `--force` makes another in its place.
#[derive(Args, Debug)]
#[command(after_help = rotate_pages(EXAMPLES))]
pub(crate) struct Prepare {
    /// Prepare in this folder, or beside this key in use
    #[arg(value_name = "STORE|KEY")]
    store: PathBuf,
    /// Take FILE for the certificate in use [default: found beside KEY, by its public key]
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    /// Take FILE for the request in use
    #[arg(long, value_name = "FILE")]
    csr: Option<PathBuf>,
    /// Take FILE for the PKCS#12 file in use
    #[arg(long, value_name = "FILE")]
    p12: Option<PathBuf>,
    /// Take FILE for the Java keystore in use
    #[arg(long, value_name = "FILE")]
    jks: Option<PathBuf>,
    /// Bring it into use by this play: in-place, overlap, same-key or second-app [default: the target's own]
    #[arg(long, value_name = "PLAY", value_parser = play)]
    play: Option<Play>,
    #[command(flatten)]
    target: TargetArg,
    /// Give the folder a link `live` to the version in use
    #[arg(long)]
    link: bool,
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    san: SanArgs,
    /// Make a key of this type [default: that of the version in use, else rsa:2048]
    #[arg(short = 't', long = "type", value_name = "TYPE")]
    key_type: Option<String>,
    /// Let the certificate expire after this many days [default: as many as that in use, else 365]
    #[arg(long, value_name = "N", conflicts_with = "not_after", value_parser = clap::value_parser!(u32).range(1..))]
    days: Option<u32>,
    /// Let the certificate expire at this moment, such as 2027-11-21T00:00:00Z
    #[arg(long, value_name = "RFC3339")]
    not_after: Option<Timestamp>,
    /// Name the entry in both keystores; all versions have the same
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
    /// Make only these files: key, csr, crt, p12, jks; all versions have the same
    #[arg(long, value_enum, value_delimiter = ',', value_name = "LIST", hide_possible_values = true)]
    only: Vec<PartName>,
    /// Encrypt the key's own file too
    #[arg(long)]
    encrypt_key: bool,
    /// Iterate each key derivation this many times
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(ITERATIONS))]
    iterations: Option<u32>,
    /// Have the CA with the certificate in FILE sign the certificate
    #[arg(long, value_name = "FILE")]
    ca_cert: Option<PathBuf>,
    /// Take the CA's private key from FILE [default: the file of `--ca-cert`, such as a keystore]
    #[arg(long, value_name = "FILE", requires = "ca_cert")]
    ca_key: Option<PathBuf>,
    /// Let the certificate sign itself, also where a CA issued the one in use
    #[arg(long, conflicts_with = "ca_cert")]
    self_signed: bool,
    #[command(flatten)]
    passin: PassinArgs,
    #[command(flatten)]
    passout: PassoutArgs,
    /// Take a next version that is weaker than the one in use
    #[arg(long)]
    allow_weaker: bool,
    /// Say what would be made, and make nothing
    #[arg(long)]
    dry_run: bool,
}

fn play(text: &str) -> Result<Play, UnknownPlay> {
    text.parse()
}

impl Prepare {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let store = Store::at(&self.store);
        let is_first = !store.exists() && store.key().is_none();
        self.check(is_first)?;
        let passwords = context.passwords(&self.passin)?;
        let mut options = self.options(context, is_first)?;
        let (limits, mut rng) = (&context.limits, SystemRandom::new());
        let failed = |error| Failure::from_rotation(&error, context.unattended());

        if self.dry_run || is_first {
            // What would be refused is refused before anybody is asked for a new password.
            if self.generates()? {
                options.password = NewPassword::Generated;
            }
            let plan = plan_prepare(&store, &options, context.now, &passwords, limits, &mut rng).map_err(failed)?;
            if self.dry_run {
                context.printer.report(&render::plan_text(&plan, &store, &self.store, context.now));
                if context.json {
                    context.printer.data(&document("rotate-prepare", render::plan_json(&plan, &store, &self.store)));
                }
                return Ok(ExitStatus::Done);
            }
        }
        options.password = self.password(context, is_first)?;
        let actor = Actor::current();
        let prepared = waiting_with(context, "making and proving the next version", &passwords, |passwords| {
            prepare(&store, &options, context.now, &actor, passwords, limits, &mut rng)
        })
        .map_err(failed)?;
        context.check_unused(&passwords);
        context.notices(&prepared.notices);
        for warning in &prepared.warnings {
            context.printer.warning(&Warning::new(warning.clone()));
        }
        for left in &prepared.left_out {
            let text =
                format!("`{}` holds {} and is no part of the rotation: it stays as it is", left.file, left.holds);
            context.printer.warning(&Warning::new(text));
        }
        let shown = render::Shown { prepared: &prepared, store: &store, path: &self.store };
        context.printer.report(&render::text(&shown, context.now));
        if context.json {
            context.printer.data(&document("rotate-prepare", render::json(&shown)));
        }
        Ok(ExitStatus::Done)
    }

    /// What contradicts itself, or is no rotation that anybody means.
    fn check(&self, is_first: bool) -> Result<(), Failure> {
        let names_file = [&self.cert, &self.csr, &self.p12, &self.jks].into_iter().any(Option::is_some);
        let path = self.store.display();
        if is_first && (names_file || looks_like_file(&self.store)) && !is_file(&self.store) {
            return Err(Failure::usage(format!("`{path}` is no file, and no rotation")).hint(
                "name the key in use, or a folder for the rotation, such as `certwright rotate prepare app --cn app`",
            ));
        }
        if self.play == Some(Play::SameKey) && self.key_type.is_some() {
            return Err(Failure::usage("`--play same-key` keeps the key, and `--type` asks for a new one")
                .hint("leave one of them out"));
        }
        if is_first && self.play.is_some() {
            return Err(Failure::usage(
                "`--play` is how a next version is brought into use, and this is the first one",
            )
            .hint("leave `--play` out"));
        }
        if let Some(alias) = &self.alias {
            check_new_alias("`--alias`", alias)?;
        }
        self.generates().map(drop)
    }

    /// Whether the password is to be made; where it stands is not for the user to say.
    fn generates(&self) -> Result<bool, Failure> {
        let source = self.passout.passout.as_deref().map(|source| source.to_string_lossy().into_owned());
        match source.as_deref() {
            Some("generate") => Ok(true),
            Some(source) if source.starts_with("generate:") => {
                Err(Failure::usage("a password that is made for a version stands in the version's folder")
                    .hint("leave the path out: `--passout generate`"))
            }
            _ => Ok(false),
        }
    }

    fn options(&self, context: &Context, is_first: bool) -> Result<Options, Failure> {
        let named = [
            (Part::Request, &self.csr),
            (Part::Certificate, &self.cert),
            (Part::Pkcs12, &self.p12),
            (Part::Jks, &self.jks),
        ];
        let subject =
            if is_first { Some(context.subject(&self.subject)?) } else { context.typed_subject(&self.subject)? };
        let names = self.san.names()?;
        Ok(Options {
            in_use: named.into_iter().filter_map(|(part, path)| Some((part, path.clone()?))).collect(),
            algorithm: self.key_type.as_deref().map(str::parse).transpose()?,
            subject,
            subject_alt_names: (!names.is_empty()).then_some(names),
            end: match (self.not_after, self.days) {
                (Some(end), _) => Some(CertificateEnd::At(end)),
                (None, days) => days.map(CertificateEnd::After),
            },
            alias: self.alias.clone(),
            parts: (!self.only.is_empty()).then(|| self.parts()),
            encrypt_key: self.encrypt_key.then_some(true),
            password: NewPassword::AsCurrent,
            iterations: self.iterations,
            target: self.target.target()?,
            play: self.play,
            link: self.link,
            signer: self.signer(context)?,
            allow_weaker: self.allow_weaker,
            replace: context.force,
        })
    }

    fn parts(&self) -> Vec<Part> {
        Part::ALL.into_iter().filter(|part| self.only.iter().any(|name| name.part() == *part)).collect()
    }

    fn signer(&self, context: &Context) -> Result<Signer, Failure> {
        let Some(path) = &self.ca_cert else {
            return Ok(if self.self_signed { Signer::Itself } else { Signer::AsCurrent });
        };
        let certificate = context.input(path)?;
        let key = match &self.ca_key {
            Some(key) if key != path => context.input(key)?,
            _ => certificate.clone(),
        };
        context.check_exposure(&key);
        Ok(Signer::Authority { certificate, key })
    }

    /// The new password: what was given or made, else of a first version what somebody at the terminal says.
    fn password(&self, context: &Context, is_first: bool) -> Result<NewPassword, Failure> {
        let parts = if self.only.is_empty() { Part::ALL.to_vec() } else { self.parts() };
        let is_protected = self.encrypt_key || parts.iter().any(|part| part.is_keystore());
        if is_first && !is_protected && self.passout.passout.is_some() {
            return Err(Failure::usage("`--passout` gives a password, and nothing is to be protected")
                .hint("add `--encrypt-key`, or leave `--passout` out"));
        }
        if self.passout.passout.is_none() && !(is_first && is_protected) {
            return Ok(NewPassword::AsCurrent);
        }
        let new = context.new_password(&self.passout, "protect the keystores")?;
        Ok(match new.made {
            Made::Generated(_) => NewPassword::Generated,
            Made::Given => NewPassword::Given(new.password),
        })
    }
}

/// Whether the name is one that keys and certificates have: a mistyped file's, not a new folder's.
fn looks_like_file(path: &Path) -> bool {
    const FILES: [&str; 10] = ["key", "pem", "crt", "cer", "der", "csr", "p12", "pfx", "jks", "p8"];
    let extension = path.extension().and_then(|it| it.to_str()).map(str::to_ascii_lowercase);
    extension.is_some_and(|extension| FILES.contains(&extension.as_str()))
}
