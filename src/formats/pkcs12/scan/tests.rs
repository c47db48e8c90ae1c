//! What is told of a file without its password, and how damaged and costly files are met.

use super::*;
use crate::clock::Timestamp;
use crate::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use crate::formats::der::wrap;
use crate::formats::keystore::{Content, Entry};
use crate::formats::pkcs12::{Pfx, Profile, create};
use crate::formats::x509::{CertificateParameters, Details, DistinguishedName, Validity, self_sign};
use crate::formats::{Place, Reason};
use crate::secret::Password;
use crate::workers::Workers;

fn file(names: &[&str], profile: Profile) -> Vec<u8> {
    let mut rng = SystemRandom::new();
    let entries: Vec<Entry> = names
        .iter()
        .map(|name| {
            let key = PrivateKey::generate(KeyAlgorithm::P256, &mut rng).unwrap();
            let at = |seconds| Timestamp::from_unix(seconds).unwrap();
            let parameters = CertificateParameters {
                subject: DistinguishedName::parse(&format!("CN={name}")).unwrap(),
                subject_alt_names: Vec::new(),
                validity: Validity { not_before: at(1_800_000_000), not_after: at(1_900_000_000) },
                public_key: key.public_key(),
                is_ca: false,
            };
            let certificate = self_sign(&parameters, &Details::default(), &key, &mut rng).unwrap();
            Entry { alias: (*name).to_owned(), content: Content::PrivateKey { key, chain: vec![certificate] } }
        })
        .collect();
    create(&entries, profile, Some(1000), &Password::new("changeit"), &mut rng, Workers::ONE).unwrap().der
}

#[test]
fn a_file_says_how_it_is_protected_and_what_its_keys_are_called() {
    let scan = Scan::of(&file(&["one", "two"], Profile::Modern), &Limits::default()).unwrap();
    assert_eq!(scan.mac.as_ref().unwrap().to_string(), "PKCS#12 MAC, HMAC-SHA-256, 1_000 iterations");
    assert_eq!(scan.iterations, 4000, "the MAC, the certificates and two keys");
    assert!(scan.needs_password() && scan.check(true).is_ok());
    let strong = "PBES2, AES-256-CBC, PBKDF2 HMAC-SHA-256, 1_000 iterations, 16-byte salt";
    let [ScannedSafe::Encrypted(certificates), ScannedSafe::Plain(keys)] = scan.safes.as_slice() else {
        panic!("{:?}", scan.safes)
    };
    assert_eq!(certificates.to_string(), strong);
    let told: Vec<_> = keys.iter().map(|it| (it.kind.as_str(), it.friendly_name.as_deref().unwrap())).collect();
    assert_eq!(told, [("pkcs8ShroudedKeyBag", "one"), ("pkcs8ShroudedKeyBag", "two")]);
    assert_eq!(keys[0].encryption.as_ref().unwrap().to_string(), strong);

    let scan = Scan::of(&file(&["one"], Profile::Legacy), &Limits::default()).unwrap();
    assert_eq!(scan.mac.unwrap().to_string(), "PKCS#12 MAC, HMAC-SHA-1, 1_000 iterations");
    let ScannedSafe::Encrypted(certificates) = &scan.safes[0] else { panic!("{:?}", scan.safes) };
    assert_eq!(certificates.to_string(), "PKCS#12 PBE, SHA-1, DES-EDE3-CBC, 1_000 iterations");
    assert!(certificates.weak);
}

#[test]
fn all_the_work_is_counted_before_any_is_done_and_told_in_full() {
    let octets = file(&["one", "two", "three"], Profile::Modern);
    let refused = |limits: Limits| {
        let scan = Scan::of(&octets, &limits).unwrap();
        assert_eq!(scan.iterations, 5000, "whatever the limits are");
        scan.check(true).unwrap_err()
    };
    let fault = refused(Limits { kdf_total_iterations: 2500, ..Limits::default() });
    let what = "key-derivation iterations in all";
    assert_eq!(fault.reason, Reason::LimitExceeded { what, asked: 5000, limit: 2500 });
    let fault = refused(Limits { kdf_iterations: 999, ..Limits::default() });
    assert_eq!(fault.place, Some(Place::Field("MacData.iterations")));
    // Listing takes the MAC and the certificates only.
    let listing = Limits { kdf_total_iterations: 2000, ..Limits::default() };
    assert!(Scan::of(&octets, &listing).unwrap().check(false).is_ok());
}

