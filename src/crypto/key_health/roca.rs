//! ROCA, CVE-2017-15361: the fingerprint that Infineon's prime generator leaves in the modulus.
//!
//! The generator made each prime as k · M + (65537^a mod M), where M is the product of the first small primes. So the
//! modulus is a power of 65537 modulo every one of them, which a sound modulus is by chance once in 2^27.
//! Source: Nemec, Sys, Svenda, Klinec, Matyas, "The Return of Coppersmith's Attack", ACM CCS 2017, section 2.

use crypto_bigint::{BoxedUint, Limb, NonZero, Word};

use super::factors::odd_primes;

/// The generator's base.
pub(super) const GENERATOR: u32 = 65_537;

/// The largest prime in M for the shortest keys that the generator makes; longer keys have more.
const LAST_PRIME: usize = 167;

/// Whether `modulus` is a power of 65537 modulo each prime up to 167.
pub(super) fn has_fingerprint(modulus: &BoxedUint) -> bool {
    odd_primes(LAST_PRIME + 1).all(|prime| {
        let divisor = NonZero::new(Limb::from(prime)).into_option();
        divisor.is_some_and(|divisor| is_power(modulus.rem_limb(divisor).0, Word::from(prime)))
    })
}

/// Whether `residue` is one of the generator's powers modulo `prime`, which come round to 1 again.
fn is_power(residue: Word, prime: Word) -> bool {
    let next = |power: &Word| Some(power * (Word::from(GENERATOR) % prime) % prime).filter(|power| *power != 1);
    std::iter::successors(Some(1), next).any(|power| power == residue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_a_subgroup() {
        // 65537 = 10 modulo 11, whose powers are 1 and 10.
        assert_eq!((0..11).filter(|residue| is_power(*residue, 11)).collect::<Vec<_>>(), [1, 10]);
        // It generates all residues modulo 3, and never 0.
        assert_eq!((0..3).filter(|residue| is_power(*residue, 3)).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn chance_leaves_one_in_more_than_a_hundred_million() {
        let passing = |prime: u32| (0..Word::from(prime)).filter(|it| is_power(*it, Word::from(prime))).count();
        let chance: f64 = odd_primes(LAST_PRIME + 1).map(|it| passing(it) as f64 / f64::from(it - 1)).product();
        assert!(chance.log2() < -27.0, "{chance}");
    }
}
