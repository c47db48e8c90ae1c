//! Keys in words and digits, as `openssl rsa`, `ec`, `pkey` and `x509 -text` of release 3.0 print them.

use certwright::crypto::key_health::RsaNumbers;
use certwright::crypto::{KeyAlgorithm, PrivateKey, PublicKey};
use certwright::formats::{Error, pkcs1};
use certwright::secret::SecretBytes;

use super::hex;

/// So many octets stand on a line.
const PER_LINE: usize = 15;

/// A public key, each line behind `indent` spaces: none by itself, 16 in a certificate.
pub(crate) fn public(key: &PublicKey, indent: usize) -> String {
    if let Some(numbers) = RsaNumbers::of(key) {
        return rsa_public(&numbers, indent);
    }
    let margin = " ".repeat(indent);
    let point = key.point().unwrap_or_default();
    let heading = match curve(key.algorithm()) {
        Some(curve) => format!("Public-Key: ({} bit)", curve.bits),
        None => "ED25519 Public-Key:".to_owned(),
    };
    let mut text = format!("{margin}{heading}\n{margin}pub:\n{}", hex::lines(&point, PER_LINE, indent + 4));
    text.push_str(&curve_names(key.algorithm(), indent));
    text
}

/// The numbers of an RSA key, whether or not the key can be used.
pub(crate) fn rsa_public(numbers: &RsaNumbers, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let mut text = format!("{margin}Public-Key: ({} bit)\n", numbers.bits());
    text.push_str(&integer("Modulus", numbers.modulus(), indent));
    text.push_str(&integer("Exponent", numbers.exponent(), indent));
    text
}

/// A private key, secrets included.
///
/// # Errors
/// Only when the parts of an RSA key do not fit together.
pub(crate) fn private(key: &PrivateKey) -> Result<SecretBytes, Error> {
    let public = key.public_key();
    let Some(numbers) = RsaNumbers::of(&public) else { return Ok(private_on_curve(key, &public)) };
    let secret = pkcs1::private_numbers(key)?;
    let heading = format!("Private-Key: ({} bit, 2 primes)\n", numbers.bits());
    let open = [heading, integer("modulus", numbers.modulus(), 0), integer("publicExponent", numbers.exponent(), 0)];
    let wiped = |name, number: &SecretBytes| SecretBytes::from(integer(name, number.expose(), 0).into_bytes());
    let secret = [
        wiped("privateExponent", &secret.private_exponent),
        wiped("prime1", &secret.prime1),
        wiped("prime2", &secret.prime2),
        wiped("exponent1", &secret.exponent1),
        wiped("exponent2", &secret.exponent2),
        wiped("coefficient", &secret.coefficient),
    ];
    let parts: Vec<&[u8]> =
        open.iter().map(|text| text.as_bytes()).chain(secret.iter().map(SecretBytes::expose)).collect();
    Ok(SecretBytes::concat(&parts))
}

fn private_on_curve(key: &PrivateKey, public: &PublicKey) -> SecretBytes {
    let heading = match curve(key.algorithm()) {
        Some(curve) => format!("Private-Key: ({} bit)\npriv:\n", curve.bits),
        None => "ED25519 Private-Key:\npriv:\n".to_owned(),
    };
    let scalar = key.scalar().unwrap_or_else(|| SecretBytes::zeroed(0));
    let scalar = SecretBytes::from(hex::lines(scalar.expose(), PER_LINE, 4).into_bytes());
    let point = hex::lines(&public.point().unwrap_or_default(), PER_LINE, 4);
    let names = curve_names(key.algorithm(), 0);
    let parts = [heading.as_bytes(), scalar.expose(), b"pub:\n", point.as_bytes(), names.as_bytes()];
    SecretBytes::concat(&parts)
}

/// `Modulus=…` as `-modulus` prints it, of an RSA key.
pub(crate) fn modulus(numbers: &RsaNumbers) -> String {
    format!("Modulus={}\n", hex::number(numbers.modulus()))
}

