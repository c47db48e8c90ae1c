//! Fermat's test to the base 2 for several numbers at once, one in each lane of a vector, whatever the vector is.
//!
//! Numbers are written in limbs of [`Lanes::RADIX`] bits, and stay in the form of Montgomery (P. Montgomery, "Modular
//! multiplication without trial division", 1985) with R = 2^(RADIX * limbs) >= 16 n, so that no step needs a comparison:
//! x < 4 n gives (x^2 + m n) / R < 2 n, where m < R, and a doubling leads back to less than 4 n.

use zeroize::DefaultIsZeroes;

use super::Candidate;

/// Several 64-bit words side by side.
///
/// A product of two limbs is added to two neighbouring columns, the higher of which some vectors leave alone: limbs of 28
/// bits have products of 56, of which a column can hold 256.
pub(super) trait Lanes: Copy + DefaultIsZeroes {
    /// Bits of a limb.
    const RADIX: u32;

    /// The vector whose word in each lane is that of `word`.
    fn gather(word: impl FnMut(usize) -> u64) -> Self;

    /// The words, the first lane's first.
    fn words(self) -> impl AsRef<[u64]>;

    /// The sums.
    fn add(self, other: Self) -> Self;

    /// What is left of each word above the lowest `RADIX` bits.
    fn carry(self) -> Self;

    /// The lowest `RADIX` bits of each word.
    fn low(self) -> Self;

    /// Each word times two to the power of the word of `bits` in its lane.
    fn shift_left(self, bits: Self) -> Self;

    /// Each word divided by two to the power of the word of `bits` in its lane.
    fn shift_right(self, bits: Self) -> Self;

    /// Adds the products of limbs `a * b`: what belongs to their own column to `low`, and the rest to `high`.
    fn add_product(low: &mut Self, high: &mut Self, a: Self, b: Self);

    /// The lowest `RADIX` bits of the products of limbs; of `a` only the lowest `RADIX` bits count.
    fn low_product(a: Self, b: Self) -> Self;

    /// The same word in each lane.
    fn splat(word: u64) -> Self;
}

/// Which of the candidates are probable primes to the base 2. All have the same length; there are not more than lanes.
///
/// 2^(n-1) = 1 just when 2^-(n-1) = 1, and a negative exponent lets the chain of squarings begin with a number that is
/// written down rather than computed: the form of Montgomery of 2^-j is 2^(RADIX * limbs - j), which for a `j` of a few
/// bits is less than 4 n. The bits of -(n-1) are the complement of those of n-2.
///
/// `#[inline(always)]`, here and below, lets the caller's `#[target_feature]` reach every instruction.
#[inline(always)]
pub(super) fn probable_primes<V: Lanes>(candidates: &[&Candidate]) -> Vec<bool> {
    let Some(bits) = candidates.first().map(|first| first.bits()) else { return Vec::new() };
    let mut numbers = Numbers::<V>::new(bits, candidates);
    numbers.raise();
    numbers.reduce_power();
    (0..candidates.len()).map(|lane| numbers.is_one(lane)).collect()
}

/// What the test of one batch needs, wiped on drop.
struct Numbers<V: Lanes> {
    /// n, in limbs.
    modulus: Vec<V>,
    /// -n^-1 mod 2^RADIX.
    inverse: V,
    /// n - 2, in limbs.
    exponent: Vec<V>,
    /// How many bits of the exponent are left to be used.
    steps: u32,
    /// The power so far, less than 4 n.
    power: Vec<V>,
    /// The columns of its square.
    columns: Vec<V>,
}

