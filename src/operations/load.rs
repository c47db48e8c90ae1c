//! Opens any input, whatever its format, and tells what keys, certificates and requests are in it.

mod jwk;
mod pem;
mod recognise;
mod stores;

use std::fmt;

use crate::crypto::{PrivateKey, PublicKey};
use crate::files::Input;
use crate::formats::detect::{Format, detect, from_base64};
use crate::formats::pem::Repair;
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::spki::PublicKeyInfo;
use crate::formats::x509::Certificate;
use crate::formats::{self, Reason, pkcs1, pkcs7, pkcs8, sec1};
use crate::limits::{Budget, Limits};
use crate::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError, SecretBytes};
use crate::untrusted::Untrusted;

use super::{Error, Notice};

pub(super) use pem::read_traditional;
pub(super) use recognise::{begins_like_key, label_of, looks_like, may_hold_key};
pub(super) use stores::open_keys;

/// Everything found in one input.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub(super) items: Vec<Item>,
    /// How the file differed from what the standard asks for.
    pub(super) repairs: Vec<Repair>,
    /// What is worth knowing about how it opened.
    pub(super) notices: Vec<Notice>,
}

/// One thing found in an input.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) origin: Origin,
    pub(super) material: Material,
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file, as the user named it.
    pub file: String,
    /// The entry's alias, in a keystore.
    pub entry: Option<String>,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", Untrusted(&self.file))?;
        match &self.entry {
            Some(alias) => write!(f, " entry `{}`", Untrusted(alias)),
            None => Ok(()),
        }
    }
}

/// A thing that takes part in a proof.
#[derive(Debug)]
pub(super) enum Material {
    Certificate(Certificate),
    /// A private key; in a keystore, with the chain that the store gives it.
    PrivateKey {
        key: PrivateKey,
        chain: Option<Vec<Certificate>>,
    },
    /// A public key by itself.
    PublicKey(PublicKeyInfo),
    Request(CertificationRequest),
}

/// What opening takes besides the input.
#[derive(Clone, Copy)]
pub(super) struct Opener<'a> {
    pub(super) passwords: &'a dyn PasswordProvider,
    pub(super) limits: &'a Limits,
}

