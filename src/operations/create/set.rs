//! The files of one set, over a key and certificates that are there: for a new set, and for the next one of a rotation.

use crate::clock::Timestamp;
use crate::crypto::{CryptoRng, PrivateKey};
use crate::formats::pkcs5::Kdf;
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::pkcs12::Profile;
use crate::formats::x509::{Certificate, DistinguishedName, SubjectAltName, WantedExtension};
use crate::operations::create_csr::request_pem;
use crate::operations::pack_keystore::pack;
use crate::operations::self_sign::certificate_pem;
use crate::operations::{Error, KeyEncoding, KeyForm, Notice, PackKeystore, StoreFormat};
use crate::secret::{Password, SecretBytes};

use super::{Part, Protection};

/// How each file is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::operations) struct FileForms {
    /// The structure of a key that is not encrypted.
    pub(in crate::operations) key: KeyForm,
    pub(in crate::operations) key_is_der: bool,
    pub(in crate::operations) request_is_der: bool,
    pub(in crate::operations) certificate_is_der: bool,
    /// Whether the issuers stand behind the certificate in its own file.
    pub(in crate::operations) has_issuers: bool,
    pub(in crate::operations) profile: Profile,
}

/// What all files of a set are made of.
#[derive(Clone, Copy, Debug)]
pub(in crate::operations) struct SetContent<'a> {
    pub(in crate::operations) key: &'a PrivateKey,
    /// The key's certificate, then its issuers as far as they are there.
    pub(in crate::operations) chain: &'a [Certificate],
    /// What the request asks for.
    pub(in crate::operations) subject: &'a DistinguishedName,
    pub(in crate::operations) subject_alt_names: &'a [SubjectAltName],
    pub(in crate::operations) alias: &'a str,
    pub(in crate::operations) protection: &'a Protection,
    /// How often each derivation iterates, if it is not to be chosen by the password.
    pub(in crate::operations) iterations: Option<u32>,
    pub(in crate::operations) forms: FileForms,
    pub(in crate::operations) now: Timestamp,
}

impl SetContent<'_> {
    /// One file, and the entry's alias as it has it.
    pub(in crate::operations) fn make(
        self,
        part: Part,
        notices: &mut Vec<Notice>,
        rng: &mut dyn CryptoRng,
    ) -> Result<(SecretBytes, Option<String>), Error> {
        let format = match part {
            Part::Key => {
                let encoded = self.key_encoding().encode(self.key, rng);
                let encoded = encoded.map_err(|source| Error::CannotMake { what: "the key's file", source })?;
                return Ok((encoded, None));
            }
            Part::Request => return Ok((self.request(rng)?, None)),
            Part::Certificate => return Ok((self.certificate()?, None)),
            Part::Pkcs12 => StoreFormat::Pkcs12 { profile: self.forms.profile, iterations: self.iterations },
            Part::Jks => StoreFormat::Jks { entry_password: None, created: self.now },
        };
        let password = self.protection.password().cloned().ok_or(Error::NotWhatIsNeeded {
            input: "the options".to_owned(),
            found: "no password".to_owned(),
            wanted: "the keystores' password",
        })?;
        let store = PackKeystore { format, alias: self.alias.to_owned(), password };
        let mut packed = pack(&store, self.key, self.chain.to_vec(), rng)?;
        notices.append(&mut packed.notices);
        Ok((SecretBytes::from(packed.octets), Some(packed.alias)))
    }

    fn request(self, rng: &mut dyn CryptoRng) -> Result<SecretBytes, Error> {
        let wanted = WantedExtension::names(self.subject_alt_names.to_vec());
        let request = CertificationRequest::build(self.subject, &wanted, None, self.key, rng)
            .map_err(|source| Error::CannotMake { what: "the certificate request", source })?;
        Ok(if self.forms.request_is_der {
            SecretBytes::from(request.der().to_vec())
        } else {
            SecretBytes::from(request_pem(&request)?)
        })
    }

    fn certificate(self) -> Result<SecretBytes, Error> {
        let shown = if self.forms.has_issuers { self.chain } else { self.chain.get(..1).unwrap_or_default() };
        let mut octets = Vec::new();
        for certificate in shown {
            if self.forms.certificate_is_der {
                return Ok(SecretBytes::from(certificate.der().to_vec()));
            }
            octets.extend(certificate_pem(certificate)?);
        }
        Ok(SecretBytes::from(octets))
    }

    fn key_encoding(self) -> KeyEncoding {
        let der = self.forms.key_is_der;
        match self.protection {
            Protection::KeystoresAndKey(password) => {
                let kdf = self.iterations.map_or(Kdf::STRONG, |iterations| Kdf::Pbkdf2 { iterations });
                KeyEncoding::Encrypted { kdf, password: password.clone(), der }
            }
            _ => KeyEncoding::Plain { form: self.forms.key, der },
        }
    }
}

impl Protection {
    /// The password, where there is one.
    pub(in crate::operations) fn password(&self) -> Option<&Password> {
        match self {
            Self::None => None,
            Self::Keystores(password) | Self::KeystoresAndKey(password) => Some(password),
        }
    }
}
