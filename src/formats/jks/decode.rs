//! Reading a JKS or JCEKS: bounded by the octets that are there, never by what a length field claims.

use std::collections::HashSet;

use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use super::{CertificateBlob, Content, Entry, Store, Variant, java_object, modified_utf8};
use crate::formats::{Error, Place, Reason};
use crate::limits::Limits;
use crate::secret::Password;

pub(super) const MAGIC: u32 = 0xfeed_feed;
const JCEKS_MAGIC: u32 = 0xcece_cece;

pub(super) const PRIVATE_KEY: u32 = 1;
pub(super) const TRUSTED_CERTIFICATE: u32 = 2;
/// Only a JCEKS holds secret keys, as serialised Java objects.
const SECRET_KEY: u32 = 3;

/// The octets of a SHA-1 digest.
const DIGEST: usize = 20;

/// Whether the digest at the end of a store is compared.
#[derive(Clone, Copy, Debug)]
pub enum Integrity<'a> {
    /// The digest must fit this password.
    Checked(&'a Password),
    /// The digest must be there and is not looked at: what is read may have been changed by anyone.
    Unchecked,
}

impl Store {
    /// Reads a JKS or JCEKS of version 1 or 2.
    ///
    /// # Errors
    /// [`Error`] with the offset of what cannot be read; [`Reason::IntegrityMismatch`] when the password is wrong or
    /// the file was changed; [`Reason::LimitExceeded`] for more entries, or more certificates in chains altogether,
    /// than [`Limits::entries`].
    pub fn decode(octets: &[u8], integrity: Integrity<'_>, limits: &Limits) -> Result<Self, Error> {
        let mut reader = Reader { octets, at: 0, variant: Variant::Jks, version: 2, certificates: 0, limits };
        let store = reader.store()?;
        let format = store.variant.name();
        let (body, digest) = octets.split_at(reader.at);
        match digest.len() {
            DIGEST => {}
            length @ 0..DIGEST => {
                return Err(reader.malformed(format!("the digest takes {DIGEST} bytes, and {length} are left")));
            }
            length => {
                let fault = format!("the digest should end the file, and {} bytes follow it", length - DIGEST);
                return Err(Error::malformed(format, fault).at(Place::Offset(reader.at + DIGEST)));
            }
        }
        if let Integrity::Checked(password) = integrity
            && !bool::from(store_digest(password, body).ct_eq(digest))
        {
            let mismatch = Reason::IntegrityMismatch("the store's SHA-1 digest".to_owned());
            return Err(Error::new(format, mismatch).at(Place::Offset(reader.at)));
        }
        Ok(store)
    }
}

/// What stands at the end of a store: the digest of the password, a phrase that Sun chose, and the body.
pub(super) fn store_digest(password: &Password, body: &[u8]) -> [u8; DIGEST] {
    let password = password.expose_utf16be();
    Sha1::new().chain_update(password.expose()).chain_update("Mighty Aphrodite").chain_update(body).finalize().into()
}

/// A place in the octets. Nothing is allocated for a length before that many octets were seen to be there.
struct Reader<'a> {
    octets: &'a [u8],
    at: usize,
    variant: Variant,
    version: u32,
    /// The certificates of all chains so far.
    certificates: usize,
    limits: &'a Limits,
}

impl<'a> Reader<'a> {
    fn store(&mut self) -> Result<Store, Error> {
        match self.u32("the magic number")? {
            MAGIC => {}
            JCEKS_MAGIC => self.variant = Variant::Jceks,
            other => {
                let fault = format!("a JKS begins with FEEDFEED, not with {other:08X}");
                return Err(Error::malformed("JKS", fault).at(Place::Offset(0)));
            }
        }
        self.version = self.u32("the version")?;
        if !(1..=2).contains(&self.version) {
            return Err(self.unsupported_before(4, format!("version {}", self.version)));
        }
        let count = self.count("entries", 0)?;
        let mut entries = Vec::new();
        let mut aliases = HashSet::new();
        for _ in 0..count {
            let start = self.at;
            let entry = self.entry()?;
            if !aliases.insert(entry.alias.clone()) {
                let fault = format!("a second entry has the alias `{}`", entry.alias);
                return Err(Error::malformed(self.variant.name(), fault).at(Place::Offset(start)));
            }
            entries.push(entry);
        }
        Ok(Store { variant: self.variant, entries })
    }

