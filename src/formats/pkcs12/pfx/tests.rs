//! Tests of files made here and by an independent library, edited, damaged and read back.

mod insert;
mod unlock;

use p12_keystore::{EncryptionAlgorithm, KeyStore, KeyStoreEntry, Pkcs12ImportPolicy, PrivateKeyChain};

use super::open::open_key;
use super::*;
use crate::clock::Timestamp;
use crate::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use crate::formats::der::wrap;
use crate::formats::keystore::{Content, Entry};
use crate::formats::pkcs5::{Encryption, Kdf};
use crate::formats::pkcs8::{self, Reading};
use crate::formats::pkcs12::{Profile, create};
use crate::formats::x509::Certificate;
use crate::formats::x509::{CertificateParameters, Details, DistinguishedName, Validity, self_sign};

const PASSWORD: &str = "correct horse";

fn password() -> Password {
    Password::new(PASSWORD)
}

fn pair(name: &str) -> (PrivateKey, Certificate) {
    let mut rng = SystemRandom::new();
    let key = PrivateKey::generate(KeyAlgorithm::P256, &mut rng).unwrap();
    let parameters = CertificateParameters {
        subject: DistinguishedName::parse(&format!("CN={name}")).unwrap(),
        subject_alt_names: Vec::new(),
        validity: Validity {
            not_before: Timestamp::from_unix(1_800_000_000).unwrap(),
            not_after: Timestamp::from_unix(1_900_000_000).unwrap(),
        },
        public_key: key.public_key(),
        is_ca: false,
    };
    let certificate = self_sign(&parameters, &Details::default(), &key, &mut rng).unwrap();
    (key, certificate)
}

fn entry(alias: &str) -> Entry {
    let (key, certificate) = pair(alias);
    Entry { alias: alias.to_owned(), content: Content::PrivateKey { key, chain: vec![certificate] } }
}

fn file(entries: &[Entry], profile: Profile) -> Vec<u8> {
    create(entries, profile, Some(3), &password(), &mut SystemRandom::new(), Workers::available()).unwrap().der
}

fn decode(octets: &[u8]) -> Result<Pfx, Error> {
    Pfx::decode(octets, &password(), &Limits::default(), Workers::ONE)
}

fn encode(pfx: &Pfx) -> Vec<u8> {
    pfx.encode(&password(), &mut SystemRandom::new(), Workers::ONE).unwrap()
}

fn aliases(pfx: &Pfx) -> Vec<String> {
    pfx.entries().into_iter().map(|entry| entry.alias).collect()
}

/// A secretBag, which is not understood here, around a value of a private arc.
fn secret_bag() -> Vec<u8> {
    [
        &[0x30, 0x18, 0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x05][..],
        &[0xa0, 0x09, 0x30, 0x07, 0x06, 0x03, 0x2a, 0x03, 0x04, 0x05, 0x00],
    ]
    .concat()
}

#[test]
fn what_is_written_is_read_here_and_by_another_library() {
    let trusted = pair("ca").1;
    let mut entries = vec![entry("First"), entry("second \u{1f511}")];
    entries.push(Entry { alias: "ca".to_owned(), content: Content::TrustedCertificate(Box::new(trusted)) });
    for profile in [Profile::Modern, Profile::Legacy] {
        let octets = file(&entries, profile);
        let pfx = decode(&octets).unwrap();
        let opened = pfx.open(&password(), Workers::available()).unwrap();
        assert_eq!(opened.len(), 3);
        for written in &entries {
            let read = opened.iter().find(|read| read.alias == written.alias).unwrap();
            match (&read.content, &written.content) {
                (
                    Content::PrivateKey { key, chain },
                    Content::PrivateKey { key: written_key, chain: written_chain },
                ) => assert!(key.public_key() == written_key.public_key() && chain == written_chain),
                (Content::TrustedCertificate(read), Content::TrustedCertificate(written)) => assert_eq!(read, written),
                contents => panic!("{contents:?}"),
            }
        }
        let peer = KeyStore::from_pkcs12(&octets, PASSWORD, Pkcs12ImportPolicy::Strict).unwrap();
        let Some(KeyStoreEntry::PrivateKeyChain(chain)) = peer.entry("First") else { panic!("no entry First") };
        let Content::PrivateKey { key, chain: written } = &entries[0].content else { panic!("no key") };
        assert_eq!(chain.certs()[0].as_der(), written[0].der());
        assert_eq!(pkcs8::decode(chain.key().as_der()).unwrap().public_key(), key.public_key());
    }
}