/// The shapes of CVE-2024-0727: what is optional in the grammar is missing.
#[test]
fn missing_parts_are_refused() {
    let seq = |parts: &[&[u8]]| wrap("test", Tag::Sequence, parts).unwrap();
    let version: &[u8] = &[0x02, 0x01, 0x03];
    let data: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
    let encrypted: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06];
    let null: &[u8] = &[0x05, 0x00];
    let holding = |content: &[u8]| {
        let octets = wrap("test", Tag::OctetString, &[content]).unwrap();
        [&[0xa0, u8::try_from(octets.len()).unwrap()][..], &octets].concat()
    };
    let around = |safes: &[&[u8]]| seq(&[version, &seq(&[data, &holding(&seq(safes))])]);
    let files = [
        seq(&[version, &seq(&[data])]),
        seq(&[version, &seq(&[data, &[0xa0, 0x00]])]),
        seq(&[version, &seq(&[data, &[0xa0, 0x02], null])]),
        seq(&[version, null]),
        seq(&[version, &seq(&[])]),
        around(&[&seq(&[data])]),
        around(&[&seq(&[encrypted])]),
        around(&[&seq(&[encrypted, &[0xa0, 0x02], null])]),
        around(&[null]),
        around(&[&seq(&[data, &holding(&seq(&[&seq(&[])]))])]),
        around(&[&seq(&[data, &holding(&seq(&[null]))])]),
        seq(&[version, &seq(&[data, &holding(&seq(&[]))]), null]),
        seq(&[version, &seq(&[data, &holding(&seq(&[]))]), &seq(&[&seq(&[]), null])]),
    ];
    let password = Password::new("changeit");
    for file in files {
        let scanned = Scan::of(&file, &Limits::default());
        assert!(
            matches!(scanned.as_ref().map_err(|it| &it.reason), Err(Reason::Malformed(_))),
            "{file:x?}: {scanned:?}"
        );
        assert!(
            Pfx::decode(&file, &password, &Limits { allow_unauthenticated: true, ..Limits::default() }, Workers::ONE)
                .is_err()
        );
    }
}

#[test]
fn strange_friendly_names_are_told_or_left_out() {
    let name = |octets: &[u8]| {
        let value = wrap("test", Tag::BmpString, &[octets]).unwrap();
        let id = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x14];
        let attribute = wrap("test", Tag::Sequence, &[&id, &wrap("test", Tag::Set, &[&value]).unwrap()]).unwrap();
        let attributes = wrap("test", Tag::Set, &[&attribute]).unwrap();
        let secret = [0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x05, 0xa0, 0x02, 5, 0];
        let bag = wrap("test", Tag::Sequence, &[&secret, &attributes]).unwrap();
        Bag::all(&wrap("test", Tag::Sequence, &[&bag]).unwrap(), 0, 1).unwrap()[0].friendly_name()
    };
    assert_eq!(name(b"\0a\0\xe9").as_deref(), Some("a\u{e9}"));
    assert_eq!(name(b"\xd8\x3d\xdd\x11").as_deref(), Some("\u{1f511}"));
    assert_eq!(name(b"\xd8\x3d\0a").as_deref(), Some("\u{fffd}a"), "half a surrogate pair");
    assert_eq!(name(b"\0a\0\0\0b").as_deref(), Some("a\0b"), "whoever shows it escapes it");
    assert_eq!(name(b"\0a\0").as_deref(), None, "half a character");
    assert_eq!(name(b"").as_deref(), Some(""));
}

/// Millions of the smallest elements are counted, and refused before a list of them is made.
#[test]
fn millions_of_parts_are_refused_before_they_are_collected() {
    let many = [5_u8, 0].repeat(4_000_000);
    let seq = |parts: &[&[u8]]| wrap("test", Tag::Sequence, parts).unwrap();
    let data: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
    let octets = wrap("test", Tag::OctetString, &[&seq(&[&many])]).unwrap();
    let explicit = Tag::ContextSpecific { constructed: true, number: ::der::TagNumber(0) };
    let content = seq(&[data, &wrap("test", explicit, &[&octets]).unwrap()]);
    let fault = Scan::of(&seq(&[&[0x02, 0x01, 0x03], &content]), &Limits::default()).unwrap_err();
    assert_eq!(fault.reason, Reason::LimitExceeded { what: "safes", asked: 4_000_000, limit: 10_000 });
    let fault = Scan::of(&seq(&[&many]), &Limits::default()).unwrap_err();
    assert!(fault.to_string().contains("more than 64 parts"), "{fault}");
}

/// Files of other makers, in BER and with PBMAC1: whatever octet is another, nothing panics, and no work is done.
#[test]
fn no_truncation_or_flip_of_anothers_file_panics() {
    let files: [&[u8]; 4] = [
        include_bytes!("../../../../testdata/pkcs12/bouncy-castle-ber.p12"),
        include_bytes!("../../../../testdata/pkcs12/nss-ber.p12"),
        include_bytes!("../../../../testdata/pkcs12/pbmac1.p12"),
        include_bytes!("../../../../testdata/pkcs12/rc2-40.p12"),
    ];
    let limits = Limits { kdf_iterations: 10, allow_unauthenticated: true, ..Limits::default() };
    let password = Password::new("changeit");
    for file in files {
        assert!(Scan::of(file, &limits).is_ok());
        for end in 0..file.len() {
            assert!(Scan::of(&file[..end], &limits).is_err());
        }
        for index in 0..file.len() {
            for bit in [0, 7] {
                let mut flipped = file.to_vec();
                flipped[index] ^= 1 << bit;
                drop(Scan::of(&flipped, &limits));
                // Few are left to open: those whose iterations a flip has made small, or whose MAC it has hidden.
                drop(Pfx::decode(&flipped, &password, &limits, Workers::ONE));
            }
        }
    }
}
