//! Opens an input of any format and gives the keys, certificates and requests in it, for callers that go on themselves.

use crate::crypto::{PrivateKey, PublicKey};
use crate::files::Input;
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::x509::Certificate;
use crate::limits::Limits;
use crate::secret::{NoPasswords, PasswordProvider};

use super::Error;
use super::load::{Material, Opener, may_hold_key};

/// The one private key in `input`.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// use certwright::files::Input;
/// use certwright::limits::Limits;
/// use certwright::operations::{GenerateKey, KeyEncoding, KeyForm, generate_key, open_private_key};
/// use certwright::secret::NoPasswords;
///
/// let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// let made = generate_key(&GenerateKey { algorithm: KeyAlgorithm::P256, encoding }, &mut SystemRandom::new())?;
/// let input = Input::new("server.key", made.encoded);
/// let key = open_private_key(&input, &NoPasswords, &Limits::default())?;
/// assert_eq!(key.public_key(), made.key.public_key());
/// # Ok::<(), certwright::operations::Error>(())
/// ```
///
/// # Errors
/// [`Error::NotWhatIsNeeded`] when there is none or more than one; else as the input does not open.
pub fn open_private_key(input: &Input, passwords: &dyn PasswordProvider, limits: &Limits) -> Result<PrivateKey, Error> {
    Opener { passwords, limits }.private_key(input)
}

/// The one public key that stands by itself in `input`: neither a private key nor a certificate is taken for it.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
/// use certwright::files::Input;
/// use certwright::formats::spki;
/// use certwright::limits::Limits;
/// use certwright::operations::open_public_key;
///
/// let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut SystemRandom::new())?.public_key();
/// let input = Input::new("server.pub", spki::encode(&key)?.into());
/// assert_eq!(open_public_key(&input, &Limits::default())?, key);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::NotWhatIsNeeded`] when there is none or more than one; [`Error::CannotRead`] for a kind of key that is not
/// used here; else as the input does not open.
pub fn open_public_key(input: &Input, limits: &Limits) -> Result<PublicKey, Error> {
    Opener { passwords: &NoPasswords, limits }.public_key(input)
}

/// All certificates in `input`, in the order of the file; at least one.
///
/// # Errors
/// [`Error::NotWhatIsNeeded`] when there is none; else as the input does not open.
pub fn open_certificates(
    input: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
) -> Result<Vec<Certificate>, Error> {
    Opener { passwords, limits }.certificates(input)
}

/// The one certificate request in `input`; its signature is not verified here.
///
/// # Errors
/// [`Error::NotWhatIsNeeded`] when there is none or more than one; else as the input does not open.
pub fn open_request(
    input: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
) -> Result<CertificationRequest, Error> {
    Opener { passwords, limits }.request(input)
}

/// The private keys in a file, as far as they can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysHeld {
    /// It holds these, and nothing that is locked; none where the list is empty.
    Open(Vec<PublicKey>),
    /// It holds, or may hold, keys that the passwords at hand do not open.
    Locked,
}

/// Tells which private keys would be lost if `input` were gone.
#[must_use]
pub fn keys_held(input: &Input, passwords: &dyn PasswordProvider, limits: &Limits) -> KeysHeld {
    let octets = input.bytes();
    match (Opener { passwords, limits }).load(input) {
        Ok(loaded) => {
            let keys = loaded.items.into_iter().filter_map(|item| match item.material {
                Material::PrivateKey { key, .. } => Some(key.public_key()),
                _ => None,
            });
            KeysHeld::Open(keys.collect())
        }
        Err(_) if may_hold_key(octets) => KeysHeld::Locked,
        Err(_) => KeysHeld::Open(Vec::new()),
    }
}
