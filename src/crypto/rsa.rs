//! RSA: generation within the bounds of FIPS 186-5, and signatures of both schemes of RFC 8017.

use crypto_bigint::BoxedUint;
use crypto_primes::{Flavor, is_prime as passes_bpsw};
use rand_core::CryptoRng;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::workers::Workers;

use super::prime_search::{self, Simd};
use super::{DigestAlgorithm, Error};

/// The public exponent of every key made here, 2^16 + 1: within FIPS 186-5's 2^16 < e < 2^256.
const PUBLIC_EXPONENT: u32 = 65_537;

/// A fresh key of `bits` bits (FIPS 186-5 appendix A.1.3: random probable primes).
pub(super) fn generate(bits: u32, rng: &mut dyn CryptoRng) -> Result<RsaPrivateKey, Error> {
    if ![2048, 3072, 4096].contains(&bits) {
        return Err(Error::UnsupportedKey(format!("generating RSA keys of {bits} bits")));
    }
    generate_of(bits, Simd::in_use(), Workers::available(), rng)
}

/// A fresh key of any length that is a multiple of 128 bits, from 256 to 4096: tests make many short ones.
pub(super) fn generate_of(
    bits: u32,
    simd: Simd,
    workers: Workers,
    rng: &mut dyn CryptoRng,
) -> Result<RsaPrivateKey, Error> {
    loop {
        let [mut p, mut q] = prime_search::pair(bits / 2, PUBLIC_EXPONENT, simd, workers, rng);
        if !far_apart(&p, &q, bits) {
            continue;
        }
        // The key takes the primes over where they lie, and wipes them itself.
        let [p, q] = [&mut p, &mut q].map(|prime| std::mem::replace(&mut **prime, BoxedUint::zero()));
        // d is e^-1 mod lcm(p-1, q-1), as FIPS 186-5 A.1.1(3b) asks.
        let key = RsaPrivateKey::from_p_q(p, q, BoxedUint::from(PUBLIC_EXPONENT))
            .map_err(|_| Error::MalformedKey("its primes give no private exponent"))?;
        if long_enough(key.d(), bits) && key.n().bits() == bits {
            return Ok(key);
        }
    }
}

/// |p - q| > 2^(nlen/2 - 100), FIPS 186-5 appendix A.1.3 step 5.4: else Fermat's method factors the modulus.
pub(super) fn far_apart(p: &BoxedUint, q: &BoxedUint, bits: u32) -> bool {
    let difference = Zeroizing::new(if p > q { p.wrapping_sub(q) } else { q.wrapping_sub(p) });
    exceeds_power_of_two(&difference, (bits / 2).saturating_sub(100))
}

/// d > 2^(nlen/2), FIPS 186-5 appendix A.1.1 step 3: a short private exponent can be recovered.
pub(super) fn long_enough(d: &BoxedUint, bits: u32) -> bool {
    exceeds_power_of_two(d, bits / 2)
}

/// Whether `value` > 2^`exponent`.
fn exceeds_power_of_two(value: &BoxedUint, exponent: u32) -> bool {
    let precision = value.bits_precision().max(exponent + 1);
    let power = BoxedUint::one_with_precision(precision).shl(exponent);
    *value > power
}

/// Whether the primes are prime (Baillie-PSW), and all numbers fit each other.
pub(super) fn check(key: &RsaPrivateKey) -> Result<(), Error> {
    let primes_are_prime = key.primes().iter().all(|prime| passes_bpsw::<BoxedUint>(Flavor::Any, prime));
    match primes_are_prime && key.validate().is_ok() {
        true => Ok(()),
        false => Err(Error::MalformedKey("its primes are not prime, or do not fit its other numbers")),
    }
}

