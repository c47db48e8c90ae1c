//! Four lanes with limbs of 28 bits: AVX2.
#![expect(unsafe_code, reason = "the processor's instructions, sound where it has them")]

use std::arch::x86_64::*;

use zeroize::DefaultIsZeroes;

use super::Candidate;
use super::lanes::{self, Lanes};

/// Whether the processor has them, and the system keeps their registers.
pub(super) fn is_available() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

/// [`lanes::probable_primes`], or nothing without AVX2.
pub(super) fn probable_primes(candidates: &[&Candidate]) -> Option<Vec<bool>> {
    // SAFETY: the processor has AVX2, as it was asked just now.
    is_available().then(|| unsafe { with_avx2(candidates) })
}

#[target_feature(enable = "avx2")]
fn with_avx2(candidates: &[&Candidate]) -> Vec<bool> {
    lanes::probable_primes::<Avx2>(candidates)
}

/// A vector of AVX2.
///
/// Its methods are sound where the processor has AVX2. Nothing outside this file can name it, and in here it is used by
/// [`with_avx2`], into which its methods are inlined, and by a test that asks first.
#[derive(Clone, Copy)]
struct Avx2(__m256i);

/// Holds every operation to the twin's, where the processor has them.
#[cfg(test)]
pub(super) fn assert_like_its_twin(any: &[u64], other: &[u64], bits: u32) {
    use super::tests::twin::{Twin, assert_alike};
    if is_available() {
        assert_alike::<Avx2, Twin<4, 28>>(any, other, bits);
    }
}

impl Default for Avx2 {
    #[inline(always)]
    fn default() -> Self {
        // SAFETY: as for `add`.
        Self(unsafe { _mm256_setzero_si256() })
    }
}

impl DefaultIsZeroes for Avx2 {}

impl Lanes for Avx2 {
    const RADIX: u32 = 28;

    #[inline(always)]
    fn gather(word: impl FnMut(usize) -> u64) -> Self {
        let words: [u64; 4] = std::array::from_fn(word);
        // SAFETY: both are 32 octets, and every pattern of bits is a value of both.
        Self(unsafe { std::mem::transmute::<[u64; 4], __m256i>(words) })
    }

    #[inline(always)]
    fn splat(word: u64) -> Self {
        // SAFETY: as for `add`.
        Self(unsafe { _mm256_set1_epi64x(word.cast_signed()) })
    }

    #[inline(always)]
    fn words(self) -> impl AsRef<[u64]> {
        // SAFETY: both are 32 octets, and every pattern of bits is a value of both.
        unsafe { std::mem::transmute::<__m256i, [u64; 4]>(self.0) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: AVX2 is there: see the type; so it is for all below.
        Self(unsafe { _mm256_add_epi64(self.0, other.0) })
    }

    #[inline(always)]
    fn carry(self) -> Self {
        // SAFETY: as for `add`.
        Self(unsafe { _mm256_srli_epi64::<28>(self.0) })
    }

    #[inline(always)]
    fn low(self) -> Self {
        // SAFETY: as for `add`.
        Self(unsafe { _mm256_and_si256(self.0, _mm256_set1_epi64x((1 << 28) - 1)) })
    }

    #[inline(always)]
    fn shift_left(self, bits: Self) -> Self {
        // SAFETY: as for `add`.
        Self(unsafe { _mm256_sllv_epi64(self.0, bits.0) })
    }

    #[inline(always)]
    fn shift_right(self, bits: Self) -> Self {
        // SAFETY: as for `add`.
        Self(unsafe { _mm256_srlv_epi64(self.0, bits.0) })
    }

    #[inline(always)]
    fn add_product(low: &mut Self, _high: &mut Self, a: Self, b: Self) {
        // SAFETY: as for `add`.
        low.0 = unsafe { _mm256_add_epi64(low.0, _mm256_mul_epu32(a.0, b.0)) };
    }

    #[inline(always)]
    fn low_product(a: Self, b: Self) -> Self {
        // The 32-bit product: of `_mm256_mul_epu32` and a mask LLVM makes a 64-bit one, in three steps.
        // SAFETY: as for `add`.
        Self(unsafe { _mm256_mullo_epi32(a.0, b.0) }).low()
    }
}