    fn entry(&mut self) -> Result<Entry, Error> {
        let tag = self.u32("an entry's tag")?;
        match (tag, self.variant) {
            (PRIVATE_KEY | TRUSTED_CERTIFICATE, _) | (SECRET_KEY, Variant::Jceks) => {}
            (SECRET_KEY, Variant::Jks) => {
                return Err(self.unsupported_before(4, format!("an entry with tag {tag}, a secret key,")));
            }
            _ => return Err(self.unsupported_before(4, format!("an entry with tag {tag}"))),
        }
        let alias = self.text("an alias")?;
        let created = i64::from_be_bytes(self.array("an entry's date")?);
        let content = if tag == SECRET_KEY {
            self.java_object()?;
            Content::SecretKey
        } else if tag == PRIVATE_KEY {
            let protected_key = self.blob("a protected key")?;
            let count = self.count("certificates in chains", self.certificates)?;
            self.certificates += count;
            // A loop rather than a reservation: a certificate that is not there ends it.
            let mut chain = Vec::new();
            for _ in 0..count {
                chain.push(self.certificate()?);
            }
            Content::PrivateKey { protected_key, chain }
        } else {
            Content::TrustedCertificate(self.certificate()?)
        };
        Ok(Entry { alias, created, content })
    }

    fn certificate(&mut self) -> Result<CertificateBlob, Error> {
        // Version 1 knew one kind only and did not name it.
        let kind = if self.version == 1 { "X.509".to_owned() } else { self.text("a certificate's kind")? };
        Ok(CertificateBlob { kind, der: self.blob("a certificate")? })
    }

    /// Steps over a secret key.
    fn java_object(&mut self) -> Result<(), Error> {
        let length = java_object::length(&self.octets[self.at..])
            .map_err(|fault| self.malformed(format!("a secret key {fault}")))?;
        self.take(length, "a secret key").map(|_| ())
    }

    /// A count of things that take at least four octets each, of which there are `already` some.
    fn count(&mut self, what: &'static str, already: usize) -> Result<usize, Error> {
        let count = self.u32("a count")?;
        let at = self.at - 4;
        let (asked, limit) = (already as u64 + u64::from(count), self.limits.entries as u64);
        if asked > limit {
            let reason = Reason::LimitExceeded { what, asked, limit };
            return Err(Error::new(self.variant.name(), reason).at(Place::Offset(at)));
        }
        let left = self.octets.len() - self.at;
        let fits = usize::try_from(count).ok().filter(|count| *count <= left / 4);
        fits.ok_or_else(|| {
            let fault = format!("the count claims {count} {what}, and {left} bytes are left");
            Error::malformed(self.variant.name(), fault).at(Place::Offset(at))
        })
    }

    fn text(&mut self, what: &str) -> Result<String, Error> {
        let length = u16::from_be_bytes(self.array(what)?);
        let at = self.at;
        let octets = self.take(usize::from(length), what)?;
        modified_utf8::decode(octets)
            .map_err(|fault| Error::malformed(self.variant.name(), format!("{what} {fault}")).at(Place::Offset(at)))
    }

    fn blob(&mut self, what: &str) -> Result<Vec<u8>, Error> {
        let length = self.u32(what)?;
        // A length beyond the address space is beyond the file as well.
        self.take(usize::try_from(length).unwrap_or(usize::MAX), what).map(<[u8]>::to_vec)
    }

    fn u32(&mut self, what: &str) -> Result<u32, Error> {
        self.array(what).map(u32::from_be_bytes)
    }

    fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N], Error> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, what)?);
        Ok(array)
    }

    /// The next `length` octets, if they are there: the only place that moves on.
    fn take(&mut self, length: usize, what: &str) -> Result<&'a [u8], Error> {
        let rest = &self.octets[self.at..];
        let Some(taken) = rest.get(..length) else {
            return Err(self.malformed(format!("{what} takes {length} bytes, and {} are left", rest.len())));
        };
        self.at += length;
        Ok(taken)
    }

    fn malformed(&self, fault: String) -> Error {
        Error::malformed(self.variant.name(), fault).at(Place::Offset(self.at))
    }

    fn unsupported_before(&self, octets: usize, what: String) -> Error {
        Error::unsupported(self.variant.name(), what).at(Place::Offset(self.at - octets))
    }
}
