//! What was found in the inputs: grouped by public key, its signatures checked, each pair proved.

use std::collections::{BTreeMap, BTreeSet};

use crate::crypto::key_health::{RsaNumbers, Weakness, examine, examine_private, shared_primes};
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
    public_keys: Vec<Origin>,
    numbers: Option<RsaNumbers>,
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
                    let numbers = RsaNumbers::of(&public);
                    self.group(fingerprint, numbers, || Ok(public)).keys.push((origin, key));
                }
            }
            Material::PublicKey(info) => {
                let numbers = spki::rsa_numbers(info.der()).ok().flatten();
                self.group(info.fingerprint(), numbers, || info.public_key()).public_keys.push(origin);
            }
            Material::Request(request) => {
                if let Err(fault) = request.verify() {
                    report.contradictions.push(Contradiction::Request(origin.clone(), fault));
                }
                if let Ok(fingerprint) = request.key_fingerprint() {
                    let numbers = request.rsa_numbers().ok().flatten();
                    self.group(fingerprint, numbers, || request.public_key()).requests.push(origin);
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
        let numbers = certificate.rsa_numbers().ok().flatten();
        self.group(fingerprint, numbers, || certificate.public_key()).certificates.push(held);
    }

    fn group(
        &mut self,
        fingerprint: Fingerprint,
        numbers: Option<RsaNumbers>,
        public: impl FnOnce() -> Result<PublicKey, formats::Error>,
    ) -> &mut FoundGroup {
        let index = self.groups.iter().position(|group| group.fingerprint == fingerprint).unwrap_or_else(|| {
            self.groups.push(FoundGroup {
                fingerprint,
                public: public(),
                keys: Vec::new(),
                certificates: Vec::new(),
                requests: Vec::new(),
                public_keys: Vec::new(),
                numbers,
            });
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

    /// Signs a test JWT with every private key and verifies it with its certificates' key; and looks whether the keys
    /// themselves are sound.
    pub(super) fn prove(self, report: &mut VerifyReport, rng: &mut dyn CryptoRng) {
        let compared: Vec<(Fingerprint, RsaNumbers)> =
            self.groups.iter().filter_map(|group| Some((group.fingerprint.clone(), group.numbers.clone()?))).collect();
        let (fingerprints, numbers): (Vec<Fingerprint>, Vec<RsaNumbers>) = compared.into_iter().unzip();
        let shared = shared_primes(&numbers);
        let mut partners: BTreeMap<&Fingerprint, Option<&Fingerprint>> = BTreeMap::new();
        for found in &shared.found {
            partners.insert(&fingerprints[found.key], found.partner.map(|partner| &fingerprints[partner]));
        }
        report.not_compared = shared.left_out;
        report.groups = self
            .groups
            .into_iter()
            .map(|group| {
                let partner = partners.get(&group.fingerprint).copied();
                group.proved(partner, rng)
            })
            .collect();
        report.groups.sort_by_key(|group| group.keys.is_empty());
    }
}

impl FoundGroup {
    /// The group with its verdict. `shared` says whether its key shares a prime, and with which where that is known.
    fn proved(self, shared: Option<Option<&Fingerprint>>, rng: &mut dyn CryptoRng) -> KeyGroup {
        let mut signs = |key: &PrivateKey| match &self.public {
            Ok(public) => prove::signs_for(key, public, rng).unwrap_or(false),
            Err(_) => false,
        };
        let verdict = if self.keys.is_empty() {
            Verdict::NoKey
        } else if self.certificates.is_empty() {
            Verdict::LonelyKey
        } else if distinct(&self.keys).all(&mut signs) {
            Verdict::Proved
        } else {
            Verdict::Broken
        };
        let mut weaknesses = match self.keys.first() {
            Some((_, key)) => examine_private(key),
            None => self.numbers.as_ref().map(examine).unwrap_or_default(),
        };
        if shared.is_some() {
            weaknesses.insert(0, Weakness::SharedPrime);
        }
        KeyGroup {
            algorithm: match (&self.public, &self.numbers) {
                (Ok(public), _) => public.algorithm().to_string(),
                (Err(_), Some(numbers)) => format!("RSA {}, unusable", numbers.bits()),
                (Err(fault), None) => fault.reason.to_string(),
            },
            fingerprint: self.fingerprint,
            keys: self.keys.into_iter().map(|(origin, _)| origin).collect(),
            certificates: self.certificates,
            requests: self.requests,
            public_keys: self.public_keys,
            weaknesses,
            shares_prime_with: shared.flatten().cloned(),
            verdict,
        }
    }
}

/// Each private key once, wherever it stands: equal keys sign alike, and signing is what a proof costs most for.
fn distinct(keys: &[(Origin, PrivateKey)]) -> impl Iterator<Item = &PrivateKey> {
    let is_new = |at: usize, key: &PrivateKey| !keys[..at].iter().any(|(_, earlier)| earlier.is_same(key));
    keys.iter().enumerate().filter(move |(at, (_, key))| is_new(*at, key)).map(|(_, (_, key))| key)
}
