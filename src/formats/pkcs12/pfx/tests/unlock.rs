//! Tests of what happens side by side, and of keys that go on from reading to writing.

use std::collections::HashSet;
use std::num::NonZeroUsize;

use super::*;
use crate::crypto::DigestAlgorithm;
use crate::formats::der::Element;
use crate::formats::pkcs12::content_info::encrypted_content;
use crate::formats::pkcs12::scan::Parts;

/// Two threads, also where the machine runs one.
fn two() -> Workers {
    Workers::exactly(NonZeroUsize::new(2).unwrap())
}

fn decode_by(octets: &[u8], password: &Password, workers: Workers) -> Result<Pfx, Error> {
    Pfx::decode_to_open(octets, password, &Limits::default(), workers)
}

/// A file whose MAC takes so many iterations, and everything else in it 3.
fn file_with_mac(iterations: u32) -> Vec<u8> {
    let pfx = decode(&file(&[entry("one")], Profile::Modern)).unwrap();
    let mac = Mac::new(DigestAlgorithm::Sha256, iterations, &mut SystemRandom::new());
    let safes: Vec<&[u8]> = pfx.safes.iter().map(|safe| safe.raw.expose()).collect();
    let safes = wrap_secret(Tag::Sequence, &safes).unwrap();
    seal(safes.expose(), Some((&mac, &mac.derive(&password()).unwrap()))).unwrap()
}

/// How the first safe is encrypted, as DER that ends with the initialisation vector where there is one, and how the MAC is
/// made, salt included.
fn parameters(octets: &[u8]) -> (Vec<u8>, String) {
    let parts = Parts::of(octets, &Limits::default()).unwrap();
    let safe = Element::only("test", parts.safes[0].raw.expose()).unwrap();
    let scheme = encrypted_content(&safe).unwrap().scheme;
    (scheme.algorithm_identifier().unwrap(), format!("{:?}", parts.mac.unwrap().0))
}

/// The file with its one entry called otherwise.
fn renamed(octets: &[u8], alias: &str) -> Vec<u8> {
    let mut pfx = decode(octets).unwrap();
    let before = aliases(&pfx).remove(0);
    pfx.rename(&before, alias).unwrap();
    let octets = encode(&pfx);
    let pfx = decode(&octets).unwrap();
    assert_eq!(aliases(&pfx), [alias]);
    assert_eq!(pfx.open(&password(), Workers::ONE).unwrap().len(), 1);
    octets
}

#[test]
fn a_wrong_password_and_a_changed_file_are_told_alike_by_one_thread_and_by_two() {
    let mut files = vec![file_with_mac(1), file_with_mac(50)];
    files.extend([Profile::Modern, Profile::Legacy].map(|profile| file(&[entry("one"), entry("two")], profile)));
    for octets in files {
        let mut changed = octets.clone();
        // In the middle of the file is a ciphertext.
        changed[octets.len() / 2] ^= 1;
        for (octets, password) in
            [(&octets, Password::new("wrong")), (&octets, Password::new("")), (&changed, password())]
        {
            let [one, both] = [Workers::ONE, two()].map(|workers| decode_by(octets, &password, workers).unwrap_err());
            assert!(matches!(&one.reason, Reason::IntegrityMismatch(what) if what.starts_with("the MAC")), "{one}");
            assert_eq!(one.to_string(), both.to_string());
        }
    }
}

#[test]
fn one_thread_and_two_read_the_same() {
    let entries = [entry("one"), entry("two")];
    for profile in [Profile::Modern, Profile::Legacy] {
        let octets = file(&entries, profile);
        for workers in [Workers::ONE, two()] {
            let pfx = decode_by(&octets, &password(), workers).unwrap();
            let is_ahead = workers == two() && profile == Profile::Modern;
            assert_eq!(pfx.key.is_some(), is_ahead, "two threads open a key ahead");
            let opened = pfx.open(&password(), workers).unwrap();
            for (read, written) in opened.iter().zip(&entries) {
                let [Content::PrivateKey { key, chain }, Content::PrivateKey { key: own, chain: issuers }] =
                    [&read.content, &written.content]
                else {
                    panic!("a key")
                };
                assert!(read.alias == written.alias && chain == issuers && key.public_key() == own.public_key());
            }
            // What was opened ahead is no answer to another password.
            let fault = pfx.open(&Password::new("wrong"), workers).unwrap_err();
            assert!(matches!(fault.reason, Reason::PartUnreadable(_)), "{fault}");
        }
    }
}

