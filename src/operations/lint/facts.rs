//! What the rules of targets ask of a file, gathered once, with as little opened as they need.

use crate::crypto::PrivateKey;
use crate::files::Input;
use crate::formats::detect::{Format, detect};
use crate::formats::keystore::Content;
use crate::formats::pem::{self, Repair};
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::pkcs12::{Pfx, Scan, ScannedSafe};
use crate::formats::x509::Certificate;
use crate::formats::{self, Reason, jks, pkcs1, pkcs8, sec1, spki};
use crate::operations::Error;
use crate::operations::load::{Material, Opener, open_keys, open_purpose};
use crate::operations::target::{FileKind, Target};
use crate::secret::Password;

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
    pub(super) repairs: Vec<Repair>,
    /// The entries of a keystore, or one without alias.
    pub(super) entries: Vec<Entry>,
    /// How a PKCS#12 file is encrypted: its safes, and the keys that lie open in it.
    pub(super) ciphers: Vec<String>,
    /// Its MAC; none for one without.
    pub(super) mac: Option<String>,
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

/// The private key of an entry.
#[derive(Debug)]
pub(super) enum Key {
    /// There is none.
    None,
    /// Opened with the file's own password, or without any.
    Open(Box<PrivateKey>),
    /// It has a password of its own.
    OtherPassword,
    /// The store is not opened.
    Locked,
    /// Opened, and no key that is read here.
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
            repairs: Vec::new(),
            entries: Vec::new(),
            ciphers: Vec::new(),
            mac: None,
            password: None,
            is_pkcs8: false,
            is_encrypted: false,
            locked: None,
        };
        let needs_content = target.rules.iter().any(|rule| rule.kind.needs_content());
        match detect(input.bytes()) {
            Some(Format::Jks) => facts.jks(input, opener, needs_content),
            Some(Format::Pkcs12) => facts.pkcs12(input, opener, needs_content),
            Some(Format::Pem) => facts.pem(input, opener),
            _ => facts.other(input, opener),
        }
    }

    fn jks(mut self, input: &Input, opener: Opener<'_>, needs_content: bool) -> Result<Self, Error> {
        self.kind = FileKind::Jks;
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
        for entry in store.entries() {
            let (chain, key) = match &entry.content {
                jks::Content::SecretKey => continue,
                jks::Content::TrustedCertificate(blob) => (std::slice::from_ref(blob), Key::None),
                jks::Content::PrivateKey { protected_key, chain } => {
                    (chain.as_slice(), jks_key(protected_key, self.password.as_ref()))
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
        self.mac = scan.mac.as_ref().map(|it| named(&it.scheme, it.mac.as_deref()));
        if !needs_content {
            return Ok(self);
        }
        let opened = opener.with_password(open_purpose(name), |password| {
            let pfx = Pfx::decode(octets, password, opener.limits)?;
            Ok((open_keys(&pfx, name, password, opener.passwords)?, password.clone()))
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
        self.has_text = has_text(input.bytes());
        self.repairs = document.repairs;
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
            self.kind = FileKind::Request;
            return Ok(self);
        }
        if is(spki::LABEL) {
            self.kind = FileKind::PublicKey;
            return Ok(self);
        }
        self.other(input, opener)
    }

    fn other(mut self, input: &Input, opener: Opener<'_>) -> Result<Self, Error> {
        self.kind = match detect(input.bytes()) {
            Some(Format::Certificate) => FileKind::Certificate,
            Some(Format::CertificationRequest) => FileKind::Request,
            Some(Format::PublicKey) => FileKind::PublicKey,
            Some(Format::EncryptedPrivateKey | Format::Pkcs1 | Format::PrivateKey | Format::Sec1) => {
                return self.private_key(input, opener);
            }
            // Loading names what it is, and why it is not read.
            _ => {
                let loaded = opener.load(input)?;
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

    fn private_key(mut self, input: &Input, opener: Opener<'_>) -> Result<Self, Error> {
        self.kind = FileKind::PrivateKey;
        self.is_pkcs8 = is_pkcs8(input.bytes(), &self.labels);
        self.is_encrypted = is_encrypted_key(input.bytes(), &self.labels);
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

fn is_encrypted_key(octets: &[u8], labels: &[String]) -> bool {
    labels.iter().any(|label| label == pkcs8::ENCRYPTED_LABEL)
        || matches!(detect(octets), Some(Format::EncryptedPrivateKey))
}

fn jks_key(protected: &[u8], password: Option<&Password>) -> Key {
    let Some(password) = password else { return Key::Locked };
    match jks::key_protector::recover(protected, password) {
        Ok(der) => match pkcs8::decode(der.expose()) {
            Ok(key) => Key::Open(Box::new(key)),
            Err(fault) => Key::Unreadable(describe(der.expose(), &fault)),
        },
        Err(fault) if matches!(fault.reason, Reason::IntegrityMismatch(_)) => Key::OtherPassword,
        Err(fault) => Key::Unreadable(fault.to_string()),
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

/// Whether anything but white space stands outside the blocks of a PEM, its headers included.
fn has_text(octets: &[u8]) -> bool {
    let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    let text: String = octets.iter().map(|octet| char::from(*octet)).collect();
    let mut rest = text.as_str();
    loop {
        let Some((before, block)) = rest.split_once("-----BEGIN ") else { return !rest.trim().is_empty() };
        if !before.trim().is_empty() {
            return true;
        }
        let Some((_, after)) = block.split_once("-----END ") else { return true };
        rest = after.split_once("-----").map_or("", |(_, rest)| rest);
    }
}
