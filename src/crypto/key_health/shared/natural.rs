//! Natural numbers of millions of bits: words from the least, without zeros at the end.

use crypto_bigint::{BoxedUint, ConcatenatingMul, Word};

/// Up to so many words the library multiplies; its method gains nothing from greater lengths.
const SMALL: usize = 256;

/// `number` without the zeros above its highest word.
pub(super) fn trimmed(mut number: Vec<Word>) -> Vec<Word> {
    let length = number.iter().rposition(|word| *word != 0).map_or(0, |highest| highest + 1);
    number.truncate(length);
    number
}

/// a + b
pub(super) fn add(a: &[Word], b: &[Word]) -> Vec<Word> {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let mut sum = Vec::with_capacity(long.len() + 1);
    sum.extend_from_slice(long);
    sum.push(0);
    add_at(&mut sum, 0, short);
    trimmed(sum)
}

/// a · b
pub(super) fn multiply(a: &[Word], b: &[Word]) -> Vec<Word> {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    if short.is_empty() {
        return Vec::new();
    }
    if short.len() <= SMALL {
        let [long, short] = [long, short].map(|words| BoxedUint::from_words(words.iter().copied()));
        return trimmed(long.concatenating_mul(&short).to_words().into_vec());
    }
    let mut product = vec![0; long.len() + short.len()];
    if long.len() >= 2 * short.len() {
        for (index, piece) in long.chunks(short.len()).enumerate() {
            add_at(&mut product, index * short.len(), &multiply(piece, short));
        }
        return trimmed(product);
    }
    // Karatsuba: (x + yB)(u + vB) = xu + ((x + y)(u + v) - xu - yv)B + yvB²
    let half = long.len().div_ceil(2);
    let ((x, y), (u, v)) = (long.split_at(half), short.split_at(half));
    let (low, high) = (multiply(x, u), multiply(y, v));
    let mut middle = multiply(&add(x, y), &add(u, v));
    subtract(&mut middle, &low);
    subtract(&mut middle, &high);
    add_at(&mut product, 0, &low);
    add_at(&mut product, half, &trimmed(middle));
    add_at(&mut product, 2 * half, &high);
    trimmed(product)
}

/// A number that is `value` modulo the odd `modulus` but for a power of two as factor, and at most one word longer.
///
/// Montgomery's reduction: with q = -value / modulus modulo B^k, the sum value + q · modulus ends with k words of zeros.
pub(super) fn montgomery(value: &[Word], modulus: &[Word]) -> Vec<Word> {
    let surplus = value.len().saturating_sub(modulus.len());
    if surplus == 0 {
        return value.to_vec();
    }
    let quotient = low(multiply(low_slice(value, surplus), &negative_inverse(modulus, surplus)), surplus);
    let mut sum = add(value, &multiply(&quotient, modulus));
    sum.drain(..surplus.min(sum.len()));
    sum
}

/// -1 / `number` modulo B^`length`, for an odd number: Newton's method, which doubles the words that are right.
fn negative_inverse(number: &[Word], length: usize) -> Vec<Word> {
    let lowest = number.first().copied().unwrap_or(1);
    // Three bits are right to begin with, and six doublings make them more than a word.
    let inverse = (0..6)
        .fold(lowest, |inverse: Word, _| inverse.wrapping_mul(Word::wrapping_sub(2, lowest.wrapping_mul(inverse))));
    let mut negative = vec![inverse.wrapping_neg()];
    let mut right = 1;
    while right < length {
        right = (2 * right).min(length);
        // With z = -1/n so far, z(2 + nz) is nearer.
        let mut factor = low(multiply(low_slice(number, right), &negative), right);
        factor = low(add(&factor, &[2]), right);
        negative = low(multiply(&negative, &factor), right);
    }
    negative
}

/// `number` modulo B^`length`.
fn low(mut number: Vec<Word>, length: usize) -> Vec<Word> {
    number.truncate(length);
    trimmed(number)
}

fn low_slice(number: &[Word], length: usize) -> &[Word] {
    &number[..length.min(number.len())]
}

/// Adds `summand` · B^`at` to `sum`, which has room for it.
fn add_at(sum: &mut [Word], at: usize, summand: &[Word]) {
    let (here, above) = sum[at..].split_at_mut(summand.len());
    let mut carry = false;
    for (word, more) in here.iter_mut().zip(summand) {
        let (partial, first) = word.overflowing_add(*more);
        let (whole, second) = partial.overflowing_add(Word::from(carry));
        *word = whole;
        carry = first || second;
    }
    for word in above {
        if !carry {
            return;
        }
        (*word, carry) = word.overflowing_add(1);
    }
}

/// Takes `less`, which is no larger, from `number`.
fn subtract(number: &mut [Word], less: &[Word]) {
    let (here, above) = number.split_at_mut(less.len());
    let mut borrow = false;
    for (word, minus) in here.iter_mut().zip(less) {
        let (partial, first) = word.overflowing_sub(*minus);
        let (whole, second) = partial.overflowing_sub(Word::from(borrow));
        *word = whole;
        borrow = first || second;
    }
    for word in above {
        if !borrow {
            return;
        }
        (*word, borrow) = word.overflowing_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use crypto_bigint::NonZero;
    use proptest::prelude::*;

    use super::*;

    fn library(words: &[Word]) -> BoxedUint {
        BoxedUint::from_words(words.iter().copied())
    }

    fn number(length: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<Word>> {
        // Words of all ones and all zeros are where carries run far.
        let word = prop_oneof![Just(0), Just(Word::MAX), any::<Word>()];
        prop::collection::vec(word, length).prop_map(trimmed)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn products_are_the_librarys(a in number(0..1500), b in number(0..1500)) {
            let wanted = if a.is_empty() || b.is_empty() {
                Vec::new()
            } else {
                trimmed(library(&a).concatenating_mul(&library(&b)).to_words().into_vec())
            };
            prop_assert_eq!(multiply(&a, &b), wanted);
        }

        #[test]
        fn a_reduced_number_is_the_same_but_for_a_power_of_two(value in number(1..900), modulus in number(1..400)) {
            let mut modulus = modulus;
            if modulus.is_empty() {
                modulus.push(1);
            }
            modulus[0] |= 1;
            let reduced = montgomery(&value, &modulus);
            prop_assert!(reduced.len() <= modulus.len() + 1);
            // reduced · B^surplus = value modulo modulus
            let surplus = value.len().saturating_sub(modulus.len());
            let mut back = vec![0; surplus];
            back.extend(&reduced);
            let divisor = NonZero::new(library(&modulus)).unwrap();
            let rest = |number: &[Word]| trimmed(library(number).rem_vartime(&divisor).to_words().into_vec());
            prop_assert_eq!(rest(&[&back[..], &[0]].concat()), rest(&[&value[..], &[0]].concat()));
        }
    }
}
