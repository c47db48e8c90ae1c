//! Whether the next version would be weaker than the current one: key, digest, life, or a key that is no longer encrypted.

use crate::crypto::KeyAlgorithm;
use crate::formats::x509::Certificate;
use crate::operations::rotate::error::RotateError;
use crate::operations::rotate::version::Proved;

use super::options::PreparePlan;
use super::plan::of_certificate;

/// What can be told before anything is made.
pub(super) fn check(current: &Proved, plan: &PreparePlan, was_encrypted: bool) -> Result<(), RotateError> {
    let held = of_certificate(current, Certificate::public_key)?.algorithm();
    let weaker = |what: String| Err(RotateError::Weaker { what });
    if is_weaker(plan.algorithm, held) {
        return weaker(format!("its key would be {}, and is {held}", plan.algorithm));
    }
    if plan.not_after < current.validity.not_after {
        return weaker(format!(
            "it would end at {}, before the current one, at {}",
            plan.not_after, current.validity.not_after
        ));
    }
    if was_encrypted && !plan.form.key_is_encrypted {
        return weaker("its key's file would not be encrypted".to_owned());
    }
    Ok(())
}

/// What shows only once the certificate is made, since a CA chooses its own digest and end.
pub(super) fn check_made(current: &Certificate, next: &Certificate) -> Result<(), RotateError> {
    let weaker = |what: String| Err(RotateError::Weaker { what });
    if let (Some(old), Some(new)) = (current.signature_digest(), next.signature_digest())
        && digest_rank(&new) < digest_rank(&old)
    {
        return weaker(format!("its certificate would be signed over {new}, and is over {old}"));
    }
    let ends = |certificate: &Certificate| certificate.validity().ok().map(|validity| validity.not_after);
    if let (Some(old), Some(new)) = (ends(current), ends(next))
        && new < old
    {
        return weaker(format!("it would end at {new}, before the current one, at {old}"));
    }
    Ok(())
}

/// By bits of security (NIST SP 800-57 part 1, table 2), and among RSA keys by length.
fn is_weaker(one: KeyAlgorithm, other: KeyAlgorithm) -> bool {
    match (one, other) {
        (KeyAlgorithm::Rsa { bits: one }, KeyAlgorithm::Rsa { bits: other }) => one < other,
        (one, other) => security_bits(one) < security_bits(other),
    }
}

fn security_bits(algorithm: KeyAlgorithm) -> u32 {
    match algorithm {
        KeyAlgorithm::Ed25519 | KeyAlgorithm::P256 => 128,
        KeyAlgorithm::P384 => 192,
        KeyAlgorithm::P521 => 256,
        KeyAlgorithm::Rsa { bits: ..2048 } => 80,
        KeyAlgorithm::Rsa { bits: ..3072 } => 112,
        KeyAlgorithm::Rsa { bits: ..7680 } => 128,
        KeyAlgorithm::Rsa { bits: ..15_360 } => 192,
        KeyAlgorithm::Rsa { .. } => 256,
    }
}

fn digest_rank(name: &str) -> u32 {
    match name {
        "MD2" | "MD4" | "MD5" => 0,
        "SHA-1" => 1,
        "SHA-384" | "SHA3-384" => 3,
        "SHA-512" | "SHA3-512" => 4,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_weaker_by_its_bits_of_security_and_rsa_by_its_length() {
        let rsa = |bits| KeyAlgorithm::Rsa { bits };
        for (one, other, expected) in [
            (rsa(2048), rsa(2048), false),
            (rsa(2048), rsa(3072), true),
            (rsa(3072), rsa(4096), true),
            (rsa(2048), KeyAlgorithm::P256, true),
            (rsa(3072), KeyAlgorithm::P256, false),
            (KeyAlgorithm::P256, rsa(4096), false),
            (KeyAlgorithm::Ed25519, KeyAlgorithm::P256, false),
            (KeyAlgorithm::P256, KeyAlgorithm::P384, true),
            (rsa(4096), KeyAlgorithm::P521, true),
        ] {
            assert_eq!(is_weaker(one, other), expected, "{one} for {other}");
        }
    }
}