/// What another library makes of a key and its certificate, called `peer`.
fn store_of_peer((key, certificate): &(PrivateKey, Certificate)) -> KeyStore {
    let chain = PrivateKeyChain::new(
        b"id".to_vec(),
        p12_keystore::PrivateKey::from_der(pkcs8::encode(key).unwrap().expose()).unwrap(),
        [p12_keystore::Certificate::from_der(certificate.der()).unwrap()],
    );
    let mut peer = KeyStore::new();
    peer.add_entry("peer", KeyStoreEntry::PrivateKeyChain(chain));
    peer
}

#[test]
fn what_another_library_wrote_is_read() {
    let pair = pair("peer");
    let (peer, (key, certificate)) = (store_of_peer(&pair), &pair);
    for algorithm in
        [EncryptionAlgorithm::PbeWithHmacSha256AndAes256, EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc]
    {
        let octets = peer.writer(PASSWORD).encryption_algorithm(algorithm).encryption_iterations(5).write().unwrap();
        let opened = decode(&octets).unwrap().open(&password(), Workers::ONE).unwrap();
        let Content::PrivateKey { key: read, chain } = &opened[0].content else { panic!("no key") };
        assert!(read.public_key() == key.public_key() && chain[0] == *certificate);
    }
}

#[test]
fn renaming_leaves_every_other_bag_octet_for_octet() {
    let mut pfx = decode(&file(&[entry("one"), entry("two")], Profile::Modern)).unwrap();
    let before: Vec<SecretBytes> = pfx.bags().map(|bag| bag.raw.clone()).collect();
    let keys: Vec<SecretBytes> = pfx.bags().filter(|bag| bag.is_key()).map(|bag| bag.value.clone()).collect();
    pfx.rename("ONE", "renamed").unwrap();
    let pfx = decode(&encode(&pfx)).unwrap();
    assert_eq!(aliases(&pfx), ["renamed", "two"]);
    let after: Vec<SecretBytes> = pfx.bags().map(|bag| bag.raw.clone()).collect();
    assert_eq!(before.iter().filter(|bag| !after.contains(bag)).count(), 2, "one key and one certificate changed");
    let kept: Vec<SecretBytes> = pfx.bags().filter(|bag| bag.is_key()).map(|bag| bag.value.clone()).collect();
    assert_eq!(keys, kept, "no key was opened");
    assert_eq!(pfx.open(&password(), Workers::ONE).unwrap().len(), 2);
}

#[test]
fn unknown_bags_and_attributes_survive_an_edit() {
    let mut pfx = decode(&file(&[entry("one"), entry("two")], Profile::Modern)).unwrap();
    let secret = secret_bag();
    let contents = wrap("test", Tag::Sequence, &[&secret]).unwrap();
    let plain = pfx.safes.len() - 1;
    pfx.safes[plain].bags.extend(Bag::all(&contents, 0, 10).unwrap());
    pfx.safes[plain].changed = true;
    let mut pfx = decode(&encode(&pfx)).unwrap();
    assert_eq!(aliases(&pfx), ["one", "two", "1"]);
    pfx.delete("one").unwrap();
    pfx.rename("two", "three").unwrap();
    let pfx = decode(&encode(&pfx)).unwrap();
    assert_eq!(aliases(&pfx), ["three", "1"]);
    assert!(pfx.bags().any(|bag| bag.raw.expose() == secret));
}

