//! The schemes that fix their cipher: PBES1, RFC 8018 appendix A.3, and those of RFC 7292 appendix C.

use der::asn1::{ObjectIdentifier, OctetString};
use der::{Encode, Tag};
use pkcs12::pbe_params::Pkcs12PbeParams;
use rand_core::CryptoRng;

use super::scheme::{AnyCipher, feasible, padding_mismatch, salt_of};
use super::{Description, FORMAT, SALT_LENGTH};
use crate::crypto::cipher::{Cipher, ReadOnlyCipher};
use crate::crypto::kdf::{self, Hash, Purpose};
use crate::formats::der::{Element, malformed};
use crate::formats::{Error, oid};
use crate::secret::{Password, SecretBytes};

/// One scheme: how its key comes about, and what it is for.
#[derive(Clone, Copy, Debug)]
struct Variant {
    oid: ObjectIdentifier,
    derivation: Derivation,
    cipher: AnyCipher,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Derivation {
    /// PBKDF1 gives key and initialisation vector at once, RFC 8018 section 6.1.
    Pbkdf1(Hash),
    /// RFC 7292 appendix B, with SHA-1.
    Pkcs12,
}

const TRIPLE_DES: Variant =
    Variant { oid: oid::PBE_SHA1_3DES, derivation: Derivation::Pkcs12, cipher: AnyCipher::Writable(Cipher::DesEde3) };

const fn read_only(oid: ObjectIdentifier, derivation: Derivation, cipher: ReadOnlyCipher) -> Variant {
    Variant { oid, derivation, cipher: AnyCipher::ReadOnly(cipher) }
}

const VARIANTS: [Variant; 10] = [
    TRIPLE_DES,
    read_only(oid::PBE_SHA1_RC4_128, Derivation::Pkcs12, ReadOnlyCipher::Rc4 { key_length: 16 }),
    read_only(oid::PBE_SHA1_RC4_40, Derivation::Pkcs12, ReadOnlyCipher::Rc4 { key_length: 5 }),
    read_only(oid::PBE_SHA1_2DES, Derivation::Pkcs12, ReadOnlyCipher::DesEde2),
    read_only(oid::PBE_SHA1_RC2_128, Derivation::Pkcs12, ReadOnlyCipher::rc2(128)),
    read_only(oid::PBE_SHA1_RC2_40, Derivation::Pkcs12, ReadOnlyCipher::rc2(40)),
    read_only(oid::PBE_MD5_DES, Derivation::Pbkdf1(Hash::Md5), ReadOnlyCipher::Des),
    read_only(oid::PBE_MD5_RC2, Derivation::Pbkdf1(Hash::Md5), ReadOnlyCipher::rc2(64)),
    read_only(oid::PBE_SHA1_DES, Derivation::Pbkdf1(Hash::Sha1), ReadOnlyCipher::Des),
    read_only(oid::PBE_SHA1_RC2, Derivation::Pbkdf1(Hash::Sha1), ReadOnlyCipher::rc2(64)),
];

/// Salt and iterations of one scheme: `PBEParameter` and `pkcs-12PbeParams` are the same.
#[derive(Clone, Debug)]
pub(super) struct Parameters {
    variant: Variant,
    salt: Vec<u8>,
    iterations: u64,
}

impl Parameters {
    /// pbeWithSHAAnd3-KeyTripleDES-CBC, the one scheme of these that is written.
    pub(super) fn triple_des(iterations: u64, rng: &mut dyn CryptoRng) -> Self {
        let mut salt = vec![0; SALT_LENGTH];
        rng.fill_bytes(&mut salt);
        Self { variant: TRIPLE_DES, salt, iterations }
    }

    /// `None` for a scheme that is not read here.
    pub(super) fn parse(scheme: ObjectIdentifier, parameters: &Element<'_>) -> Result<Option<Self>, Error> {
        let Some(variant) = VARIANTS.into_iter().find(|variant| variant.oid == scheme) else { return Ok(None) };
        let parts = parameters.children(FORMAT, Tag::Sequence)?;
        let [salt, iterations] = parts.as_slice() else {
            return Err(Error::malformed(FORMAT, "the parameters are not salt and iterations"));
        };
        Ok(Some(Self { variant, salt: salt_of(salt)?, iterations: iterations.positive(FORMAT)? }))
    }

