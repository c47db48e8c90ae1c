//! The key protection of JCEKS, `PBEWithMD5AndTripleDES`, OID 1.3.6.1.4.1.42.2.19.1: read only.
//!
//! ```text
//! parameters = SEQUENCE { salt OCTET STRING (SIZE(8)), iterations INTEGER }     -- PBEParameter, RFC 8018 appendix A.3
//!
//! for each half h of the salt, the first reversed if they are equal:  d1 = MD5(h password), dn = MD5(dn-1 password)
//! key (24), iv (8) = the last digest of the first half, that of the second half
//! ```
//!
//! The password is ASCII; Java refuses any other. Source: OpenJDK's `com.sun.crypto.provider.KeyProtector` and
//! `PBES1Core`.
//!
//! <div class="warning">
//!
//! Each half of the key is derived by itself, with MD5. OpenJDK before 8u151 used 20 iterations.
//!
//! </div>

use der::Sequence;
use der::asn1::OctetStringRef;
use md5::{Digest, Md5};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::FORMAT_JCEKS;
use crate::crypto::cipher::Cipher;
use crate::formats::{Error, Place, Reason};
use crate::limits::Budget;
use crate::secret::{Password, SecretBytes};

/// PBEParameter, RFC 8018 appendix A.3.
#[derive(Sequence)]
struct Parameters<'a> {
    salt: &'a OctetStringRef,
    iterations: u64,
}

/// The DER of the PKCS#8 key under `ciphertext`. The derivation is charged to `budget` before it is done.
pub(super) fn decrypt(
    algorithm: AlgorithmIdentifierRef<'_>,
    ciphertext: &[u8],
    password: &Password,
    budget: &mut Budget,
) -> Result<SecretBytes, Error> {
    let (salt, iterations) = parameters(algorithm)?;
    charge(algorithm, budget)?;
    let mismatch = || Error::new(FORMAT_JCEKS, Reason::IntegrityMismatch("the key's padding".to_owned()));
    if !password.is_ascii() {
        return Err(mismatch());
    }
    let (key, iv) = derive(password, salt, iterations);
    Cipher::DesEde3.decrypt(&key, iv.expose(), ciphertext).ok_or_else(mismatch)
}

/// Charges the derivation that [`decrypt`] will do: a digest for each iteration and half of the salt.
pub(super) fn charge(algorithm: AlgorithmIdentifierRef<'_>, budget: &mut Budget) -> Result<(), Error> {
    let (_, iterations) = parameters(algorithm)?;
    budget.charge_iterations(iterations).map_err(|exceeded| {
        let reason = Reason::LimitExceeded { what: exceeded.what, asked: exceeded.asked, limit: exceeded.limit };
        Error::new(FORMAT_JCEKS, reason).at(Place::Field("PBEParameter.iterationCount"))
    })
}

fn parameters(algorithm: AlgorithmIdentifierRef<'_>) -> Result<([u8; 8], u64), Error> {
    let malformed = |fault: &str| Error::malformed(FORMAT_JCEKS, format!("the key's protection {fault}"));
    let parameters = algorithm.parameters.ok_or_else(|| malformed("has no parameters"))?;
    let parameters: Parameters<'_> = parameters.decode_as().map_err(|_| malformed("has parameters of another kind"))?;
    let salt = <[u8; 8]>::try_from(parameters.salt.as_bytes()).map_err(|_| malformed("has a salt of not 8 bytes"))?;
    if parameters.iterations == 0 {
        return Err(malformed("asks for 0 iterations"));
    }
    Ok((salt, parameters.iterations))
}

/// Key and initialisation vector.
fn derive(password: &Password, mut salt: [u8; 8], iterations: u64) -> (SecretBytes, SecretBytes) {
    let octets = password.expose().as_bytes();
    let [a, b, c, d, rest @ ..] = salt;
    if [a, b, c, d] == rest {
        // Equal halves would make equal keys of them, so Java reverses the first.
        salt[..4].copy_from_slice(&[d, c, b, a]);
    }
    let mut derived = SecretBytes::zeroed(32);
    for (half, into) in salt.chunks_exact(4).zip(derived.expose_mut().chunks_exact_mut(16)) {
        let mut digest =
            Zeroizing::new(<[u8; 16]>::from(Md5::new().chain_update(half).chain_update(octets).finalize()));
        for _ in 1..iterations {
            digest = Zeroizing::new(Md5::new().chain_update(&digest[..]).chain_update(octets).finalize().into());
        }
        into.copy_from_slice(&digest[..]);
    }
    let (key, iv) = derived.expose().split_at(24);
    (SecretBytes::concat(&[key]), SecretBytes::concat(&[iv]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::jks::key_protector::JCEKS_KEY_PROTECTOR;
    use crate::limits::Limits;

    #[test]
    fn keys_are_derived_as_java_does() {
        // From Java 17: Cipher.getInstance("PBEWithMD5AndTripleDES") over "sixteen bytes ok" with "changeit".
        let different = [1, 2, 3, 4, 5, 6, 7, 8];
        let equal = [1, 2, 3, 4, 1, 2, 3, 4];
        for (salt, iterations, ciphertext) in [
            (different, 1, "214a3d1d68efd2cf3771080475bc3eb66da9dd59d5403a34"),
            (different, 20, "3ba1ff0b5d60746e0bd947217002961bc36cbc727dfc0e0f"),
            (equal, 1, "7b327bfef2c6efa1683b151645c93b668bff1400f4982b3c"),
            (equal, 20, "9b3793f8c2a2a2b20e5c598125033eebe46b05c6f2660521"),
        ] {
            let (key, iv) = derive(&Password::new("changeit"), salt, iterations);
            let encrypted = Cipher::DesEde3.encrypt(&key, iv.expose(), b"sixteen bytes ok").unwrap();
            let encrypted: String = encrypted.iter().map(|octet| format!("{octet:02x}")).collect();
            assert_eq!(encrypted, ciphertext, "{salt:?} {iterations}");
        }
    }

    #[test]
    fn work_is_charged_before_it_is_done() {
        let parameters = [0x30, 0x10, 4, 8, 1, 2, 3, 4, 5, 6, 7, 8, 2, 4, 0x7f, 0xff, 0xff, 0xff];
        let algorithm = AlgorithmIdentifierRef {
            oid: JCEKS_KEY_PROTECTOR,
            parameters: Some((&parameters[..]).try_into().unwrap()),
        };
        let mut budget = Budget::new(&Limits::default());
        let fault = decrypt(algorithm, &[0; 8], &Password::new("changeit"), &mut budget).unwrap_err();
        assert!(matches!(fault.reason, Reason::LimitExceeded { asked: 2_147_483_647, .. }), "{fault}");
        assert_eq!(budget.spent(), 0);
    }
}
