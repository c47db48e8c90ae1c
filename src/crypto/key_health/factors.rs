//! Small primes that divide a modulus, by exact division.

use crypto_bigint::BoxedUint;

/// Primes below this are tried. The Baseline Requirements ask for 752.
const BOUND: usize = 1 << 16;

/// How many odd primes there are below the bound.
const COUNT: usize = 6_541;

/// The odd primes below the bound, found when this is compiled: at run time that would take longer than to try them.
static PRIMES: [u16; COUNT] = sieve();

/// How many groups are divided by side by side, so that the processor need not wait for one product after the other.
const LANES: usize = 4;

/// How many groups the primes make; the last few are empty, so that each lane always has one.
const GROUPS: usize = 1_580;

/// The primes in groups whose product is one word, so that one division of the modulus does for them all.
static DIVISORS: [Divisor; GROUPS] = divisors();

/// The product of some primes that follow each other.
#[derive(Clone, Copy)]
struct Divisor {
    product: u64,
    /// Of the product, modulo 2^64.
    inverse: u64,
    /// Where its primes stand among all.
    begin: usize,
    end: usize,
}

/// The smallest odd prime under the bound that divides `modulus`.
pub(super) fn smallest(modulus: &BoxedUint) -> Option<u32> {
    let words = words(modulus);
    DIVISORS.chunks_exact(LANES).find_map(|divisors| {
        let divisors: &[Divisor; LANES] = divisors.try_into().ok()?;
        let mut carries = [0_u64; LANES];
        // Jebelean, "An algorithm for exact division" (1993): from the last word on, each takes the multiple of the divisor
        // that makes it zero. What is carried over the first is the number, but for a power of 2 and the sign: so an odd
        // prime of the divisor divides both or neither.
        for word in &words {
            for (carry, divisor) in carries.iter_mut().zip(divisors) {
                let (rest, borrow) = word.overflowing_sub(*carry);
                *carry = high_product(rest.wrapping_mul(divisor.inverse), divisor.product) + u64::from(borrow);
            }
        }
        let mut primes = carries.iter().zip(divisors).flat_map(|(carry, divisor)| {
            PRIMES[divisor.begin..divisor.end].iter().filter(|prime| carry.is_multiple_of(u64::from(**prime)))
        });
        primes.next().copied().map(u32::from)
    })
}

/// The odd primes below `bound`, which is at most 2^16.
pub(super) fn odd_primes(bound: usize) -> impl Iterator<Item = u32> {
    PRIMES.iter().copied().take_while(move |prime| usize::from(*prime) < bound).map(u32::from)
}

/// The number in words of 64 bits, the last first, whatever a word of this processor is.
fn words(number: &BoxedUint) -> Vec<u64> {
    let octets = number.to_le_bytes();
    let word = |octets: &[u8]| octets.iter().rev().fold(0, |word, octet| word << 8 | u64::from(*octet));
    octets.chunks(8).map(word).collect()
}

/// The upper half of a product.
const fn high_product(a: u64, b: u64) -> u64 {
    ((a as u128 * b as u128) >> 64) as u64
}

/// Eratosthenes' sieve over the odd numbers.
#[expect(clippy::cast_possible_truncation, reason = "the primes are below 2^16")]
const fn sieve() -> [u16; COUNT] {
    let mut primes = [0; COUNT];
    let mut count = 0;
    // The number at `half` is 2 * half + 1.
    let mut composite = [false; BOUND / 2];
    let mut half = 1;
    while half < BOUND / 2 {
        if !composite[half] {
            let prime = 2 * half + 1;
            primes[count] = prime as u16;
            count += 1;
            // The square of the prime, then its odd multiples.
            let mut multiple = 2 * half * (half + 1);
            while multiple < BOUND / 2 {
                composite[multiple] = true;
                multiple += prime;
            }
        }
        half += 1;
    }
    primes
}

const fn divisors() -> [Divisor; GROUPS] {
    let mut divisors = [Divisor { product: 1, inverse: 1, begin: 0, end: 0 }; GROUPS];
    let (mut group, mut begin) = (0, 0);
    while begin < COUNT {
        let (mut product, mut end) = (1_u64, begin);
        while end < COUNT {
            match product.checked_mul(PRIMES[end] as u64) {
                Some(larger) => product = larger,
                None => break,
            }
            end += 1;
        }
        divisors[group] = Divisor { product, inverse: inverse(product), begin, end };
        group += 1;
        begin = end;
    }
    divisors
}

/// The inverse of an odd number modulo 2^64, by Newton's method: each step doubles the bits that are right, of which the
/// number itself has 3.
const fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut right_bits = 3;
    while right_bits < 64 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        right_bits *= 2;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use crypto_bigint::ConcatenatingMul;
    use crypto_bigint::Limb;
    use crypto_bigint::NonZero;
    use crypto_bigint::Word;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_sieve_counts_as_euler_did() {
        assert_eq!(odd_primes(30).collect::<Vec<_>>(), [3, 5, 7, 11, 13, 17, 19, 23, 29]);
        // There are 6,542 primes below 2^16, and 2 is left out.
        assert_eq!(odd_primes(BOUND).count(), 6_541);
        assert_eq!(PRIMES.last(), Some(&65_521));
        assert!(PRIMES.is_sorted() && PRIMES[0] == 3);
    }

    #[test]
    fn each_prime_stands_in_one_divisor() {
        let mut next = 0;
        for divisor in DIVISORS.iter().filter(|divisor| divisor.begin < divisor.end) {
            assert_eq!(divisor.begin, next);
            next = divisor.end;
            let primes = PRIMES[divisor.begin..divisor.end].iter().map(|prime| u128::from(*prime));
            assert_eq!(primes.product::<u128>(), u128::from(divisor.product));
            assert_eq!(divisor.product.wrapping_mul(divisor.inverse), 1);
        }
        assert_eq!(next, COUNT);
        assert!(GROUPS.is_multiple_of(LANES));
        let empty = DIVISORS.iter().filter(|divisor| divisor.begin == divisor.end).count();
        assert!(empty < LANES, "{empty} groups too many");
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
        assert_eq!(smallest(&of(&[1])), None);
        assert_eq!(smallest(&of(&[65_521])), Some(65_521));
    }

    proptest! {
        #[test]
        fn the_smallest_factor_is_what_plain_division_finds(octets in prop::collection::vec(any::<u8>(), 1..80)) {
            let mut octets = octets;
            octets[0] |= 1;
            let number = BoxedUint::from_le_slice_vartime(&octets);
            let divides = |prime: &u32| {
                let divisor = NonZero::new(Limb::from(*prime)).unwrap();
                number.rem_limb(divisor).0 == Word::from(0_u8)
            };
            prop_assert_eq!(smallest(&number), odd_primes(BOUND).find(divides));
        }
    }
}
