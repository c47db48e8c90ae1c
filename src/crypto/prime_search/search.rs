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
    found: Option<usize>,
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
        if progress.found.is_some_and(|found| found <= index) {
            return None;
        }
        let candidate = Candidate::new(&self.start, *progress.places.get(index)?)?;
        progress.next += 1;
        Some((index, candidate))
    }

    /// Says that a candidate passed. True when it is the first so far, and so must be confirmed.
    pub(super) fn claim(&self, index: usize) -> bool {
        let mut progress = self.progress();
        let first = progress.found.is_none_or(|found| index < found);
        if first {
            progress.found = Some(index);
        }
        first
    }

    /// Says that a candidate that was claimed is not prime. The search goes on behind it.
    pub(super) fn give_up(&self, index: usize) {
        let mut progress = self.progress();
        if progress.found == Some(index) {
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

    /// The prime, once all threads have left.
    pub(super) fn found(&self) -> Option<Zeroizing<BoxedUint>> {
        let progress = self.progress();
        let candidate = Candidate::new(&self.start, progress.places[progress.found?])?;
        Some(uint(candidate.number()))
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
