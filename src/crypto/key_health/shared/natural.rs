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

/// A number that is `value` modulo the odd `modulus` but for a power of two as factor, and at most one word longer than
/// the modulus. `inverse` is the modulus's, right in as many words as the value is longer.
///
/// Montgomery's reduction: with q = -value / modulus modulo B^k, the sum value + q · modulus ends with k words of zeros.
pub(super) fn montgomery(value: &[Word], modulus: &[Word], inverse: &NegativeInverse) -> Vec<Word> {
    let surplus = value.len().saturating_sub(modulus.len());
    if surplus == 0 {
        return value.to_vec();
    }
    let quotient = low(multiply(low_slice(value, surplus), low_slice(&inverse.words, surplus)), surplus);
    let mut sum = add(value, &multiply(&quotient, modulus));
    sum.drain(..surplus.min(sum.len()));
    sum
}

/// -1 / n modulo a power of B, for an odd number n.
#[derive(Clone)]
pub(super) struct NegativeInverse {
    words: Vec<Word>,
    /// The power: so many words are right.
    right: usize,
}

impl NegativeInverse {
    /// Of `number`, right in one word.
    pub(super) fn of(number: &[Word]) -> Self {
        let lowest = number.first().copied().unwrap_or(1);
        // Three bits are right to begin with, and six doublings make them more than a word.
        let inverse = (0..6)
            .fold(lowest, |inverse: Word, _| inverse.wrapping_mul(Word::wrapping_sub(2, lowest.wrapping_mul(inverse))));
        Self { words: vec![inverse.wrapping_neg()], right: 1 }
    }

    /// Of n, when this is that of n · `cofactor`: right in no more than `length` words.
    pub(super) fn of_factor(&self, cofactor: &[Word], length: usize) -> Self {
        let right = self.right.min(length);
        let product = multiply(low_slice(&self.words, right), low_slice(cofactor, right));
        Self { words: low(product, right), right }
    }

    /// The same, right in at least `length` words: Newton's method, which doubles them each time.
    pub(super) fn lifted(mut self, number: &[Word], length: usize) -> Self {
        while self.right < length {
            self.right = (2 * self.right).min(length);
            // With z = -1/n so far, z(2 + nz) is nearer.
            let product = low(multiply(low_slice(number, self.right), &self.words), self.right);
            let factor = low(add(&product, &[2]), self.right);
            self.words = low(multiply(&self.words, &factor), self.right);
        }
        self
    }
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
        fn a_factors_inverse_is_that_of_the_product_times_the_other(a in number(1..40), b in number(1..40)) {
            let odd = |mut number: Vec<Word>| {
                number.resize(number.len().max(1), 0);
                number[0] |= 1;
                number
            };
            let (a, b) = (odd(a), odd(b));
            let product = multiply(&a, &b);
            let whole = NegativeInverse::of(&product).lifted(&product, 20);
            for length in [1, 7, 20, 33] {
                let inverse = whole.of_factor(&b, length).lifted(&a, length);
                let ones = low(multiply(&a, &inverse.words), length);
                prop_assert_eq!(ones, vec![Word::MAX; length]);
            }
        }

        #[test]
        fn a_reduced_number_is_the_same_but_for_a_power_of_two(value in number(1..900), modulus in number(1..400)) {
            let mut modulus = modulus;
            if modulus.is_empty() {
                modulus.push(1);
            }
            modulus[0] |= 1;
            let needed = value.len().saturating_sub(modulus.len());
            let reduced = montgomery(&value, &modulus, &NegativeInverse::of(&modulus).lifted(&modulus, needed));
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