    pub(super) fn oid(&self) -> ObjectIdentifier {
        self.variant.oid
    }

    pub(super) fn iterations(&self) -> u64 {
        self.iterations
    }

    pub(super) fn is_read_only(&self) -> bool {
        matches!(self.variant.cipher, AnyCipher::ReadOnly(_))
    }

    pub(super) fn describe(&self) -> Description {
        let (scheme, kdf, prf) = match self.variant.derivation {
            Derivation::Pbkdf1(hash) => ("PBES1", "PBKDF1", hash.name()),
            Derivation::Pkcs12 => ("PKCS#12 PBE", "PKCS#12 KDF", Hash::Sha1.name()),
        };
        Description {
            scheme: scheme.to_owned(),
            cipher: Some(self.variant.cipher.name()),
            kdf: Some(kdf.to_owned()),
            prf: Some(prf.to_owned()),
            iterations: Some(self.iterations),
            salt_length: Some(self.salt.len()),
            weak: true,
            ..Description::default()
        }
    }

    pub(super) fn to_der(&self) -> Result<Vec<u8>, Error> {
        let iterations = i32::try_from(self.iterations).map_err(|_| Error::malformed(FORMAT, "too many iterations"))?;
        let salt = OctetString::new(self.salt.clone()).map_err(|fault| malformed(FORMAT, &fault))?;
        Pkcs12PbeParams { salt, iterations }.to_der().map_err(|fault| malformed(FORMAT, &fault))
    }

    pub(super) fn encrypt(&self, password: &Password, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let cipher = self.variant.cipher.writable()?;
        let (key, iv) = self.derive(password, &password.expose_bmp(), feasible(self.iterations)?);
        cipher.encrypt(&key, iv.expose(), plaintext).ok_or_else(padding_mismatch)
    }

    pub(super) fn decrypt(&self, password: &Password, ciphertext: &[u8]) -> Result<SecretBytes, Error> {
        let iterations = feasible(self.iterations)?;
        let open = |octets: &SecretBytes| {
            let (key, iv) = self.derive(password, octets, iterations);
            self.variant.cipher.decrypt(&key, iv.expose(), ciphertext)
        };
        let opened = open(&password.expose_bmp());
        // Some writers take the empty password for no octets at all, and others for an empty BMPString. Whatever is
        // encrypted here is a DER SEQUENCE, which also tells them apart where a cipher has no padding.
        let opened = match opened {
            Some(plaintext) if plaintext.expose().first() == Some(&0x30) => Some(plaintext),
            other if password.is_empty() && self.variant.derivation == Derivation::Pkcs12 => {
                open(&SecretBytes::zeroed(0)).or(other)
            }
            other => other,
        };
        opened.ok_or_else(padding_mismatch)
    }

    /// Key and initialisation vector, both from the password.
    fn derive(&self, password: &Password, pkcs12_octets: &SecretBytes, iterations: u32) -> (SecretBytes, SecretBytes) {
        let (key_length, iv_length) = (self.variant.cipher.key_length(), self.variant.cipher.iv_length());
        match self.variant.derivation {
            Derivation::Pbkdf1(hash) => {
                let derived = kdf::pbkdf1(hash, password, &self.salt, iterations, key_length + iv_length);
                let (key, iv) = derived.expose().split_at(key_length.min(derived.expose().len()));
                (SecretBytes::concat(&[key]), SecretBytes::concat(&[iv]))
            }
            Derivation::Pkcs12 => {
                let derive =
                    |purpose, length| kdf::pkcs12(Hash::Sha1, pkcs12_octets, &self.salt, purpose, iterations, length);
                let iv = if iv_length == 0 {
                    SecretBytes::zeroed(0)
                } else {
                    derive(Purpose::InitialisationVector, iv_length)
                };
                (derive(Purpose::Encryption, key_length), iv)
            }
        }
    }
}
