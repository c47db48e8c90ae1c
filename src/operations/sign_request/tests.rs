//! Tests of what a CA may sign, each rule by itself.

use super::*;
use crate::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use crate::formats::pkcs10::CertificationRequest;
use crate::formats::x509::DistinguishedName;
use crate::formats::{pem, pkcs8};
use crate::operations::certificate_pem;
use crate::secret::{NoPasswords, SecretBytes};

const NOW: &str = "2026-11-21T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

struct Authority {
    key: PrivateKey,
    certificates: Vec<Certificate>,
}

impl Authority {
    /// A CA under `above`, or a root.
    fn new(above: Option<&Self>, is_ca: bool, purposes: &Purposes, days: u32) -> Self {
        let mut rng = SystemRandom::new();
        let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng).unwrap();
        let depth = above.map_or(0, |above| above.certificates.len());
        let parameters = CertificateParameters {
            subject: DistinguishedName::parse(&format!("CN=CA {depth}")).unwrap(),
            subject_alt_names: Vec::new(),
            validity: validity(now(), now().plus_days(days).unwrap()).unwrap(),
            public_key: key.public_key(),
            is_ca,
        };
        let mut certificates = above.map(|above| above.certificates.clone()).unwrap_or_default();
        // A root of its own name and key, so that a path length can be given to it too.
        let itself = x509::self_sign(&parameters, &Details::default(), &key, &mut rng).unwrap();
        let (issuer, signer) = above.map_or((&itself, &key), |above| (above.certificates.first().unwrap(), &above.key));
        let details = Details { purposes: purposes.clone(), ..Details::default() };
        let certificate = x509::issue(&parameters, &details, issuer, signer, &mut rng).unwrap();
        certificates.insert(0, certificate);
        Self { key, certificates }
    }

    fn root(path_length: Option<u8>) -> Self {
        Self::new(None, true, &Purposes { path_length, ..Purposes::default() }, 1000)
    }

    fn sign(&self, role: Role, end: End) -> Result<Signed, Error> {
        let mut rng = SystemRandom::new();
        let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng).unwrap();
        let subject = DistinguishedName::parse("CN=new").unwrap();
        let request = CertificationRequest::build(&subject, &[], None, &key, &mut rng).unwrap();
        let options = SignRequest { subject_alt_names: Vec::new(), end, role, details: Details::default() };
        let input = |name: &str, octets: Vec<u8>| Input::new(name, SecretBytes::from(octets));
        let chain = self.certificates.iter().flat_map(|it| certificate_pem(it).unwrap()).collect();
        let key = pem::encode(pkcs8::LABEL, pkcs8::encode(&self.key).unwrap().expose()).unwrap();
        sign_request(
            &options,
            &input("new.csr", request.der().to_vec()),
            &input("ca.crt", chain),
            &input("ca.key", key.expose().to_vec()),
            &NoPasswords,
            &Limits::default(),
            now(),
            &mut rng,
        )
    }

    fn below(&self, path_length: Option<u8>) -> Result<Option<u8>, IssueFault> {
        match self.sign(Role::Authority { path_length }, year()) {
            Ok(signed) => Ok(signed.certificate.path_length()),
            Err(error) => Err(fault(error)),
        }
    }
}

fn year() -> End {
    End::AtLatest(now().plus_days(365).unwrap())
}

fn fault(error: Error) -> IssueFault {
    match error {
        Error::CannotIssue { source, .. } => source,
        other => panic!("{other}"),
    }
}

