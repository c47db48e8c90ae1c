//! PBES2, RFC 8018 section 6.2: a key derivation and a cipher, each with its parameters.

mod derivation;

use der::asn1::ObjectIdentifier;
use der::{Encode, Tag};
use rand_core::CryptoRng;

use derivation::Function;
pub(crate) use derivation::{Derivation, PseudoRandom};

use super::scheme::{AnyCipher, padding_mismatch};
use super::{Description, FORMAT, Kdf, SALT_LENGTH};
use crate::crypto::cipher::{Cipher, ReadOnlyCipher};
use crate::crypto::kdf::Hash;
use crate::formats::der::{Element, malformed, wrap};
use crate::formats::{Error, oid};
use crate::limits::{Budget, Exceeded};
use crate::secret::{Password, SecretBytes};

/// `PBES2-params`: key derivation with its salt, and cipher with its initialisation vector.
#[derive(Clone, Debug)]
pub(super) struct Parameters {
    derivation: Derivation,
    encryption: Encryption,
}

#[derive(Clone, Debug)]
enum Encryption {
    Read { cipher: AnyCipher, iv: Vec<u8> },
    Unread(ObjectIdentifier),
}

impl Parameters {
    pub(super) fn new(kdf: Kdf, rng: &mut dyn CryptoRng) -> Self {
        let mut salt = vec![0; SALT_LENGTH];
        let mut iv = vec![0; 16];
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut iv);
        let function = match kdf {
            Kdf::Pbkdf2 { iterations } => {
                Function::Pbkdf2 { prf: PseudoRandom::Hmac(Hash::Sha256), iterations: u64::from(iterations) }
            }
            Kdf::Scrypt => Function::SCRYPT,
        };
        let cipher = AnyCipher::Writable(Cipher::Aes256);
        let derivation = Derivation { function, salt, key_length: None };
        Self { derivation, encryption: Encryption::Read { cipher, iv } }
    }

    /// AES-256-CBC with PBKDF2-HMAC-SHA-256 at the same cost, or scrypt, and a fresh salt.
    pub(super) fn renewed(&self, rng: &mut dyn CryptoRng) -> Self {
        match &self.derivation.function {
            Function::Pbkdf2 { iterations, .. } => {
                Self::new(Kdf::Pbkdf2 { iterations: u32::try_from(*iterations).unwrap_or(u32::MAX) }, rng)
            }
            Function::Scrypt { .. } => Self::new(Kdf::Scrypt, rng),
            Function::Unread(_) => Self::new(Kdf::STRONG, rng),
        }
    }

    /// The same under the same key, with a fresh initialisation vector. `None` where [`renewed`](Self::renewed) makes
    /// something stronger of it: of another cipher, of a weaker derivation, and of a salt shorter than our own.
    pub(super) fn continued(&self, rng: &mut dyn CryptoRng) -> Option<Self> {
        let Encryption::Read { cipher: cipher @ AnyCipher::Writable(Cipher::Aes256), .. } = self.encryption else {
            return None;
        };
        if !self.derivation.function.is_written() || self.derivation.salt_length() < SALT_LENGTH {
            return None;
        }
        let mut iv = vec![0; cipher.iv_length()];
        rng.fill_bytes(&mut iv);
        Some(Self { derivation: self.derivation.clone(), encryption: Encryption::Read { cipher, iv } })
    }

    /// How many iterations its key takes, where that is derived by PBKDF2 with HMAC-SHA-256. One digest is long enough for
    /// every cipher here.
    pub(super) fn hmac_sha256_iterations(&self) -> Option<u64> {
        self.derivation.hmac_sha256_iterations()
    }

    pub(super) fn parse(parameters: &Element<'_>) -> Result<Self, Error> {
        let parts = parameters.children(FORMAT, Tag::Sequence)?;
        let [kdf, encryption] = parts.as_slice() else {
            return Err(Error::malformed(FORMAT, "PBES2 has a key derivation and an encryption, and nothing else"));
        };
        let parsed = Self { derivation: Derivation::parse(kdf)?, encryption: Encryption::parse(encryption)? };
        match (&parsed.encryption, parsed.derivation.key_length) {
            (Encryption::Read { cipher, .. }, Some(length)) if length != cipher.key_length() as u64 => {
                // RC2 may have a key of any length, and then the derivation says it.
                parsed.with_key_length(length)
            }
            _ => Ok(parsed),
        }
    }

    fn with_key_length(mut self, length: u64) -> Result<Self, Error> {
        if let Encryption::Read { cipher: AnyCipher::ReadOnly(ReadOnlyCipher::Rc2 { key_length, .. }), .. } =
            &mut self.encryption
            && let Some(octets) = usize::try_from(length).ok().filter(|length| (1..=128).contains(length))
        {
            *key_length = octets;
            return Ok(self);
        }
        Err(Error::malformed(
            FORMAT,
            format!("PBES2 asks for a key of {length} octets, which its cipher does not take"),
        ))
    }

    pub(super) fn to_der(&self) -> Result<Vec<u8>, Error> {
        let Encryption::Read { cipher, iv } = &self.encryption else {
            return Err(Error::malformed(FORMAT, "an encryption that is not read cannot be written"));
        };
        let algorithm = match cipher.writable()? {
            Cipher::Aes128 => oid::AES_128_CBC,
            Cipher::Aes192 => oid::AES_192_CBC,
            Cipher::Aes256 => oid::AES_256_CBC,
            Cipher::DesEde3 => oid::DES_EDE3_CBC,
        };
        let algorithm = algorithm.to_der().map_err(|fault| malformed(FORMAT, &fault))?;
        let encryption = wrap(FORMAT, Tag::Sequence, &[&algorithm, &wrap(FORMAT, Tag::OctetString, &[iv])?])?;
        wrap(FORMAT, Tag::Sequence, &[&self.derivation.to_der()?, &encryption])
    }

    /// What of it is not read.
    pub(super) fn unread(&self) -> Option<String> {
        let of_derivation = self.derivation.unread();
        of_derivation.or(match self.encryption {
            Encryption::Unread(other) => Some(oid::name(other)),
            Encryption::Read { .. } => None,
        })
    }

    pub(super) fn is_read_only(&self) -> bool {
        matches!(self.encryption, Encryption::Read { cipher: AnyCipher::ReadOnly(_), .. })
    }

    pub(super) fn charge(&self, budget: &mut Budget) -> Result<(), Exceeded> {
        self.derivation.charge(budget)
    }

    pub(super) fn describe(&self) -> Description {
        let (cipher, weak) = match &self.encryption {
            Encryption::Read { cipher, .. } => (cipher.name(), cipher.is_weak()),
            Encryption::Unread(other) => (oid::name(*other), false),
        };
        let mut description =
            Description { cipher: Some(cipher), unread: self.unread(), weak, ..Description::default() };
        description.scheme.push_str("PBES2");
        self.derivation.describe(&mut description);
        description
    }

    /// The key. Slow.
    pub(super) fn derive(&self, password: &Password) -> Result<SecretBytes, Error> {
        let (cipher, _) = self.readable()?;
        self.derivation.derive(password, cipher.key_length())
    }

    pub(super) fn encrypt(&self, key: &SecretBytes, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let (cipher, iv) = self.readable()?;
        cipher.writable()?.encrypt(key, iv, plaintext).ok_or_else(padding_mismatch)
    }

    pub(super) fn decrypt(&self, key: &SecretBytes, ciphertext: &[u8]) -> Result<SecretBytes, Error> {
        let (cipher, iv) = self.readable()?;
        cipher.decrypt(key, iv, ciphertext).ok_or_else(padding_mismatch)
    }

    fn readable(&self) -> Result<(AnyCipher, &[u8]), Error> {
        match &self.encryption {
            Encryption::Read { cipher, iv } => Ok((*cipher, iv)),
            Encryption::Unread(other) => Err(Error::unsupported(FORMAT, format!("PBES2 with {}", oid::name(*other)))),
        }
    }
}

