//! ECDSA on the NIST curves: one generic signer and verifier over any digest, in both written forms.

use rand_core::CryptoRng;
use signature::SignatureEncoding;
use signature::hazmat::{PrehashVerifier, RandomizedPrehashSigner};

use super::{DigestAlgorithm, Error, SignatureForm};

/// Signs with `key`, whose curve knows its signatures as `Asn1` and `Fixed`.
///
/// The nonce is RFC 6979's with octets of `rng` mixed in, so neither a weak generator nor a fault repeats one.
pub(super) fn sign<Key, Asn1, Fixed>(
    key: &Key,
    digest: DigestAlgorithm,
    form: SignatureForm,
    message: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Error>
where
    Key: RandomizedPrehashSigner<Asn1> + RandomizedPrehashSigner<Fixed>,
    Asn1: SignatureEncoding,
    Fixed: SignatureEncoding,
{
    let prehash = digest.digest(message);
    let signed = match form {
        SignatureForm::Asn1 => RandomizedPrehashSigner::<Asn1>::sign_prehash_with_rng(key, rng, &prehash)
            .map(|signature| signature.to_vec()),
        SignatureForm::Fixed => RandomizedPrehashSigner::<Fixed>::sign_prehash_with_rng(key, rng, &prehash)
            .map(|signature| signature.to_vec()),
    };
    signed.map_err(|_| Error::SigningFailed)
}

/// Checks a signature with `key`, whose curve knows its signatures as `Asn1` and `Fixed`.
pub(super) fn verify<Key, Asn1, Fixed>(
    key: &Key,
    digest: DigestAlgorithm,
    form: SignatureForm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Error>
where
    Key: PrehashVerifier<Asn1> + PrehashVerifier<Fixed>,
    Asn1: SignatureEncoding,
    Fixed: SignatureEncoding,
{
    let prehash = digest.digest(message);
    match form {
        SignatureForm::Asn1 => Asn1::try_from(signature)
            .ok()
            .and_then(|signature| PrehashVerifier::<Asn1>::verify_prehash(key, &prehash, &signature).ok()),
        SignatureForm::Fixed => Fixed::try_from(signature)
            .ok()
            .and_then(|signature| PrehashVerifier::<Fixed>::verify_prehash(key, &prehash, &signature).ok()),
    }
    .ok_or(Error::VerificationFailed)
}
