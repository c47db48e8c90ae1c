//! A file of private keys, PEM or DER: each becomes encrypted PKCS#8, and what else a PEM holds stays.

use crate::crypto::CryptoRng;
use crate::files::Input;
use crate::formats::detect::{Format, detect};
use crate::formats::pem::{self, Block};
use crate::formats::pkcs5::{Encryption, Kdf, Scheme};
use crate::formats::pkcs12::Profile;
use crate::formats::{self, Place, pkcs1, pkcs8, sec1};
use crate::limits::{Budget, Limits};
use crate::operations::load::{Opener, looks_like};
use crate::operations::{Error, Notice};
use crate::secret::{Password, SecretBytes};

use super::{ChangePassword, PasswordChanged};

/// A key file whose keys lie open.
#[derive(Clone, Debug)]
pub(super) struct KeyFile {
    octets: SecretBytes,
    is_pem: bool,
    limits: Limits,
    /// The `PrivateKeyInfo` of each key, in the order of the file.
    keys: Vec<SecretBytes>,
    notices: Vec<Notice>,
}

impl KeyFile {
    pub(super) fn open(opener: Opener<'_>, input: &Input) -> Result<Self, Error> {
        let (name, octets) = (input.name(), input.bytes());
        let read = |source| Error::CannotRead { input: name.to_owned(), source };
        let mut file = Self {
            octets: SecretBytes::concat(&[octets]),
            is_pem: detect(octets) == Some(Format::Pem),
            limits: opener.limits.clone(),
            keys: Vec::new(),
            notices: Vec::new(),
        };
        if file.is_pem {
            let document = pem::decode(octets, opener.limits).map_err(read)?;
            file.notices.extend(document.repairs.iter().find_map(|repair| Notice::written_plainly(*repair)));
            let mut budget = Budget::new(opener.limits);
            for block in document.blocks.iter().filter(|block| is_key(block)) {
                let here = |fault: formats::Error| read(fault.at(Place::Line(block.line)));
                file.add_block(opener, name, block, &mut budget, &here)?;
            }
        } else {
            match detect(octets) {
                Some(Format::EncryptedPrivateKey) => {
                    file.keys.push(opener.unshroud(name, octets, &mut Budget::new(opener.limits))?);
                }
                Some(Format::PrivateKey) => file.add_plain(pkcs8::LABEL, octets).map_err(read)?,
                Some(Format::Pkcs1) => file.add_plain(pkcs1::LABEL, octets).map_err(read)?,
                Some(Format::Sec1) => file.add_plain(sec1::LABEL, octets).map_err(read)?,
                None => return Err(Error::UnknownFormat { input: name.to_owned(), source: looks_like(octets) }),
                // The loader knows best how to name what is not read.
                _ => drop(opener.load(input)?),
            }
        }
        if file.keys.is_empty() {
            let found = "no private key".to_owned();
            let wanted = "a private key or keystore";
            return Err(Error::NotWhatIsNeeded { input: name.to_owned(), found, wanted });
        }
        Ok(file)
    }

    fn add_block(
        &mut self,
        opener: Opener<'_>,
        name: &str,
        block: &Block,
        budget: &mut Budget,
        here: &dyn Fn(formats::Error) -> Error,
    ) -> Result<(), Error> {
        let der = block.contents.expose();
        if block.label == pkcs8::ENCRYPTED_LABEL {
            self.keys.push(opener.unshroud(name, der, budget)?);
        } else if pem::encrypted::is_encrypted(block) {
            pem::encrypted::check_readable(block).map_err(here)?;
            let key = opener.decrypt_traditional(name, block)?;
            self.keys.push(pkcs8::encode(&key).map_err(here)?);
            self.notices.push(Notice::NowPkcs8(traditional(&block.label)));
        } else {
            self.add_plain(&block.label, der).map_err(here)?;
        }
        Ok(())
    }

    /// A key that is not encrypted. One that is PKCS#8 already keeps its octets.
    fn add_plain(&mut self, label: &str, der: &[u8]) -> Result<(), formats::Error> {
        let key = match label {
            pkcs1::LABEL => pkcs8::encode(&pkcs1::decode(der)?)?,
            sec1::LABEL => pkcs8::encode(&sec1::decode(der)?)?,
            _ => {
                pkcs8::decode(der)?;
                SecretBytes::concat(&[der])
            }
        };
        if label != pkcs8::LABEL {
            self.notices.push(Notice::NowPkcs8(traditional(label)));
        }
        self.notices.push(Notice::NowEncrypted);
        self.keys.push(key);
        Ok(())
    }

    /// The file with every key under the new password.
    pub(super) fn close(
        self,
        options: &ChangePassword,
        rng: &mut dyn CryptoRng,
    ) -> Result<PasswordChanged, formats::Error> {
        let profile = options.profile.unwrap_or(Profile::Modern);
        let (chosen, lowered) = profile.iterations(options.new.origin(), self.keys.len());
        let iterations = options.iterations.unwrap_or(chosen);
        let encryption = match profile {
            Profile::Modern => Encryption::Pbes2(Kdf::Pbkdf2 { iterations }),
            Profile::Legacy => profile.encryption(iterations),
        };
        let mut closed = Vec::with_capacity(self.keys.len());
        for key in &self.keys {
            closed.push(pkcs8::shroud(key, &Scheme::new(encryption, rng), &options.new)?);
        }
        let mut notices = self.notices;
        notices.dedup();
        if lowered && options.iterations.is_none() {
            notices.push(Notice::IterationsLowered(iterations));
        }
        let mut closed = closed.into_iter();
        let octets = if self.is_pem {
            pem::replace(self.octets.expose(), &self.limits, |block| {
                let new = if is_key(block) { closed.next() } else { None };
                new.map(|der| pem::encode(pkcs8::ENCRYPTED_LABEL, &der)).transpose()
            })?
        } else {
            SecretBytes::from(closed.next().unwrap_or_default())
        };
        Ok(PasswordChanged { octets, iterations: Some(iterations), notices })
    }

    /// Whether `octets` hold these keys under the password `new`, and else what this file holds, in its order.
    pub(super) fn is_held_by(&self, octets: &[u8], new: &Password) -> Result<bool, formats::Error> {
        let mut budget = Budget::new(&self.limits);
        let mut keys = self.keys.iter();
        let mut is_next_key = |der: &[u8]| {
            let plain = pkcs8::unshroud(der, new, &mut budget)?;
            Ok::<bool, formats::Error>(keys.next().is_some_and(|key| *key == plain))
        };
        if !self.is_pem {
            return is_next_key(octets);
        }
        let before = pem::decode(self.octets.expose(), &self.limits)?.blocks;
        let after = pem::decode(octets, &self.limits)?.blocks;
        if before.len() != after.len() {
            return Ok(false);
        }
        for (before, after) in before.iter().zip(&after) {
            let is_same = match is_key(before) {
                true => after.label == pkcs8::ENCRYPTED_LABEL && is_next_key(after.contents.expose())?,
                false => before.label == after.label && before.contents == after.contents,
            };
            if !is_same {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn is_key(block: &Block) -> bool {
    [pkcs8::LABEL, pkcs8::ENCRYPTED_LABEL, pkcs1::LABEL, sec1::LABEL].contains(&block.label.as_str())
}

fn traditional(label: &str) -> &'static str {
    match label {
        pkcs1::LABEL => "PKCS#1",
        sec1::LABEL => "SEC 1",
        _ => "traditional PEM",
    }
}
