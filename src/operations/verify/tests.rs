//! Tests of what counts as proved, and of what contradicts it.

use super::*;
use crate::clock::Timestamp;
use crate::crypto::{KeyAlgorithm, SystemRandom};
use crate::formats::pem;
use crate::formats::x509::DistinguishedName;
use crate::operations::{Create, Created, Part, Protection, create};
use crate::secret::{NoPasswords, SecretBytes};

fn made() -> Created {
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    let options = Create {
        algorithm: KeyAlgorithm::P256,
        subject: DistinguishedName::parse("CN=example").unwrap(),
        subject_alt_names: Vec::new(),
        not_after: now.plus_days(30).unwrap(),
        alias: "example".to_owned(),
        files: [Part::Key, Part::Request, Part::Certificate].map(|part| (part, format!("{part:?}"))).into(),
        protection: Protection::None,
        iterations: None,
        target: None,
    };
    create(&options, now, &mut SystemRandom::new()).unwrap()
}

fn report(inputs: &[(&str, &[u8])]) -> VerifyReport {
    let input = |(name, octets): &(&str, &[u8])| Collected::from(Input::new(*name, SecretBytes::concat(&[octets])));
    verify(inputs.iter().map(input), &NoPasswords, &Limits::default(), &mut SystemRandom::new())
}

/// The PEM file with one bit of the last octet of its DER turned, which is in the signature.
fn with_broken_signature(file: &[u8]) -> Vec<u8> {
    let block = pem::decode(file, &Limits::default()).unwrap().blocks.remove(0);
    let mut der = block.contents.expose().to_vec();
    *der.last_mut().unwrap() ^= 1;
    pem::encode(&block.label, &der).unwrap().expose().to_vec()
}

#[test]
fn a_key_is_proved_with_its_certificate_and_with_nothing_less() {
    let [first, second] = [made(), made()];
    let [key, request, certificate] = [0, 1, 2].map(|index| first.files[index].octets.expose());
    assert!(report(&[("k", key), ("r", request), ("c", certificate)]).is_proved());
    let stranger = second.files[2].octets.expose();
    let fails = |case: &str, inputs: &[(&str, &[u8])]| assert!(!report(inputs).is_proved(), "{case}");
    fails("nothing", &[]);
    fails("no key", &[("c", certificate)]);
    fails("no certificate", &[("k", key), ("r", request)]);
    fails("another's certificate", &[("k", key), ("c", stranger)]);
    fails("a file that is nothing", &[("k", key), ("c", certificate), ("x", b"hello")]);
    let mismatch = report(&[("k", key), ("c", stranger)]);
    let (lonely, other) = mismatch.mismatch().unwrap();
    assert_eq!((lonely.keys[0].file.as_str(), other.certificates[0].origin.file.as_str()), ("k", "c"));
}

#[test]
fn a_changed_certificate_or_request_contradicts_itself() {
    let made = made();
    let [key, request, certificate] = [0, 1, 2].map(|index| made.files[index].octets.expose());
    let changed = report(&[("k", key), ("c", &with_broken_signature(certificate))]);
    assert!(!changed.is_proved());
    assert!(matches!(&changed.contradictions[..], [Contradiction::Certificate(at, _)] if at.file == "c"));
    let changed = report(&[("k", key), ("c", certificate), ("r", &with_broken_signature(request))]);
    assert!(matches!(&changed.contradictions[..], [Contradiction::Request(at, _)] if at.file == "r"));
}
