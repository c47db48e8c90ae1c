//! Do keys, certificates, requests and keystores belong together? Groups all by public key and proves each pair.

mod found;

use std::path::Path;

use crate::clock::Timestamp;
use crate::crypto::key_health::Weakness;
use crate::crypto::{CryptoRng, Fingerprint, PrivateKey};
use crate::files::{self, Collected, Exposure, Input};
use crate::formats::pem::Repair;
use crate::formats::x509::Certificate;
use crate::limits::Limits;
use crate::secret::PasswordProvider;

use super::error::DifferentKeys;
use super::load::{Item, Material, Opener, Origin, begins_like_key, may_hold_key};
use super::{Error, Notice, prove};
use found::Found;

/// What was found, in groups that share a public key, and what stands in the way of calling it proved.
#[derive(Debug, Default)]
pub struct VerifyReport {
    /// One group for each public key, those with a private key first.
    pub groups: Vec<KeyGroup>,
    /// What contradicts itself.
    pub contradictions: Vec<Contradiction>,
    /// What was named and could not be opened, and what in a folder may hold a key and could not.
    pub unopened: Vec<Unopened>,
    /// What is worth knowing about how files opened.
    pub notices: Vec<Notice>,
    /// Files that were read although their text was damaged.
    pub repaired: Vec<(String, Repair)>,
    /// Files with a private key that others than their owner may read.
    pub exposed: Vec<(String, Exposure)>,
    /// Files in folders that are no concern of this proof.
    pub passed_over: usize,
    /// RSA keys that were not compared for shared primes, because they are too long or too many.
    pub not_compared: usize,
}

/// Everything that holds one public key.
#[derive(Debug)]
pub struct KeyGroup {
    /// What kind of key, such as `RSA 2048`.
    pub algorithm: String,
    /// SHA-256 of the SubjectPublicKeyInfo.
    pub fingerprint: Fingerprint,
    /// Where its private half stands.
    pub keys: Vec<Origin>,
    /// Its certificates.
    pub certificates: Vec<GroupCertificate>,
    /// Its requests.
    pub requests: Vec<Origin>,
    /// Files that hold the public key by itself. They prove nothing.
    pub public_keys: Vec<Origin>,
    /// What is wrong with the key itself, the worst first. It changes no verdict: a pair is a pair, even of a key that
    /// anyone can compute.
    pub weaknesses: Vec<Weakness>,
    /// The public key of another group that has a prime in common with this one.
    pub shares_prime_with: Option<Fingerprint>,
    /// Whether the private half signed what each certificate verified.
    pub verdict: Verdict,
}

impl KeyGroup {
    /// Where the key stands, private or public, in the order of the report.
    #[must_use]
    pub fn places(&self) -> Vec<&Origin> {
        let certificates = self.certificates.iter().map(|it| &it.origin);
        self.keys.iter().chain(certificates).chain(&self.requests).chain(&self.public_keys).collect()
    }
}

/// A certificate in a group.
#[derive(Debug)]
pub struct GroupCertificate {
    /// Where it stands.
    pub origin: Origin,
    /// Whom it names.
    pub subject: String,
    /// When it ends, if its dates can be read.
    pub not_after: Option<Timestamp>,
}

/// What can be said of one public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The key did not sign what the certificate verifies, although both state the same public key.
    Broken,
    /// There is a private key and no certificate.
    LonelyKey,
    /// There are certificates, requests or public keys, and no private key.
    NoKey,
    /// Every private key signed a test JWT that every certificate verified.
    Proved,
}

/// Something that contradicts itself.
#[derive(Debug)]
#[non_exhaustive]
pub enum Contradiction {
    /// A certificate that was not signed by the key that it names as its issuer's.
    Certificate(Origin, crate::formats::Error),
    /// A keystore entry whose certificate is of another key.
    Entry(Origin, DifferentKeys),
    /// A request that its own key did not sign.
    Request(Origin, crate::formats::Error),
}