impl Opener<'_> {
    /// Opens `input`; passwords are asked for only when it turns out to need one.
    pub(super) fn load(self, input: &Input) -> Result<Loaded, Error> {
        let name = input.name();
        let octets = input.bytes();
        let read = |source| Error::CannotRead { input: name.to_owned(), source };
        let key = |key| Material::PrivateKey { key, chain: None };
        let material = match detect(octets) {
            Some(Format::Certificate) => Material::Certificate(Certificate::from_der(octets).map_err(read)?),
            Some(Format::CertificationRequest) => {
                Material::Request(CertificationRequest::from_der(octets).map_err(read)?)
            }
            Some(Format::EncryptedPrivateKey) => key(self.decrypt_key(name, octets)?),
            Some(Format::Jceks | Format::Jks) => return self.jks(name, octets),
            Some(Format::Jwk) => return self.jwk(name, octets),
            Some(Format::Pem) => return self.pem(name, octets),
            Some(Format::Pkcs1) => key(pkcs1::decode(octets).map_err(read)?),
            Some(Format::Pkcs12) => return self.pkcs12(name, octets),
            Some(Format::Pkcs7) => {
                let certificates = pkcs7::certificates(octets, self.limits).map_err(read)?;
                let items = certificates.into_iter().map(|it| item(name, Material::Certificate(it))).collect();
                return Ok(Loaded { items, ..Loaded::default() });
            }
            Some(Format::PrivateKey) => key(pkcs8::decode(octets).map_err(read)?),
            Some(Format::PublicKey) => Material::PublicKey(PublicKeyInfo::from_der(octets).map_err(read)?),
            Some(Format::RsaPublicKey) => Material::PublicKey(PublicKeyInfo::from_rsa_der(octets).map_err(read)?),
            Some(Format::Sec1) => key(sec1::decode(octets).map_err(read)?),
            None => {
                let Some(inner) = from_base64(octets) else {
                    return Err(Error::UnknownFormat { input: name.to_owned(), source: looks_like(octets) });
                };
                let mut loaded = self.load(&Input::new(name, inner))?;
                loaded.repairs.push(Repair::BareBase64);
                return Ok(loaded);
            }
        };
        Ok(Loaded { items: vec![item(name, material)], ..Loaded::default() })
    }

    /// The one private key in `input`.
    pub(super) fn private_key(self, input: &Input) -> Result<PrivateKey, Error> {
        self.only(input, "one private key", |material| match material {
            Material::PrivateKey { key, .. } => Some(key),
            _ => None,
        })
    }

    /// The one public key by itself in `input`.
    pub(super) fn public_key(self, input: &Input) -> Result<PublicKey, Error> {
        let info = self.only(input, "one public key", |material| match material {
            Material::PublicKey(info) => Some(info),
            _ => None,
        })?;
        info.public_key().map_err(|source| Error::CannotRead { input: input.name().to_owned(), source })
    }

    /// The one request in `input`.
    pub(super) fn request(self, input: &Input) -> Result<CertificationRequest, Error> {
        self.only(input, "one certificate request", |material| match material {
            Material::Request(request) => Some(request),
            _ => None,
        })
    }

    /// All certificates in `input`, in the order of the file; at least one.
    pub(super) fn certificates(self, input: &Input) -> Result<Vec<Certificate>, Error> {
        let loaded = self.load(input)?;
        let found = summary(&loaded.items);
        let certificates: Vec<Certificate> = loaded
            .items
            .into_iter()
            .flat_map(|item| match item.material {
                Material::Certificate(certificate) => vec![certificate],
                Material::PrivateKey { chain, .. } => chain.unwrap_or_default(),
                Material::PublicKey(_) | Material::Request(_) => Vec::new(),
            })
            .collect();
        if certificates.is_empty() {
            return Err(Error::NotWhatIsNeeded { input: input.name().to_owned(), found, wanted: "a certificate" });
        }
        Ok(certificates)
    }

    /// The one thing of a kind in `input`.
    fn only<T>(self, input: &Input, wanted: &'static str, pick: fn(Material) -> Option<T>) -> Result<T, Error> {
        let loaded = self.load(input)?;
        let found = summary(&loaded.items);
        let mut picked = loaded.items.into_iter().filter_map(|item| pick(item.material));
        match (picked.next(), picked.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(Error::NotWhatIsNeeded { input: input.name().to_owned(), found, wanted }),
        }
    }

    /// Tries the provider's passwords in turn on something that is protected.
    pub(super) fn with_password<T>(
        self,
        purpose: PasswordPurpose,
        open: impl Fn(&Password) -> Result<T, formats::Error>,
    ) -> Result<T, Error> {
        let input = || purpose.file().to_owned();
        let mut refused = None;
        for attempt in 0.. {
            let candidate = self.passwords.candidate(&purpose, attempt);
            let candidate = candidate.map_err(|source| Error::NoPassword { purpose: purpose.clone(), source })?;
            let Some(password) = candidate else { break };
            match open(&password) {
                Ok(opened) => return Ok(opened),
                Err(fault) if matches!(fault.reason, Reason::IntegrityMismatch(_)) => refused = Some(fault),
                Err(source) => return Err(Error::CannotOpen { input: input(), source }),
            }
        }
        Err(match refused {
            Some(source) => Error::CannotOpen { input: input(), source },
            None => Error::NoPassword { purpose, source: ProviderError::NobodyToAsk },
        })
    }

    /// The `PrivateKeyInfo` in an encrypted PKCS#8 key, of whatever kind the key is; charged as above.
    pub(super) fn unshroud(self, name: &str, der: &[u8], budget: &mut Budget) -> Result<SecretBytes, Error> {
        let open = |source| Error::CannotOpen { input: name.to_owned(), source };
        pkcs8::charge(der, budget).map_err(open)?;
        self.with_password(open_purpose(name), |password| {
            let plain = pkcs8::unshroud(der, password, &mut Budget::new(self.limits))?;
            match detect(plain.expose()) {
                Some(Format::PrivateKey) => Ok(plain),
                // Padding fits a wrong password once in 256 times; what comes out is then no key.
                _ => Err(formats::Error::new("PKCS#8", Reason::IntegrityMismatch("the decrypted content".to_owned()))),
            }
        })
    }

    /// Decrypts a PKCS#8 key. Its work is charged once; further passwords are the user's doing.
    fn decrypt_key(self, name: &str, der: &[u8]) -> Result<PrivateKey, Error> {
        let open = |source| Error::CannotOpen { input: name.to_owned(), source };
        pkcs8::charge(der, &mut Budget::new(self.limits)).map_err(open)?;
        self.decrypt_charged_key(name, der)
    }

    /// The same for a key whose work was charged already.
    fn decrypt_charged_key(self, name: &str, der: &[u8]) -> Result<PrivateKey, Error> {
        self.with_password(open_purpose(name), |password| pkcs8::decrypt(der, password, &mut Budget::new(self.limits)))
    }
}

/// The purpose of opening the file `name`.
pub(super) fn open_purpose(name: &str) -> PasswordPurpose {
    PasswordPurpose::Open { file: name.to_owned() }
}

fn item(file: &str, material: Material) -> Item {
    Item { origin: Origin { file: file.to_owned(), entry: None }, material }
}

/// What was found, in words: "one certificate and 2 private keys".
fn summary(items: &[Item]) -> String {
    let count = |wanted: fn(&Material) -> bool| items.iter().filter(|item| wanted(&item.material)).count();
    let counts = [
        (count(|it| matches!(it, Material::PrivateKey { .. })), "private key"),
        (count(|it| matches!(it, Material::Certificate(_))), "certificate"),
        (count(|it| matches!(it, Material::Request(_))), "certificate request"),
        (count(|it| matches!(it, Material::PublicKey(_))), "public key"),
    ];
    let words: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| if *count == 1 { format!("one {word}") } else { format!("{count} {word}s") })
        .collect();
    if words.is_empty() { "no private key, certificate or request".to_owned() } else { words.join(" and ") }
}
