//! Certificates with any name and any dates, from rcgen, which shares no code with our rooms.

use rcgen::{CertificateParams, DnType, PublicKeyData, SerialNumber, SigningKey};
use signature::{SignatureEncoding, Signer};

/// A P-256 key. Its number is fixed: it is a test key.
struct Key {
    private: p256::ecdsa::SigningKey,
    public: Vec<u8>,
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(Signer::<p256::ecdsa::DerSignature>::sign(&self.private, message).to_vec())
    }
}

/// Where the days of [`self_signed`] are counted from.
pub(crate) const NOW: &str = "2026-11-21T00:00:00Z";

/// A certificate of this common name in PEM, that began a year before [`NOW`] and ends so many days after it.
pub(crate) fn self_signed(common_name: &str, days: i64) -> String {
    let private = p256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap();
    let public = private.verifying_key().to_sec1_point(false).as_bytes().to_vec();
    let now = rcgen::date_time_ymd(2026, 11, 21);
    let day = std::time::Duration::from_secs(86_400);
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, common_name);
    parameters.serial_number = Some(SerialNumber::from_slice(&[1, 0xe4]));
    parameters.not_before = now - 365 * day;
    let distance = u32::try_from(days.unsigned_abs()).unwrap() * day;
    parameters.not_after = if days < 0 { now - distance } else { now + distance };
    parameters.self_signed(&Key { private, public }).unwrap().pem()
}
