//! The vectors of the processor held, operation by operation, to one in the language alone.

#[cfg(target_arch = "x86_64")]
use proptest::prelude::*;
use zeroize::DefaultIsZeroes;

use super::{candidate, fermat, telling};
use crate::crypto::prime_search::lanes::{self, Lanes};

/// What each vector of the processor should do.
#[derive(Clone, Copy)]
pub(in crate::crypto::prime_search) struct Twin<const COUNT: usize, const RADIX: u32>([u64; COUNT]);

impl<const COUNT: usize, const RADIX: u32> Default for Twin<COUNT, RADIX> {
    fn default() -> Self {
        Self([0; COUNT])
    }
}

impl<const COUNT: usize, const RADIX: u32> DefaultIsZeroes for Twin<COUNT, RADIX> {}

impl<const COUNT: usize, const RADIX: u32> Twin<COUNT, RADIX> {
    const MASK: u64 = (1 << RADIX) - 1;

    fn map(self, other: Self, of: impl Fn(u64, u64) -> u64) -> Self {
        Self(std::array::from_fn(|lane| of(self.0[lane], other.0[lane])))
    }
}

impl<const COUNT: usize, const RADIX: u32> Lanes for Twin<COUNT, RADIX> {
    const RADIX: u32 = RADIX;

    fn gather(word: impl FnMut(usize) -> u64) -> Self {
        Self(std::array::from_fn(word))
    }

    fn splat(word: u64) -> Self {
        Self([word; COUNT])
    }

    fn words(self) -> impl AsRef<[u64]> {
        self.0
    }

    fn add(self, other: Self) -> Self {
        self.map(other, u64::wrapping_add)
    }

    fn carry(self) -> Self {
        self.map(self, |word, _| word >> RADIX)
    }

    fn low(self) -> Self {
        self.map(self, |word, _| word & Self::MASK)
    }

    fn shift_left(self, bits: Self) -> Self {
        self.map(bits, |word, bits| word << bits)
    }

    fn shift_right(self, bits: Self) -> Self {
        self.map(bits, |word, bits| word >> bits)
    }

    fn add_product(low: &mut Self, high: &mut Self, a: Self, b: Self) {
        let product = |lane: usize| u128::from(a.0[lane]) * u128::from(b.0[lane]);
        let splits = RADIX > 32;
        let mask = if splits { u128::from(Self::MASK) } else { u128::MAX };
        *low = low.add(Self(std::array::from_fn(|lane| (product(lane) & mask) as u64)));
        if splits {
            *high = high.add(Self(std::array::from_fn(|lane| (product(lane) >> RADIX) as u64)));
        }
    }

    fn low_product(a: Self, b: Self) -> Self {
        a.map(b, u64::wrapping_mul).low()
    }
}

/// Every operation of both vectors, on the same words.
#[cfg(target_arch = "x86_64")]
pub(in crate::crypto::prime_search) fn assert_alike<V: Lanes, T: Lanes>(any: &[u64], other: &[u64], bits: u32) {
    let limb = |word: u64| word & ((1 << V::RADIX) - 1);
    let (v, t) = (V::gather(|lane| any[lane]), T::gather(|lane| any[lane]));
    let (w, u) = (V::gather(|lane| other[lane]), T::gather(|lane| other[lane]));
    let (small_v, small_t) = (V::gather(|lane| limb(any[lane])), T::gather(|lane| limb(any[lane])));
    let (small_w, small_u) = (V::gather(|lane| limb(other[lane])), T::gather(|lane| limb(other[lane])));
    let same = |ours: V, twin: T, what: &str| {
        assert_eq!(ours.words().as_ref(), twin.words().as_ref(), "{what} of {any:x?} and {other:x?}");
    };
    assert_eq!(V::RADIX, T::RADIX);
    same(v, t, "gather");
    same(V::default(), T::default(), "default");
    same(V::splat(any[0]), T::splat(any[0]), "splat");
    same(v.add(w), t.add(u), "add");
    same(v.carry(), t.carry(), "carry");
    same(v.low(), t.low(), "low");
    let counts = |lane: usize| u64::from(bits + lane as u32) % 64;
    same(v.shift_left(V::gather(counts)), t.shift_left(T::gather(counts)), "shift_left");
    same(v.shift_right(V::gather(counts)), t.shift_right(T::gather(counts)), "shift_right");
    same(V::low_product(v, small_w), T::low_product(t, small_u), "low_product");
    let (mut low, mut high) = ((v, t), (w, u));
    V::add_product(&mut low.0, &mut high.0, small_v, small_w);
    T::add_product(&mut low.1, &mut high.1, small_t, small_u);
    same(low.0, low.1, "add_product, low");
    same(high.0, high.1, "add_product, high");
}

#[cfg(target_arch = "x86_64")]
proptest! {
    #[test]
    fn every_operation_is_that_of_the_twin(
        any in prop_oneof![proptest::array::uniform8(any::<u64>()), Just([u64::MAX; 8]), Just([0; 8])],
        other in prop_oneof![proptest::array::uniform8(any::<u64>()), Just([u64::MAX; 8]), Just([1; 8])],
        bits in 0_u32..64,
    ) {
        crate::crypto::prime_search::avx2::assert_like_its_twin(&any, &other, bits);
        crate::crypto::prime_search::avx512::assert_like_its_twin(&any, &other, bits);
    }
}

/// The same steps as with the processor's vectors, on any machine.
#[test]
fn the_twin_judges_as_a_library_does() {
    for bits in [256, 1024, 1536, 2048] {
        let numbers = telling(bits);
        let candidates: Vec<_> = numbers.iter().map(|number| candidate(number)).collect();
        let expected: Vec<bool> = numbers.iter().map(|number| fermat(number)).collect();
        for (chunk, expected) in candidates.chunks(8).zip(expected.chunks(8)) {
            let chunk: Vec<_> = chunk.iter().collect();
            assert_eq!(lanes::probable_primes::<Twin<8, 28>>(&chunk), expected, "28 bits, {bits}");
            assert_eq!(lanes::probable_primes::<Twin<8, 52>>(&chunk), expected, "52 bits, {bits}");
        }
    }
}