/// It costs its work once, and is told as it is without being opened ahead.
#[test]
fn a_key_that_does_not_open_ahead_is_told_alike() {
    let mut pfx = decode(&file(&[entry("one")], Profile::Modern)).unwrap();
    let fast = Encryption::Pbes2(Kdf::Pbkdf2 { iterations: 2 });
    let own = Password::new("of its own");
    let shrouded = pkcs8::encrypt(&pair("own").0, fast, &own, &mut SystemRandom::new()).unwrap();
    pfx.safes[1].bags[0].set_value(SecretBytes::from(shrouded)).unwrap();
    pfx.safes[1].changed = true;
    let octets = encode(&pfx);
    let [one, both] = [Workers::ONE, two()].map(|workers| decode_by(&octets, &password(), workers).unwrap());
    assert!(one.key.is_none() && both.key.is_some());
    let [one, both] = [one, both].map(|pfx| pfx.open(&password(), Workers::ONE).unwrap_err());
    assert!(matches!(one.reason, Reason::PartUnreadable(_)), "{one}");
    assert_eq!(one.to_string(), both.to_string());
}

#[test]
fn a_key_that_asks_for_too_much_is_not_opened_ahead() {
    let octets = file(&[entry("one")], Profile::Modern);
    let limits = Limits { kdf_total_iterations: 6, ..Limits::default() };
    let pfx = Pfx::decode_to_open(&octets, &password(), &limits, two()).unwrap();
    assert!(pfx.key.is_none());
    assert!(matches!(pfx.open(&password(), two()).unwrap_err().reason, Reason::LimitExceeded { .. }));
}

/// A password that is wrong must not cost a whole file of expensive safes.
#[test]
fn a_safe_that_asks_for_more_work_than_the_mac_waits_for_it() {
    for (iterations, is_ahead) in [(1, false), (2, false), (3, true), (50, true)] {
        let parts = Parts::of(&file_with_mac(iterations), &Limits::default()).unwrap();
        let unlocked = parts.unlock(&password(), None, two()).unwrap();
        assert_eq!(unlocked.safe.is_some(), is_ahead, "{iterations}");
        assert!(parts.unlock(&password(), None, Workers::ONE).unwrap().safe.is_none());
    }
    // Its MAC hashes with SHA-1, and its cipher asks for two derivations.
    let parts = Parts::of(&file(&[entry("one")], Profile::Legacy), &Limits::default()).unwrap();
    assert!(parts.unlock(&password(), None, two()).unwrap().safe.is_none());
}

/// The empty password as two zeros and as no octets at all are two passwords, though their text is one.
#[test]
fn each_form_of_the_empty_password_derives_its_own_keys() {
    let empty = Password::new("");
    let bare = empty.bare().unwrap();
    for profile in [Profile::Modern, Profile::Legacy] {
        for (first, second) in [(&empty, &bare), (&bare, &empty)] {
            let mut rng = SystemRandom::new();
            let octets = create(&[entry("one")], profile, Some(3), first, &mut rng, Workers::ONE).unwrap().der;
            let mut pfx = decode_by(&octets, first, two()).unwrap();
            pfx.rename("one", "two").unwrap();
            let octets = pfx.encode(second, &mut rng, two()).unwrap();
            assert_eq!(aliases(&decode_by(&octets, second, two()).unwrap()), ["two"], "{profile:?}");
        }
    }
}

#[test]
fn a_key_goes_on_with_its_salt_and_a_fresh_vector() {
    let octets = file(&[entry("one")], Profile::Modern);
    let (first, mac) = parameters(&octets);
    let (salt, vector) = first.split_at(first.len() - 16);
    let mut vectors = HashSet::from([vector.to_vec()]);
    let mut octets = octets.clone();
    for alias in ["two", "three", "four"] {
        octets = renamed(&octets, alias);
        let (now, mac_now) = parameters(&octets);
        let (salt_now, vector) = now.split_at(now.len() - 16);
        assert_eq!((salt_now, &mac_now), (salt, &mac));
        assert!(vectors.insert(vector.to_vec()), "a vector was used twice");
    }
}

/// The older schemes make the vector of salt and password, so that the salt has to be a fresh one.
#[test]
fn a_scheme_without_a_vector_of_its_own_gets_a_fresh_salt() {
    let octets = file(&[entry("one")], Profile::Legacy);
    assert_ne!(parameters(&octets).0, parameters(&renamed(&octets, "two")).0);
}

/// The salts of this peer have eight octets, its cipher is ours and then is not.
#[test]
fn what_can_be_stronger_is_made_anew() {
    let octets = store_of_peer(&pair("peer")).writer(PASSWORD).encryption_iterations(5).write().unwrap();
    let (before, after) = (parameters(&octets), parameters(&renamed(&octets, "mine")));
    assert!(before.1 != after.1, "the MAC has the salt it had: {}", after.1);
}

#[test]
fn another_password_makes_every_changed_part_anew() {
    let octets = file(&[entry("one")], Profile::Modern);
    let mut pfx = decode(&octets).unwrap();
    pfx.rename("one", "two").unwrap();
    let other = Password::new("another");
    for workers in [Workers::ONE, two()] {
        let octets = pfx.encode(&other, &mut SystemRandom::new(), workers).unwrap();
        assert_eq!(aliases(&decode_by(&octets, &other, workers).unwrap()), ["two"]);
        assert!(decode(&octets).is_err());
    }
}
