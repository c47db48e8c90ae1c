//! Small primes that divide a modulus, by trial division.

use std::sync::LazyLock;

use crypto_bigint::{BoxedUint, Limb, NonZero, Word};

/// Primes below this are tried. The Baseline Requirements ask for 752.
const BOUND: usize = 1 << 16;

/// Odd primes in groups whose product is one limb, so that the long division is done once for several of them.
static GROUPS: LazyLock<Vec<(Limb, Vec<u32>)>> = LazyLock::new(|| {
    let mut groups: Vec<(Limb, Vec<u32>)> = Vec::new();
    for prime in odd_primes(BOUND) {
        let fits = groups.last().and_then(|(product, _)| product.0.checked_mul(Word::from(prime)));
        match (fits, groups.last_mut()) {
            (Some(larger), Some((product, members))) => {
                *product = Limb(larger);
                members.push(prime);
            }
            _ => groups.push((Limb::from(prime), vec![prime])),
        }
    }
    groups
});

/// The smallest odd prime under the bound that divides `modulus` and is not all of it.
pub(super) fn smallest(modulus: &BoxedUint) -> Option<u32> {
    GROUPS.iter().find_map(|(product, members)| {
        let divisor = NonZero::new(*product).into_option()?;
        let rest = modulus.rem_limb(divisor).0;
        members.iter().copied().find(|prime| rest.is_multiple_of(Word::from(*prime)))
    })
}

/// The odd primes below `bound`, by Eratosthenes' sieve.
pub(super) fn odd_primes(bound: usize) -> impl Iterator<Item = u32> {
    let mut composite = vec![false; bound];
    for candidate in (3..).step_by(2).take_while(|candidate| candidate * candidate < bound) {
        if !composite[candidate] {
            (candidate * candidate..bound).step_by(2 * candidate).for_each(|multiple| composite[multiple] = true);
        }
    }
    (3..bound).step_by(2).filter(move |number| !composite[*number]).filter_map(|prime| u32::try_from(prime).ok())
}

#[cfg(test)]
mod tests {
    use crypto_bigint::ConcatenatingMul;

    use super::*;

    #[test]
    fn the_sieve_counts_as_euler_did() {
        assert_eq!(odd_primes(30).collect::<Vec<_>>(), [3, 5, 7, 11, 13, 17, 19, 23, 29]);
        // There are 6,542 primes below 2^16, and 2 is left out.
        assert_eq!(odd_primes(BOUND).count(), 6_541);
    }

    #[test]
    fn the_smallest_factor_is_named() {
        let of = |factors: &[u64]| {
            factors
                .iter()
                .fold(BoxedUint::one(), |product, factor| product.concatenating_mul(&BoxedUint::from(*factor)))
        };
        let prime = (1 << 61) - 1;
        assert_eq!(smallest(&of(&[prime, prime, prime])), None);
        assert_eq!(smallest(&of(&[prime, prime, 65_521])), Some(65_521));
        assert_eq!(smallest(&of(&[prime, 751, 65_521])), Some(751));
        assert_eq!(smallest(&of(&[prime, 3])), Some(3));
    }
}
