//! Stores that keytool made and stores that were made to hurt.

use super::*;
use crate::formats::pkcs8;
use crate::formats::x509::Certificate;
use crate::formats::{Error, Place, Reason};
use crate::limits::{Budget, Limits};
use crate::secret::{Password, SecretBytes};

const ONE_KEY: &[u8] = include_bytes!("../../../testdata/jks/one-key.jks");
const ONE_KEY_PKCS8: &[u8] = include_bytes!("../../../testdata/jks/one-key.pkcs8.der");
const THREE_ENTRIES: &[u8] = include_bytes!("../../../testdata/jks/two-keys-one-certificate.jks");
const NON_ASCII_PASSWORD: &[u8] = include_bytes!("../../../testdata/jks/non-ascii-password.jks");
const UPPER_CASE_ALIAS: &[u8] = include_bytes!("../../../testdata/jks/upper-case-alias.jks");
const VERSION_1: &[u8] = include_bytes!("../../../testdata/jks/version-1.jks");
const CHAIN_COUNT: &[u8] = include_bytes!("../../../testdata/jks/chain-count-4294967295.jks");
const JCEKS: &[u8] = include_bytes!("../../../testdata/jks/jceks-all-kinds.jceks");

fn changeit() -> Password {
    Password::new("changeit")
}

fn open(octets: &[u8]) -> Store {
    Store::decode(octets, Integrity::Checked(&changeit()), &Limits::default()).unwrap()
}

fn unchecked(octets: &[u8]) -> Result<Store, Error> {
    Store::decode(octets, Integrity::Unchecked, &Limits::default())
}

fn protected_key<'a>(store: &'a Store, alias: &str) -> &'a [u8] {
    match &store.find(alias).unwrap().content {
        Content::PrivateKey { protected_key, .. } => protected_key,
        _ => panic!("{alias} is no key"),
    }
}

/// `octets` with the digest of [`changeit`] behind them.
fn sealed(octets: &[u8]) -> Vec<u8> {
    [octets, &decode::store_digest(&changeit(), octets)].concat()
}

fn entry(alias: &str) -> Entry {
    let content = Content::TrustedCertificate(CertificateBlob::x509(vec![0x30, 0]));
    Entry { alias: alias.to_owned(), created: -1, content }
}

#[test]
fn stores_of_keytool_come_back_octet_for_octet() {
    for octets in [ONE_KEY, THREE_ENTRIES, UPPER_CASE_ALIAS] {
        assert_eq!(open(octets).encode(&changeit()).unwrap(), octets);
        assert_eq!(unchecked(octets).unwrap(), open(octets));
    }
    let password = Password::new("pässwörd-🔑");
    let store = Store::decode(NON_ASCII_PASSWORD, Integrity::Checked(&password), &Limits::default()).unwrap();
    assert_eq!(store.encode(&password).unwrap(), NON_ASCII_PASSWORD);
    key_protector::recover(protected_key(&store, "one"), &password).unwrap();
}

#[test]
fn version_1_is_read_and_written_as_version_2() {
    assert_eq!(open(VERSION_1), open(ONE_KEY));
    assert_eq!(open(VERSION_1).encode(&changeit()).unwrap(), ONE_KEY);
}

#[test]
fn the_key_is_the_one_that_was_imported() {
    let store = open(ONE_KEY);
    let key = key_protector::recover(protected_key(&store, "one"), &changeit()).unwrap();
    assert!(key.expose() == ONE_KEY_PKCS8);
    // The same salt gives keytool's octets again.
    let salt = protected_key(&store, "one")[24..44].try_into().unwrap();
    assert_eq!(key_protector::protect(&key, &changeit(), salt).unwrap(), protected_key(&store, "one"));
}

#[test]
fn entries_are_as_keytool_lists_them() {
    let store = open(THREE_ENTRIES);
    let mut aliases: Vec<&str> = store.entries().iter().map(|entry| entry.alias.as_str()).collect();
    aliases.sort_unstable();
    assert_eq!(aliases, ["first", "root 🔑 ünïcode", "second"]);
    let Content::TrustedCertificate(certificate) = &store.find("Root 🔑 ÜNÏCODE").unwrap().content else {
        panic!("a trusted certificate");
    };
    assert_eq!((certificate.kind.as_str(), certificate.der[0]), ("X.509", 0x30));
    // 2026-11-21
    assert_eq!(store.find("first").unwrap().created / 86_400_000, 20_778);
    let mismatch = Reason::IntegrityMismatch("the key's SHA-1 check".to_owned());
    let second = protected_key(&store, "second");
    assert_eq!(key_protector::recover(second, &changeit()).unwrap_err(), Error::new("JKS", mismatch));
    key_protector::recover(second, &Password::new("key-only")).unwrap();
    key_protector::recover(protected_key(&store, "first"), &changeit()).unwrap();
}

