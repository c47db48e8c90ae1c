//! What makes a certificate unfit for any path: what a reader of it cannot read, or what it says twice.

use std::collections::HashSet;

use der::asn1::BitStringRef;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{CrlDistributionPoints, KeyUsage, NameConstraints, SubjectAltName};
use x509_cert::name::{Name, RdnSequence};

use crate::formats::x509::Certificate;
use crate::formats::x509::name::canonical::is_readable;

/// Extensions whose content decides on the path: what cannot be read in them is a flaw.
const DECISIVE: [&str; 8] =
    ["2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30", "2.5.29.31", "2.5.29.35", "2.5.29.37"];

pub(super) const NETSCAPE_CERTIFICATE_TYPE: &str = "2.16.840.1.113730.1.1";

/// The first flaw that is found, if any.
pub(super) fn flaw(certificate: &Certificate) -> Option<String> {
    let mut met = HashSet::new();
    for extension in certificate.extensions() {
        if !met.insert(extension.oid.clone()) {
            return Some(format!("the extension {} stands in it twice", extension.name));
        }
        if DECISIVE.contains(&extension.oid.as_str()) && extension.value.is_err() {
            return Some(format!("its {} cannot be read", extension.name));
        }
    }
    let tbs = certificate.tbs();
    let is_type = |it: &&Extension| it.extn_id.to_string() == NETSCAPE_CERTIFICATE_TYPE;
    if let Some(extension) = tbs.extensions().into_iter().flatten().find(is_type) {
        let value = <BitStringRef<'_> as der::Decode>::from_der(extension.extn_value.as_bytes());
        if !value.is_ok_and(|value| !value.raw_bytes().is_empty()) {
            return Some("its netscape certificate type cannot be read".to_owned());
        }
    }
    match tbs.get_extension::<KeyUsage>() {
        Ok(Some((_, it))) if it.0.is_empty() => return Some("its keyUsage allows nothing".to_owned()),
        Ok(_) => {}
        Err(_) => return Some("its keyUsage cannot be read".to_owned()),
    }
    flaw_of_names(certificate)
}

/// What is wrong with its names, wherever they stand.
fn flaw_of_names(certificate: &Certificate) -> Option<String> {
    let tbs = certificate.tbs();
    let unreadable = |what: &str| Some(format!("its {what} has a value that cannot be read"));
    if !is_readable(tbs.subject()) {
        return unreadable("subject");
    }
    if !is_readable(tbs.issuer()) {
        return unreadable("issuer");
    }
    // What does not decode was found already.
    if let Ok(Some((_, names))) = tbs.get_extension::<SubjectAltName>() {
        if !are_readable(&names.0) {
            return unreadable("subjectAltName");
        }
    }
    if let Ok(Some((_, constraints))) = tbs.get_extension::<NameConstraints>() {
        let trees = constraints.permitted_subtrees.into_iter().chain(constraints.excluded_subtrees).flatten();
        if !trees.into_iter().all(|tree| is_readable_general(&tree.base)) {
            return unreadable("nameConstraints");
        }
    }
    if let Ok(Some((_, points))) = tbs.get_extension::<CrlDistributionPoints>() {
        if points.0.iter().any(names_nobody) {
            return Some("its cRLDistributionPoints have one that names no place".to_owned());
        }
        if !points.0.iter().all(has_readable_names) {
            return unreadable("cRLDistributionPoints");
        }
    }
    None
}

/// Whether a distribution point has neither of the fields of which it must have one, RFC 5280 section 4.2.1.13.
fn names_nobody(point: &DistributionPoint) -> bool {
    point.distribution_point.is_none() && point.crl_issuer.as_ref().is_none_or(Vec::is_empty)
}

fn has_readable_names(point: &DistributionPoint) -> bool {
    let is_readable = match &point.distribution_point {
        Some(DistributionPointName::FullName(names)) => are_readable(names),
        Some(DistributionPointName::NameRelativeToCRLIssuer(rdn)) => {
            is_readable(&Name::hazmat_from_rdn_sequence(RdnSequence::from(vec![rdn.clone()])))
        }
        None => true,
    };
    is_readable && are_readable(point.crl_issuer.as_deref().unwrap_or_default())
}

fn are_readable(names: &[GeneralName]) -> bool {
    names.iter().all(is_readable_general)
}

fn is_readable_general(name: &GeneralName) -> bool {
    !matches!(name, GeneralName::DirectoryName(name) if !is_readable(name))
}
