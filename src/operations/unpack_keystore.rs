//! Key, certificate and chain out of a keystore, after proving that they belong together.

use crate::crypto::{CryptoRng, KeyAlgorithm};
use crate::files::Input;
use crate::formats::detect::{Format, detect};
use crate::formats::x509::Certificate;
use crate::formats::{self, Reason, jks, pem};
use crate::limits::Limits;
use crate::secret::{PasswordProvider, SecretBytes};

use super::contents::{Contents, Thing};
use super::error::Aliases;
use super::load::Opener;
use super::{Error, KeyEncoding, Notice};

/// What to take out.
#[derive(Clone, Debug)]
pub struct Unpack {
    /// Of which entry; the only one when `None`.
    pub alias: Option<String>,
    /// The private key, in this encoding.
    pub key: Option<KeyEncoding>,
    /// The entry's certificate.
    pub certificate: bool,
    /// The certificates of its issuers, in their order.
    pub chain: bool,
}

/// What was taken out.
#[derive(Debug)]
pub struct Unpacked {
    /// The entry's alias, where the file gives it one.
    pub alias: Option<String>,
    /// The private key.
    pub key: Option<SecretBytes>,
    /// What kind of key it is, also when it was not asked for.
    pub algorithm: Option<KeyAlgorithm>,
    /// The certificate in PEM.
    pub certificate: Option<Vec<u8>>,
    /// Whose certificate it is, where there is one.
    pub subject: Option<String>,
    /// The issuers' certificates in PEM.
    pub chain: Option<Vec<u8>>,
    /// How many issuers' certificates there are.
    pub issuers: usize,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// Takes key, certificate and chain out of a PKCS#12, a JKS or a PEM that holds them, or certificate and chain out of a
/// PKCS#7. A key whose certificate is another's is not given out.
///
/// ```
/// # use certwright::clock::Timestamp;
/// # use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// # use certwright::files::Input;
/// # use certwright::formats::x509::DistinguishedName;
/// # use certwright::limits::Limits;
/// # use certwright::operations::*;
/// # use certwright::secret::{Password, Passwords};
/// # let mut rng = SystemRandom::new();
/// # let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// # let options = Create {
/// #     algorithm: KeyAlgorithm::P256,
/// #     subject: DistinguishedName::parse("CN=example")?,
/// #     subject_alt_names: Vec::new(),
/// #     not_after: now.plus_days(30)?,
/// #     alias: "example".to_owned(),
/// #     files: vec![(Part::Jks, "servercert.jks".to_owned())],
/// #     protection: Protection::Keystores(Password::new("changeit")),
/// #     iterations: None,
/// #     target: None,
/// # };
/// # let made = create(&options, now, &mut rng)?;
/// # let store = Input::new("servercert.jks", made.files[0].octets.clone());
/// let key = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// let options = Unpack { alias: None, key: Some(key), certificate: true, chain: false };
/// let passwords = Passwords::from([Password::new("changeit")]);
/// let taken = unpack_keystore(&options, &store, &passwords, &Limits::default(), &mut rng)?;
/// assert_eq!(taken.alias.as_deref(), Some("example"));
/// assert!(taken.certificate.is_some_and(|it| it.starts_with(b"-----BEGIN CERTIFICATE-----")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::AliasNeeded`] where more than one entry could be meant; [`Error::NotWhatIsNeeded`] when the entry lacks what
/// was asked for; [`Error::Mismatch`]; else as opening the input.
pub fn unpack_keystore(
    options: &Unpack,
    input: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Unpacked, Error> {
    if options.alias.is_none() {
        refuse_several_keys(input, limits)?;
    }
    let mut contents = Contents::of(Opener { passwords, limits }, input, options.alias.as_deref(), rng)?;
    if options.certificate {
        contents.refuse_strangers(rng)?;
    }
    let found = contents.summary();
    let lacks = |wanted| Error::NotWhatIsNeeded { input: input.name().to_owned(), found: found.clone(), wanted };
    let is_wanted = |thing: &Thing| match thing {
        Thing::Key { .. } => true,
        Thing::Certificate(_) => options.key.is_none(),
        _ => false,
    };
    let mut alone = if options.key.is_none() { contents.chain_alone() } else { None };
    // A key comes before certificates that stand by themselves.
    let keys = contents.entries.iter().filter(|it| it.thing.is_key()).count();
    let is_meant = |thing: &Thing| is_wanted(thing) && (keys == 0 || thing.is_key());
    if alone.is_none() && contents.entries.iter().filter(|it| is_meant(&it.thing)).count() > 1 {
        return Err(contents.several(is_meant));
    }
    let notices = std::mem::take(&mut contents.notices);
    let Some(entry) = contents.entries.into_iter().find(|it| is_meant(&it.thing)) else {
        return Err(lacks(if options.key.is_some() { "a private key" } else { "a certificate" }));
    };
    let broken = |source| Error::CannotMake { what: "the files", source };
    let (key, chain) = match entry.thing {
        Thing::Key { key, chain } => (Some(key), chain),
        Thing::Certificate(certificate) => (None, alone.take().unwrap_or_else(|| vec![certificate])),
        _ => (None, Vec::new()),
    };
    let encoded = match (&options.key, &key) {
        (Some(encoding), Some(key)) => Some(encoding.encode(key, rng).map_err(broken)?),
        _ => None,
    };
    let (leaf, issuers) = match chain.split_first() {
        Some((leaf, issuers)) => (Some(leaf), issuers),
        None => (None, &[][..]),
    };
    let certificate = match (options.certificate, leaf) {
        (true, Some(leaf)) => Some(certificates_pem(std::slice::from_ref(leaf)).map_err(broken)?),
        (true, None) => return Err(lacks("the key's certificate")),
        (false, _) => None,
    };
    if options.chain && issuers.is_empty() {
        return Err(lacks("an issuer's certificate"));
    }
    let chain = if options.chain { Some(certificates_pem(issuers).map_err(broken)?) } else { None };
    Ok(Unpacked {
        alias: entry.alias,
        key: encoded,
        algorithm: key.map(|key| key.algorithm()),
        certificate,
        subject: leaf.map(|leaf| leaf.subject().to_string()),
        chain,
        issuers: issuers.len(),
        notices,
    })
}

/// Refuses a Java keystore of several keys, of which one must be chosen. That lies open, so no password is asked for in
/// vain, least of all an entry's own.
fn refuse_several_keys(input: &Input, limits: &Limits) -> Result<(), Error> {
    if !matches!(detect(input.bytes()), Some(Format::Jceks | Format::Jks)) {
        return Ok(());
    }
    let read = |source| Error::CannotRead { input: input.name().to_owned(), source };
    let store = jks::Store::decode(input.bytes(), jks::Integrity::Unchecked, limits).map_err(read)?;
    let keys = store.entries().iter().filter(|it| matches!(it.content, jks::Content::PrivateKey { .. }));
    let keys: Vec<String> = keys.map(|entry| entry.alias.clone()).collect();
    if keys.len() < 2 {
        return Ok(());
    }
    let found = format!("{} private keys", keys.len());
    Err(Error::AliasNeeded { input: input.name().to_owned(), found, source: Aliases(keys) })
}

/// The certificates one after another, in PEM.
pub(super) fn certificates_pem(certificates: &[Certificate]) -> Result<Vec<u8>, formats::Error> {
    let mut text = Vec::new();
    for certificate in certificates {
        text.extend_from_slice(pem::encode(Certificate::LABEL, certificate.der())?.expose());
    }
    if text.is_empty() {
        return Err(formats::Error::new("PEM", Reason::CannotHold("there is no certificate".to_owned())));
    }
    Ok(text)
}
