//! The key that signs tokens, out of any source, with its certificate.

use crate::crypto::{CryptoRng, PrivateKey};
use crate::files::Input;
use crate::formats::x509::Certificate;
use crate::limits::Limits;
use crate::operations::contents::{Contents, Thing};
use crate::operations::load::Opener;
use crate::operations::verify::leaf_of;
use crate::operations::{Error, prove};
use crate::secret::PasswordProvider;

/// A key that signs tokens.
#[derive(Debug)]
pub struct Signer {
    /// The key.
    pub key: PrivateKey,
    /// Its certificate, where there is one: proved to be the key's.
    pub certificate: Option<Certificate>,
}

/// Opens the private key in `key`: PEM, DER, JWK, PKCS#12, JKS, encrypted or not. `alias` chooses among several. Its
/// certificate comes from `certificate`, else from beside the key in the same file.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// use certwright::files::Input;
/// use certwright::limits::Limits;
/// use certwright::operations::{GenerateKey, KeyEncoding, KeyForm, generate_key, open_signer};
/// use certwright::secret::NoPasswords;
///
/// let mut rng = SystemRandom::new();
/// let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// let made = generate_key(&GenerateKey { algorithm: KeyAlgorithm::P256, encoding }, &mut rng)?;
/// let input = Input::new("server.key", made.encoded);
/// let signer = open_signer(&input, None, None, &NoPasswords, &Limits::default(), &mut rng)?;
/// assert!(signer.key.public_key() == made.key.public_key() && signer.certificate.is_none());
/// # Ok::<(), certwright::operations::Error>(())
/// ```
///
/// # Errors
/// [`Error::AliasNeeded`] where several keys could be meant; [`Error::NotWhatIsNeeded`] where there is none;
/// [`Error::Mismatch`] where the certificate is another key's; [`Error::BrokenKey`]; else as the inputs do not open.
pub fn open_signer(
    key: &Input,
    alias: Option<&str>,
    certificate: Option<&Input>,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Signer, Error> {
    let opener = Opener { passwords, limits };
    let contents = Contents::of(opener, key, alias, rng)?;
    if contents.entries.iter().filter(|found| found.thing.is_key()).count() > 1 {
        return Err(contents.several(Thing::is_key));
    }
    let found = contents.summary();
    let mut things = contents.entries.into_iter().map(|found| found.thing);
    let (private, own) = things
        .find_map(|thing| match thing {
            Thing::Key { key, chain } => Some((key, chain.into_iter().next())),
            _ => None,
        })
        .ok_or_else(|| Error::NotWhatIsNeeded { input: key.name().to_owned(), found, wanted: "one private key" })?;
    if let Some(weakness) = prove::broken(&private) {
        return Err(Error::BrokenKey { input: key.name().to_owned(), weakness });
    }
    let certificate = match certificate {
        Some(input) => {
            let certificates = opener.certificates(input)?;
            Some(leaf_of(&private, key.name(), &certificates, input.name(), rng)?.clone())
        }
        None => own,
    };
    Ok(Signer { key: private, certificate })
}
