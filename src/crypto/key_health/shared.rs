//! Primes that several keys have in common, found among many keys at once.
//!
//! With P the product of all moduli, gcd(n, P / n) is what the key n shares with the others. P is made going up a tree
//! of products; going down it, P modulo n² is reduced step by step, and P / n modulo n is that divided by n. So two
//! large numbers meet once on each level instead of every key with every other.
//! Bernstein, "How to find the smooth parts of integers" (2004), describes such trees.

use std::collections::{BTreeMap, HashMap};

use dashu_int::UBig;
use dashu_int::ops::Gcd;

use super::{MAX_BITS, RsaNumbers};

/// The bits of all moduli together that are compared; some seconds of work.
const MAX_TOTAL_BITS: u64 = 12 << 20;

/// Greatest common divisors that are computed to name the partners; a set of keys made for it could ask for millions.
const MAX_PARTNER_SEARCHES: usize = 2_000;

/// What came of comparing many keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedPrimes {
    /// Each key that shares a prime, in the order given.
    pub found: Vec<SharedPrime>,
    /// Keys that were not compared: those over 16384 bits, and those beyond 12 Mibit of moduli altogether, which is some
    /// 6,000 keys of 2048 bits.
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
    let moduli: Vec<UBig> = holders.keys().map(|modulus| UBig::from_be_bytes(modulus)).collect();
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
fn shared_factors(moduli: &[UBig]) -> Vec<(usize, UBig)> {
    let root = Node::over(moduli);
    let mut residues = Vec::with_capacity(moduli.len());
    root.reduce(&root.product, &mut residues);
    let factors = moduli.iter().zip(residues).map(|(modulus, residue)| modulus.gcd(&(residue / modulus))).enumerate();
    factors.filter(|(_, factor)| !factor.is_one()).collect()
}

/// Names for each modulus one other that has a factor in common with it.
fn partners(moduli: &[UBig], shared: &[(usize, UBig)]) -> Vec<(usize, Option<usize>)> {
    // Most often two keys share one prime, which is then the factor of both.
    let mut by_factor: HashMap<&UBig, Vec<usize>> = HashMap::new();
    for (index, factor) in shared {
        by_factor.entry(factor).or_default().push(*index);
    }
    let mut searches = 0;
    let named = shared.iter().map(|(index, factor)| {
        let same = by_factor.get(factor).into_iter().flatten();
        let partner = same.copied().find(|other| other != index).or_else(|| {
            // Else the factor is the whole modulus, whose primes stand in different keys.
            shared.iter().map(|(other, _)| *other).filter(|other| other != index).find(|other| {
                searches += 1;
                searches <= MAX_PARTNER_SEARCHES && !factor.gcd(&moduli[*other]).is_one()
            })
        });
        (*index, partner)
    });
    named.collect()
}

/// The product of some of the moduli.
struct Node {
    product: UBig,
    halves: Option<Box<[Self; 2]>>,
}

impl Node {
    fn over(moduli: &[UBig]) -> Self {
        if let [modulus] = moduli {
            return Self { product: modulus.clone(), halves: None };
        }
        let (left, right) = moduli.split_at(moduli.len() / 2);
        let halves = [Self::over(left), Self::over(right)];
        Self { product: &halves[0].product * &halves[1].product, halves: Some(Box::new(halves)) }
    }

    /// Appends `value` modulo the square of each modulus, in their order.
    fn reduce(&self, value: &UBig, residues: &mut Vec<UBig>) {
        let square = self.product.sqr();
        let value = value % square;
        match &self.halves {
            Some(halves) => halves.iter().for_each(|half| half.reduce(&value, residues)),
            None => residues.push(value),
        }
    }
}
