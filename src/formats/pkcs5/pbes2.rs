//! PBES2, RFC 8018 section 6.2, over a library's key derivations and ciphers.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Encode, Tag};
use pkcs5::pbes2::{
    AES_128_CBC_OID, AES_128_GCM_OID, AES_192_CBC_OID, AES_256_CBC_OID, AES_256_GCM_OID, DES_EDE3_CBC_OID,
    Kdf as LibraryKdf, PBKDF2_OID, Parameters as LibraryParameters, SCRYPT_OID,
};
use pkcs5::scrypt::Params as ScryptParams;
use rand_core::CryptoRng;

use super::scheme::padding_mismatch;
use super::{FORMAT, Kdf};
use crate::formats::Error;
use crate::formats::der::{Element, malformed};
use crate::formats::oid;
use crate::limits::{Budget, Exceeded};
use crate::secret::{Password, SecretBytes};

/// The derivations and ciphers that are read.
const READ: [ObjectIdentifier; 8] = [
    PBKDF2_OID,
    SCRYPT_OID,
    AES_128_CBC_OID,
    AES_192_CBC_OID,
    AES_256_CBC_OID,
    AES_128_GCM_OID,
    AES_256_GCM_OID,
    DES_EDE3_CBC_OID,
];

/// `PBES2-params`: key derivation with its salt, and cipher with its initialisation vector.
#[derive(Clone, Debug)]
pub(super) struct Parameters(LibraryParameters);

impl Parameters {
    pub(super) fn new(kdf: Kdf, rng: &mut dyn CryptoRng) -> Result<Self, Error> {
        let mut salt = [0; 16];
        let mut iv = [0; 16];
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut iv);
        let parameters = match kdf {
            Kdf::Pbkdf2 { iterations } => LibraryParameters::generate_pbkdf2_sha256_aes256cbc(iterations, &salt, iv),
            Kdf::Scrypt => ScryptParams::new(14, 8, 1)
                .map_err(|_| pkcs5::Error::EncryptFailed)
                .and_then(|cost| LibraryParameters::generate_scrypt_aes256cbc(cost, &salt, iv)),
        };
        parameters
            .map(Self)
            .map_err(|fault| Error::malformed(FORMAT, format!("the parameters cannot be used ({fault})")))
    }

    /// AES-256-CBC with PBKDF2-HMAC-SHA-256 at the same cost, or scrypt, and a fresh salt.
    pub(super) fn renewed(&self, rng: &mut dyn CryptoRng) -> Result<Self, Error> {
        match &self.0.kdf {
            LibraryKdf::Scrypt(_) => Self::new(Kdf::Scrypt, rng),
            kdf => {
                let iterations = kdf.pbkdf2().map_or(600_000, |parameters| parameters.iteration_count);
                Self::new(Kdf::Pbkdf2 { iterations }, rng)
            }
        }
    }

    pub(super) fn parse(der: &[u8]) -> Result<Self, Error> {
        // The library cannot tell what it does not know from what is malformed, so its parts are looked at first.
        for part in Element::only(FORMAT, der)?.children(FORMAT, Tag::Sequence)? {
            let algorithm = part.children(FORMAT, Tag::Sequence)?.first().map(|it| it.oid(FORMAT)).transpose()?;
            if let Some(other) = algorithm.filter(|it| !READ.contains(it)) {
                return Err(Error::unsupported(FORMAT, format!("PBES2 with {}", oid::name(other))));
            }
        }
        let parameters = AnyRef::from_der(der).and_then(LibraryParameters::try_from);
        parameters.map(Self).map_err(|fault| match fault.kind() {
            der::ErrorKind::OidUnknown { oid } => Error::unsupported(FORMAT, format!("PBES2 with {oid}")),
            _ => malformed(FORMAT, &fault),
        })
    }

    pub(super) fn to_der(&self) -> Result<Vec<u8>, Error> {
        self.0.to_der().map_err(|fault| malformed(FORMAT, &fault))
    }

    pub(super) fn charge(&self, budget: &mut Budget) -> Result<(), Exceeded> {
        match &self.0.kdf {
            LibraryKdf::Scrypt(cost) => {
                budget.charge_scrypt(cost.cost_parameter, u64::from(cost.block_size), u64::from(cost.parallelization))
            }
            kdf => {
                let iterations = kdf.pbkdf2().map_or(u64::MAX, |parameters| u64::from(parameters.iteration_count));
                budget.charge_iterations(iterations)
            }
        }
    }

    pub(super) fn encrypt(&self, password: &Password, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        self.0
            .encrypt(password.expose(), plaintext)
            .map_err(|fault| Error::malformed(FORMAT, format!("the content cannot be encrypted ({fault})")))
    }

    pub(super) fn decrypt(&self, password: &Password, ciphertext: &[u8]) -> Result<SecretBytes, Error> {
        let mut buffer = SecretBytes::from(ciphertext.to_vec());
        let plaintext =
            self.0.decrypt_in_place(password.expose(), buffer.expose_mut()).map_err(|fault| match fault {
                pkcs5::Error::DecryptFailed => padding_mismatch(),
                fault => Error::malformed(FORMAT, format!("the content cannot be decrypted ({fault})")),
            })?;
        Ok(SecretBytes::concat(&[plaintext]))
    }
}
