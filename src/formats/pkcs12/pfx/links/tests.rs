//! Tests of files whose entries share certificates or names, and of what large files cost.

use der::{Tag, TagNumber};

use super::*;
use crate::crypto::{PrivateKey, SystemRandom};
use crate::formats::der::wrap;
use crate::formats::keystore::{Content, Entry};
use crate::formats::pkcs8;
use crate::formats::pkcs12::{Pfx, Profile, create};
use crate::formats::x509::Certificate;
use crate::formats::x509::chain::issue::Key;
use crate::limits::Limits;
use crate::secret::Password;
use crate::workers::Workers;

const VALUE: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };

fn password() -> Password {
    Password::new("correct horse")
}

fn key_entry(alias: &str, key: &PrivateKey, chain: &[&Certificate]) -> Entry {
    let chain = chain.iter().map(|it| (*it).clone()).collect();
    Entry { alias: alias.to_owned(), content: Content::PrivateKey { key: key.clone(), chain } }
}

fn trusted_entry(alias: &str, certificate: &Certificate) -> Entry {
    Entry { alias: alias.to_owned(), content: Content::TrustedCertificate(Box::new(certificate.clone())) }
}

fn file(entries: &[Entry]) -> Vec<u8> {
    let mut rng = SystemRandom::new();
    create(entries, Profile::Modern, Some(1), &password(), &mut rng, Workers::available()).unwrap().der
}

fn decode(octets: &[u8]) -> Pfx {
    Pfx::decode(octets, &password(), &Limits::default(), Workers::ONE).unwrap()
}

fn written_and_read(pfx: &mut Pfx) -> Pfx {
    pfx.safes.iter_mut().for_each(|safe| safe.changed = true);
    decode(&pfx.encode(&password(), &mut SystemRandom::new(), Workers::ONE).unwrap())
}

/// Alias and number of certificates of each entry, which are the same when its key is opened.
fn shape(pfx: &Pfx) -> Vec<(String, usize)> {
    let opened = pfx.open(&password(), Workers::ONE).unwrap();
    let opened = opened.into_iter().map(|entry| match entry.content {
        Content::PrivateKey { chain, .. } => (entry.alias, chain.len()),
        _ => (entry.alias, 1),
    });
    let listed: Vec<(String, usize)> = pfx.entries().into_iter().map(|it| (it.alias, it.chain.len())).collect();
    assert!(opened.eq(listed.iter().cloned()));
    listed
}

fn shapes(expected: &[(&str, usize)]) -> Vec<(String, usize)> {
    expected.iter().map(|(alias, chain)| ((*alias).to_owned(), *chain)).collect()
}

/// A CA and a leaf that it issued.
fn pair() -> [(Key, Certificate); 2] {
    let [ca, leaf] = [Key::generate(), Key::generate()];
    let certificates = [ca.issue("ca", "ca", &ca, 1), ca.issue("ca", "leaf", &leaf, 2)];
    let [ca_certificate, leaf_certificate] = certificates;
    [(ca, ca_certificate), (leaf, leaf_certificate)]
}

#[test]
fn a_deleted_certificate_stays_as_issuer_where_a_chain_needs_it() {
    let [(ca_key, ca), (leaf_key, leaf)] = pair();
    let entries = [key_entry("ca", &ca_key.key, &[&ca]), key_entry("leaf", &leaf_key.key, &[&leaf, &ca])];
    let mut pfx = decode(&file(&entries));
    let before: Vec<_> = pfx.bags().map(|bag| bag.raw.clone()).collect();
    pfx.delete("ca").unwrap();
    let mut pfx = written_and_read(&mut pfx);
    assert_eq!(shape(&pfx), shapes(&[("leaf", 2)]));
    let bare = pfx.bags().find(|bag| bag.x509() == Some(&ca)).unwrap();
    assert!(bare.friendly_name().is_none() && bare.local_key_id().is_none());
    assert_eq!(pfx.bags().filter(|bag| before.contains(&bag.raw)).count(), 2, "the leaf's own are as they were");
    pfx.delete("leaf").unwrap();
    assert_eq!(pfx.bags().count(), 0);

    let mut pfx = decode(&file(&entries));
    pfx.delete("leaf").unwrap();
    assert_eq!(shape(&written_and_read(&mut pfx)), shapes(&[("ca", 1)]));
}

