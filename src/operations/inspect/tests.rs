//! What `inspect` tells of made and hostile inputs.

use super::*;
use crate::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use crate::formats::x509::chain::issue::Key;
use crate::formats::x509::{self, CertificateParameters, Details, DistinguishedName, Validity};
use crate::formats::{jks, pem};
use crate::operations::UnopenedReason;
use crate::secret::{NoPasswords, Passwords, SecretBytes};

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn input(name: &str, octets: &[u8]) -> Collected {
    Input::new(name, SecretBytes::from(octets.to_vec())).into()
}

fn fixture(path: &str) -> Collected {
    #[expect(clippy::disallowed_methods, reason = "a test reads its fixture")]
    let octets = std::fs::read(format!("{}/testdata/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    input(path, &octets)
}

fn look(inputs: impl IntoIterator<Item = Collected>, passwords: &[&str]) -> InspectReport {
    struct Listed(Vec<Password>);
    impl PasswordProvider for Listed {
        fn candidate(
            &self,
            _: &PasswordPurpose,
            attempt: usize,
        ) -> Result<Option<Password>, crate::secret::ProviderError> {
            Ok(self.0.get(attempt).cloned())
        }
    }
    let passwords = Listed(passwords.iter().map(|it| Password::new(*it)).collect());
    inspect(inputs, now(), &passwords, &Limits::default())
}

fn kinds(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.kind).collect()
}

fn key() -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::P256, &mut SystemRandom::new()).unwrap()
}

/// A self-signed certificate from `from` to `to` seconds after now.
fn certificate_of(key: &PrivateKey, from: i64, to: i64) -> Certificate {
    let [not_before, not_after] = [from, to].map(|seconds| now().plus_seconds(seconds).unwrap());
    let parameters = CertificateParameters {
        subject: DistinguishedName::parse("CN=test").unwrap(),
        subject_alt_names: Vec::new(),
        validity: Validity { not_before, not_after },
        public_key: key.public_key(),
        is_ca: false,
    };
    x509::self_sign(&parameters, &Details::default(), key, &mut SystemRandom::new()).unwrap()
}

fn only_certificate(report: &InspectReport) -> &CertificateReport {
    report.files[0].certificates().next().unwrap()
}

#[test]
fn a_certificate_is_judged_by_the_time_that_is_given() {
    let key = key();
    for (from, to, kind) in [(-10, 86_400 * 40, None), (-10, 86_400, Some("expires_soon")), (-10, -1, Some("expired"))]
    {
        let report = look([input("a", certificate_of(&key, from, to).der())], &[]);
        let found = only_certificate(&report);
        assert_eq!(kinds(&found.findings), Vec::from_iter(kind));
        assert_eq!((&found.issuer, found.is_ca), (&IssuerReport::Itself, false));
    }
}

#[test]
fn a_changed_certificate_that_names_itself_is_told() {
    let mut der = certificate_of(&key(), -10, 86_400 * 90).der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    let report = look([input("a", &der)], &[]);
    assert_eq!(only_certificate(&report).issuer, IssuerReport::NotItself);
    assert_eq!(kinds(&only_certificate(&report).findings), ["broken_signature"]);
}

