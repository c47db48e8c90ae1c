//! Tests with keys that are weak in each way, made here, and with one that is sound.

use crypto_bigint::{BoxedUint, ConcatenatingMul, NonZero, Resize};
use crypto_primes::{Flavor, is_prime, random_prime};

use super::*;
use crate::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};

const USUAL: &[u8] = &[1, 0, 1];

fn prime(bits: u32) -> BoxedUint {
    random_prime(&mut SystemRandom::new(), Flavor::Any, bits)
}

/// The next prime above `number`.
fn next_prime(number: &BoxedUint) -> BoxedUint {
    let precision = number.bits_precision() + 64;
    let mut candidate = number.resize(precision) | BoxedUint::one_with_precision(precision);
    loop {
        candidate = candidate.wrapping_add(&BoxedUint::from(2_u32).resize(precision));
        if is_prime(Flavor::Any, &candidate) {
            return candidate;
        }
    }
}

fn numbers(p: &BoxedUint, q: &BoxedUint) -> RsaNumbers {
    RsaNumbers::new(&p.concatenating_mul(q).to_be_bytes(), USUAL)
}

fn kinds(key: &RsaNumbers) -> Vec<&'static str> {
    examine(key).into_iter().map(Weakness::kind).collect()
}

/// A prime as the faulty chips made it: k · M + (65537^a mod M).
fn roca_prime(bits: u32) -> BoxedUint {
    // M for keys up to 960 bits is the product of the primes to 167; a longer prime takes more, which changes nothing.
    let product = factors::odd_primes(168)
        .fold(BoxedUint::from(2_u32), |product, prime| product.concatenating_mul(&BoxedUint::from(prime)));
    let product = product.resize(bits);
    let divisor = NonZero::new(product.clone()).unwrap();
    let multiplier_bits = bits - product.bits();
    let mut power = BoxedUint::one_with_precision(bits);
    for exponent in 0_u32.. {
        power = power.mul_mod(&BoxedUint::from(roca::GENERATOR).resize(bits), &divisor);
        if exponent < 1000 {
            continue;
        }
        let multiplier = prime(multiplier_bits).resize(bits);
        let candidate = multiplier.wrapping_mul(&product).wrapping_add(&power);
        if is_prime(Flavor::Any, &candidate) {
            return candidate;
        }
    }
    unreachable!("some candidate is prime")
}

#[test]
fn a_sound_key_has_no_weakness() {
    let key = PrivateKey::generate(KeyAlgorithm::Rsa { bits: 2048 }, &mut SystemRandom::new()).unwrap();
    assert_eq!(examine(&RsaNumbers::of(&key.public_key()).unwrap()), []);
    assert_eq!(examine_private(&key), []);
    let on_curve = PrivateKey::generate(KeyAlgorithm::P256, &mut SystemRandom::new()).unwrap();
    assert_eq!(RsaNumbers::of(&on_curve.public_key()), None);
    assert_eq!(examine_private(&on_curve), []);
}

#[test]
fn close_primes_are_found_and_far_ones_are_not() {
    let p = prime(1024);
    assert_eq!(kinds(&numbers(&p, &next_prime(&p)))[0], "close_primes");
    assert_eq!(kinds(&numbers(&p, &p))[0], "close_primes");
    // Fermat's method needs (p - q)²/8·sqrt(n) rounds: a distance of 2^600 is out of its reach.
    let far = next_prime(&p.wrapping_add(&BoxedUint::one_with_precision(1024).shl(600)));
    assert!(!kinds(&numbers(&p, &far)).contains(&"close_primes"));
}

#[test]
fn the_fingerprint_of_roca_is_found_at_several_lengths() {
    for bits in [512, 1024] {
        let key = numbers(&roca_prime(bits), &roca_prime(bits));
        assert!(kinds(&key).contains(&"roca"), "{:?}", examine(&key));
        // One sound prime is enough to hide it, and then the attack does not work either.
        assert!(!kinds(&numbers(&roca_prime(bits), &prime(bits))).contains(&"roca"));
    }
}

#[test]
fn small_factors_are_named() {
    let large = prime(2032);
    let small = BoxedUint::from(65_521_u32);
    let found = examine(&numbers(&large, &small));
    assert!(found.contains(&Weakness::SmallFactor { factor: 65_521 }), "{found:?}");
    assert!(kinds(&numbers(&large, &BoxedUint::from(65_536_u32))).contains(&"even_modulus"));
}

#[test]
fn lengths_are_judged_by_their_bits() {
    // Odd, without small factors, and of just that length: the examination ends at the length for no other reason.
    let of = |bits: u32| {
        let octets = prime(bits).to_be_bytes();
        examine(&RsaNumbers::new(&octets, USUAL))
    };
    assert_eq!(of(512), [Weakness::ShortModulus { bits: 512 }]);
    assert_eq!(of(512)[0].severity(), Severity::Broken);
    assert_eq!(of(1024)[0].severity(), Severity::Weak);
    assert_eq!(of(2040), [Weakness::ShortModulus { bits: 2040 }]);
    assert_eq!(of(2047), [Weakness::OddLength { bits: 2047 }]);
    assert_eq!(of(2048), []);
}

