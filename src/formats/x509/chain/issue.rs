//! Certificates that one key issues for another, made with rcgen, for the tests of chains.

use rcgen::{CertificateParams, DnType, Issuer, PublicKeyData, SerialNumber, SigningKey};

use crate::crypto::{KeyAlgorithm, PrivateKey, SignatureForm, SystemRandom};
use crate::formats::spki;
use crate::formats::x509::Certificate;

/// An Ed25519 key of ours as rcgen wants it.
pub(crate) struct Key {
    pub(crate) key: PrivateKey,
    public: Vec<u8>,
}

impl Key {
    pub(crate) fn generate() -> Self {
        let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut SystemRandom::new()).unwrap();
        // RFC 8410 section 4: the key is the last 32 octets of its SubjectPublicKeyInfo.
        let public = spki::encode(&key.public_key()).unwrap().split_off(12);
        Self { key, public }
    }

    /// The certificate of `subject`'s key under `name`, signed by this key under the name `issuer`.
    pub(crate) fn issue(&self, issuer: &str, name: &str, subject: &Key, serial: u64) -> Certificate {
        let issuer = Issuer::new(parameters(issuer, 0), self);
        let issued = parameters(name, serial).signed_by(subject, &issuer).unwrap();
        Certificate::from_der(issued.der()).unwrap()
    }
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_ED25519
    }
}

impl SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let algorithm = self.key.algorithm().default_signature();
        Ok(self.key.sign(algorithm, SignatureForm::Asn1, message, &mut SystemRandom::new()).unwrap())
    }
}

fn parameters(name: &str, serial: u64) -> CertificateParams {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.serial_number = Some(SerialNumber::from(serial));
    parameters.key_identifier_method = rcgen::KeyIdMethod::PreSpecified(name.as_bytes().to_vec());
    parameters
}