#[test]
fn chains_are_found_and_their_order_is_judged() {
    let [root, sub, leaf] = [(); 3].map(|()| Key::generate());
    let root_certificate = root.issue("root", "root", &root, 1);
    let sub_certificate = root.issue("root", "sub", &sub, 2);
    let leaf_certificate = sub.issue("sub", "leaf", &leaf, 3);
    let bundle = |certificates: &[&Certificate]| {
        let blocks = certificates.iter().map(|it| pem::encode(Certificate::LABEL, it.der()).unwrap());
        blocks.flat_map(|block| block.expose().to_vec()).collect::<Vec<u8>>()
    };
    let issuers =
        |report: &InspectReport| report.files[0].certificates().map(|it| it.issuer.clone()).collect::<Vec<_>>();
    let known = |subject: &str, file: &str, position| IssuerReport::Known {
        subject: DistinguishedName::parse(subject).unwrap(),
        file: file.to_owned(),
        position,
    };
    let report = look([input("chain", &bundle(&[&leaf_certificate, &sub_certificate, &root_certificate]))], &[]);
    assert_eq!(issuers(&report), [known("CN=sub", "chain", 2), known("CN=root", "chain", 3), IssuerReport::Itself]);
    assert!(report.files[0].findings.is_empty());
    let report = look([input("chain", &bundle(&[&root_certificate, &leaf_certificate, &sub_certificate]))], &[]);
    assert_eq!(kinds(&report.files[0].findings), ["chain_order"]);
    // An issuer is found in another file too; without one it is missing.
    let report = look([input("leaf", leaf_certificate.der()), input("sub", sub_certificate.der())], &[]);
    assert_eq!(issuers(&report), [known("CN=sub", "sub", 1)]);
    let report = look([input("leaf", leaf_certificate.der())], &[]);
    assert_eq!(issuers(&report), [IssuerReport::Missing]);
}

#[test]
fn keys_find_their_certificates_in_every_file() {
    let (key, other) = (key(), key());
    let key_file = pem::encode(pkcs8::LABEL, pkcs8::encode(&key).unwrap().expose()).unwrap();
    let [own, strange] = [&key, &other].map(|it| certificate_of(it, -10, 86_400 * 90));
    let report = look([input("a.key", key_file.expose()), input("a.crt", own.der())], &[]);
    let found = report.files[0].private_keys().next().unwrap();
    assert_eq!(found.certificates.iter().map(|it| it.file.as_str()).collect::<Vec<_>>(), ["a.crt"]);
    let strange = pem::encode(Certificate::LABEL, strange.der()).unwrap();
    let both = [key_file.expose(), strange.expose()].concat();
    let report = look([input("both.pem", &both)], &[]);
    assert_eq!(kinds(&report.files[0].findings), ["key_mismatch"]);
}

#[test]
fn a_java_keystore_shows_what_lies_open_and_more_with_its_password() {
    let report = look([fixture("jks/two-keys-one-certificate.jks")], &[]);
    let file = &report.files[0];
    assert!(report.is_complete());
    assert_eq!((file.things.len(), file.certificates().count()), (3, 3));
    let store = file.store.as_ref().unwrap();
    assert_eq!((store.integrity, store.lock, store.version), (Integrity::Unchecked, Lock::Locked, Some(2)));
    assert!(file.private_keys().all(|key| key.lock == Lock::Locked && key.key.is_none()));

    let report = look([fixture("jks/two-keys-one-certificate.jks")], &["changeit", "key-only"]);
    let file = &report.files[0];
    assert!(report.is_complete(), "{:?}", file.failures);
    assert_eq!(file.store.as_ref().unwrap().integrity, Integrity::Checked);
    assert!(file.private_keys().all(|key| key.lock == Lock::Open && key.certificates.len() == 1));

    // The second key's own password is not among them: that one stays closed, and it is said.
    let report = look([fixture("jks/two-keys-one-certificate.jks")], &["changeit"]);
    let locks: Vec<Lock> = report.files[0].private_keys().map(|key| key.lock).collect();
    assert_eq!(locks, [Lock::Refused, Lock::Open]);
    assert!(!report.is_complete());
}

#[test]
fn a_wrong_password_is_a_failure_and_what_lies_open_is_told_all_the_same() {
    for (path, things) in [("jks/one-key.jks", 1), ("pkcs12/openssl3.p12", 1), ("pkcs8/scrypt.key", 1)] {
        let report = look([fixture(path)], &["wrong"]);
        let file = &report.files[0];
        assert_eq!((file.failures.len(), file.things.len()), (1, things), "{path}");
        let UnopenedReason::Content(error) = &file.failures[0] else { panic!("{path}") };
        assert_eq!(error.kind(), "wrong_password", "{path}");
    }
}

