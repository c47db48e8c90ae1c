//! Opens keystores: every entry whole, each key with the password that is its own.

use crate::crypto::PrivateKey;
use crate::formats::keystore::{Content, Entry};
use crate::formats::pkcs12::{Opened, Pfx, Scan};
use crate::formats::x509::Certificate;
use crate::formats::{self, Place, Reason, jks, pkcs8};
use crate::limits::Budget;
use crate::operations::{Error, Notice};
use crate::secret::{Password, PasswordProvider, PasswordPurpose};
use crate::workers::Workers;

use super::{Item, Loaded, Material, Opener, Origin, open_purpose};

impl Opener<'_> {
    pub(super) fn pkcs12(self, name: &str, octets: &[u8]) -> Result<Loaded, Error> {
        let (pfx, entries, notice) = self.pkcs12_entries(name, octets)?;
        let unauthenticated = (!pfx.is_authenticated()).then(|| Notice::Unauthenticated(name.to_owned()));
        let notices = notice.into_iter().chain(unauthenticated).collect();
        let items = entries.into_iter().map(|entry| entry_item(name, entry.alias, entry.content)).collect();
        Ok(Loaded { items, notices, ..Loaded::default() })
    }

    /// Opens a PKCS#12 file and all its keys.
    pub(in crate::operations) fn pkcs12_entries(
        self,
        name: &str,
        octets: &[u8],
    ) -> Result<(Pfx, Vec<Entry>, Option<Notice>), Error> {
        let ((pfx, entries), notice) = self.opened_pkcs12(name, octets, true, |password| {
            let pfx = Pfx::decode_to_open(octets, password, self.limits, Workers::available())?;
            let opened = open_keys(&pfx, name, password, self.passwords)?;
            let entries = opened.into_iter().map(Opened::whole).collect::<Result<Vec<_>, _>>()?;
            Ok((pfx, entries))
        })?;
        Ok((pfx, entries, notice))
    }

    /// Opens a PKCS#12 file with `open`. What no password would open is refused before one is asked for, and a file that
    /// needs none is opened without. With `keys`, `open` opens the keys too.
    pub(in crate::operations) fn opened_pkcs12<T>(
        self,
        name: &str,
        octets: &[u8],
        keys: bool,
        open: impl Fn(&Password) -> Result<T, formats::Error>,
    ) -> Result<(T, Option<Notice>), Error> {
        let refused = |source| Error::CannotOpen { input: name.to_owned(), source };
        let read = |source| Error::CannotRead { input: name.to_owned(), source };
        Scan::afford(octets, self.limits, keys).map_err(|fault| match fault.reason {
            Reason::Malformed(_) => read(fault),
            _ => refused(fault),
        })?;
        let scan = Scan::of(octets, self.limits).map_err(read)?;
        if scan.mac.is_none() && !self.limits.allow_unauthenticated {
            return Err(refused(formats::Error::new("PKCS#12", Reason::Unauthenticated)));
        }
        if !scan.needs_password() {
            return open(&Password::new("")).map(|opened| (opened, None)).map_err(refused);
        }
        let (opened, is_ascii) =
            self.with_password(open_purpose(name), |password| Ok((open(password)?, password.is_ascii())))?;
        Ok((opened, (!is_ascii).then(|| Notice::PasswordNotAscii(name.to_owned()))))
    }

    pub(super) fn jks(self, name: &str, octets: &[u8]) -> Result<Loaded, Error> {
        self.jks_entries(name, octets, |_| true)
    }

    /// The entries of a Java keystore whose numbers `wanted` takes. The others stay closed, so that a password of their own
    /// is not needed.
    pub(in crate::operations) fn jks_entries(
        self,
        name: &str,
        octets: &[u8],
        wanted: impl Fn(usize) -> bool,
    ) -> Result<Loaded, Error> {
        let (store, store_password) = self.with_password(open_purpose(name), |password| {
            Ok((jks::Store::decode(octets, jks::Integrity::Checked(password), self.limits)?, password.clone()))
        })?;
        let mut items = Vec::new();
        let entries =
            || store.entries().iter().enumerate().filter(|(number, _)| wanted(*number)).map(|(_, entry)| entry);
        // All derivations of the file are charged before the first is done.
        let mut budget = Budget::new(self.limits);
        for entry in entries() {
            if let jks::Content::PrivateKey { protected_key, .. } = &entry.content {
                jks::key_protector::charge(protected_key, &mut budget).map_err(|fault| Error::CannotOpen {
                    input: name.to_owned(),
                    source: fault.at(Place::Entry(entry.alias.clone())),
                })?;
            }
        }
        for entry in entries() {
            let alias = &entry.alias;
            let here = |fault: formats::Error| Error::CannotRead {
                input: name.to_owned(),
                source: fault.at(Place::Entry(alias.clone())),
            };
            let content = match &entry.content {
                jks::Content::PrivateKey { protected_key, chain } => {
                    let key = match self.jks_key(protected_key, &store_password) {
                        // Java lets an entry have a password of its own.
                        Err(fault) if matches!(fault.reason, Reason::IntegrityMismatch(_)) => {
                            let purpose = PasswordPurpose::OpenEntry { file: name.to_owned(), alias: alias.clone() };
                            self.with_password(purpose, |password| {
                                self.jks_key(protected_key, password)
                                    .map_err(|fault| fault.at(Place::Entry(alias.clone())))
                            })?
                        }
                        recovered => recovered.map_err(here)?,
                    };
                    let chain = chain.iter().map(|blob| Certificate::from_der(&blob.der)).collect::<Result<_, _>>();
                    Content::PrivateKey { key, chain: chain.map_err(here)? }
                }
                // A secret key takes no part in anything here.
                jks::Content::SecretKey => continue,
                jks::Content::TrustedCertificate(blob) => {
                    Content::TrustedCertificate(Box::new(Certificate::from_der(&blob.der).map_err(here)?))
                }
            };
            items.push(entry_item(name, alias.clone(), content));
        }
        Ok(Loaded { items, ..Loaded::default() })
    }

    /// Opens one protected key. Its derivation was charged to the file; further passwords are the user's doing.
    fn jks_key(self, protected: &[u8], password: &Password) -> Result<PrivateKey, formats::Error> {
        let der = jks::key_protector::recover_any(protected, password, &mut Budget::new(self.limits))?;
        pkcs8::decode(der.expose()).map_err(|fault| match fault.reason {
            // In a JCEKS, the padding is right by chance once in 256 wrong passwords, and what comes out is no key. In a
            // JKS a digest has shown that the password is right.
            Reason::Malformed(_) if jks::key_protector::recover(protected, password).is_err() => {
                formats::Error::new("JCEKS", Reason::IntegrityMismatch("the decrypted key".to_owned()))
            }
            _ => fault,
        })
    }
}