#[test]
fn a_new_password_changes_the_protection_and_no_bag() {
    let new = Password::new("another password");
    for profile in [Profile::Modern, Profile::Legacy] {
        let mut pfx = decode(&file(&[entry("one"), entry("two")], profile)).unwrap();
        let contents = wrap("test", Tag::Sequence, &[&secret_bag()]).unwrap();
        pfx.safes[0].bags.extend(Bag::all(&contents, 0, 10).unwrap());
        pfx.safes[0].changed = true;
        let pfx = decode(&encode(&pfx)).unwrap();
        assert_eq!(pfx.profile(), profile);
        let passwords = (&password(), &new);
        let mut rng = SystemRandom::new();
        let written = pfx.change_password(passwords, None, Some(3), &mut rng, Workers::ONE).unwrap();
        assert_eq!((written.profile, written.kept), (profile, vec!["1".to_owned()]));
        assert!(matches!(decode(&written.der).unwrap_err().reason, Reason::IntegrityMismatch(_)));
        let again = Pfx::decode(&written.der, &new, &Limits::default(), Workers::ONE).unwrap();
        assert_eq!(again.profile(), profile);
        assert_eq!(aliases(&again), aliases(&pfx));
        let unprotected = |pfx: &Pfx, password: &Password| -> Vec<Vec<u8>> {
            let plain = |bag: &Bag| match bag.is_shrouded_key() {
                true => match open_key(bag, password, true, None).unwrap() {
                    Reading::Usable(key) => pkcs8::encode(&key).unwrap().expose().to_vec(),
                    other => panic!("{other:?}"),
                },
                false => bag.raw.expose().to_vec(),
            };
            pfx.bags().map(plain).collect()
        };
        assert_eq!(unprotected(&again, &new), unprotected(&pfx, &password()));
        let other = if profile == Profile::Modern { Profile::Legacy } else { Profile::Modern };
        let turned = pfx.change_password(passwords, Some(other), Some(3), &mut rng, Workers::ONE).unwrap();
        assert_eq!(Pfx::decode(&turned.der, &new, &Limits::default(), Workers::ONE).unwrap().profile(), other);
    }
}

#[test]
fn deleting_takes_the_certificate_along_and_nothing_else() {
    let entries = [entry("one"), entry("two")];
    let mut pfx = decode(&file(&entries, Profile::Legacy)).unwrap();
    pfx.delete("one").unwrap();
    let pfx = decode(&encode(&pfx)).unwrap();
    assert_eq!(aliases(&pfx), ["two"]);
    assert_eq!(pfx.bags().count(), 2);
    let fault = pfx.clone().delete("one").unwrap_err();
    assert_eq!(fault.to_string(), "PKCS#12: there is no entry `one`; it holds `two`");
}

#[test]
fn aliases_that_java_does_not_tell_apart_are_refused() {
    let mut pfx = decode(&file(&[entry("one"), entry("two")], Profile::Modern)).unwrap();
    assert_eq!(pfx.rename("one", "TWO").unwrap_err().reason, Reason::AliasTaken("two".to_owned()));
    pfx.rename("one", "ONE").unwrap();
    let twice = [entry("same"), entry("Same")];
    let refused = create(&twice, Profile::Modern, Some(1), &password(), &mut SystemRandom::new(), Workers::ONE);
    assert_eq!(refused.unwrap_err().reason, Reason::AliasTaken("Same".to_owned()));
}

#[test]
fn a_wrong_password_and_too_much_work_are_refused() {
    let octets = file(&[entry("one")], Profile::Modern);
    let fault = Pfx::decode(&octets, &Password::new("wrong"), &Limits::default(), Workers::ONE).unwrap_err();
    assert_eq!(fault.to_string(), "PKCS#12: the MAC (HMAC-SHA-256, 3 iterations) does not verify");
    // The MAC and the certificates take three iterations each; the key's three are one too many.
    let limits = Limits { kdf_total_iterations: 8, ..Limits::default() };
    let pfx = Pfx::decode(&octets, &password(), &limits, Workers::ONE).unwrap();
    let fault = pfx.open(&password(), Workers::ONE).unwrap_err();
    assert!(matches!(fault.reason, Reason::LimitExceeded { asked: 9, limit: 8, .. }), "{fault}");
    let limits = Limits { kdf_iterations: 2, ..Limits::default() };
    let fault = Pfx::decode(&octets, &password(), &limits, Workers::ONE).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "PKCS#12, MacData.iterations: it asks for 3 key-derivation iterations, and the limit is 2"
    );
}

