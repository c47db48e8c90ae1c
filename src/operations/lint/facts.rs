//! What the rules of targets ask of a file, gathered once, with as little opened as they need.

use crate::crypto::PrivateKey;
use crate::crypto::key_health::RsaNumbers;
use crate::files::Input;
use crate::formats::detect::{Format, detect, from_base64};
use crate::formats::keystore::Content;
use crate::formats::pem::{self, Repair};
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::pkcs12::{Opened, Pfx, Scan, ScannedSafe};
use crate::formats::x509::{Certificate, chain};
use crate::formats::{self, Reason, jks, pkcs1, pkcs7, pkcs8, sec1, spki};
use crate::limits::Budget;
use crate::operations::Error;
use crate::operations::load::{Material, Opener, looks_like, open_keys, open_purpose};
use crate::operations::target::{FileKind, NO_MAC, Target};
use crate::secret::Password;
use crate::workers::Workers;

/// What is known of a file.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) file: String,
    pub(super) kind: FileKind,
    /// Its size in octets.
    pub(super) octets: usize,
    /// The labels of its blocks, for PEM.
    pub(super) labels: Vec<String>,
    /// Whether text stands around the blocks.
    pub(super) has_text: bool,
    /// Whether a byte-order mark of UTF-8 stands right before its first block.
    pub(super) is_marked: bool,
    pub(super) repairs: Vec<Repair>,
    /// The entries of a keystore, or one without alias.
    pub(super) entries: Vec<Entry>,
    /// How a PKCS#12 file is encrypted, its safes and the keys that lie open in it; or a private-key file.
    pub(super) ciphers: Vec<String>,
    /// Its MAC, or [`NO_MAC`].
    pub(super) mac: String,
    /// The keystore's password, where it was needed and given.
    pub(super) password: Option<Password>,
    /// Whether a private-key file is PKCS#8 …
    pub(super) is_pkcs8: bool,
    /// … and encrypted.
    pub(super) is_encrypted: bool,
    /// Why its protected content is not known.
    pub(super) locked: Option<Error>,
}

/// One entry of a keystore, or what another file holds.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) alias: Option<String>,
    /// The certificates, that of the key first.
    pub(super) chain: Vec<Certificate>,
    pub(super) key: Key,
}

impl Entry {
    /// The numbers of its RSA key, as its certificate or else its private key has them.
    pub(super) fn rsa_numbers(&self) -> Option<RsaNumbers> {
        match (self.public_half(), &self.key) {
            (Some(public), _) => spki::rsa_numbers(&public.ok()?).ok().flatten(),
            (None, Key::Open(key)) => RsaNumbers::of(&key.public_key()),
            _ => None,
        }
    }

    /// The DER of the public key that its certificate, or else the file itself, states.
    pub(super) fn public_half(&self) -> Option<Result<Vec<u8>, formats::Error>> {
        match (self.chain.first(), &self.key) {
            (Some(leaf), _) => Some(leaf.subject_public_key_info()),
            (None, Key::Public(der)) => Some(Ok(der.clone())),
            _ => None,
        }
    }

    /// Whether it is a keystore's certificate without a key.
    pub(super) fn is_trusted(&self) -> bool {
        self.alias.is_some() && matches!(self.key, Key::None)
    }
}

/// The private key of an entry, or what stands for it.
#[derive(Debug)]
pub(super) enum Key {
    /// There is none.
    None,
    /// The public half by itself, in DER: a public-key file, or a request.
    Public(Vec<u8>),
    /// Opened with the file's own password, or without any.
    Open(Box<PrivateKey>),
    /// It has a password of its own.
    OtherPassword,
    /// The store is not opened.
    Locked,
    /// PKCS#8, of a kind of key that is not read here.
    Unknown(String),
    /// Opened, and no PKCS#8.
    Unreadable(String),
}