/// The entries of a PKCS#12 file. Where a MAC has shown that `password` is the file's, a key that it does not open may
/// have a password of its own, and those that `passwords` has for it are tried.
pub(in crate::operations) fn open_keys(
    pfx: &Pfx,
    name: &str,
    password: &Password,
    passwords: &dyn PasswordProvider,
) -> Result<Vec<Opened>, formats::Error> {
    pfx.open_each(password, Workers::available(), |alias, locked| {
        let purpose = PasswordPurpose::OpenEntry { file: name.to_owned(), alias: alias.to_owned() };
        for attempt in 0.. {
            // Without a MAC nothing has shown the file's password to be right: the next one is tried on the whole.
            let own = if pfx.is_authenticated() { passwords.candidate(&purpose, attempt) } else { Ok(None) };
            let Ok(Some(own)) = own else { break };
            if let Ok(key) = locked.open(&own) {
                return Ok(key);
            }
        }
        // That there is another password is a guess; what is known is how the file's own one failed.
        Err(locked.fault)
    })
}

fn entry_item(file: &str, alias: String, content: Content) -> Item {
    let material = match content {
        Content::PrivateKey { key, chain } => Material::PrivateKey { key, chain: Some(chain) },
        Content::TrustedCertificate(certificate) => Material::Certificate(*certificate),
    };
    Item { origin: Origin { file: file.to_owned(), entry: Some(alias) }, material }
}
