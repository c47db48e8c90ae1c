//! Puts the certificates of a bundle in order, from the leaf towards the root.

use std::collections::HashMap;

use super::{Certificate, DistinguishedName};

/// The certificates of one chain at most. Real chains have two to five, and Java's TLS stops at ten; a file with
/// thousands of entries must not be able to give each of them a chain of thousands.
pub const LONGEST: usize = 16;

/// The certificates of the issuer's name whose keys are tried on one signature. A CA that renews its key under its name
/// has two or three; without a bound, thousands of one name would cost a signature check for each pair of them.
const CANDIDATES: usize = 8;

/// `leaf`, then its issuer, then that one's issuer, as far as `pool` has them; a self-signed certificate ends the chain.
///
/// A certificate counts as issuer only when its name and its key both fit, so that two CAs of one name are told apart.
#[must_use]
pub fn order(leaf: &Certificate, pool: &[Certificate]) -> Vec<Certificate> {
    let (mut pool, leaf) = Pool::with_leaf(leaf, pool);
    pool.chain(leaf).into_iter().map(|index| pool.get(index).clone()).collect()
}

/// All of `bundle` leaf first, each certificate once, when it is one chain and nothing else; `None` when it is not, or
/// when it is longer than [`LONGEST`].
#[must_use]
pub fn whole(bundle: &[Certificate]) -> Option<Vec<Certificate>> {
    let mut pool = Pool::new();
    for certificate in bundle {
        pool.insert(certificate);
    }
    let count = pool.certificates().len();
    if count > LONGEST {
        return None;
    }
    let whole = (0..count).map(|leaf| pool.chain(leaf)).find(|chain| chain.len() == count)?;
    Some(whole.into_iter().map(|number| pool.get(number).clone()).collect())
}

/// Certificates among which chains are looked for. What was found for one chain serves the others: each certificate's
/// issuers are looked for once, among those of its issuer's name only.
#[derive(Debug, Default)]
pub struct Pool<'a> {
    /// Each certificate once.
    certificates: Vec<&'a Certificate>,
    by_der: HashMap<&'a [u8], usize>,
    by_subject: HashMap<DistinguishedName, Vec<usize>>,
    /// Who issued a certificate, for those that were asked for.
    issuers: HashMap<usize, Vec<usize>>,
    /// How many signatures were checked, which is what chains cost.
    checks: usize,
}

impl<'a> Pool<'a> {
    /// A pool of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn with_leaf(leaf: &'a Certificate, others: &'a [Certificate]) -> (Self, usize) {
        let mut pool = Self::new();
        let leaf = pool.insert(leaf);
        for certificate in others {
            pool.insert(certificate);
        }
        (pool, leaf)
    }

    /// Takes a certificate in and gives its number, which it keeps; the same octets have the same number.
    pub fn insert(&mut self, certificate: &'a Certificate) -> usize {
        if let Some(known) = self.by_der.get(certificate.der()) {
            return *known;
        }
        let index = self.certificates.len();
        self.certificates.push(certificate);
        self.by_der.insert(certificate.der(), index);
        self.by_subject.entry(certificate.subject()).or_default().push(index);
        // A new certificate may be the issuer of those that were asked for before it came.
        self.issuers.clear();
        index
    }

    /// The certificate of this number, which [`insert`](Self::insert) gave.
    ///
    /// # Panics
    /// When the number is of another pool.
    #[must_use]
    pub fn get(&self, index: usize) -> &'a Certificate {
        self.certificates[index]
    }

    /// All certificates in the order of their numbers.
    #[must_use]
    pub fn certificates(&self) -> &[&'a Certificate] {
        &self.certificates
    }

    /// How many signatures have been checked so far.
    #[must_use]
    pub fn checks(&self) -> usize {
        self.checks
    }

    /// The chain that begins with the certificate `leaf`, as numbers: at most [`LONGEST`] certificates, none twice.
    pub fn chain(&mut self, leaf: usize) -> Vec<usize> {
        let mut chain = vec![leaf];
        let mut last = leaf;
        while chain.len() < LONGEST {
            let next = self.issuers_of(last).iter().copied().find(|issuer| !chain.contains(issuer));
            let Some(issuer) = next else { break };
            chain.push(issuer);
            last = issuer;
        }
        chain
    }

    fn issuers_of(&mut self, index: usize) -> &[usize] {
        let Self { certificates, by_subject, issuers, checks, .. } = self;
        issuers.entry(index).or_insert_with(|| {
            let (certificate, issuer) = (certificates[index], certificates[index].issuer());
            if issuer == certificate.subject() {
                return Vec::new();
            }
            let named = by_subject.get(&issuer).map(Vec::as_slice).unwrap_or_default();
            let tried = named.iter().copied().filter(|candidate| *candidate != index).take(CANDIDATES);
            tried
                .filter(|candidate| {
                    *checks += 1;
                    certificate.is_issued_by(certificates[*candidate])
                })
                .collect()
        })
    }
}

#[cfg(test)]
pub(crate) mod issue;
#[cfg(test)]
mod tests;
