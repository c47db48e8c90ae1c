//! RC4, as draft-kaukonen-cipher-arcfour-03 describes it: broken, and here only to read PKCS#12 files of before 2010.

use zeroize::Zeroize;

use crate::secret::SecretBytes;

/// The cipher's state, wiped on drop.
pub(super) struct Rc4 {
    state: [u8; 256],
    i: u8,
    j: u8,
}

impl Rc4 {
    /// The state after the key was scheduled; an empty key is as one zero octet.
    pub(super) fn new(key: &SecretBytes) -> Self {
        let mut state: [u8; 256] = std::array::from_fn(|index| u8::try_from(index).unwrap_or(u8::MAX));
        let mut j = 0_u8;
        let key_octets = key.expose().iter().chain(key.expose().is_empty().then_some(&0)).cycle();
        for (index, octet) in (0..state.len()).zip(key_octets) {
            j = j.wrapping_add(state[index]).wrapping_add(*octet);
            state.swap(index, usize::from(j));
        }
        Self { state, i: 0, j: 0 }
    }

    /// Adds the key stream to `buffer`, which encrypts and decrypts alike.
    pub(super) fn apply(&mut self, buffer: &mut [u8]) {
        for octet in buffer {
            self.i = self.i.wrapping_add(1);
            self.j = self.j.wrapping_add(self.state[usize::from(self.i)]);
            self.state.swap(usize::from(self.i), usize::from(self.j));
            let sum = self.state[usize::from(self.i)].wrapping_add(self.state[usize::from(self.j)]);
            *octet ^= self.state[usize::from(sum)];
        }
    }
}

impl Drop for Rc4 {
    fn drop(&mut self) {
        self.state.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6229: the beginning of the key streams of a 40-bit and a 128-bit key; further on, from OpenSSL 3.0.19.
    #[test]
    fn agrees_with_rfc_6229_and_openssl() {
        let forty = (1..=5).collect::<Vec<u8>>();
        let long = (1..=16).collect::<Vec<u8>>();
        let vectors = [
            (forty.clone(), 0, "b2396305f03dc027ccc3524a0a1118a8"),
            (forty, 4080, "068326a2118416d21f9d04b2cd1ca050"),
            (long.clone(), 0, "9ac7cc9a609d1ef7b2932899cde41b97"),
            (long, 4080, "ff38265c1642c1abe8d3c2fe5e572bf8"),
        ];
        for (key, offset, expected) in vectors {
            let mut stream = vec![0; offset + 16];
            Rc4::new(&SecretBytes::from(key)).apply(&mut stream);
            let hex: String = stream[offset..].iter().map(|octet| format!("{octet:02x}")).collect();
            assert_eq!(hex, expected, "at {offset}");
        }
    }
}
