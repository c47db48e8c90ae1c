//! What the things that were found are to each other: issuers, pairs of key and certificate, chains, shared primes.

use std::collections::HashMap;

use crate::crypto::Fingerprint;
use crate::crypto::key_health::{RsaNumbers, Weakness, shared_primes};
use crate::formats::x509::Certificate;
use crate::formats::x509::chain::Pool;

use super::finding::Finding;
use super::report::{
    CertificatePlace, CertificateReport, FileFormat, FileReport, InspectReport, IssuerReport, JwkKey, Thing,
};

/// Fills in what only all files together tell.
pub(super) fn find(report: &mut InspectReport) {
    issuers(report);
    pairs(report);
    report.files.iter_mut().for_each(chains);
    common_primes(report);
}

/// Finds the issuer of each certificate among those given, in the same file first.
fn issuers(report: &mut InspectReport) {
    let certificates: Vec<(String, usize, Certificate)> = places(report, |it| it.certificate.clone()).collect();
    let mut pool = Pool::new();
    // The first place of each certificate; the same octets have the same number.
    let mut first: HashMap<usize, usize> = HashMap::new();
    let numbers: Vec<usize> = certificates.iter().map(|(_, _, certificate)| pool.insert(certificate)).collect();
    for (index, number) in numbers.iter().enumerate() {
        first.entry(*number).or_insert(index);
    }
    let mut found = numbers.iter().enumerate().map(|(index, number)| {
        let issuer = *pool.chain(*number).get(1)?;
        let file = &certificates[index].0;
        let same_file =
            numbers.iter().enumerate().find(|(it, number)| **number == issuer && certificates[*it].0 == *file);
        let place = same_file.map(|(index, _)| index).or_else(|| first.get(&issuer).copied())?;
        let (file, position, certificate) = &certificates[place];
        Some(IssuerReport::Known { subject: certificate.subject(), file: file.clone(), position: *position })
    });
    for certificate in report.files.iter_mut().flat_map(FileReport::certificates_mut) {
        if let Some(Some(known)) = found.next()
            && certificate.issuer == IssuerReport::Missing
        {
            certificate.issuer = known;
        }
    }
}

/// Every certificate with its file and its position there, and what `pick` takes of it.
fn places<'a, T: 'a>(
    report: &'a InspectReport,
    pick: impl Fn(&CertificateReport) -> T + Copy + 'a,
) -> impl Iterator<Item = (String, usize, T)> + 'a {
    report.files.iter().flat_map(move |file| {
        file.certificates().enumerate().map(move |(index, it)| (file.name.clone(), index + 1, pick(it)))
    })
}

/// Finds the certificates of each open private key, and entries and files in which key and certificate are no pair.
fn pairs(report: &mut InspectReport) {
    let mut holders: HashMap<Fingerprint, Vec<CertificatePlace>> = HashMap::new();
    let described =
        |it: &CertificateReport| (it.key.as_ref().and_then(|key| key.fingerprint.clone()), it.certificate.subject());
    for (file, position, (fingerprint, subject)) in places(report, described) {
        if let Some(fingerprint) = fingerprint {
            holders.entry(fingerprint).or_default().push(CertificatePlace { file, position, subject });
        }
    }
    for key in report.files.iter_mut().flat_map(FileReport::private_keys_mut) {
        let fingerprint = key.key.as_ref().and_then(|key| key.fingerprint.as_ref());
        key.certificates = fingerprint.and_then(|it| holders.get(it)).cloned().unwrap_or_default();
    }
    for file in &mut report.files {
        let in_file = file.private_keys().filter(|key| key.key.as_ref().is_some_and(|key| key.fingerprint.is_some()));
        let lonely = in_file.filter(|key| !key.certificates.iter().any(|place| place.file == file.name)).count();
        let has_leaf = file.things.iter().any(|thing| matches!(thing, Thing::Certificate(_)));
        if lonely > 0 && has_leaf && file.store.is_none() {
            file.findings.push(Finding::warning(
                "key_mismatch",
                "no certificate in it is of its private key",
                "Servers that are given this file refuse to start; key and certificate belong to different pairs.",
            ));
        }
        for thing in &mut file.things {
            let Thing::Entry(entry) = thing else { continue };
            let key = entry.key.as_ref().and_then(|key| key.key.as_ref()).and_then(|key| key.fingerprint.as_ref());
            let leaf = entry.chain.first().and_then(|leaf| leaf.key.as_ref()).and_then(|key| key.fingerprint.as_ref());
            if let (Some(key), Some(leaf)) = (key, leaf)
                && key != leaf
            {
                entry.findings.push(Finding::problem(
                    "key_mismatch",
                    "its certificate is not of its private key",
                    "What the key signs, the certificate does not verify; the entry was put together wrongly.",
                ));
            }
        }
    }
}

