//! Keys, and certificates of them, each with a name, a serial number and an end of its own.

use certwright::clock::Timestamp;
use certwright::crypto::{KeyAlgorithm, PrivateKey, SystemRandom};
use certwright::files::Input;
use certwright::formats::x509::{Details, DistinguishedName};
use certwright::formats::{pem, pkcs8};
use certwright::limits::Limits;
use certwright::operations::{Named, SelfSign, certificate_pem, self_sign};
use certwright::secret::NoPasswords;

/// A few keys that take turns: making one costs more than signing with it.
pub(crate) struct Maker {
    pub(crate) now: Timestamp,
    keys: Vec<PrivateKey>,
}

impl Maker {
    /// With eight keys, which have these algorithms in turn.
    pub(crate) fn new(algorithms: &[KeyAlgorithm]) -> Self {
        let mut rng = SystemRandom::new();
        let algorithms = algorithms.iter().cycle().take(8);
        let keys = algorithms.map(|algorithm| PrivateKey::generate(*algorithm, &mut rng).unwrap()).collect();
        Self { now: Timestamp::now(), keys }
    }

    /// A key in PEM.
    pub(crate) fn key(&self, at: usize) -> Vec<u8> {
        let der = pkcs8::encode(&self.keys[at % self.keys.len()]).unwrap();
        pem::encode("PRIVATE KEY", der.expose()).unwrap().expose().to_vec()
    }

    /// A certificate in PEM, which ends in one to 700 days.
    pub(crate) fn certificate(&self, number: usize) -> Vec<u8> {
        let subject = DistinguishedName::parse(&format!("CN=host-{number}.example,O=Example")).unwrap();
        let days = u32::try_from(number % 700 + 1).unwrap();
        let options = SelfSign {
            named: Named::Subject { subject, subject_alt_names: Vec::new() },
            not_after: self.now.plus_days(days).unwrap(),
            is_ca: false,
            details: Details::default(),
        };
        let (key, limits) = (Input::new("key", self.key(number).into()), Limits::default());
        let mut rng = SystemRandom::new();
        certificate_pem(&self_sign(&options, &key, &NoPasswords, &limits, self.now, &mut rng).unwrap()).unwrap()
    }

    /// A certificate in DER.
    pub(crate) fn der(&self, number: usize) -> Vec<u8> {
        let document = pem::decode(&self.certificate(number), &Limits::default()).unwrap();
        document.blocks[0].contents.expose().to_vec()
    }
}
