//! A self-signed certificate, from a subject or from a request.

use crate::clock::Timestamp;
use crate::crypto::{CryptoRng, PrivateKey};
use crate::files::Input;
use crate::formats::pem;
use crate::formats::x509::{
    self, Certificate, CertificateParameters, Details, DistinguishedName, SubjectAltName, Validity,
};
use crate::limits::Limits;
use crate::secret::PasswordProvider;

use super::error::DifferentKeys;
use super::load::Opener;
use super::{Error, prove};

/// How far back a certificate begins, in seconds, so that a verifier whose clock is behind accepts it at once.
const BACKDATE: i64 = 300;

/// What the certificate says.
#[derive(Debug)]
pub struct SelfSign {
    /// Whom it names.
    pub named: Named,
    /// When it ends.
    pub not_after: Timestamp,
    /// Whether its key may sign other certificates.
    pub is_ca: bool,
    /// Serial number, digest and uses of the key, where they are chosen.
    pub details: Details,
}

/// Whom a certificate names.
#[derive(Debug)]
#[non_exhaustive]
pub enum Named {
    /// The subject of a request with the names it asks for, and these besides.
    AsRequested {
        /// The request.
        request: Input,
        /// Further names.
        subject_alt_names: Vec<SubjectAltName>,
    },
    /// A subject with further names.
    Subject {
        /// The subject.
        subject: DistinguishedName,
        /// Further names.
        subject_alt_names: Vec<SubjectAltName>,
    },
}

/// Makes a certificate for the key in the input `key`, signed by itself; it begins five minutes before `now`.
///
/// ```
/// use certwright::clock::Timestamp;
/// use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// use certwright::files::Input;
/// use certwright::formats::x509::{Details, DistinguishedName};
/// use certwright::limits::Limits;
/// use certwright::operations::{GenerateKey, KeyEncoding, KeyForm, Named, SelfSign, generate_key, self_sign};
/// use certwright::secret::NoPasswords;
///
/// let mut rng = SystemRandom::new();
/// let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// let made = generate_key(&GenerateKey { algorithm: KeyAlgorithm::Ed25519, encoding }, &mut rng)?;
/// let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// let subject = DistinguishedName::parse("CN=jwt.example.com")?;
/// let options = SelfSign {
///     named: Named::Subject { subject, subject_alt_names: Vec::new() },
///     not_after: now.plus_days(365)?,
///     is_ca: false,
///     details: Details::default(),
/// };
/// let key = Input::new("server.key", made.encoded);
/// let certificate = self_sign(&options, &key, &NoPasswords, &Limits::default(), now, &mut rng)?;
/// assert_eq!(certificate.version(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::BrokenKey`]; when an input does not open or hold what is needed; [`Error::Mismatch`] for a request of another key;
/// [`Error::CannotRead`] for a request whose own signature does not verify; [`Error::Dates`] for an end before the
/// beginning.
pub fn self_sign(
    options: &SelfSign,
    key: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Result<Certificate, Error> {
    let opener = Opener { passwords, limits };
    let key_name = key.name();
    let key = opener.private_key(key)?;
    if let Some(weakness) = prove::broken(&key) {
        return Err(Error::BrokenKey { input: key_name.to_owned(), weakness });
    }
    let (subject, names) = match &options.named {
        Named::Subject { subject, subject_alt_names } => (subject.clone(), subject_alt_names.clone()),
        Named::AsRequested { request: input, subject_alt_names } => {
            let request = opener.request(input)?;
            let read = |source| Error::CannotRead { input: input.name().to_owned(), source };
            request.verify().map_err(read)?;
            let held = request.public_key().map_err(read)?;
            if held != key.public_key() {
                let source = DifferentKeys {
                    key: prove::describe(&key.public_key()),
                    kind: "request",
                    held: prove::describe(&held),
                };
                return Err(Error::Mismatch { key: key_name.to_owned(), other: input.name().to_owned(), source });
            }
            let mut names = request.subject_alt_names().map_err(read)?;
            for name in subject_alt_names {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
            (request.subject(), names)
        }
    };
    certify(&key, subject, names, validity(now, options.not_after)?, options.is_ca, &options.details, rng)
}

/// From five minutes before `now` to `not_after`.
pub(super) fn validity(now: Timestamp, not_after: Timestamp) -> Result<Validity, Error> {
    let not_before = now.plus_seconds(-BACKDATE).unwrap_or(now);
    if not_after <= not_before {
        return Err(Error::Dates { not_before, not_after });
    }
    Ok(Validity { not_before, not_after })
}

/// The certificate of `key`, signed by itself.
pub(super) fn certify(
    key: &PrivateKey,
    subject: DistinguishedName,
    subject_alt_names: Vec<SubjectAltName>,
    validity: Validity,
    is_ca: bool,
    details: &Details,
    rng: &mut dyn CryptoRng,
) -> Result<Certificate, Error> {
    // The issuer of a certificate must have a name (RFC 5280 section 4.1.2.4); Java opens no store with one that has none.
    if subject.is_empty() {
        return Err(Error::NoSubject { what: "a self-signed certificate" });
    }
    let parameters =
        CertificateParameters { subject, subject_alt_names, validity, public_key: key.public_key(), is_ca };
    x509::self_sign(&parameters, details, key, rng)
        .map_err(|source| Error::CannotMake { what: "the certificate", source })
}

/// The certificate as a PEM file of one block.
///
/// # Errors
/// Never in practice: the label is fixed.
pub fn certificate_pem(certificate: &Certificate) -> Result<Vec<u8>, Error> {
    pem::encode(Certificate::LABEL, certificate.der())
        .map(|text| text.expose().to_vec())
        .map_err(|source| Error::CannotMake { what: "the certificate", source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{DigestAlgorithm, KeyAlgorithm, SystemRandom};
    use crate::formats::x509::{ExtendedKeyUse, ExtensionValue, KeyUse, Purposes};

    #[test]
    fn the_details_stand_in_the_certificate() {
        let mut rng = SystemRandom::new();
        let key = PrivateKey::generate(KeyAlgorithm::P384, &mut rng).unwrap();
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let details = Details {
            purposes: Purposes {
                path_length: Some(1),
                key_uses: vec![KeyUse::DigitalSignature],
                extended_key_uses: vec![ExtendedKeyUse::parse("timeStamping").unwrap()],
                extended_key_uses_are_critical: true,
            },
            digest: Some(DigestAlgorithm::Sha512),
            serial_number: Some("4660".parse().unwrap()),
        };
        let subject = DistinguishedName::parse("CN=x").unwrap();
        let until = validity(now, now.plus_days(1).unwrap()).unwrap();
        let made = certify(&key, subject, Vec::new(), until, true, &details, &mut rng).unwrap();
        assert_eq!(made.signature_name(), "ecdsa-with-SHA512");
        assert_eq!(made.serial_number(), [0x12, 0x34]);
        let stated = made.extensions();
        let of = |name: &str| stated.iter().find(|it| it.name == name).unwrap();
        let words = |words: &[&str]| Ok(ExtensionValue::Words(words.iter().map(|word| (*word).to_owned()).collect()));
        assert_eq!(of("keyUsage").value, words(&["digitalSignature", "keyCertSign", "cRLSign"]));
        assert_eq!((of("extKeyUsage").critical, &of("extKeyUsage").value), (true, &words(&["timeStamping"])));
        let constraints = ExtensionValue::BasicConstraints { ca: true, path_length: Some(1) };
        assert_eq!(of("basicConstraints").value, Ok(constraints));
    }
}
