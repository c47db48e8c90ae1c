//! A number that may be prime.

use crypto_bigint::BoxedUint;
use zeroize::Zeroizing;

/// An odd number whose two highest bits are set, in 64-bit words, the lowest first. It is wiped on drop.
pub(super) struct Candidate {
    number: Zeroizing<Vec<u64>>,
    less_two: Zeroizing<Vec<u64>>,
}

impl Candidate {
    /// `start` + 2 `place`, or nothing when that needs more words than `start`, which is odd and not 1.
    pub(super) fn new(start: &[u64], place: u32) -> Option<Self> {
        let mut number = Zeroizing::new(start.to_vec());
        let over = add(&mut number, 2 * u64::from(place));
        let mut less_two = number.clone();
        subtract(&mut less_two, 2);
        (!over).then_some(Self { number, less_two })
    }

    /// The number n.
    pub(super) fn number(&self) -> &[u64] {
        &self.number
    }

    /// n - 2. The complement of its bits are the bits of -(n - 1).
    pub(super) fn less_two(&self) -> &[u64] {
        &self.less_two
    }

    /// -1 / n modulo 2^64, for the reduction of Montgomery.
    ///
    /// Newton's method: an odd number is its own inverse modulo 8, and each step doubles the number of right bits.
    pub(super) fn negated_inverse(&self) -> u64 {
        let odd = self.number[0];
        let step = |inverse: u64, _| inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        (0..5).fold(odd, step).wrapping_neg()
    }

    /// How many bits the number has.
    pub(super) fn bits(&self) -> u32 {
        64 * self.number.len() as u32
    }
}

/// Adds a word to a number; says whether the sum is too long for it.
fn add(number: &mut [u64], word: u64) -> bool {
    let add = |carry: u64, place: &mut u64| {
        let (sum, over) = place.overflowing_add(carry);
        *place = sum;
        u64::from(over)
    };
    number.iter_mut().fold(word, add) != 0
}

/// Subtracts a word from a number that is not less.
fn subtract(number: &mut [u64], word: u64) {
    let subtract = |borrow: u64, place: &mut u64| {
        let (difference, under) = place.overflowing_sub(borrow);
        *place = difference;
        u64::from(under)
    };
    number.iter_mut().fold(word, subtract);
}

/// Words, the lowest first, as a number of the library that confirms primes.
pub(super) fn uint(words: &[u64]) -> Zeroizing<BoxedUint> {
    let octets = Zeroizing::new(words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>());
    Zeroizing::new(BoxedUint::from_le_slice_vartime(&octets))
}
