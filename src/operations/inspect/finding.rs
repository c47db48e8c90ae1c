//! What is to be said of a thing beyond what it says itself: each finding with what it means.

use std::fmt;

use crate::clock::Timestamp;
use crate::crypto::key_health::{self, Weakness};
use crate::formats::pkcs5::Description as Protection;
use crate::formats::x509::Validity;
use crate::limits::Grouped;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing need be done.
    Note,
    /// It will fail somewhere or some day, or is weaker than it should be.
    Warning,
    /// It does not work, or gives no protection.
    Problem,
}

/// Something that is to be said of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable word for programs, such as `expired`.
    pub kind: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// What was found, in one phrase.
    pub what: String,
    /// What that means for whoever uses the thing: one sentence.
    pub means: &'static str,
}

impl Finding {
    pub(super) fn note(kind: &'static str, what: impl Into<String>, means: &'static str) -> Self {
        Self { kind, severity: Severity::Note, what: what.into(), means }
    }

    pub(super) fn warning(kind: &'static str, what: impl Into<String>, means: &'static str) -> Self {
        Self { kind, severity: Severity::Warning, what: what.into(), means }
    }

    pub(super) fn problem(kind: &'static str, what: impl Into<String>, means: &'static str) -> Self {
        Self { kind, severity: Severity::Problem, what: what.into(), means }
    }
}

impl From<Weakness> for Finding {
    fn from(weakness: Weakness) -> Self {
        let severity = match weakness.severity() {
            key_health::Severity::Broken => Severity::Problem,
            key_health::Severity::Weak => Severity::Warning,
            key_health::Severity::Unusual => Severity::Note,
        };
        Self { kind: weakness.kind(), severity, what: format!("its key {weakness}"), means: weakness.meaning() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.means)
    }
}

/// How long before its end a certificate is said to end soon.
const SOON_DAYS: u32 = 30;

/// What is to be said of a certificate's dates.
pub(super) fn of_dates(validity: Option<Validity>, now: Timestamp) -> Option<Finding> {
    let Some(Validity { not_before, not_after }) = validity else {
        return Some(Finding::problem(
            "unreadable_dates",
            "its dates cannot be read",
            "No program can tell whether it is valid, and most refuse it.",
        ));
    };
    if now > not_after {
        return Some(Finding::problem(
            "expired",
            format!("expired on {}", day(not_after)),
            "Whoever checks dates refuses it and what its key signs; a new one is needed.",
        ));
    }
    if now < not_before {
        return Some(Finding::problem(
            "not_yet_valid",
            format!("not valid before {not_before}"),
            "Whoever checks dates refuses it until then; or else this machine's clock is wrong.",
        ));
    }
    let soon = now.plus_days(SOON_DAYS).is_ok_and(|soon| soon > not_after);
    soon.then(|| {
        Finding::warning(
            "expires_soon",
            format!("expires on {}", day(not_after)),
            "From then on it is refused; replace it before.",
        )
    })
}

/// The date of a moment in UTC.
fn day(moment: Timestamp) -> String {
    moment.to_string().split('T').next().unwrap_or_default().to_owned()
}

/// What is to be said of the digest that was signed. A root's own signature protects nothing.
pub(super) fn of_digest(digest: Option<&str>, is_root: bool) -> Option<Finding> {
    match digest {
        Some(digest @ ("SHA-1" | "MD5" | "MD2")) if is_root => Some(Finding::note(
            "weak_signature",
            format!("its signature is over {digest}"),
            "Nobody needs to rely on the signature of a root, but some programs refuse it all the same.",
        )),
        Some(digest @ "SHA-1") => Some(Finding::warning(
            "weak_signature",
            format!("its signature is over {digest}"),
            "Forged signatures over SHA-1 have been affordable since 2020, and most programs refuse it.",
        )),
        Some(digest @ ("MD5" | "MD2")) => Some(Finding::problem(
            "weak_signature",
            format!("its signature is over {digest}"),
            "Anybody can forge such a signature, and nearly every program refuses it.",
        )),
        _ => None,
    }
}

/// What is to be said of a certificate's serial number, whose octets are two's complement.
pub(super) fn of_serial(octets: &[u8]) -> Option<Finding> {
    const LONGEST: usize = 20;
    match octets {
        [0x80..=0xff, ..] => Some(Finding::warning(
            "negative_serial",
            "its serial number is negative",
            "RFC 5280 forbids it, and strict programs, such as Go's since 1.23, refuse it.",
        )),
        octets if octets.len() > LONGEST => Some(Finding::warning(
            "long_serial",
            format!("its serial number has {} octets", octets.len()),
            "RFC 5280 allows 20, and strict programs refuse more.",
        )),
        octets if octets.iter().all(|octet| *octet == 0) => Some(Finding::note(
            "zero_serial",
            "its serial number is zero",
            "RFC 5280 asks for a positive one, and a few programs refuse zero.",
        )),
        _ => None,
    }
}

/// What is to be said of a version before 3.
pub(super) fn of_version(version: u8) -> Option<Finding> {
    (version < 3).then(|| {
        Finding::warning(
            "old_version",
            format!("it is an X.509 version {version} certificate"),
            "It has no extensions, so nothing says what it may be used for, and many programs refuse it as a CA.",
        )
    })
}

