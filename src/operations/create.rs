//! The whole set in one run: key, request, certificate, PKCS#12 and JKS, proved to belong together before any of it is
//! given out.

mod set;

use crate::clock::Timestamp;
use crate::crypto::{CryptoRng, DigestAlgorithm, Fingerprint, KeyAlgorithm, PrivateKey};
use crate::files::{Collected, Input};
use crate::formats::jks;
use crate::formats::pkcs12::Profile;
use crate::formats::spki;
use crate::formats::x509::{Certificate, Details, DistinguishedName, SubjectAltName};
use crate::limits::Limits;
use crate::secret::{Password, Passwords, SecretBytes};

use super::self_sign::{certify, validity};
use super::verify::{Verdict, VerifyReport, verify};
use super::{Error, Notice, Target};

pub(super) use set::{FileForms, SetContent};

/// One file of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The private key.
    Key,
    /// The certificate signing request.
    Request,
    /// The self-signed certificate.
    Certificate,
    /// The PKCS#12 file.
    Pkcs12,
    /// The Java keystore.
    Jks,
}

impl Part {
    /// The whole set in the order in which it is made.
    pub const ALL: [Self; 5] = [Self::Key, Self::Request, Self::Certificate, Self::Pkcs12, Self::Jks];

    /// The usual extension of its file's name, such as `crt`, which is also its word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Request => "csr",
            Self::Certificate => "crt",
            Self::Pkcs12 => "p12",
            Self::Jks => "jks",
        }
    }

    /// The part with this [word](Self::word).
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }

    /// Whether the file holds the private key.
    #[must_use]
    pub fn holds_key(self) -> bool {
        matches!(self, Self::Key | Self::Pkcs12 | Self::Jks)
    }

    /// Whether the file is always under a password.
    #[must_use]
    pub fn is_keystore(self) -> bool {
        matches!(self, Self::Pkcs12 | Self::Jks)
    }
}

/// What set to make.
#[derive(Debug)]
pub struct Create {
    /// What kind of key.
    pub algorithm: KeyAlgorithm,
    /// Whom the certificate names.
    pub subject: DistinguishedName,
    /// Further names of the subject.
    pub subject_alt_names: Vec<SubjectAltName>,
    /// When the certificate ends.
    pub not_after: Timestamp,
    /// The entry's alias in both keystores.
    pub alias: String,
    /// Which files to make, each with the name it will have.
    pub files: Vec<(Part, String)>,
    /// The password of the keystores, and of the key if it is encrypted.
    pub protection: Protection,
    /// How often each derivation iterates, if it is not to be chosen by the password.
    pub iterations: Option<u32>,
    /// Whose rules hold.
    pub target: Option<&'static Target>,
}

/// What is under a password.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Protection {
    /// Nothing: no keystore is asked for, and the key is not encrypted.
    None,
    /// The keystores.
    Keystores(Password),
    /// The keystores and the key's own file.
    KeystoresAndKey(Password),
}

