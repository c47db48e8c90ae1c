//! What was typed for `convert`, held against itself and turned into one form.

use certwright::clock::Timestamp;
use certwright::formats::pkcs5::Kdf;
use certwright::operations::{Form, KeyEncoding, KeyForm, Target};
use certwright::secret::Password;

use crate::report::Failure;

/// A form, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum FormName {
    Pem,
    Der,
    Pkcs8,
    Pkcs1,
    Sec1,
    Public,
    P12,
    Jks,
    Jwk,
    Jwks,
    Env,
}

impl FormName {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pem => "pem",
            Self::Der => "der",
            Self::Pkcs8 => "pkcs8",
            Self::Pkcs1 => "pkcs1",
            Self::Sec1 => "sec1",
            Self::Public => "public",
            Self::P12 => "p12",
            Self::Jks => "jks",
            Self::Jwk => "jwk",
            Self::Jwks => "jwks",
            Self::Env => "env",
        }
    }

    pub(super) fn is_store(self) -> bool {
        matches!(self, Self::P12 | Self::Jks)
    }
}

/// The choices that the options make.
pub(super) struct Chosen {
    pub(super) to: FormName,
    pub(super) encrypt: bool,
    pub(super) der: bool,
    pub(super) public: bool,
    pub(super) iterations: Option<u32>,
    pub(super) has_aliases: bool,
    pub(super) has_passout: bool,
}

impl Chosen {
    /// Refuses options that the form does not have.
    pub(super) fn check(&self, target: Option<&'static Target>) -> Result<(), Failure> {
        use FormName::{Der, Env, Jwk, P12, Pem, Pkcs1, Pkcs8, Public, Sec1};
        let to = self.to;
        let refuse = |option: &str, forms: &str| {
            Err(Failure::usage(format!("`{option}` is for {forms}, and `--to {}` was given", to.name()))
                .hint("leave one of the two out"))
        };
        if self.encrypt && matches!(to, Pkcs1 | Sec1) {
            return Err(Failure::usage(format!(
                "`--encrypt` writes PKCS#8, and `--to {}` asks for another form",
                to.name()
            ))
            .hint("use `--to pkcs8` to encrypt the key"));
        }
        if self.encrypt && to.is_store() {
            return Err(Failure::usage("a keystore is always encrypted, so `--encrypt` says nothing")
                .hint("leave `--encrypt` out"));
        }
        if self.encrypt && !matches!(to, Pem | Der | Env | Pkcs8) {
            return refuse("--encrypt", "private keys in PEM, DER and PKCS#8");
        }
        if self.der && !matches!(to, Pkcs8 | Pkcs1 | Sec1 | Public) {
            return refuse("--der", "one key");
        }
        if self.public && to != Jwk {
            return refuse("--public", "a JWK");
        }
        if self.iterations.is_some() && to != P12 && !self.encrypt {
            return refuse("--iterations", "what PBKDF2 protects");
        }
        if self.has_aliases && !to.is_store() && to != Pem {
            return refuse("--alias", "forms that have names");
        }
        if target.is_some() && !to.is_store() {
            return refuse("--for", "keystores");
        }
        if self.has_passout && !self.needs_password() {
            return Err(Failure::usage("`--passout` gives a password, and nothing is to be encrypted")
                .hint("add `--encrypt`, or leave `--passout` out"));
        }
        Ok(())
    }

    pub(super) fn needs_password(&self) -> bool {
        self.encrypt || self.to.is_store()
    }

    /// The form, with the password that it [needs](Self::needs_password).
    pub(super) fn form(
        &self,
        password: Option<Password>,
        target: Option<&'static Target>,
        created: Timestamp,
    ) -> Result<Form, Failure> {
        let iterations = self.iterations;
        let key = |form, der| match password.clone().filter(|_| self.encrypt) {
            Some(password) => {
                let kdf = iterations.map_or(Kdf::STRONG, |iterations| Kdf::Pbkdf2 { iterations });
                KeyEncoding::Encrypted { kdf, password, der }
            }
            None => KeyEncoding::Plain { form, der },
        };
        let needed = || Failure::usage("a keystore needs a password");
        Ok(match self.to {
            FormName::Der => Form::Der(key(KeyForm::Pkcs8, true)),
            FormName::Env => Form::Env(key(KeyForm::Pkcs8, false)),
            FormName::Jks => Form::Jks { password: password.ok_or_else(needed)?, created },
            FormName::Jwk => Form::Jwk { public: self.public },
            FormName::Jwks => Form::Jwks,
            FormName::P12 => {
                let profile = target.map(|target| target.profile).unwrap_or_default();
                Form::Pkcs12 { password: password.ok_or_else(needed)?, profile, iterations }
            }
            FormName::Pem => Form::Pem(key(KeyForm::Pkcs8, false)),
            FormName::Pkcs1 => Form::Key(key(KeyForm::Pkcs1, self.der)),
            FormName::Pkcs8 => Form::Key(key(KeyForm::Pkcs8, self.der)),
            FormName::Public => Form::Public { der: self.der },
            FormName::Sec1 => Form::Key(key(KeyForm::Sec1, self.der)),
        })
    }
}
