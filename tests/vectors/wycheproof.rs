//! Project Wycheproof's signatures, held against the public API: forged ones are refused, true ones are taken.

use certwright::crypto::{DigestAlgorithm, PublicKey, SignatureAlgorithm, SignatureForm};
use certwright::formats::spki;
use wycheproof::{HashFunction, TestResult, ecdsa, eddsa, rsa_pkcs1_verify};

/// The digest, if it is one that is verified here.
fn digest(hash: HashFunction) -> DigestAlgorithm {
    match hash {
        HashFunction::Sha2_256 => DigestAlgorithm::Sha256,
        HashFunction::Sha2_384 => DigestAlgorithm::Sha384,
        HashFunction::Sha2_512 => DigestAlgorithm::Sha512,
        other => panic!("no digest of this program: {other:?}"),
    }
}

/// One vector's outcome against its verdict. What Wycheproof calls acceptable may go either way.
struct Tally {
    set: String,
    accepted: usize,
    refused: usize,
    faults: Vec<String>,
}

impl Tally {
    fn new(set: impl std::fmt::Debug) -> Self {
        Self { set: format!("{set:?}"), accepted: 0, refused: 0, faults: Vec::new() }
    }

    fn count(&mut self, number: usize, wanted: TestResult, verified: bool, comment: &str) {
        if verified {
            self.accepted += 1
        } else {
            self.refused += 1
        }
        if wanted != TestResult::Acceptable && verified != (wanted == TestResult::Valid) {
            self.faults.push(format!("{} {number}, {wanted:?}, and verified is {verified}: {comment}", self.set));
        }
    }

    /// Fails on any fault, and when one of the two outcomes was never met: then nothing was tested.
    fn judge(self) {
        assert!(self.faults.is_empty(), "\n{}\n", self.faults.join("\n"));
        assert!(self.accepted > 0 && self.refused > 0, "{}: {} and {}", self.set, self.accepted, self.refused);
    }
}

fn key(der: &[u8], set: &str) -> PublicKey {
    spki::decode(der).unwrap_or_else(|fault| panic!("{set}: {fault}"))
}

#[test]
fn rsa_pkcs1_signatures() {
    use rsa_pkcs1_verify::TestName as Name;
    for name in [
        Name::Rsa2048Sha256,
        Name::Rsa2048Sha384,
        Name::Rsa2048Sha512,
        Name::Rsa3072Sha256,
        Name::Rsa3072Sha384,
        Name::Rsa3072Sha512,
        Name::Rsa4096Sha256,
        Name::Rsa4096Sha384,
        Name::Rsa4096Sha512,
    ] {
        let mut tally = Tally::new(name);
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let (key, algorithm) = (key(&group.der, &tally.set), SignatureAlgorithm::RsaPkcs1v15(digest(group.hash)));
            for test in group.tests {
                let verified = key.verify(algorithm, SignatureForm::Asn1, &test.msg, &test.sig).is_ok();
                tally.count(test.tc_id, test.result, verified, &test.comment);
            }
        }
        tally.judge();
    }
}

#[test]
fn ecdsa_signatures_in_both_forms() {
    use SignatureForm::{Asn1, Fixed};
    use ecdsa::TestName as Name;
    for (name, form) in [
        (Name::EcdsaSecp256r1Sha256, Asn1),
        (Name::EcdsaSecp256r1Sha512, Asn1),
        (Name::EcdsaSecp256r1Sha256P1363, Fixed),
        (Name::EcdsaSecp256r1Sha512P1363, Fixed),
        (Name::EcdsaSecp384r1Sha384, Asn1),
        (Name::EcdsaSecp384r1Sha512, Asn1),
        (Name::EcdsaSecp384r1Sha384P1363, Fixed),
        (Name::EcdsaSecp384r1Sha512P1363, Fixed),
        (Name::EcdsaSecp521r1Sha512, Asn1),
        (Name::EcdsaSecp521r1Sha512P1363, Fixed),
    ] {
        let mut tally = Tally::new(name);
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let (key, algorithm) = (key(&group.der, &tally.set), SignatureAlgorithm::Ecdsa(digest(group.hash)));
            for test in group.tests {
                let verified = key.verify(algorithm, form, &test.msg, &test.sig).is_ok();
                tally.count(test.tc_id, test.result, verified, &test.comment);
            }
        }
        tally.judge();
    }
}

#[test]
fn ed25519_signatures() {
    let mut tally = Tally::new(eddsa::TestName::Ed25519);
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let key = key(&group.der, &tally.set);
        for test in group.tests {
            let verified = key.verify(SignatureAlgorithm::Ed25519, SignatureForm::Fixed, &test.msg, &test.sig).is_ok();
            tally.count(test.tc_id, test.result, verified, &test.comment);
        }
    }
    tally.judge();
}
