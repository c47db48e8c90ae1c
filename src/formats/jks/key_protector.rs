//! Sun's key protection, OID 1.3.6.1.4.1.42.2.17.1.1: a key stream of chained SHA-1 digests.
//!
//! ```text
//! EncryptedPrivateKeyInfo ::= SEQUENCE {
//!     encryptionAlgorithm  AlgorithmIdentifier,   -- the OID above, parameters NULL
//!     encryptedData        OCTET STRING }         -- salt (20), PKCS#8 XOR stream, SHA-1(password PKCS#8) (20)
//!
//! stream = d1 d2 d3 …   where d1 = SHA-1(password salt), dn = SHA-1(password dn-1)
//! ```
//!
//! The password is UTF-16BE. Source: OpenJDK's `sun.security.provider.KeyProtector`.
//!
//! <div class="warning">
//!
//! One SHA-1 is all that a guess costs. See the [room](super)'s warning.
//!
//! </div>

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Encode, Sequence};
use sha1::{Digest, Sha1};
use spki::AlgorithmIdentifierRef;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::pbe_md5_3des;
use crate::formats::{Error, Reason};
use crate::limits::Budget;
use crate::secret::{Password, SecretBytes};

const SUN_KEY_PROTECTOR: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.42.2.17.1.1");
/// The protection of [`pbe_md5_3des`], which JCEKS uses.
pub(super) const JCEKS_KEY_PROTECTOR: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.42.2.19.1");

/// The octets of a SHA-1 digest, and of the salt.
const DIGEST: usize = 20;

/// EncryptedPrivateKeyInfo, RFC 5958 section 3.
#[derive(Sequence)]
struct EncryptedPrivateKeyInfo<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    data: &'a OctetStringRef,
}

/// The DER of an EncryptedPrivateKeyInfo that protects the PKCS#8 key `pkcs8`.
///
/// The salt must be fresh from a random generator: two keys under the same password and salt would share a key stream.
///
/// # Errors
/// [`Reason::CannotHold`] for a key of more than 256 MiB.
pub fn protect(pkcs8: &SecretBytes, password: &Password, salt: [u8; DIGEST]) -> Result<Vec<u8>, Error> {
    let password = password.expose_utf16be();
    let check = sha1(&[password.expose(), pkcs8.expose()]);
    // The key stands here in the clear until the stream is over it; afterwards all of it may be seen.
    let mut data = SecretBytes::concat(&[&salt, pkcs8.expose(), &check[..]]);
    let end = data.expose().len() - DIGEST;
    apply_stream(&password, &salt, &mut data.expose_mut()[DIGEST..end]);
    let too_long = |_| Error::new("JKS", Reason::CannotHold("the private key is too long".to_owned()));
    let algorithm = AlgorithmIdentifierRef { oid: SUN_KEY_PROTECTOR, parameters: Some(AnyRef::NULL) };
    let data = OctetStringRef::new(data.expose()).map_err(too_long)?;
    EncryptedPrivateKeyInfo { algorithm, data }.to_der().map_err(too_long)
}

/// The DER of the PKCS#8 key under `protected`, an EncryptedPrivateKeyInfo, whichever of the two protections it has.
/// The derivation of JCEKS is charged to `budget` before it is done; Sun's own has none.
///
/// # Errors
/// As [`recover`]; [`Reason::LimitExceeded`] before any work. In a JCEKS a wrong password may also give octets that are
/// no key, once in some 256 times.
pub fn recover_any(protected: &[u8], password: &Password, budget: &mut Budget) -> Result<SecretBytes, Error> {
    let info = parse(protected)?;
    if info.algorithm.oid == JCEKS_KEY_PROTECTOR {
        return pbe_md5_3des::decrypt(info.algorithm, info.data.as_bytes(), password, budget);
    }
    recover(protected, password)
}

/// Charges the derivation that [`recover_any`] will do.
pub(crate) fn charge(protected: &[u8], budget: &mut Budget) -> Result<(), Error> {
    let info = parse(protected)?;
    if info.algorithm.oid == JCEKS_KEY_PROTECTOR { pbe_md5_3des::charge(info.algorithm, budget) } else { Ok(()) }
}

fn malformed(fault: String) -> Error {
    Error::malformed("JKS", format!("the protected key {fault}"))
}

fn parse(protected: &[u8]) -> Result<EncryptedPrivateKeyInfo<'_>, Error> {
    EncryptedPrivateKeyInfo::from_der(protected)
        .map_err(|fault| malformed(format!("is not the DER of an EncryptedPrivateKeyInfo: {fault}")))
}

/// The DER of the PKCS#8 key under `protected`, an EncryptedPrivateKeyInfo with Sun's protection.
///
/// # Errors
/// [`Reason::IntegrityMismatch`] when the password is wrong or the key was changed, [`Reason::Unsupported`] for
/// another protection than Sun's.
pub fn recover(protected: &[u8], password: &Password) -> Result<SecretBytes, Error> {
    let info = parse(protected)?;
    if info.algorithm.oid != SUN_KEY_PROTECTOR {
        return Err(Error::unsupported("JKS", format!("the key protection {}", info.algorithm.oid)));
    }
    if info.algorithm.parameters.is_some_and(|parameters| !parameters.is_null()) {
        return Err(malformed("has parameters, where NULL should stand".to_owned()));
    }
    let data = info.data.as_bytes();
    let short = || malformed(format!("has {} bytes, fewer than the {} of salt and check", data.len(), 2 * DIGEST));
    let (salt, data) = data.split_first_chunk::<DIGEST>().ok_or_else(short)?;
    let (data, check) = data.split_last_chunk::<DIGEST>().ok_or_else(short)?;
    let password = password.expose_utf16be();
    let mut key = SecretBytes::concat(&[data]);
    apply_stream(&password, salt, key.expose_mut());
    if bool::from(sha1(&[password.expose(), key.expose()]).ct_eq(check)) {
        Ok(key)
    } else {
        Err(Error::new("JKS", Reason::IntegrityMismatch("the key's SHA-1 check".to_owned())))
    }
}

/// XORs the key stream over `data`.
fn apply_stream(password: &SecretBytes, salt: &[u8; DIGEST], data: &mut [u8]) {
    let mut digest = Zeroizing::new(*salt);
    for block in data.chunks_mut(DIGEST) {
        digest = sha1(&[password.expose(), &digest[..]]);
        for (octet, key) in block.iter_mut().zip(digest.iter()) {
            *octet ^= key;
        }
    }
}

fn sha1(parts: &[&[u8]]) -> Zeroizing<[u8; DIGEST]> {
    let mut hasher = Sha1::new();
    for part in parts {
        hasher.update(part);
    }
    let mut digest = Zeroizing::new([0; DIGEST]);
    Digest::finalize_into(hasher, (&mut *digest).into());
    digest
}
