//! Many keys, each held to every bound of FIPS 186-5.
//!
//! `cargo test` takes a sample. `CERTWRIGHT_KEYS=all cargo test --release --lib prime_search` makes 10,000 keys of 512 bits,
//! which no user can have, and 1,000 of 2048.

use std::collections::HashSet;
use std::num::NonZeroUsize;

use crypto_bigint::BoxedUint;
use crypto_primes::fips::{FipsOptions, is_prime};
use crypto_primes::{Flavor, is_prime as passes_bpsw};
use rsa::Pkcs1v15Sign;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};

use super::available;
use crate::crypto::SystemRandom;
use crate::crypto::prime_search::*;
use crate::crypto::rsa::{far_apart, generate_of, long_enough};

/// How many keys: a sample, or as many as the environment asks for.
#[expect(clippy::disallowed_methods, reason = "a long run is asked for in the environment")]
fn count(sample: usize, all: usize) -> usize {
    if std::env::var_os("CERTWRIGHT_KEYS").is_some_and(|value| value == "all") { all } else { sample }
}

#[test]
fn keys_of_a_test_size_keep_every_bound() {
    assert_sound(512, count(160, 10_000));
}

#[test]
fn keys_of_2048_bits_keep_every_bound() {
    assert_sound(2048, count(4, 1_000));
}

/// Makes so many keys, side by side and with each kind of instructions, and checks them.
fn assert_sound(bits: u32, count: usize) {
    let kinds: Vec<Simd> = available().collect();
    let workers = [Workers::ONE, Workers::exactly(NonZeroUsize::new(2).unwrap())];
    let (mut moduli, mut seen) = (HashSet::new(), Vec::new());
    Workers::available().stream(
        0..count,
        |number| checked(bits, kinds[number % kinds.len()], workers[number / kinds.len() % 2]),
        |(modulus, primes)| {
            assert!(moduli.insert(modulus), "a modulus came twice");
            seen.extend(primes);
        },
    );
    assert_eq!(moduli.len(), count);
    // A prime is as likely to be 1 as 2 modulo 3, and 1 as 3 modulo 4: six standard deviations are not met by chance.
    let allowed = 3.0 * (seen.len() as f64).sqrt();
    for (modulus, wanted) in [(3_u64, 1_u64), (4, 1)] {
        let ones = seen.iter().filter(|&&rest| rest % modulus == wanted).count() as f64;
        assert!((ones - seen.len() as f64 / 2.0).abs() <= allowed, "{ones} of {} are 1 mod {modulus}", seen.len());
    }
}

/// A key's modulus, and its primes modulo 12.
fn checked(bits: u32, simd: Simd, workers: Workers) -> (Vec<u8>, [u64; 2]) {
    let mut rng = SystemRandom::new();
    let key = generate_of(bits, simd, workers, &mut rng).unwrap();
    let [p, q] = key.primes() else { panic!("two primes") };
    assert_eq!((key.n().bits(), p.bits(), q.bits()), (bits, bits / 2, bits / 2));
    assert_eq!(*key.e(), BoxedUint::from(65_537_u32));
    for prime in [p, q] {
        let number: &BoxedUint = prime;
        assert!(number.bit_vartime(bits / 2 - 2), "the two highest bits are set");
        assert!(passes_bpsw(Flavor::Any, number));
        assert!(is_prime(&mut rng, Flavor::Any, number, FipsOptions::with_mr_iterations(8)));
    }
    assert!(far_apart(p, q, bits) && long_enough(key.d(), bits));
    key.validate().unwrap();
    let digest = [7; 32];
    let signature = key.sign_with_rng(&mut rng, Pkcs1v15Sign::new_unprefixed(), &digest).unwrap();
    key.to_public_key().verify(Pkcs1v15Sign::new_unprefixed(), &digest, &signature).unwrap();
    let rest =
        |number: &BoxedUint| number.to_be_bytes().iter().fold(0, |rest, &octet| (rest * 256 + u64::from(octet)) % 12);
    (key.n().to_be_bytes().to_vec(), [rest(p), rest(q)])
}
