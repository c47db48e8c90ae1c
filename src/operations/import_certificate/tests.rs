//! Replies that fit and replies that do not, in both kinds of keystore.

use super::*;
use crate::clock::Timestamp;
use crate::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use crate::formats::keystore::{Content, Entry};
use crate::formats::x509::{self, CertificateParameters, Details, DistinguishedName, Validity};
use crate::operations::{Destination, Import, ImportEntries, import_entries};
use crate::secret::{Password, Passwords, SecretBytes};

struct Party {
    key: PrivateKey,
    certificate: Certificate,
}

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn parameters(name: &str, key: &PrivateKey, is_ca: bool) -> CertificateParameters {
    CertificateParameters {
        subject: DistinguishedName::parse(&format!("CN={name}")).unwrap(),
        subject_alt_names: Vec::new(),
        validity: Validity { not_before: now(), not_after: now().plus_days(30).unwrap() },
        public_key: key.public_key(),
        is_ca,
    }
}

fn root(name: &str) -> Party {
    let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut SystemRandom::new()).unwrap();
    let certificate =
        x509::self_sign(&parameters(name, &key, true), &Details::default(), &key, &mut SystemRandom::new()).unwrap();
    Party { key, certificate }
}

fn issued(name: &str, key: &PrivateKey, issuer: &Party, is_ca: bool) -> Certificate {
    let parameters = parameters(name, key, is_ca);
    x509::issue(&parameters, &Details::default(), &issuer.certificate, &issuer.key, &mut SystemRandom::new()).unwrap()
}

fn passwords() -> Passwords {
    Passwords::from([Password::new("changeit")])
}

/// A keystore of two keys and what is trusted.
fn store(leaf: &Party, other: &Party, trusted: &[&Certificate], is_jks: bool) -> Input {
    let key = |alias: &str, party: &Party| {
        let content = Content::PrivateKey { key: party.key.clone(), chain: vec![party.certificate.clone()] };
        Entry { alias: alias.to_owned(), content }
    };
    let trust = trusted.iter().enumerate().map(|(index, it)| {
        let content = Content::TrustedCertificate(Box::new((*it).clone()));
        Entry { alias: format!("root{index}"), content }
    });
    let entries = [key("app", leaf), key("other", other)].into_iter().chain(trust);
    let entries = entries.map(|entry| Import { entry, replaces: false }).collect();
    let options = ImportEntries { entries, entry_password: None, created: now() };
    let password = Password::new("changeit");
    let destination = if is_jks { Destination::NewJks(&password) } else { Destination::NewPkcs12(&password) };
    let made = import_entries(&options, destination, &Limits::default(), &mut SystemRandom::new()).unwrap();
    Input::new("store", made.octets)
}

fn file(certificates: &[&Certificate]) -> Input {
    let owned: Vec<Certificate> = certificates.iter().map(|it| (*it).clone()).collect();
    let text = crate::operations::unpack_keystore::certificates_pem(&owned).unwrap();
    Input::new("reply", SecretBytes::from(text))
}

fn read(store: &Input, reply: &Input) -> Result<Reply, Error> {
    read_reply("APP", store, reply, &passwords(), &Limits::default(), &mut SystemRandom::new())
}

fn kind(store: &Input, reply: &Input) -> &'static str {
    read(store, reply).unwrap_err().kind()
}

/// Sorted, since each kind of keystore has an order of its own.
fn aliases(list: &AliasList) -> Vec<&str> {
    let mut aliases: Vec<&str> = list.entries.iter().map(|it| it.alias.as_str()).collect();
    aliases.sort_unstable();
    aliases
}

fn chain_of<'a>(list: &'a AliasList, alias: &str) -> &'a [Certificate] {
    &list.entries.iter().find(|it| it.alias == alias).unwrap().chain
}