#[test]
fn a_locked_pkcs12_tells_how_it_is_protected() {
    let report = look([fixture("pkcs12/rc2-40.p12")], &[]);
    let file = &report.files[0];
    assert!(report.is_complete());
    let store = file.store.as_ref().unwrap();
    assert_eq!((store.lock, store.integrity), (Lock::Locked, Integrity::Unchecked));
    assert!(store.mac.as_ref().is_some_and(|mac| mac.iterations.is_some()));
    let ciphers: Vec<&str> =
        store.safes.iter().filter_map(|safe| safe.protection.as_ref()?.cipher.as_deref()).collect();
    assert!(ciphers.contains(&"RC2-40-CBC"), "{ciphers:?}");
    assert_eq!(kinds(&file.findings), ["legacy_encryption"]);

    let report = look([fixture("pkcs12/no-mac.p12")], &["changeit"]);
    assert_eq!(report.files[0].store.as_ref().unwrap().integrity, Integrity::Missing);
    assert!(kinds(&report.files[0].findings).contains(&"no_mac"));
}

#[test]
fn capital_letters_that_java_cannot_find_are_told() {
    let report = look([fixture("jks/upper-case-alias.jks")], &[]);
    let Thing::Entry(entry) = &report.files[0].things[0] else { panic!("an entry") };
    assert_eq!((entry.alias.as_str(), kinds(&entry.findings)), ("MyCert", vec!["upper_case_alias"]));
}

#[test]
fn an_entry_with_the_certificate_of_another_key_is_told() {
    let (key, other) = (key(), key());
    let password = Password::new("changeit");
    let protected = jks::key_protector::protect(&pkcs8::encode(&key).unwrap(), &password, [7; 20]).unwrap();
    let chain = vec![jks::CertificateBlob::x509(certificate_of(&other, -10, 86_400 * 90).der().to_vec())];
    let content = jks::Content::PrivateKey { protected_key: protected, chain };
    let mut store = jks::Store::new();
    store.push(jks::Entry { alias: "a".to_owned(), created: 0, content }).unwrap();
    let report = look([input("a.jks", &store.encode(&password).unwrap())], &["changeit"]);
    let Thing::Entry(entry) = &report.files[0].things[0] else { panic!("an entry") };
    assert_eq!(kinds(&entry.findings), ["key_mismatch"]);
}

#[test]
fn one_damaged_block_leaves_the_others_readable() {
    let whole = pem::encode(Certificate::LABEL, certificate_of(&key(), -10, 86_400 * 90).der()).unwrap();
    let broken = pem::encode(Certificate::LABEL, b"no certificate").unwrap();
    let report = look([input("a.pem", &[broken.expose(), whole.expose()].concat())], &[]);
    assert!(matches!(report.files[0].things[0], Thing::Unreadable { line: 1, .. }));
    assert_eq!((report.files[0].certificates().count(), report.files[0].failures.len()), (1, 1));
}

#[test]
fn no_answer_where_one_was_promised_is_a_failure() {
    let report = inspect([fixture("pkcs8/scrypt.key")], now(), &NoPasswords, &Limits::default());
    assert!(matches!(&report.files[0].failures[0], UnopenedReason::Content(Error::NoPassword { .. })));
    let report = inspect([fixture("pkcs8/scrypt.key")], now(), &Passwords::default(), &Limits::default());
    assert!(report.is_complete());
}

