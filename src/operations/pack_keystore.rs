//! Key and certificates into a PKCS#12 or JKS, after proving that they belong together.

use crate::clock::Timestamp;
use crate::crypto::{CryptoRng, PrivateKey};
use crate::files::Input;
use crate::formats::keystore::{Content, Entry};
use crate::formats::pkcs12::{self, Profile};
use crate::formats::x509::{Certificate, chain};
use crate::formats::{jks, pkcs8};
use crate::limits::Limits;
use crate::secret::{Password, PasswordProvider};
use crate::workers::Workers;

use super::load::Opener;
use super::verify::leaf_of;
use super::{Error, Notice};

/// What keystore to make.
#[derive(Clone, Debug)]
pub struct PackKeystore {
    /// Which format, with what only that format has.
    pub format: StoreFormat,
    /// The entry's name.
    pub alias: String,
    /// The store's password.
    pub password: Password,
}

/// A keystore's format, with the choices that it leaves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum StoreFormat {
    /// A Sun JKS of version 2.
    Jks {
        /// The entry's own password, if it is not the store's.
        entry_password: Option<Password>,
        /// The entry's creation date.
        created: Timestamp,
    },
    /// A PKCS#12 file.
    Pkcs12 {
        /// Who must be able to open it.
        profile: Profile,
        /// How often each derivation iterates, if the profile is not to choose.
        iterations: Option<u32>,
    },
}

/// A keystore that was made.
#[derive(Debug)]
pub struct Packed {
    /// The file's octets.
    pub octets: Vec<u8>,
    /// The alias as the file has it.
    pub alias: String,
    /// The certificates that went in, leaf first.
    pub chain: Vec<Certificate>,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// Makes a keystore of one entry from the key in `key`, its certificate in `certificate`, and the issuers in
/// `chain_inputs`, in any order.
///
/// ```
/// # use certwright::clock::Timestamp;
/// # use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// # use certwright::files::Input;
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
/// let options = PackKeystore {
///     format: StoreFormat::Jks { entry_password: None, created: now },
///     alias: "Example".to_owned(),
///     password: Password::new("changeit"),
/// };
/// let packed = pack_keystore(&options, &key, &certificate, &[], &NoPasswords, &limits, &mut rng)?;
/// assert_eq!(packed.alias, "example", "Java finds lower-case aliases only");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Mismatch`] when the certificate is of another key; [`Error::CannotMake`] when the format cannot hold the
/// entry; else as opening an input.
pub fn pack_keystore(
    options: &PackKeystore,
    key: &Input,
    certificate: &Input,
    chain_inputs: &[Input],
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Packed, Error> {
    let opener = Opener { passwords, limits };
    let private = opener.private_key(key)?;
    let mut pool = opener.certificates(certificate)?;
    let leaf = leaf_of(&private, key.name(), &pool, certificate.name(), rng)?.clone();
    for input in chain_inputs {
        pool.extend(opener.certificates(input)?);
    }
    let chain = chain::order(&leaf, &pool);
    let unused = pool.iter().filter(|it| !chain.contains(it));
    let mut notices: Vec<Notice> = unused.map(|it| Notice::CertificateLeftOut(it.subject().to_string())).collect();
    let mut packed = pack(options, &private, chain, rng)?;
    notices.append(&mut packed.notices);
    Ok(Packed { notices, ..packed })
}

/// The keystore of one key whose chain is in order.
pub(super) fn pack(
    options: &PackKeystore,
    key: &PrivateKey,
    chain: Vec<Certificate>,
    rng: &mut dyn CryptoRng,
) -> Result<Packed, Error> {
    match &options.format {
        StoreFormat::Pkcs12 { profile, iterations } => {
            let content = Content::PrivateKey { key: key.clone(), chain: chain.clone() };
            let entries = [Entry { alias: options.alias.clone(), content }];
            let workers = Workers::available();
            let written = pkcs12::create(&entries, *profile, *iterations, &options.password, rng, workers)
                .map_err(|source| Error::CannotMake { what: "the PKCS#12 file", source })?;
            let notices =
                written.lowered.then_some(Notice::IterationsLowered(written.iterations)).into_iter().collect();
            Ok(Packed { octets: written.der, alias: options.alias.clone(), chain, notices })
        }
        StoreFormat::Jks { entry_password, created } => {
            let broken = |source| Error::CannotMake { what: "the JKS file", source };
            let mut salt = [0; 20];
            rng.fill_bytes(&mut salt);
            let entry_password = entry_password.as_ref().unwrap_or(&options.password);
            let der = pkcs8::encode(key).map_err(broken)?;
            let alias = jks::java_alias(&options.alias);
            let entry = jks::Entry {
                alias: alias.clone(),
                created: created.unix().saturating_mul(1000),
                content: jks::Content::PrivateKey {
                    protected_key: jks::key_protector::protect(&der, entry_password, salt).map_err(broken)?,
                    chain: chain.iter().map(|it| jks::CertificateBlob::x509(it.der().to_vec())).collect(),
                },
            };
            let mut store = jks::Store::new();
            store.push(entry).map_err(broken)?;
            let octets = store.encode(&options.password).map_err(broken)?;
            let mut notices = Vec::new();
            if alias != options.alias {
                notices.push(Notice::AliasLowerCased { asked: options.alias.clone(), written: alias.clone() });
            }
            Ok(Packed { octets, alias, chain, notices })
        }
    }
}
