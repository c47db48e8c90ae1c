//! A certificate signing request for a key.

use crate::crypto::{CryptoRng, DigestAlgorithm};
use crate::files::Input;
use crate::formats::pem;
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::x509::{DistinguishedName, WantedExtension};
use crate::limits::Limits;
use crate::secret::PasswordProvider;

use super::load::Opener;
use super::{Error, prove};

/// What the request asks for.
#[derive(Clone, Debug)]
pub struct CreateCsr {
    /// Whom the certificate is to name; an empty name leaves that to the CA.
    pub subject: DistinguishedName,
    /// The extensions that the certificate is to have, further names among them.
    pub extensions: Vec<WantedExtension>,
    /// The digest that is signed; none for the one that fits the key. Ed25519 has its own.
    pub digest: Option<DigestAlgorithm>,
}

/// Makes a request with the key in the input `key`.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// use certwright::files::Input;
/// use certwright::formats::x509::{DistinguishedName, WantedExtension};
/// use certwright::limits::Limits;
/// use certwright::operations::{CreateCsr, GenerateKey, KeyEncoding, KeyForm, create_csr, generate_key};
/// use certwright::secret::NoPasswords;
///
/// let mut rng = SystemRandom::new();
/// let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// let made = generate_key(&GenerateKey { algorithm: KeyAlgorithm::P256, encoding }, &mut rng)?;
/// let options = CreateCsr {
///     subject: DistinguishedName::parse("CN=example.com")?,
///     extensions: WantedExtension::names(vec!["dns:example.com".parse()?]),
///     digest: None,
/// };
/// let key = Input::new("server.key", made.encoded);
/// let request = create_csr(&options, &key, &NoPasswords, &Limits::default(), &mut rng)?;
/// assert_eq!(request.subject(), options.subject);
/// request.verify()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::BrokenKey`]; when the input does not hold one private key, does not open, or the request cannot be made.
pub fn create_csr(
    options: &CreateCsr,
    key: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<CertificationRequest, Error> {
    let input = key.name();
    let key = Opener { passwords, limits }.private_key(key)?;
    if let Some(weakness) = prove::broken(&key) {
        return Err(Error::BrokenKey { input: input.to_owned(), weakness });
    }
    CertificationRequest::build(&options.subject, &options.extensions, options.digest, &key, rng)
        .map_err(|source| Error::CannotMake { what: "the certificate request", source })
}

/// The request as a PEM file.
///
/// # Errors
/// Never in practice: the label is fixed.
pub fn request_pem(request: &CertificationRequest) -> Result<Vec<u8>, Error> {
    pem::encode(CertificationRequest::LABEL, request.der())
        .map(|text| text.expose().to_vec())
        .map_err(|source| Error::CannotMake { what: "the certificate request", source })
}