#[test]
fn a_token_is_told_and_its_time_judged() {
    let claims = serde_json::json!({ "iss": "a", "exp": now().unix() - 1 });
    let header = jwt::Header::new(jwt::Algorithm::usual(key().algorithm()));
    let token = jwt::sign(&header, claims.as_object().unwrap(), &key(), &mut SystemRandom::new()).unwrap();
    let report = look([input("token", format!("{}\n", token.expose()).as_bytes())], &[]);
    let Thing::Token(found) = &report.files[0].things[0] else { panic!("a token") };
    assert_eq!((kinds(&found.findings), found.signature_length), (vec!["expired"], 64));
    let report = look([input("token", b"eyJhbGciOiJub25lIn0.e30.")], &[]);
    let Thing::Token(found) = &report.files[0].things[0] else { panic!("a token") };
    assert_eq!(kinds(&found.findings), ["unsigned_token"]);
}

#[test]
fn work_over_the_limit_is_refused_only_when_it_is_asked_for() {
    let path = "hostile/pkcs8-iterations-4294967295.der";
    assert!(look([fixture(path)], &[]).is_complete());
    let report = look([fixture(path)], &["changeit"]);
    let UnopenedReason::Content(error) = &report.files[0].failures[0] else { panic!("{report:?}") };
    assert_eq!(error.kind(), "limit_exceeded");
}

#[test]
fn keys_that_share_a_prime_are_found_over_all_files() {
    use crypto_bigint::{BoxedUint, ConcatenatingMul};
    use der::Tag;

    use crate::formats::der::wrap;
    let mut rng = SystemRandom::new();
    let mut prime = || crypto_primes::random_prime::<BoxedUint, _>(&mut rng, crypto_primes::Flavor::Any, 1024);
    let (shared, a, b, c, d) = (prime(), prime(), prime(), prime(), prime());
    let public = |p: &BoxedUint, q: &BoxedUint| {
        let modulus = [&[0][..], &p.concatenating_mul(q).to_be_bytes()].concat();
        let integer = |octets: &[u8]| wrap("test", Tag::Integer, &[octets]).unwrap();
        let key = wrap("test", Tag::Sequence, &[&integer(&modulus), &integer(&[1, 0, 1])]).unwrap();
        let algorithm: &[u8] = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
        wrap("test", Tag::Sequence, &[algorithm, &wrap("test", Tag::BitString, &[&[0], &key]).unwrap()]).unwrap()
    };
    let files = [("a", public(&shared, &a)), ("b", public(&shared, &b)), ("c", public(&c, &d))];
    let report = look(files.iter().map(|(name, der)| input(name, der)), &[]);
    let found = report.files.iter().map(|file| match &file.things[0] {
        Thing::PublicKey(_, findings) => kinds(findings).contains(&"shared_prime"),
        other => panic!("{other:?}"),
    });
    assert_eq!(found.collect::<Vec<_>>(), [true, true, false]);
}

/// A key that this program cannot use is a readable file: it is named, and that is no failure.
#[test]
fn private_keys_that_are_not_used_here_are_named() {
    let cases = [
        ("pkcs8/secp256k1.key", "EC secp256k1", true),
        ("pkcs8/brainpool-p256r1.key", "EC brainpoolP256r1", true),
        ("pkcs8/p256-explicit.key", "EC on a curve that it spells out", true),
        ("pkcs8/ed448.key", "Ed448", false),
        ("pkcs8/rsa-pss.key", "RSA-PSS 2048", true),
        ("pkcs8/dsa.key", "DSA 1024", false),
        ("sec1/secp256k1.key", "EC secp256k1", true),
        ("sec1/p256-explicit.key", "EC on a curve that it spells out", true),
    ];
    for (path, algorithm, has_public_half) in cases {
        let report = look([fixture(path)], &[]);
        assert!(report.is_complete(), "{path}: {report:?}");
        let found = report.files[0].private_keys().next().unwrap();
        let key = found.key.as_ref().unwrap();
        assert_eq!((key.algorithm.as_str(), key.fingerprint.is_some()), (algorithm, has_public_half), "{path}");
        assert!(kinds(&found.findings).contains(&"unsupported_key") && key.key.is_none(), "{path}");
    }
}

