//! Fermat's factorisation: finds two factors that lie close together.

use crypto_bigint::{BoxedUint, Limb, NonZero, Resize, Word};

/// The rounds that the Baseline Requirements 6.1.1.3 ask for.
pub(super) const ROUNDS: u32 = 100;

/// The first odd primes, whose product is one word: a square is a square modulo each of them.
const PRIMES: &[Word] = if Word::BITS == 64 {
    &[3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53]
} else {
    &[3, 5, 7, 11, 13, 17, 19, 23, 29]
};

/// Whether Fermat's method factors the odd `modulus` within `rounds` rounds; a square is factored at once.
///
/// With a the integer above the root of n, a² - n is a square b² as soon as n = (a - b)(a + b).
pub(super) fn factors_in(modulus: &BoxedUint, rounds: u32) -> bool {
    // Room for a².
    let modulus = &modulus.resize(modulus.bits_precision() + 64);
    let root = modulus.floor_sqrt_vartime();
    if root.wrapping_square() == *modulus {
        return true;
    }
    let one = BoxedUint::one_with_precision(modulus.bits_precision());
    let first = root.wrapping_add(&one);
    let (first_rest, modulus_rest) = (rests(&first), rests(modulus));
    (0..rounds).any(|round| {
        // Roots are dear: numbers that are no squares are told by their remainders, but for one of thousands.
        let may_be_square = (0..PRIMES.len()).all(|at| {
            let prime = PRIMES[at];
            let root = (first_rest[at] + Word::from(round) % prime) % prime;
            is_residue((root * root + prime - modulus_rest[at]) % prime, prime)
        });
        may_be_square && {
            let root = first.wrapping_add(BoxedUint::from(round));
            root.wrapping_square().wrapping_sub(modulus).checked_sqrt_vartime().is_some()
        }
    })
}

/// The remainders of `number` modulo each of the primes.
fn rests(number: &BoxedUint) -> Vec<Word> {
    let product = NonZero::new(Limb(PRIMES.iter().product())).into_option();
    let rest = product.map_or(0, |product| number.rem_limb(product).0);
    PRIMES.iter().map(|prime| rest % prime).collect()
}

/// Whether a square leaves `rest` modulo `prime`.
const fn is_residue(rest: Word, prime: Word) -> bool {
    let mut root = 0;
    while root <= prime / 2 {
        if root * root % prime == rest {
            return true;
        }
        root += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use crypto_bigint::ConcatenatingMul;
    use proptest::prelude::*;

    use super::*;

    fn product(p: u64, q: u64) -> BoxedUint {
        BoxedUint::from(p).concatenating_mul(&BoxedUint::from(q))
    }

    #[test]
    fn close_factors_are_found_and_far_ones_are_not() {
        // 2^61 - 1 is prime, and so is 2^61 + 15.
        assert!(factors_in(&product((1 << 61) - 1, (1 << 61) + 15), 100));
        assert!(factors_in(&product((1 << 61) - 1, (1 << 61) - 1), 100));
        assert!(!factors_in(&product((1 << 61) - 1, (1 << 31) - 1), 100));
    }

    #[test]
    fn the_number_of_rounds_is_kept() {
        // For n = (a - b)(a + b) the method needs a - floor(sqrt n) rounds: here a = 2^32, and b²/2a is a little over 10.
        let (a, b) = (1_u64 << 32, 300_001_u64);
        let needed = u32::try_from((b * b).div_ceil(2 * a)).unwrap();
        let number = product(a - b, a + b);
        assert!(factors_in(&number, needed + 1));
        assert!(!factors_in(&number, needed - 1));
    }

    proptest! {
        #[test]
        fn nothing_is_passed_over_for_its_remainders(p in 1_u64 << 20..1 << 22, distance in 0_u64..1 << 15, rounds in 1_u32..60) {
            let (p, q) = (p | 1, (p | 1) + 2 * distance);
            let number = u128::from(p) * u128::from(q);
            let first = number.isqrt() + 1;
            let is_square = |number: u128| number.isqrt().pow(2) == number;
            let found = is_square(number)
                || (0..rounds).any(|round| is_square((first + u128::from(round)).pow(2) - number));
            prop_assert_eq!(factors_in(&product(p, q), rounds), found);
        }
    }
}
