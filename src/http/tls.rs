//! TLS: the cryptography that it runs on, and whom it trusts.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::Error;

/// The features that the cryptography of TLS needs here and this processor does not have; empty where it works.
///
/// It is written in assembly for `x86_64` with AES, PCLMULQDQ, BMI1, ADX and AVX2 (Intel from 2014, AMD from 2017) and
/// for `aarch64` with NEON, AES, PMULL and SHA-2.
#[must_use]
pub fn missing_processor_features() -> Vec<&'static str> {
    #[cfg(target_arch = "x86_64")]
    let features = [
        ("AES", std::arch::is_x86_feature_detected!("aes")),
        ("PCLMULQDQ", std::arch::is_x86_feature_detected!("pclmulqdq")),
        ("BMI1", std::arch::is_x86_feature_detected!("bmi1")),
        ("ADX", std::arch::is_x86_feature_detected!("adx")),
        ("AVX", std::arch::is_x86_feature_detected!("avx")),
        ("AVX2", std::arch::is_x86_feature_detected!("avx2")),
    ];
    #[cfg(target_arch = "aarch64")]
    let features = [
        ("NEON", std::arch::is_aarch64_feature_detected!("neon")),
        ("AES", std::arch::is_aarch64_feature_detected!("aes")),
        ("PMULL", std::arch::is_aarch64_feature_detected!("pmull")),
        ("SHA-2", std::arch::is_aarch64_feature_detected!("sha2")),
    ];
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let features = [("the x86-64 or AArch64 instruction set", false)];
    features.into_iter().filter(|(_, is_there)| !is_there).map(|(name, _)| name).collect()
}

/// Trust in the system's roots and in those of `authorities`, which are DER.
pub(super) fn config(authorities: &[Vec<u8>]) -> Result<TlsConfig, Error> {
    let missing = missing_processor_features();
    if !missing.is_empty() {
        return Err(Error::Processor(missing));
    }
    // A root that the system holds and that cannot be read is left out, as every program does.
    let system = rustls_native_certs::load_native_certs().certs;
    let roots: Vec<Certificate<'static>> = system
        .iter()
        .map(|root| Certificate::from_der(root).to_owned())
        .chain(authorities.iter().map(|der| Certificate::from_der(der).to_owned()))
        .collect();
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(provider())
        .build())
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls_graviola::default_provider())
}
