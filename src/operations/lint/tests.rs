//! Rules that no file of our own making breaks, on files that are made to.

use sha1::{Digest, Sha1};

use super::*;
use crate::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use crate::formats::x509::{CertificateParameters, Details, DistinguishedName, Validity, self_sign};
use crate::formats::{jks, pkcs8, sec1};
use crate::secret::{NoPasswords, Password, Passwords, SecretBytes};

const PASSWORD: &str = "changeit";

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn key(algorithm: KeyAlgorithm) -> PrivateKey {
    PrivateKey::generate(algorithm, &mut SystemRandom::new()).unwrap()
}

fn certificate(key: &PrivateKey, from: i64, days: u32) -> crate::formats::x509::Certificate {
    let not_before = now().plus_seconds(from).unwrap();
    let parameters = CertificateParameters {
        subject: DistinguishedName::parse("CN=example").unwrap(),
        subject_alt_names: Vec::new(),
        validity: Validity { not_before, not_after: not_before.plus_days(days).unwrap() },
        public_key: key.public_key(),
        is_ca: false,
    };
    self_sign(&parameters, &Details::default(), key, &mut SystemRandom::new()).unwrap()
}

/// A JKS of one entry: the DER of a key with the certificate of another or the same.
fn store(alias: &str, key_der: &SecretBytes, holder: &PrivateKey) -> Vec<u8> {
    let password = Password::new(PASSWORD);
    let chain = vec![jks::CertificateBlob::x509(certificate(holder, 0, 90).der().to_vec())];
    let protected_key = jks::key_protector::protect(key_der, &password, [7; 20]).unwrap();
    let content = jks::Content::PrivateKey { protected_key, chain };
    let mut store = jks::Store::new();
    store.push(jks::Entry { alias: alias.to_lowercase(), created: 0, content }).unwrap();
    let mut octets = store.encode(&password).unwrap();
    // No writer of ours leaves capital letters, so they are put in and the digest is made anew.
    let at = octets.windows(alias.len()).position(|it| it == alias.to_lowercase().as_bytes()).unwrap();
    octets.splice(at..at + alias.len(), alias.bytes());
    octets.truncate(octets.len() - 20);
    let digest = Sha1::new().chain_update(password.expose_utf16be().expose()).chain_update("Mighty Aphrodite");
    let digest = digest.chain_update(&octets).finalize();
    octets.extend(digest);
    octets
}

fn linted(octets: Vec<u8>, target: &str) -> Linted {
    let passwords = Passwords::from([Password::new(PASSWORD)]);
    let input = Input::new("x", SecretBytes::from(octets));
    lint(&input, target.parse().unwrap(), &passwords, &Limits::default(), now(), &mut SystemRandom::new())
}

fn broken(linted: &Linted) -> Vec<&'static str> {
    linted.findings.iter().map(|finding| finding.rule.id).collect()
}

fn rsa() -> PrivateKey {
    key(KeyAlgorithm::Rsa { bits: 2048 })
}

#[test]
fn an_alias_with_capital_letters() {
    let key = rsa();
    let found = linted(store("MyCert", &pkcs8::encode(&key).unwrap(), &key), "salesforce");
    assert_eq!(broken(&found), ["alias_lower_case"]);
    assert_eq!(found.findings[0].mend, Mend::Rename { from: "MyCert".to_owned(), to: "mycert".to_owned() });
    assert_eq!(broken(&linted(store("MyCert", &pkcs8::encode(&key).unwrap(), &key), "java8")), ["alias_lower_case"]);
}

#[test]
fn a_key_of_another_certificate_and_one_that_is_no_pkcs8() {
    let (one, other) = (rsa(), rsa());
    let found = linted(store("a", &pkcs8::encode(&one).unwrap(), &other), "salesforce");
    assert_eq!(broken(&found), ["key_matches_chain"]);
    assert!(found.findings[0].met.starts_with("the key is RSA 2048 with public key sha256:"), "{found:?}");
    let found = linted(store("a", &crate::formats::pkcs1::encode(&one).unwrap(), &one), "salesforce");
    assert_eq!(broken(&found), ["key_in_pkcs8"]);
    assert_eq!(found.findings[0].met, "the private key is no PKCS#8: it is PKCS#1");
    let curve = key(KeyAlgorithm::P256);
    let found = linted(store("a", &sec1::encode(&curve).unwrap(), &curve), "salesforce");
    assert_eq!(broken(&found), ["key_kind", "key_in_pkcs8"]);
}

