//! Key derivations that no PBES2 library offers: RFC 7292 appendix B and OpenSSL's `EVP_BytesToKey`.

use md5::{Digest, Md5};
use pkcs12::kdf::{Pkcs12KeyType, derive_key};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroize;

use super::DigestAlgorithm;
use crate::secret::{Password, SecretBytes};

/// What a key derived by [`pkcs12`] is for: the diversifier of RFC 7292 appendix B.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// ID 1.
    Encryption,
    /// ID 2.
    InitialisationVector,
    /// ID 3.
    Mac,
}

/// The derivation of RFC 7292 appendix B.2 over the password as a BMPString.
///
/// The caller has checked `iterations` against its limits; they are at most `i32::MAX`, as PKCS#12 readers have it.
pub(crate) fn pkcs12(
    digest: DigestAlgorithm,
    password: &Password,
    salt: &[u8],
    purpose: Purpose,
    iterations: u32,
    length: usize,
) -> SecretBytes {
    let password = password.expose_bmp();
    let identifier = match purpose {
        Purpose::Encryption => Pkcs12KeyType::EncryptionKey,
        Purpose::InitialisationVector => Pkcs12KeyType::Iv,
        Purpose::Mac => Pkcs12KeyType::Mac,
    };
    let rounds = i32::try_from(iterations).unwrap_or(i32::MAX);
    let derive = match digest {
        DigestAlgorithm::Sha1 => derive_key::<Sha1>,
        DigestAlgorithm::Sha256 => derive_key::<Sha256>,
        DigestAlgorithm::Sha384 => derive_key::<Sha384>,
        DigestAlgorithm::Sha512 => derive_key::<Sha512>,
    };
    SecretBytes::from(derive(password.expose(), salt, identifier, rounds, length))
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one iteration: the key of a traditional encrypted PEM.
///
/// The salt is the first eight octets of the initialisation vector. One MD5 is no protection against guessing.
pub(crate) fn evp_bytes_to_key(password: &Password, salt: &[u8; 8], length: usize) -> SecretBytes {
    let mut key = SecretBytes::zeroed(length);
    let mut block = [0_u8; 16];
    for (index, part) in key.expose_mut().chunks_mut(block.len()).enumerate() {
        let mut digest = Md5::new();
        if index > 0 {
            digest.update(block);
        }
        digest.update(password.expose().as_bytes());
        digest.update(salt);
        block = digest.finalize().into();
        part.copy_from_slice(&block[..part.len()]);
    }
    block.zeroize();
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(octets: &SecretBytes) -> String {
        octets.expose().iter().map(|octet| format!("{octet:02x}")).collect()
    }

    /// Made by `openssl enc -aes-256-cbc -md md5 -S 0102030405060708 -k password -P`, OpenSSL 3.0.19.
    #[test]
    fn evp_bytes_to_key_agrees_with_openssl() {
        let key = evp_bytes_to_key(&Password::new("password"), &[1, 2, 3, 4, 5, 6, 7, 8], 32);
        assert_eq!(hex(&key), "e7b0971e52ca5cc8d0539fb3412f6316f7ba2e6ee293d9f3457b99436b51ce02");
    }
    /// Made by `openssl kdf -keylen 24 … PKCS12KDF` with the password `smeg`, OpenSSL 3.0.19.
    #[test]
    fn pkcs12_derivation_agrees_with_openssl() {
        let salt = [0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f];
        let key = pkcs12(DigestAlgorithm::Sha256, &Password::new("smeg"), &salt, Purpose::Mac, 1000, 24);
        assert_eq!(hex(&key), "35ac16a454d608fb10c8d7c6338ca85818587aed0ff771fd");
    }
}
