//! Eight lanes: AVX-512F with limbs of 28 bits, and AVX-512IFMA with limbs of 52.
#![expect(unsafe_code, reason = "the processor's instructions, sound where it has them")]

use std::arch::x86_64::*;

use zeroize::DefaultIsZeroes;

use super::Candidate;
use super::lanes::{self, Lanes};

/// Whether the processor has AVX-512F, and the system keeps its registers.
pub(super) fn f_is_available() -> bool {
    std::arch::is_x86_feature_detected!("avx512f")
}

/// Whether the processor has AVX-512IFMA, and the system keeps its registers.
pub(super) fn ifma_is_available() -> bool {
    f_is_available() && std::arch::is_x86_feature_detected!("avx512ifma")
}

/// [`lanes::probable_primes`], or nothing without AVX-512F.
pub(super) fn probable_primes_f(candidates: &[&Candidate]) -> Option<Vec<bool>> {
    // SAFETY: the processor has AVX-512F, as it was asked just now.
    f_is_available().then(|| unsafe { with_avx512f(candidates) })
}

/// [`lanes::probable_primes`], or nothing without AVX-512IFMA.
pub(super) fn probable_primes_ifma(candidates: &[&Candidate]) -> Option<Vec<bool>> {
    // SAFETY: the processor has AVX-512F and AVX-512IFMA, as it was asked just now.
    ifma_is_available().then(|| unsafe { with_avx512ifma(candidates) })
}

#[target_feature(enable = "avx512f")]
fn with_avx512f(candidates: &[&Candidate]) -> Vec<bool> {
    lanes::probable_primes::<Avx512<28>>(candidates)
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn with_avx512ifma(candidates: &[&Candidate]) -> Vec<bool> {
    lanes::probable_primes::<Avx512<IFMA>>(candidates)
}

/// The bits that AVX-512IFMA multiplies.
const IFMA: u32 = 52;

/// A vector of AVX-512F, and where `RADIX` is [`IFMA`] of AVX-512IFMA.
///
/// Its methods are sound where the processor has these. Nothing outside this file can name it, and in here it is used by
/// [`with_avx512f`] and [`with_avx512ifma`], into which its methods are inlined, and by a test that asks first.
#[derive(Clone, Copy)]
struct Avx512<const RADIX: u32>(__m512i);

/// Holds every operation to the twin's, where the processor has them.
#[cfg(test)]
pub(super) fn assert_like_its_twin(any: &[u64], other: &[u64], bits: u32) {
    use super::tests::twin::{Twin, assert_alike};
    if f_is_available() {
        assert_alike::<Avx512<28>, Twin<8, 28>>(any, other, bits);
    }
    if ifma_is_available() {
        assert_alike::<Avx512<IFMA>, Twin<8, 52>>(any, other, bits);
    }
}

impl<const RADIX: u32> Default for Avx512<RADIX> {
    #[inline(always)]
    fn default() -> Self {
        // SAFETY: as for `add`.
        Self(unsafe { _mm512_setzero_si512() })
    }
}

impl<const RADIX: u32> DefaultIsZeroes for Avx512<RADIX> {}

impl<const RADIX: u32> Lanes for Avx512<RADIX> {
    const RADIX: u32 = RADIX;

    #[inline(always)]
    fn gather(word: impl FnMut(usize) -> u64) -> Self {
        let words: [u64; 8] = std::array::from_fn(word);
        // SAFETY: both are 64 octets, and every pattern of bits is a value of both.
        Self(unsafe { std::mem::transmute::<[u64; 8], __m512i>(words) })
    }

    #[inline(always)]
    fn splat(word: u64) -> Self {
        // SAFETY: as for `add`.
        Self(unsafe { _mm512_set1_epi64(word.cast_signed()) })
    }

    #[inline(always)]
    fn words(self) -> impl AsRef<[u64]> {
        // SAFETY: both are 64 octets, and every pattern of bits is a value of both.
        unsafe { std::mem::transmute::<__m512i, [u64; 8]>(self.0) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: the instructions are there: see the type; so they are for all below.
        Self(unsafe { _mm512_add_epi64(self.0, other.0) })
    }

    #[inline(always)]
    fn carry(self) -> Self {
        // SAFETY: as for `add`.
        Self(unsafe { _mm512_srli_epi64::<RADIX>(self.0) })
    }

    #[inline(always)]
    fn low(self) -> Self {
        // SAFETY: as for `add`.
        Self(unsafe { _mm512_and_si512(self.0, _mm512_set1_epi64((1 << RADIX) - 1)) })
    }

    #[inline(always)]
    fn shift_left(self, bits: Self) -> Self {
        // SAFETY: as for `add`.
        Self(unsafe { _mm512_sllv_epi64(self.0, bits.0) })
    }

    #[inline(always)]
    fn shift_right(self, bits: Self) -> Self {
        // SAFETY: as for `add`.
        Self(unsafe { _mm512_srlv_epi64(self.0, bits.0) })
    }

    #[inline(always)]
    fn add_product(low: &mut Self, high: &mut Self, a: Self, b: Self) {
        // SAFETY: as for `add`.
        unsafe {
            if RADIX == IFMA {
                low.0 = _mm512_madd52lo_epu64(low.0, a.0, b.0);
                high.0 = _mm512_madd52hi_epu64(high.0, a.0, b.0);
            } else {
                low.0 = _mm512_add_epi64(low.0, _mm512_mul_epu32(a.0, b.0));
            }
        }
    }

    #[inline(always)]
    fn low_product(a: Self, b: Self) -> Self {
        // SAFETY: as for `add`.
        unsafe {
            if RADIX == IFMA {
                Self(_mm512_madd52lo_epu64(_mm512_setzero_si512(), a.0, b.0))
            } else {
                // The 32-bit product: of `_mm512_mul_epu32` and a mask LLVM makes a 64-bit one, in three steps.
                Self(_mm512_mullo_epi32(a.0, b.0)).low()
            }
        }
    }
}
