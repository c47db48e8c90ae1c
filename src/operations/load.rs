//! Opens any input, whatever its format, and tells what keys, certificates and requests are in it.

use std::fmt;

use crate::crypto::PrivateKey;
use crate::files::Input;
use crate::formats::der;
use crate::formats::detect::{Format, detect};
use crate::formats::jks;
use crate::formats::keystore::Content;
use crate::formats::pem::{self, Block, Repair};
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::pkcs12::Pfx;
use crate::formats::x509::Certificate;
use crate::formats::{self, Place, Reason, pkcs1, pkcs8, sec1};
use crate::limits::{Budget, Limits};
use crate::secret::{Password, PasswordProvider, PasswordPurpose, ProviderError};
use crate::untrusted::Untrusted;
use crate::workers::Workers;

use super::Error;
use super::error::LooksLike;

/// Everything found in one input.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) items: Vec<Item>,
    /// How the file differed from what the standard asks for.
    pub(super) repairs: Vec<Repair>,
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
            Some(Format::EncryptedPrivateKey) => key(self.decrypt_key(name, octets, &mut Budget::new(self.limits))?),
            Some(Format::Jceks) => {
                return Err(read(formats::Error::unsupported("JCEKS", "a Java keystore of type JCEKS")));
            }
            Some(Format::Jks) => return self.jks(name, octets),
            Some(Format::Pem) => return self.pem(name, octets),
            Some(Format::Pkcs1) => key(pkcs1::decode(octets).map_err(read)?),
            Some(Format::Pkcs12) => return self.pkcs12(name, octets),
            Some(Format::PrivateKey) => key(pkcs8::decode(octets).map_err(read)?),
            // A bare public key takes no part in a proof.
            Some(Format::PublicKey) => return Ok(Loaded { items: Vec::new(), repairs: Vec::new() }),
            Some(Format::Sec1) => key(sec1::decode(octets).map_err(read)?),
            None => return Err(Error::UnknownFormat { input: name.to_owned(), source: looks_like(octets) }),
        };
        Ok(Loaded { items: vec![item(name, material)], repairs: Vec::new() })
    }

    /// The one private key in `input`.
    pub(super) fn private_key(self, input: &Input) -> Result<PrivateKey, Error> {
        self.only(input, "one private key", |material| match material {
            Material::PrivateKey { key, .. } => Some(key),
            _ => None,
        })
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
                Material::Request(_) => Vec::new(),
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

    /// Decrypts a PKCS#8 key. Its work is charged once to the file's `budget`; further passwords are the user's doing.
    fn decrypt_key(self, name: &str, der: &[u8], budget: &mut Budget) -> Result<PrivateKey, Error> {
        let open = |source| Error::CannotOpen { input: name.to_owned(), source };
        pkcs8::charge(der, budget).map_err(open)?;
        self.with_password(open_purpose(name), |password| pkcs8::decrypt(der, password, &mut Budget::new(self.limits)))
    }

    fn pkcs12(self, name: &str, octets: &[u8]) -> Result<Loaded, Error> {
        let entries = self.with_password(open_purpose(name), |password| {
            Pfx::decode(octets, password, self.limits)?.open(password, Workers::available())
        })?;
        let items = entries.into_iter().map(|entry| entry_item(name, entry.alias, entry.content)).collect();
        Ok(Loaded { items, repairs: Vec::new() })
    }

    fn jks(self, name: &str, octets: &[u8]) -> Result<Loaded, Error> {
        let (store, store_password) = self.with_password(open_purpose(name), |password| {
            Ok((jks::Store::decode(octets, jks::Integrity::Checked(password), self.limits)?, password.clone()))
        })?;
        let mut items = Vec::new();
        for entry in store.entries() {
            let alias = &entry.alias;
            let here = |fault: formats::Error| Error::CannotRead {
                input: name.to_owned(),
                source: fault.at(Place::Entry(alias.clone())),
            };
            let content = match &entry.content {
                jks::Content::PrivateKey { protected_key, chain } => {
                    let der = match jks::key_protector::recover(protected_key, &store_password) {
                        // Java lets an entry have a password of its own.
                        Err(fault) if matches!(fault.reason, Reason::IntegrityMismatch(_)) => {
                            let purpose = PasswordPurpose::OpenEntry { file: name.to_owned(), alias: alias.clone() };
                            self.with_password(purpose, |password| {
                                jks::key_protector::recover(protected_key, password)
                                    .map_err(|fault| fault.at(Place::Entry(alias.clone())))
                            })?
                        }
                        recovered => recovered.map_err(here)?,
                    };
                    let chain = chain.iter().map(|blob| Certificate::from_der(&blob.der)).collect::<Result<_, _>>();
                    Content::PrivateKey { key: pkcs8::decode(der.expose()).map_err(here)?, chain: chain.map_err(here)? }
                }
                jks::Content::TrustedCertificate(blob) => {
                    Content::TrustedCertificate(Box::new(Certificate::from_der(&blob.der).map_err(here)?))
                }
            };
            items.push(entry_item(name, alias.clone(), content));
        }
        Ok(Loaded { items, repairs: Vec::new() })
    }

    fn pem(self, name: &str, octets: &[u8]) -> Result<Loaded, Error> {
        let read = |source| Error::CannotRead { input: name.to_owned(), source };
        let document = pem::decode(octets, self.limits).map_err(read)?;
        let mut budget = Budget::new(self.limits);
        let mut items = Vec::new();
        for block in &document.blocks {
            let here = |fault: formats::Error| read(fault.at(Place::Line(block.line)));
            let der = block.contents.expose();
            let material = match block.label.as_str() {
                Certificate::LABEL | "X509 CERTIFICATE" => {
                    Material::Certificate(Certificate::from_der(der).map_err(here)?)
                }
                Certificate::TRUSTED_LABEL => Material::Certificate(Certificate::from_trusted_der(der).map_err(here)?),
                CertificationRequest::LABEL | CertificationRequest::OLD_LABEL => {
                    Material::Request(CertificationRequest::from_der(der).map_err(here)?)
                }
                pkcs8::ENCRYPTED_LABEL => {
                    Material::PrivateKey { key: self.decrypt_key(name, der, &mut budget)?, chain: None }
                }
                pkcs8::LABEL | pkcs1::LABEL | sec1::LABEL if pem::encrypted::is_encrypted(block) => {
                    let key = self.with_password(open_purpose(name), |password| decrypt_block(block, password))?;
                    Material::PrivateKey { key, chain: None }
                }
                pkcs8::LABEL | pkcs1::LABEL | sec1::LABEL => {
                    Material::PrivateKey { key: decode_key(&block.label, der).map_err(here)?, chain: None }
                }
                // Parameters, CRLs and public keys take no part in a proof.
                _ => continue,
            };
            items.push(item(name, material));
        }
        Ok(Loaded { items, repairs: document.repairs })
    }
}

