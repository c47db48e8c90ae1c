//! Primes that several keys have in common, found among many keys at once.
//!
//! With P the product of all moduli, gcd(n, P / n) is what the key n shares with the others. P / n modulo n comes from
//! S = Σ P / n, of which every other summand is a multiple of n: S is made going up a tree of products and reduced going
//! down it. The reductions are Montgomery's, which need no long division and multiply the residue by a power of two,
//! which changes no greatest common divisor with an odd number. So all work is multiplication, by Karatsuba's method.
//! Bernstein's "How to find the smooth parts of integers" (2004) describes such trees.

mod natural;

use std::collections::{BTreeMap, HashMap};

use crypto_bigint::{BoxedUint, Gcd, Word};

use super::{MAX_BITS, RsaNumbers};
use natural::{NegativeInverse, add, montgomery, multiply};

/// The bits of all moduli together that are compared; some seconds of work.
const MAX_TOTAL_BITS: u64 = 24 << 20;

/// Greatest common divisors that are computed to name the partners; a set of keys made for it could ask for millions.
const MAX_PARTNER_SEARCHES: usize = 2_000;

/// What came of comparing many keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedPrimes {
    /// Each key that shares a prime, in the order given.
    pub found: Vec<SharedPrime>,
    /// Keys that were not compared: those over 16384 bits, and those beyond 24 Mibit of moduli altogether, which is some
    /// 12,000 keys of 2048 bits.
    pub left_out: usize,
}

/// A key that shares a prime with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedPrime {
    /// The key's index.
    pub key: usize,
    /// The index of one key that has the same prime; `None` only where hundreds of keys share primes and the search was
    /// given up.
    pub partner: Option<usize>,
}

/// Which of `keys` share a prime with another of them. Equal moduli are one key and no finding, and an even modulus is
/// passed over, since it is broken by itself.
#[must_use]
pub fn shared_primes(keys: &[RsaNumbers]) -> SharedPrimes {
    let mut left_out = 0;
    let mut total = 0;
    // Every modulus once, with the keys that have it.
    let mut holders: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (index, key) in keys.iter().enumerate() {
        if key.odd_modulus().is_none() {
            continue;
        }
        let is_new = !holders.contains_key(key.modulus());
        let grown = total + u64::from(key.bits());
        if key.bits() > MAX_BITS || (is_new && grown > MAX_TOTAL_BITS) {
            left_out += 1;
            continue;
        }
        if is_new {
            total = grown;
        }
        holders.entry(key.modulus()).or_default().push(index);
    }
    let moduli: Vec<BoxedUint> = holders.keys().map(|modulus| BoxedUint::from_be_slice_vartime(modulus)).collect();
    if moduli.len() < 2 {
        return SharedPrimes { found: Vec::new(), left_out };
    }
    let shared = shared_factors(&moduli);
    let holders: Vec<&Vec<usize>> = holders.values().collect();
    let mut found: Vec<SharedPrime> = partners(&moduli, &shared)
        .into_iter()
        .flat_map(|(modulus, partner)| {
            let partner = partner.and_then(|it| holders[it].first().copied());
            holders[modulus].iter().map(move |key| SharedPrime { key: *key, partner })
        })
        .collect();
    found.sort_by_key(|shared| shared.key);
    SharedPrimes { found, left_out }
}

/// For each modulus that has a factor in common with another, its index and that factor.
fn shared_factors(moduli: &[BoxedUint]) -> Vec<(usize, BoxedUint)> {
    let root = Node::over(moduli);
    let mut residues = Vec::with_capacity(moduli.len());
    root.reduce(root.sum.clone(), &NegativeInverse::of(&root.product), &mut residues);
    let factors = moduli
        .iter()
        .zip(residues)
        .enumerate()
        .map(|(index, (modulus, residue))| (index, modulus.gcd_vartime(&BoxedUint::from_words(residue))));
    factors.filter(|(_, factor)| !bool::from(factor.is_one())).collect()
}

/// Names for each modulus one other that has a factor in common with it.
fn partners(moduli: &[BoxedUint], shared: &[(usize, BoxedUint)]) -> Vec<(usize, Option<usize>)> {
    // Most often two keys share one prime, which is then the factor of both.
    let mut by_factor: HashMap<Box<[u8]>, Vec<usize>> = HashMap::new();
    for (index, factor) in shared {
        by_factor.entry(factor.to_be_bytes_trimmed_vartime()).or_default().push(*index);
    }
    let mut searches = 0;
    let named = shared.iter().map(|(index, factor)| {
        let same = by_factor.get(&factor.to_be_bytes_trimmed_vartime()).into_iter().flatten();
        let partner = same.copied().find(|other| other != index).or_else(|| {
            // Else the factor is the whole modulus, whose primes stand in different keys.
            shared.iter().map(|(other, _)| *other).filter(|other| other != index).find(|other| {
                searches += 1;
                searches <= MAX_PARTNER_SEARCHES && !bool::from(factor.gcd_vartime(&moduli[*other]).is_one())
            })
        });
        (*index, partner)
    });
    named.collect()
}

/// Some of the moduli n: their product P and the sum of all P / n.
struct Node {
    product: Vec<Word>,
    sum: Vec<Word>,
    halves: Option<Box<[Self; 2]>>,
}

impl Node {
    fn over(moduli: &[BoxedUint]) -> Self {
        if let [modulus] = moduli {
            return Self { product: natural::trimmed(modulus.as_words().to_vec()), sum: vec![1], halves: None };
        }
        let (left, right) = moduli.split_at(moduli.len() / 2);
        let halves = [Self::over(left), Self::over(right)];
        let [left, right] = &halves;
        let sum = add(&multiply(&left.sum, &right.product), &multiply(&right.sum, &left.product));
        Self { product: multiply(&left.product, &right.product), sum, halves: Some(Box::new(halves)) }
    }

    /// Appends `value` modulo each modulus, times some power of two, in their order. `inverse` is the product's, right in
    /// any number of words.
    fn reduce(&self, value: Vec<Word>, inverse: &NegativeInverse, residues: &mut Vec<Vec<Word>>) {
        let Some(halves) = &self.halves else { return residues.push(value) };
        let surplus = |half: &Self| value.len().saturating_sub(half.product.len());
        let [left, right] = &**halves;
        // The product's inverse is made long enough once, and gives those of both halves for one multiplication each.
        let inverse = &inverse.clone().lifted(&self.product, surplus(left).max(surplus(right)));
        for (half, other) in [(left, right), (right, left)] {
            let inverse = inverse.of_factor(&other.product, surplus(half));
            half.reduce(montgomery(&value, &half.product, &inverse), &inverse, residues);
        }
    }
}
