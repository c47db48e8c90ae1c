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

    /// The library ends the program where a feature is missing, and names what it needs: no more and no less is asked for
    /// here. Its own tests take a feature away by a variable, which it reads in debug builds alone; so this test runs itself
    /// once more, in processes of their own, to use the cryptography there.
    #[cfg(all(target_arch = "x86_64", debug_assertions))]
    #[test]
    #[expect(clippy::disallowed_methods, reason = "it must run in another environment, and know that it does")]
    fn what_is_asked_for_is_what_the_cryptography_needs() {
        const NAME: &str = "http::processor::tests::what_is_asked_for_is_what_the_cryptography_needs";
        const USE_IT: &str = "CERTWRIGHT_TEST_USES_THE_CRYPTOGRAPHY";
        if std::env::var_os(USE_IT).is_some() {
            rustls_graviola::default_provider().kx_groups[0].start().unwrap();
            return;
        }
        let run = |variable: &str| {
            let mut child = std::process::Command::new(std::env::current_exe().unwrap());
            child.args(["--exact", NAME, "--nocapture"]).env(USE_IT, "1");
            let output = child.env(variable, "1").output().unwrap();
            (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        if !missing_processor_features().is_empty() {
            return;
        }
        assert!(run("NOTHING").0);
        let (is_done, told) = run("GRAVIOLA_CPU_DISABLE_aes");
        assert!(!is_done);
        let named = told.split("graviola requires ").nth(1).and_then(|rest| rest.split(" CPU support").next()).unwrap();
        let mut needed: Vec<String> =
            named.replace("and ", "").split(", ").map(|name| name.trim().to_ascii_uppercase()).collect();
        let mut asked: Vec<String> = features().iter().map(|(name, _)| (*name).to_owned()).collect();
        needed.sort();
        asked.sort();
        assert_eq!(asked, needed);
    }
}
