//! Certificates that rcgen issues: a CA, and servers of every kind below it.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyIdMethod, KeyUsagePurpose};
use rcgen::{PublicKeyData, SignatureAlgorithm, SigningKey};
use signature::{SignatureEncoding, Signer};

/// A key on P-256. The numbers are fixed: these are test keys.
pub(crate) struct Key(p256::ecdsa::SigningKey, Vec<u8>);

impl Key {
    pub(crate) fn number(number: u8) -> Self {
        let key = p256::ecdsa::SigningKey::from_slice(&[number; 32]).unwrap();
        let public = key.verifying_key().to_sec1_point(false).as_bytes().to_vec();
        Self(key, public)
    }

    pub(crate) fn pkcs8(&self) -> Vec<u8> {
        ::pkcs8::EncodePrivateKey::to_pkcs8_der(&self.0).unwrap().as_bytes().to_vec()
    }
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        &self.1
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(Signer::<p256::ecdsa::DerSignature>::sign(&self.0, message).to_vec())
    }
}

pub(crate) const CA: u8 = 7;
pub(crate) const SERVER: u8 = 9;

/// What a server shows, and the key that proves it.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) chain: Vec<Vec<u8>>,
    pub(crate) key: Vec<u8>,
}

pub(crate) fn parameters(name: &str, sans: &[&str]) -> CertificateParams {
    let sans: Vec<String> = sans.iter().map(|san| (*san).to_owned()).collect();
    let mut parameters = CertificateParams::new(sans).unwrap();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.serial_number = Some(rcgen::SerialNumber::from_slice(&[1, 2, 3, 4]));
    parameters.not_before = rcgen::date_time_ymd(2024, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2060, 1, 1);
    parameters.key_identifier_method = KeyIdMethod::PreSpecified(name.as_bytes().to_vec());
    parameters
}

fn ca_parameters() -> CertificateParams {
    let mut parameters = parameters("ca", &[]);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    parameters
}

/// The root that the tests trust.
pub(crate) fn ca() -> Vec<u8> {
    ca_parameters().self_signed(&Key::number(CA)).unwrap().der().to_vec()
}

/// A server whose certificate the CA signed.
pub(crate) fn issued(parameters: &CertificateParams) -> Identity {
    signed_with(parameters, CA)
}

/// A server whose certificate names the CA and was signed with this key.
pub(crate) fn signed_with(parameters: &CertificateParams, key: u8) -> Identity {
    let ca = ca_parameters();
    let (ca_key, server_key) = (Key::number(key), Key::number(SERVER));
    let issuer = Issuer::from_params(&ca, &ca_key);
    let certificate = parameters.signed_by(&server_key, &issuer).unwrap();
    Identity { chain: vec![certificate.der().to_vec()], key: server_key.pkcs8() }
}

/// A server below another that is no CA.
pub(crate) fn issued_by_a_server(parameters: &CertificateParams) -> Identity {
    let above = self::parameters("above", &["above.example"]);
    let above_key = Key::number(11);
    let (ca, ca_key) = (ca_parameters(), Key::number(CA));
    let above_certificate = above.signed_by(&above_key, &Issuer::from_params(&ca, &ca_key)).unwrap();
    let server_key = Key::number(SERVER);
    let certificate = parameters.signed_by(&server_key, &Issuer::from_params(&above, &above_key)).unwrap();
    Identity { chain: vec![certificate.der().to_vec(), above_certificate.der().to_vec()], key: server_key.pkcs8() }
}

/// A server that signed its own certificate.
pub(crate) fn self_signed(parameters: &CertificateParams) -> Identity {
    let key = Key::number(SERVER);
    Identity { chain: vec![parameters.self_signed(&key).unwrap().der().to_vec()], key: key.pkcs8() }
}

/// The server that all is well with.
pub(crate) fn good() -> Identity {
    issued(&parameters("server", &["localhost", "127.0.0.1", "login.example"]))
}
