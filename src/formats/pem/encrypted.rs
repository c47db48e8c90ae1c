//! Traditional encrypted PEM, RFC 1421's `Proc-Type: 4,ENCRYPTED`, as OpenSSL wrote it before PKCS#8.
//!
//! <div class="warning">The key comes from one MD5 of the password. It is written only when asked for, for old
//! readers.</div>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand_core::CryptoRng;

use super::{Block, FORMAT};
use crate::crypto::cipher::{Cipher, ReadOnlyCipher};
use crate::crypto::kdf::evp_bytes_to_key;
use crate::formats::pkcs5::Description;
use crate::formats::{Error, Reason};
use crate::secret::{Password, SecretBytes};

/// The block `label` around `contents`, encrypted with AES-256-CBC.
pub(crate) fn encrypt(
    label: &str,
    contents: &SecretBytes,
    password: &Password,
    rng: &mut dyn CryptoRng,
) -> Result<SecretBytes, Error> {
    let mut iv = [0_u8; 16];
    rng.fill_bytes(&mut iv);
    let ciphertext = Cipher::Aes256
        .encrypt(&key(Cipher::Aes256.key_length(), password, &iv), &iv, contents.expose())
        .ok_or_else(|| Error::malformed(FORMAT, "the block cannot be encrypted"))?;
    let iv: String = iv.iter().map(|octet| format!("{octet:02X}")).collect();
    let mut text = format!("-----BEGIN {label}-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,{iv}\n\n");
    let base64 = STANDARD.encode(ciphertext);
    for line in base64.as_bytes().chunks(64) {
        text.extend(line.iter().map(|octet| char::from(*octet)));
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    Ok(SecretBytes::from(text.into_bytes()))
}

/// Whether the block says that it is encrypted.
#[must_use]
pub fn is_encrypted(block: &Block) -> bool {
    block.headers.iter().any(|(name, value)| name == "Proc-Type" && value.replace(' ', "").ends_with(",ENCRYPTED"))
}

/// How an encrypted block is protected, without its password.
///
/// # Errors
/// [`Reason::Malformed`] when the header `DEK-Info` is missing or does not fit its cipher.
pub fn describe(block: &Block) -> Result<Description, Error> {
    let (name, parsed) = dek_info(block)?;
    Ok(Description {
        scheme: "traditional PEM".to_owned(),
        cipher: Some(name.to_owned()),
        kdf: Some("EVP_BytesToKey".to_owned()),
        prf: Some("MD5".to_owned()),
        iterations: Some(1),
        salt_length: parsed.as_ref().map(|_| 8),
        unread: if parsed.is_none() { Some(name.to_owned()) } else { None },
        weak: true,
        ..Description::default()
    })
}

/// Refuses a cipher that is not read, before a password is asked for.
pub(crate) fn check_readable(block: &Block) -> Result<(), Error> {
    match dek_info(block)? {
        (_, Some(_)) => Ok(()),
        (name, None) => Err(Error::unsupported(FORMAT, format!("the block's cipher {name}"))),
    }
}

/// The content of an encrypted block.
pub(crate) fn decrypt(block: &Block, password: &Password) -> Result<SecretBytes, Error> {
    check_readable(block)?;
    let (_, Some((cipher, iv))) = dek_info(block)? else { return Err(mismatch()) };
    let decrypted = match cipher {
        AnyCipher::Writable(cipher) => {
            cipher.decrypt(&key(cipher.key_length(), password, &iv), &iv, block.contents.expose())
        }
        AnyCipher::ReadOnly(cipher) => {
            cipher.decrypt(&key(cipher.key_length(), password, &iv), &iv, block.contents.expose())
        }
    };
    decrypted.ok_or_else(mismatch)
}

fn mismatch() -> Error {
    Error::new(FORMAT, Reason::IntegrityMismatch("the padding of the decrypted block".to_owned()))
}

enum AnyCipher {
    Writable(Cipher),
    ReadOnly(ReadOnlyCipher),
}

/// A cipher and its initialisation vector.
type WithVector = (AnyCipher, Vec<u8>);

/// The cipher that `DEK-Info` names, and, if it is one that is read, the cipher with its initialisation vector.
fn dek_info(block: &Block) -> Result<(&str, Option<WithVector>), Error> {
    let info = block.headers.iter().find(|(name, _)| name == "DEK-Info").map(|(_, value)| value.as_str());
    let info = info.ok_or_else(|| Error::malformed(FORMAT, "the encrypted block has no header `DEK-Info`"))?;
    let (name, iv) = info
        .split_once(',')
        .ok_or_else(|| Error::malformed(FORMAT, "the header `DEK-Info` has no initialisation vector"))?;
    let (name, old) = (name.trim(), |cipher| (AnyCipher::ReadOnly(cipher), 8));
    let (cipher, iv_length) = match name {
        "AES-128-CBC" => (AnyCipher::Writable(Cipher::Aes128), 16),
        "AES-192-CBC" => (AnyCipher::Writable(Cipher::Aes192), 16),
        "AES-256-CBC" => (AnyCipher::Writable(Cipher::Aes256), 16),
        "DES-EDE3-CBC" => (AnyCipher::Writable(Cipher::DesEde3), 8),
        "DES-EDE-CBC" => old(ReadOnlyCipher::DesEde2),
        "DES-CBC" => old(ReadOnlyCipher::Des),
        "RC2-CBC" => old(ReadOnlyCipher::rc2(128)),
        "RC2-64-CBC" => old(ReadOnlyCipher::rc2(64)),
        "RC2-40-CBC" => old(ReadOnlyCipher::rc2(40)),
        _ => return Ok((name, None)),
    };
    let iv = from_hex(iv.trim()).filter(|iv| iv.len() == iv_length);
    let iv =
        iv.ok_or_else(|| Error::malformed(FORMAT, "the initialisation vector in `DEK-Info` does not fit its cipher"))?;
    Ok((name, Some((cipher, iv))))
}

/// The key: its salt is the beginning of the initialisation vector, at least eight octets long for every cipher here.
fn key(length: usize, password: &Password, iv: &[u8]) -> SecretBytes {
    let mut salt = [0; 8];
    salt.copy_from_slice(&iv[..8]);
    evp_bytes_to_key(password, &salt, length)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SystemRandom;
    use crate::formats::pem::decode;
    use crate::limits::Limits;

    #[test]
    fn what_is_not_read_is_described_and_refused_by_name() {
        let block = |info: &str| {
            let text = format!("-----BEGIN A KEY-----\nProc-Type: 4,ENCRYPTED\n{info}\n\nAAAA\n-----END A KEY-----\n");
            decode(text.as_bytes(), &Limits::default()).unwrap().blocks.remove(0)
        };
        let text = |info| describe(&block(info)).unwrap().to_string();
        let des = "DEK-Info: DES-CBC,0001020304050607";
        assert_eq!(text(des), "traditional PEM, DES-CBC, EVP_BytesToKey MD5, 1 iteration, 8-byte salt");
        let fault = check_readable(&block("DEK-Info: IDEA-CBC,0001020304050607")).unwrap_err();
        assert_eq!(fault.to_string(), "PEM: the block's cipher IDEA-CBC is not supported");
        for broken in
            ["DEK-Info: DES-CBC,00", "DEK-Info: DES-CBC", "Other: header", "DEK-Info: DES-CBC,zz01020304050607"]
        {
            assert!(matches!(describe(&block(broken)).unwrap_err().reason, Reason::Malformed(_)), "{broken}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let contents = SecretBytes::from((0..200).collect::<Vec<u8>>());
        let password = Password::new("secret");
        let text = encrypt("RSA PRIVATE KEY", &contents, &password, &mut SystemRandom::new()).unwrap();
        let block = &decode(text.expose(), &Limits::default()).unwrap().blocks[0];
        assert!(is_encrypted(block));
        assert_eq!(decrypt(block, &password).unwrap(), contents);
    }
}