#[test]
fn a_path_length_is_used_up_on_the_way_down() {
    assert_eq!(Authority::root(None).below(None), Ok(None));
    assert_eq!(Authority::root(None).below(Some(3)), Ok(Some(3)));
    assert_eq!(Authority::root(Some(2)).below(None), Ok(Some(1)));
    assert_eq!(Authority::root(Some(2)).below(Some(0)), Ok(Some(0)));
    let too_long = IssueFault::PathTooLong { asked: 2, allowed: 1 };
    assert_eq!(Authority::root(Some(2)).below(Some(2)), Err(too_long));
    let none = |issuer: &str, path_length| IssueFault::NoAuthorityBelow { issuer: issuer.to_owned(), path_length };
    assert_eq!(Authority::root(Some(0)).below(None), Err(none("CN=CA 0", 0)));
    // The root's path length counts two levels down as well, whatever the CA between them says.
    let root = Authority::root(Some(1));
    let between = Authority::new(Some(&root), true, &Purposes::default(), 900);
    assert_eq!(between.below(None), Err(none("CN=CA 0", 1)));
    let root = Authority::root(Some(3));
    assert_eq!(Authority::new(Some(&root), true, &Purposes::default(), 900).below(None), Ok(Some(1)));
    assert!(root.sign(Role::EndEntity, year()).is_ok());
}

#[test]
fn only_a_ca_within_its_time_signs() {
    let no_ca = Authority::new(None, false, &Purposes::default(), 1000);
    let refused = fault(no_ca.sign(Role::EndEntity, year()).unwrap_err());
    assert_eq!(refused.to_string(), "it is no CA certificate: its basicConstraints say CA:FALSE");
    let short = Authority::new(None, true, &Purposes::default(), 10);
    let end = short.certificates[0].validity().unwrap().not_after;
    let signed = short.sign(Role::EndEntity, year()).unwrap();
    assert_eq!(signed.certificate.validity().unwrap().not_after, end);
    assert_eq!(signed.notices, [Notice::EndsWithAuthority(end)]);
    let asked = end.plus_seconds(1).unwrap();
    let refused = fault(short.sign(Role::EndEntity, End::At(asked)).unwrap_err());
    assert_eq!(refused, IssueFault::BeyondAuthority { asked, end });
    assert!(short.sign(Role::EndEntity, End::At(end)).unwrap().notices.is_empty());
    // Its own first moment is that of its CA where that is later than five minutes back.
    let young = Authority::root(None);
    let first = |it: &Certificate| it.validity().unwrap().not_before;
    assert_eq!(first(&young.sign(Role::EndEntity, year()).unwrap().certificate), first(&young.certificates[0]));
}

#[test]
fn the_issuer_is_named_octet_for_octet() {
    // Two attributes in one RDN in the order that DER forbids: `OU` before `O`, as some CAs have it.
    let root = Authority::root(None);
    let mut rng = SystemRandom::new();
    let subject = DistinguishedName::parse("CN=CA 0+O=Acme").unwrap();
    let parameters = CertificateParameters {
        subject: subject.clone(),
        subject_alt_names: Vec::new(),
        validity: validity(now(), now().plus_days(9).unwrap()).unwrap(),
        public_key: root.key.public_key(),
        is_ca: true,
    };
    let sorted = x509::self_sign(&parameters, &Details::default(), &root.key, &mut rng).unwrap();
    let name = subject.to_der().unwrap();
    // SEQUENCE, SET, then the two attributes, each with its header of two octets.
    let (head, attributes) = name.split_at(4);
    let (first, second) = attributes.split_at(2 + usize::from(attributes[1]));
    let unsorted = [head, second, first].concat();
    assert_ne!(unsorted, name);
    let at = |octets: &[u8], wanted: &[u8]| octets.windows(wanted.len()).position(|it| it == wanted);
    let mut der = sorted.der().to_vec();
    while let Some(start) = at(&der, &name) {
        der.splice(start..start + name.len(), unsorted.iter().copied());
    }
    let authority = Certificate::from_der(&der).unwrap();
    let issued = x509::issue(&parameters, &Details::default(), &authority, &root.key, &mut rng).unwrap();
    let (issuer, own) = (at(issued.der(), &unsorted).unwrap(), at(issued.der(), &name).unwrap());
    assert!(issuer < own, "the issuer as its CA has it, then the subject as DER asks for");
    assert!(issued.is_issued_by(&authority));
}