#[test]
fn wrong_passwords_and_changed_files_are_told_alike() {
    let last = ONE_KEY.len() - 20;
    let expected = Error::new("JKS", Reason::IntegrityMismatch("the store's SHA-1 digest".to_owned()));
    let expected = expected.at(Place::Offset(last));
    for password in ["", "changeiT", "changeit\0"] {
        let wrong = Password::new(password);
        let fault = Store::decode(ONE_KEY, Integrity::Checked(&wrong), &Limits::default()).unwrap_err();
        assert_eq!(fault, expected);
    }
    assert_eq!(expected.to_string(), format!("JKS, byte {last}: the store's SHA-1 digest does not verify"));
}

#[test]
fn an_empty_store_and_an_empty_password_are_a_store() {
    let empty = Password::new("");
    let octets = Store::new().encode(&empty).unwrap();
    assert_eq!(octets.len(), 32);
    let store = Store::decode(&octets, Integrity::Checked(&empty), &Limits::default()).unwrap();
    assert!(store.entries().is_empty());
    // Keys shorter and longer than a block of the stream, and no key at all.
    for length in [0, 1, 19, 20, 21, 1000] {
        let key = SecretBytes::from((0..length).map(|index| index as u8).collect::<Vec<_>>());
        let protected = key_protector::protect(&key, &empty, [7; 20]).unwrap();
        assert!(key_protector::recover(&protected, &empty).unwrap() == key);
    }
}

#[test]
fn a_rename_changes_an_alias_and_nothing_else() {
    let mut store = open(THREE_ENTRIES);
    store.rename("second", "MyCert_2026").unwrap();
    let written = store.encode(&changeit()).unwrap();
    let body = &THREE_ENTRIES[..THREE_ENTRIES.len() - 20];
    let at = body.windows(8).position(|window| window == b"\0\x06second").unwrap();
    assert_eq!(written, sealed(&[&body[..at], b"\0\x0bmycert_2026", &body[at + 8..]].concat()));
}

#[test]
fn aliases_are_found_as_java_finds_them() {
    let mut store = open(UPPER_CASE_ALIAS);
    assert!(store.find("MyCert").is_some() && store.find("mycert").is_none());
    assert_eq!(store.push(entry("mycert")).unwrap_err().reason, Reason::AliasTaken("mycert".to_owned()));
    store.push(entry("Other")).unwrap();
    assert!(store.find("other").is_some() && store.find("OTHER").is_some());
    assert_eq!(store.rename("other", "MYCERT").unwrap_err().reason, Reason::AliasTaken("mycert".to_owned()));
    store.rename("MyCert", "mycert").unwrap();
    store.rename("MYCERT", "MyCert").unwrap();
    let known = vec!["mycert".to_owned(), "other".to_owned()];
    let unknown = Reason::UnknownAlias("none".to_owned(), known);
    assert_eq!(store.rename("none", "x").unwrap_err().reason, unknown);
    assert_eq!(store.delete("none").unwrap_err().reason, unknown);
    assert_eq!(store.delete("Other").unwrap(), Entry { alias: "other".to_owned(), ..entry("") });
    *store.content_mut("mycert").unwrap() = entry("").content;
    assert_eq!(store.entries(), [Entry { created: store.entries()[0].created, ..entry("mycert") }]);
    // Java 17: "ΑΣ".toLowerCase(Locale.ENGLISH), "İ".toLowerCase(Locale.ENGLISH), "I" as in English.
    assert_eq!(java_alias("ΑΣ İ I"), "ας i\u{307} i");
}

#[test]
fn what_a_store_cannot_hold_is_refused() {
    let mut store = Store::new();
    store.push(entry(&"ü".repeat(32_767))).unwrap();
    let octets = store.encode(&changeit()).unwrap();
    assert_eq!(open(&octets), store);
    store.rename(&"ü".repeat(32_767), &"🔑".repeat(10_923)).unwrap();
    let fault = store.encode(&changeit()).unwrap_err();
    assert_eq!(fault.reason.to_string(), "the alias takes 65538 bytes, and the limit is 65535");
}

