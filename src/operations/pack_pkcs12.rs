//! Certificates, and a key with its own, into a PKCS#12 as OpenSSL writes it: bag by bag, with names or without.

use crate::crypto::{CryptoRng, PrivateKey};
use crate::files::Input;
use crate::formats::pkcs12::{self, Loose, Profile};
use crate::formats::x509::Certificate;
use crate::limits::Limits;
use crate::secret::{Password, PasswordProvider};
use crate::workers::Workers;

use super::Error;
use super::load::Opener;
use super::verify::leaf_of;

/// What PKCS#12 to make.
#[derive(Clone, Debug)]
pub struct PackPkcs12 {
    /// The friendlyName of the key and its certificate; Java calls them `1` where there is none.
    pub name: Option<String>,
    /// The friendlyNames of the other certificates, in their order; those for which there is none have none.
    pub other_names: Vec<String>,
    /// Who must be able to open it.
    pub profile: Profile,
    /// How often each derivation iterates, if the profile is not to choose.
    pub iterations: Option<u32>,
    /// The file's password.
    pub password: Password,
}

/// A key, its certificate and others, ready to be packed.
#[derive(Debug)]
pub struct Gathered {
    /// The private key with its certificate, where there is one.
    pub key: Option<(PrivateKey, Certificate)>,
    /// The other certificates, in their order.
    pub others: Vec<Certificate>,
}

/// Opens the key in `key` and all certificates in `certificates`. The key's own is the one among the first input's that
/// verifies what the key signs.
///
/// # Errors
/// [`Error::Mismatch`] when no certificate of the first input is the key's; else as opening an input.
pub fn gather_pkcs12(
    key: Option<&Input>,
    certificates: &[Input],
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Gathered, Error> {
    let opener = Opener { passwords, limits };
    let mut key = key.map(|input| Ok::<_, Error>((input.name(), opener.private_key(input)?))).transpose()?;
    let mut gathered = Gathered { key: None, others: Vec::new() };
    for input in certificates {
        let mut held = opener.certificates_alone(input)?;
        if let Some((name, key)) = key.take() {
            let own = leaf_of(&key, name, &held, input.name(), rng)?.clone();
            if let Some(at) = held.iter().position(|it| *it == own) {
                held.remove(at);
            }
            gathered.key = Some((key, own));
        }
        gathered.others.extend(held);
    }
    Ok(gathered)
}

/// Makes a PKCS#12 of what was gathered, and tells how often each derivation in it iterates. Without a key, it holds
/// certificates only, and Java takes none of them for an entry.
///
/// ```
/// # use certwright::clock::Timestamp;
/// # use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// # use certwright::files::Input;
/// # use certwright::formats::pkcs12::Profile;
/// # use certwright::formats::x509::{Details, DistinguishedName};
/// # use certwright::limits::Limits;
/// # use certwright::operations::*;
/// # use certwright::secret::{NoPasswords, Password, Passwords, SecretBytes};
/// # let mut rng = SystemRandom::new();
/// # let limits = Limits::default();
/// # let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// # let made = generate_key(&GenerateKey { algorithm: KeyAlgorithm::P256, encoding }, &mut rng)?;
/// # let key = Input::new("server.key", made.encoded);
/// # let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// # let named = Named::Subject { subject: DistinguishedName::parse("CN=example")?, subject_alt_names: vec![] };
/// # let options = SelfSign { named, not_after: now.plus_days(30)?, is_ca: false, details: Details::default() };
/// # let signed = self_sign(&options, &key, &NoPasswords, &limits, now, &mut rng)?;
/// # let certificate = Input::new("server.crt", SecretBytes::from(certificate_pem(&signed)?));
/// let options = PackPkcs12 {
///     name: None,
///     other_names: Vec::new(),
///     profile: Profile::Modern,
///     iterations: Some(10_000),
///     password: Password::new("changeit"),
/// };
/// let gathered = gather_pkcs12(Some(&key), &[certificate], &NoPasswords, &limits, &mut rng)?;
/// let octets = pack_pkcs12(&options, &gathered, &mut rng)?.0;
/// let store = Input::new("keystore.p12", SecretBytes::from(octets));
/// let aliases = list_aliases(&store, &Passwords::from([Password::new("changeit")]), &limits)?;
/// assert_eq!(aliases.entries[0].alias, "1", "the entry has no name, and Java gives it this one");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::CannotMake`] for a part that is longer than the format can state.
pub fn pack_pkcs12(
    options: &PackPkcs12,
    gathered: &Gathered,
    rng: &mut dyn CryptoRng,
) -> Result<(Vec<u8>, u32), Error> {
    let mut names = options.other_names.iter().cloned();
    let loose = Loose {
        key: gathered.key.clone(),
        name: options.name.clone(),
        others: gathered.others.iter().map(|certificate| (certificate.clone(), names.next())).collect(),
    };
    let (profile, iterations, password) = (options.profile, options.iterations, &options.password);
    let written = pkcs12::create_loose(&loose, profile, iterations, password, rng, Workers::available())
        .map_err(|source| Error::CannotMake { what: "the PKCS#12 file", source })?;
    Ok((written.der, written.iterations))
}