#[test]
fn what_is_not_granted_is_said() {
    let wishes = Requested {
        is_ca: true,
        purposes: Purposes {
            path_length: Some(4),
            key_uses: vec![KeyUse::DigitalSignature, KeyUse::KeyEncipherment, KeyUse::KeyCertSign, KeyUse::CrlSign],
            extended_key_uses: vec![ExtendedKeyUse::SERVER_AUTH],
            ..Purposes::default()
        },
        others: vec!["certificatePolicies".to_owned()],
    };
    let (granted, notices) = grant(&wishes, Role::EndEntity);
    assert_eq!(granted.key_uses, [KeyUse::DigitalSignature, KeyUse::KeyEncipherment]);
    assert_eq!((granted.extended_key_uses.len(), granted.path_length), (1, None));
    let said: Vec<String> = notices.iter().map(ToString::to_string).collect();
    let left_out = ["basicConstraints CA:TRUE", "keyUsage keyCertSign", "keyUsage cRLSign", "certificatePolicies"];
    assert_eq!(said, left_out.map(|it| format!("the request asks for {it}, which was left out")));
    let (_, notices) = grant(&wishes, Role::Authority { path_length: None });
    assert_eq!(notices, [Notice::RequestNotGranted("certificatePolicies".to_owned())]);
}

#[test]
fn a_name_that_programs_read_differently_is_not_vouched_for() {
    let subject = DistinguishedName::parse("CN=new").unwrap();
    assert_eq!(unfit_name(&subject, &["dns:*.example.com".parse().unwrap()]), None);
    let nul = SubjectAltName::Dns("bank.example\0.evil.example".to_owned());
    let (_, why) = unfit_name(&subject, &[nul]).unwrap();
    assert!(why.contains(r"`\u{0}` cannot stand in it"), "{why}");
    // As DER has it; typed, it would be refused.
    let mut der = DistinguishedName::parse("CN=a!").unwrap().to_der().unwrap();
    *der.last_mut().unwrap() = 0x1b;
    // A UTF8String, since a PrintableString holds no such character.
    let string = der.len() - 4;
    der[string] = 0x0c;
    let escape = DistinguishedName::from_der(&der).unwrap();
    assert!(unfit_name(&escape, &[]).is_some());
}

#[test]
fn a_key_that_anybody_can_find_is_not_certified() {
    // 3 divides it.
    let numbers = RsaNumbers::new(&[0xc5; 256], &[1, 0, 1]);
    assert_eq!(broken(&numbers).map(Weakness::kind), Some("small_factor"));
    // A length that some refuse is no reason.
    let (odd, exponent) = ([&[0x01][..], &[0xc5; 255], &[0x01]].concat(), [3]);
    let unusual = examine(&RsaNumbers::new(&odd, &exponent));
    assert!(unusual.iter().any(|it| it.severity() == Severity::Unusual), "{unusual:?}");
}

#[test]
fn what_the_ca_states_replaces_what_is_asked_for_kind_by_kind() {
    let wishes = Purposes {
        key_uses: vec![KeyUse::DigitalSignature],
        extended_key_uses: vec![ExtendedKeyUse::CLIENT_AUTH],
        ..Purposes::default()
    };
    let requested = Requested { purposes: wishes.clone(), ..Requested::default() };
    let granted = |stated: &Purposes| {
        let (granted, notices) = grant(&without(requested.clone(), stated), Role::EndEntity);
        assert!(notices.is_empty());
        stated_over(granted, stated)
    };
    assert_eq!(granted(&Purposes::default()), wishes);
    let stated = Purposes {
        extended_key_uses: vec![ExtendedKeyUse::SERVER_AUTH],
        extended_key_uses_are_critical: true,
        ..Purposes::default()
    };
    assert_eq!(granted(&stated), Purposes { key_uses: wishes.key_uses.clone(), ..stated.clone() });
}
