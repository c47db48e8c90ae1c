//! Fermat's test to the base 2 for one number at a time, with nothing but the language: for processors without lanes.

use zeroize::Zeroizing;

use super::Candidate;

/// Whether the candidate is a probable prime to the base 2. It fills its words, and its two highest bits are set.
///
/// The chain is that of [`lanes`](super::lanes): 2^-(n-1) in the form of Montgomery, here with R = 2^`bits`, beginning
/// with R / 2, which stands for 2^-1.
pub(super) fn is_probable_prime(candidate: &Candidate) -> bool {
    let modulus = candidate.number();
    let inverse = candidate.negated_inverse();
    let mut power = Zeroizing::new(vec![0; modulus.len()]);
    power[modulus.len() - 1] = 1 << 63;
    let mut columns = Zeroizing::new(vec![0; 2 * modulus.len()]);
    for &word in candidate.less_two().iter().rev() {
        for bit in (0..64).rev() {
            square(&power, &mut columns);
            // Less than R + n.
            let over = reduce(&mut columns, modulus, inverse);
            power.copy_from_slice(&columns[modulus.len()..]);
            subtract_if(over, &mut power, modulus);
            if word >> bit & 1 == 0 {
                // Less than 2 R, which is less than R + 2 n.
                let over = double(&mut power);
                let over = subtract_if(over, &mut power, modulus);
                subtract_if(over, &mut power, modulus);
            }
        }
    }
    // The form of 1 is R mod n, and of all numbers less than R only R - n is that: together with n it is 0.
    let mut carry = false;
    let sums = power.iter().zip(modulus).map(|(&power, &word)| {
        let (sum, over) = add_with_carry(power, word, carry);
        carry = over;
        sum
    });
    sums.fold(0, std::ops::BitOr::bitor) == 0
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
        (*low, carry) = add_with_carry(doubled.0, product as u64, carry);
        (*high, carry) = add_with_carry(doubled.1, (product >> 64) as u64, carry);
    }
}

/// Makes the lower half of the columns zero by adding multiples of the modulus; gives what the upper half cannot hold.
fn reduce(columns: &mut [u64], modulus: &[u64], inverse: u64) -> u64 {
    let mut over = false;
    for row in 0..modulus.len() {
        let factor = columns[row].wrapping_mul(inverse);
        let carry = add_row(&mut columns[row..][..modulus.len()], factor, modulus);
        let beyond = &mut columns[row + modulus.len()];
        (*beyond, over) = add_with_carry(*beyond, carry, over);
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

/// The sum of two words and a bit, and the bit that goes beyond it.
#[inline(always)]
fn add_with_carry(word: u64, other: u64, carry: bool) -> (u64, bool) {
    let sum = u128::from(word) + u128::from(other) + u128::from(carry);
    (sum as u64, sum >> 64 != 0)
}

/// Twice the number; gives the bit that goes beyond it.
fn double(number: &mut [u64]) -> u64 {
    let mut carry = 0;
    for word in number {
        (*word, carry) = (*word << 1 | carry, *word >> 63);
    }
    carry
}

/// Subtracts the modulus where `over`, the bit that goes beyond the number, is 1; gives what is left of that bit.
fn subtract_if(over: u64, number: &mut [u64], modulus: &[u64]) -> u64 {
    let mask = over.wrapping_neg();
    let mut borrow = false;
    for (word, &modulus) in number.iter_mut().zip(modulus) {
        let (difference, first) = word.overflowing_sub(modulus & mask);
        let (difference, second) = difference.overflowing_sub(u64::from(borrow));
        (*word, borrow) = (difference, first | second);
    }
    over - u64::from(borrow)
}
