//! Is a key sound? Looks for the weaknesses of RSA keys that their numbers alone show.
//!
//! RSA is examined as raw numbers, so that a key that no library takes can be examined all the same;
//! [`spki::rsa_numbers`](crate::formats::spki::rsa_numbers) finds them in a certificate or request. A key on a curve is
//! sound when it was read: its curve is one of four, and its point lies on it.
//!
//! | weakness | source |
//! |---|---|
//! | short or even modulus, even or small exponent, factors below 752 | CA/Browser Forum Baseline Requirements 6.1.5 and 6.1.6; factors are sought up to 65,536 |
//! | close primes | Fermat's method with 100 rounds, Baseline Requirements 6.1.1.3 (5); Böck, "Fermat Factorization in the Wild", 2023, CVE-2022-26320 |
//! | ROCA, CVE-2017-15361 | Nemec and others, "The Return of Coppersmith's Attack", ACM CCS 2017, section 2 |
//! | shared primes | Heninger and others, "Mining Your Ps and Qs", USENIX Security 2012 |
//! | primes alike, short private exponent | FIPS 186-5 appendix A.1.3 step 5.4 and A.1.1 step 3 |
//!
//! Debian's weak keys of 2008 (CVE-2008-0166) are not looked for: nothing in their numbers tells them from sound ones, so
//! that it takes a list of every key that the faulty generator could make, of hundreds of thousands for each size and
//! machine; and no certificate of that time is still valid.
//!
//! The work is bounded whatever the file says: a modulus over 16384 bits is not examined, which is a finding of its own,
//! and an exponent is only measured.

mod factors;
mod fermat;
mod numbers;
mod private;
mod roca;
mod shared;
#[cfg(test)]
mod tests;
mod weakness;

pub use numbers::RsaNumbers;
pub use private::examine_private;
pub use shared::{SharedPrime, SharedPrimes, shared_primes};
pub use weakness::{Severity, Weakness};

/// The longest modulus that is examined, in bits: the longest that OpenSSL takes.
pub(super) const MAX_BITS: u32 = 16_384;

/// Every weakness that a public key shows by itself, the worst first; none when it is sound.
///
/// ```
/// use certwright::crypto::key_health::{RsaNumbers, Severity, examine};
///
/// let key = RsaNumbers::new(&[0xc5; 128], &[1]);
/// let found = examine(&key);
/// assert_eq!(found[0].severity(), Severity::Broken);
/// assert!(found.iter().any(|it| it.kind() == "exponent_one"));
/// ```
#[must_use]
pub fn examine(key: &RsaNumbers) -> Vec<Weakness> {
    let bits = key.bits();
    let mut found = exponent(key);
    if bits > MAX_BITS {
        found.push(Weakness::NotExamined { bits });
    } else {
        found.extend(structure(key));
        found.extend(length(bits));
    }
    found.sort_by_key(|weakness| std::cmp::Reverse(weakness.severity()));
    found
}

fn exponent(key: &RsaNumbers) -> Vec<Weakness> {
    /// The exponent that nearly every key has, 2^16 + 1, and the least that the Baseline Requirements recommend.
    const USUAL: u32 = 65_537;
    match key.small_exponent() {
        _ if key.exponent().last().is_none_or(|last| last.is_multiple_of(2)) => vec![Weakness::EvenExponent],
        Some(1) => vec![Weakness::ExponentIsOne],
        Some(exponent) if exponent < USUAL => vec![Weakness::SmallExponent { exponent }],
        Some(_) => Vec::new(),
        None => vec![Weakness::LargeExponent { bits: key.exponent_bits() }],
    }
}

fn length(bits: u32) -> Option<Weakness> {
    if bits.next_multiple_of(8) < 2048 {
        Some(Weakness::ShortModulus { bits })
    } else if !bits.is_multiple_of(8) {
        Some(Weakness::OddLength { bits })
    } else {
        None
    }
}

/// What the modulus gives away. One reason why it falls is enough.
fn structure(key: &RsaNumbers) -> Option<Weakness> {
    let Some(modulus) = key.odd_modulus() else { return Some(Weakness::EvenModulus) };
    if let Some(factor) = factors::smallest(&modulus) {
        return Some(Weakness::SmallFactor { factor });
    }
    if fermat::factors_in(&modulus, fermat::ROUNDS) {
        return Some(Weakness::ClosePrimes);
    }
    roca::has_fingerprint(&modulus).then_some(Weakness::Roca)
}
