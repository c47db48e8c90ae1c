//! Writing a JKS of version 2.

use super::decode::{MAGIC, PRIVATE_KEY, TRUSTED_CERTIFICATE, store_digest};
use super::{CertificateBlob, Content, Entry, FORMAT_JCEKS, Store, Variant, modified_utf8};
use crate::formats::{Error, Place, Reason};
use crate::secret::Password;

impl Store {
    /// Writes the store, with a digest that fits `password`. Keys stay protected as they are.
    ///
    /// # Errors
    /// [`Reason::CannotHold`] for an alias of more than 65,535 octets and for lengths beyond 32 bits;
    /// [`Reason::Unsupported`] for a JCEKS, which is only read.
    pub fn encode(&self, password: &Password) -> Result<Vec<u8>, Error> {
        if self.variant == Variant::Jceks {
            return Err(Error::unsupported(FORMAT_JCEKS, "writing this old kind of keystore"));
        }
        let mut octets = Vec::new();
        octets.extend(MAGIC.to_be_bytes());
        octets.extend(2_u32.to_be_bytes());
        octets.extend(length("the count of entries", self.entries.len())?);
        for entry in &self.entries {
            write_entry(entry, &mut octets).map_err(|fault| fault.at(Place::Entry(entry.alias.clone())))?;
        }
        let digest = store_digest(password, &octets);
        octets.extend(digest);
        Ok(octets)
    }
}

fn write_entry(entry: &Entry, octets: &mut Vec<u8>) -> Result<(), Error> {
    let tag = match entry.content {
        Content::PrivateKey { .. } => PRIVATE_KEY,
        Content::SecretKey => return Err(Error::new("JKS", Reason::CannotHold("it holds no secret keys".to_owned()))),
        Content::TrustedCertificate(_) => TRUSTED_CERTIFICATE,
    };
    octets.extend(tag.to_be_bytes());
    write_text("the alias", &entry.alias, octets)?;
    octets.extend(entry.created.to_be_bytes());
    match &entry.content {
        Content::PrivateKey { protected_key, chain } => {
            write_blob("the protected key", protected_key, octets)?;
            octets.extend(length("the count of certificates", chain.len())?);
            chain.iter().try_for_each(|certificate| write_certificate(certificate, octets))
        }
        Content::SecretKey => Ok(()),
        Content::TrustedCertificate(certificate) => write_certificate(certificate, octets),
    }
}

fn write_certificate(certificate: &CertificateBlob, octets: &mut Vec<u8>) -> Result<(), Error> {
    write_text("the certificate's kind", &certificate.kind, octets)?;
    write_blob("the certificate", &certificate.der, octets)
}

fn write_text(what: &str, text: &str, octets: &mut Vec<u8>) -> Result<(), Error> {
    let encoded = modified_utf8::encode(text);
    let length = u16::try_from(encoded.len()).map_err(|_| {
        let fault = format!("{what} takes {} bytes, and the limit is {}", encoded.len(), u16::MAX);
        Error::new("JKS", Reason::CannotHold(fault))
    })?;
    octets.extend(length.to_be_bytes());
    octets.extend(encoded);
    Ok(())
}

fn write_blob(what: &str, blob: &[u8], octets: &mut Vec<u8>) -> Result<(), Error> {
    octets.extend(length(what, blob.len())?);
    octets.extend(blob);
    Ok(())
}

/// A length as Java reads it: a signed number of 32 bits.
fn length(what: &str, length: usize) -> Result<[u8; 4], Error> {
    i32::try_from(length).map(i32::to_be_bytes).map_err(|_| {
        Error::new("JKS", Reason::CannotHold(format!("{what} is {length}, and the limit is {}", i32::MAX)))
    })
}