impl<V: Lanes> Numbers<V> {
    #[inline(always)]
    fn new(bits: u32, candidates: &[&Candidate]) -> Self {
        // A column of limbs of 28 bits holds 256 products, and what is carried.
        debug_assert!((128..=2048).contains(&bits));
        let limbs = (bits + 4).div_ceil(V::RADIX).next_multiple_of(2);
        // Lanes that are left over repeat the last candidate.
        let candidate = |lane: usize| candidates[lane.min(candidates.len() - 1)];
        let split = |number: fn(&Candidate) -> &[u64]| -> Vec<V> {
            let limb = |limb| V::gather(|lane| bits_of(number(candidate(lane)), limb * V::RADIX, V::RADIX));
            (0..limbs).map(limb).collect()
        };
        // The start 2^(RADIX * limbs - j) must be less than 4 n, which is at least 3 * 2^bits.
        let spare = V::RADIX * limbs - bits - 1;
        let top = (0..).find(|top| 3 << top >= 4 * spare).unwrap_or(0);
        let steps = bits - top;
        let start = |lane| u64::from(V::RADIX * limbs) - bits_of(candidate(lane).less_two(), steps, top) - 1;
        let power = (0..limbs).map(|limb| V::gather(|lane| bit_in_limb(start(lane), limb, V::RADIX))).collect();
        Self {
            inverse: V::gather(|lane| candidate(lane).negated_inverse()).low(),
            modulus: split(Candidate::number),
            exponent: split(Candidate::less_two),
            steps,
            power,
            columns: vec![V::default(); 2 * limbs as usize + 2],
        }
    }

    /// The power 2^-(n-1).
    #[inline(always)]
    fn raise(&mut self) {
        let one = V::splat(1);
        for step in (0..self.steps).rev() {
            self.square();
            self.reduce();
            let limb = self.exponent[(step / V::RADIX) as usize];
            let bit = V::shift_right(limb, V::splat(u64::from(step % V::RADIX)));
            // 1 where the exponent has 0: the lowest bit of its successor.
            let doublings = V::shift_right(V::shift_left(bit.add(one), V::splat(63)), V::splat(63));
            self.carry(doublings);
        }
    }

    /// Leaves the columns of the square of `power`.
    #[inline(always)]
    fn square(&mut self) {
        let Self { power, columns, .. } = self;
        columns.fill(V::default());
        for row in (0..power.len()).step_by(2) {
            let (a, b) = (power[row], power[row + 1]);
            let (mut low, mut high) = (columns[2 * row + 1], columns[2 * row + 2]);
            V::add_product(&mut low, &mut high, a, b);
            (columns[2 * row + 1], columns[2 * row + 2]) = (low, high);
            let (columns, power) = (&mut columns[2 * row + 2..], &power[row + 2..]);
            let mut rows = Rows::new(a, b);
            rows.add(columns, power);
            rows.finish(&mut columns[power.len()..]);
        }
        for (&limb, [low, high]) in power.iter().zip(columns.as_chunks_mut().0) {
            // Each product of two limbs that differ stands there once, and counts twice.
            (*low, *high) = (low.add(*low), high.add(*high));
            V::add_product(low, high, limb, limb);
        }
    }

    /// Adds multiples of the modulus until the lower half of the columns is zero but for what is carried from it.
    ///
    /// Two rows are added at once. The factors of the next two are computed as soon as their columns are final, and are
    /// ready when the rest of these two is added: else each pair of rows would wait for a chain of multiplications.
    #[inline(always)]
    fn reduce(&mut self) {
        let Self { modulus, inverse, columns, .. } = self;
        let [mut a, mut b] = factors(columns, modulus, *inverse);
        for row in (0..modulus.len()).step_by(2) {
            let columns = &mut columns[row..];
            let mut rows = Rows::new(a, b);
            rows.add(&mut columns[..4], &modulus[..4]);
            columns[1] = columns[1].add(columns[0].carry());
            columns[2] = columns[2].add(columns[1].carry());
            [a, b] = factors(&columns[2..], modulus, *inverse);
            rows.add(&mut columns[4..], &modulus[4..]);
            rows.finish(&mut columns[modulus.len()..]);
        }
    }

    /// Makes limbs of the upper half of the columns again, and doubles them where `doublings` is 1.
    #[inline(always)]
    fn carry(&mut self, doublings: V) {
        let (mut carry, mut doubled_carry) = (V::default(), V::default());
        for (limb, &column) in self.power.iter_mut().zip(&self.columns[self.modulus.len()..]) {
            let sum = column.add(carry);
            carry = sum.carry();
            let doubled = sum.low().shift_left(doublings).add(doubled_carry);
            doubled_carry = doubled.carry();
            *limb = doubled.low();
        }
    }

