//! One search: a starting point, the candidates from there on, and the first prime among them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crypto_bigint::BoxedUint;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::candidate::uint;
use super::{Candidate, Simd, confirm, sieve};

/// A search that several threads may take part in.
pub(super) struct Search {
    start: Zeroizing<Vec<u64>>,
    bases: Zeroizing<Vec<u64>>,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    /// The candidates, as places from the start.
    places: Zeroizing<Vec<u32>>,
    /// The first candidate that nobody has taken yet.
    next: usize,
    /// The first candidate that passed, and is confirmed or being confirmed: those behind it are of no use any more.
    found: Option<Trial>,
}

/// A candidate that passed the filter, and the tests that are to confirm it.
#[derive(Clone, Copy)]
struct Trial {
    index: usize,
    /// The first test that nobody has taken yet.
    next: usize,
    /// A bit for each test that was passed.
    passed: u32,
}

impl Search {
    /// Draws an odd starting point of `bits` bits, the two highest set, and what will be needed to confirm a prime.
    pub(super) fn draw(bits: u32, rng: &mut dyn CryptoRng) -> Self {
        let mut start = words(bits, 1, rng);
        if let [lowest, .., highest] = start.as_mut_slice() {
            *lowest |= 1;
            *highest |= 3 << 62;
        }
        Self { start, bases: words(bits, confirm::BASES, rng), progress: Mutex::default() }
    }

    /// Finds the candidates. Until then there are none.
    ///
    /// The window is so wide that it holds a prime but for once in e^23 times: primes of b bits are b ln 2 apart on
    /// average.
    pub(super) fn sieve(&self, exponent: u32, simd: Simd) {
        let bits = 64 * self.start.len() as u32;
        let places = sieve::survivors(&self.start, 8 * bits as usize, simd.sieve_bound(bits), exponent);
        self.progress().places = places;
    }

    /// The next candidate and its number, if there is one that may be the first prime.
    pub(super) fn next(&self) -> Option<(usize, Candidate)> {
        let mut progress = self.progress();
        let index = progress.next;
        if progress.found.is_some_and(|found| found.index <= index) {
            return None;
        }
        let candidate = Candidate::new(&self.start, *progress.places.get(index)?)?;
        progress.next += 1;
        Some((index, candidate))
    }

    /// Says that a candidate passed the filter. If it is the first so far, it must be confirmed.
    pub(super) fn claim(&self, index: usize) {
        let mut progress = self.progress();
        if progress.found.is_none_or(|found| index < found.index) {
            progress.found = Some(Trial { index, next: 0, passed: 0 });
        }
    }

    /// The candidate that must be confirmed, and its number, as long as there are tests of it to be taken.
    pub(super) fn on_trial(&self) -> Option<(usize, Candidate)> {
        let progress = self.progress();
        let trial = progress.found.filter(|trial| trial.next < self.tests())?;
        Some((trial.index, Candidate::new(&self.start, *progress.places.get(trial.index)?)?))
    }

    /// The next test of the candidate, if it is still the one that must be confirmed.
    pub(super) fn next_test(&self, index: usize) -> Option<usize> {
        let most = self.tests();
        let mut progress = self.progress();
        let trial = progress.found.as_mut().filter(|trial| trial.index == index && trial.next < most)?;
        trial.next += 1;
        Some(trial.next - 1)
    }

    /// Says whether a candidate passed one of its tests. If it did not, it is not prime, and the search goes on behind it.
    pub(super) fn tell(&self, index: usize, test: usize, passes: bool) {
        let mut progress = self.progress();
        let Some(trial) = progress.found.as_mut().filter(|trial| trial.index == index) else { return };
        if passes {
            trial.passed |= 1 << test;
        } else {
            progress.found = None;
            progress.next = progress.next.min(index + 1);
        }
    }

    /// Random numbers of the length of the candidates, for Miller-Rabin.
    pub(super) fn bases(&self) -> &[u64] {
        &self.bases
    }

    /// The starting point.
    #[cfg(test)]
    pub(super) fn start(&self) -> &[u64] {
        &self.start
    }

    /// The candidate of this number.
    #[cfg(test)]
    pub(super) fn candidate(&self, index: usize) -> Vec<u64> {
        let place = self.progress().places[index];
        Candidate::new(&self.start, place).map(|candidate| candidate.number().to_vec()).unwrap_or_default()
    }

    /// The prime, once all threads have left: the candidate that passed every one of its tests.
    pub(super) fn found(&self) -> Option<Zeroizing<BoxedUint>> {
        let progress = self.progress();
        let trial = progress.found.filter(|trial| trial.passed.count_ones() as usize == self.tests())?;
        let candidate = Candidate::new(&self.start, progress.places[trial.index])?;
        Some(uint(candidate.number()))
    }

    /// How many tests confirm a candidate.
    fn tests(&self) -> usize {
        confirm::tests(64 * self.start.len() as u32)
    }

    /// A panic of another thread goes on where its job is joined.
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So many random numbers of `bits` bits, one after the other.
fn words(bits: u32, count: usize, rng: &mut dyn CryptoRng) -> Zeroizing<Vec<u64>> {
    let mut octets = Zeroizing::new(vec![0; bits as usize / 8 * count]);
    rng.fill_bytes(&mut octets);
    let word = |octets: &[u8]| octets.iter().rev().fold(0, |word, &octet| word << 8 | u64::from(octet));
    Zeroizing::new(octets.chunks_exact(8).map(word).collect())
}