/// A set that was made and proved.
#[derive(Debug)]
pub struct Created {
    /// The files in the order of [`Part::ALL`].
    pub files: Vec<CreatedFile>,
    /// The certificate, also when it was not asked for as a file.
    pub certificate: Certificate,
    /// What kind of key it is.
    pub algorithm: KeyAlgorithm,
    /// SHA-256 of the key's SubjectPublicKeyInfo.
    pub key_fingerprint: Fingerprint,
    /// SHA-256 of the certificate.
    pub certificate_fingerprint: Fingerprint,
    /// The proof.
    pub proof: VerifyReport,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// One file that was made.
#[derive(Debug)]
pub struct CreatedFile {
    /// Which one.
    pub part: Part,
    /// Its name.
    pub name: String,
    /// Its octets.
    pub octets: SecretBytes,
    /// The entry's alias as the file has it, in a keystore.
    pub alias: Option<String>,
}

/// The alias that stands for a common name: lower case, and every run of other characters than a-z and 0-9 a single
/// `_`, none at the ends. `None` when nothing is left.
///
/// ```
/// use certwright::operations::default_alias;
///
/// assert_eq!(default_alias("JWT.Example.com").as_deref(), Some("jwt_example_com"));
/// assert_eq!(default_alias("東京"), None);
/// ```
#[must_use]
pub fn default_alias(common_name: &str) -> Option<String> {
    let lower = common_name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let alias = words.collect::<Vec<_>>().join("_");
    (!alias.is_empty()).then_some(alias)
}

/// Makes the set and proves it: every file is read back from its own octets, and a test JWT signed with the key of each
/// must be verified by the certificate of each.
///
/// ```
/// use certwright::clock::Timestamp;
/// use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// use certwright::formats::x509::DistinguishedName;
/// use certwright::operations::{Create, Part, Protection, create};
/// use certwright::secret::Password;
///
/// let mut rng = SystemRandom::new();
/// let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// let options = Create {
///     algorithm: KeyAlgorithm::P256,
///     subject: DistinguishedName::parse("CN=jwt.example.com")?,
///     subject_alt_names: Vec::new(),
///     not_after: now.plus_days(365)?,
///     alias: "jwt_example".to_owned(),
///     files: Part::ALL.into_iter().map(|part| (part, format!("{part:?}"))).collect(),
///     protection: Protection::Keystores(Password::generate(&mut rng)),
///     iterations: None,
///     target: None,
/// };
/// let made = create(&options, now, &mut rng)?;
/// assert_eq!(made.files.len(), 5);
/// assert!(made.proof.is_proved());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::TargetRefuses`] before anything is made; [`Error::Dates`]; what a step refuses; [`Error::Unproved`] when
/// what was made does not pass its proof.
pub fn create(options: &Create, now: Timestamp, rng: &mut dyn CryptoRng) -> Result<Created, Error> {
    let validity = validity(now, options.not_after)?;
    if let Some(target) = options.target {
        target.check_key(options.algorithm)?;
        target.check_alias(&options.alias)?;
        target.check_validity(now, options.not_after)?;
    }
    let key = PrivateKey::generate(options.algorithm, rng).map_err(|source| Error::CannotMakeKey { source })?;
    let names = options.subject_alt_names.clone();
    let certificate = certify(&key, options.subject.clone(), names, validity, false, &Details::default(), rng)?;

    let mut files = Vec::with_capacity(options.files.len());
    let mut notices = Vec::new();
    let profile = options.target.map_or(Profile::Modern, |target| target.profile);
    let content = SetContent {
        key: &key,
        chain: std::slice::from_ref(&certificate),
        subject: &options.subject,
        subject_alt_names: &options.subject_alt_names,
        alias: &options.alias,
        protection: &options.protection,
        iterations: options.iterations,
        forms: FileForms { profile, ..FileForms::default() },
        now,
    };
    for (part, name) in &options.files {
        let (octets, alias) = content.make(*part, &mut notices, rng)?;
        files.push(CreatedFile { part: *part, name: name.clone(), octets, alias });
    }
    let key_fingerprint = spki::fingerprint(&key.public_key())
        .map_err(|source| Error::CannotMake { what: "the key's fingerprint", source })?;
    let proof = options.prove(&files, &key_fingerprint, rng)?;
    Ok(Created {
        files,
        algorithm: key.algorithm(),
        key_fingerprint,
        certificate_fingerprint: certificate.fingerprint(DigestAlgorithm::Sha256),
        certificate,
        proof,
        notices,
    })
}

impl Create {
    /// Reads every file back and proves all against each other.
    fn prove(
        &self,
        files: &[CreatedFile],
        fingerprint: &Fingerprint,
        rng: &mut dyn CryptoRng,
    ) -> Result<VerifyReport, Error> {
        let inputs = files.iter().map(|file| Collected::from(Input::new(file.name.clone(), file.octets.clone())));
        let passwords = match self.protection.password() {
            Some(password) => Passwords::from([password.clone()]),
            None => Passwords::default(),
        };
        let report = verify(inputs, &passwords, &Limits::default(), rng);
        match self.fault_of(&report, files, fingerprint) {
            None => Ok(report),
            Some(finding) => Err(Error::Unproved { finding }),
        }
    }

    /// What is wrong with the proof of what was just made, if anything.
    fn fault_of(&self, report: &VerifyReport, files: &[CreatedFile], fingerprint: &Fingerprint) -> Option<String> {
        if let Some(unopened) = report.unopened.first() {
            return Some(format!("`{}` does not open again ({})", unopened.name, unopened.reason));
        }
        let [group] = report.groups.as_slice() else {
            return Some(format!("its files hold {} different keys", report.groups.len()));
        };
        let has = |part| files.iter().any(|file| file.part == part);
        let count = |wanted: fn(Part) -> bool| files.iter().filter(|file| wanted(file.part)).count();
        let has_certificate = has(Part::Certificate) || has(Part::Pkcs12) || has(Part::Jks);
        let wanted = if has_certificate { Verdict::Proved } else { Verdict::LonelyKey };
        let store_alias =
            |part: Part| if part == Part::Jks { jks::java_alias(&self.alias) } else { self.alias.clone() };
        let aliases_fit = files
            .iter()
            .filter(|file| file.part.is_keystore())
            .all(|file| group.keys.iter().any(|it| it.file == file.name && it.entry == Some(store_alias(file.part))));
        let fits = group.fingerprint == *fingerprint
            && group.verdict == wanted
            && group.keys.len() == count(Part::holds_key)
            && group.requests.len() == usize::from(has(Part::Request))
            && report.contradictions.is_empty()
            && aliases_fit;
        (!fits).then(|| "its files do not all hold the same key and alias".to_owned())
    }
}