#[test]
fn a_store_of_certificates_alone_and_an_empty_one() {
    let mut store = jks::Store::new();
    for target in ["salesforce", "java8"] {
        let refused = linted(store.encode(&Password::new(PASSWORD)).unwrap(), target);
        assert_eq!(
            (broken(&refused), refused.findings[0].met.as_str()),
            (vec!["private_key_entry"], "it holds no entries")
        );
    }
    let blob = jks::CertificateBlob::x509(certificate(&rsa(), 0, 90).der().to_vec());
    let content = jks::Content::TrustedCertificate(blob);
    store.push(jks::Entry { alias: "trusted".to_owned(), created: 0, content }).unwrap();
    let refused = linted(store.encode(&Password::new(PASSWORD)).unwrap(), "salesforce");
    assert_eq!(broken(&refused), ["private_key_entry"]);
    // Java has such stores to trust by, and OpenSSL opens none of Java's.
    assert!(linted(store.encode(&Password::new(PASSWORD)).unwrap(), "java8").is_clean());
    let trusted = include_bytes!("../../../testdata/pkcs12/keytool-trust.p12").to_vec();
    for target in ["java8", "openssl3"] {
        assert!(!broken(&linted(trusted.clone(), target)).contains(&"private_key_entry"), "{target}");
    }
}

#[test]
fn an_empty_alias() {
    let mut store = jks::Store::new();
    let (key, password) = (rsa(), Password::new(PASSWORD));
    let protected_key = jks::key_protector::protect(&pkcs8::encode(&key).unwrap(), &password, [7; 20]).unwrap();
    let chain = vec![jks::CertificateBlob::x509(certificate(&key, 0, 90).der().to_vec())];
    let content = jks::Content::PrivateKey { protected_key, chain };
    store.push(jks::Entry { alias: String::new(), created: 0, content }).unwrap();
    let octets = store.encode(&password).unwrap();
    let found = linted(octets.clone(), "java8");
    assert_eq!((broken(&found), found.findings[0].met.as_str()), (vec!["alias_empty"], "the alias is empty"));
    assert_eq!(found.findings[0].mend, Mend::Rename { from: String::new(), to: "key".to_owned() });
    assert_eq!(broken(&linted(octets, "salesforce")), ["alias"]);
}

#[test]
fn a_public_key_and_a_request_are_held_to_the_rules_on_keys() {
    let file = |key: &PrivateKey| crate::formats::spki::encode(&key.public_key()).unwrap();
    for target in ["snowflake", "docusign", "box"] {
        assert_eq!(broken(&linted(file(&key(KeyAlgorithm::P256)), target)), ["key_kind"], "{target}");
        assert!(linted(file(&rsa()), target).is_clean(), "{target}");
    }
    // The bare form, and one in PEM.
    let bare = include_bytes!("../../../testdata/weak/roca.pub").to_vec();
    let found = linted(bare, "docusign");
    assert_eq!((found.kind, broken(&found)), (Some(FileKind::PublicKey), vec!["weak_key"]));
    let request = include_bytes!("../../../testdata/weak/near-primes.csr").to_vec();
    assert_eq!(broken(&linted(request, "openssl3")), ["weak_key"]);
}

#[test]
fn what_needs_the_password_is_named_without_it() {
    let key = rsa();
    let octets = store("a", &pkcs8::encode(&key).unwrap(), &key);
    let input = Input::new("x", SecretBytes::from(octets));
    let target = "salesforce".parse().unwrap();
    let found = lint(&input, target, &NoPasswords, &Limits::default(), now(), &mut SystemRandom::new());
    let unchecked: Vec<&str> = found.unchecked.iter().map(|it| it.rule.id).collect();
    assert_eq!(unchecked, ["key_in_pkcs8", "key_matches_chain", "one_password"]);
    assert!(!found.is_clean() && found.findings.is_empty());
    let kept: Vec<&str> = found.kept.iter().map(|rule| rule.id).collect();
    assert!(kept.contains(&"key_kind") && kept.contains(&"alias"), "{kept:?}");
}

#[test]
fn dates_are_told_apart() {
    let key = rsa();
    let met = |from: i64, days: u32| {
        let found = linted(certificate(&key, from, days).der().to_vec(), "salesforce");
        found.findings.iter().map(|finding| finding.met.clone()).collect::<String>()
    };
    const DAY: i64 = 86_400;
    assert_eq!(met(0, 31), "");
    assert_eq!(met(0, 29), "the certificate expires at 2026-12-20T12:00:00Z, in 29 days");
    assert_eq!(met(-2 * DAY, 1), "the certificate expired at 2026-11-20T12:00:00Z");
    assert_eq!(met(DAY, 90), "the certificate is valid from 2026-11-22T12:00:00Z only");
}
