//! What was found in the inputs: grouped by public key, its signatures checked, each pair proved.

use std::collections::{BTreeMap, BTreeSet};

use crate::crypto::{CryptoRng, DigestAlgorithm, Fingerprint, PrivateKey, PublicKey};
use crate::formats::x509::Certificate;
use crate::formats::{self, Reason, spki};
use crate::operations::error::DifferentKeys;
use crate::operations::load::{Item, Material, Origin};
use crate::operations::prove;

use super::{Contradiction, GroupCertificate, KeyGroup, Verdict, VerifyReport};

/// Everything found so far, by the fingerprint of its public key.
#[derive(Default)]
pub(super) struct Found {
    groups: Vec<FoundGroup>,
    /// Every certificate once, with the place where it was met first.
    certificates: Vec<(Origin, Certificate)>,
    seen: BTreeSet<Fingerprint>,
}

struct FoundGroup {
    fingerprint: Fingerprint,
    public: Result<PublicKey, formats::Error>,
    keys: Vec<(Origin, PrivateKey)>,
    certificates: Vec<GroupCertificate>,
    requests: Vec<Origin>,
}

impl Found {
    pub(super) fn add(&mut self, item: Item, report: &mut VerifyReport) {
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
        if self.seen.insert(certificate.fingerprint(DigestAlgorithm::Sha256)) {
            self.certificates.push((origin.clone(), certificate.clone()));
        }
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
        public: impl FnOnce() -> Result<PublicKey, formats::Error>,
    ) -> &mut FoundGroup {
        let index = self.groups.iter().position(|group| group.fingerprint == fingerprint).unwrap_or_else(|| {
            let (keys, certificates, requests) = Default::default();
            self.groups.push(FoundGroup { fingerprint, public: public(), keys, certificates, requests });
            self.groups.len() - 1
        });
        &mut self.groups[index]
    }

    /// Holds each certificate's signature against the issuer that it names, where that is here: itself, or another
    /// certificate of the issuer's name and key identifier.
    pub(super) fn check_signatures(&self, report: &mut VerifyReport) {
        let mut by_subject: BTreeMap<Vec<u8>, Vec<&Certificate>> = BTreeMap::new();
        for (_, certificate) in &self.certificates {
            by_subject.entry(certificate.subject_der()).or_default().push(certificate);
        }
        for (origin, certificate) in &self.certificates {
            let issuers = by_subject.get(&certificate.issuer_der()).map_or(&[][..], Vec::as_slice);
            let mut named = issuers.iter().filter(|issuer| certificate.names_key_of(issuer)).peekable();
            if named.peek().is_none() {
                continue;
            }
            let mut faults = named.map(|issuer| certificate.verify_signature(&issuer.public_key()?));
            // What cannot be checked, as a signature by an algorithm that is not read, contradicts nothing.
            let broken = |fault: &formats::Error| matches!(fault.reason, Reason::IntegrityMismatch(_));
            if let Some(Err(fault)) = faults.next().filter(|first| first.as_ref().is_err_and(broken))
                && !faults.any(|other| other.is_ok())
            {
                report.contradictions.push(Contradiction::Certificate(origin.clone(), fault));
            }
        }
    }

    /// Signs a test JWT with every private key and verifies it with its certificates' key.
    pub(super) fn prove(self, rng: &mut dyn CryptoRng) -> Vec<KeyGroup> {
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