/// One entry of such a kind hides neither the others nor its own certificates.
#[test]
fn an_entry_with_a_key_that_is_not_used_here_is_opened() {
    let info = b"\x30\x0e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x71\x04\x02\x04\x00"; // Ed448
    let password = Password::new("changeit");
    let mut store = jks::Store::new();
    for (alias, der) in [("a", SecretBytes::from(info.to_vec())), ("b", pkcs8::encode(&key()).unwrap())] {
        let protected_key = jks::key_protector::protect(&der, &password, [7; 20]).unwrap();
        let chain = vec![jks::CertificateBlob::x509(certificate_of(&key(), -10, 86_400 * 90).der().to_vec())];
        let content = jks::Content::PrivateKey { protected_key, chain };
        store.push(jks::Entry { alias: alias.to_owned(), created: 0, content }).unwrap();
    }
    let report = look([input("a.jks", &store.encode(&password).unwrap())], &["changeit"]);
    assert!(report.is_complete(), "{report:?}");
    let algorithms = report.files[0].private_keys().map(|it| it.key.as_ref().unwrap().algorithm.as_str());
    assert_eq!(algorithms.collect::<Vec<_>>(), ["Ed448", "EC P-256"]);
    assert_eq!(report.files[0].certificates().count(), 2);
}

#[test]
fn json_web_keys_are_told_private_public_and_symmetric() {
    let report = look([fixture("jwk/rfc8037-a1-private.jwk")], &[]);
    let Thing::Jwk(found) = &report.files[0].things[0] else { panic!("a JWK") };
    // RFC 8037 appendix A.3.
    assert_eq!(found.thumbprint.as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    assert!(matches!(&found.key, JwkKey::Private(it) if it.key.as_ref().unwrap().algorithm == "Ed25519"));

    let report = look([fixture("jwk/rfc7517-a1-public.jwks")], &[]);
    let kids = report.files[0].things.iter().map(|it| match it {
        Thing::Jwk(it) => (it.kid.as_deref(), matches!(it.key, JwkKey::Public(..))),
        other => panic!("{other:?}"),
    });
    assert_eq!(kids.collect::<Vec<_>>(), [(Some("1"), true), (Some("2011-04-29"), true)]);

    let report = look([fixture("jwk/symmetric.jwk")], &[]);
    assert!(report.is_complete(), "{report:?}");
    let Thing::Jwk(found) = &report.files[0].things[0] else { panic!("a JWK") };
    assert!(matches!(&found.key, JwkKey::NotRead(what) if what.contains("oct")), "{found:?}");
}

/// `openssl rsa -RSAPublicKey_out` writes the bare key, in DER and in PEM.
#[test]
fn a_bare_rsa_public_key_is_told_of_in_der_and_pem() {
    let der = pem::decode(include_bytes!("../../../testdata/pkcs8/rsa.key"), &Limits::default()).unwrap();
    let key = crate::formats::pkcs8::decode(der.blocks[0].contents.expose()).unwrap();
    let whole = spki::encode(&key.public_key()).unwrap();
    // SEQUENCE, AlgorithmIdentifier, then the BIT STRING, whose content follows a header of four and one octet.
    let bare = &whole[4 + 15 + 5..];
    let text = pem::encode(spki::RSA_LABEL, bare).unwrap();
    for octets in [bare, text.expose()] {
        let report = look([input("public", octets)], &[]);
        assert!(report.files[0].failures.is_empty(), "{:?}", report.files[0].failures);
        assert!(matches!(report.files[0].things[..], [Thing::PublicKey(..)]));
    }
}

/// What a block holds counts, and not what it calls itself.
#[test]
fn a_pem_block_is_known_by_its_content() {
    let report = look([fixture("pem/pyca-pkcs8-named-pkcs1.key")], &[]);
    assert!(report.files[0].failures.is_empty(), "{:?}", report.files[0].failures);
    assert!(matches!(report.files[0].things[..], [Thing::PrivateKey(_)]));
}
