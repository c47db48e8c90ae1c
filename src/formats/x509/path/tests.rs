//! Tests of paths over certificates that are made for them; the differential test compares with OpenSSL itself.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyIdMethod, KeyUsagePurpose,
    SerialNumber,
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

fn issue(issuer: (&str, &Key), name: &str, subject: &Key, change: Change) -> Certificate {
    let by = Issuer::new(parameters(issuer.0, |_| {}), issuer.1);
    Certificate::from_der(parameters(name, change).signed_by(subject, &by).unwrap().der()).unwrap()
}

fn authority(parameters: &mut CertificateParams) {
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
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