    /// Takes the power out of the form of Montgomery, to not more than n.
    #[inline(always)]
    fn reduce_power(&mut self) {
        self.columns.fill(V::default());
        self.columns[..self.power.len()].copy_from_slice(&self.power);
        self.reduce();
        self.carry(V::default());
    }

    /// Whether the power in this lane is 1.
    fn is_one(&self, lane: usize) -> bool {
        let differing = |(limb, word): (usize, &V)| word.words().as_ref()[lane] ^ u64::from(limb == 0);
        self.power.iter().enumerate().map(differing).fold(0, std::ops::BitOr::bitor) == 0
    }
}

impl<V: Lanes> Drop for Numbers<V> {
    fn drop(&mut self) {
        let Self { modulus, inverse, exponent, power, columns, .. } = self;
        for secret in [modulus, exponent, power, columns] {
            zeroize::Zeroize::zeroize(secret);
        }
        zeroize::Zeroize::zeroize(inverse);
    }
}

/// By which two multiples of the modulus, the second one column further, the first two columns become zero but for what
/// is carried from them.
#[inline(always)]
fn factors<V: Lanes>(columns: &[V], modulus: &[V], inverse: V) -> [V; 2] {
    let a = V::low_product(columns[0], inverse);
    let (mut first, mut second, mut beyond) = (columns[0], columns[1], V::default());
    V::add_product(&mut first, &mut second, a, modulus[0]);
    V::add_product(&mut second, &mut beyond, a, modulus[1]);
    [a, V::low_product(second.add(first.carry()), inverse)]
}

/// Two rows of products: `a` times each limb of a number, and `b` times the same one column further. Both are added at
/// once, so that each column is loaded and stored once for two products.
struct Rows<V> {
    a: V,
    b: V,
    /// The limb before.
    previous: V,
    /// What the products of the column before leave for the next one.
    carried: V,
}

impl<V: Lanes> Rows<V> {
    #[inline(always)]
    fn new(a: V, b: V) -> Self {
        Self { a, b, previous: V::default(), carried: V::default() }
    }

    /// Adds the products with the next limbs to the next columns, of which there are as many or more.
    #[inline(always)]
    fn add(&mut self, columns: &mut [V], limbs: &[V]) {
        let (columns, last_columns) = columns[..limbs.len()].as_chunks_mut::<4>();
        let (limbs, last_limbs) = limbs.as_chunks::<4>();
        for (columns, limbs) in columns.iter_mut().zip(limbs) {
            self.add_limb(&mut columns[0], limbs[0]);
            self.add_limb(&mut columns[1], limbs[1]);
            self.add_limb(&mut columns[2], limbs[2]);
            self.add_limb(&mut columns[3], limbs[3]);
        }
        for (column, &limb) in last_columns.iter_mut().zip(last_limbs) {
            self.add_limb(column, limb);
        }
    }

    #[inline(always)]
    fn add_limb(&mut self, column: &mut V, limb: V) {
        let (mut low, mut high) = (column.add(self.carried), V::default());
        V::add_product(&mut low, &mut high, self.a, limb);
        V::add_product(&mut low, &mut high, self.b, self.previous);
        *column = low;
        (self.previous, self.carried) = (limb, high);
    }

    /// Adds to the two columns that follow what belongs there.
    #[inline(always)]
    fn finish(self, columns: &mut [V]) {
        let (mut low, mut high) = (columns[0].add(self.carried), columns[1]);
        V::add_product(&mut low, &mut high, self.b, self.previous);
        (columns[0], columns[1]) = (low, high);
    }
}

/// So many bits of a number, from the bit `from` on; those beyond its words are 0.
fn bits_of(words: &[u64], from: u32, count: u32) -> u64 {
    let word = |index: u32| words.get(index as usize).copied().map_or(0, u128::from);
    let pair = word(from / 64) | word(from / 64 + 1) << 64;
    (pair >> (from % 64)) as u64 & ((1 << count) - 1)
}

/// The limb of 2^`exponent`.
fn bit_in_limb(exponent: u64, limb: u32, radix: u32) -> u64 {
    let (radix, limb) = (u64::from(radix), u64::from(limb));
    if exponent / radix == limb { 1 << (exponent % radix) } else { 0 }
}
