//! Do keys, certificates, requests and keystores belong together? Groups all by public key and proves each pair.

use crate::clock::Timestamp;
use crate::crypto::{CryptoRng, Fingerprint, PrivateKey, PublicKey};
use crate::files::{self, Collected, Exposure, Input};
use crate::formats::pem::Repair;
use crate::formats::spki;
use crate::formats::x509::Certificate;
use crate::limits::Limits;
use crate::secret::PasswordProvider;

use super::error::DifferentKeys;
use super::load::{Item, Material, Opener, Origin, may_hold_key};
use super::{Error, prove};

/// What was found, in groups that share a public key, and what stands in the way of calling it proved.
#[derive(Debug, Default)]
pub struct VerifyReport {
    /// One group for each public key, those with a private key first.
    pub groups: Vec<KeyGroup>,
    /// What contradicts itself.
    pub contradictions: Vec<Contradiction>,
    /// What was named and could not be opened, and what in a folder may hold a key and could not.
    pub unopened: Vec<Unopened>,
    /// Files that were read although their text was damaged.
    pub repaired: Vec<(String, Repair)>,
    /// Files with a private key that others than their owner may read.
    pub exposed: Vec<(String, Exposure)>,
    /// Files in folders that are no concern of this proof.
    pub passed_over: usize,
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
    /// Whether the private half signed what each certificate verified.
    pub verdict: Verdict,
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
    /// There are certificates or requests and no private key.
    NoKey,
    /// Every private key signed a test JWT that every certificate verified.
    Proved,
}

/// Something that contradicts itself.
#[derive(Debug)]
#[non_exhaustive]
pub enum Contradiction {
    /// A keystore entry whose certificate is of another key.
    Entry(Origin, DifferentKeys),
    /// A request that its own key did not sign.
    Request(Origin, crate::formats::Error),
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
            Err(reason) => {
                report.unopened.push(Unopened { name, named, reason: reason.into() });
                continue;
            }
        };
        match opener.load(&input) {
            Ok(loaded) => {
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
    report.groups = found.prove(rng);
    report
}

/// Proves one key against one certificate file: what `verify --key K --cert C` asks.
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
    report.groups = found.prove(rng);
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

/// A file that was named and takes no part in the proof must not pass for proved.
fn nothing_to_prove(name: &str) -> Error {
    Error::NotWhatIsNeeded {
        input: name.to_owned(),
        found: "nothing that can be proved".to_owned(),
        wanted: "a private key, certificate, request or keystore",
    }
}

/// Everything found so far, by the fingerprint of its public key.
#[derive(Default)]
struct Found {
    groups: Vec<FoundGroup>,
}

struct FoundGroup {
    fingerprint: Fingerprint,
    public: Result<PublicKey, crate::formats::Error>,
    keys: Vec<(Origin, PrivateKey)>,
    certificates: Vec<GroupCertificate>,
    requests: Vec<Origin>,
}

impl Found {
    fn add(&mut self, item: Item, report: &mut VerifyReport) {
        let origin = item.origin;
        match item.material {
            Material::Certificate(certificate) => self.add_certificate(origin, &certificate),
            Material::PrivateKey { key, chain } => {
                let public = key.public_key();
                for (index, certificate) in chain.iter().flatten().enumerate() {
                    if let (0, Ok(held)) = (index, certificate.public_key())
                        && held != public
                    {
                        let different = DifferentKeys {
                            key: prove::describe(&public),
                            kind: "certificate",
                            held: prove::describe(&held),
                        };
                        report.contradictions.push(Contradiction::Entry(origin.clone(), different));
                    }
                    self.add_certificate(origin.clone(), certificate);
                }
                if let Ok(fingerprint) = spki::fingerprint(&public) {
                    self.group(fingerprint, || Ok(public)).keys.push((origin, key));
                }
            }
            Material::Request(request) => {
                if let Err(fault) = request.verify() {
                    report.contradictions.push(Contradiction::Request(origin.clone(), fault));
                }
                if let Ok(fingerprint) = request.key_fingerprint() {
                    self.group(fingerprint, || request.public_key()).requests.push(origin);
                }
            }
        }
    }

    fn add_certificate(&mut self, origin: Origin, certificate: &Certificate) {
        let Ok(fingerprint) = certificate.key_fingerprint() else { return };
        let held = GroupCertificate {
            origin,
            subject: certificate.subject().to_string(),
            not_after: certificate.validity().ok().map(|validity| validity.not_after),
        };
        self.group(fingerprint, || certificate.public_key()).certificates.push(held);
    }

    fn group(
        &mut self,
        fingerprint: Fingerprint,
        public: impl FnOnce() -> Result<PublicKey, crate::formats::Error>,
    ) -> &mut FoundGroup {
        let index = self.groups.iter().position(|group| group.fingerprint == fingerprint).unwrap_or_else(|| {
            let (keys, certificates, requests) = Default::default();
            self.groups.push(FoundGroup { fingerprint, public: public(), keys, certificates, requests });
            self.groups.len() - 1
        });
        &mut self.groups[index]
    }

    /// Signs a test JWT with every private key and verifies it with its certificates' key.
    fn prove(self, rng: &mut dyn CryptoRng) -> Vec<KeyGroup> {
        let mut groups: Vec<KeyGroup> = self
            .groups
            .into_iter()
            .map(|group| {
                let mut signs = |key| match &group.public {
                    Ok(public) => prove::signs_for(key, public, rng).unwrap_or(false),
                    Err(_) => false,
                };
                let verdict = if group.keys.is_empty() {
                    Verdict::NoKey
                } else if group.certificates.is_empty() {
                    Verdict::LonelyKey
                } else if group.keys.iter().all(|(_, key)| signs(key)) {
                    Verdict::Proved
                } else {
                    Verdict::Broken
                };
                KeyGroup {
                    algorithm: group
                        .public
                        .map_or_else(|fault| fault.reason.to_string(), |it| it.algorithm().to_string()),
                    fingerprint: group.fingerprint,
                    keys: group.keys.into_iter().map(|(origin, _)| origin).collect(),
                    certificates: group.certificates,
                    requests: group.requests,
                    verdict,
                }
            })
            .collect();
        groups.sort_by_key(|group| group.keys.is_empty());
        groups
    }
}
