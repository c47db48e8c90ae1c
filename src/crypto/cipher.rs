//! Block ciphers in CBC mode with PKCS#7 padding (SP 800-38A, RFC 5652 section 6.3).
//!
//! What can be written is [`Cipher`]; what is weak and only read is [`ReadOnlyCipher`], which cannot encrypt.

mod rc4;
mod read_only;

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use cbc::{Decryptor, Encryptor};
use des::TdesEde3;

pub(crate) use read_only::ReadOnlyCipher;

use crate::secret::SecretBytes;

/// A cipher in CBC mode, to write with and to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cipher {
    /// AES with a 128-bit key, FIPS 197.
    Aes128,
    /// AES with a 192-bit key.
    Aes192,
    /// AES with a 256-bit key.
    Aes256,
    /// Triple DES with three keys: weak, for old readers only.
    DesEde3,
}

impl Cipher {
    /// The name that people know, such as `AES-256-CBC`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Aes128 => "AES-128-CBC",
            Self::Aes192 => "AES-192-CBC",
            Self::Aes256 => "AES-256-CBC",
            Self::DesEde3 => "DES-EDE3-CBC",
        }
    }

    /// Length of the key in octets.
    pub(crate) fn key_length(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 | Self::DesEde3 => 24,
            Self::Aes256 => 32,
        }
    }

    /// Length of a block, and so of the initialisation vector, in octets.
    pub(crate) fn block_length(self) -> usize {
        match self {
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
            Self::DesEde3 => 8,
        }
    }

    /// The padded ciphertext, or `None` when key or initialisation vector have the wrong length.
    pub(crate) fn encrypt(self, key: &SecretBytes, iv: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
        fn run<C: KeyIvInit + BlockModeEncrypt>(key: &SecretBytes, iv: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
            // Encrypted in place within one buffer, so no copy of the plaintext outlives the call.
            let mut buffer = vec![0; (plaintext.len() / C::block_size() + 1) * C::block_size()];
            buffer[..plaintext.len()].copy_from_slice(plaintext);
            let cipher = C::new_from_slices(key.expose(), iv).ok()?;
            cipher.encrypt_padded::<Pkcs7>(&mut buffer, plaintext.len()).ok()?;
            Some(buffer)
        }
        match self {
            Self::Aes128 => run::<Encryptor<Aes128>>(key, iv, plaintext),
            Self::Aes192 => run::<Encryptor<Aes192>>(key, iv, plaintext),
            Self::Aes256 => run::<Encryptor<Aes256>>(key, iv, plaintext),
            Self::DesEde3 => run::<Encryptor<TdesEde3>>(key, iv, plaintext),
        }
    }

    /// The plaintext without its padding, or `None` when a length or the padding is wrong.
    pub(crate) fn decrypt(self, key: &SecretBytes, iv: &[u8], ciphertext: &[u8]) -> Option<SecretBytes> {
        fn run<C: KeyIvInit + BlockModeDecrypt>(
            key: &SecretBytes,
            iv: &[u8],
            ciphertext: &[u8],
        ) -> Option<SecretBytes> {
            decrypt_padded(C::new_from_slices(key.expose(), iv).ok()?, ciphertext)
        }
        match self {
            Self::Aes128 => run::<Decryptor<Aes128>>(key, iv, ciphertext),
            Self::Aes192 => run::<Decryptor<Aes192>>(key, iv, ciphertext),
            Self::Aes256 => run::<Decryptor<Aes256>>(key, iv, ciphertext),
            Self::DesEde3 => run::<Decryptor<TdesEde3>>(key, iv, ciphertext),
        }
    }
}

/// The plaintext without its padding, decrypted in place in a buffer that is wiped.
fn decrypt_padded(cipher: impl BlockModeDecrypt, ciphertext: &[u8]) -> Option<SecretBytes> {
    let mut buffer = SecretBytes::from(ciphertext.to_vec());
    let plaintext = cipher.decrypt_padded::<Pkcs7>(buffer.expose_mut()).ok()?;
    Some(SecretBytes::concat(&[plaintext]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decrypting_undoes_encrypting_and_wrong_lengths_are_refused() {
        for cipher in [Cipher::Aes128, Cipher::Aes192, Cipher::Aes256, Cipher::DesEde3] {
            let key = SecretBytes::from((0..u8::try_from(cipher.key_length()).unwrap()).collect::<Vec<_>>());
            let iv = vec![7; cipher.block_length()];
            for length in [0, 1, cipher.block_length(), 100] {
                let ciphertext = cipher.encrypt(&key, &iv, &vec![9; length]).unwrap();
                assert_eq!(cipher.decrypt(&key, &iv, &ciphertext).unwrap().expose(), vec![9; length]);
                assert_eq!(cipher.decrypt(&key, &iv, &ciphertext[1..]), None);
            }
            assert_eq!(cipher.encrypt(&key, &iv[1..], b""), None);
            assert_eq!(cipher.decrypt(&SecretBytes::zeroed(5), &iv, &[0; 16]), None);
        }
    }
}
