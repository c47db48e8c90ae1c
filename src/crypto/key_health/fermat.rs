//! Fermat's factorisation: finds two factors that lie close together.

use crypto_bigint::{BoxedUint, Resize};

/// The rounds that the Baseline Requirements 6.1.1.3 ask for.
pub(super) const ROUNDS: u32 = 100;

/// Whether Fermat's method factors the odd `modulus` within `rounds` rounds; a square is factored at once.
///
/// With a the integer above the root of n, a² - n is a square b² as soon as n = (a - b)(a + b).
pub(super) fn factors_in(modulus: &BoxedUint, rounds: u32) -> bool {
    // Room for a² and for the sums below.
    let modulus = &modulus.resize(modulus.bits_precision() + 64);
    if modulus.checked_sqrt_vartime().is_some() {
        return true;
    }
    let one = BoxedUint::one_with_precision(modulus.bits_precision());
    let mut root = modulus.floor_sqrt_vartime().wrapping_add(&one);
    let mut difference = root.wrapping_square().wrapping_sub(modulus);
    for _ in 0..rounds {
        if is_square(&difference) {
            return true;
        }
        // (a + 1)² - n = (a² - n) + 2a + 1
        difference = difference.wrapping_add(&root).wrapping_add(&root).wrapping_add(&one);
        root = root.wrapping_add(&one);
    }
    false
}

/// Looks at the last six bits first: squares leave 12 of their 64 values, and the root is the dear part.
fn is_square(number: &BoxedUint) -> bool {
    let last = number.as_words().first().map_or(0, |word| word & 63);
    (0..32).any(|root| root * root & 63 == last) && number.checked_sqrt_vartime().is_some()
}

#[cfg(test)]
mod tests {
    use crypto_bigint::ConcatenatingMul;

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
}
