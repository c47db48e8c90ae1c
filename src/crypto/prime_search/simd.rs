//! Which instructions the lanes use: the widest that the processor has, unless narrower ones are asked for.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use super::{Candidate, portable};
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use crate::crypto::Error;

/// Instructions that test several candidates for an RSA prime at once, the narrowest first. The generation of RSA keys uses
/// the widest that the processor has; the keys are as good with any, and take longer to find with narrower ones.
///
/// ```
/// use certwright::crypto::Simd;
///
/// assert!(Simd::None.is_available() && Simd::in_use().is_available());
/// assert_eq!("avx512ifma".parse(), Ok(Simd::Avx512ifma));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Simd {
    /// None: one candidate at a time.
    None,
    /// AVX2 of x86-64: four candidates, in limbs of 28 bits.
    Avx2,
    /// AVX-512F of x86-64: eight candidates, in limbs of 28 bits.
    Avx512f,
    /// AVX-512F and AVX-512IFMA of x86-64: eight candidates, in limbs of 52 bits.
    Avx512ifma,
}

/// The widest instructions that may be used, once somebody has said.
static MOST: OnceLock<Simd> = OnceLock::new();

impl Simd {
    /// All kinds, the narrowest first.
    pub const ALL: &[Self] = &[Self::None, Self::Avx2, Self::Avx512f, Self::Avx512ifma];

    /// Whether this processor has them.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::None => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::is_available(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512f => avx512::f_is_available(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512ifma => avx512::ifma_is_available(),
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// Has [`in_use`](Self::in_use) be no wider from now on: for measuring, and for a machine that has the instructions
    /// and does not compute well with them. The first call counts.
    pub fn use_at_most(self) {
        MOST.get_or_init(|| self);
    }

    /// What the generation of RSA keys uses.
    #[must_use]
    pub fn in_use() -> Self {
        let most = MOST.get().copied().unwrap_or(Self::Avx512ifma);
        Self::ALL.iter().copied().rfind(|simd| *simd <= most && simd.is_available()).unwrap_or(Self::None)
    }

    /// How many candidates are tested at once.
    pub(super) fn lanes(self) -> usize {
        match self {
            Self::None => 1,
            Self::Avx2 => 4,
            Self::Avx512f | Self::Avx512ifma => 8,
        }
    }

    /// The greatest factor that is looked for in candidates of `bits` bits: where looking further would take longer than
    /// testing what it would strike, as measured.
    pub(super) fn sieve_bound(self, bits: u32) -> u32 {
        let least = match self {
            Self::None => 16,
            Self::Avx2 => 15,
            Self::Avx512f => 14,
            Self::Avx512ifma => 13,
        };
        1 << (least + bits / 512)
    }

    /// Which of the candidates are probable primes to the base 2. There is one at least, all have the same length, and
    /// there are not more than [`lanes`](Self::lanes). Where the processor lacks the instructions they are tested without.
    pub(super) fn probable_primes(self, candidates: &[&Candidate]) -> Vec<bool> {
        let tested = match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::probable_primes(candidates),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512f => avx512::probable_primes_f(candidates),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512ifma => avx512::probable_primes_ifma(candidates),
            _ => None,
        };
        let one_by_one = || candidates.iter().map(|candidate| portable::is_probable_prime(candidate)).collect();
        tested.unwrap_or_else(one_by_one)
    }
}

impl fmt::Display for Simd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Avx2 => "avx2",
            Self::Avx512f => "avx512f",
            Self::Avx512ifma => "avx512ifma",
        })
    }
}

impl FromStr for Simd {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.iter().copied().find(|simd| simd.to_string().eq_ignore_ascii_case(name));
        found.ok_or_else(|| Error::UnknownSimd(name.to_owned()))
    }
}
