//! What in a tree belongs to a key, and what belongs to nothing there.

use std::collections::BTreeSet;
use std::path::Path;

use crate::crypto::Fingerprint;
use crate::files::{Found, Input};
use crate::operations::Error;
use crate::operations::inspect;
use crate::operations::verify::UnopenedReason;
use crate::workers::Workers;

use super::item::items;
use super::judge::Judge;
use super::report::{CheckItem, CheckStatus, CheckedKind, in_order};
use super::{CheckFiles, look};

/// What belongs to a key, and what has no partner.
#[derive(Debug)]
pub struct PartnerReport {
    /// The file whose partners were sought, as the user named it.
    pub of: String,
    /// What it is.
    pub kind: CheckedKind,
    /// The kind of key, such as `RSA 2048`.
    pub algorithm: String,
    /// SHA-256 of the SubjectPublicKeyInfo.
    pub key: Fingerprint,
    /// Everything else in the tree that has this key.
    pub belonging: Vec<CheckItem>,
    /// Private keys to which no certificate in the tree belongs.
    pub lonely_keys: Vec<CheckItem>,
    /// Certificates to which no private key in the tree belongs, those of authorities left out.
    pub lonely_certificates: Vec<CheckItem>,
    /// What could not be read, so that nobody knows what it belongs to.
    pub unread: Vec<CheckItem>,
    /// How many files hold a private key that stayed closed: a lonely certificate may be its own.
    pub locked: usize,
    /// How many files were read.
    pub files: usize,
}

impl PartnerReport {
    /// Whether the other half is there: a certificate to a private key, and a private key to anything else.
    #[must_use]
    pub fn has_partner(&self) -> bool {
        let is_certificate = |kind| matches!(kind, CheckedKind::Certificate | CheckedKind::ChainCertificate);
        self.belonging.iter().any(|item| match self.kind {
            CheckedKind::PrivateKey => is_certificate(item.kind),
            _ => item.kind == CheckedKind::PrivateKey,
        })
    }
}

/// Finds everything in `files` that has the key of `of`: a private key, a public key, a certificate or a request.
///
/// ```
/// # use certwright::clock::Timestamp;
/// # use certwright::files::{Found, Input};
/// # use certwright::limits::Limits;
/// # use certwright::operations::*;
/// # use certwright::secret::Passwords;
/// # let mut rng = certwright::crypto::SystemRandom::new();
/// # let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// # let algorithm = certwright::crypto::KeyAlgorithm::P256;
/// # let made = generate_key(&GenerateKey { algorithm, encoding }, &mut rng)?;
/// # let options = CheckFiles {
/// #     now: Timestamp::from_unix(0)?,
/// #     warning: Threshold::USUAL_WARNING,
/// #     critical: Threshold::USUAL_CRITICAL,
/// #     only: None,
/// #     faults_alone: false,
/// #     may_be_empty: true,
/// #     given: &Passwords::default(),
/// #     asked: None,
/// #     limits: &Limits::default(),
/// #     progress: &|_| (),
/// # };
/// let (key, copy) = (Input::new("app.key", made.encoded.clone()), Input::new("copy.key", made.encoded));
/// let report = find_partner(&key, [Found::from(copy)].into_iter(), &options)?;
/// assert_eq!(report.belonging[0].file, "copy.key");
/// assert!(!report.has_partner(), "a copy is no certificate");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::NotWhatIsNeeded`] when `of` holds no key that can be told; otherwise what stops it from being opened.
pub fn find_partner(
    of: &Input,
    files: impl Iterator<Item = Found> + Send,
    options: &CheckFiles<'_>,
) -> Result<PartnerReport, Error> {
    // Keys are what is sought, whatever a check would look at and tell.
    let options = &CheckFiles { only: None, faults_alone: false, ..*options };
    let wanted = key_of(of, options)?;
    let has_its_name = |path: &Path| of.path().is_some_and(|own| own.file_name() == path.file_name());
    let others = files.filter(|found| !(has_its_name(&found.path) && of.is_at(&found.path)));
    let looked = look::into_all(others, options, Workers::available());
    let Some(key) = wanted.key.clone() else { return Err(nothing_in(of)) };
    let of_kind = |kind: fn(CheckedKind) -> bool| -> BTreeSet<Vec<u8>> {
        let all = looked.told.items.iter().chain([&wanted]).filter(|item| kind(item.kind));
        all.filter_map(|item| item.key.as_ref().map(|key| key.as_bytes().to_vec())).collect()
    };
    let keys = of_kind(|kind| kind == CheckedKind::PrivateKey);
    let certificates = of_kind(|kind| matches!(kind, CheckedKind::Certificate | CheckedKind::ChainCertificate));
    let mut report = PartnerReport {
        of: of.name().to_owned(),
        kind: wanted.kind,
        algorithm: wanted.algorithm.unwrap_or_default(),
        key,
        belonging: Vec::new(),
        lonely_keys: Vec::new(),
        lonely_certificates: Vec::new(),
        unread: Vec::new(),
        locked: looked.locked,
        files: looked.files,
    };
    for item in looked.told.items {
        let has = |set: &BTreeSet<Vec<u8>>| item.key.as_ref().is_some_and(|key| set.contains(key.as_bytes()));
        match item.kind {
            _ if item.key.as_ref() == Some(&report.key) => report.belonging.push(item),
            CheckedKind::PrivateKey if item.key.is_some() && !has(&certificates) => report.lonely_keys.push(item),
            CheckedKind::Certificate if item.key.is_some() && !has(&keys) => report.lonely_certificates.push(item),
            CheckedKind::File if item.status == CheckStatus::Unknown => report.unread.push(item),
            _ => {}
        }
    }
    for list in [&mut report.belonging, &mut report.lonely_keys, &mut report.lonely_certificates, &mut report.unread] {
        list.sort_by(in_order);
    }
    Ok(report)
}

/// The first thing in `of` that has a key: in a file with a key and its certificates, the private key.
fn key_of(of: &Input, options: &CheckFiles<'_>) -> Result<CheckItem, Error> {
    let judge = Judge::of(options);
    let asked = options.asked.filter(|_| !options.has_password(of.name()));
    let mut file = inspect::look_into(of, judge.now, asked.unwrap_or(options.given), options.limits);
    let mut found: Vec<CheckItem> = items(&file, &judge).into_iter().filter(|item| item.key.is_some()).collect();
    found.sort_by_key(|item| item.kind != CheckedKind::PrivateKey);
    let failure = file.failures.drain(..).next();
    match (found.into_iter().next(), failure) {
        (Some(item), _) => Ok(item),
        (None, Some(UnopenedReason::Content(error))) => Err(error),
        _ => Err(nothing_in(of)),
    }
}

fn nothing_in(of: &Input) -> Error {
    Error::NotWhatIsNeeded {
        input: of.name().to_owned(),
        found: "no key that can be told".to_owned(),
        wanted: "a private key, public key, certificate or request",
    }
}
