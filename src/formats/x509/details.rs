//! What few certificates choose for themselves: uses of the key, digest, serial number.

use std::fmt;
use std::str::FromStr;

use x509_cert::serial_number;

use super::{FORMAT, Purposes};
use crate::crypto::{CryptoRng, DigestAlgorithm, KeyAlgorithm, SignatureAlgorithm};
use crate::formats::Error;
use crate::formats::der::malformed;

/// Choices that have a good answer when nobody makes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// What the key may be used for.
    pub purposes: Purposes,
    /// The digest that is signed; none for the one that fits the key. Ed25519 has its own.
    pub digest: Option<DigestAlgorithm>,
    /// The serial number; none for sixteen random octets.
    pub serial_number: Option<SerialNumber>,
}

/// A certificate's serial number: positive, and at most twenty octets (RFC 5280 section 4.1.2.2).
///
/// ```
/// use certwright::formats::x509::SerialNumber;
///
/// let number: SerialNumber = "0x0100".parse()?;
/// assert_eq!(number, "256".parse()?);
/// assert_eq!(number.to_string(), "0100");
/// assert!("0".parse::<SerialNumber>().is_err());
/// # Ok::<(), certwright::formats::x509::SerialNumberError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerialNumber(Vec<u8>);

/// Why a text is no serial number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SerialNumberError {
    /// Neither decimal digits nor `0x` and hexadecimal ones.
    #[error("it is neither a decimal number nor `0x` with hexadecimal digits")]
    NotANumber,
    /// Zero, or below.
    #[error("a serial number is positive (RFC 5280 section 4.1.2.2)")]
    NotPositive,
    /// More than twenty octets.
    #[error("a serial number has at most 20 octets (RFC 5280 section 4.1.2.2)")]
    TooLong,
}

/// The most octets of a serial number as DER writes it.
const MAX_OCTETS: usize = 20;

impl SerialNumber {
    /// Reads the number in `octets`, the most significant first.
    ///
    /// # Errors
    /// [`SerialNumberError`] for zero and for more than twenty octets.
    pub fn from_octets(octets: &[u8]) -> Result<Self, SerialNumberError> {
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        let octets = &octets[zeros..];
        let Some(first) = octets.first() else { return Err(SerialNumberError::NotPositive) };
        // DER puts a zero octet before a number whose first bit is set.
        if octets.len() + usize::from(*first >= 0x80) > MAX_OCTETS {
            return Err(SerialNumberError::TooLong);
        }
        Ok(Self(octets.to_vec()))
    }

    /// Its octets, the most significant first, without zeros before them.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.0
    }

    /// Sixteen random octets, positive and of full length (RFC 5280 section 4.1.2.2; at least 64 random bits,
    /// CA/Browser Forum). Random, so that renewing with the same key repeats no pair of issuer and serial number.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut octets = vec![0_u8; 16];
        rng.fill_bytes(&mut octets);
        octets[0] = octets[0] & 0x7f | 0x40;
        Self(octets)
    }

    pub(super) fn to_x509(&self) -> Result<serial_number::SerialNumber, Error> {
        serial_number::SerialNumber::new(&self.0).map_err(|fault| malformed(FORMAT, &fault))
    }
}

impl FromStr for SerialNumber {
    type Err = SerialNumberError;

    /// Reads a decimal number, or a hexadecimal one after `0x`.
    fn from_str(text: &str) -> Result<Self, SerialNumberError> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let hexadecimal = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X"));
        let (digits, radix) = hexadecimal.map_or((unsigned, 10), |digits| (digits, 16));
        if digits.is_empty() {
            return Err(SerialNumberError::NotANumber);
        }
        // The most significant octet last, until the end.
        let mut octets: Vec<u8> = Vec::new();
        for digit in digits.chars() {
            let mut carry = digit.to_digit(radix).ok_or(SerialNumberError::NotANumber)?;
            for octet in &mut octets {
                carry += u32::from(*octet) * radix;
                *octet = carry.to_le_bytes()[0];
                carry >>= 8;
            }
            if carry > 0 {
                octets.push(carry.to_le_bytes()[0]);
            }
            if octets.len() > MAX_OCTETS {
                return Err(SerialNumberError::TooLong);
            }
        }
        if unsigned != text {
            return Err(SerialNumberError::NotPositive);
        }
        octets.reverse();
        Self::from_octets(&octets)
    }
}

impl fmt::Display for SerialNumber {
    /// Hexadecimal, two digits an octet.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02X}"))
    }
}

/// How a key of this kind signs with the digest that was chosen, or with its own.
///
/// # Errors
/// For SHA-1, over which nothing is signed here.
pub(crate) fn signature(
    format: &'static str,
    key: KeyAlgorithm,
    digest: Option<DigestAlgorithm>,
) -> Result<SignatureAlgorithm, Error> {
    match (key.default_signature(), digest) {
        (_, Some(DigestAlgorithm::Sha1)) => Err(Error::unsupported(format, "signing over SHA-1")),
        (SignatureAlgorithm::RsaPkcs1v15(_), Some(digest)) => Ok(SignatureAlgorithm::RsaPkcs1v15(digest)),
        (SignatureAlgorithm::Ecdsa(_), Some(digest)) => Ok(SignatureAlgorithm::Ecdsa(digest)),
        (fitting, _) => Ok(fitting),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_read_in_both_bases() {
        for (text, octets) in [
            ("1", &[1][..]),
            ("01", &[1]),
            ("0x00fF", &[0xff]),
            ("65536", &[1, 0, 0]),
            ("18446744073709551616", &[1, 0, 0, 0, 0, 0, 0, 0, 0]),
            ("0X7fffffffffffffffffffffffffffffffffffffff", &[&[0x7f][..], &[0xff; 19]].concat()),
        ] {
            assert_eq!(text.parse::<SerialNumber>().map(|it| it.0).as_deref(), Ok(octets), "{text}");
        }
        for (text, fault) in [
            ("", SerialNumberError::NotANumber),
            ("0x", SerialNumberError::NotANumber),
            ("12a", SerialNumberError::NotANumber),
            ("- 1", SerialNumberError::NotANumber),
            ("0", SerialNumberError::NotPositive),
            ("-1", SerialNumberError::NotPositive),
            ("0x80ffffffffffffffffffffffffffffffffffffff", SerialNumberError::TooLong),
            (&"9".repeat(10_000), SerialNumberError::TooLong),
        ] {
            assert_eq!(text.parse::<SerialNumber>(), Err(fault), "{text}");
        }
    }

    #[test]
    fn nothing_is_signed_over_sha_1_and_ed25519_keeps_its_own() {
        assert!(signature(FORMAT, KeyAlgorithm::P256, Some(DigestAlgorithm::Sha1)).is_err());
        let of = |key, digest| signature(FORMAT, key, digest).unwrap();
        assert_eq!(of(KeyAlgorithm::Ed25519, Some(DigestAlgorithm::Sha512)), SignatureAlgorithm::Ed25519);
        assert_eq!(of(KeyAlgorithm::P384, None), SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384));
        let rsa = of(KeyAlgorithm::Rsa { bits: 2048 }, Some(DigestAlgorithm::Sha512));
        assert_eq!(rsa, SignatureAlgorithm::RsaPkcs1v15(DigestAlgorithm::Sha512));
    }
}
