//! Ciphers that old files hold and nobody should write any more: there is no way to encrypt with them.

use cbc::Decryptor;
use cbc::cipher::{InnerIvInit, KeyIvInit};
use des::Des;
use rc2::Rc2;

use super::decrypt_padded;
use super::rc4::Rc4;
use crate::secret::SecretBytes;

/// A weak cipher, for reading only: the block ciphers in CBC mode with PKCS#7 padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadOnlyCipher {
    /// DES with its 56-bit key, FIPS 46-3.
    Des,
    /// Triple DES with two keys.
    DesEde2,
    /// RC2, RFC 2268.
    Rc2 {
        /// Length of the key in octets, from 1 to 128.
        key_length: usize,
        /// Its effective bits, from 1 to 1024.
        effective_bits: usize,
    },
    /// RC4: a stream cipher without padding, so that a wrong key does not show.
    Rc4 {
        /// Length of the key in octets, from 1 to 256.
        key_length: usize,
    },
}

impl ReadOnlyCipher {
    /// RC2 with a key of so many bits, all of them effective.
    pub(crate) const fn rc2(bits: usize) -> Self {
        Self::Rc2 { key_length: bits / 8, effective_bits: bits }
    }

    /// The name that people know, such as `RC2-40-CBC`.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Des => "DES-CBC".to_owned(),
            Self::DesEde2 => "DES-EDE-CBC".to_owned(),
            Self::Rc2 { effective_bits, .. } => format!("RC2-{effective_bits}-CBC"),
            Self::Rc4 { key_length } => format!("RC4-{}", key_length * 8),
        }
    }

    /// Length of the key in octets.
    pub(crate) fn key_length(self) -> usize {
        match self {
            Self::Des => 8,
            Self::DesEde2 => 16,
            Self::Rc2 { key_length, .. } | Self::Rc4 { key_length } => key_length,
        }
    }

    /// Length of the initialisation vector in octets: a block, or none.
    pub(crate) fn iv_length(self) -> usize {
        if matches!(self, Self::Rc4 { .. }) { 0 } else { 8 }
    }

    /// The plaintext without its padding, or `None` when a length or the padding is wrong.
    pub(crate) fn decrypt(self, key: &SecretBytes, iv: &[u8], ciphertext: &[u8]) -> Option<SecretBytes> {
        if key.expose().len() != self.key_length() || iv.len() != self.iv_length() {
            return None;
        }
        match self {
            Self::Des => decrypt_padded(Decryptor::<Des>::new_from_slices(key.expose(), iv).ok()?, ciphertext),
            Self::DesEde2 => {
                // K3 is K1, SP 800-67 section 3.1, keying option 2.
                let key = SecretBytes::concat(&[key.expose(), &key.expose()[..8]]);
                super::Cipher::DesEde3.decrypt(&key, iv, ciphertext)
            }
            Self::Rc2 { key_length: 1..=128, effective_bits: bits @ 1..=1024 } => {
                let cipher = Rc2::new_with_eff_key_len(key.expose(), bits);
                decrypt_padded(Decryptor::<Rc2>::inner_iv_slice_init(cipher, iv).ok()?, ciphertext)
            }
            Self::Rc4 { key_length: 1..=256 } => {
                let mut buffer = SecretBytes::from(ciphertext.to_vec());
                Rc4::new(key).apply(buffer.expose_mut());
                Some(buffer)
            }
            Self::Rc2 { .. } | Self::Rc4 { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use cbc::cipher::{Block, BlockCipherDecrypt};

    use super::*;

    fn octets(hex: &str) -> Vec<u8> {
        hex.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    /// RFC 2268 section 5.
    #[test]
    fn rc2_agrees_with_rfc_2268() {
        let vectors = [
            ("0000000000000000", 63, "0000000000000000", "ebb773f993278eff"),
            ("ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"),
            ("3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2"),
            ("88", 64, "0000000000000000", "61a8a244adacccf0"),
            ("88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"),
            ("88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"),
            ("88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"),
        ];
        for (key, effective_bits, plaintext, ciphertext) in vectors {
            let cipher = Rc2::new_with_eff_key_len(&octets(key), effective_bits);
            let mut block = Block::<Rc2>::try_from(octets(ciphertext).as_slice()).unwrap();
            cipher.decrypt_block(&mut block);
            assert_eq!(block.as_slice(), octets(plaintext), "{key} {effective_bits}");
        }
    }

    /// Made by `openssl enc -CIPHER -K … -iv … -provider legacy -provider default`, OpenSSL 3.0.19.
    #[test]
    fn each_cipher_reads_what_openssl_wrote() {
        let cases = [
            (ReadOnlyCipher::Des, "0123456789abcdef", "f250f9819905a9bc96e5ff7cb8e88cb0"),
            (ReadOnlyCipher::DesEde2, "0123456789abcdeffedcba9876543210", "489e8c7da60ba030394980d699f5f9c9"),
            (ReadOnlyCipher::rc2(40), "0123456789", "bd775da446641d1ccdd7e772f0268035"),
            (ReadOnlyCipher::rc2(64), "0123456789abcdef", "6639a73be0305d9ff2726eb02b58a564"),
            (ReadOnlyCipher::rc2(128), "0123456789abcdeffedcba9876543210", "a1d337771c45ee530ffc265b034652a8"),
            (ReadOnlyCipher::Rc4 { key_length: 16 }, "0123456789abcdeffedcba9876543210", "df1dfefff252d99374"),
            (ReadOnlyCipher::Rc4 { key_length: 5 }, "0123456789", "6950024e21671bb054"),
        ];
        for (cipher, key, ciphertext) in cases {
            let iv = if cipher.iv_length() == 0 { Vec::new() } else { octets("0001020304050607") };
            let plaintext = cipher.decrypt(&SecretBytes::from(octets(key)), &iv, &octets(ciphertext));
            assert_eq!(plaintext.unwrap().expose(), b"read only", "{}", cipher.name());
            assert_eq!(cipher.decrypt(&SecretBytes::zeroed(3), &iv, &octets(ciphertext)), None);
        }
    }
}