impl Facts {
    /// Reads `input` as far as the rules of `target` need.
    pub(super) fn gather(input: &Input, target: &Target, opener: Opener<'_>) -> Result<Self, Error> {
        let facts = Self {
            file: input.name().to_owned(),
            kind: FileKind::Certificate,
            octets: input.bytes().len(),
            labels: Vec::new(),
            has_text: false,
            is_marked: false,
            repairs: Vec::new(),
            entries: Vec::new(),
            ciphers: Vec::new(),
            mac: NO_MAC.to_owned(),
            password: None,
            is_pkcs8: false,
            is_encrypted: false,
            locked: None,
        };
        let needs_content = target.rules.iter().any(|rule| rule.kind.needs_content());
        match detect(input.bytes()) {
            Some(Format::Jks) => facts.jks(FileKind::Jks, input, opener, needs_content),
            Some(Format::Jceks) => facts.jks(FileKind::Jceks, input, opener, needs_content),
            Some(Format::Pkcs12) => facts.pkcs12(input, opener, needs_content),
            Some(Format::Pem) => facts.pem(input, opener),
            _ => facts.other(input, opener),
        }
    }

    fn jks(mut self, kind: FileKind, input: &Input, opener: Opener<'_>, needs_content: bool) -> Result<Self, Error> {
        self.kind = kind;
        let (name, octets) = (input.name(), input.bytes());
        let read = |source| Error::CannotRead { input: name.to_owned(), source };
        let store = jks::Store::decode(octets, jks::Integrity::Unchecked, opener.limits).map_err(read)?;
        if needs_content {
            let opened = opener.with_password(open_purpose(name), |password| {
                jks::Store::decode(octets, jks::Integrity::Checked(password), opener.limits)?;
                Ok(password.clone())
            });
            match opened {
                Ok(password) => self.password = Some(password),
                Err(error) => self.locked = Some(error),
            }
        }
        let mut budget = Budget::new(opener.limits);
        for entry in store.entries() {
            let (chain, key) = match &entry.content {
                jks::Content::SecretKey => continue,
                jks::Content::TrustedCertificate(blob) => (std::slice::from_ref(blob), Key::None),
                jks::Content::PrivateKey { protected_key, chain } => {
                    (chain.as_slice(), jks_key(protected_key, self.password.as_ref(), &mut budget))
                }
            };
            let chain = chain.iter().map(|blob| Certificate::from_der(&blob.der)).collect::<Result<_, _>>();
            self.entries.push(Entry { alias: Some(entry.alias.clone()), chain: chain.map_err(read)?, key });
        }
        Ok(self)
    }

    fn pkcs12(mut self, input: &Input, opener: Opener<'_>, needs_content: bool) -> Result<Self, Error> {
        self.kind = FileKind::Pkcs12;
        let (name, octets) = (input.name(), input.bytes());
        let read = |source| Error::CannotRead { input: name.to_owned(), source };
        let scan = Scan::of(octets, opener.limits).map_err(read)?;
        let ciphers = scan.safes.iter().flat_map(ScannedSafe::protections);
        for cipher in ciphers.map(|it| named(&it.scheme, it.cipher.as_deref())) {
            if !self.ciphers.contains(&cipher) {
                self.ciphers.push(cipher);
            }
        }
        if let Some(mac) = &scan.mac {
            self.mac = named(&mac.scheme, mac.mac.as_deref());
        }
        if !needs_content {
            return Ok(self);
        }
        let opened = opener.with_password(open_purpose(name), |password| {
            let pfx = Pfx::decode_to_open(octets, password, opener.limits, Workers::available())?;
            let opened = open_keys(&pfx, name, password, opener.passwords)?;
            Ok((opened.into_iter().map(Opened::whole).collect::<Result<Vec<_>, _>>()?, password.clone()))
        });
        match opened {
            Err(error) => self.locked = Some(error),
            Ok((entries, password)) => {
                self.password = Some(password);
                self.entries.extend(entries.into_iter().map(|entry| {
                    let (chain, key) = match entry.content {
                        Content::PrivateKey { key, chain } => (chain, Key::Open(Box::new(key))),
                        Content::TrustedCertificate(certificate) => (vec![*certificate], Key::None),
                    };
                    Entry { alias: Some(entry.alias), chain, key }
                }));
            }
        }
        Ok(self)
    }

