//! Whether a number is prime, as FIPS 186-5 asks: what `crypto-primes` says, on bases that were drawn before.

use crypto_bigint::{BoxedUint, Odd};
use crypto_primes::hazmat::{LucasCheck, MillerRabin, Primality, SelfridgeBase, lucas_test};
use zeroize::Zeroizing;

use super::Candidate;
use super::candidate::uint;

/// How many bases are drawn for a search. A base is of use when it is less than the candidate, as at least three of four
/// are; that fewer than five of these are happens less than once in 2^42 searches, and then both primes are drawn again.
pub(super) const BASES: usize = 32;

/// How many tests a candidate of `bits` bits must pass: the two of Baillie-PSW, and the rounds of Miller-Rabin with random
/// bases that FIPS 186-5 table B.1 asks for.
pub(super) fn tests(bits: u32) -> usize {
    2 + if bits < 1536 { 5 } else { 4 }
}

/// The tests of one candidate, none of which depends on another: each may be made in a thread of its own.
///
/// Baillie-PSW is Miller-Rabin to the base 2 and a strong Lucas test with Selfridge's parameters, which are those of FIPS
/// 186-5 appendix B.3.3 (R. Baillie, S. S. Wagstaff, "Lucas pseudoprimes", 1980). The library's own choice adds a condition
/// to that test; it takes a fifth longer, and the rounds with random bases stand behind it here in any case.
pub(super) struct Confirmation<'a> {
    candidate: &'a Candidate,
    odd: Zeroizing<Odd<BoxedUint>>,
    miller_rabin: MillerRabin<BoxedUint>,
    bases: &'a [u64],
}

impl<'a> Confirmation<'a> {
    /// `bases` are numbers of the candidate's length, one after the other; those that are no base of it (FIPS 186-5
    /// appendix B.3.1 step 4.2) are passed over.
    pub(super) fn new(candidate: &'a Candidate, bases: &'a [u64]) -> Option<Self> {
        let odd = Odd::new(BoxedUint::clone(&uint(candidate.number()))).into_option()?;
        Some(Self { candidate, miller_rabin: MillerRabin::new(odd.clone()), odd: Zeroizing::new(odd), bases })
    }

    /// Whether the candidate passes the test of this number, from 0 on. The first takes longest, so that two threads end
    /// together.
    pub(super) fn passes(&self, test: usize) -> bool {
        let found = match test {
            0 => lucas_test(Odd::clone(&self.odd), SelfridgeBase, LucasCheck::Strong),
            1 => self.miller_rabin.test_base_two(),
            _ => match self.base(test - 2) {
                Some(base) => self.miller_rabin.test(&base),
                None => return false,
            },
        };
        found != Primality::Composite
    }

    /// The base of a round: 2 <= base <= n - 2.
    fn base(&self, round: usize) -> Option<Zeroizing<BoxedUint>> {
        let (least, most) = (BoxedUint::from(2_u32), uint(self.candidate.less_two()));
        let bases = self.bases.chunks_exact(self.candidate.number().len()).map(uint);
        bases.filter(|base| least <= **base && **base <= *most).nth(round)
    }
}