#[test]
fn trusted_entries_and_chains_do_not_take_each_others_certificates() {
    let [(_, ca), (leaf_key, leaf)] = pair();
    let octets = file(&[key_entry("leaf", &leaf_key.key, &[&leaf, &ca]), trusted_entry("root", &ca)]);
    let mut pfx = decode(&octets);
    pfx.delete("leaf").unwrap();
    assert_eq!(shape(&pfx), shapes(&[("root", 1)]));
    let mut pfx = decode(&octets);
    pfx.delete("root").unwrap();
    assert_eq!(shape(&pfx), shapes(&[("leaf", 2)]));

    // The same with the CA's certificate in one bag only, which is trusted and in the chain.
    let mut pfx = decode(&octets);
    pfx.safes.iter_mut().for_each(|safe| safe.bags.retain(|bag| bag.x509() != Some(&ca) || bag.is_trusted()));
    let octets = written_and_read(&mut pfx);
    assert_eq!(shape(&octets), shapes(&[("root", 1), ("leaf", 2)]));
    let mut pfx = octets.clone();
    pfx.delete("leaf").unwrap();
    assert_eq!(shape(&pfx), shapes(&[("root", 1)]));
    let mut pfx = octets;
    pfx.delete("root").unwrap();
    assert_eq!(shape(&written_and_read(&mut pfx)), shapes(&[("leaf", 2)]));
}

#[test]
fn a_key_that_names_no_certificate_keeps_all_it_may_need() {
    let [(ca_key, ca), (leaf_key, leaf)] = pair();
    let entries = [key_entry("ca", &ca_key.key, &[&ca]), key_entry("leaf", &leaf_key.key, &[&leaf, &ca])];
    let mut pfx = decode(&file(&entries));
    pfx.safes.iter_mut().for_each(|safe| {
        let of_leaf = safe.bags.iter_mut().filter(|bag| bag.friendly_name().as_deref() == Some("leaf"));
        of_leaf.for_each(|bag| bag.strip().unwrap());
    });
    let mut pfx = written_and_read(&mut pfx);
    pfx.delete("ca").unwrap();
    let opened = written_and_read(&mut pfx).open(&password(), Workers::ONE).unwrap();
    let [Entry { alias, content: Content::PrivateKey { chain, .. } }] = opened.as_slice() else { panic!("{opened:?}") };
    assert_eq!((alias.as_str(), chain), ("1", &vec![leaf, ca]));
}

#[test]
fn two_keys_of_one_certificate_are_edited_apart() {
    let [(_, ca), (leaf_key, leaf)] = pair();
    let mut pfx = decode(&file(&[key_entry("one", &leaf_key.key, &[&leaf, &ca])]));
    let mut second = pfx.safes[1].bags[0].clone();
    second.rename("two").unwrap();
    pfx.safes[1].bags.push(second);
    let mut pfx = written_and_read(&mut pfx);
    assert_eq!(shape(&pfx), shapes(&[("one", 2), ("two", 2)]));
    pfx.rename("two", "three").unwrap();
    pfx.delete("one").unwrap();
    assert_eq!(shape(&written_and_read(&mut pfx)), shapes(&[("three", 2)]));
}

#[test]
fn an_alias_that_two_entries_have_is_refused_and_numbers_pass_over_names() {
    let key = Key::generate();
    let certificates: Vec<Certificate> = (0..4).map(|it| key.issue("ca", &format!("{it}"), &key, it)).collect();
    let aliases = ["a", "b", "1", "3"];
    let entries: Vec<Entry> = aliases.iter().zip(&certificates).map(|(alias, it)| trusted_entry(alias, it)).collect();
    let mut pfx = decode(&file(&entries));
    // What is bare and in no chain has no name.
    pfx.safes[0].bags[0].strip().unwrap();
    pfx.safes[0].bags[1].strip().unwrap();
    assert_eq!(shape(&pfx), shapes(&[("2", 1), ("4", 1), ("1", 1), ("3", 1)]));
    pfx.delete("1").unwrap();
    assert!(!pfx.bags().any(|bag| bag.x509() == Some(&certificates[2])));

    let mut pfx = decode(&file(&entries));
    pfx.safes[0].bags[1].rename("a").unwrap();
    let ambiguous = Reason::AmbiguousAlias("a".to_owned(), 2);
    assert_eq!(pfx.delete("a").unwrap_err().reason, ambiguous);
    assert_eq!(pfx.rename("a", "c").unwrap_err().reason, ambiguous);
    assert_eq!(ambiguous.to_string(), "2 entries are called `a`, and it is not known which is meant");
    assert_eq!(pfx.rename("3", "A").unwrap_err().reason, Reason::AliasTaken("a".to_owned()));
    pfx.delete("3").unwrap();
    assert_eq!(pfx.entries().len(), 3);
}