    fn pem(mut self, input: &Input, opener: Opener<'_>) -> Result<Self, Error> {
        let read = |source| Error::CannotRead { input: input.name().to_owned(), source };
        let document = pem::decode(input.bytes(), opener.limits).map_err(read)?;
        self.labels = document.blocks.iter().map(|block| block.label.clone()).collect();
        self.has_text = document.has_text;
        self.is_marked = input.bytes().starts_with(b"\xef\xbb\xbf-----BEGIN");
        self.repairs = document.repairs;
        self.ciphers = document.blocks.iter().filter_map(block_cipher).collect();
        let certificates = document.blocks.iter().filter(|block| block.label.ends_with("CERTIFICATE"));
        let chain: Result<Vec<_>, _> =
            certificates.map(|block| Certificate::from_trusted_der(block.contents.expose())).collect();
        let chain = chain.map_err(read)?;
        let is = |label: &str| self.labels.iter().any(|it| it == label);
        if !chain.is_empty() {
            // A private key beside it is not opened: that it is there is what matters.
            self.entries.push(Entry { alias: None, chain, key: Key::None });
            return Ok(self);
        }
        if self.private_keys() > 0 {
            return self.private_key(input, opener);
        }
        if is(CertificationRequest::LABEL) || is(CertificationRequest::OLD_LABEL) {
            return self.public(FileKind::Request, input, opener);
        }
        if is(spki::LABEL) || is(spki::RSA_LABEL) {
            return self.public(FileKind::PublicKey, input, opener);
        }
        self.other(input, opener)
    }

    fn other(mut self, input: &Input, opener: Opener<'_>) -> Result<Self, Error> {
        self.kind = match detect(input.bytes()) {
            Some(Format::Certificate) => FileKind::Certificate,
            Some(Format::CertificationRequest) => return self.public(FileKind::Request, input, opener),
            Some(Format::PublicKey | Format::RsaPublicKey) => return self.public(FileKind::PublicKey, input, opener),
            Some(Format::EncryptedPrivateKey | Format::Pkcs1 | Format::PrivateKey | Format::Sec1) => {
                return self.private_key(input, opener);
            }
            // Other commands read it; no target does.
            None if from_base64(input.bytes()).is_some() => {
                return Err(Error::UnknownFormat { input: self.file, source: looks_like(input.bytes()) });
            }
            // Loading names what it is, and why it is not read.
            format => {
                let loaded = opener.load(input)?;
                let is_pkcs7 = format == Some(Format::Pkcs7)
                    || self.labels.iter().any(|label| pkcs7::LABELS.contains(&label.as_str()));
                let certificates = loaded.items.iter().filter_map(|item| match &item.material {
                    Material::Certificate(certificate) => Some(certificate.clone()),
                    _ => None,
                });
                let chain: Vec<Certificate> = certificates.collect();
                if is_pkcs7 && !chain.is_empty() && chain.len() == loaded.items.len() {
                    self.kind = FileKind::Pkcs7;
                    // PKCS#7 holds a set: the order says nothing.
                    let chain = chain::whole(&chain).unwrap_or(chain);
                    self.entries.push(Entry { alias: None, chain, key: Key::None });
                    return Ok(self);
                }
                let found = if loaded.items.is_empty() { "nothing that is known here" } else { "several things" };
                let wanted = "a certificate, key or keystore";
                return Err(Error::NotWhatIsNeeded { input: self.file, found: found.to_owned(), wanted });
            }
        };
        if self.kind == FileKind::Certificate {
            self.entries.push(Entry { alias: None, chain: opener.certificates(input)?, key: Key::None });
        }
        Ok(self)
    }

    /// A public key or a request, whose key is held to the same rules as that of a certificate.
    fn public(mut self, kind: FileKind, input: &Input, opener: Opener<'_>) -> Result<Self, Error> {
        self.kind = kind;
        let read = |source| Error::CannotRead { input: input.name().to_owned(), source };
        for item in opener.load(input)?.items {
            let der = match item.material {
                Material::PublicKey(public) => public.der().to_vec(),
                Material::Request(request) => request.subject_public_key_info().map_err(read)?,
                Material::Certificate(_) | Material::PrivateKey { .. } => continue,
            };
            self.entries.push(Entry { alias: None, chain: Vec::new(), key: Key::Public(der) });
        }
        Ok(self)
    }