impl Contradiction {
    /// Where it stands.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Certificate(origin, _) | Self::Entry(origin, _) | Self::Request(origin, _) => origin,
        }
    }

    /// What contradicts what, as a phrase.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Certificate(_, fault) | Self::Request(_, fault) => fault.to_string(),
            Self::Entry(_, different) => different.to_string(),
        }
    }
}

/// A file that could not be opened.
#[derive(Debug)]
pub struct Unopened {
    /// The file.
    pub name: String,
    /// Whether the user named it, rather than its folder.
    pub named: bool,
    /// What stopped it.
    pub reason: UnopenedReason,
}

/// What stopped a file from being opened.
#[derive(Debug, thiserror::Error)]
pub enum UnopenedReason {
    /// It was read and does not open.
    #[error(transparent)]
    Content(#[from] Error),
    /// It could not be read at all.
    #[error(transparent)]
    File(#[from] files::Error),
}

impl UnopenedReason {
    /// A stable name for the kind of fault, for scripts.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Content(error) => error.kind(),
            Self::File(error) => error.kind(),
        }
    }
}

impl VerifyReport {
    /// Whether there is a private key, every one has its certificate, nothing contradicts, and everything opened.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        let mut with_key = self.groups.iter().filter(|group| !group.keys.is_empty()).peekable();
        with_key.peek().is_some()
            && with_key.all(|group| group.verdict == Verdict::Proved)
            && self.contradictions.is_empty()
            && self.unopened.is_empty()
    }

    /// Where the public key of this fingerprint stands: with its private key if that is here.
    #[must_use]
    pub fn places(&self, fingerprint: &Fingerprint) -> Vec<&Origin> {
        let group = self.groups.iter().find(|group| group.fingerprint == *fingerprint);
        group.map(KeyGroup::places).unwrap_or_default()
    }

    /// The lonely key and the lonely certificate, when there is just one of each: they were taken for a pair.
    #[must_use]
    pub fn mismatch(&self) -> Option<(&KeyGroup, &KeyGroup)> {
        let of = |verdict| self.groups.iter().filter(move |group| group.verdict == verdict);
        let (mut keys, mut others) = (of(Verdict::LonelyKey), of(Verdict::NoKey));
        match (keys.next(), keys.next(), others.next(), others.next()) {
            (Some(key), None, Some(other), None) if !other.certificates.is_empty() => Some((key, other)),
            _ => None,
        }
    }
}