impl Encryption {
    fn parse(encryption: &Element<'_>) -> Result<Self, Error> {
        let parts = encryption.children(FORMAT, Tag::Sequence)?;
        let algorithm = parts.first().ok_or_else(|| Error::malformed(FORMAT, "the cipher has no name"))?.oid(FORMAT)?;
        let plain = |cipher| (cipher, parts.get(1));
        let (cipher, iv) = match algorithm {
            oid::AES_128_CBC => plain(AnyCipher::Writable(Cipher::Aes128)),
            oid::AES_192_CBC => plain(AnyCipher::Writable(Cipher::Aes192)),
            oid::AES_256_CBC => plain(AnyCipher::Writable(Cipher::Aes256)),
            oid::DES_EDE3_CBC => plain(AnyCipher::Writable(Cipher::DesEde3)),
            oid::DES_CBC => plain(AnyCipher::ReadOnly(ReadOnlyCipher::Des)),
            oid::RC2_CBC => return rc2(parts.get(1)),
            other => return Ok(Self::Unread(other)),
        };
        Self::read(cipher, iv)
    }

    fn read(cipher: AnyCipher, iv: Option<&Element<'_>>) -> Result<Self, Error> {
        let unfit = || Error::malformed(FORMAT, "the initialisation vector does not fit its cipher");
        let iv = iv.ok_or_else(unfit)?.expect(FORMAT, Tag::OctetString)?;
        if iv.len() == cipher.iv_length() { Ok(Self::Read { cipher, iv: iv.to_vec() }) } else { Err(unfit()) }
    }
}

/// `RC2-CBC-Parameter`, RFC 8018 appendix B.2.3: a version that stands for the effective bits, and the vector.
fn rc2(parameters: Option<&Element<'_>>) -> Result<Encryption, Error> {
    let parts = parameters.ok_or_else(|| Error::malformed(FORMAT, "RC2 has no parameters"))?;
    let parts = parts.children(FORMAT, Tag::Sequence)?;
    let (bits, iv) = match parts.as_slice() {
        [iv] => (Some(32), iv),
        [version, iv] => {
            let bits = match version.unsigned(FORMAT)? {
                Some(160) => Some(40),
                Some(120) => Some(64),
                Some(58) => Some(128),
                Some(bits @ 256..=1024) => usize::try_from(bits).ok(),
                _ => None,
            };
            (bits, iv)
        }
        _ => return Err(Error::malformed(FORMAT, "the parameters of RC2 are not a version and a vector")),
    };
    let bits = bits.ok_or_else(|| Error::unsupported(FORMAT, "RC2 with this number of effective bits"))?;
    let cipher = ReadOnlyCipher::Rc2 { key_length: bits.div_ceil(8), effective_bits: bits };
    Encryption::read(AnyCipher::ReadOnly(cipher), Some(iv))
}
