//! What expires, and what is unhealthy, in many files: each thing judged against thresholds, the worst first.
//!
//! | what is found | status |
//! |---|---|
//! | `expired`, `not_yet_valid` | critical |
//! | `expires_soon` | critical or a warning, as the thresholds say; the bound itself counts |
//! | `unreadable_dates`, `locked`, `nothing_found`, and every kind of [`Error`](super::Error) that a file gives | unknown |
//! | a key that is broken (ROCA, close primes, …), `broken_signature`, `unreadable_key`, `weak_signature` over MD5 | critical |
//! | a key that is weak (RSA under 2048 bits, …), `weak_signature` over SHA-1 | warning; nothing of a root's own signature |
//! | `key_mismatch`: an entry, or two files of one name but for the ending, that are no pair | critical |
//! | `exposed_key`: an open private key that every user, or the group, can read | critical, or a warning |
//!
//! With [`CheckOnly::Expiry`] the first three rows are all that is found, and certificates all that is told of.

mod expiry;
mod item;
mod judge;
mod look;
mod pairs;
mod partner;
mod report;
mod store;
#[cfg(test)]
mod tests;
mod threshold;
mod told;

use crate::clock::Timestamp;
use crate::files::Found;
use crate::limits::Limits;
use crate::secret::PasswordProvider;
use crate::workers::Workers;

pub use partner::{PartnerReport, find_partner};
pub use report::{CertificateFacts, CheckFinding, CheckItem, CheckOnly, CheckReport, CheckStatus, CheckedKind};
pub use store::{in_use_of, kept_in};
pub use threshold::{Threshold, ThresholdError};

/// How to check.
#[derive(Clone, Copy)]
pub struct CheckFiles<'a> {
    /// The time by which dates are judged.
    pub now: Timestamp,
    /// From when on an end is a warning.
    pub warning: Threshold,
    /// From when on an end is critical.
    pub critical: Threshold,
    /// What alone is looked at; everything where nothing is said.
    pub only: Option<CheckOnly>,
    /// Whether what is well is only counted: for whoever asks for the status, or for what is to be done. For dates alone
    /// nothing is made of it then, which is faster and keeps nothing of it in memory.
    pub faults_alone: bool,
    /// Whether it is all right that there is nothing to judge.
    pub may_be_empty: bool,
    /// The passwords that were given. They are tried on what is protected, one file after the other.
    pub given: &'a dyn PasswordProvider,
    /// Who is asked for the password of a file that was named and shows nothing without one; never for one in a folder.
    pub asked: Option<&'a dyn PasswordProvider>,
    /// What hostile files may cost.
    pub limits: &'a Limits,
    /// Is told after each file how many there were.
    pub progress: &'a dyn Fn(usize),
}

/// Judges everything in `files`: when certificates end, and whether keys, pairs and signatures are sound.
///
/// Files are read and judged side by side, and none is kept, so that a tree need not fit into memory. What no password
/// opened is told from what lies open: the certificates of a JKS, with `integrity_unchecked`; a PKCS#12 that hides its
/// certificates is unknown.
///
/// In a folder, files that are neither keys nor certificates are passed over. What may be one is not: what cannot be
/// read (but for a `.key` that only its owner may read, as it should be), what is cut short, and what is something else
/// under a name such as `server.crt`. A password that does not open a file of a folder is no fault as long as nothing
/// of it stays hidden.
///
/// ```
/// # use certwright::clock::Timestamp;
/// # use certwright::crypto::{KeyAlgorithm, SystemRandom};
/// # use certwright::files::{Found, Input};
/// # use certwright::formats::x509::{Details, DistinguishedName};
/// # use certwright::limits::Limits;
/// # use certwright::operations::*;
/// # use certwright::secret::{NoPasswords, Passwords};
/// # let mut rng = SystemRandom::new();
/// # let encoding = KeyEncoding::Plain { form: KeyForm::Pkcs8, der: false };
/// # let made = generate_key(&GenerateKey { algorithm: KeyAlgorithm::P256, encoding }, &mut rng)?;
/// # let now: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// # let subject = DistinguishedName::parse("CN=app")?;
/// # let options = SelfSign {
/// #     named: Named::Subject { subject, subject_alt_names: Vec::new() },
/// #     not_after: now.plus_days(20)?,
/// #     is_ca: false,
/// #     details: Details::default(),
/// # };
/// # let key = Input::new("app.key", made.encoded);
/// # let certificate = self_sign(&options, &key, &NoPasswords, &Limits::default(), now, &mut rng)?;
/// let input = Input::new("app.crt", certificate_pem(&certificate)?.into());
/// let options = CheckFiles {
///     now,
///     warning: Threshold::USUAL_WARNING,
///     critical: Threshold::USUAL_CRITICAL,
///     only: None,
///     faults_alone: false,
///     may_be_empty: false,
///     given: &Passwords::default(),
///     asked: None,
///     limits: &Limits::default(),
///     progress: &|_| (),
/// };
/// let report = check([Found::from(input)].into_iter(), &options);
/// assert_eq!(report.status(), CheckStatus::Warning);
/// assert_eq!(report.items[0].findings[0].kind, "expires_soon");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check(files: impl Iterator<Item = Found> + Send, options: &CheckFiles<'_>) -> CheckReport {
    let mut looked = look::into_all(files, options, Workers::available());
    if !options.may_be_empty {
        looked.tell_of_empty_roots(options.only);
    }
    pairs::compare(&mut looked.told.items);
    if options.faults_alone {
        looked.told.leave_out(|_| true);
    }
    let mut report = CheckReport {
        now: options.now,
        warning: options.warning,
        critical: options.critical,
        only: options.only,
        items: looked.told.items,
        left_out: looked.told.left_out,
        files: looked.files,
        passed_over: looked.passed_over,
        may_be_empty: options.may_be_empty,
    };
    report.sort();
    report
}