#[test]
fn nothing_hostile_takes_long_or_panics() {
    let kinds_of = |modulus: &[u8], exponent: &[u8]| kinds(&RsaNumbers::new(modulus, exponent));
    assert_eq!(kinds_of(&[], &[]), ["even_exponent", "even_modulus", "short_modulus"]);
    assert_eq!(kinds_of(&[0, 0, 1], USUAL), ["close_primes", "short_modulus"]);
    assert!(kinds_of(&[0xff; 2048], USUAL).contains(&"small_factor"));
    assert_eq!(kinds_of(&[0xff; 2049], USUAL), ["not_examined"]);
    assert_eq!(kinds_of(&vec![0xff; 1 << 20], &vec![0xff; 1 << 20]), ["large_exponent", "not_examined"]);
}

#[test]
fn exponents_are_told_apart() {
    let modulus = prime(2048).to_be_bytes();
    let found = |exponent: &[u8]| examine(&RsaNumbers::new(&modulus, exponent));
    assert_eq!(found(USUAL), []);
    assert_eq!(found(&[3]), [Weakness::SmallExponent { exponent: 3 }]);
    assert_eq!(found(&[1]), [Weakness::ExponentIsOne]);
    assert_eq!(found(&[0]), [Weakness::EvenExponent]);
    assert_eq!(found(&[1, 0, 0]), [Weakness::EvenExponent]);
    assert_eq!(found(&[0xff; 4]), []);
    assert_eq!(found(&[1, 0, 0, 0, 1]), [Weakness::LargeExponent { bits: 33 }]);
}

#[test]
fn shared_primes_are_found_among_sound_keys_of_all_lengths() {
    let p: Vec<BoxedUint> = [512, 512, 700, 512, 1024, 512, 512, 512].map(prime).into();
    let keys = [
        numbers(&p[0], &p[1]),
        numbers(&p[2], &p[3]), // shares 3
        numbers(&p[4], &p[5]),
        numbers(&p[3], &p[6]), // shares 3 and 6
        numbers(&p[6], &p[7]), // shares 6
        numbers(&p[0], &p[1]), // the first key again
    ];
    let shared = shared_primes(&keys);
    assert_eq!(shared.left_out, 0);
    let found: Vec<(usize, Option<usize>)> = shared.found.iter().map(|it| (it.key, it.partner)).collect();
    assert_eq!(found, [(1, Some(3)), (3, Some(1)), (4, Some(3))]);
    assert_eq!(shared_primes(&keys[..3]), SharedPrimes::default());
    assert_eq!(shared_primes(&[]), SharedPrimes::default());
}

#[test]
fn what_cannot_be_compared_is_counted() {
    let long = RsaNumbers::new(&[0xff; 3000], USUAL);
    let even = RsaNumbers::new(&[2], USUAL);
    assert_eq!(shared_primes(&[long, even]), SharedPrimes { found: Vec::new(), left_out: 1 });
}

/// A thousand keys that have nothing in common but the one prime that is sought: k · M + 1, with M the product of the
/// primes below a thousand. A common factor of two would divide the difference of their k, whose primes all divide M.
#[test]
fn two_keys_among_a_thousand_are_found() {
    let product = factors::odd_primes(1000)
        .fold(BoxedUint::from(2_u32), |product, prime| product.concatenating_mul(&BoxedUint::from(prime)))
        .resize(2048);
    let product = product.shl(2040 - product.bits());
    let fresh = (1..=998_u32).map(|k| {
        let number = product.concatenating_mul(&BoxedUint::from(k)).wrapping_add(&BoxedUint::one());
        RsaNumbers::new(&number.to_be_bytes(), USUAL)
    });
    let [p, q, r] = [prime(1024), prime(1024), prime(1024)];
    let keys: Vec<RsaNumbers> = [numbers(&p, &q)].into_iter().chain(fresh).chain([numbers(&q, &r)]).collect();
    let start = std::time::Instant::now();
    let shared = shared_primes(&keys);
    println!("{:?}", start.elapsed());
    let found: Vec<(usize, Option<usize>)> = shared.found.iter().map(|it| (it.key, it.partner)).collect();
    assert_eq!((found, shared.left_out), (vec![(0, Some(999)), (999, Some(0))], 0));
}

#[test]
#[ignore = "takes seconds: how long five thousand keys take is measured with it, on a release build"]
fn five_thousand_keys() {
    let keys: Vec<RsaNumbers> = (0..5_000_u64)
        .map(|index| {
            let digest = crate::crypto::DigestAlgorithm::Sha512.digest(&index.to_be_bytes());
            let mut octets: Vec<u8> = digest.iter().copied().cycle().take(256).collect();
            octets[0] |= 0x80;
            octets[248..].copy_from_slice(&(index * 2 + 1).to_be_bytes());
            RsaNumbers::new(&octets, USUAL)
        })
        .collect();
    let start = std::time::Instant::now();
    let shared = shared_primes(&keys);
    println!("{:?}, {} found", start.elapsed(), shared.found.len());
    assert_eq!(shared.left_out, 0);
}
