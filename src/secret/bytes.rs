//! Bytes that are wiped when they are dropped: private-key DER and derived keys.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{ZeroizeOnDrop, optimization_barrier};

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
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// `length` zero octets, to be filled through [`expose_mut`](Self::expose_mut).
    #[must_use]
    pub fn zeroed(length: usize) -> Self {
        Self(vec![0; length])
    }

    /// The joined content of `parts`, in a buffer that is allocated once.
    #[must_use]
    pub fn concat(parts: &[&[u8]]) -> Self {
        let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            joined.extend_from_slice(part);
        }
        Self(joined)
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

    /// Keeps the first `length` octets, where there are more. The others stay in the buffer and are wiped with it.
    pub fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// Overwrites the whole buffer, the octets behind its length included. They are written as one block: `Zeroizing`
    /// writes each octet by itself, which for a file of some kilobytes takes longer than reading it.
    fn wipe(&mut self) {
        self.0.clear();
        self.0.resize(self.0.capacity(), 0);
        // Nobody reads the zeros, so the compiler must not see that.
        optimization_barrier(self.0.as_slice());
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl ZeroizeOnDrop for SecretBytes {}

impl From<Vec<u8>> for SecretBytes {
    /// Takes the buffer over without copying it.
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_buffer_is_wiped_and_not_only_what_is_left_of_it() {
        let mut buffer = Vec::with_capacity(100);
        buffer.extend_from_slice(&[7; 60]);
        let mut secret = SecretBytes::from(buffer);
        secret.truncate(10);
        assert_eq!(secret.expose(), [7; 10]);
        let (before, capacity) = (secret.0.as_ptr(), secret.0.capacity());
        secret.wipe();
        assert_eq!((secret.0.as_ptr(), secret.0.len()), (before, capacity), "the same buffer, all of it");
        assert!(secret.expose().iter().all(|octet| *octet == 0));
    }
}
