//! The numbers of an RSA public key, whether or not a library would take them.

use std::fmt;

use crypto_bigint::BoxedUint;

/// Modulus and public exponent of an RSA key, RFC 8017 section 3.1, with nothing checked.
///
/// Two are equal when the numbers are, whatever zeros stood before them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RsaNumbers {
    modulus: Box<[u8]>,
    exponent: Box<[u8]>,
}

impl RsaNumbers {
    /// The key of these numbers, each unsigned and big-endian; zeros before them are dropped.
    #[must_use]
    pub fn new(modulus: &[u8], exponent: &[u8]) -> Self {
        Self { modulus: trimmed(modulus).into(), exponent: trimmed(exponent).into() }
    }

    /// The modulus, big-endian without zeros before it; empty when it is 0.
    #[must_use]
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    /// The public exponent, big-endian without zeros before it; empty when it is 0.
    #[must_use]
    pub fn exponent(&self) -> &[u8] {
        &self.exponent
    }

    /// The length of the modulus in bits.
    #[must_use]
    pub fn bits(&self) -> u32 {
        bits(&self.modulus)
    }

    /// The length of the public exponent in bits.
    #[must_use]
    pub fn exponent_bits(&self) -> u32 {
        bits(&self.exponent)
    }

    /// The exponent when 32 bits hold it.
    pub(super) fn small_exponent(&self) -> Option<u32> {
        let padding = 4_usize.checked_sub(self.exponent.len())?;
        let mut octets = [0; 4];
        octets[padding..].copy_from_slice(&self.exponent);
        Some(u32::from_be_bytes(octets))
    }

    /// The modulus as an integer, unless it is even.
    pub(super) fn odd_modulus(&self) -> Option<BoxedUint> {
        let is_odd = self.modulus.last().is_some_and(|last| !last.is_multiple_of(2));
        is_odd.then(|| BoxedUint::from_be_slice_vartime(&self.modulus))
    }
}

impl fmt::Debug for RsaNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaNumbers({} bits)", self.bits())
    }
}

fn trimmed(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    &octets[zeros..]
}

fn bits(number: &[u8]) -> u32 {
    let zeros = number.first().map_or(0, |first| first.leading_zeros());
    u32::try_from(number.len()).unwrap_or(u32::MAX).saturating_mul(8).saturating_sub(zeros)
}