/// A number with its name: a small one on one line, a long one in a block that shows it as positive.
fn integer(name: &str, number: &[u8], indent: usize) -> String {
    let margin = " ".repeat(indent);
    if number.len() <= 8 {
        let value = number.iter().fold(0_u64, |value, octet| value << 8 | u64::from(*octet));
        return match value {
            0 => format!("{margin}{name}: 0\n"),
            value => format!("{margin}{name}: {value} (0x{value:x})\n"),
        };
    }
    let heading = format!("{margin}{name}:\n");
    let signed: SecretBytes = match number.first() {
        Some(first) if *first >= 0x80 => SecretBytes::concat(&[&[0], number]),
        _ => SecretBytes::concat(&[number]),
    };
    let block = SecretBytes::from(hex::lines(signed.expose(), PER_LINE, indent + 4).into_bytes());
    let mut text = String::with_capacity(heading.len() + block.expose().len());
    text.push_str(&heading);
    text.push_str(std::str::from_utf8(block.expose()).unwrap_or_default());
    text
}

struct Curve {
    bits: u32,
    /// Its name in X9.62 or SEC 2, which openssl calls by.
    sec: &'static str,
    nist: &'static str,
}

fn curve(algorithm: KeyAlgorithm) -> Option<Curve> {
    let (bits, sec, nist) = match algorithm {
        KeyAlgorithm::P256 => (256, "prime256v1", "P-256"),
        KeyAlgorithm::P384 => (384, "secp384r1", "P-384"),
        KeyAlgorithm::P521 => (521, "secp521r1", "P-521"),
        _ => return None,
    };
    Some(Curve { bits, sec, nist })
}

fn curve_names(algorithm: KeyAlgorithm, indent: usize) -> String {
    let margin = " ".repeat(indent);
    match curve(algorithm) {
        Some(Curve { sec, nist, .. }) => format!("{margin}ASN1 OID: {sec}\n{margin}NIST CURVE: {nist}\n"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use certwright::crypto::SystemRandom;

    #[test]
    fn numbers_are_shown_as_positive_and_small_ones_in_both_bases() {
        let numbers = RsaNumbers::new(&[0x80; 16], &[1, 0, 1]);
        let text = "  Public-Key: (128 bit)\n  Modulus:\n      00:80:80:80:80:80:80:80:80:80:80:80:80:80:80:\n      \
                    80:80\n  Exponent: 65537 (0x10001)\n";
        assert_eq!(rsa_public(&numbers, 2), text);
        assert_eq!(modulus(&numbers), format!("Modulus={}\n", "80".repeat(16)));
        assert!(rsa_public(&RsaNumbers::new(&[0x7f; 16], &[1; 9]), 0).ends_with(
            "Modulus:\n    7f:7f:7f:7f:7f:7f:7f:7f:7f:7f:7f:7f:7f:7f:7f:\n    7f\nExponent:\n    01:01:01:01:01:01:01:01:01\n"
        ));
    }

    #[test]
    fn a_key_on_a_curve_is_shown_with_its_names() {
        let key = PrivateKey::generate(KeyAlgorithm::P384, &mut SystemRandom::new()).unwrap();
        let text = String::from_utf8(private(&key).unwrap().expose().to_vec()).unwrap();
        let (head, tail) = text.split_once("pub:\n").unwrap();
        assert!(head.starts_with("Private-Key: (384 bit)\npriv:\n    ") && head.lines().count() == 2 + 4, "{head}");
        assert!(tail.ends_with("ASN1 OID: secp384r1\nNIST CURVE: P-384\n"), "{tail}");
        assert!(public(&key.public_key(), 0).ends_with(tail));

        let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut SystemRandom::new()).unwrap();
        let text = public(&key.public_key(), 1);
        assert!(text.starts_with(" ED25519 Public-Key:\n pub:\n     ") && text.lines().count() == 5, "{text}");
    }
}
