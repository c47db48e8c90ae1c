//! What the cryptography of TLS needs of the processor.

/// The features that it needs where it is written for `x86_64`: Intel from Broadwell (2014), AMD from Zen (2017).
#[cfg(target_arch = "x86_64")]
fn features() -> [(&'static str, bool); 6] {
    [
        ("AES", std::arch::is_x86_feature_detected!("aes")),
        ("PCLMULQDQ", std::arch::is_x86_feature_detected!("pclmulqdq")),
        ("BMI1", std::arch::is_x86_feature_detected!("bmi1")),
        ("ADX", std::arch::is_x86_feature_detected!("adx")),
        ("AVX", std::arch::is_x86_feature_detected!("avx")),
        ("AVX2", std::arch::is_x86_feature_detected!("avx2")),
    ]
}

/// The features that it needs where it is written for `aarch64`: all of Apple's, and the Raspberry Pi from model 5.
#[cfg(target_arch = "aarch64")]
fn features() -> [(&'static str, bool); 4] {
    [
        ("NEON", std::arch::is_aarch64_feature_detected!("neon")),
        ("AES", std::arch::is_aarch64_feature_detected!("aes")),
        ("PMULL", std::arch::is_aarch64_feature_detected!("pmull")),
        ("SHA-2", std::arch::is_aarch64_feature_detected!("sha2")),
    ]
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn features() -> [(&'static str, bool); 1] {
    [("the x86-64 or AArch64 instruction set", false)]
}

/// The features that the cryptography of TLS needs and this processor does not have; empty where it works.
///
/// It is written in assembly for `x86_64` with AES, PCLMULQDQ, BMI1, ADX, AVX and AVX2, and for `aarch64` with NEON, AES,
/// PMULL and SHA-2. On any other processor, no connection is made and [`Error::Processor`](super::Error::Processor) says so.
#[must_use]
pub fn missing_processor_features() -> Vec<&'static str> {
    missing(&features())
}

/// The names of the features that are not there.
fn missing(features: &[(&'static str, bool)]) -> Vec<&'static str> {
    features.iter().filter(|(_, is_there)| !is_there).map(|(name, _)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_named() {
        assert!(missing(&[("AES", true), ("AVX2", true)]).is_empty());
        assert_eq!(missing(&[("AES", true), ("ADX", false), ("AVX2", false)]), ["ADX", "AVX2"]);
    }

    /// The library that does the work must not need more than what is asked for here: it would end the program.
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    #[test]
    fn where_nothing_is_missing_the_cryptography_works() {
        if missing_processor_features().is_empty() {
            let mut octets = [0; 32];
            rustls_graviola::default_provider().secure_random.fill(&mut octets).unwrap();
            assert_ne!(octets, [0; 32]);
        }
    }
}
