//! Tests of paths over certificates that are made for them; the differential test compares with OpenSSL itself.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyIdMethod, KeyUsagePurpose,
    PublicKeyData, SerialNumber,
};

use super::*;
use crate::formats::x509::chain::issue::Key;

/// What is asked of a certificate that is issued.
type Change = fn(&mut CertificateParams);

fn parameters(name: &str, change: Change) -> CertificateParams {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.serial_number = Some(SerialNumber::from(7));
    parameters.key_identifier_method = KeyIdMethod::PreSpecified(name.as_bytes().to_vec());
    change(&mut parameters);
    parameters
}

fn issue(issuer: (&str, &Key), name: &str, subject: &impl PublicKeyData, change: Change) -> Certificate {
    let by = Issuer::new(parameters(issuer.0, |_| {}), issuer.1);
    Certificate::from_der(parameters(name, change).signed_by(subject, &by).unwrap().der()).unwrap()
}

fn authority(parameters: &mut CertificateParams) {
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

fn with_extension(parameters: &mut CertificateParams, oid: &[u64], value: &[u8]) {
    parameters.custom_extensions.push(CustomExtension::from_oid_content(oid, value.to_vec()));
}

fn no_change(_: &mut CertificateParams) {}

/// The findings for `leaf`, as code and depth.
fn findings(leaf: &Certificate, trusted: &[Certificate], untrusted: &[Certificate]) -> Vec<(u32, usize)> {
    let at = Some("2026-11-21T12:00:00Z".parse().unwrap());
    let options = PathOptions { trusted, untrusted, at, partial: false, checks_root_signature: true };
    validate(leaf, &options).findings.iter().map(|finding| (finding.fault.code(), finding.depth)).collect()
}

#[test]
fn every_fault_has_its_own_row() {
    for (index, (fault, code, text)) in Fault::ALL.into_iter().enumerate() {
        assert_eq!((fault.code(), fault.to_string().as_str()), (code, text));
        let others = Fault::ALL.iter().enumerate().filter(|(other, _)| *other != index);
        assert!(others.into_iter().all(|(_, row)| row.0 != fault && row.1 != code), "{fault:?}");
    }
}

#[test]
fn a_path_leads_to_a_trusted_root_and_nowhere_else() {
    let (root_key, middle_key, leaf_key, other_key) =
        (Key::generate(), Key::generate(), Key::generate(), Key::generate());
    let root = issue(("root", &root_key), "root", &root_key, authority);
    let middle = issue(("root", &root_key), "middle", &middle_key, authority);
    let leaf = issue(("middle", &middle_key), "leaf", &leaf_key, no_change);
    let forged = issue(("middle", &other_key), "leaf", &leaf_key, no_change);
    let [root, middle] = [[root], [middle]];

    assert_eq!(findings(&leaf, &root, &middle), []);
    assert_eq!(findings(&leaf, &root, &[]), [(20, 0)]);
    assert_eq!(findings(&leaf, &[], &middle), [(20, 1)]);
    assert_eq!(findings(&leaf, &middle, &[]), [(2, 1)]);
    assert_eq!(findings(&leaf, &[], &[middle.clone(), root.clone()].concat()), [(19, 2)]);
    assert_eq!(findings(&root[0], &[], &[]), [(18, 0)]);
    assert_eq!(findings(&root[0], &root, &[]), []);
    assert_eq!(findings(&forged, &root, &middle), [(7, 0)]);
}

#[test]
fn what_an_issuer_may_not_do_is_found() {
    let (root_key, middle_key, leaf_key) = (Key::generate(), Key::generate(), Key::generate());
    let root = [issue(("root", &root_key), "root", &root_key, authority)];
    let leaf = issue(("middle", &middle_key), "leaf", &leaf_key, no_change);
    let below = |change: Change| findings(&leaf, &root, &[issue(("root", &root_key), "middle", &middle_key, change)]);
    assert_eq!(below(authority), []);
    assert_eq!(below(|it| it.is_ca = IsCa::ExplicitNoCa), [(79, 1)]);
    assert_eq!(below(|it| it.is_ca = IsCa::NoCa), [(79, 1)]);
    assert_eq!(
        below(|it| {
            authority(it);
            it.key_usages = vec![KeyUsagePurpose::CrlSign];
        }),
        [(79, 1), (32, 1)]
    );
    assert_eq!(
        below(|it| {
            authority(it);
            let mut unknown = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
            unknown.set_criticality(true);
            it.custom_extensions.push(unknown);
        }),
        [(34, 1)]
    );
    assert_eq!(
        below(|it| {
            authority(it);
            it.not_after = rcgen::date_time_ymd(2020, 1, 1);
        }),
        [(10, 1)]
    );
    assert_eq!(
        below(|it| {
            authority(it);
            it.not_before = rcgen::date_time_ymd(2040, 1, 1);
        }),
        [(9, 1)]
    );
}

#[test]
fn no_more_authorities_stand_below_one_than_it_lets() {
    let keys: Vec<Key> = (0..4).map(|_| Key::generate()).collect();
    let root = [issue(("root", &keys[0]), "root", &keys[0], authority)];
    let upper = issue(("root", &keys[0]), "upper", &keys[1], |it| {
        it.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    });
    let lower = issue(("upper", &keys[1]), "lower", &keys[2], authority);
    let near = issue(("upper", &keys[1]), "leaf", &keys[3], no_change);
    let far = issue(("lower", &keys[2]), "leaf", &keys[3], no_change);
    let untrusted = [upper, lower];
    assert_eq!(findings(&near, &root, &untrusted), []);
    assert_eq!(findings(&far, &root, &untrusted), [(25, 2)]);
}

#[test]
fn what_openssl_cannot_read_makes_a_certificate_unfit() {
    let (root_key, leaf_key) = (Key::generate(), Key::generate());
    let root = [issue(("root", &root_key), "root", &root_key, authority)];
    let leaf = |change: Change| findings(&issue(("root", &root_key), "leaf", &leaf_key, change), &root, &[]);
    assert_eq!(leaf(|it| with_extension(it, &[2, 5, 29, 35], b"\x30\x06\x80\x04root")), []);
    assert_eq!(leaf(|it| with_extension(it, &[2, 5, 29, 35], b"\x30\x03\x82\x01\x07")), []);
    // An authorityKeyIdentifier with its parts in the wrong order, with one twice, and with one that is unknown.
    assert_eq!(leaf(|it| with_extension(it, &[2, 5, 29, 35], b"\x30\x09\x82\x01\x07\x80\x04root")), [(41, 0)]);
    assert_eq!(leaf(|it| with_extension(it, &[2, 5, 29, 35], b"\x30\x0c\x80\x04root\x80\x04root")), [(41, 0)]);
    assert_eq!(leaf(|it| with_extension(it, &[2, 5, 29, 35], b"\x30\x09\x80\x04root\x85\x01x")), [(41, 0)]);
    // A serial number in it that is empty, and one that is longer than it need be.
    assert_eq!(leaf(|it| with_extension(it, &[2, 5, 29, 35], b"\x30\x02\x82\0")), [(41, 0)]);
    assert_eq!(leaf(|it| with_extension(it, &[2, 5, 29, 35], b"\x30\x04\x82\x02\0\x07")), [(41, 0)]);
    // A distribution point that is empty.
    assert_eq!(leaf(|it| with_extension(it, &[2, 5, 29, 31], b"\x30\x02\x30\0")), [(41, 0)]);
    // A directoryName whose UTF8String is none, as a subjectAltName.
    const ODD_NAME: &[u8] = b"\x30\x12\xa4\x10\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03a\xffb";
    assert_eq!(leaf(|it| with_extension(it, &[2, 5, 29, 17], ODD_NAME)), [(41, 0)]);
    // A Netscape certificate type that says it leaves 38 bits of an octet unused.
    let netscape: Change = |it| with_extension(it, &[2, 16, 840, 1, 113_730, 1, 1], b"\x03\x02\x26\x40");
    assert_eq!(leaf(netscape), [(41, 0)]);
}

/// A key that is none, for a certificate that its issuer signs all the same.
struct NoKey(Vec<u8>);

impl PublicKeyData for NoKey {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

#[test]
fn a_key_that_cannot_be_read_is_found() {
    let root_key = Key::generate();
    let root = [issue(("root", &root_key), "root", &root_key, authority)];
    let not_on_the_curve = NoKey([[4_u8].as_slice(), &[1; 64]].concat());
    assert_eq!(findings(&issue(("root", &root_key), "leaf", &not_on_the_curve, no_change), &root, &[]), [(1, 0)]);
}

#[test]
fn a_signature_is_of_whole_octets_and_by_one_algorithm() {
    let (root_key, leaf_key) = (Key::generate(), Key::generate());
    let root = [issue(("root", &root_key), "root", &root_key, authority)];
    let leaf = issue(("root", &root_key), "leaf", &leaf_key, no_change);
    assert_eq!(findings(&leaf, &root, &[]), []);
    // Before the 64 octets of the signature stands how many bits of the last are unused.
    let mut octets = leaf.der().to_vec();
    let unused = octets.len() - 65;
    octets[unused] = 1;
    assert_eq!(findings(&Certificate::from_der(&octets).unwrap(), &root, &[]), [(7, 0)]);

    // A trusted root whose signed part names Ed448, which nobody would notice where its signature is not checked.
    let mut octets = root[0].der().to_vec();
    let ed25519 = octets.windows(5).position(|it| it == b"\x06\x03\x2b\x65\x70").unwrap();
    octets[ed25519 + 4] = 0x71;
    let changed = [Certificate::from_der(&octets).unwrap()];
    let options =
        PathOptions { trusted: &changed, untrusted: &[], at: None, partial: false, checks_root_signature: false };
    assert_eq!(validate(&leaf, &options).findings.first().map(|it| it.fault), Some(Fault::SignatureFailure));
}

#[test]
fn a_common_name_with_a_nul_breaks_every_constraint() {
    let (root_key, middle_key, leaf_key) = (Key::generate(), Key::generate(), Key::generate());
    let root = [issue(("root", &root_key), "root", &root_key, authority)];
    let middle = [issue(("root", &root_key), "middle", &middle_key, |it| {
        authority(it);
        // Excluded is example.org.
        with_extension(it, &[2, 5, 29, 30], b"\x30\x11\xa1\x0f\x30\x0d\x82\x0bexample.org");
    })];
    let named = |name| findings(&issue(("middle", &middle_key), name, &leaf_key, no_change), &root, &middle);
    assert_eq!(named("www.example.com"), []);
    assert_eq!(named("www.example.org"), [(48, 0)]);
    assert_eq!(named("www.example.org\0.example.com"), [(53, 0)]);
}