/// What is to be said of the length of a DSA key; RSA keys are examined whole.
pub(super) fn of_length(algorithm: &str, bits: Option<u32>) -> Option<Finding> {
    let counts = algorithm.starts_with("DSA");
    match bits {
        Some(bits @ 0..1024) if counts => Some(Finding::problem(
            "short_key",
            format!("its key has {bits} bits only"),
            "Such keys are broken on ordinary machines; make a new one.",
        )),
        Some(bits @ 1024..2048) if counts => Some(Finding::warning(
            "short_key",
            format!("its key has {bits} bits"),
            "2048 is the least that is taken today; make a new one.",
        )),
        _ => None,
    }
}

/// What is to be said of a key that cannot be used here.
pub(super) fn unusable_key(algorithm: &str) -> Finding {
    Finding::note(
        "unsupported_key",
        format!("a key of type {algorithm} is shown only"),
        "This program does not compute with such keys, so nothing that they signed was checked.",
    )
}

/// The same of a private key.
pub(super) fn unusable_private_key(algorithm: &str) -> Finding {
    Finding::note(
        "unsupported_key",
        format!("a key of type {algorithm} is shown only"),
        "This program does not compute with such keys: it neither proves, converts nor signs with this one.",
    )
}

/// What is to be said of a protection by password.
pub(super) fn of_protection(protection: &Protection) -> Option<Finding> {
    const FEW: u64 = 1_000;
    let cipher = protection.cipher.as_deref().unwrap_or_default();
    if let Some(unread) = &protection.unread {
        return Some(Finding::note(
            "unsupported_encryption",
            format!("it is protected with {unread}, which this program does not read"),
            "No password opens it here; the program that made it can write it in another form.",
        ));
    }
    if ["DES-CBC", "RC2-40-CBC", "RC4-40"].contains(&cipher) {
        return Some(Finding::problem(
            "weak_encryption",
            format!("it is encrypted with {cipher}"),
            "A cipher key of 40 or 56 bits is found by trying them all, whatever the password.",
        ));
    }
    if protection.scheme == "traditional PEM" {
        return Some(Finding::warning(
            "weak_encryption",
            "its password is protected by a single round of MD5",
            "Guessing it costs next to nothing; in PKCS#8 with PBES2 every guess is slow.",
        ));
    }
    match protection.iterations {
        Some(count) if count < FEW => Some(Finding::warning(
            "few_iterations",
            format!("its key derivation iterates {} times only", Grouped(count)),
            "Guessing a password that a person chose is cheap; OWASP asks for 600_000 with PBKDF2-HMAC-SHA-256.",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_judged_at_their_edges() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let kind = |from: i64, to: i64| {
            let [not_before, not_after] = [from, to].map(|seconds| now.plus_seconds(seconds).unwrap());
            of_dates(Some(Validity { not_before, not_after }), now).map(|finding| finding.kind)
        };
        assert_eq!(kind(0, 30 * 86_400), None);
        assert_eq!(kind(0, 30 * 86_400 - 1), Some("expires_soon"));
        assert_eq!(kind(-1, 0), Some("expires_soon"));
        assert_eq!(kind(-2, -1), Some("expired"));
        assert_eq!(kind(1, 86_400), Some("not_yet_valid"));
        assert_eq!(of_dates(None, now).map(|finding| finding.kind), Some("unreadable_dates"));
    }

    #[test]
    fn serial_numbers_are_judged_as_they_stand_in_the_file() {
        let kind = |octets: &[u8]| of_serial(octets).map(|finding| finding.kind);
        assert_eq!(kind(&[0x80]), Some("negative_serial"));
        assert_eq!(kind(&[0x00, 0x80]), None);
        assert_eq!(kind(&[0x7f; 20]), None);
        assert_eq!(kind(&[0x01; 21]), Some("long_serial"));
        assert_eq!(kind(&[0]), Some("zero_serial"));
    }

    #[test]
    fn only_what_matters_is_said_of_a_protection() {
        let kind = |scheme: &str, cipher: &str, iterations| {
            let protection = Protection {
                scheme: scheme.to_owned(),
                cipher: Some(cipher.to_owned()),
                iterations,
                ..Protection::default()
            };
            of_protection(&protection).map(|finding| finding.kind)
        };
        assert_eq!(kind("PBES2", "AES-256-CBC", Some(2048)), None);
        assert_eq!(kind("PBES2", "AES-256-CBC", Some(1)), Some("few_iterations"));
        assert_eq!(kind("PKCS#12 PBE", "RC2-40-CBC", Some(2048)), Some("weak_encryption"));
        assert_eq!(kind("PBES1", "DES-CBC", Some(2048)), Some("weak_encryption"));
        assert_eq!(kind("PKCS#12 PBE", "DES-EDE3-CBC", Some(2048)), None);
        assert_eq!(kind("traditional PEM", "AES-256-CBC", Some(1)), Some("weak_encryption"));
        assert_eq!(kind("Sun JKS", "SHA-1 stream", None), None);
    }

    #[test]
    fn lengths_of_other_keys_say_nothing() {
        assert_eq!(of_length("DSA 1024", Some(1024)).map(|it| it.severity), Some(Severity::Warning));
        assert_eq!(of_length("DSA 768", Some(768)).map(|it| it.severity), Some(Severity::Problem));
        assert_eq!(of_length("EC P-256", Some(256)), None);
        assert_eq!(of_length("DSA 2048", Some(2048)), None);
    }
}