#[test]
fn a_key_in_the_clear_is_read_and_never_shown() {
    let [(_, ca), (leaf_key, leaf)] = pair();
    let mut pfx = decode(&file(&[key_entry("leaf", &leaf_key.key, &[&leaf, &ca])]));
    let plain = pkcs8::encode(&leaf_key.key).unwrap();
    let value = wrap("test", VALUE, &[plain.expose()]).unwrap();
    // keyBag, RFC 7292 appendix D.
    let id = [0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x01];
    let bag = wrap("test", Tag::Sequence, &[&id, &value]).unwrap();
    pfx.safes[1].bags = Bag::all(&wrap("test", Tag::Sequence, &[&bag]).unwrap(), 0, 1).unwrap();
    let pfx = written_and_read(&mut pfx);
    assert_eq!(pfx.open(&password(), Workers::ONE).unwrap().len(), 1);
    assert_eq!(format!("{pfx:?}"), "Pfx(2 safes with 3 bags)");
    let shown = format!("{:?}", Links::of(&pfx.safes).bags);
    let octets: Vec<String> = plain.expose()[16..24].iter().map(u8::to_string).collect();
    assert!(shown.contains("Bag(") && !shown.contains(&octets.join(", ")), "{shown}");
}

#[test]
fn bags_are_counted_over_all_safes_and_safes_too() {
    let [(ca_key, ca), (leaf_key, leaf)] = pair();
    let entries = [key_entry("ca", &ca_key.key, &[&ca]), key_entry("leaf", &leaf_key.key, &[&leaf, &ca])];
    let octets = file(&entries);
    let refused = |entries| {
        Pfx::decode(&octets, &password(), &Limits { entries, ..Limits::default() }, Workers::ONE)
            .err()
            .map(|fault| fault.reason)
    };
    assert_eq!(refused(4), None);
    assert_eq!(refused(3), Some(Reason::LimitExceeded { what: "bags", asked: 4, limit: 3 }));
    assert_eq!(refused(1), Some(Reason::LimitExceeded { what: "safes", asked: 2, limit: 1 }));
}

/// With every key looking through every certificate, each of these calls would take minutes.
#[test]
fn thousands_of_entries_cost_one_signature_check_each() {
    const COUNT: usize = 1500;
    let [(_, ca), (leaf_key, _)] = pair();
    let issuer = Key::generate();
    let middle = issuer.issue("ca", "middle", &issuer, 1);
    let leaves: Vec<Certificate> =
        (0..COUNT).map(|it| issuer.issue("middle", &format!("leaf {it}"), &leaf_key, it as u64)).collect();
    let entries: Vec<Entry> = leaves
        .iter()
        .enumerate()
        .map(|(it, leaf)| key_entry(&format!("leaf {it}"), &leaf_key.key, &[leaf, &middle, &ca]))
        .collect();
    let mut pfx = decode(&file(&entries));
    // One for each leaf, and one for the middle, which another key of the CA's name signed.
    assert_eq!(Links::of(&pfx.safes).pool.checks(), COUNT + 1);
    // The CA is in no chain, so it is an entry.
    assert_eq!(pfx.entries().len(), COUNT + 1);
    assert_eq!(pfx.open(&password(), Workers::available()).unwrap().len(), COUNT + 1);
    pfx.rename("leaf 7", "renamed").unwrap();
    pfx.delete("leaf 8").unwrap();
    // Keys without any link find their certificates by their public key.
    pfx.safes[1].bags.iter_mut().for_each(|bag| bag.strip().unwrap());
    assert_eq!(pfx.open(&password(), Workers::available()).unwrap().len(), COUNT - 1);
}
