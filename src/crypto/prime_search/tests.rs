//! The search held to a library of big integers, to its safe twin, and to what FIPS 186-5 asks of a pair.

mod keys;
pub(super) mod twin;

use std::convert::Infallible;
use std::num::NonZeroUsize;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd, Resize};
use crypto_primes::hazmat::MillerRabin;
use crypto_primes::{Flavor, is_prime, random_prime};
use proptest::prelude::*;
use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};

use super::candidate::uint;
use super::*;

const EXPONENT: u32 = 65_537;

/// A Carmichael number, (6 k + 1) (12 k + 1) (18 k + 1) with k = 0x3888c385e91477e8d5941: a probable prime to almost every
/// base, and composite.
const CARMICHAEL: [u64; 4] =
    [0x16db_a25b_4fdd_edc1, 0xe20d_d636_3a57_abad, 0x3d5d_b721_1f67_67d6, 0xdf53_7fac_e52a_58b8];

/// Octets that a seed determines: SHA-256 of the seed and a counter.
struct Seeded(u64, u64);

impl TryRng for Seeded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|word| word as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.1 += 1;
        let digest = Sha256::new().chain_update(self.0.to_le_bytes()).chain_update(self.1.to_le_bytes()).finalize();
        Ok(u64::from_le_bytes(digest[..8].try_into().unwrap()))
    }

    fn try_fill_bytes(&mut self, octets: &mut [u8]) -> Result<(), Infallible> {
        for chunk in octets.chunks_mut(8) {
            chunk.copy_from_slice(&self.try_next_u64()?.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}

fn available() -> impl Iterator<Item = Simd> {
    Simd::ALL.iter().copied().filter(|simd| simd.is_available())
}

fn words(number: &BoxedUint) -> Vec<u64> {
    number.to_le_bytes().chunks_exact(8).map(|octets| u64::from_le_bytes(octets.try_into().unwrap())).collect()
}

fn candidate(number: &[u64]) -> Candidate {
    Candidate::new(number, 0).unwrap()
}

/// 2^(n-1) mod n = 1, by the library.
fn fermat(number: &[u64]) -> bool {
    let modulus = Odd::new(BoxedUint::clone(&uint(number))).unwrap();
    let exponent = modulus.wrapping_sub(BoxedUint::one());
    let two = BoxedUint::from(2_u32).resize(modulus.bits_precision());
    let form = BoxedMontyForm::new(two, &BoxedMontyParams::new_vartime(modulus));
    form.pow(&exponent).retrieve() == BoxedUint::one()
}

/// Numbers of `bits` bits that are prime, or of which some carry or bit is all there is.
fn telling(bits: u32) -> Vec<Vec<u64>> {
    let length = bits as usize / 64;
    let with = |low: u64, middle: u64, high: u64| {
        let mut number = vec![middle; length];
        (number[0], number[length - 1]) = (low, high);
        number
    };
    let mut numbers = vec![
        with(u64::MAX, u64::MAX, u64::MAX),
        with(u64::MAX - 2, u64::MAX, u64::MAX),
        with(1, 0, 3 << 62),
        with(3, 0, 3 << 62),
        with(1, u64::MAX, 3 << 62),
        with(u64::MAX, 0, u64::MAX),
    ];
    let mut rng = Seeded(u64::from(bits), 0);
    // Long primes take their time.
    let primes = if bits <= 1024 { 10 } else { 2 };
    while numbers.len() < 6 + primes {
        let prime = words(&random_prime::<BoxedUint, _>(&mut rng, Flavor::Any, bits));
        if prime[length - 1] >> 62 == 3 {
            numbers.push(prime);
        }
    }
    numbers
}

#[test]
fn every_kind_of_lanes_agrees_with_a_library() {
    for bits in [256, 512, 1024, 1536, 2048] {
        let mut numbers = telling(bits);
        if bits == 256 {
            numbers.push(CARMICHAEL.to_vec());
        }
        let expected: Vec<bool> = numbers.iter().map(|number| fermat(number)).collect();
        let candidates: Vec<Candidate> = numbers.iter().map(|number| candidate(number)).collect();
        for simd in available() {
            for (chunk, expected) in candidates.chunks(simd.lanes()).zip(expected.chunks(simd.lanes())) {
                assert_eq!(simd.probable_primes(&chunk.iter().collect::<Vec<_>>()), expected, "{simd}, {bits} bits");
            }
        }
    }
}

/// Whether a candidate passes all of its tests.
fn is_confirmed(candidate: &Candidate, bases: &[u64]) -> bool {
    let confirmation = Confirmation::new(candidate, bases).unwrap();
    (0..confirm::tests(candidate.bits())).all(|test| confirmation.passes(test))
}

#[test]
fn what_the_filter_lets_through_is_confirmed_before_it_counts() {
    let composite = candidate(&CARMICHAEL);
    for simd in available() {
        assert_eq!(simd.probable_primes(&[&composite]), [true], "{simd}");
    }
    let bases = words(&BoxedUint::from_le_slice_vartime(&[7; 32 * confirm::BASES]));
    assert!(!is_confirmed(&composite, &bases));
}

#[test]
fn a_prime_is_confirmed_by_bases_that_fit_alone() {
    let prime = telling(256).pop().unwrap();
    let fitting = [vec![2, 0, 0, 0], vec![3, 0, 0, 0], vec![u64::MAX, 1, 2, 3], vec![1, 2, 3, 4]].concat();
    let largest = candidate(&prime).less_two().to_vec();
    assert!(is_confirmed(&candidate(&prime), &[fitting.clone(), largest.clone()].concat()));
    // Four are too few of the five that FIPS 186-5 asks for, and 0, 1, n - 1 and more are none.
    let mut last = prime.clone();
    last[0] -= 1;
    for unfit in [vec![0; 4], vec![1, 0, 0, 0], last, prime.clone(), vec![u64::MAX; 4]] {
        assert!(!is_confirmed(&candidate(&prime), &[unfit, fitting.clone()].concat()));
    }
}

/// p (2 p - 1) with p = 236654068646354249243071045638231420589: to the powers of two a strong pseudoprime.
const STRONG_TO_POWERS_OF_TWO: [u64; 4] =
    [0x70a6_1fcf_901c_5325, 0x2108_0ecc_783f_e150, 0x8f34_2006_98d1_baab, 0xf7a3_94c3_fb5e_1ba2];

#[test]
fn what_only_lucas_can_tell_is_told() {
    let powers = [4, 8, 16, 32, 64].map(|base| vec![base, 0, 0, 0]).concat();
    let composite = candidate(&STRONG_TO_POWERS_OF_TWO);
    let odd = Odd::new(BoxedUint::clone(&uint(composite.number()))).unwrap();
    let miller_rabin = MillerRabin::new(odd);
    assert!(miller_rabin.test_base_two().is_probably_prime());
    assert!(powers.chunks(4).all(|base| miller_rabin.test(&uint(base)).is_probably_prime()));
    assert!(!is_confirmed(&composite, &powers));
}

#[test]
fn a_candidate_is_its_start_and_steps_of_two() {
    let number = |start: &[u64], place| Candidate::new(start, place).map(|found| found.number().to_vec());
    assert_eq!(number(&[u64::MAX, 5], 0), Some(vec![u64::MAX, 5]));
    assert_eq!(number(&[u64::MAX, 5], 1), Some(vec![1, 6]));
    assert_eq!(number(&[u64::MAX, u64::MAX], 1), None);
    assert_eq!(Candidate::new(&[1, 6], 0).unwrap().less_two(), [u64::MAX, 5]);
}

proptest! {
    #[test]
    fn random_numbers_are_judged_as_a_library_judges_them(
        seed in proptest::collection::vec(any::<u64>(), 4..=8),
        count in 1_usize..=8,
    ) {
        let mut start = seed;
        start[0] |= 1;
        *start.last_mut().unwrap() = start.last().unwrap() & !(1 << 61) | 3 << 62;
        // Neighbours, so that one is prime now and then.
        let candidates: Vec<Candidate> = (0..count as u32).filter_map(|place| Candidate::new(&start, place)).collect();
        let expected: Vec<bool> = candidates.iter().map(|candidate| fermat(candidate.number())).collect();
        for simd in available() {
            for (chunk, expected) in candidates.chunks(simd.lanes()).zip(expected.chunks(simd.lanes())) {
                prop_assert_eq!(simd.probable_primes(&chunk.iter().collect::<Vec<_>>()), expected);
            }
        }
    }

    #[test]
    fn the_sieve_strikes_just_what_has_a_small_factor(low in any::<u64>(), high in any::<u64>(), bound in 3_u32..2_000) {
        let start = u128::from(high | 3 << 62) << 64 | u128::from(low | 1);
        let kept = sieve::survivors(&[low | 1, high | 3 << 62], 400, bound, 257);
        let primes: Vec<u32> = (3..=bound).filter(|n| (2..*n).all(|factor| n % factor != 0)).collect();
        for place in 0..400_u32 {
            // The window may go beyond 128 bits; modulo each prime that makes no difference to the sieve.
            let rest = |prime: u32| (start % u128::from(prime) + 2 * u128::from(place)) % u128::from(prime);
            let keeps = primes.iter().all(|&prime| rest(prime) != 0) && rest(257) != 1;
            prop_assert_eq!(kept.contains(&place), keeps, "place {}", place);
        }
    }
}

#[test]
fn a_search_finds_the_first_prime_whoever_takes_part() {
    for seed in 0..12 {
        // The starting point is drawn first; from there on the library looks for itself.
        let mut rng = Seeded(seed, 0);
        let search = Search::draw(256, &mut rng);
        let _other = Search::draw(256, &mut rng);
        search.sieve(EXPONENT, Simd::None);
        let start = search.start().to_vec();
        let first = (0..).map(|place| uint(Candidate::new(&start, place).unwrap().number()));
        let fits = |number: &BoxedUint| {
            words(number)[..]
                .iter()
                .rev()
                .fold(0_u128, |rest, &word| (rest << 64 | u128::from(word)) % u128::from(EXPONENT))
                != 1
        };
        let first =
            first.into_iter().find(|number| is_prime::<BoxedUint>(Flavor::Any, number) && fits(number)).unwrap();
        let mut pairs = Vec::new();
        for simd in available() {
            for workers in [Workers::ONE, Workers::exactly(NonZeroUsize::new(2).unwrap())] {
                pairs.push(pair(256, EXPONENT, simd, workers, &mut Seeded(seed, 0)));
            }
        }
        assert_eq!(pairs[0][0], first);
        assert!(pairs.iter().all(|pair| *pair == pairs[0]), "seed {seed}");
    }
}

/// A search of which six candidates were taken.
fn begun(seed: u64) -> Search {
    let search = Search::draw(256, &mut Seeded(seed, 0));
    assert!(search.next().is_none());
    search.sieve(EXPONENT, Simd::None);
    let taken: Vec<usize> = (0..6).map(|_| search.next().unwrap().0).collect();
    assert_eq!(taken, [0, 1, 2, 3, 4, 5]);
    search
}

/// The number of the candidate that must be confirmed.
fn on_trial(search: &Search) -> Option<usize> {
    search.on_trial().map(|(index, _)| index)
}

#[test]
fn a_claim_that_fails_leads_on_and_a_later_one_does_not_count() {
    let search = begun(1);
    search.claim(4);
    search.claim(5);
    assert_eq!(on_trial(&search), Some(4));
    search.claim(2);
    assert_eq!(on_trial(&search), Some(2));
    assert!(search.next().is_none());
    search.tell(4, 0, false);
    assert!(search.next().is_none());
    search.tell(2, 0, false);
    assert_eq!((on_trial(&search), search.next().unwrap().0), (None, 3));
    // Two that fail in the hands of two threads, one of which was told that its prime does not count.
    let search = begun(2);
    search.claim(2);
    search.claim(3);
    search.tell(2, 6, false);
    search.claim(4);
    search.tell(4, 0, false);
    assert_eq!(search.next().unwrap().0, 3);
}

#[test]
fn what_passed_every_test_is_found_and_nothing_else() {
    let search = begun(3);
    search.claim(4);
    let tests: Vec<usize> = std::iter::from_fn(|| search.next_test(4)).collect();
    assert_eq!(tests, [0, 1, 2, 3, 4, 5, 6]);
    assert!(on_trial(&search).is_none() && search.next_test(4).is_none());
    for test in tests {
        assert!(search.found().is_none());
        // Once more is no other test, and what another candidate passes is nothing to this one.
        search.tell(4, 0, true);
        search.tell(5, test, true);
        assert!(search.found().is_none());
        search.tell(4, test, true);
    }
    let found = search.found().unwrap();
    assert_eq!(words(&found), search.candidate(4));
    // A lower one begins with all of its tests, and tells nothing of those that were made for another.
    search.claim(1);
    assert!(search.found().is_none());
    assert_eq!((search.next_test(4), search.next_test(1)), (None, Some(0)));
}

#[test]
fn a_composite_that_was_claimed_is_given_up_by_whoever_finds_out() {
    let search = begun(4);
    let is_composite = |index: &usize| !is_prime::<BoxedUint>(Flavor::Any, &uint(&search.candidate(*index)));
    let composite = (0..6).find(is_composite).unwrap();
    search.claim(composite);
    assert!(confirm(&search) && !confirm(&search));
    assert_eq!((search.found(), search.next().unwrap().0), (None, composite + 1));
}