/// A PKCS#1 v1.5 signature, blinded with `rng` so that its timing tells nothing of the key.
pub(super) fn sign(
    key: &RsaPrivateKey,
    digest: DigestAlgorithm,
    message: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Error> {
    key.sign_with_rng(rng, scheme(digest), &digest.digest(message)).map_err(|_| Error::SigningFailed)
}

/// Checks a PKCS#1 v1.5 signature.
pub(super) fn verify(
    key: &RsaPublicKey,
    digest: DigestAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    key.verify(scheme(digest), &digest.digest(message), signature).map_err(|_| Error::VerificationFailed)
}

/// A signature of RSASSA-PSS, blinded in the same way; its salt is as long as the digest, RFC 7518 section 3.5.
pub(super) fn sign_pss(
    key: &RsaPrivateKey,
    digest: DigestAlgorithm,
    message: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Error> {
    let hashed = digest.digest(message);
    match digest {
        DigestAlgorithm::Sha1 => key.sign_with_rng(rng, Pss::<Sha1>::new(), &hashed),
        DigestAlgorithm::Sha256 => key.sign_with_rng(rng, Pss::<Sha256>::new(), &hashed),
        DigestAlgorithm::Sha384 => key.sign_with_rng(rng, Pss::<Sha384>::new(), &hashed),
        DigestAlgorithm::Sha512 => key.sign_with_rng(rng, Pss::<Sha512>::new(), &hashed),
    }
    .map_err(|_| Error::SigningFailed)
}

/// Checks a signature of RSASSA-PSS with a salt as long as the digest.
pub(super) fn verify_pss(
    key: &RsaPublicKey,
    digest: DigestAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    let hashed = digest.digest(message);
    match digest {
        DigestAlgorithm::Sha1 => key.verify(Pss::<Sha1>::new(), &hashed, signature),
        DigestAlgorithm::Sha256 => key.verify(Pss::<Sha256>::new(), &hashed, signature),
        DigestAlgorithm::Sha384 => key.verify(Pss::<Sha384>::new(), &hashed, signature),
        DigestAlgorithm::Sha512 => key.verify(Pss::<Sha512>::new(), &hashed, signature),
    }
    .map_err(|_| Error::VerificationFailed)
}

fn scheme(digest: DigestAlgorithm) -> Pkcs1v15Sign {
    match digest {
        DigestAlgorithm::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
        DigestAlgorithm::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        DigestAlgorithm::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        DigestAlgorithm::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    }
}

#[cfg(test)]
mod tests {
    use crypto_bigint::NonZero;

    use super::*;
    use crate::crypto::SystemRandom;

    fn power(exponent: u32) -> BoxedUint {
        BoxedUint::one_with_precision(2048).shl(exponent)
    }

    #[test]
    fn primes_must_differ_in_their_top_hundred_bits() {
        let q = power(1023);
        let bound = power(1024 - 100);
        assert!(!far_apart(&q, &q, 2048));
        assert!(!far_apart(&q.wrapping_add(&bound), &q, 2048));
        assert!(!far_apart(&q, &q.wrapping_add(&bound), 2048));
        assert!(far_apart(&q.wrapping_add(&bound).wrapping_add(BoxedUint::one()), &q, 2048));
    }

    #[test]
    fn a_short_private_exponent_is_refused() {
        assert!(!long_enough(&BoxedUint::from(3_u32), 2048));
        assert!(!long_enough(&power(1024), 2048));
        assert!(long_enough(&power(1024).wrapping_add(BoxedUint::one()), 2048));
    }

    #[test]
    fn generated_keys_keep_every_bound() {
        let key = generate(2048, &mut SystemRandom::new()).unwrap();
        let [p, q] = key.primes() else { panic!("two primes") };
        assert_eq!((key.n().bits(), p.bits(), q.bits()), (2048, 1024, 1024));
        assert!(far_apart(p, q, 2048) && long_enough(key.d(), 2048));
        // The two top bits of each prime put it above sqrt(2) * 2^1023.
        assert!(p.bit_vartime(1022) && q.bit_vartime(1022));
        key.validate().unwrap();
    }

    #[test]
    fn a_key_of_a_composite_does_not_pass() {
        let sound = generate(2048, &mut SystemRandom::new()).unwrap();
        check(&sound).unwrap();
        let [p, q] = sound.primes() else { panic!("two primes") };
        let three = NonZero::new(BoxedUint::from(3_u32)).unwrap();
        let broken = (1_u32..30)
            .map(|step| q.wrapping_add(BoxedUint::from(2 * step)))
            .filter(|candidate| candidate.rem(&three) == BoxedUint::zero())
            .find_map(|q| RsaPrivateKey::from_p_q(p.as_ref().clone(), q, BoxedUint::from(PUBLIC_EXPONENT)).ok());
        assert!(matches!(check(&broken.unwrap()), Err(Error::MalformedKey(_))));
    }

    #[test]
    fn odd_sizes_are_not_generated() {
        assert!(matches!(generate(1024, &mut SystemRandom::new()), Err(Error::UnsupportedKey(_))));
    }
}
