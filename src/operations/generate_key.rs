//! A new private key, encoded as it will be written.

use crate::crypto::{CryptoRng, KeyAlgorithm, PrivateKey};
use crate::secret::SecretBytes;

use super::{Error, KeyEncoding};

/// What key to make and how to write it.
#[derive(Clone, Debug)]
pub struct GenerateKey {
    /// What kind of key.
    pub algorithm: KeyAlgorithm,
    /// How it is written.
    pub encoding: KeyEncoding,
}

/// A key that was made.
#[derive(Debug)]
pub struct GeneratedKey {
    /// The key itself.
    pub key: PrivateKey,
    /// The key in the encoding that was asked for.
    pub encoded: SecretBytes,
}

/// Makes a key.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// use certwright::operations::{GenerateKey, KeyEncoding, KeyForm, generate_key};
///
/// let options = GenerateKey {
///     algorithm: KeyAlgorithm::P256,
///     encoding: KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false },
/// };
/// let made = generate_key(&options, &mut SystemRandom::new())?;
/// assert!(made.encoded.expose().starts_with(b"-----BEGIN PRIVATE KEY-----"));
/// # Ok::<(), certwright::operations::Error>(())
/// ```
///
/// # Errors
/// [`Error::CannotMakeKey`] for an RSA length that is not made here; [`Error::CannotMake`] when the encoding does not
/// know the key's kind, as PKCS#1 does not know EC.
pub fn generate_key(options: &GenerateKey, rng: &mut dyn CryptoRng) -> Result<GeneratedKey, Error> {
    let key = PrivateKey::generate(options.algorithm, rng).map_err(|source| Error::CannotMakeKey { source })?;
    let encoded =
        options.encoding.encode(&key, rng).map_err(|source| Error::CannotMake { what: "the key's file", source })?;
    Ok(GeneratedKey { key, encoded })
}
