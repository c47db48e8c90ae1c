//! Whether a number is prime, as FIPS 186-5 asks: what `crypto-primes` says, on bases that were drawn before.

use crypto_bigint::{BoxedUint, Odd};
use crypto_primes::hazmat::{LucasCheck, MillerRabin, Primality, SelfridgeBase, lucas_test};

use zeroize::Zeroizing;

use super::Candidate;
use super::candidate::uint;

/// How many bases are drawn for a search. A base is of use when it is less than the candidate, as at least three of four
/// are; that fewer than five of these are happens less than once in 2^42 searches, and then both primes are drawn again.
pub(super) const BASES: usize = 32;

/// Whether the candidate passes Baillie-PSW, and Miller-Rabin with so many of the `bases` as FIPS 186-5 table B.1 asks.
/// They are numbers of the candidate's length, one after the other; those that are no base of it (FIPS 186-5 appendix
/// B.3.1 step 4.2) are passed over.
///
/// Baillie-PSW is Miller-Rabin to the base 2 and a strong Lucas test with Selfridge's parameters, which are those of FIPS
/// 186-5 appendix B.3.3 (R. Baillie, S. S. Wagstaff, "Lucas pseudoprimes", 1980). The library's own choice adds a condition
/// to that test; it takes a fifth longer, and the rounds with random bases stand behind it here in any case.
pub(super) fn is_prime(candidate: &Candidate, bases: &[u64]) -> bool {
    let Some(odd) = Odd::new(BoxedUint::clone(&uint(candidate.number()))).into_option() else { return false };
    let odd = Zeroizing::new(odd);
    let (least, most) = (BoxedUint::from(2_u32), uint(candidate.less_two()));
    let miller_rabin = MillerRabin::new(Odd::clone(&odd));
    let rounds = miller_rabin_rounds(candidate.bits());
    let bases =
        bases.chunks_exact(candidate.number().len()).map(uint).filter(|base| least <= **base && **base <= *most);
    miller_rabin.test_base_two() != Primality::Composite
        && bases.take(rounds).filter(|base| miller_rabin.test(base) != Primality::Composite).count() == rounds
        && lucas_test(Odd::clone(&odd), SelfridgeBase, LucasCheck::Strong) != Primality::Composite
}

/// Rounds of Miller-Rabin with random bases, FIPS 186-5 table B.1.
fn miller_rabin_rounds(prime_bits: u32) -> usize {
    if prime_bits < 1536 { 5 } else { 4 }
}
