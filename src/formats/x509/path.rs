//! Certification paths, RFC 5280 section 6: from a certificate to one that is trusted, with every step checked.
//!
//! The path is looked for and checked in OpenSSL's order, and faults have its numbers and words, so that scripts find
//! what they know. Never checked: revocation and policies. What a certificate asks of its readers beyond what is checked
//! here makes it unfit: nothing is called valid whose conditions were passed over.

mod build;
mod check;
mod facts;
mod flaw;
#[cfg(test)]
mod tests;

use std::fmt;

use super::{Certificate, DistinguishedName};
use crate::clock::Timestamp;

use facts::Facts;

/// The certificates of one path at most, as in OpenSSL: one hundred above the first.
const LONGEST: usize = 101;

/// What a path may be made of, and what is asked of it.
#[derive(Clone, Copy, Debug)]
pub struct PathOptions<'a> {
    /// Certificates that are trusted. A path ends with a self-signed one of them.
    pub trusted: &'a [Certificate],
    /// Certificates that may stand between, in any order.
    pub untrusted: &'a [Certificate],
    /// When all must be valid; `None` leaves the dates unchecked.
    pub at: Option<Timestamp>,
    /// Whether a path may also end with a trusted certificate that is not self-signed.
    pub partial: bool,
    /// Whether the signature of a self-signed trusted certificate is checked too, although it proves nothing.
    pub checks_root_signature: bool,
}

/// A path, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Path {
    /// The certificates, the one in question first; as far as they were found.
    pub chain: Vec<Certificate>,
    /// How many of them, from the first, are not trusted by themselves.
    pub untrusted: usize,
    /// What is wrong, in the order in which it was found. Some faults end the search for more.
    pub findings: Vec<Finding>,
}

impl Path {
    /// Whether it leads to trust and nothing is wrong with it.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.findings.is_empty()
    }
}

/// One thing that is wrong with a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How far from the first certificate, which is 0.
    pub depth: usize,
    /// Whose certificate it is.
    pub subject: DistinguishedName,
    /// What is wrong with it.
    pub fault: Fault,
    /// What more can be said, such as an algorithm that is not supported.
    pub detail: Option<String>,
}

/// What can be wrong in a path; it displays in OpenSSL's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Section 6.1.4 (k): the certificate of an issuer is no CA's.
    InvalidAuthority,
    /// An extension is malformed, stands twice, or contradicts another.
    InvalidExtension,
    /// Section 4.2.1.10: a name lies in an excluded subtree.
    NameExcluded,
    /// Section 4.2.1.10: a name lies in no permitted subtree.
    NameNotPermitted,
    /// A nameConstraints extension, or a name, is of a form whose subtrees are not known here.
    NameUnsupported,
    /// Section 6.1.3 (a) (2): the certificate has expired.
    Expired,
    /// The curve is described and not named: CVE-2020-0601 was such a certificate.
    ExplicitCurve,
    /// The issuer of a trusted certificate was not found.
    IssuerMissing,
    /// The issuer was not found anywhere.
    IssuerMissingLocally,
    /// The key of a certificate cannot be read, or is of a kind that is not known here.
    KeyUnreadable,
    /// Section 6.1.4 (n): keyUsage does not let the issuer's key sign certificates.
    NoCertSign,
    /// A date that cannot be read.
    DateUnreadable,
    /// Section 6.1.3 (a) (2): the certificate is not valid yet.
    NotYetValid,
    /// Section 6.1.4 (m): more CAs stand below an issuer than it allows.
    PathLengthExceeded,
    /// The key of an issuer cannot be read.
    PublicKeyUnreadable,
    /// The path ends with a self-signed certificate that is not trusted.
    SelfSignedInChain,
    /// The certificate itself is self-signed and not trusted.
    SelfSignedLeaf,
    /// Section 6.1.3 (a) (1): the issuer's key did not make the signature.
    SignatureFailure,
    /// The path is longer than is followed.
    TooLong,
    /// Section 4.2: a critical extension that is not processed here.
    UnhandledCriticalExtension,
}

impl Fault {
    const ALL: [(Self, u32, &'static str); 20] = [
        (Self::InvalidAuthority, 79, "invalid CA certificate"),
        (Self::InvalidExtension, 41, "invalid or inconsistent certificate extension"),
        (Self::NameExcluded, 48, "excluded subtree violation"),
        (Self::NameNotPermitted, 47, "permitted subtree violation"),
        (Self::NameUnsupported, 53, "unsupported or invalid name syntax"),
        (Self::Expired, 10, "certificate has expired"),
        (Self::ExplicitCurve, 94, "Certificate public key has explicit ECC parameters"),
        (Self::IssuerMissing, 2, "unable to get issuer certificate"),
        (Self::IssuerMissingLocally, 20, "unable to get local issuer certificate"),
        (Self::KeyUnreadable, 1, "unspecified certificate verification error"),
        (Self::NoCertSign, 32, "key usage does not include certificate signing"),
        (Self::DateUnreadable, 13, "format error in certificate's notBefore field"),
        (Self::NotYetValid, 9, "certificate is not yet valid"),
        (Self::PathLengthExceeded, 25, "path length constraint exceeded"),
        (Self::PublicKeyUnreadable, 6, "unable to decode issuer public key"),
        (Self::SelfSignedInChain, 19, "self-signed certificate in certificate chain"),
        (Self::SelfSignedLeaf, 18, "self-signed certificate"),
        (Self::SignatureFailure, 7, "certificate signature failure"),
        (Self::TooLong, 22, "certificate chain too long"),
        (Self::UnhandledCriticalExtension, 34, "unhandled critical extension"),
    ];

    /// OpenSSL's number for it.
    #[must_use]
    pub fn code(self) -> u32 {
        self.row().1
    }

    /// Whether the rest of the path is still looked at, to tell more.
    fn lets_go_on(self) -> bool {
        matches!(
            self,
            Self::Expired
                | Self::InvalidAuthority
                | Self::PathLengthExceeded
                | Self::SelfSignedLeaf
                | Self::UnhandledCriticalExtension
        )
    }

    fn row(self) -> &'static (Self, u32, &'static str) {
        // Every fault has a row; a test says so.
        Self::ALL.iter().find(|(fault, ..)| *fault == self).unwrap_or(&Self::ALL[0])
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().2)
    }
}

/// Looks for a path from `leaf` to a trusted certificate, and checks it.
#[must_use]
pub fn validate(leaf: &Certificate, options: &PathOptions<'_>) -> Path {
    let leaf = Facts::of(leaf);
    let trusted: Vec<Facts<'_>> = options.trusted.iter().map(Facts::of).collect();
    let untrusted: Vec<Facts<'_>> = options.untrusted.iter().map(Facts::of).collect();
    let built = build::build(&leaf, &trusted, &untrusted, options);
    let findings = check::findings(&built, options);
    let chain = built.chain.iter().map(|facts| facts.certificate.clone()).collect();
    Path { chain, untrusted: built.untrusted, findings }
}
