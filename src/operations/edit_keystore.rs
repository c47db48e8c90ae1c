//! Lists, renames and deletes the entries of a keystore; what is not touched stays as it was.

use crate::clock::Timestamp;
use crate::crypto::CryptoRng;
use crate::files::Input;
use crate::formats::detect::{Format, detect};
use crate::formats::jks::{self, Integrity};
use crate::formats::keystore::{Kind, Summary};
use crate::formats::pkcs12::Pfx;
use crate::formats::x509::Certificate;
use crate::formats::{self};
use crate::limits::Limits;
use crate::secret::{Password, PasswordProvider};
use crate::untrusted::Untrusted;
use crate::workers::Workers;

use super::load::{Opener, looks_like, open_purpose};
use super::{Error, Notice};

/// The entries of a keystore.
#[derive(Debug)]
pub struct AliasList {
    /// `PKCS#12`, `JKS` or `JCEKS`.
    pub format: &'static str,
    /// The entries in the order of the file.
    pub entries: Vec<Summary>,
    /// Whether the file's integrity was checked, for which a password is needed.
    pub integrity_checked: bool,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// A keystore that was changed.
#[derive(Debug)]
pub struct Edited {
    /// The file's new octets.
    pub octets: Vec<u8>,
    /// The new alias as the file has it, after a renaming.
    pub alias: Option<String>,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// A change to one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Remove the entry of this alias.
    Delete(String),
    /// Give the entry `from` the alias `to`.
    Rename {
        /// The alias it has.
        from: String,
        /// The alias it is to have.
        to: String,
    },
}

/// Lists the entries of a keystore. Keys stay closed. A JKS is listed without a password too, unchecked.
///
/// ```
/// # use certwright::clock::Timestamp;
/// # use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// # use certwright::files::Input;
/// # use certwright::formats::x509::DistinguishedName;
/// # use certwright::limits::Limits;
/// # use certwright::operations::*;
/// # use certwright::secret::{NoPasswords, Password, Passwords};
/// # let mut rng = SystemRandom::new();
/// # let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// # let options = Create {
/// #     algorithm: KeyAlgorithm::P256,
/// #     subject: DistinguishedName::parse("CN=example")?,
/// #     subject_alt_names: Vec::new(),
/// #     not_after: now.plus_days(30)?,
/// #     alias: "example".to_owned(),
/// #     files: [Part::Key, Part::Certificate, Part::Jks].map(|part| (part, format!("{part:?}"))).into(),
/// #     protection: Protection::Keystores(Password::new("changeit")),
/// #     iterations: None,
/// #     target: None,
/// # };
/// # let made = create(&options, now, &mut rng)?;
/// # let input = |index: usize| Input::new(made.files[index].name.clone(), made.files[index].octets.clone());
/// let store = input(2);
/// let list = list_aliases(&store, &Passwords::from([Password::new("changeit")]), &Limits::default())?;
/// assert_eq!((list.format, list.entries[0].alias.as_str()), ("JKS", "example"));
/// assert!(list.integrity_checked);
/// assert!(!list_aliases(&store, &NoPasswords, &Limits::default())?.integrity_checked);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the input is no keystore, or does not open.
pub fn list_aliases(input: &Input, passwords: &dyn PasswordProvider, limits: &Limits) -> Result<AliasList, Error> {
    match open(input, passwords, limits) {
        Ok((Store::Jks(store), ..)) => Ok(jks_list(&store, true)),
        Ok((Store::Pkcs12(pfx), _, notices)) => {
            let integrity_checked = pfx.is_authenticated();
            Ok(AliasList { format: "PKCS#12", entries: pfx.entries(), integrity_checked, notices })
        }
        Err(Error::NoPassword { .. }) if matches!(detect(input.bytes()), Some(Format::Jks | Format::Jceks)) => {
            let store = jks::Store::decode(input.bytes(), Integrity::Unchecked, limits);
            let read = |source| Error::CannotRead { input: input.name().to_owned(), source };
            Ok(jks_list(&store.map_err(read)?, false))
        }
        Err(error) => Err(error),
    }
}

/// Changes one entry of a keystore and gives the whole file back. Every other entry's content stays as it was, no key
/// is opened, and what is not understood is kept.
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
/// # let format = StoreFormat::Jks { entry_password: None, created: now };
/// # let options = PackKeystore { format, alias: "1".to_owned(), password: Password::new("changeit") };
/// # let packed = pack_keystore(&options, &key, &certificate, &[], &NoPasswords, &limits, &mut rng)?;
/// # let store = Input::new("servercert.jks", SecretBytes::from(packed.octets));
/// let passwords = Passwords::from([Password::new("changeit")]);
/// let edit = Edit::Rename { from: "1".to_owned(), to: "jwt_example".to_owned() };
/// let edited = edit_keystore(&edit, &store, &passwords, &limits, &mut rng)?;
/// let edited = Input::new("servercert.jks", SecretBytes::from(edited.octets));
/// assert_eq!(list_aliases(&edited, &passwords, &limits)?.entries[0].alias, "jwt_example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::CannotEdit`] for an alias that does not exist or is taken; else as opening the input.
pub fn edit_keystore(
    edit: &Edit,
    input: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<Edited, Error> {
    let refused = |source| Error::CannotEdit { action: edit.describe(), store: input.name().to_owned(), source };
    // No password is asked for in vain.
    if detect(input.bytes()) == Some(Format::Jceks) {
        return Err(refused(formats::Error::unsupported("JCEKS", "changing this old kind of keystore")));
    }
    let (mut store, password, mut notices) = open(input, passwords, limits)?;
    let (alias, of_edit) = store.apply(edit).map_err(refused)?;
    notices.extend(of_edit);
    notices.extend(store.replaced_cipher(input.name()));
    let octets = store.encode(&password, rng).map_err(refused)?;
    Ok(Edited { octets, alias, notices })
}

impl Edit {
    fn describe(&self) -> String {
        match self {
            Self::Delete(alias) => format!("delete `{}`", Untrusted(alias)),
            Self::Rename { from, to } => format!("rename `{}` to `{}`", Untrusted(from), Untrusted(to)),
        }
    }
}

/// An opened keystore of either format.
pub(super) enum Store {
    Jks(jks::Store),
    Pkcs12(Box<Pfx>),
}

impl Store {
    fn apply(&mut self, edit: &Edit) -> Result<(Option<String>, Vec<Notice>), formats::Error> {
        match (self, edit) {
            (Self::Jks(store), Edit::Delete(alias)) => store.delete(alias).map(|_| (None, Vec::new())),
            (Self::Pkcs12(pfx), Edit::Delete(alias)) => pfx.delete(alias).map(|()| (None, Vec::new())),
            (Self::Pkcs12(pfx), Edit::Rename { from, to }) => {
                pfx.rename(from, to).map(|()| (Some(to.clone()), Vec::new()))
            }
            (Self::Jks(store), Edit::Rename { from, to }) => {
                store.rename(from, to)?;
                let written = jks::java_alias(to);
                let lowered = Notice::AliasLowerCased { asked: to.clone(), written: written.clone() };
                let notices = if written == *to { Vec::new() } else { vec![lowered] };
                Ok((Some(written), notices))
            }
        }
    }

    /// What to say of ciphers that [`encode`](Self::encode) will not write.
    pub(super) fn replaced_cipher(&self, name: &str) -> Option<Notice> {
        let Self::Pkcs12(pfx) = self else { return None };
        pfx.replaced_cipher().map(|instead| Notice::CipherReplaced { file: name.to_owned(), instead })
    }

    /// The whole file under its password.
    pub(super) fn encode(&self, password: &Password, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, formats::Error> {
        match self {
            Self::Jks(store) => store.encode(password),
            Self::Pkcs12(pfx) => pfx.encode(password, rng, Workers::available()),
        }
    }
}

/// Opens a keystore of any format with its password.
pub(super) fn open(
    input: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
) -> Result<(Store, Password, Vec<Notice>), Error> {
    let octets = input.bytes();
    let opener = Opener { passwords, limits };
    match detect(octets) {
        Some(Format::Jks | Format::Jceks) => opener.with_password(open_purpose(input.name()), |password| {
            let store = jks::Store::decode(octets, Integrity::Checked(password), limits)?;
            Ok((Store::Jks(store), password.clone(), Vec::new()))
        }),
        Some(Format::Pkcs12) => {
            let ((store, password), notice) = opener.opened_pkcs12(input.name(), octets, false, |password| {
                let pfx = Pfx::decode(octets, password, limits, Workers::available())?;
                Ok((Store::Pkcs12(Box::new(pfx)), password.clone()))
            })?;
            Ok((store, password, notice.into_iter().collect()))
        }
        None => Err(Error::UnknownFormat { input: input.name().to_owned(), source: looks_like(octets) }),
        Some(_) => Err(Error::NotWhatIsNeeded {
            input: input.name().to_owned(),
            found: "no keystore".to_owned(),
            wanted: "a PKCS#12, JKS or JCEKS file",
        }),
    }
}

fn jks_list(store: &jks::Store, integrity_checked: bool) -> AliasList {
    let certificates = |blobs: &[jks::CertificateBlob]| -> Vec<Certificate> {
        blobs.iter().filter_map(|blob| Certificate::from_der(&blob.der).ok()).collect()
    };
    let entries = store.entries().iter().map(|entry| {
        let (kind, chain) = match &entry.content {
            jks::Content::PrivateKey { chain, .. } => (Kind::PrivateKey, certificates(chain)),
            jks::Content::TrustedCertificate(blob) => {
                (Kind::TrustedCertificate, certificates(std::slice::from_ref(blob)))
            }
            jks::Content::SecretKey => (Kind::Other, Vec::new()),
        };
        let created = Timestamp::from_unix(entry.created.div_euclid(1000)).ok();
        Summary { alias: entry.alias.clone(), kind, created, is_java_entry: true, chain }
    });
    AliasList { format: store.variant().name(), entries: entries.collect(), integrity_checked, notices: Vec::new() }
}
