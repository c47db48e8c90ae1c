//! What makes a certificate unfit for any path: what a reader of it cannot read, or what it says twice.

use std::collections::HashSet;

use der::asn1::BitStringRef;
use der::{Decode, Tag};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{CrlDistributionPoints, KeyUsage, NameConstraints, SubjectAltName};
use x509_cert::name::{Name, RdnSequence};

use crate::formats::der::walk;
use crate::formats::x509::name::canonical::is_readable;
use crate::formats::x509::{Certificate, FORMAT};

/// Extensions whose content decides on the path: what cannot be read in them is a flaw.
const DECISIVE: [&str; 8] =
    ["2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30", "2.5.29.31", "2.5.29.35", "2.5.29.37"];

/// How deep the elements of a certificate stand within one another at most; there are hardly ten levels in any.
const DEEPEST: usize = 32;

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
        let value = BitStringRef::from_der(extension.extn_value.as_bytes());
        if !value.is_ok_and(|value| !value.raw_bytes().is_empty()) {
            return Some("its netscape certificate type cannot be read".to_owned());
        }
    }
    match tbs.get_extension::<KeyUsage>() {
        Ok(Some((_, it))) if it.0.is_empty() => return Some("its keyUsage allows nothing".to_owned()),
        Ok(_) => {}
        Err(_) => return Some("its keyUsage cannot be read".to_owned()),
    }
    flaw_of_names(certificate).or_else(|| flaw_of_identifiers(certificate))
}

/// Whether one of its object identifiers has an arc with a zero before it, X.690 section 8.19.2: the decoder lets it pass,
/// and takes it for another extension or algorithm than other readers do.
fn flaw_of_identifiers(certificate: &Certificate) -> Option<String> {
    let decisive = certificate.extensions().into_iter().filter(|it| DECISIVE.contains(&it.oid.as_str()));
    let is_odd = has_padded_identifier(certificate.der(), 0) || {
        let mut values = decisive.map(|it| it.octets);
        values.any(|octets| has_padded_identifier(&octets, 0))
    };
    is_odd.then(|| "an object identifier in it is written with zeros that do not belong there".to_owned())
}

/// The same for the elements that `octets` are, and all within them; also for what is deeper than certificates are.
fn has_padded_identifier(octets: &[u8], depth: usize) -> bool {
    depth > DEEPEST
        || walk(FORMAT, octets).flatten().any(|element| match element.tag {
            Tag::ObjectIdentifier => is_padded(element.value),
            tag => tag.is_constructed() && has_padded_identifier(element.value, depth + 1),
        })
}

fn is_padded(identifier: &[u8]) -> bool {
    let mut begins = true;
    identifier.iter().any(|octet| std::mem::replace(&mut begins, octet & 0x80 == 0) && *octet == 0x80)
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
    if let Ok(Some((_, names))) = tbs.get_extension::<SubjectAltName>()
        && !are_readable(&names.0)
    {
        return unreadable("subjectAltName");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_written_without_zeros_before_an_arc() {
        for (octets, is_odd) in [
            (b"\x06\x03\x55\x1d\x25".as_slice(), false),
            (b"\x06\x03\x55\x80\x25", true),
            (b"\x06\x03\x2a\x81\x00", false),
            (b"\x06\x04\x2a\x81\x80\x01", false),
            (b"\x30\x07\x30\x05\x06\x03\x80\x1d\x25", true),
            (b"\x04\x05\x06\x03\x55\x80\x25", false),
        ] {
            assert_eq!(has_padded_identifier(octets, 0), is_odd, "{octets:02x?}");
        }
        assert!(has_padded_identifier(b"", DEEPEST + 1));
    }
}
