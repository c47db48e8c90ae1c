//! `genkey`: a private key.

use certwright::crypto::{KeyAlgorithm, SystemRandom};
use certwright::files::Sensitivity;
use certwright::formats::pkcs5::Kdf;
use certwright::operations::{GenerateKey, KeyEncoding, KeyForm, generate_key};
use clap::Args;
use serde_json::json;

use super::{Example, PasswordFile, pages, waiting, wrote};
use crate::args::{KeyTypeArg, OutArg, PassoutArgs};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::printer::Warning;
use crate::render::json::document;
use crate::report::Failure;

const EXAMPLES: &[Example] = &[
    Example { what: "Make an RSA key of 2048 bits in server.key", command: "certwright genkey" },
    Example {
        what: "Make a P-256 key, encrypted with a password that is made for it",
        command: "certwright genkey -t p256 --encrypt --passout generate -o signing.key",
    },
];

/// Make a private key
#[derive(Args, Debug)]
#[command(after_help = pages(EXAMPLES))]
pub(crate) struct Genkey {
    #[command(flatten)]
    key_type: KeyTypeArg,
    /// Encrypt the key with a password: PKCS#8, AES-256
    #[arg(long)]
    encrypt: bool,
    /// Derive the encryption key with pbkdf2 or scrypt
    #[arg(long, value_enum, default_value_t, requires = "encrypt", value_name = "NAME")]
    kdf: KdfName,
    /// Iterate PBKDF2 this many times [default: 600000]
    #[arg(long, requires = "encrypt", value_name = "N", value_parser = clap::value_parser!(u32).range(1000..=5_000_000))]
    iterations: Option<u32>,
    /// Write the key as pkcs8, pkcs1 (RSA) or sec1 (EC) [default: pkcs8]
    #[arg(long, value_enum, value_name = "FORM")]
    form: Option<FormName>,
    /// Write DER instead of PEM
    #[arg(long, conflicts_with = "legacy_pem")]
    der: bool,
    /// Encrypt the key in the traditional form that only old readers need
    #[arg(long, conflicts_with = "encrypt")]
    legacy_pem: bool,
    #[command(flatten)]
    passout: PassoutArgs,
    #[command(flatten)]
    out: OutArg,
}

/// A key derivation, as it is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum KdfName {
    #[default]
    Pbkdf2,
    Scrypt,
}

/// A key's structure, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FormName {
    Pkcs8,
    Pkcs1,
    Sec1,
}

impl Genkey {
    pub(super) fn run(self, context: &Context) -> Result<ExitStatus, Failure> {
        let algorithm = self.key_type.algorithm()?;
        if self.kdf == KdfName::Scrypt && self.iterations.is_some() {
            return Err(Failure::usage("`--iterations` is for PBKDF2, and `--kdf scrypt` was given"));
        }
        self.check_form(algorithm)?;
        if !self.encrypt && !self.legacy_pem && self.passout.passout.is_some() {
            return Err(Failure::usage("`--passout` gives a password, and the key is not to be encrypted")
                .hint("add `--encrypt`, or leave `--passout` out"));
        }
        let path = self.out.or("server.key");
        let mut outputs = context.outputs();
        outputs.declare_passout(&self.passout)?;
        let slot = outputs.declare(path, Sensitivity::Secret)?;
        let mut password_file = None;
        let mut password = || {
            let new = context.new_password(&self.passout, &format!("protect `{}`", path.display()))?;
            password_file = PasswordFile::declare(&new, path, &mut outputs, false)?;
            Ok::<_, Failure>(new.password)
        };
        let encoding = if self.encrypt {
            let iterations = self.iterations;
            let pbkdf2 = iterations.map_or(Kdf::STRONG, |iterations| Kdf::Pbkdf2 { iterations });
            let kdf = if self.kdf == KdfName::Scrypt { Kdf::Scrypt } else { pbkdf2 };
            KeyEncoding::Encrypted { kdf, password: password()?, der: self.der }
        } else if self.legacy_pem {
            context.printer.warning(
                &Warning::new(
                    "a key in traditional encrypted PEM is weakly protected: one MD5 stands before each guess",
                )
                .hint("for every reader but the oldest, use `--encrypt` instead"),
            );
            KeyEncoding::LegacyPem { password: password()? }
        } else {
            let form = match self.form {
                Some(FormName::Pkcs1) => KeyForm::Pkcs1,
                Some(FormName::Pkcs8) | None => KeyForm::Pkcs8,
                Some(FormName::Sec1) => KeyForm::Sec1,
            };
            KeyEncoding::Plain { form, der: self.der }
        };
        let options = GenerateKey { algorithm, encoding };
        let make = || generate_key(&options, &mut SystemRandom::new());
        let made = waiting(context, "making the key", make).map_err(|error| context.failure(&error))?;
        outputs.fill(slot, made.encoded.expose());
        let password_path = password_file.map(|file| file.fill(&mut outputs));
        outputs.commit()?;
        wrote(context, path, &format!("{algorithm} private key, readable by you only"));
        if let Some(path) = &password_path {
            wrote(context, path, "its password");
        }
        if context.json {
            let encrypted = self.encrypt || self.legacy_pem;
            let password_path = password_path.map(|path| path.display().to_string());
            let path = path.display().to_string();
            let members = json!({ "path": path, "algorithm": algorithm.to_string(), "encrypted": encrypted, "password_file": password_path });
            context.printer.data(&document("genkey", members));
        }
        Ok(ExitStatus::Done)
    }

    /// Refuses a form that keys of this kind do not have, or that the encryption asked for does not.
    fn check_form(&self, algorithm: KeyAlgorithm) -> Result<(), Failure> {
        if self.encrypt && matches!(self.form, Some(FormName::Pkcs1 | FormName::Sec1)) {
            return Err(Failure::usage(
                "`--encrypt` writes PKCS#8, and `--form` asks for a form that it does not have",
            )
            .hint("leave `--form` out; for old readers that need an encrypted traditional key, use `--legacy-pem`"));
        }
        if self.legacy_pem && self.form == Some(FormName::Pkcs8) {
            return Err(Failure::usage("`--legacy-pem` writes PKCS#1 or SEC 1, and `--form` asks for PKCS#8")
                .hint("for an encrypted PKCS#8 key, use `--encrypt` instead"));
        }
        let is_rsa = matches!(algorithm, KeyAlgorithm::Rsa { .. });
        let (option, takes) = match self.form {
            Some(FormName::Pkcs1) if !is_rsa => ("--form pkcs1", "RSA"),
            Some(FormName::Sec1) if is_rsa || algorithm == KeyAlgorithm::Ed25519 => ("--form sec1", "EC"),
            _ if self.legacy_pem && algorithm == KeyAlgorithm::Ed25519 => ("--legacy-pem", "RSA and EC"),
            _ => return Ok(()),
        };
        Err(Failure::usage(format!("`{option}` is for {takes} keys, and `--type` asks for {algorithm}"))
            .hint("leave one of the two out; `--form pkcs8` takes every key"))
    }
}