    fn private_key(mut self, input: &Input, opener: Opener<'_>) -> Result<Self, Error> {
        self.kind = FileKind::PrivateKey;
        self.is_pkcs8 = is_pkcs8(input.bytes(), &self.labels);
        if self.labels.is_empty() {
            self.ciphers.extend(pkcs8::describe(input.bytes()).ok().map(|it| named(&it.scheme, it.cipher.as_deref())));
        }
        self.is_encrypted = !self.ciphers.is_empty();
        let key = match opener.load(input) {
            Ok(loaded) => loaded.items.into_iter().find_map(|item| match item.material {
                Material::PrivateKey { key, .. } => Some(Key::Open(Box::new(key))),
                _ => None,
            }),
            Err(error @ (Error::NoPassword { .. } | Error::CannotOpen { .. })) => {
                self.locked = Some(error);
                Some(Key::Locked)
            }
            Err(error) => return Err(error),
        };
        self.entries.push(Entry { alias: None, chain: Vec::new(), key: key.unwrap_or(Key::None) });
        Ok(self)
    }

    /// How many private keys stand in a PEM file.
    pub(super) fn private_keys(&self) -> usize {
        self.labels.iter().filter(|label| label.ends_with("PRIVATE KEY")).count()
    }
}

/// Whether a private-key file is PKCS#8, encrypted or not.
fn is_pkcs8(octets: &[u8], labels: &[String]) -> bool {
    let mut keys = labels.iter().filter(|label| label.ends_with("PRIVATE KEY")).peekable();
    match keys.peek() {
        Some(_) => keys.all(|label| [pkcs8::LABEL, pkcs8::ENCRYPTED_LABEL].contains(&label.as_str())),
        None => matches!(detect(octets), Some(Format::EncryptedPrivateKey | Format::PrivateKey)),
    }
}

/// How a block of PEM is encrypted, if it is.
fn block_cipher(block: &pem::Block) -> Option<String> {
    let described = if block.label == pkcs8::ENCRYPTED_LABEL {
        pkcs8::describe(block.contents.expose())
    } else if pem::encrypted::is_encrypted(block) {
        pem::encrypted::describe(block)
    } else {
        return None;
    };
    described.ok().map(|it| named(&it.scheme, it.cipher.as_deref()))
}

fn jks_key(protected: &[u8], password: Option<&Password>, budget: &mut Budget) -> Key {
    let Some(password) = password else { return Key::Locked };
    let der = match jks::key_protector::recover_any(protected, password, budget) {
        Ok(der) => der,
        Err(fault) if matches!(fault.reason, Reason::IntegrityMismatch(_)) => return Key::OtherPassword,
        Err(fault) => return Key::Unreadable(fault.to_string()),
    };
    match (pkcs8::decode(der.expose()), detect(der.expose())) {
        (Ok(key), _) => Key::Open(Box::new(key)),
        (Err(fault), Some(Format::PrivateKey)) => Key::Unknown(fault.to_string()),
        // In a JCEKS, the padding is right by chance once in 256 wrong passwords, and what comes out is nothing.
        (Err(_), None) if jks::key_protector::recover(protected, password).is_err() => Key::OtherPassword,
        (Err(fault), _) => Key::Unreadable(describe(der.expose(), &fault)),
    }
}

/// What stands where PKCS#8 should.
fn describe(der: &[u8], fault: &formats::Error) -> String {
    if pkcs1::decode(der).is_ok() {
        "it is PKCS#1".to_owned()
    } else if sec1::decode(der).is_ok() {
        "it is SEC 1".to_owned()
    } else {
        fault.to_string()
    }
}

/// A scheme with its algorithm, as the rows of targets name them.
fn named(scheme: &str, algorithm: Option<&str>) -> String {
    algorithm.map_or_else(|| scheme.to_owned(), |algorithm| format!("{scheme} {algorithm}"))
}
