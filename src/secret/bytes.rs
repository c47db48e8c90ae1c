//! Bytes that are wiped when they are dropped: private-key DER and derived keys.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Secret octets, such as the DER of a private key or a key derived from a password.
///
/// They are wiped on drop, compared in constant time, and redacted in `Debug`. The buffer never grows after it was
/// made, so no copy is left behind by a reallocation.
///
/// ```
/// use certwright::secret::SecretBytes;
///
/// let secret = SecretBytes::from(vec![1, 2, 3]);
/// assert_eq!(secret.expose(), [1, 2, 3]);
/// assert_eq!(format!("{secret:?}"), "SecretBytes([redacted])");
/// ```
#[derive(Clone)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// `length` zero octets, to be filled through [`expose_mut`](Self::expose_mut).
    #[must_use]
    pub fn zeroed(length: usize) -> Self {
        Self(Zeroizing::new(vec![0; length]))
    }

    /// The joined content of `parts`, in a buffer that is allocated once.
    #[must_use]
    pub fn concat(parts: &[&[u8]]) -> Self {
        let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            joined.extend_from_slice(part);
        }
        Self(Zeroizing::new(joined))
    }

    /// The octets themselves. Do not copy them into anything that is not wiped.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The octets, to be changed in place.
    pub fn expose_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl From<Vec<u8>> for SecretBytes {
    /// Takes the buffer over without copying it.
    fn from(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl PartialEq for SecretBytes {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl Eq for SecretBytes {}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes([redacted])")
    }
}