#[test]
fn hostile_stores_are_refused_with_the_place() {
    let head = |version: u32, count: u32| [0xfeed_feed, version, count].map(u32::to_be_bytes).concat();
    let with = |count, rest: &[&[u8]]| [&head(2, count), rest.concat().as_slice()].concat();
    let tag = |tag: u32| tag.to_be_bytes();
    let certificate = [b"\0\x05X.509\0\0\0\x02".as_slice(), &[0x30, 0]].concat();
    let trusted = [&tag(2), b"\0\x01a".as_slice(), &[0; 8], &certificate].concat();
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (
            CHAIN_COUNT.to_vec(),
            "JKS, byte 31: it asks for 4_294_967_295 certificates in chains, and the limit is 10_000",
        ),
        (b"PK\x03\x04".to_vec(), "JKS, byte 0: a JKS begins with FEEDFEED, not with 504B0304"),
        (vec![], "JKS, byte 0: the magic number takes 4 bytes, and 0 are left"),
        (head(3, 0), "JKS, byte 4: version 3 is not supported"),
        (head(2, u32::MAX), "JKS, byte 8: it asks for 4_294_967_295 entries, and the limit is 10_000"),
        (head(2, 0), "JKS, byte 12: the digest takes 20 bytes, and 0 are left"),
        (with(0, &[&[0; 21]]), "JKS, byte 32: the digest should end the file, and 1 bytes follow it"),
        (with(1, &[&tag(3), &[0; 40]]), "JKS, byte 12: an entry with tag 3, a secret key, is not supported"),
        (with(1, &[&tag(9), &[0; 40]]), "JKS, byte 12: an entry with tag 9 is not supported"),
        (with(1, &[&tag(1), &[0xff; 40]]), "JKS, byte 18: an alias takes 65535 bytes, and 38 are left"),
        (
            with(1, &[&tag(1), &[0, 3, 0xed, 0xa0, 0xbd], &[0; 20]]),
            "JKS, byte 18: an alias holds half of a surrogate pair",
        ),
        (with(1, &[&tag(1), &[0, 1, 0], &[0; 20]]), "JKS, byte 18: an alias is not the modified UTF-8 of Java"),
        (
            with(1, &[&tag(1), b"\0\x01a", &[0; 8], &[0xff; 8]]),
            "JKS, byte 31: a protected key takes 4294967295 bytes, and 4 are left",
        ),
        (with(2, &[&trusted, &trusted, &[0; 20]]), "JKS, byte 40: a second entry has the alias `a`"),
    ];
    for (octets, message) in cases {
        assert_eq!(unchecked(&octets).unwrap_err().to_string(), message);
    }
    // Nothing but the limits stands between these and a list of their own.
    let limits = Limits { entries: 2, ..Limits::default() };
    let key = |alias: &[u8], count: u32| {
        let chain = certificate.repeat(count as usize);
        [&tag(1), b"\0\x01".as_slice(), alias, &[0; 12], &count.to_be_bytes(), &chain].concat()
    };
    let decode = |octets: &[u8]| Store::decode(octets, Integrity::Unchecked, &limits);
    assert!(decode(&with(2, &[&key(b"a", 1), &key(b"b", 1), &[0; 20]])).is_ok());
    let fault = decode(&with(3, &[&[0; 60]])).unwrap_err();
    assert_eq!(fault.to_string(), "JKS, byte 8: it asks for 3 entries, and the limit is 2");
    let fault = decode(&with(2, &[&key(b"a", 1), &key(b"b", 2), &[0; 20]])).unwrap_err();
    assert_eq!(fault.to_string(), "JKS, byte 67: it asks for 3 certificates in chains, and the limit is 2");
}

#[test]
fn hostile_keys_are_refused() {
    let reason = |octets: &[u8]| key_protector::recover(octets, &changeit()).unwrap_err().reason;
    let algorithm = [0x30, 14, 6, 10, 0x2b, 6, 1, 4, 1, 0x2a, 2, 0x11, 1, 1, 5, 0];
    let info = |algorithm: &[u8], data: &[u8]| {
        let content = [algorithm, &[4, data.len() as u8], data].concat();
        [&[0x30, content.len() as u8], content.as_slice()].concat()
    };
    for length in [0, 20, 39] {
        let fault = format!("the protected key has {length} bytes, fewer than the 40 of salt and check");
        assert_eq!(reason(&info(&algorithm, &vec![0; length])), Reason::Malformed(fault));
    }
    assert!(matches!(reason(&info(&algorithm, &[0; 40])), Reason::IntegrityMismatch(_)));
    assert!(matches!(reason(&[0x30, 0]), Reason::Malformed(_)));
    assert!(matches!(reason(&[&info(&algorithm, &[0; 40])[..], &[0]].concat()), Reason::Malformed(_)));
    let mut parameters = algorithm;
    parameters[14] = 4;
    assert!(matches!(reason(&info(&parameters, &[0; 40])), Reason::Malformed(_)));
    // JCEKS protects keys with 1.3.6.1.4.1.42.2.19.1.
    let jceks = [0x30, 13, 6, 9, 0x2b, 6, 1, 4, 1, 0x2a, 2, 0x13, 1, 5, 0];
    let fault = "the key protection 1.3.6.1.4.1.42.2.19.1".to_owned();
    assert_eq!(reason(&info(&jceks, &[0; 40])), Reason::Unsupported(fault));
}

