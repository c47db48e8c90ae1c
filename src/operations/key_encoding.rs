//! How a private key is written: which encoding, and under which password.

use crate::crypto::{CryptoRng, PrivateKey};
use crate::formats::pkcs5::{Encryption, Kdf};
use crate::formats::{Error, Reason, pem, pkcs1, pkcs8, sec1};
use crate::secret::{Password, SecretBytes};

/// An encoding of a private key; impossible combinations cannot be stated.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum KeyEncoding {
    /// PKCS#8 `EncryptedPrivateKeyInfo`: PBES2 with AES-256-CBC.
    Encrypted {
        /// How the key is derived from the password.
        kdf: Kdf,
        /// The password.
        password: Password,
        /// DER instead of PEM.
        der: bool,
    },
    /// Traditional PEM with `Proc-Type: 4,ENCRYPTED`, for old readers only: one MD5 stands before a guess.
    LegacyPem {
        /// The password.
        password: Password,
    },
    /// Not encrypted.
    Plain {
        /// Which standard's structure.
        form: KeyForm,
        /// DER instead of PEM.
        der: bool,
    },
}

/// The structure of an unencrypted private key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyForm {
    /// `RSAPrivateKey`, RFC 8017.
    Pkcs1,
    /// `PrivateKeyInfo`, RFC 5958.
    #[default]
    Pkcs8,
    /// `ECPrivateKey`, RFC 5915.
    Sec1,
}

impl KeyEncoding {
    /// `key` in this encoding.
    ///
    /// # Errors
    /// When the form does not know keys of this kind, as PKCS#1 does not know EC.
    pub fn encode(&self, key: &PrivateKey, rng: &mut dyn CryptoRng) -> Result<SecretBytes, Error> {
        match self {
            Self::Encrypted { kdf, password, der } => {
                let encrypted = pkcs8::encrypt(key, Encryption::Pbes2(*kdf), password, rng)?;
                if *der { Ok(SecretBytes::from(encrypted)) } else { pem::encode(pkcs8::ENCRYPTED_LABEL, &encrypted) }
            }
            Self::LegacyPem { password } => {
                let label = pkcs8::traditional_label(key.algorithm()).ok_or_else(|| {
                    let why = format!("traditional PEM knows RSA and EC keys only, and this is {}", key.algorithm());
                    Error::new("PEM", Reason::CannotHold(why))
                })?;
                let der = if label == pkcs1::LABEL { pkcs1::encode(key)? } else { sec1::encode(key)? };
                pem::encrypted::encrypt(label, &der, password, rng)
            }
            Self::Plain { form, der } => {
                let (label, encoded) = match form {
                    KeyForm::Pkcs1 => (pkcs1::LABEL, pkcs1::encode(key)?),
                    KeyForm::Pkcs8 => (pkcs8::LABEL, pkcs8::encode(key)?),
                    KeyForm::Sec1 => (sec1::LABEL, sec1::encode(key)?),
                };
                if *der { Ok(encoded) } else { pem::encode(label, encoded.expose()) }
            }
        }
    }
}
