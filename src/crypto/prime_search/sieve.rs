//! Which odd numbers after a starting point have no small factor.

use zeroize::Zeroizing;

/// The places `k` for which `start` + 2 `k`, for `k` < `places`, has no odd prime factor up to `bound`, and is not 1
/// modulo the prime `exponent`, so that an RSA key with that public exponent has a private one.
///
/// `start` is odd and greater than the square of `bound`. What depends on it is wiped.
pub(super) fn survivors(start: &[u64], places: usize, bound: u32, exponent: u32) -> Zeroizing<Vec<u32>> {
    let mut struck = Zeroizing::new(vec![false; places]);
    let primes = odd_primes(bound);
    for group in groups(&primes) {
        let product = group.iter().map(|&prime| u64::from(prime)).product();
        let rest = Zeroizing::new(remainder(start, product));
        for &prime in group {
            strike(&mut struck, place_of(0, *rest % u64::from(prime), prime), prime);
        }
    }
    let rest = Zeroizing::new(remainder(start, u64::from(exponent)));
    strike(&mut struck, place_of(1, *rest, exponent), exponent);
    let open = |(place, &struck): (usize, &bool)| (!struck).then_some(place as u32);
    // With room for all from the start: a vector that grows leaves copies behind.
    let mut kept = Zeroizing::new(Vec::with_capacity(places));
    kept.extend(struck.iter().enumerate().filter_map(open));
    kept
}

/// The first place at which a number that leaves `rest` at place 0 leaves `wanted`, modulo an odd prime.
fn place_of(wanted: u64, rest: u64, prime: u32) -> usize {
    let prime = u64::from(prime);
    // 2 k = wanted - rest; half of an odd number is half of its sum with the prime.
    let twice = (wanted + prime - rest) % prime;
    (if twice.is_multiple_of(2) { twice / 2 } else { (twice + prime) / 2 }) as usize
}

fn strike(struck: &mut [bool], first: usize, prime: u32) {
    struck.iter_mut().skip(first).step_by(prime as usize).for_each(|struck| *struck = true);
}

/// All odd primes up to `bound`, by the sieve of Eratosthenes over odd numbers.
fn odd_primes(bound: u32) -> Vec<u32> {
    let mut composite = vec![false; bound.div_ceil(2) as usize];
    let mut primes = Vec::new();
    for index in 1..composite.len() {
        if !composite[index] {
            let prime = 2 * index + 1;
            primes.push(prime as u32);
            strike(&mut composite, prime.saturating_mul(prime) / 2, prime as u32);
        }
    }
    primes
}

/// The primes in runs whose product is less than 2^64: one long division serves a run.
fn groups(primes: &[u32]) -> impl Iterator<Item = &[u32]> {
    let mut rest = primes;
    std::iter::from_fn(move || {
        let mut product = 1_u64;
        let fits = |&&prime: &&u32| {
            let next = product.checked_mul(u64::from(prime));
            product = next.unwrap_or(product);
            next.is_some()
        };
        let count = rest.iter().take_while(fits).count();
        let (group, others) = rest.split_at(count);
        rest = others;
        (count > 0).then_some(group)
    })
}

/// A long number modulo a word.
fn remainder(number: &[u64], divisor: u64) -> u64 {
    let divide = |rest: u64, &word: &u64| ((u128::from(rest) << 64 | u128::from(word)) % u128::from(divisor)) as u64;
    number.iter().rev().fold(0, divide)
}