/// Judges the order of the certificates in a PEM. Those of a PKCS#7 are a set and have none.
fn chains(file: &mut FileReport) {
    if file.format != Some(FileFormat::Pem) {
        return;
    }
    let goes_back = file.certificates().enumerate().any(|(index, it)| match &it.issuer {
        IssuerReport::Known { file: there, position, .. } => *there == file.name && *position <= index,
        _ => false,
    });
    if goes_back {
        file.findings.push(Finding::warning(
            "chain_order",
            "its certificates are not in the order of their chain",
            "Servers send them as they stand, and some clients then find no chain; the leaf comes first, then its issuer.",
        ));
    }
}

/// Finds RSA keys of all files that share a prime with another.
fn common_primes(report: &mut InspectReport) {
    let keys: Vec<RsaNumbers> = findings_of_keys(report).filter_map(|(numbers, _)| numbers).collect();
    if keys.len() < 2 {
        return;
    }
    let mut shares = vec![false; keys.len()];
    for found in shared_primes(&keys).found {
        shares[found.key] = true;
    }
    let with_numbers = findings_of_keys(report).filter(|(numbers, _)| numbers.is_some());
    for ((_, findings), shares) in with_numbers.zip(shares) {
        if shares {
            findings.insert(0, Finding::from(Weakness::SharedPrime));
        }
    }
}

/// The numbers of each RSA key that was found, with the findings of what it stands in.
fn findings_of_keys(report: &mut InspectReport) -> impl Iterator<Item = (Option<RsaNumbers>, &mut Vec<Finding>)> {
    fn of_certificate(it: &mut CertificateReport) -> (Option<RsaNumbers>, &mut Vec<Finding>) {
        (it.key.as_ref().and_then(|key| key.rsa.clone()), &mut it.findings)
    }
    report.files.iter_mut().flat_map(|file| &mut file.things).flat_map(|thing| match thing {
        Thing::Certificate(it) => vec![of_certificate(it)],
        Thing::Jwk(jwk) => {
            let of_key = match &mut jwk.key {
                JwkKey::NotRead(_) => None,
                JwkKey::Private(it) => Some((it.key.as_ref().and_then(|key| key.rsa.clone()), &mut it.findings)),
                JwkKey::Public(it, findings) => Some((it.rsa.clone(), findings)),
            };
            of_key.into_iter().chain(jwk.chain.iter_mut().map(of_certificate)).collect()
        }
        Thing::Entry(entry) => {
            let key = entry.key.as_mut();
            let key = key.map(|it| (it.key.as_ref().and_then(|key| key.rsa.clone()), &mut it.findings));
            key.into_iter().chain(entry.chain.iter_mut().map(of_certificate)).collect()
        }
        Thing::PrivateKey(it) => vec![(it.key.as_ref().and_then(|key| key.rsa.clone()), &mut it.findings)],
        Thing::PublicKey(key, findings) => vec![(key.rsa.clone(), findings)],
        Thing::Request(it) => vec![(it.key.as_ref().and_then(|key| key.rsa.clone()), &mut it.findings)],
        _ => Vec::new(),
    })
}