/// Opens every input and proves what belongs together.
///
/// ```
/// use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// use certwright::files::{Collected, Input};
/// use certwright::limits::Limits;
/// use certwright::operations::{GenerateKey, KeyEncoding, KeyForm, generate_key, verify};
/// use certwright::secret::NoPasswords;
///
/// let mut rng = SystemRandom::new();
/// let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// let made = generate_key(&GenerateKey { algorithm: KeyAlgorithm::P256, encoding }, &mut rng)?;
/// let inputs = [Collected::from(Input::new("server.key", made.encoded))];
/// let report = verify(inputs, &NoPasswords, &Limits::default(), &mut rng);
/// assert!(!report.is_proved(), "a key without a certificate proves nothing");
/// # Ok::<(), certwright::operations::Error>(())
/// ```
pub fn verify(
    inputs: impl IntoIterator<Item = Collected>,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> VerifyReport {
    let opener = Opener { passwords, limits };
    let mut report = VerifyReport::default();
    let mut found = Found::default();
    for collected in inputs {
        let named = collected.origin == files::Origin::Named;
        let name = collected.name;
        let input = match collected.content {
            Ok(input) => input,
            Err(reason) if !named && is_none_of_ours(&reason, &collected.path) => {
                report.passed_over += 1;
                continue;
            }
            Err(reason) => {
                report.unopened.push(Unopened { name, named, reason: reason.into() });
                continue;
            }
        };
        match opener.load(&input) {
            Ok(loaded) => {
                report.notices.extend(loaded.notices);
                report.repaired.extend(loaded.repairs.into_iter().map(|repair| (name.clone(), repair)));
                let holds_key = loaded.items.iter().any(|item| matches!(item.material, Material::PrivateKey { .. }));
                if let (true, Some(exposure)) = (holds_key, input.exposure()) {
                    report.exposed.push((name.clone(), exposure));
                }
                match (loaded.items.is_empty(), named) {
                    (true, true) => {
                        let reason = nothing_to_prove(&name).into();
                        report.unopened.push(Unopened { name, named, reason });
                        continue;
                    }
                    (true, false) => report.passed_over += 1,
                    (false, _) => {}
                }
                loaded.items.into_iter().for_each(|item| found.add(item, &mut report));
            }
            Err(_) if !named && !may_hold_key(input.bytes()) => report.passed_over += 1,
            Err(reason) => report.unopened.push(Unopened { name, named, reason: reason.into() }),
        }
    }
    found.check_signatures(&mut report);
    found.prove(&mut report, rng);
    report
}

/// Proves one key against one certificate file.
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
/// let (key, certificate) = (input(0), input(1));
/// let report = verify_pair(&key, &certificate, &NoPasswords, &Limits::default(), &mut rng)?;
/// assert!(report.is_proved());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Mismatch`] when no certificate of the file is the key's; else as opening either file.
pub fn verify_pair(
    key: &Input,
    certificate: &Input,
    passwords: &dyn PasswordProvider,
    limits: &Limits,
    rng: &mut dyn CryptoRng,
) -> Result<VerifyReport, Error> {
    let opener = Opener { passwords, limits };
    let private = opener.private_key(key)?;
    let certificates = opener.certificates(certificate)?;
    leaf_of(&private, key.name(), &certificates, certificate.name(), rng)?;
    let mut report = VerifyReport::default();
    let mut found = Found::default();
    let origin = |input: &Input| Origin { file: input.name().to_owned(), entry: None };
    found.add(Item { origin: origin(key), material: Material::PrivateKey { key: private, chain: None } }, &mut report);
    for held in certificates {
        found.add(Item { origin: origin(certificate), material: Material::Certificate(held) }, &mut report);
    }
    report.exposed.extend(key.exposure().map(|exposure| (key.name().to_owned(), exposure)));
    found.check_signatures(&mut report);
    found.prove(&mut report, rng);
    Ok(report)
}

/// The certificate among `certificates` that verifies what `key` signs.
pub(super) fn leaf_of<'a>(
    key: &PrivateKey,
    key_name: &str,
    certificates: &'a [Certificate],
    certificate_name: &str,
    rng: &mut dyn CryptoRng,
) -> Result<&'a Certificate, Error> {
    let public = key.public_key();
    let leaf = certificates.iter().find(|it| it.public_key().is_ok_and(|held| held == public));
    if let Some(leaf) = leaf {
        let proved = prove::signs_for(key, &public, rng);
        return match proved {
            Ok(true) => Ok(leaf),
            _ => Err(Error::Unproved {
                finding: "the key signed a test JWT that its certificate does not verify".into(),
            }),
        };
    }
    let held = match certificates.first().map(Certificate::public_key) {
        Some(Ok(held)) => prove::describe(&held),
        Some(Err(fault)) => fault.to_string(),
        None => "no key".to_owned(),
    };
    let source = DifferentKeys { key: prove::describe(&public), kind: "certificate", held };
    Err(Error::Mismatch { key: key_name.to_owned(), other: certificate_name.to_owned(), source })
}

/// Whether a file of a folder that could not be read is no concern: a link to nothing, or a file that is too large and
/// does not begin as anything that holds a key.
fn is_none_of_ours(fault: &files::Error, path: &Path) -> bool {
    match fault {
        files::Error::NotFound { .. } => true,
        files::Error::TooLarge { .. } => {
            files::read_beginning(path, 64).is_ok_and(|beginning| !begins_like_key(beginning.expose()))
        }
        _ => false,
    }
}

/// A file that was named and takes no part in the proof must not pass for proved.
fn nothing_to_prove(name: &str) -> Error {
    Error::NotWhatIsNeeded {
        input: name.to_owned(),
        found: "nothing that can be proved".to_owned(),
        wanted: "a private key, certificate, request or keystore",
    }
}

#[cfg(test)]
mod tests;
