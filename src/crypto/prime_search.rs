//! Two probable primes for an RSA key, searched side by side: FIPS 186-5 appendices A.1.3, B.3 and C.
//!
//! Each search draws a starting point and takes the first prime from there on (docs/decisions/0010-prime-search.md says
//! why that serves as well as drawing every candidate anew). A candidate passes three tests, the cheap ones first:
//!
//! 1. [`sieve`]: it has no small factor;
//! 2. [`lanes`] or [`portable`]: it is a probable prime to the base 2 (Fermat), tested several at a time;
//! 3. [`confirm`]: Baillie-PSW, and Miller-Rabin with random bases, both by `crypto-primes`.
//!
//! Only the third says that a number is prime, so a fault in the first two could cost time, and never let a composite
//! through. All that is random is drawn before a search begins, in the caller's thread, and which primes are found depends
//! on that alone, as long as the lanes do not err: neither on the number of threads nor on the instructions in use.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod candidate;
mod confirm;
#[cfg_attr(not(any(test, target_arch = "x86_64")), expect(dead_code, reason = "no vectors but those of x86-64"))]
mod lanes;
mod portable;
mod search;
mod sieve;
mod simd;
#[cfg(test)]
mod tests;

use crypto_bigint::BoxedUint;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::workers::{Job, Workers};

use candidate::Candidate;
use confirm::Confirmation;
use search::Search;

pub use simd::Simd;

/// Two probable primes p and q of `bits` bits, a multiple of 64 from 128 to 2048, with their two highest bits set, so that
/// their product has twice as many. Neither p - 1 nor q - 1 is a multiple of the prime `exponent`.
///
/// The first job begins with p and the second with q; whichever is done with its own helps the other, once that is sieved.
pub(super) fn pair(
    bits: u32,
    exponent: u32,
    simd: Simd,
    workers: Workers,
    rng: &mut dyn CryptoRng,
) -> [Zeroizing<BoxedUint>; 2] {
    let mut simd = simd;
    loop {
        let searches = [(); 2].map(|()| Search::draw(bits, rng));
        let [p, q] = &searches;
        let jobs: Vec<Job<'_, ()>> =
            vec![Box::new(|| work([p, q], exponent, simd)), Box::new(|| work([q, p], exponent, simd))];
        let _done: Vec<()> = workers.run(jobs);
        if let [Some(p), Some(q)] = searches.each_ref().map(Search::found) {
            return [p, q];
        }
        // A window holds no prime about once in 2^33 searches. It is likelier that the lanes of this machine do not let
        // primes through, so the next search does without.
        simd = Simd::None;
    }
}

/// Sieves the first search, and takes part in both until nothing is left to do. The tests of the first search's prime come
/// before candidates of the second, and these before the tests of its prime.
fn work(searches: [&Search; 2], exponent: u32, simd: Simd) {
    let [own, other] = searches;
    own.sieve(exponent, simd);
    while confirm(own) || take_part(searches, simd) || confirm(other) {}
}

/// Tests as many candidates as there are lanes, those of the first search before those of the second. False when there
/// are none.
fn take_part(searches: [&Search; 2], simd: Simd) -> bool {
    let mut batch = Vec::new();
    for search in searches {
        let left = simd.lanes() - batch.len();
        batch.extend(
            std::iter::from_fn(|| search.next()).take(left).map(|(index, candidate)| (search, index, candidate)),
        );
    }
    if batch.is_empty() {
        return false;
    }
    let passed = simd.probable_primes(&batch.iter().map(|(_, _, candidate)| candidate).collect::<Vec<_>>());
    for ((search, index, _), _) in batch.iter().zip(passed).filter(|(_, passed)| *passed) {
        search.claim(*index);
    }
    true
}

/// Takes tests of the candidate that must be confirmed until there are none left. False when there were none.
fn confirm(search: &Search) -> bool {
    let Some((index, candidate)) = search.on_trial() else { return false };
    let confirmation = Confirmation::new(&candidate, search.bases());
    while let Some(test) = search.next_test(index) {
        let passes = confirmation.as_ref().is_some_and(|confirmation| confirmation.passes(test));
        search.tell(index, test, passes);
    }
    true
}
