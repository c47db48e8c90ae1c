//! pbeWithSHAAnd3-KeyTripleDES-CBC, RFC 7292 appendix C.

use der::asn1::OctetString;
use der::{Decode, Encode};
use pkcs12::pbe_params::Pkcs12PbeParams;
use rand_core::CryptoRng;

use super::FORMAT;
use super::scheme::padding_mismatch;
use crate::crypto::DigestAlgorithm;
use crate::crypto::cipher::Cipher;
use crate::crypto::kdf::{self, Purpose};
use crate::formats::Error;
use crate::formats::der::malformed;
use crate::secret::{Password, SecretBytes};

const CIPHER: Cipher = Cipher::DesEde3;

/// `pkcs-12PbeParams`: salt and iterations.
#[derive(Clone, Debug)]
pub(super) struct Parameters {
    salt: Vec<u8>,
    pub(super) iterations: u32,
}

impl Parameters {
    pub(super) fn new(iterations: u32, rng: &mut dyn CryptoRng) -> Self {
        let mut salt = vec![0; 16];
        rng.fill_bytes(&mut salt);
        Self { salt, iterations }
    }

    pub(super) fn parse(der: &[u8]) -> Result<Self, Error> {
        let parameters = Pkcs12PbeParams::from_der(der).map_err(|fault| malformed(FORMAT, &fault))?;
        let iterations = u32::try_from(parameters.iterations).ok().filter(|count| *count > 0);
        let iterations = iterations.ok_or_else(|| Error::malformed(FORMAT, "the iteration count is not positive"))?;
        Ok(Self { salt: parameters.salt.into_bytes().into_vec(), iterations })
    }

    pub(super) fn to_der(&self) -> Result<Vec<u8>, Error> {
        let iterations = i32::try_from(self.iterations).map_err(|_| Error::malformed(FORMAT, "too many iterations"))?;
        let salt = OctetString::new(self.salt.clone()).map_err(|fault| malformed(FORMAT, &fault))?;
        Pkcs12PbeParams { salt, iterations }.to_der().map_err(|fault| malformed(FORMAT, &fault))
    }

    pub(super) fn encrypt(&self, password: &Password, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let (key, iv) = self.derive(password);
        CIPHER.encrypt(&key, iv.expose(), plaintext).ok_or_else(padding_mismatch)
    }

    pub(super) fn decrypt(&self, password: &Password, ciphertext: &[u8]) -> Result<SecretBytes, Error> {
        let (key, iv) = self.derive(password);
        CIPHER.decrypt(&key, iv.expose(), ciphertext).ok_or_else(padding_mismatch)
    }

    /// Key and initialisation vector, both from the password.
    fn derive(&self, password: &Password) -> (SecretBytes, SecretBytes) {
        let derive = |purpose, length| {
            kdf::pkcs12(DigestAlgorithm::Sha1, password, &self.salt, purpose, self.iterations, length)
        };
        (derive(Purpose::Encryption, CIPHER.key_length()), derive(Purpose::InitialisationVector, CIPHER.block_length()))
    }
}
