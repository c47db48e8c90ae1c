//! Examples that RFCs print, held against the public API.

use certwright::crypto::{PublicKey, SignatureAlgorithm, SignatureForm};
use certwright::formats::{pkcs8, spki};

/// Octets of hexadecimal digits, with white space between.
fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

/// An Ed25519 public key in its SubjectPublicKeyInfo, RFC 8410 section 4.
fn ed25519(public: &str) -> PublicKey {
    spki::decode(&[hex("302a300506032b6570032100"), hex(public)].concat()).unwrap()
}

/// RFC 8032 section 7.1, tests 1 to 3: secret key, public key, message, signature.
const RFC_8032: [[&str; 4]; 3] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
];

#[test]
fn ed25519_of_rfc_8032() {
    let mut rng = certwright::crypto::SystemRandom::new();
    for [secret, public, message, signature] in RFC_8032 {
        let key = pkcs8::decode(&[hex("302e020100300506032b657004220420"), hex(secret)].concat()).unwrap();
        assert_eq!(key.public_key(), ed25519(public));
        let (algorithm, form) = (SignatureAlgorithm::Ed25519, SignatureForm::Fixed);
        assert_eq!(key.sign(algorithm, form, &hex(message), &mut rng).unwrap(), hex(signature));
        ed25519(public).verify(algorithm, form, &hex(message), &hex(signature)).unwrap();
    }
}

/// RFC 8410 section 10.3: the same key without and with its public half and an attribute.
#[test]
fn private_keys_of_rfc_8410() {
    let plain = "302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842";
    let with_public = "3072020101300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842
        a01f301d060a2a864886f70d01090914310f0c0d437572646c6520436861697273
        81210019bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
    let wanted = ed25519("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
    for der in [plain, with_public] {
        assert_eq!(pkcs8::decode(&hex(der)).unwrap().public_key(), wanted);
    }
}
