//! Whether a number is prime, as FIPS 186-5 asks: what `crypto-primes` says, on bases that were drawn before.

use crypto_bigint::{BoxedUint, Odd};
use crypto_primes::hazmat::MillerRabin;
use crypto_primes::{Flavor, is_prime as passes_bpsw};

use super::Candidate;
use super::candidate::uint;

/// How many bases are drawn for a search. A base is of use when it is less than the candidate, as at least three of four
/// are; so that fewer than five of these are, happens about once in 2^45 searches, and then costs a prime.
pub(super) const BASES: usize = 32;

/// Whether the candidate passes Baillie-PSW, and Miller-Rabin with so many of the `bases` as FIPS 186-5 table B.1 asks.
/// They are numbers of the candidate's length, one after the other; those that are no base of it (FIPS 186-5 appendix
/// B.3.1 step 4.2) are passed over.
pub(super) fn is_prime(candidate: &Candidate, bases: &[u64]) -> bool {
    let number = uint(candidate.number());
    let Some(odd) = Odd::new(BoxedUint::clone(&number)).into_option() else { return false };
    if !passes_bpsw::<BoxedUint>(Flavor::Any, &number) {
        return false;
    }
    let (least, most) = (BoxedUint::from(2_u32), uint(candidate.less_two()));
    let test = MillerRabin::new(odd);
    let rounds = miller_rabin_rounds(candidate.bits());
    let bases =
        bases.chunks_exact(candidate.number().len()).map(uint).filter(|base| least <= **base && **base <= *most);
    let passed = bases.take(rounds).filter(|base| test.test(base).is_probably_prime()).count();
    passed == rounds
}

/// Rounds of Miller-Rabin with random bases, FIPS 186-5 table B.1.
fn miller_rabin_rounds(prime_bits: u32) -> usize {
    if prime_bits < 1536 { 5 } else { 4 }
}
