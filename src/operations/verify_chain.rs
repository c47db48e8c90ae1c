//! Does a certificate lead to one that is trusted? Opens the inputs and checks the path, RFC 5280 section 6.

use crate::clock::Timestamp;
use crate::files::Input;
use crate::formats::detect::{Format, detect};
use crate::formats::x509::Certificate;
use crate::formats::x509::path::{Path, PathOptions, validate};
use crate::formats::{self, Place, pem};
use crate::limits::Limits;
use crate::secret::NoPasswords;

use super::Error;
use super::load::Opener;

/// What a certificate is checked against.
#[derive(Clone, Debug, Default)]
pub struct VerifyChain {
    /// The certificates that are trusted; nothing else is, and the system's own are not looked at.
    pub trusted: Vec<Certificate>,
    /// Certificates that may stand between.
    pub untrusted: Vec<Certificate>,
    /// When all must be valid; `None` leaves the dates unchecked.
    pub at: Option<Timestamp>,
    /// Whether a trusted certificate ends a path also when it is not self-signed.
    pub partial: bool,
    /// Whether the signature of a trusted self-signed certificate is checked too.
    pub checks_root_signature: bool,
}

/// Checks the first certificate in `input`: its path, with signatures, dates, what issuers may issue, and the names they
/// may vouch for. Revocation and policies are not checked.
///
/// ```
/// # use certwright::clock::Timestamp;
/// # use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// # use certwright::files::Input;
/// # use certwright::formats::x509::{Details, DistinguishedName};
/// # use certwright::formats::x509::path::Fault;
/// # use certwright::limits::Limits;
/// # use certwright::operations::*;
/// # use certwright::secret::{NoPasswords, SecretBytes};
/// # let mut rng = SystemRandom::new();
/// # let limits = Limits::default();
/// # let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// # let made = generate_key(&GenerateKey { algorithm: KeyAlgorithm::P256, encoding }, &mut rng)?;
/// # let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// # let named = Named::Subject { subject: DistinguishedName::parse("CN=example")?, subject_alt_names: vec![] };
/// # let options = SelfSign { named, not_after: now.plus_days(30)?, is_ca: false, details: Details::default() };
/// # let key = Input::new("server.key", made.encoded);
/// # let signed = self_sign(&options, &key, &NoPasswords, &limits, now, &mut rng)?;
/// let input = Input::new("server.crt", SecretBytes::from(certificate_pem(&signed)?));
/// let mut options = VerifyChain { at: Some(now), ..VerifyChain::default() };
/// assert_eq!(verify_chain(&options, &input, &limits)?.findings[0].fault, Fault::SelfSignedLeaf);
///
/// options.trusted = open_trusted(&input, &limits)?;
/// assert!(verify_chain(&options, &input, &limits)?.is_valid());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::NotWhatIsNeeded`] when there is no certificate; else as the input does not open.
pub fn verify_chain(options: &VerifyChain, input: &Input, limits: &Limits) -> Result<Path, Error> {
    let certificates = Opener { passwords: &NoPasswords, limits }.certificates_alone(input)?;
    let VerifyChain { trusted, untrusted, at, partial, checks_root_signature } = options;
    let options =
        PathOptions { trusted, untrusted, at: *at, partial: *partial, checks_root_signature: *checks_root_signature };
    // There is at least one, or the input had not opened.
    Ok(validate(&certificates[0], &options))
}

/// The certificates in `input` that are to be trusted, at least one.
///
/// # Errors
/// [`Error::CannotRead`] for OpenSSL's `TRUSTED CERTIFICATE`, whose settings may say that it is trusted for some purposes
/// only, or for none; else as [`open_certificates`](super::open_certificates).
pub fn open_trusted(input: &Input, limits: &Limits) -> Result<Vec<Certificate>, Error> {
    let read = |source| Error::CannotRead { input: input.name().to_owned(), source };
    if detect(input.bytes()) == Some(Format::Pem) {
        let document = pem::decode(input.bytes(), limits).map_err(read)?;
        if let Some(block) = document.blocks.iter().find(|block| block.label == Certificate::TRUSTED_LABEL) {
            let what = "trust settings beside a certificate, which may restrict or deny the trust";
            return Err(read(formats::Error::unsupported("PEM", what).at(Place::Line(block.line))));
        }
    }
    Opener { passwords: &NoPasswords, limits }.certificates_alone(input)
}
