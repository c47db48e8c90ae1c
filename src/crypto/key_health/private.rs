//! What only the private key shows.

use rsa::traits::{PrivateKeyParts, PublicKeyParts};

use super::{RsaNumbers, Weakness, examine};
use crate::crypto::rsa::{far_apart, long_enough};
use crate::crypto::{PrivateKey, PrivateKeyKind, PublicKey, PublicKeyKind};

impl RsaNumbers {
    /// The numbers of `key`, or `None` when it is not RSA.
    #[must_use]
    pub fn of(key: &PublicKey) -> Option<Self> {
        match &key.0 {
            PublicKeyKind::Rsa(key) => Some(Self::new(&key.n().to_be_bytes(), &key.e().to_be_bytes())),
            _ => None,
        }
    }
}

/// Every weakness of a private key, those that its public half shows included, the worst first.
#[must_use]
pub fn examine_private(key: &PrivateKey) -> Vec<Weakness> {
    let PrivateKeyKind::Rsa(rsa) = &key.0 else { return Vec::new() };
    let mut found = RsaNumbers::of(&key.public_key()).map(|numbers| examine(&numbers)).unwrap_or_default();
    let bits = rsa.n().bits();
    if let [p, q] = rsa.primes()
        && !far_apart(p, q, bits)
        && !found.contains(&Weakness::ClosePrimes)
    {
        found.push(Weakness::PrimesAlike);
    }
    if !long_enough(rsa.d(), bits) {
        found.push(Weakness::ShortPrivateExponent { bits: rsa.d().bits() });
    }
    found.sort_by_key(|weakness| std::cmp::Reverse(weakness.severity()));
    found
}