#[test]
fn no_truncation_and_no_flipped_octet_passes_or_panics() {
    for octets in [THREE_ENTRIES, VERSION_1] {
        for end in 0..octets.len() {
            assert!(unchecked(&octets[..end]).is_err());
        }
        for at in 0..octets.len() {
            for flip in [1, 0x80, 0xff] {
                let mut changed = octets.to_vec();
                changed[at] ^= flip;
                assert!(Store::decode(&changed, Integrity::Checked(&changeit()), &Limits::default()).is_err());
                let Ok(store) = unchecked(&changed) else { continue };
                if changed[7] == 2 {
                    let sealed = store.encode(&changeit()).unwrap();
                    assert_eq!(sealed[..sealed.len() - 20], changed[..changed.len() - 20]);
                }
                for entry in store.entries() {
                    if let Content::PrivateKey { protected_key, .. } = &entry.content {
                        let _ = key_protector::recover(protected_key, &changeit());
                    }
                }
            }
        }
    }
}

#[test]
fn a_jceks_is_read_with_all_kinds_of_entries() {
    let store = open(JCEKS);
    assert_eq!(store.variant(), Variant::Jceks);
    let kind = |entry: &Entry| match entry.content {
        Content::PrivateKey { .. } => "key",
        Content::SecretKey => "secret",
        Content::TrustedCertificate(_) => "trusted",
    };
    let mut entries: Vec<(&str, &str)> = store.entries().iter().map(|it| (it.alias.as_str(), kind(it))).collect();
    entries.sort_unstable();
    let wanted = [("aes", "secret"), ("ec", "key"), ("hmac", "secret"), ("rsa", "key"), ("trüst 🔑", "trusted")];
    assert_eq!(entries, wanted);
    assert_eq!(unchecked(JCEKS).unwrap(), store);

    let mut budget = Budget::new(&Limits::default());
    let der = key_protector::recover_any(protected_key(&store, "rsa"), &changeit(), &mut budget).unwrap();
    assert_eq!(budget.spent(), 200_000);
    let Content::PrivateKey { chain, .. } = &store.find("rsa").unwrap().content else { panic!("rsa is no key") };
    let held = Certificate::from_der(&chain[0].der).unwrap().public_key().unwrap();
    assert!(pkcs8::decode(der.expose()).unwrap().public_key() == held);
    // The other key has a password of its own.
    let refused = key_protector::recover_any(protected_key(&store, "ec"), &changeit(), &mut budget);
    assert!(refused.is_err() || pkcs8::decode(refused.unwrap().expose()).is_err());
    key_protector::recover_any(protected_key(&store, "ec"), &Password::new("key-only"), &mut budget).unwrap();
}

#[test]
fn a_jceks_is_only_read_and_is_checked_as_a_jks_is() {
    let fault = open(JCEKS).encode(&changeit()).unwrap_err();
    assert_eq!(fault.to_string(), "JCEKS: writing this old kind of keystore is not supported");
    let fault = Store::decode(JCEKS, Integrity::Checked(&Password::new("wrong!")), &Limits::default()).unwrap_err();
    assert!(matches!(fault.reason, Reason::IntegrityMismatch(_)), "{fault}");
    // Every cut is noticed, also inside the serialised objects.
    for end in 0..JCEKS.len() {
        assert!(unchecked(&JCEKS[..end]).is_err(), "{end}");
    }
    // A secret key stands in a JCEKS alone.
    let mut renamed = JCEKS.to_vec();
    renamed[..4].copy_from_slice(&decode::MAGIC.to_be_bytes());
    let fault = unchecked(&renamed).unwrap_err();
    assert!(fault.to_string().ends_with("an entry with tag 3, a secret key, is not supported"), "{fault}");
}
