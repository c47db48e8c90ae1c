//! Fermat's test to the base 2 for one number at a time, with nothing but the language: for processors without lanes.

use zeroize::Zeroizing;

use super::Candidate;

/// Whether the candidate is a probable prime to the base 2. It fills its words, and its two highest bits are set.
///
/// The chain is that of [`lanes`](super::lanes): 2^-(n-1) in the form of Montgomery, here with R = 2^`bits`, beginning
/// with R / 2, which stands for 2^-1.
pub(super) fn is_probable_prime(candidate: &Candidate) -> bool {
    let modulus = candidate.number();
    let inverse = negated_inverse(modulus[0]);
    let mut power = Zeroizing::new(vec![0; modulus.len()]);
    power[modulus.len() - 1] = 1 << 63;
    let mut columns = Zeroizing::new(vec![0; 2 * modulus.len()]);
    for &word in candidate.less_two().iter().rev() {
        for bit in (0..64).rev() {
            square(&power, &mut columns);
            let mut over = reduce(&mut columns, modulus, inverse);
            power.copy_from_slice(&columns[modulus.len()..]);
            over = less_when(over, &mut power, modulus);
            debug_assert_eq!(over, 0);
            if word >> bit & 1 == 0 {
                over = double(&mut power);
                // Twice less than R is less than R + 2 n.
                over = less_when(over, &mut power, modulus);
                less_when(over, &mut power, modulus);
            }
        }
    }
    // Less than R, and R mod n: only R - n is.
    let mut carry = false;
    power.iter().zip(modulus).fold(0, |differing, (&power, &word)| {
        let (sum, over) = power.carrying(word, carry);
        carry = over;
        differing | sum
    }) == 0
}

trait Carrying: Sized {
    fn carrying(self, other: Self, carry: bool) -> (Self, bool);
}
impl Carrying for u64 {
    #[inline(always)]
    fn carrying(self, other: u64, carry: bool) -> (u64, bool) {
        let sum = u128::from(self) + u128::from(other) + u128::from(carry);
        (sum as u64, sum >> 64 != 0)
    }
}

/// The square of a number.
fn square(number: &[u64], columns: &mut [u64]) {
    columns.fill(0);
    for (row, &word) in number.iter().enumerate() {
        let rest = &number[row + 1..];
        let carry = add_row(&mut columns[2 * row + 1..][..rest.len()], word, rest);
        columns[row + number.len()] = carry;
    }
    let (mut top, mut carry) = (0, false);
    for (&word, [low, high]) in number.iter().zip(columns.as_chunks_mut().0) {
        let product = u128::from(word) * u128::from(word);
        let doubled = (*low << 1 | top, *high << 1 | *low >> 63);
        top = *high >> 63;
        (*low, carry) = doubled.0.carrying(product as u64, carry);
        (*high, carry) = doubled.1.carrying((product >> 64) as u64, carry);
    }
}

/// Makes the lower half of the columns zero by adding multiples of the modulus; gives what the upper half cannot hold.
fn reduce(columns: &mut [u64], modulus: &[u64], inverse: u64) -> u64 {
    let mut over = false;
    for row in 0..modulus.len() {
        let factor = columns[row].wrapping_mul(inverse);
        let carry = add_row(&mut columns[row..][..modulus.len()], factor, modulus);
        (columns[row + modulus.len()], over) = columns[row + modulus.len()].carrying(carry, over);
    }
    u64::from(over)
}

/// Adds `factor` times `number` to the columns, and gives the word that goes beyond them.
#[inline(always)]
fn add_row(columns: &mut [u64], factor: u64, number: &[u64]) -> u64 {
    let mut carry = 0;
    for (column, &word) in columns.iter_mut().zip(number) {
        let sum = u128::from(factor) * u128::from(word) + u128::from(*column) + u128::from(carry);
        *column = sum as u64;
        carry = (sum >> 64) as u64;
    }
    carry
}

/// Twice the number; gives the bit that goes beyond it.
fn double(number: &mut [u64]) -> u64 {
    let mut carry = 0;
    for word in number {
        (*word, carry) = (*word << 1 | carry, *word >> 63);
    }
    carry
}

/// Subtracts the modulus from a number with `over` words of R where `over` is 1; gives what is left of `over`.
fn less_when(over: u64, number: &mut [u64], modulus: &[u64]) -> u64 {
    let mask = over.wrapping_neg();
    let mut borrow = false;
    for (word, &modulus) in number.iter_mut().zip(modulus) {
        let (difference, first) = word.overflowing_sub(modulus & mask);
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        (*word, borrow) = (difference, first | second);
    }
    over - u64::from(borrow)
}

/// -1 / `odd` mod 2^64.
fn negated_inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    for _ in 0..5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
    }
    inverse.wrapping_neg()
}
