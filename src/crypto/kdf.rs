//! Key derivations from passwords: RFC 8018's PBKDF1 and PBKDF2, RFC 7914's scrypt, RFC 7292 appendix B, and OpenSSL's
//! `EVP_BytesToKey`.
//!
//! The callers charge the work to their budget first; nothing here looks at limits.

mod hash;
#[cfg(test)]
mod vectors;

use ::pkcs12::kdf::{Pkcs12KeyType, derive_key};
use md5::Md5;
use zeroize::Zeroize;

pub(crate) use hash::Hash;
use hash::with_hash;

use crate::limits::{note_work, scrypt_iterations};
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

/// The derivation of RFC 7292 appendix B.2 over a password's octets: a BMPString with its two zero octets, or none at
/// all.
///
/// `iterations` is at most `i32::MAX`, as PKCS#12 readers have it.
pub(crate) fn pkcs12(
    hash: Hash,
    password: &SecretBytes,
    salt: &[u8],
    purpose: Purpose,
    iterations: u32,
    length: usize,
) -> SecretBytes {
    note_work(u64::from(iterations));
    let identifier = match purpose {
        Purpose::Encryption => Pkcs12KeyType::EncryptionKey,
        Purpose::InitialisationVector => Pkcs12KeyType::Iv,
        Purpose::Mac => Pkcs12KeyType::Mac,
    };
    let rounds = i32::try_from(iterations).unwrap_or(i32::MAX);
    with_hash!(hash, D => SecretBytes::from(derive_key::<D>(password.expose(), salt, identifier, rounds, length)))
}

/// PBKDF1, RFC 8018 section 5.1: at most as many octets as the hash has.
pub(crate) fn pbkdf1(hash: Hash, password: &Password, salt: &[u8], iterations: u32, length: usize) -> SecretBytes {
    note_work(u64::from(iterations));
    let start = SecretBytes::concat(&[password.expose().as_bytes(), salt]);
    let mut state = hash.digest(start.expose());
    for _ in 1..iterations {
        state = hash.digest(state.expose());
    }
    SecretBytes::concat(&[&state.expose()[..length.min(state.expose().len())]])
}

/// PBKDF2, RFC 8018 section 5.2, with HMAC over `hash`.
pub(crate) fn pbkdf2(hash: Hash, password: &Password, salt: &[u8], iterations: u32, length: usize) -> SecretBytes {
    note_work(u64::from(iterations));
    let mut key = SecretBytes::zeroed(length);
    with_hash!(hash, D => ::pbkdf2::pbkdf2_hmac::<D>(password.expose().as_bytes(), salt, iterations, key.expose_mut()));
    key
}

/// scrypt, RFC 7914 section 6; `None` when the parameters are none that it allows.
pub(crate) fn scrypt(password: &Password, salt: &[u8], cost: (u64, u32, u32), length: usize) -> Option<SecretBytes> {
    let (n, r, p) = cost;
    // N is a power of two above 1.
    let log_n = u8::try_from(n.checked_ilog2().filter(|log| *log > 0 && n.is_power_of_two())?).ok()?;
    let parameters = ::scrypt::Params::new(log_n, r, p).ok()?;
    note_work(scrypt_iterations(n, u64::from(r), u64::from(p)));
    let mut key = SecretBytes::zeroed(length);
    ::scrypt::scrypt(password.expose().as_bytes(), salt, &parameters, key.expose_mut()).ok()?;
    Some(key)
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one iteration: the key of a traditional encrypted PEM.
///
/// The salt is the first eight octets of the initialisation vector. One MD5 is no protection against guessing.
pub(crate) fn evp_bytes_to_key(password: &Password, salt: &[u8; 8], length: usize) -> SecretBytes {
    use ::md5::Digest;
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
        let key = pkcs12(Hash::Sha256, &Password::new("smeg").expose_bmp(), &salt, Purpose::Mac, 1000, 24);
        assert_eq!(hex(&key), "35ac16a454d608fb10c8d7c6338ca85818587aed0ff771fd");
    }

    /// RFC 6070, and the same input for the other hashes from Python's `hashlib.pbkdf2_hmac`.
    #[test]
    fn pbkdf2_agrees_with_rfc_6070_and_python() {
        let cases = [
            (Hash::Sha1, "4b007901b765489abead49d926f721d065a429c1"),
            (Hash::Sha224, "218c453bf90635bd0a21a75d172703ff6108ef60"),
            (Hash::Sha256, "c5e478d59288c841aa530db6845c4c8d962893a0"),
            (Hash::Sha384, "559726be38db125bc85ed7895f6e3cf574c7a01c"),
            (Hash::Sha512, "d197b1b33db0143e018b12f3d1d1479e6cdebdcc"),
            (Hash::Sha512_224, "ed54af699cc307e08965098bda5ff4e41ea1931f"),
            (Hash::Sha512_256, "f2fbe5f8ec3618bb145279a8c6a8dfa476c282a3"),
        ];
        for (hash, expected) in cases {
            let key = pbkdf2(hash, &Password::new("password"), b"salt", 4096, 20);
            assert_eq!(hex(&key), expected, "{}", hash.name());
        }
    }

    /// RFC 7914 section 12, second vector.
    #[test]
    fn scrypt_agrees_with_rfc_7914_and_refuses_what_it_does_not_allow() {
        let key = scrypt(&Password::new("password"), b"NaCl", (1024, 8, 16), 64).unwrap();
        assert!(hex(&key).starts_with("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"));
        assert!(scrypt(&Password::new("password"), b"NaCl", (1000, 8, 16), 64).is_none());
        assert!(scrypt(&Password::new("password"), b"NaCl", (0, 8, 16), 64).is_none());
        assert!(scrypt(&Password::new("password"), b"NaCl", (1, 8, 16), 64).is_none());
    }

    /// Sixteen octets of `MD5(MD5("password" ‖ salt))`, from Python's `hashlib`.
    #[test]
    fn pbkdf1_agrees_with_python() {
        let key = pbkdf1(Hash::Md5, &Password::new("password"), &[1, 2, 3, 4, 5, 6, 7, 8], 2, 16);
        assert_eq!(hex(&key), "c4fd60e4dc81ed102916c5f689740be2");
    }
}