#[test]
fn no_truncation_or_flip_panics_or_changes_what_is_read() {
    let octets = file(&[entry("one")], Profile::Modern);
    let whole = decode(&octets).unwrap();
    // A flip in the iteration counts can ask for much work; the limits are what stops it.
    let limits = Limits { kdf_iterations: 100, kdf_total_iterations: 300, scrypt_memory: 1 << 14, ..Limits::default() };
    for end in 0..octets.len() {
        assert!(Pfx::decode(&octets[..end], &password(), &limits, Workers::ONE).is_err());
    }
    for index in 0..octets.len() {
        let mut flipped = octets.clone();
        flipped[index] ^= 0x01;
        // The MAC covers everything but the parameters that stand beside itself.
        if let Ok(pfx) = Pfx::decode(&flipped, &password(), &limits, Workers::ONE) {
            let bags: Vec<&SecretBytes> = pfx.bags().map(|bag| &bag.raw).collect();
            assert!(
                bags.iter().eq(&whole.bags().map(|bag| &bag.raw).collect::<Vec<_>>()),
                "byte {index} changed a bag"
            );
        }
    }
}

/// The MAC's password is right, so nobody may call it wrong when a key has another.
#[test]
fn a_part_that_does_not_decrypt_under_a_mac_that_verifies_is_told_as_such() {
    let mut rng = SystemRandom::new();
    for encryption in [Profile::Modern, Profile::Legacy].map(|profile| profile.encryption(3)) {
        let mut pfx = decode(&file(&[entry("one")], Profile::Modern)).unwrap();
        let info = pkcs8::encode(&pair("one").0).unwrap();
        let scheme = Scheme::new(encryption, &mut rng);
        let shrouded = pkcs8::shroud(&info, &scheme, &Password::new("another")).unwrap();
        pfx.safes[1].bags[0] = Bag::shrouded_key(shrouded, Some("one"), b"id").unwrap();
        pfx.safes[1].changed = true;
        let fault = decode(&encode(&pfx)).unwrap().open(&password(), Workers::ONE).unwrap_err();
        let told = format!("entry `one`: the MAC verifies, and yet a key ({}) does not decrypt", scheme.describe());
        assert!(fault.to_string().contains(&told), "{fault}");
        // Without a MAC, the two causes cannot be told apart.
        pfx.mac = None;
        let octets = encode(&pfx);
        assert_eq!(decode(&octets).unwrap_err().reason, Reason::Unauthenticated);
        let limits = Limits { allow_unauthenticated: true, ..Limits::default() };
        let opened = Pfx::decode(&octets, &password(), &limits, Workers::ONE).unwrap().open(&password(), Workers::ONE);
        assert!(matches!(opened.unwrap_err().reason, Reason::IntegrityMismatch(_)));
    }
}

/// Some writers take the empty password for an empty BMPString, and others for no octets at all.
#[test]
fn the_empty_password_is_read_in_both_its_forms() {
    let empty = Password::new("");
    let mut rng = SystemRandom::new();
    for form in [empty.clone(), empty.bare().unwrap()] {
        let octets = create(&[entry("one")], Profile::Legacy, Some(3), &form, &mut rng, Workers::ONE).unwrap().der;
        let mut pfx = Pfx::decode(&octets, &empty, &Limits::default(), Workers::ONE).unwrap();
        assert_eq!(pfx.open(&empty, Workers::ONE).unwrap().len(), 1);
        pfx.rename("one", "two").unwrap();
        let octets = pfx.encode(&empty, &mut rng, Workers::ONE).unwrap();
        // What was written stays in the form that the file had.
        assert_eq!(Pfx::decode(&octets, &empty, &Limits::default(), Workers::ONE).unwrap().is_bare, pfx.is_bare);
        assert_eq!(
            Pfx::decode(&octets, &form, &Limits::default(), Workers::ONE)
                .unwrap()
                .open(&form, Workers::ONE)
                .unwrap()
                .len(),
            1
        );
        let fault = Pfx::decode(&octets, &password(), &Limits::default(), Workers::ONE).unwrap_err();
        assert!(matches!(fault.reason, Reason::IntegrityMismatch(_)));
    }
}

