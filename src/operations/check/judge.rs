//! Which finding has which status: the table at the head of the room, as code.

use crate::clock::Timestamp;
use crate::files::Exposure;
use crate::formats::x509::Validity;
use crate::operations::inspect::{Finding, Severity};

use super::CheckFiles;
use super::report::{CheckFinding, CheckOnly, CheckStatus};
use super::threshold::Threshold;

/// What is judged, and what dates are judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judge {
    pub(super) now: Timestamp,
    pub(super) warning: Threshold,
    pub(super) critical: Threshold,
    pub(super) only: Option<CheckOnly>,
    /// Whether what is well is left out.
    pub(super) faults_alone: bool,
}

/// What `inspect` finds and a check repeats: what is wrong with keys and signatures. How bad it is, it says itself.
/// Dates are judged by thresholds instead, and the rest is no matter of health.
pub(super) const REPEATED: [&str; 16] = [
    "broken_signature",
    "close_primes",
    "even_exponent",
    "even_modulus",
    "exponent_one",
    "primes_alike",
    "repeated_extension",
    "roca",
    "shared_prime",
    "short_key",
    "short_modulus",
    "short_private_exponent",
    "small_factor",
    "unreadable_extension",
    "unreadable_key",
    "weak_signature",
];

impl CheckFinding {
    pub(super) fn new(kind: &'static str, status: CheckStatus, what: impl Into<String>) -> Self {
        Self { kind, status, what: what.into() }
    }
}

/// What is to be repeated of a finding of `inspect`.
pub(super) fn repeated(finding: &Finding) -> Option<CheckFinding> {
    let status = match finding.severity {
        Severity::Note => return None,
        // What programs refuse for its form alone is no emergency.
        _ if finding.kind == "unreadable_extension" => CheckStatus::Warning,
        Severity::Warning => CheckStatus::Warning,
        Severity::Problem => CheckStatus::Critical,
    };
    REPEATED.contains(&finding.kind).then(|| CheckFinding::new(finding.kind, status, finding.what.as_str()))
}

/// Who may read a file with an open private key.
pub(super) fn exposed(exposure: Exposure) -> CheckFinding {
    let status = if exposure.is_to_everyone() { CheckStatus::Critical } else { CheckStatus::Warning };
    CheckFinding::new("exposed_key", status, format!("it is not encrypted and {exposure}"))
}

impl Judge {
    /// The one that these options ask for.
    pub(super) fn of(options: &CheckFiles<'_>) -> Self {
        Self {
            now: options.now,
            warning: options.warning,
            critical: options.critical,
            only: options.only,
            faults_alone: options.faults_alone,
        }
    }

    /// What is to be said of a certificate's dates.
    pub(super) fn dates(&self, validity: Option<Validity>) -> Option<CheckFinding> {
        let Some(validity @ Validity { not_before, not_after }) = validity else {
            let what = "its dates cannot be read";
            return Some(CheckFinding::new("unreadable_dates", CheckStatus::Unknown, what));
        };
        if self.now > not_after {
            return Some(CheckFinding::new("expired", CheckStatus::Critical, format!("expired at {not_after}")));
        }
        let status = if self.critical.is_reached(validity, self.now) {
            CheckStatus::Critical
        } else if self.warning.is_reached(validity, self.now) {
            CheckStatus::Warning
        } else {
            CheckStatus::Ok
        };
        if self.now < not_before && status < CheckStatus::Critical {
            let what = format!("not valid before {not_before}");
            return Some(CheckFinding::new("not_yet_valid", CheckStatus::Critical, what));
        }
        (status > CheckStatus::Ok).then(|| CheckFinding::new("expires_soon", status, format!("expires at {not_after}")))
    }
}