#[test]
fn a_reply_takes_the_place_of_the_certificate_and_leaves_the_rest() {
    for is_jks in [false, true] {
        let (leaf, other, ca) = (root("app"), root("other"), root("CA"));
        let sub = root("sub");
        let sub = Party { certificate: issued("sub", &sub.key, &ca, true), ..sub };
        let answer = issued("app", &leaf.key, &sub, false);
        let store = store(&leaf, &other, &[&ca.certificate], is_jks);

        // In any order; the root comes from the keystore.
        let reply = read(&store, &file(&[&sub.certificate, &answer])).unwrap();
        assert!(reply.is_known);
        assert_eq!(reply.chain, [answer.clone(), sub.certificate.clone(), ca.certificate.clone()]);
        let limits = Limits::default();
        let rng = &mut SystemRandom::new();
        let edited = install_reply(&reply, &store, &passwords(), &limits, rng).unwrap();
        let edited = Input::new("store", SecretBytes::from(edited.octets));

        let list = list_aliases(&edited, &passwords(), &limits).unwrap();
        assert_eq!(aliases(&list), ["app", "other", "root0"], "{is_jks}");
        assert_eq!(chain_of(&list, "app"), reply.chain);
        assert_eq!(chain_of(&list, "other"), std::slice::from_ref(&other.certificate));
        assert_eq!(chain_of(&list, "root0"), std::slice::from_ref(&ca.certificate));
        let opened = crate::operations::open_entries(&edited, Some("app"), &passwords(), &limits, rng).unwrap();
        let Content::PrivateKey { key, .. } = &opened[0].content else { panic!("no key") };
        assert_eq!(key.public_key(), leaf.key.public_key());

        // The next reply of another CA leaves nothing of the first behind.
        let again = root("CA 2");
        let renewed = issued("app", &leaf.key, &again, false);
        let reply = read(&edited, &file(&[&renewed, &again.certificate])).unwrap();
        assert!(!reply.is_known, "nobody here knows that root");
        let edited = install_reply(&reply, &edited, &passwords(), &limits, rng).unwrap();
        let edited = Input::new("store", SecretBytes::from(edited.octets));
        let list = list_aliases(&edited, &passwords(), &limits).unwrap();
        assert_eq!(aliases(&list), ["app", "other", "root0"], "{is_jks}");
        assert_eq!(chain_of(&list, "app"), [renewed, again.certificate]);
    }
}

#[test]
fn a_reply_that_does_not_fit_is_refused() {
    let (leaf, other, ca) = (root("app"), root("other"), root("CA"));
    let store = store(&leaf, &other, &[], false);
    let answer = issued("app", &leaf.key, &ca, false);
    assert_eq!(kind(&store, &file(&[&other.certificate])), "pairing_mismatch");
    assert_eq!(kind(&store, &file(&[&leaf.certificate])), "cannot_hold", "it is there already");
    assert_eq!(kind(&store, &file(&[&answer])), "cannot_hold", "no issuer");
    assert_eq!(kind(&store, &file(&[&answer, &ca.certificate, &other.certificate])), "cannot_hold", "a stranger");
    let limits = Limits::default();
    let of_trusted = self::store(&leaf, &other, &[&ca.certificate], true);
    let wrong = read_reply("root0", &of_trusted, &file(&[&answer]), &passwords(), &limits, &mut SystemRandom::new());
    assert_eq!(wrong.unwrap_err().kind(), "cannot_hold", "no key");
    assert!(read(&of_trusted, &file(&[&answer])).unwrap().is_known, "the keystore knows the CA");
}

#[test]
fn a_keystore_knows_what_it_holds_and_what_that_issued() {
    let (leaf, other, ca) = (root("app"), root("other"), root("CA"));
    let limits = Limits::default();
    let list = list_aliases(&store(&leaf, &other, &[&ca.certificate], true), &passwords(), &limits).unwrap();
    let answer = issued("new", &root("new").key, &ca, false);
    assert_eq!(acquaintance(&list, &ca.certificate), Acquaintance::Held("root0".to_owned()));
    assert_eq!(acquaintance(&list, &answer), Acquaintance::Issued);
    assert_eq!(acquaintance(&list, &root("CA").certificate), Acquaintance::Unknown);
}