/// What is weak is read and never written: not even from parameters that name it.
#[test]
fn nothing_is_encrypted_with_a_cipher_that_is_only_read() {
    let salt_and_iterations = [0x30, 0x07, 0x04, 0x02, 1, 2, 0x02, 0x01, 0x05];
    for last in [1, 2, 4, 5, 6] {
        let id = [0x06, 0x0a, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, last];
        let scheme = Scheme::parse(&wrap("test", Tag::Sequence, &[&id, &salt_and_iterations]).unwrap()).unwrap();
        let refused = scheme.encrypt(&password(), b"text").unwrap_err();
        assert!(matches!(refused.reason, Reason::CannotHold(_)), "{refused}");
        assert_eq!(scheme.replacement(), Some("triple DES"));
        let renewed = scheme.renewed(&mut SystemRandom::new());
        assert_eq!(renewed.describe().to_string(), "PKCS#12 PBE, SHA-1, DES-EDE3-CBC, 5 iterations");
        assert!(renewed.encrypt(&password(), b"text").is_ok());
    }
}

/// A second form of the empty password is work again, and is held against the limits before it is done.
#[test]
fn the_empty_password_is_charged_for_both_its_forms() {
    let octets =
        create(&[entry("one")], Profile::Modern, Some(10), &Password::new(""), &mut SystemRandom::new(), Workers::ONE);
    let octets = octets.unwrap().der;
    let within = |all| Limits { kdf_total_iterations: all, ..Limits::default() };
    let parts = Pfx::decode(&octets, &Password::new(""), &Limits::default(), Workers::ONE).unwrap();
    assert!(parts.budget.spent() >= 20 && parts.budget.spent().is_multiple_of(20), "{}", parts.budget.spent());
    let fault = Pfx::decode(&octets, &Password::new(""), &within(parts.budget.spent() - 1), Workers::ONE).unwrap_err();
    assert!(matches!(fault.reason, Reason::LimitExceeded { .. }), "{fault}");
    Pfx::decode(&octets, &Password::new(""), &within(parts.budget.spent()), Workers::ONE).unwrap();
}

/// A key under a password that is not the MAC's, as a file is that was put together by hand.
#[test]
fn a_key_may_have_a_password_of_its_own() {
    let own = Password::new("of its own");
    let mut rng = SystemRandom::new();
    let mut pfx = decode(&file(&[entry("one"), entry("two")], Profile::Modern)).unwrap();
    let (key, _) = pair("own");
    let fast = Encryption::Pbes2(Kdf::Pbkdf2 { iterations: 2 });
    let shrouded = pkcs8::encrypt(&key, fast, &own, &mut rng).unwrap();
    let bags = pfx.safes.iter_mut().flat_map(|safe| {
        safe.changed = true;
        &mut safe.bags
    });
    bags.into_iter().find(|bag| bag.is_shrouded_key()).unwrap().set_value(SecretBytes::from(shrouded)).unwrap();
    let pfx = decode(&encode(&pfx)).unwrap();
    let fault = pfx.open(&password(), Workers::ONE).unwrap_err();
    assert!(matches!(fault.reason, Reason::PartUnreadable(_)), "{fault}");
    let opened = pfx.open_each(&password(), Workers::available(), |alias, locked| {
        assert_eq!(alias, "one");
        let wrong = locked.open(&Password::new("neither")).unwrap_err();
        assert!(matches!(wrong.reason, Reason::IntegrityMismatch(_)), "{wrong}");
        locked.open(&own)
    });
    let opened = opened.unwrap();
    assert_eq!(opened.len(), 2);
    let Opened::Whole(Entry { content: Content::PrivateKey { key: read, .. }, .. }) = &opened[0] else {
        panic!("a key")
    };
    assert_eq!(read.public_key(), key.public_key());
}