/// The purpose of opening the file `name`.
pub(super) fn open_purpose(name: &str) -> PasswordPurpose {
    PasswordPurpose::Open { file: name.to_owned() }
}

/// Whether an input that did not open holds, or may hold, a private key; so that its failure must be told.
pub(super) fn may_hold_key(octets: &[u8]) -> bool {
    match detect(octets) {
        Some(Format::Pem) => {
            octets.windows(7).any(|window| window.eq_ignore_ascii_case(b"PRIVATE")) || octets.contains(&0)
        }
        Some(Format::Certificate | Format::CertificationRequest | Format::PublicKey) => false,
        Some(_) => true,
        // Cut-short DER and BER of indefinite length may be a key or keystore; whole DER of another kind is none.
        None => octets.starts_with(&[0x30, 0x80]) || der::announced_length(octets).is_some_and(|it| it != octets.len()),
    }
}

/// Whether the beginning of a file is that of a keystore or of DER or PEM.
pub(super) fn begins_like_key(beginning: &[u8]) -> bool {
    let is_keystore = matches!(detect(beginning), Some(Format::Jks | Format::Jceks));
    is_keystore || may_hold_key(beginning) || beginning.windows(11).any(|window| window == b"-----BEGIN ")
}

fn decode_key(label: &str, der: &[u8]) -> Result<PrivateKey, formats::Error> {
    match label {
        pkcs1::LABEL => pkcs1::decode(der),
        sec1::LABEL => sec1::decode(der),
        _ => pkcs8::decode(der),
    }
}

fn decrypt_block(block: &Block, password: &Password) -> Result<PrivateKey, formats::Error> {
    let der = pem::encrypted::decrypt(block, password)?;
    decode_key(&block.label, der.expose()).map_err(|fault| match fault.reason {
        // Padding fits a wrong password once in 256 times; what comes out is then no key.
        Reason::Malformed(_) => formats::Error::new("PEM", Reason::IntegrityMismatch("the decrypted block".to_owned())),
        _ => fault,
    })
}

fn item(file: &str, material: Material) -> Item {
    Item { origin: Origin { file: file.to_owned(), entry: None }, material }
}

fn entry_item(file: &str, alias: String, content: Content) -> Item {
    let material = match content {
        Content::PrivateKey { key, chain } => Material::PrivateKey { key, chain: Some(chain) },
        Content::TrustedCertificate(certificate) => Material::Certificate(*certificate),
    };
    Item { origin: Origin { file: file.to_owned(), entry: Some(alias) }, material }
}

/// What was found, in words: "one certificate and 2 private keys".
fn summary(items: &[Item]) -> String {
    let count = |wanted: fn(&Material) -> bool| items.iter().filter(|item| wanted(&item.material)).count();
    let counts = [
        (count(|it| matches!(it, Material::PrivateKey { .. })), "private key"),
        (count(|it| matches!(it, Material::Certificate(_))), "certificate"),
        (count(|it| matches!(it, Material::Request(_))), "certificate request"),
    ];
    let words: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| if *count == 1 { format!("one {word}") } else { format!("{count} {word}s") })
        .collect();
    if words.is_empty() { "no private key, certificate or request".to_owned() } else { words.join(" and ") }
}

fn looks_like(octets: &[u8]) -> Option<LooksLike> {
    let start: Vec<u8> = octets.iter().take(64).map(u8::to_ascii_lowercase).collect();
    let text = String::from_utf8_lossy(&start);
    let text = text.trim_start();
    let phrase = if octets.is_empty() {
        "the file is empty".to_owned()
    } else if text.starts_with("<!doctype") || text.starts_with("<html") {
        "it is a web page, as a download that needed a login leaves it".to_owned()
    } else if octets.starts_with(&[0x30, 0x80]) {
        "it is BER of indefinite length, and only DER is read".to_owned()
    } else if let Some(announced) = der::announced_length(octets) {
        match octets.len() {
            there if there < announced => {
                format!("it begins as DER of {announced} bytes, and {there} are there: it was cut short")
            }
            there if there > announced => {
                format!("after its DER of {announced} bytes {} more follow", there - announced)
            }
            _ => "it is DER of another kind".to_owned(),
        }
    } else if octets.contains(&0) {
        return None;
    } else {
        "there is no line `-----BEGIN …-----` in it".to_owned()
    };
    Some(LooksLike(phrase))
}
