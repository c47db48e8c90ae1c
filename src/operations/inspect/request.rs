//! What a certificate signing request asks for, and whether its own key signed it.

use crate::formats::Reason;
use crate::formats::pkcs10::CertificationRequest;

use super::certificate::{key_findings, names, of_extensions};
use super::finding::{self, Finding};
use super::report::RequestReport;

/// Describes one request.
pub(super) fn describe(request: &CertificationRequest) -> RequestReport {
    let key = request.key_description().ok();
    let signature = request.verify();
    let extensions = request.requested_extensions();
    let mut findings = Vec::new();
    if let Err(fault) = &signature
        && !matches!(fault.reason, Reason::Unsupported(_))
    {
        findings.push(Finding::problem(
            "broken_signature",
            "its signature was not made by the key it holds",
            "A CA refuses it: it was changed after it was signed, or put together from two.",
        ));
    }
    if extensions.is_err() {
        findings.push(Finding::problem(
            "unreadable_extension",
            "the extensions it asks for cannot be read",
            "A CA refuses it, or issues the certificate without them.",
        ));
    }
    let extensions = extensions.unwrap_or_default();
    findings.extend(finding::of_digest(request.signature_digest().as_deref(), false));
    findings.extend(key_findings(key.as_ref()));
    findings.extend(of_extensions(&extensions));
    RequestReport {
        subject: request.subject(),
        key,
        signature_algorithm: request.signature_name(),
        signature,
        names: names(&extensions),
        extensions,
        attributes: request.other_attributes(),
        findings,
    }
}
